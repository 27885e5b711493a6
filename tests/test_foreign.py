"""What is said in another language: it does nothing and is told so; English never is."""

from __future__ import annotations

import io
import shutil
import subprocess
import wave
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import numpy as np
import pytest

from assistant import paths
from assistant.doors.news import NOT_ENGLISH, not_english
from assistant.doors.spoken import Conversation, Manners
from assistant.measuring.sound.clips import clips
from assistant.speech.events import Changed, Heard
from assistant.speech.hearing.again import Second
from assistant.speech.second import CLEARLY, FOREIGN, LEAST, MANY, Writing
from assistant.speech.sound import RATE
from assistant.speech.whisper import shelf
from assistant.speech.whisper.model import LANGUAGE, WhisperModel
from assistant.testing import Conversation as Say
from assistant.turn.hearing import Hearing, Word
from tests.chats import opened, texts, until
from tests.talks import Talk, choose_simply, hearing
from tests.test_listen import ScriptedEars

SENTENCES = {
    "de": (
        "Schreib Milch und Eier auf die Einkaufsliste",
        "Wie wird das Wetter morgen in Berlin",
        "Ich möchte heute Abend ins Kino gehen",
    ),
    "fr": (
        "Allume la lumière dans le salon",
        "Je voudrais aller au cinéma ce soir",
        "Qui a laissé la fenêtre ouverte",
    ),
    "es": (
        "Quiero ir al cine esta noche",
        "Añade leche y huevos a la lista de la compra",
        "Recuérdame mañana el dentista",
    ),
}


@pytest.fixture(scope="module")
def second() -> Iterator[Second]:
    each = Second(WhisperModel(paths.bundled() / "models" / shelf.BUNDLED))
    yield each
    each.close()


def spoken(voice: str, text: str) -> bytes:
    """Return a sentence as eSpeak says it: 16 bits, 16 kHz."""
    if shutil.which("espeak-ng") is None:
        pytest.skip("needs espeak-ng")
    done = subprocess.run(
        ["espeak-ng", "-v", voice, "--stdout", text], capture_output=True, check=True
    )
    with wave.open(io.BytesIO(done.stdout)) as file:
        rate = file.getframerate()
        samples = np.frombuffer(file.readframes(file.getnframes()), "<i2").astype(np.float32)
    at = np.arange(round(len(samples) * RATE / rate)) * rate / RATE
    return np.interp(at, np.arange(len(samples)), samples).astype("<i2").tobytes()


def noisy(sound: bytes, decibels: float) -> bytes:
    """Return a sound with noise so much softer under it."""
    samples = np.frombuffer(sound, "<i2").astype(np.float32)
    loud = np.sqrt((samples**2).mean()) / 10 ** (decibels / 20)
    noise = np.random.default_rng(2).normal(0, loud, len(samples))
    return (samples + noise).clip(-32_768, 32_767).astype("<i2").tobytes()


def heard(say: Say, second: Second, sound: bytes) -> Hearing:
    second.expect(say.assistant.sayable(say.session.id))
    again = second.finish(sound, len(sound))
    return Hearing(
        again.hypotheses, datetime.now(UTC), again.words, judge=again.judge, foreign=again.foreign
    )


@pytest.mark.parametrize("noise", [None, 15.0], ids=["quiet", "noisy"])
@pytest.mark.parametrize("voice", [*SENTENCES])
def test_another_language_does_nothing_and_is_mostly_told(
    say: Say, second: Second, voice: str, noise: float | None
) -> None:
    told = 0
    for text in SENTENCES[voice]:
        sound = spoken(voice, text)
        hearing = heard(say, second, noisy(sound, noise) if noise is not None else sound)
        said = say.assistant.heard(hearing, say.session.id)
        if not said.text:
            continue
        told += not_english(hearing, said)
        if not not_english(hearing, said):
            assert say.assistant.respond(said, say.session.id).outcome == "refused"
    assert told >= 1


