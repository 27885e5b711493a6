"""`assistant eval voice`: sentences misheard, and spoken where a synthesizer and a model are."""

from __future__ import annotations

import json
import random
import shutil
from collections import Counter
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from assistant.cli import commands
from assistant.errors import AssistantError
from assistant.measuring import voice as evaluate_voice
from assistant.measuring.hearing import understander
from assistant.measuring.mishearing import Mishearing, shipped
from assistant.measuring.sound import confusions
from assistant.measuring.sound.clips import clips
from assistant.measuring.sound.confusions import Confusions, changed, learn, read, table
from assistant.measuring.voice import Measured, Sentence, heard_as
from assistant.speech.sound import FRAME_SECONDS, SAMPLES

LAMP = '''"""Lamps."""
from typing import Literal

from assistant import Skill

skill = Skill("lamp")


@skill.intent("turn on the {room} light", "make it bright in the {room}")
def on(room: Literal["kitchen", "bedroom", "garden"]) -> str:
    """Turn a light on."""
    return f"The {room} is bright."


@skill.intent("turn off the {room} light", "make it dark in the {room}")
def off(room: Literal["kitchen", "bedroom", "garden"]) -> str:
    """Turn a light off."""
    return f"The {room} is dark."
'''


@pytest.fixture
def lamp(tmp_path: Path) -> Path:
    """Return the file of a skill."""
    path = tmp_path / "lamp.py"
    path.write_text(LAMP)
    return path


def figures(*words: object) -> dict[str, Any]:
    """Return the figures of ``assistant eval voice``."""
    asked = ["eval", "voice", "--json", *map(str, words)]
    return json.loads(CliRunner().invoke(commands, asked, catch_exceptions=False).stdout)


TABLE = Confusions({"weather": {"whether": 3}, "two": {"": 1, "to": 1}, "a": {"a": 1}})


def test_eval_voice_hears_words_that_sound_alike() -> None:
    ways = Mishearing(["weather", "for"], TABLE)
    chance = random.Random(1)

    assert ways.alike(["the", "weather"], chance) == ["the", "whether"]
    assert {tuple(ways.alike(["two"], chance) or ()) for _ in range(9)} == {("to",)}
    assert ways.alike(["xylophone"], chance) is None


def test_eval_voice_leaves_out_short_words_only() -> None:
    ways = Mishearing([], TABLE)
    heard = {
        " ".join(ways.dropped("set a timer for two".split(), random.Random(i)) or ())
        for i in range(20)
    }

    assert heard == {"set timer for two", "set a timer two"}
    assert ways.dropped(["stop", "there"], random.Random(1)) is None
    assert ways.dropped(["a"], random.Random(1)) is None


def test_eval_voice_confuses_words_as_the_recognizer_did() -> None:
    """Words are drawn as often as they were heard; one that never went wrong stays."""
    ways = Mishearing([], TABLE)
    chance = random.Random(1)
    heard = Counter(" ".join(ways.confused(["a", "two"], chance) or ()) for _ in range(400))

    assert heard.keys() == {"a", "a to"}
    assert 140 < heard["a to"] < 260
    assert ways.confused(["a", "unknown"], chance) is None
    assert TABLE.words == ["a", "to", "two", "weather", "whether"]


def test_eval_voice_counts_what_was_heard_for_each_word(tmp_path: Path) -> None:
    """Words put in between belong to none; rare pairs are left out of the table, right ones not."""
    assert changed(["set", "a", "timer"], ["set", "timer"]) == [
        ("set", "set"),
        ("a", ""),
        ("timer", "timer"),
    ]
    assert changed(["stop"], ["stop", "now"]) == [("stop", "stop")]
    counts = {("two", "to"): 4, ("two", "two"): 1, ("two", "ten"): 2, ("a", ""): 3}
    path = tmp_path / "words.tsv"
    path.write_text(table(counts))

    assert path.read_text() == "said\theard\tcount\na\t\t3\ntwo\tto\t4\ntwo\ttwo\t1\n"
    assert read(path).heard == {"a": {"": 3}, "two": {"to": 4, "two": 1}}


@pytest.mark.parametrize("line", ["two\tto", "two\tto\tmany", "\tto\t3"])
def test_eval_voice_names_a_line_that_is_no_confusion(tmp_path: Path, line: str) -> None:
    path = tmp_path / "words.tsv"
    path.write_text(f"said\theard\tcount\n{line}\n")

    with pytest.raises(AssistantError, match=":2 is no word said, word heard and count"):
        read(path)
    with pytest.raises(AssistantError, match="can't be read"):
        read(tmp_path / "none.tsv")


def test_eval_voice_ships_confusions_of_single_words() -> None:
    """What we ship is counts of words: no blanks in them, and common ones mostly right."""
    heard = shipped().heard

    assert len(heard) > 300
    assert not any(" " in word for word in shipped().words)
    assert all(max(heard[word], key=lambda w: heard[word][w]) == word for word in ("coffee", "a"))


