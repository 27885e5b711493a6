"""What tells a wake phrase from the same sounds in the midst of a sentence."""

from __future__ import annotations

import numpy as np
import pytest

from assistant.speech.hearing.confirming import Found, Kept, amid, goes_on, part, settled
from assistant.speech.sound import FRAME_SECONDS, SAMPLES

PHRASE = Found(32 * FRAME_SECONDS, 64 * FRAME_SECONDS)
"""The second of the seconds below."""


def second(speech: float, decibels: float) -> list[Kept]:
    """Return a second of sound of one level, with the gate's probability."""
    most = round(32768 * 10 ** (decibels / 20))
    frame = np.full(SAMPLES, most, "<i2").tobytes()
    return [Kept(frame, speech)] * 32


SPOKEN, SOFTER, SOFT = second(0.9, -20), second(0.9, -25), second(0.9, -30)
QUIET = second(0.1, -60)


@pytest.mark.parametrize(
    ("before", "told"),
    [(QUIET, False), (SPOKEN, True), (SOFT, False), (SOFTER, False), (second(0.2, -20), False)],
    ids=["quiet", "same voice", "television", "a little softer", "noise"],
)
def test_phrase_in_the_midst_of_a_sentence(before: list[Kept], told: bool) -> None:
    """Speech as loud as the phrase came before it, and no pause."""
    assert amid([*before, *SPOKEN], PHRASE) is told


@pytest.mark.parametrize(
    ("behind", "told"),
    [(QUIET, False), (SPOKEN, True), (SOFT, False), (SOFTER, True), ([], False)],
    ids=["quiet", "same voice", "television", "a little softer", "nothing yet"],
)
def test_phrase_that_is_followed_by_speech(behind: list[Kept], told: bool) -> None:
    """Speech about as loud as the phrase comes behind it."""
    assert goes_on([*QUIET, *SPOKEN, *behind], PHRASE) is told


def test_phrase_is_judged_at_a_pause_or_after_half_a_second() -> None:
    """Silence shows at once that nothing follows; speech is listened to for a while."""
    said = [*QUIET, *SPOKEN]

    assert not settled(said, PHRASE)
    assert not settled([*said, *QUIET[:2]], PHRASE)
    assert settled([*said, *QUIET[:4]], PHRASE)
    assert not settled([*said, *SPOKEN[:12]], PHRASE)
    assert settled([*said, *SPOKEN[:18]], PHRASE)


def test_phrase_at_the_very_start_has_nothing_before() -> None:
    """Where the sound begins with it nobody spoke before."""
    assert not amid(SPOKEN, Found(0.0, 1.0))
    assert part(SPOKEN, -1.0, 2 * FRAME_SECONDS) == SPOKEN[:2]
