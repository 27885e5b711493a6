"""Values are said back as people say them."""

from __future__ import annotations

from datetime import timedelta

import pytest

from assistant import counted, joined, sentence, spoken_date, spoken_length, turned
from assistant.language.saying import spoken_moment
from assistant.testing import WEDNESDAY


def test_saying_lists_and_counts() -> None:
    """Lists have one "and", counts the right number."""
    assert [joined(x) for x in ([], ["a"], ["a", "b"], "abc")] == ["", "a", "a and b", "a, b and c"]
    assert joined([1, 2], "or") == "1 or 2"
    assert [counted(n, "box") for n in (0, 1, 2)] == ["no boxes", "1 box", "2 boxes"]


@pytest.mark.parametrize(
    ("seconds", "said"),
    [
        (0, "0 seconds"),
        (-5, "0 seconds"),
        (1, "1 second"),
        (59.6, "1 minute"),
        (5_400, "1 hour 30 minutes"),
        (90_061, "1 day 1 hour 1 minute 1 second"),
    ],
)
def test_saying_lengths(seconds: float, said: str) -> None:
    """Units that are none are left out."""
    assert spoken_length(timedelta(seconds=seconds)) == said


@pytest.mark.parametrize(
    ("seconds", "said"),
    [
        (0, "0 second"),
        (45, "45 second"),
        (300, "5 minute"),
        (5_400, "1 hour 30 minute"),
        (3 * 86_400 + 7_200, "3 day 2 hour"),
    ],
)
def test_saying_lengths_before_what_takes_so_long(seconds: float, said: str) -> None:
    """As an adjective every unit is singular."""
    assert spoken_length(timedelta(seconds=seconds), adjective=True) == said


@pytest.mark.parametrize(
    ("days", "said"),
    [
        (-1, "yesterday at 10:00"),
        (0, "today at 10:00"),
        (1, "tomorrow at 10:00"),
        (6, "Tuesday at 10:00"),
        (7, "Wednesday, 11 March at 10:00"),
        (-3, "Sunday, 1 March at 10:00"),
        (365, "Thursday, 4 March 2027 at 10:00"),
    ],
)
def test_saying_moments(days: int, said: str) -> None:
    """The nearer a day, the shorter it is told; another year is."""
    assert spoken_moment(WEDNESDAY + timedelta(days=days), WEDNESDAY) == said


def test_saying_times_of_twelve_hours() -> None:
    """Midnight and noon are 12 with am and pm."""
    said = [
        spoken_moment(WEDNESDAY.replace(hour=hour, minute=5), WEDNESDAY, "12h")
        for hour in (0, 12, 23)
    ]
    assert said == ["today at 12:05 am", "today at 12:05 pm", "today at 11:05 pm"]
    assert spoken_date(WEDNESDAY) == "Wednesday, 4 March 2026"


def test_saying_sentences_and_what_was_told() -> None:
    """A sentence has a capital and an end; who speaks is turned round, and nothing else."""
    assert [sentence(x) for x in ("so be it", "really?", "")] == ["So be it.", "Really?", ""]
    assert turned("My code is where I was, mine, Tim") == "your code is where you were, yours, Tim"
    assert turned("the family  name") == "the family  name"
