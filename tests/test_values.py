"""Values are read as people mean them, alone and inside sentences, and nothing breaks that."""

from __future__ import annotations

import enum
from datetime import date, datetime, time, timedelta
from typing import Any, Literal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.errors import SkillLoadError
from assistant.language.values import (
    DateRange,
    Money,
    Percentage,
    from_json,
    slot_type,
    to_json,
)
from assistant.testing import BERLIN, WEDNESDAY
from tests import values_cases as cases


class Colour(enum.Enum):
    """A few colours."""

    RED = 1
    DARK_BLUE = 2


class Shout:
    """A class of a skill's own."""

    examples = ("HEY",)

    def __init__(self, text: str) -> None:
        self.text = text

    @classmethod
    def parse(cls, text: str) -> Shout:
        """Take capitals only."""
        if text == "boom":
            raise RuntimeError("a stranger's mistake")
        if not text.isupper():
            raise ValueError(text)
        return cls(text)

    def __str__(self) -> str:
        return self.text


MOMENTS = {
    said: datetime.fromisoformat(iso).replace(tzinfo=BERLIN) for said, iso in cases.MOMENTS.items()
}
PERCENTAGES = {
    said: None if value is None else Percentage(value) for said, value in cases.PERCENTAGES.items()
}
RANGES = {said: DateRange(*map(date.fromisoformat, ends)) for said, ends in cases.RANGES.items()}
TABLES: list[tuple[type, dict[str, Any]]] = [
    (int, cases.INTEGERS),
    (float, cases.FLOATS),
    (timedelta, cases.DURATIONS),
    (time, cases.TIMES),
    (date, cases.DATES),
    (datetime, MOMENTS),
    (Percentage, PERCENTAGES),
    (DateRange, RANGES),
    (bool, cases.ANSWERS),
    (Money, cases.MONEY),
]
TABLE = [(kind, said, value) for kind, table in TABLES for said, value in table.items()]


@pytest.mark.parametrize(
    ("kind", "said", "value"), TABLE, ids=[f"{k.__name__}: {s}" for k, s, _ in TABLE]
)
def test_values_table(kind: type, said: str, value: object) -> None:
    """Each phrasing means what people mean by it; None is what is no such value."""
    found = slot_type(kind).parse(said, WEDNESDAY)

    assert found == (pytest.approx(value) if kind is float else value)


def test_values_table_is_long_enough() -> None:
    """The table holds the real phrasings it is judged by."""
    assert len(TABLE) >= 150


@pytest.mark.parametrize(
    ("kind", "sentence", "words"),
    [
        (timedelta, "set a pasta timer for ten minutes", ["ten minutes"]),
        (timedelta, "give me a shout in a quarter of an hour", ["a quarter of an hour"]),
        (float, "convert 5 miles to km", ["5"]),
        (int, "roll 3 twenty sided dice", ["3", "twenty"]),
        (datetime, "remind me tomorrow at five to call", ["tomorrow at five"]),
        (datetime, "remind me to call mum at 7 pm", ["at 7 pm"]),
        (date, "how many days until the 3rd of may", ["the 3rd of may"]),
        (time, "wake me at half past six please", ["half past six"]),
        (Percentage, "what's 15 % of 80", ["15 %"]),
        (Money, "send 50$ and 20 pounds to joe", ["50$", "20 pounds"]),
        (date, "is 8 pm tomorrow night free", ["tomorrow night"]),
        (date, "tomorrow night at 8", ["tomorrow"]),
        (date, "a table at 8 tonight", ["tonight"]),
        (Money, "at 8pm", []),
        (int, "someone phoned", []),
        (date, "you may go", []),
        (timedelta, "the hourly minutes", []),
        (bool, "play yes by them", []),
    ],
)
def test_values_are_found_in_sentences(kind: type, sentence: str, words: list[str]) -> None:
    """Inside a sentence values are found where they stand, and nowhere else."""
    found = slot_type(kind).find(sentence, WEDNESDAY)

    assert [f.text for f in found] == words
    assert all(sentence[f.start : f.end] == f.text for f in found)