def test_eval_voice_measures_what_survives_by_skill() -> None:
    """Figures are shares of all sentences; the page's table has the hardest skill first."""
    tea = Sentence("tea", "tea.brew", "brew tea", "tea.brew")
    wine = Sentence("wine", "wine.pour", "pour wine", "tea.brew")
    measured = Measured()
    measured.typed(tea)
    measured.typed(wine)
    measured.take("dropped", tea, "brew", "tea.brew", "")
    measured.take("dropped", tea, "tea", "", "")
    measured.take("spoken", wine, "bore wine", "", "tea.brew")
    found = measured.evaluation("")

    assert found.figures["typed"] == 0.5
    assert (found.figures["dropped"], found.figures["dropped_alone"]) == (0.5, 0.0)
    assert (found.figures["spoken"], found.figures["spoken_alone"]) == (0.0, 1.0)
    assert found.more["by_skill"]["tea"]["survived"] == 0.5
    assert [row[0] for row in found.tables[0].rows] == ["wine", "tea"]
    assert [m.text for m in found.mistakes] == [
        "dropped: brew tea → tea",
        "spoken: pour wine → bore wine",
    ]


def test_eval_voice_takes_misheard_words_for_what_can_be_said(lamp: Path) -> None:
    """What sounds alike is taken for what the skill can be told; without choosing it is lost."""
    with understander(lamp) as understood:
        text, meant = understood.chosen(heard_as("turn off the kitten light"))
        alone = understood.typed("turn off the kitten light")
        nothing = understood.chosen(heard_as(""))

    assert text == "turn off the kitchen light"
    assert (meant.intent, [s.value for s in meant.slots]) == ("lamp.off", ["kitchen"])
    assert alone.slot("room") is None or alone.intent is None
    assert nothing[1].intent is None


def test_eval_voice_of_one_skill_tells_what_survives(lamp: Path, tmp_path: Path) -> None:
    """The same sentences are misheard alike every time; typed in, all are understood."""
    page = tmp_path / "page.html"
    told = figures("--skill", lamp, "--no-speech", "--sentences", 4, "--report", page)
    again = figures("--skill", lamp, "--no-speech", "--sentences", 4)

    assert told == again
    assert (told["skills"], told["sentences"], told["typed"]) == (1, 8, 1.0)
    assert told["homophones"] >= told["homophones_alone"]
    assert told["dropped"] == 1.0
    assert "spoken" not in told
    assert "By skill, the hardest first" in page.read_text()
    assert "<td>lamp</td>" in page.read_text()


def test_eval_voice_says_why_nothing_was_spoken(
    lamp: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("assistant.speech.models.shelf.bundled", list)
    monkeypatch.delenv("VOSK_MODEL", raising=False)
    found = evaluate_voice.voice(lamp, 1)

    assert "spoken" not in found.figures
    assert any(note.startswith("Nothing was spoken: ") for note in found.notes)
    with pytest.raises(AssistantError, match="There is no speech model x"):
        evaluate_voice.voice(lamp, 1, "x")


def test_eval_voice_without_sentences_says_so(tmp_path: Path) -> None:
    broken = tmp_path / "broken.py"
    broken.write_text("from assistant import Skill\nskill = Skill('b'\n")

    with pytest.raises(AssistantError, match="broken"):
        evaluate_voice.voice(broken, 1)


# --- with the shared model, and espeak-ng --------------------------------------------------------


def test_eval_voice_speaks_and_hears_sentences(shared: Path, lamp: Path) -> None:
    if not (shutil.which("espeak-ng") or shutil.which("espeak")):
        pytest.skip("needs espeak-ng")
    told = figures("--skill", lamp, "--sentences", 3)

    assert told["spoken"] >= told["spoken_alone"]
    assert told["spoken"] > 0.5
    assert told["by_skill"]["lamp"]["spoken"] == told["spoken"]


def test_eval_voice_synthesizes_frames_with_several_voices() -> None:
    from assistant.speech.speaking.synthesis import AROUND, synthesizer

    speaks = synthesizer()
    if speaks is None:
        pytest.skip("needs espeak-ng")
    one, other = speaks("set a timer", 0), speaks("set a timer", 2)

    assert {len(frame) for frame in one} == {2 * SAMPLES}
    assert 0.8 < len(one) * FRAME_SECONDS < 4
    assert one[0] == bytes(2 * SAMPLES)
    assert one != other
    assert any(any(frame) for frame in one[round(AROUND / FRAME_SECONDS) :])


def test_eval_voice_learns_confusions_from_recordings(
    shared: Path, speech_model: Path, tmp_path: Path
) -> None:
    """All hypotheses are counted: a word of a recording is heard up to ten times."""
    from assistant.speech.models.vosk import VoskModel

    model = VoskModel(speech_model)
    said = clips(shared, ("barista",), 2)
    counts = learn(model, said)
    words = {word for clip in said for word in clip.transcript.split()}

    assert {word for word, _ in counts} == words
    assert max(counts.values()) > 5
    out = tmp_path / "words.tsv"
    asked = [str(shared), "--model", str(model.path), "--out", str(out), "--most", "1"]
    assert confusions.main(asked) == 0
    assert read(out).heard
