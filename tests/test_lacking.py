"""What was heard and what may be made of it: no word is left out, no number is another one."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime

import pytest

from assistant.turn.hearing import Ear, Hearing, Hypothesis
from assistant.understanding.spoken.judging import freely, opposed, other_number
from assistant.understanding.spoken.lacking import leaves_out


@pytest.mark.parametrize(
    ("way", "heard"),
    [
        ("wake me at past six tomorrow", "wake me at half past six tomorrow"),
        ("set a timer for five minutes", "set a timer for ten five minutes"),
        ("set a timer for twenty minutes", "set a timer for twenty two minutes"),
        ("set a timer for one hour", "set a timer for one hour ten"),
        ("add milk", "add oat milk"),
        ("good morning", "friday good morning"),
        ("cancel the alarm", "cancel the second alarm"),
        ("time is it", "what time is it"),
    ],
)
def test_a_word_that_nothing_stands_for_is_left_out(way: str, heard: str) -> None:
    assert leaves_out(way, heard)


@pytest.mark.parametrize(
    ("way", "heard"),
    [
        ("roll two dice", "role to ice"),
        ("timer status", "time er stay tus"),
        ("set a timer for 5 minutes please", "um set a timer for five minutes"),
        ("close the curtains in the study", "clothes the curtain in study"),
        ("what is the weather", "what's the whether"),
        ("i would like a double shot of coffee", "i'd like double shot coffee"),
    ],
)
def test_a_word_may_have_been_another_or_two(way: str, heard: str) -> None:
    assert not leaves_out(way, heard)


class Judge:
    """Finds the texts that are told likely, whatever is in mind."""

    hints: Sequence[str] = ()

    def __init__(self, *likely: str) -> None:
        self._likely = likely

    def likelihoods(self, texts: Sequence[str]) -> Sequence[float]:
        return [-1.0 if text in self._likely else -30.0 for text in texts]

    alone = unheard = likelihoods

    def sure(self, text: str) -> float:
        return 0.9 if text in self._likely else 0.1


def hearing(second: str, hinted: str, live: str, *likely: str) -> Hearing:
    ears: tuple[tuple[Ear, str], ...] = (("second", second), ("hinted", hinted), ("open", live))
    told = tuple(Hypothesis(text, 0.0, ear) for ear, text in ears if text)
    return Hearing(told, datetime.now(UTC), judge=Judge(*likely))


def test_a_number_that_only_the_hints_brought_is_another_one() -> None:
    fifty, fifteen = "set a timer for fifty minutes", "set a timer for fifteen minutes"
    assert other_number(hearing(fifty, fifteen, "of mines"), fifteen)
    assert other_number(hearing(fifty, fifteen, fifteen), fifteen)  # who is right?
    assert not other_number(hearing(fifty, fifteen, fifteen), fifty)
    assert not other_number(hearing("roll to dice", "", ""), "roll two dice")
    assert not other_number(hearing("a strong bounce", "", ""), "a twelve ounce")


def test_a_not_that_another_ear_heard_is_heeded() -> None:
    said, lost = "wake me at seven not at six", "wake me at seven point six"
    assert opposed(hearing(lost, "wake me at seven o'clock", said), lost)
    assert not opposed(hearing(lost, lost, said), lost)
    assert not opposed(hearing("turn it on", "turn it up", "not a thing to be had"), "turn it on")


def test_what_was_heard_first_is_not_taken_where_it_lacks_a_not() -> None:
    said, lost = "ten not twenty minutes", "ten point twenty minutes"
    found = freely(hearing(lost, said, "", lost))
    assert found is not None
    assert found.text == said