@pytest.mark.slow
@pytest.mark.parametrize("group", ["assistant_real", "barista", "read_speech"])
def test_english_is_never_told_to_be_none(
    say: Say, second: Second, recordings: Path, group: str
) -> None:
    every = [c for c in clips(recordings, [group]) if len(c.transcript.split()) >= MANY]
    some = every[:: max(len(every) // 20, 1)]
    assert len(some) >= 20
    wrong = []
    for clip in some:
        hearing = heard(say, second, b"".join(clip.frames()))
        if not_english(hearing, say.assistant.heard(hearing, say.session.id)):
            wrong.append(clip.transcript)
    assert wrong == []


def words(count: int, seconds: float) -> tuple[Word, ...]:
    each = seconds / count
    return tuple(Word(f"w{i}", i * each, (i + 1) * each) for i in range(count))


@pytest.mark.parametrize(
    ("count", "score", "english", "told"),
    [
        (MANY, CLEARLY - 0.1, None, True),
        (MANY, CLEARLY, None, False),
        (MANY - 1, CLEARLY - 2.0, None, False),
        (MANY, -0.2, 0.05, True),
        (MANY, CLEARLY - 2.0, 0.6, False),
        (1, -0.2, 0.05, True),
    ],
)
def test_what_a_model_knows_of_languages_goes_before_its_score(
    count: int, score: float, english: float | None, told: bool
) -> None:
    assert CLEARLY < FOREIGN
    written = Writing("…", words(count, 2 * LEAST), score, 0.1, english)
    assert written.foreign is told
    brief = Writing("…", words(count, LEAST / 2), score, 0.1, english)
    assert brief.foreign is (told and english is None)
    assert not Writing("", (), -9.0, 0.9, english).foreign


def test_the_language_of_a_model_of_many_is_what_follows_its_first_token() -> None:
    """The bundled one knows English alone and tells nothing."""
    model = WhisperModel(paths.bundled() / "models" / shelf.BUNDLED)
    passage = model.listen(bytes(RATE))
    assert passage.write().english is None
    opened = model.open(passage._sound, 0.5, ())
    start, english, german = 7, 8, 9
    logs = np.full((1, 2, 60_000), -30.0)
    logs[0, 0, [english, german]] = np.log([0.2, 0.6])
    model._of = type(model._of)(**{**vars(model._of), "start": (start, english, 10)})
    model._languages = (english, german)
    step = type(opened.step)(logs, opened.step.attention, opened.step.past)
    told = type(opened)(opened.sound, opened.seconds, step, opened.silence)
    assert model._english(told) == pytest.approx(0.25)


@pytest.mark.parametrize(
    ("token", "language"),
    [("<|en|>", True), ("<|yue|>", True), ("<|nospeech|>", False), ("<|0.00|>", False)],
)
def test_tokens_of_languages_are_known_by_their_letters(token: str, language: bool) -> None:
    assert (LANGUAGE.fullmatch(token) is not None) is language


def foreign(text: str) -> Hearing:
    each = hearing(text)
    return Hearing(each.hypotheses, each.heard_at, each.words, foreign=True)


def test_listen_tells_it_and_goes_on(say: Say, capfd: pytest.CaptureFixture[str]) -> None:
    script = (Heard(foreign("I have long and so")), Heard(hearing("what time is it")))
    ears = ScriptedEars(Changed("listening"), *script, Changed("idle"))
    manners = Manners(speak=False)
    assert Conversation(say.assistant, say.session.id, ears, None, manners).run() == 0  # type: ignore[arg-type]
    told = capfd.readouterr().out
    assert told.count(NOT_ENGLISH) == 1
    assert told.count("you: ") == told.count("assistant: ") == 1


async def test_tui_tells_it_and_takes_no_turn(monkeypatch: pytest.MonkeyPatch) -> None:
    from assistant.tui.transcript import Notice, Said

    choose_simply(monkeypatch)
    talk = Talk()
    async with opened(talk.app) as pilot:
        await pilot.press("f5")
        await talk.shows("listening")
        talk.ears.post(Heard(foreign("I have long and so")))
        await until(lambda: NOT_ENGLISH in texts(talk.app, Notice))
        talk.ears.begin("what time is it")
        talk.ears.end("what time is it")
        await until(lambda: texts(talk.app))
        assert texts(talk.app, Said) == ["what time is it"]
