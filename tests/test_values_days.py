"""Days, feasts and periods are read as people mean them, and nothing breaks that."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from dateutil.relativedelta import relativedelta
from hypothesis import given
from hypothesis import strategies as st

from assistant.language.tokens import split
from assistant.language.values import dates, feasts, slot_type
from assistant.testing import WEDNESDAY
from tests import values_days_cases as cases


@pytest.mark.parametrize(("said", "iso"), [*cases.DAYS.items(), *cases.FEASTS.items()])
def test_values_days_table(said: str, iso: str | None) -> None:
    """Each phrasing is the day people mean by it; None is what is no day."""
    assert slot_type(date).parse(said, WEDNESDAY) == (date.fromisoformat(iso) if iso else None)


@pytest.mark.parametrize(("sentence", "wanted"), cases.FOUND.items())
def test_values_days_are_found_whole(sentence: str, wanted: list[str]) -> None:
    """A day is found with all that belongs to it, or not at all."""
    assert [f.text for f in slot_type(date).find(sentence, WEDNESDAY)] == wanted


@pytest.mark.parametrize(
    ("said", "start", "end"),
    [
        ("next week", "2026-03-09", "2026-03-15"),
        ("the month after next", "2026-05-01", "2026-05-31"),
        ("this weekend", "2026-03-07", "2026-03-08"),
        ("last month", "2026-02-01", "2026-02-28"),
        ("february", "2027-02-01", "2027-02-28"),
        ("last may", "2025-05-01", "2025-05-31"),
        ("june of 1994", "1994-06-01", "1994-06-30"),
        ("previous quarter", "2025-10-01", "2025-12-31"),
        ("third quarter of 2027", "2027-07-01", "2027-09-30"),
        ("this year", "2026-01-01", "2026-12-31"),
        ("this decade", "2020-01-01", "2029-12-31"),
        ("next 4 days", "2026-03-05", "2026-03-08"),
        ("last two weeks", "2026-02-16", "2026-03-01"),
        ("this summer", "2026-06-21", "2026-09-22"),
        ("last winter", "2024-12-21", "2025-03-19"),
        ("easter weekend", "2026-04-04", "2026-04-05"),
        ("memorial day weekend", "2026-05-23", "2026-05-25"),
        ("the coming weekend", "2026-03-07", "2026-03-08"),
        ("2027 q3", "2027-07-01", "2027-09-30"),
        ("the last month of next year", "2027-12-01", "2027-12-31"),
        ("calendar week 12", "2026-03-16", "2026-03-22"),
        ("the next couple of months", "2026-04-01", "2026-05-31"),
        ("year to date", "2026-01-01", "2026-03-04"),
        ("the week of june 17th", "2026-06-15", "2026-06-21"),
    ],
)
def test_values_periods(said: str, start: str, end: str) -> None:
    """A period is its first and last day."""
    words = split(said)

    assert dates.span(words, 0, WEDNESDAY) == (
        date.fromisoformat(start),
        date.fromisoformat(end),
        len(words),
    )


@pytest.mark.parametrize(
    ("zone", "iso"),
    [("Europe/Berlin", "2027-05-03"), ("America/New_York", "2027-03-05"), ("UTC", "2027-05-03")],
)
def test_values_days_figures_follow_the_zone(zone: str, iso: str) -> None:
    """Where day and month can't be told apart, the time zone says which comes first."""
    now = datetime(2026, 3, 4, 10, tzinfo=ZoneInfo(zone))

    assert slot_type(date).parse("3/5/2027", now) == date.fromisoformat(iso)
    assert slot_type(date).parse("25/12/2027", now) == date(2027, 12, 25)
    assert slot_type(date).parse("3.5.2027", now) == date(2027, 5, 3)


def test_values_feasts_have_a_day_each_year() -> None:
    """Every rule of the table names a day of next year, and each name stands for one rule."""
    rows = [row for rows in feasts.NAMES.values() for row in rows]

    assert len({keys for keys, _ in rows}) == len(rows)
    for _, rule in rows:
        assert [each for each in feasts.dates(rule, 2027) if each.year == 2027], rule


def ending(number: int) -> str:
    """Return an ordinal in figures."""
    return (
        f"{number}{'th' if 3 < number < 21 else {1: 'st', 2: 'nd', 3: 'rd'}.get(number % 10, 'th')}"
    )


@given(st.dates(date(2026, 3, 4), date(2027, 3, 3)), st.integers(0, 6))
def test_values_days_every_date_is_read(day: date, off: int) -> None:
    """Each day of a year is read however it is written; beside a wrong weekday it is not."""
    name, month = f"{day:%A}".lower(), f"{day:%B}".lower()
    number, short = ending(day.day), month[:3]
    other = f"{day + timedelta(days=1 + off % 6):%A}".lower()
    read = slot_type(date).parse

    for said in (
        f"{number} of {month}",
        f"{month} {day.day}",
        f"the {number} {short}",
        f"{short}. {number}, {day.year}",
        f"{day.day} {month} {day.year}",
        f"{name} the {number} of {month}",
        f"{month} {number}, {name}",
        f"{name[:3]} {day.day} {short} {day.year}",
        f"{day.isoformat()}",
        f"{day.day}.{day.month}.{day.year}",
        f"{day.day}/{day.month}/{day.year}",
    ):
        assert read(said, WEDNESDAY) == day, said
    assert read(f"{other} {day.day} {month} {day.year}", WEDNESDAY) is None


@given(st.sampled_from(["day", "week", "month", "year"]), st.integers(2, 40))
def test_values_days_every_step_is_taken(unit: str, count: int) -> None:
    """Each count of each unit moves as the calendar does."""
    step = relativedelta(**{f"{unit}s": count})  # type: ignore[arg-type]
    today, christmas = WEDNESDAY.date(), date(2026, 12, 25)
    said = {
        f"in {count} {unit}s": today + step,
        f"{count} {unit}s ago": today - step,
        f"{count} {unit}s from tomorrow": today + timedelta(days=1) + step,
        f"{count} {unit}s before christmas": christmas - step,
        f"{count} {unit}s after christmas day": christmas + step,
    }

    for text, day in said.items():
        assert slot_type(date).parse(text, WEDNESDAY) == day, text


WORDS = st.sampled_from(
    "the day after before first last friday monday of next week this may 2027 3rd 31 april in "
    "on from two fridays weeks and ago easter eve of year ' - / . , 5 twenty christmas".split()
)


@given(st.lists(WORDS, max_size=14).map(" ".join))
def test_values_days_nothing_breaks_the_reading(text: str) -> None:
    """Any words are read without an error, and what is found lies inside them."""
    for found in slot_type(date).find(text, WEDNESDAY):
        assert text[found.start : found.end] == found.text
    slot_type(date).parse(text, WEDNESDAY)


@pytest.mark.parametrize(
    "text",
    [
        "the day after " * 140,
        "monday of the week of " * 90,
        "5 june, friday " * 130,
        "2027 " * 400,
        "next " * 400,
        "1/" * 900,
    ],
)
def test_values_days_long_chains_end(text: str) -> None:
    """A long chain of the same steps is read or not, but never breaks."""
    assert isinstance(slot_type(date).find(text, WEDNESDAY), list)
