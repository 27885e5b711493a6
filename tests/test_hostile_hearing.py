"""Bad input around the second hearing: one clear sentence or nothing done, no traceback."""

from __future__ import annotations

import os
import shutil
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path

import numpy as np
import pytest

from assistant import paths
from assistant.doors.devices import second_model
from assistant.settings import Settings
from assistant.speech.events import Event, Notice
from assistant.speech.hearing.again import NOTHING, Second
from assistant.speech.hearing.ears import Ears
from assistant.speech.sound import FRAME_SECONDS, RATE, SAMPLES
from assistant.speech.whisper import shelf
from assistant.speech.whisper.model import WhisperModel
from assistant.testing import Conversation
from assistant.turn.hearing import Hearing, Sayable, WordGraph
from tests.test_again import Model, Passage
from tests.test_ears import ScriptedModel

BUNDLED = paths.bundled() / "models" / shelf.BUNDLED


@pytest.fixture(scope="module")
def model() -> WhisperModel:
    return WhisperModel(BUNDLED)


def opened(name: str = "") -> tuple[object, list[str]]:
    """Open a model as a chat does; return it and what was told."""
    told: list[Event] = []
    found = second_model(Settings(second_hearing=name), told.append)
    return found, [each.text for each in told if isinstance(each, Notice)]


RUNTIMES = {
    "raise ImportError('libonnxruntime.so: cannot open shared object file')": (
        "Hearing again needs onnxruntime (libonnxruntime.so: cannot open shared object file)"
    ),
    "raise OSError('wrong ELF class')": "Hearing again needs onnxruntime (wrong ELF class)",
    "import os, signal; os.kill(os.getpid(), signal.SIGILL)": "on this processor (SIGILL)",
    "import os; os.abort()": "on this processor (SIGABRT)",
    "raise RuntimeError('no AVX')": "on this processor",
}
"""A runtime that this processor can't run, as it ends or fails, and what is told."""


@pytest.mark.parametrize("code", [*RUNTIMES])
def test_a_runtime_that_can_not_be_run_is_one_sentence(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, code: str
) -> None:
    (tmp_path / "onnxruntime.py").write_text(code, encoding="utf-8")
    known = os.environ.get("PYTHONPATH", "")
    monkeypatch.setenv("PYTHONPATH", os.pathsep.join((str(tmp_path), known)))
    found, told = opened()
    assert found is None
    assert len(told) == 1
    assert told[0].startswith("I hear less well: ")
    assert RUNTIMES[code] in told[0]
    assert "\n" not in told[0]
    assert "Traceback" not in told[0]
    monkeypatch.setenv("PYTHONPATH", "nowhere")  # a second try would not find the program
    assert opened() == (None, told)


