"""Hours, lengths, moments and ranges are read as people mean them, or not at all."""

from __future__ import annotations

import copy
import pickle
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

import pytest

from assistant.language.values import DateRange, slot_type
from assistant.language.values.clocktimes import ClockTime
from assistant.language.values.upcoming import next_time
from assistant.testing import BERLIN, WEDNESDAY, Conversation
from assistant.understanding.slots import fill
from tests import values_clock_cases as cases

TABLES: list[tuple[type, dict[str, Any]]] = [
    (time, cases.TIMES),
    (timedelta, cases.DURATIONS),
    (datetime, cases.MOMENTS),
    (DateRange, cases.RANGES),
]
TABLE = [(kind, said, value) for kind, table in TABLES for said, value in table.items()]
KINDS = {"datetime": datetime, "time": time, "timedelta": timedelta, "float": float, "date": date}


def plain(value: Any) -> str:
    """Return a value as the tables write it."""
    if isinstance(value, timedelta):
        return f"{value.total_seconds():g}"
    if isinstance(value, datetime):
        return value.replace(tzinfo=None).isoformat(timespec="minutes")
    if isinstance(value, time):
        return value.isoformat("minutes" if not value.second else "seconds")
    return f"{value.start}..{value.end}" if isinstance(value, DateRange) else str(value)


@pytest.mark.parametrize(
    ("kind", "said", "value"), TABLE, ids=[f"{k.__name__}: {s}" for k, s, _ in TABLE]
)
def test_values_clock_table(kind: type, said: str, value: object) -> None:
    """Each phrasing means what people mean by it; None is what is no such value."""
    found = slot_type(kind).parse(said, WEDNESDAY)

    wanted = f"{value:g}" if isinstance(value, int | float) else value
    assert (None if found is None else plain(found)) == wanted


@pytest.mark.parametrize(("where", "wanted"), cases.FOUND.items())
def test_values_clock_found(where: tuple[str, str], wanted: str) -> None:
    """In a sentence a value is found whole, its parts together, or not at all."""
    kind, sentence = where

    assert [plain(f.value) for f in slot_type(KINDS[kind]).find(sentence, WEDNESDAY)] == (
        [wanted] if wanted else []
    )


def test_values_clock_parts_leave_the_words_between() -> None:
    """A moment said in two places takes its own words and none of those between."""
    said = "remind me tomorrow to call mum at 10pm"
    [found] = slot_type(datetime).find(said, WEDNESDAY)

    assert [said[start:end] for start, end in found.spans] == ["tomorrow", "at 10pm"]
    assert found.covers(*found.spans[1])
    assert not found.covers(said.index("call"), said.index("call") + len("call mum"))
    assert found.text == "tomorrow at 10pm"


def test_values_clock_own_wording_is_no_modifier() -> None:
    """A word that stands before the hole in the request's own wording leaves the value."""
    read = slot_type(time)

    assert read.find("remind me before 5 pm", WEDNESDAY) == []
    assert [f.text for f in read.find("remind me before 5 pm", WEDNESDAY, ("before",))] == ["5 pm"]
    moved = slot_type(date).find("move it from monday to the 5th", WEDNESDAY, ("from", "to"))
    assert [f.text for f in moved] == ["monday", "the 5th"]


def test_values_clock_time_tells_what_was_open() -> None:
    """A time keeps that morning or evening was left open, through copies too."""
    said = slot_type(time).parse("4:45", WEDNESDAY)

    assert isinstance(said, ClockTime)
    assert said.open
    assert pickle.loads(pickle.dumps(said)).open
    assert copy.deepcopy(said).open
    assert said.replace(hour=5) == time(5, 45)
    for sure in ("16:45", "04:45", "4:45 am", "noon", "four in the morning"):
        assert not slot_type(time).parse(sure, WEDNESDAY).open


@pytest.mark.parametrize(
    ("at", "day", "early", "due"),
    [
        ("4:45", None, False, "2026-03-04T16:45"),
        ("4:45", "2026-03-04", False, "2026-03-04T16:45"),
        ("4:45 am", None, False, "2026-03-05T04:45"),
        ("11", None, False, "2026-03-04T23:00"),
        ("6", "2026-03-05", False, "2026-03-05T18:00"),
        ("6", "2026-03-05", True, "2026-03-05T06:00"),
        ("9", "2026-03-05", False, "2026-03-05T09:00"),
        ("midnight", None, False, "2026-03-05T00:00"),
    ],
)
def test_values_clock_next_time(at: str, day: str | None, early: bool, due: str) -> None:
    """One rule tells when a clock shows a time next: an open one is the first of both ahead."""
    now = WEDNESDAY.replace(hour=13)
    said = slot_type(time).parse(at, now)
    on = date.fromisoformat(day) if day else None

    assert plain(next_time(said, on, now, early=early)) == due