@pytest.mark.parametrize(
    ("said", "value"),
    [
        ("red", Colour.RED),
        ("the dark blue one", Colour.DARK_BLUE),
        ("dark bleu", Colour.DARK_BLUE),
        ("the second one", Colour.DARK_BLUE),
        ("the last one", Colour.DARK_BLUE),
        ("first", Colour.RED),
        ("green", None),
    ],
)
def test_values_choices(said: str, value: Colour | None) -> None:
    """A choice is named, misspelt a little, or counted."""
    assert slot_type(Colour).parse(said, WEDNESDAY) == value


@pytest.mark.parametrize(
    ("said", "value"),
    [
        ("savings", "savings account"),
        ("j account", "joint account"),
        ("joint", "joint account"),
        ("account", None),
        ("s", None),
        ("savings joint", None),
        ("account savings", None),
        ("savings please", "savings account"),
        ("savings bank", None),
    ],
)
def test_values_choices_told_in_part(said: str, value: str | None) -> None:
    """A word that only one of the names has is that one; what several have is none."""
    kind = slot_type(Literal["savings account", "joint account", "credit card"])

    assert kind.parse(said, WEDNESDAY) == value


def test_values_literal_and_custom() -> None:
    """Literals and a skill's own class are slot types; a stranger's mistake is no value."""
    size = slot_type(Literal["small", "large"])
    shout = slot_type(Shout)

    assert size.parse("large please", WEDNESDAY) == "large"
    assert [f.value for f in size.find("a small or large one", WEDNESDAY)] == ["small", "large"]
    assert str(shout.parse(" HEY ", WEDNESDAY)) == "HEY"
    assert shout.parse("hey", WEDNESDAY) is None
    assert shout.parse("boom", WEDNESDAY) is None
    assert shout.greedy


def test_values_unknown_type_lists_the_known() -> None:
    """An annotation that is no slot type is refused with those that are."""
    with pytest.raises(SkillLoadError, match=r"bytes is no slot type; there are int, float.*Enum"):
        slot_type(bytes)


@pytest.mark.parametrize(
    ("kind", "value"),
    [
        (int, 3),
        (float, 2.5),
        (str, "x"),
        (bool, True),
        (date, date(2026, 5, 3)),
        (time, time(6, 30)),
        (datetime, WEDNESDAY),
        (timedelta, timedelta(minutes=90)),
        (Colour, Colour.DARK_BLUE),
        (Percentage, Percentage(15)),
        (DateRange, DateRange(date(2026, 1, 1), date(2026, 1, 9))),
    ],
)
def test_values_json_round_trip(kind: type, value: object) -> None:
    """What is kept as JSON comes back as it was."""
    import json

    assert from_json(kind, json.loads(json.dumps(to_json(value)))) == value


KINDS = [int, float, bool, str, date, time, datetime, timedelta, Percentage, DateRange, Colour]
WORDS = st.sampled_from(
    "a an half past quarter to of the may monday next in at 3 7:30 12 99 -1 1/0 twenty second "
    "minutes hours and , . % am pm tonight 31 february 999999999 last week year point h".split()
)
TEXTS = st.one_of(st.text(max_size=60), st.lists(WORDS, max_size=9).map(" ".join))


@given(TEXTS)
def test_values_nothing_breaks_the_reading(text: str) -> None:
    """Any text is read without an error, and what is found lies inside it."""
    for kind in KINDS:
        read = slot_type(kind)
        read.parse(text, WEDNESDAY)
        for found in read.find(text, WEDNESDAY):
            assert 0 <= found.start < found.end <= len(text)


def test_values_huge_text_is_cut() -> None:
    """A megabyte of numbers is no value and costs no time to speak of."""
    text = "twenty " * 150_000
    for kind in KINDS[:-1]:
        if kind is not str:
            assert slot_type(kind).parse(text, WEDNESDAY) is None


def test_values_clock_change_keeps_wall_time() -> None:
    """In the night the clocks change an hour that is leapt over becomes the one after."""
    night = datetime(2026, 3, 28, 22, 0, tzinfo=BERLIN)
    said = slot_type(datetime).parse("tomorrow at 2:30 in the morning", night)
    later = slot_type(datetime).parse("in five hours", night)

    assert said is not None
    assert (said.hour, said.minute) == (3, 30)
    assert later is not None
    assert later.hour == 4