@pytest.mark.parametrize("name", ["encoder.onnx", "tokenizer.json", "belief.json", "whisper.json"])
@pytest.mark.parametrize("damage", ["missing", "cut", "swapped", "a folder"])
def test_a_file_that_is_damaged_after_it_was_well_is_one_sentence(name: str, damage: str) -> None:
    folder = shutil.copytree(BUNDLED, paths.user_models() / "mine")
    found, told = opened("mine")
    assert found is not None
    assert told == []
    path = folder / name
    data = path.read_bytes()
    path.unlink()
    if damage == "a folder":
        path.mkdir()
    elif damage != "missing":
        path.write_bytes(data[: len(data) // 2] if damage == "cut" else data[::-1])
    found, told = opened("mine")
    assert found is None
    assert len(told) == 1
    assert name in told[0] or "mine" in told[0]
    assert "\n" not in told[0]


def test_what_can_not_be_loaded_at_all_leaves_what_hears_live(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def fails(_name: str) -> None:
        raise MemoryError

    monkeypatch.setattr(shelf, "opened", fails)
    found, told = opened()
    assert found is None
    assert told == [
        "I hear less well: the second hearing can't be loaded (MemoryError): see the log."
    ]


def test_ten_minutes_of_one_utterance_are_heard_once() -> None:
    """Not even its beginning is heard again and again in its pauses, nor is it kept twice."""
    told = Model(Passage("Stop.", "Stop.", {}))
    second = Second(told)
    words = [[("all that was said", 5.0)]]
    ears = Ears(ScriptedModel(words), second=second)  # type: ignore[arg-type]
    frames = round(600 / FRAME_SECONDS)
    for i in range(frames):
        spoken = i % 1_000 < 900
        ears.accept(bytes(2 * SAMPLES), spoken=spoken)
        if not spoken and i > frames / 2:
            ears.pause()
    hearing = ears.finish(datetime.now(UTC), "limit")
    second.close()
    assert hearing.text == "all that was said"
    assert hearing.judge is None
    assert told.heard == []


def silence(seconds: float) -> np.ndarray:
    return np.zeros(round(seconds * RATE))


def noise(seconds: float, loud: float) -> np.ndarray:
    return np.random.default_rng(1).normal(0, loud, round(seconds * RATE))


def music(seconds: float, chords: Sequence[Sequence[float]]) -> np.ndarray:
    """Return chords of half a second with their overtones, each plucked."""
    time = np.arange(RATE // 2) / RATE
    made = []
    for number in range(round(seconds * 2)):
        notes = chords[number % len(chords)]
        tones = (np.sin(2 * np.pi * f * n * time) / n**2 for f in notes for n in (1, 2, 3, 4))
        made.append(sum(tones) * np.exp(-3 * time))
    whole = np.concatenate(made)
    return whole / np.abs(whole).max() * 0.5


WALTZ = ((261.6, 329.6, 392.0), (220.0, 261.6, 329.6), (174.6, 220.0, 261.6), (196.0, 246.9, 293.7))

SOUNDS = {
    "nothing": silence(0.0),
    "silence": silence(3.0),
    "hiss": noise(3.0, 0.003),
    "noise": noise(3.0, 0.2),
    "music": music(6.0, WALTZ),
    "one tone": music(2.0, [[440.0]]),
    "clicks": np.where(np.arange(3 * RATE) % 4_000 < 20, 0.8, 0.0),
    "too loud": np.sign(noise(3.0, 0.2)) * 0.999,
    "one side": np.full(2 * RATE, 0.5),
}


@pytest.mark.parametrize("sound", [*SOUNDS])
def test_of_what_nobody_says_nothing_is_done(
    say: Conversation, model: WhisperModel, sound: str
) -> None:
    samples = (SOUNDS[sound] * 32_767).clip(-32_768, 32_767).astype("<i2").tobytes()
    second = Second(model)
    second.expect(say.assistant.sayable(say.session.id))
    again = second.finish(samples, len(samples))
    second.close()
    assert again is not NOTHING
    hearing = Hearing(again.hypotheses, datetime.now(UTC), judge=again.judge)
    said = say.assistant.heard(hearing, say.session.id)
    if said.text:
        assert say.assistant.respond(said, say.session.id).outcome == "refused"


HOSTILE = {
    "signs that steer": "Turn on the \x1b]52;c;eA==\x07\x9b31m\u202e lamp.",
    "tokens": "<|startoftranscript|><|en|><|endoftext|>" * 20,
    "thousands of words": "lamp " * 5_000,
    "a long name": "a" * 10_000,
    "no words": "\x00\ufeff\u200b \n\t",
    "half a sign": "\ud83d",
    "other letters": "Включи 灯 في الغرفة 🎉" * 50,
}


@pytest.mark.parametrize("hint", [*HOSTILE])
def test_hostile_words_in_mind_are_only_words(model: WhisperModel, hint: str) -> None:
    """They may be hints and words that can be said; the sentence is heard all the same."""
    from assistant.speech.models.trying import clip

    words = HOSTILE[hint].split(" ")[:50]
    arcs = {word: 1 for word in (*words, "what") if word}
    graph = WordGraph((arcs, {"time": 2}, {"is": 3}, {"it": 4}, {}), frozenset((4,)))
    second = Second(model)
    second.expect(Sayable((), graph=graph, hints=(HOSTILE[hint], "What time is it.")))
    again = second.finish(clip(), 1)
    second.close()
    assert again.hypotheses[0].text == "what time is it"
    matched = [each.text for each in again.hypotheses if each.ear == "matched"]
    assert matched[:1] in ([], ["what time is it"])


@pytest.mark.parametrize("hint", [*HOSTILE])
def test_hostile_hints_of_a_skill_leave_few_words_in_mind(
    say: Conversation, tmp_path: Path, hint: str
) -> None:
    file = tmp_path / "lamps.py"
    file.write_text(
        "from assistant import Skill\n"
        f"skill = Skill('lamps', hints=({HOSTILE[hint]!r}, 'Turn on the lamp.'))\n\n\n"
        "@skill.intent('turn on the lamp')\n"
        "def on() -> str:\n"
        '    """Turn a lamp on."""\n'
        "    return 'It is on.'\n",
        encoding="utf-8",
    )
    say.use(file)
    sayable = say.assistant.sayable(say.session.id)
    assert "Turn on the lamp." in sayable.hints
    assert len(" ".join(sayable.hints).split()) <= 200
    assert say("turn on the lamp").reply.text == "It is on."