def test_values_clock_lengths_are_real_time() -> None:
    """Four hours are four hours over both changes of the clock; a day keeps the hour."""
    for night in (
        datetime(2026, 3, 29, 0, tzinfo=BERLIN),
        datetime(2026, 10, 25, 0, tzinfo=BERLIN),
    ):
        later = slot_type(datetime).parse("in four hours", night)
        next_day = slot_type(datetime).parse("in one day", night)

        assert later.astimezone(UTC) - night.astimezone(UTC) == timedelta(hours=4)
        assert (next_day.hour, next_day.day) == (0, night.day + 1)


def test_values_clock_hour_that_comes_twice() -> None:
    """Of an hour that comes twice the first that is still ahead is meant."""
    first = datetime(2026, 10, 25, 2, 10, tzinfo=BERLIN)
    second = first.replace(minute=40, fold=0)

    assert next_time(time(2, 30), None, first).fold == 0
    again = next_time(time(2, 30), None, second)
    assert (again.day, again.hour, again.minute, again.fold) == (25, 2, 30, 1)


def test_values_clock_slot_takes_parts_that_stand_apart() -> None:
    """A free wording's moment and its free text do not take words from one another."""
    from assistant.language import templates

    class Spec:
        def __init__(self, name: str, kind: type) -> None:
            self.name, self.type, self.required = name, slot_type(kind), True

    specs = {"text": Spec("text", str), "when": Spec("when", datetime)}
    slots = fill(
        "please remind me tomorrow to call mum at 10pm",
        specs,
        [templates.read("remind me {when} to {text}")],
        WEDNESDAY,
    )

    said = {slot.name: slot for slot in slots}
    assert plain(said["when"].value) == "2026-03-05T22:00"
    assert said["text"].value == "call mum"


def test_values_no_value_begins_with_the_words_passed_over() -> None:
    """A value of any table is found after such words as well as alone."""
    from assistant.language.tokens import split
    from assistant.language.values.finding import NO_START
    from tests import values_cases, values_days_cases

    said = [
        text
        for table in (values_cases, values_days_cases, cases)
        for name, rows in vars(table).items()
        if name.isupper() and name not in ("ANSWERS", "FOUND") and isinstance(rows, dict)
        for text, value in rows.items()
        if value is not None and isinstance(text, str)
    ]
    passed = {text for text in said if split(text)[0].text in NO_START}

    assert len(said) > 400
    assert passed == {"for ten minutes please", "make it 8 please"}


@pytest.mark.parametrize(("half", "at"), [("past", "08:30"), ("to", "07:30")])
def test_values_clock_half_an_hour_by_the_setting(say: Conversation, half: str, at: str) -> None:
    """What "half eight" means is the user's habit; "half past eight" is the same for everybody."""
    say.set(half_hour=half)

    assert f"at {at}" in say("set an alarm for half eight am").reply.text
    assert "at 08:30" in say("set an alarm for half past eight am tomorrow").reply.text


def test_values_clock_half_an_hour_is_the_users_in_answers_too(say: Conversation) -> None:
    """What a skill reads by itself is read by the same habit: which alarm is meant."""
    say.set(half_hour="to")
    say("set an alarm for 7:30 am")
    say("set an alarm for 8:30 am")
    say("cancel the alarm")

    assert "07:30" in say("the one at half eight am").reply.text


@pytest.mark.parametrize(
    ("kind", "text"),
    [(datetime, "meet on the 5th at 25:00"), (timedelta, "an hour less 5 minutes")],
)
def test_values_clock_half_a_value_is_none(kind: type, text: str) -> None:
    """Where what belongs to a value can't be read, the rest of it is no value either."""
    assert slot_type(kind).find(text, WEDNESDAY) == []


def test_values_clock_a_part_of_today_joins_no_other_day() -> None:
    """ "Tonight" is today's, whatever day stands in the same sentence."""
    found = slot_type(datetime).find("meet at 7 tonight and 8 tomorrow", WEDNESDAY)

    assert [each.value.day for each in found] == [4, 5]
