"""The second hearing as the last judge of a wake word that was spotted."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pytest

from assistant import paths
from assistant.measuring.sound.clips import clips
from assistant.speech.hearing import vouching
from assistant.speech.hearing.confirming import Found, Kept, in_noise
from assistant.speech.hearing.gate import Gate
from assistant.speech.hearing.vouching import Vouching, is_among
from assistant.speech.hearing.wake import CERTAIN, DROP, LIFT, WORTH, Wake
from assistant.speech.models.vosk import VoskModel
from assistant.speech.second import Belief, SecondModel, Writing
from assistant.speech.sound import FRAME_SECONDS, SAMPLES
from assistant.speech.whisper import shelf
from assistant.speech.whisper.model import WhisperModel
from assistant.turn.hearing import WordGraph

PHRASE = Found(2.0, 2.6)


class Passage:
    def __init__(self, written: str, likely: float) -> None:
        self._written, self._likely = written, likely

    def write(self, hints: Sequence[str] = ()) -> Writing:
        return Writing(self._written, (), -0.5, 0.0)

    def match(self, graph: WordGraph, least: float) -> list[tuple[str, float]]:
        raise AssertionError("nothing is matched")

    def likelihoods(self, texts: Sequence[str], hints: Sequence[str] = ()) -> list[float]:
        return [self._likely for _ in texts]


class Hears:
    """A second hearing that hears the same in everything, and counts how often it is asked."""

    name = "told"
    belief = Belief(bias=5.0, word=3.0)

    def __init__(self, written: str, likely: float = -90.0, fails: bool = False) -> None:
        self.passage = Passage(written, likely)
        self.fails = fails
        self.asked: list[float] = []

    def listen(self, sound: bytes) -> Passage:
        self.asked.append(len(sound) / 32_000)
        if self.fails:
            raise RuntimeError("broken")
        return self.passage


@pytest.mark.parametrize(
    ("words", "among"),
    [
        ("hey computer", True),
        ("okay hey computer please", True),
        ("hey commuter", True),
        ("he computed her", True),
        ("turn it off", False),
        ("computer", True),  # short words before it are easily missed
        ("", False),
        ("say hey", False),
    ],
)
def test_a_phrase_is_among_words_that_sound_like_it(words: str, among: bool) -> None:
    assert is_among(["hey", "computer"], words.split()) is among


@pytest.mark.parametrize(
    ("written", "likely", "told"),
    [
        ("Hey computer.", -90.0, True),
        ("In the evening.", -4.0, True),
        ("In the evening.", -90.0, False),
        ("", -90.0, False),
    ],
)
def test_a_phrase_is_confirmed_that_was_written_or_is_likely(
    written: str, likely: float, told: bool
) -> None:
    assert Vouching(Hears(written, likely), "hey computer").confirms(b"") is told


def test_a_second_hearing_that_fails_tells_nothing(
    caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    ours = logging.getLogger("assistant")
    monkeypatch.setattr(ours, "propagate", True)  # a door that was open has its own log
    with caplog.at_level(logging.WARNING, ours.name):
        assert Vouching(Hears("", fails=True), "hey computer").confirms(b"") is None
    assert "RuntimeError" in caplog.text


def kept(room: int, said: int = 8_000) -> list[Kept]:
    """Return three seconds of a room of some loudness in which something is said."""
    frames = round(3.0 / FRAME_SECONDS)
    first, last = (round(at / FRAME_SECONDS) for at in PHRASE)
    return [
        Kept(np.full(SAMPLES, said if first <= i < last else room, "<i2").tobytes(), 0.5)
        for i in range(frames)
    ]


@pytest.mark.parametrize(("room", "told"), [(4, False), (700, False), (1_000, True), (9_000, True)])
def test_a_room_is_noisy_in_which_a_phrase_hardly_stands_out(room: int, told: bool) -> None:
    assert in_noise(kept(room), PHRASE) is told
    assert not in_noise(kept(room)[round(2.0 / FRAME_SECONDS) :], Found(0.0, 0.6))


QUIET, LOUD = 4, 2_000


@pytest.mark.parametrize(
    ("score", "room", "written", "left", "asked"),
    [
        (CERTAIN, QUIET, "In the evening.", CERTAIN, 0),
        (CERTAIN, LOUD, "In the evening.", CERTAIN - DROP, 1),
        (CERTAIN, LOUD, "Hey computer.", 1.0, 1),
        (0.99, LOUD, "In the evening.", 0.99 - DROP, 1),
        (0.6, QUIET, "In the evening.", 0.6 - DROP, 1),
        (0.3, QUIET, "In the evening.", 0.0, 1),
        (0.4, QUIET, "Hey computer.", 0.4 + LIFT, 1),
        (WORTH - 0.01, LOUD, "Hey computer.", WORTH - 0.01, 0),
        (0.0, LOUD, "Hey computer.", 0.0, 0),
    ],
)
def test_it_is_asked_where_vosk_is_not_sure_or_there_is_noise(
    speech_model: Path, score: float, room: int, written: str, left: float, asked: int
) -> None:
    second = Hears(written)
    wake = Wake(VoskModel(speech_model), "hey computer", second=second)
    assert wake._judged(score, kept(room), PHRASE) == pytest.approx(left)
    assert len(second.asked) == asked
    if asked:
        assert second.asked[0] == pytest.approx(0.6 + 2 * vouching.AROUND_SECONDS, abs=0.1)


@pytest.mark.parametrize("second", [None, Hears("", fails=True)], ids=["off", "failing"])
def test_without_it_a_wake_is_as_before(speech_model: Path, second: SecondModel | None) -> None:
    wake = Wake(VoskModel(speech_model), "hey computer", second=second)
    assert wake._judged(0.55, kept(LOUD), PHRASE) == 0.55


def test_it_costs_nothing_at_rest(speech_model: Path) -> None:
    """Nobody speaks, or somebody says other things: it is never asked."""
    from assistant.speech.capture.source import FileSource

    second = Hears("Hey computer.")
    wake, gate = Wake(VoskModel(speech_model), "hey computer", second=second), Gate()
    clip = paths.bundled() / "data" / "speech" / "what-time-is-it.wav"
    quiet = [bytes(2 * SAMPLES)] * 200
    for frame in [*quiet, *FileSource(clip).frames(), *quiet]:
        assert wake.feed(frame, gate(frame)) is None
    assert second.asked == []


@pytest.mark.parametrize("said", [True, False])
def test_real_sounds_are_judged(recordings: Path, said: bool) -> None:
    """A wake word is confirmed in a recording of it; noises and other words are not one."""
    model = WhisperModel(paths.bundled() / "models" / shelf.BUNDLED)
    every = clips(recordings, ["wake_words", "nonspeech"])
    heard = [c for c in every if (c.transcript == "jarvis") is said][:: 1 if said else 9]
    judge = Vouching(model, "jarvis")
    told = [judge.confirms(b"".join(clip.frames())) for clip in heard]
    assert told == [said] * len(told)
