"""What a model writes of a window is believed only as far as somebody spoke."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

import pytest

from assistant.speech.dictation.windows import Window, in_frames
from assistant.speech.dictation.writing import write
from assistant.speech.second import Passage, Writing
from assistant.speech.sound import FRAME_SECONDS, SAMPLES
from assistant.turn.hearing import Word


class Reading:
    """Writes what it is told to, one writing for each time that it listens."""

    name = "reading"

    def __init__(self, *writings: Writing) -> None:
        self._writings = list(writings)
        self.lengths: list[float] = []

    def listen(self, sound: bytes) -> Passage:
        self.lengths.append(len(sound) / 32_000)
        return Once(self._writings.pop(0))


class Once:
    def __init__(self, writing: Writing) -> None:
        self._writing = writing

    def write(self, hints: Sequence[str] = ()) -> Writing:
        return self._writing

    def likelihoods(self, texts: Sequence[str], hints: Sequence[str] = ()) -> list[float]:
        raise NotImplementedError


def writing(
    text: str, begin: float, each: float, score: float = -0.2, silence: float = 0
) -> Writing:
    words = [
        Word(word, begin + i * each, begin + (i + 1) * each) for i, word in enumerate(text.split())
    ]
    return Writing(text, tuple(words), score, silence)


def window(*parts: tuple[bool, float], first: int = 0) -> Window:
    """Return a window in which somebody speaks, or not, for so many seconds each."""
    speech = [float(speaks) for speaks, seconds in parts for _ in range(in_frames(seconds))]
    sound = bytes(2 * SAMPLES * len(speech))
    return Window(first, sound, tuple(speech), False, first + len(speech))


def text(found: Sequence[Word]) -> str:
    return " ".join(word.text for word in found)


def test_words_have_the_times_of_the_recording() -> None:
    """They are drawn in to where somebody speaks, in order."""
    piece = write(
        Reading(writing("We sailed. Then it rained.", 0, 1.0)),
        window((False, 0.4), (True, 1.6), (False, 0.8), (True, 2.2), first=100),
    )

    assert piece.words[0].start == pytest.approx(3.2 + 0.4, abs=0.05)
    assert piece.words[1].end == pytest.approx(3.2 + 2.0, abs=0.1)
    assert all(before.end <= after.start for before, after in pairwise(piece.words))
    assert piece.spoken == pytest.approx(3.8, abs=0.1)


@pytest.mark.parametrize(
    ("score", "silence", "kept"),
    [(-0.9, 0.76, False), (-2.1, 0.9, False), (-0.3, 0.7, True), (-1.4, 0.1, True)],
)
def test_what_the_model_doubts_is_nothing(score: float, silence: float, kept: bool) -> None:
    """Where it thinks that nobody speaks, and is not sure of its words either."""
    found = write(Reading(writing("thank you", 0.2, 0.5, score, silence)), window((True, 1.4)))

    assert bool(found.words) is kept
    assert found.score == score


def test_words_where_nobody_speaks_are_invented() -> None:
    found = write(
        Reading(writing("Good night. Thanks for watching!", 0.1, 1.3)),
        window((True, 2.0), (False, 6.0)),
    )

    assert text(found.words) == "Good night."


def test_a_loop_is_gone_round_once() -> None:
    """What it kept the model from hearing is heard by itself."""
    looped = writing("We left. " + "I have done it. " * 4, 0.0, 0.25)
    found = write(Reading(looped, writing("It rained.", 0.0, 1.2)), window((True, 4.5)))

    assert text(found.words) == "We left. I have done it. It rained."


def test_what_is_left_out_at_the_end_is_heard_by_itself() -> None:
    """A model that stops in the middle goes on from there, at the next breath."""
    reading = Reading(writing("It was late.", 0.0, 1.0), writing("We went home.", 0.1, 1.0))
    found = write(reading, window((True, 3.3), (False, 0.5), (True, 3.2)))

    assert text(found.words) == "It was late. We went home."
    assert reading.lengths == pytest.approx([7.0, 3.7], abs=2 * FRAME_SECONDS)
    assert found.words[3].start == pytest.approx(3.8, abs=0.1)


def test_a_model_that_never_goes_on_is_left() -> None:
    """It is not heard without end."""
    reading = Reading(*[writing("Hm.", 0.0, 0.2)] * 20)
    write(reading, window((True, 20.0)))

    assert len(reading.lengths) <= 4
