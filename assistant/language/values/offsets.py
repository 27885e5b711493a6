"""Lengths of the calendar, and days told by one: "in 8 weeks and 2 days", "a week from tuesday"."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING

from assistant.language.tokens import Words, phrase, remembered, touching, word
from assistant.language.values.almanac import (
    NEAR,
    NUMBER_WORDS,
    bare,
    skip,
    unit,
    unit_of,
    weekday,
    weekdays,
)
from assistant.language.values.numbers import number, ordinal

if TYPE_CHECKING:
    from dateutil.relativedelta import relativedelta

MOST = {"days": 3_652_000, "weeks": 521_000, "months": 120_000, "years": 9_999}
"""More than this of a unit leaves the calendar."""

Move = Callable[[date], date]
Shift = Callable[[date, int], date]
"""From a day, and 1 for on or -1 for back, to another."""


@remembered
def length(words: Words, i: int) -> tuple[relativedelta, int] | None:
    """Read "two weeks and 3 days", "1 year 2 months", "a year and a half", "a fortnight"."""
    first = _piece(words, i) if _amounts(word(words, i)) else None
    if first is None:
        return None
    from dateutil.relativedelta import relativedelta

    total, j, last = relativedelta(), i, len(_ORDER)
    while True:
        k = j if j == i else skip(words, skip(words, j, ","), "and")
        piece = first if j == i else _piece(words, k)
        if piece is None or _ORDER.index(piece[1]) >= last:
            break
        months = piece[1] in ("years", "months")
        half = phrase(words, piece[2], "and", "a", "half") if piece[1] == "years" else None
        parts = _parts(piece[0] + (0.5 if half else 0), piece[1])
        if parts is None or (not months and piece[0] != int(piece[0])):
            return None
        total += relativedelta(**parts)  # type: ignore[arg-type]
        last, j = _ORDER.index(piece[1]), half or piece[2]
    return total, j


def length_of(value: int, name: str, j: int) -> tuple[relativedelta, int] | None:
    """Return a whole number of a unit as a length, and the place after it."""
    from dateutil.relativedelta import relativedelta

    parts = {"week": 7, "day": 1}.get(name), {"month": 1, "quarter": 3, "year": 12}.get(name)
    if parts == (None, None):
        return None
    return relativedelta(days=value * (parts[0] or 0), months=value * (parts[1] or 0)), j


_ORDER = ("days", "weeks", "months", "years")


def _parts(value: float, name: str) -> dict[str, int] | None:
    if value > MOST[name]:
        return None
    if name == "years" and value != int(value):
        return {"months": int(value * 12)} if value * 12 == int(value * 12) else None
    return {name: int(value)} if value == int(value) else None


YEARS = {"decade": 10, "century": 100, "millennium": 1000}


def _piece(words: Words, i: int) -> tuple[float, str, int] | None:
    """Read one amount and its unit: (amount, "days" and so on, place after)."""
    read = _amount(words, i)
    if read is None:
        return None
    value, j = read
    name = unit(words, skip(words, j, "-"))
    if name == "fortnight":
        value, name = value * 2, "week"
    elif name in YEARS:
        value, name = value * YEARS[name], "year"
    elif name == "quarter":
        value, name = value * 3, "month"
    return (value, name + "s", skip(words, j, "-") + 1) if name + "s" in _ORDER else None


def _amount(words: Words, i: int) -> tuple[float, int] | None:
    """Read how many: a number, "a", "half a", "another"."""
    j = phrase(words, i, "half", "a")
    if j:
        return 0.5, j
    read = number(words, i)
    if read is not None:
        return (abs(read[0]), read[1]) if read[0] > 0 else None
    return (1, i + 1) if word(words, i) in ("a", "an", "another") else None


def _amounts(text: str) -> bool:
    """Tell whether a count of units may begin with a word."""
    return text[:1].isdecimal() or text in NUMBER_WORDS or text in ("a", "an", "half", "another")


WAYS = {"after": 1, "from": 1, "before": -1, "prior": -1, "following": 1}
"""Which way the day lies that is told from another."""


@remembered
def may_step(words: Words) -> bool:
    """Tell whether a text has a word that moves from a day to another."""
    return any(w.text in WAYS or unit_of(w.text) in ("week", "fortnight") for w in words)


def step(words: Words, i: int) -> tuple[Move, int] | None:
    """Read the way from one day to another: "2 weeks before", "the day after", "a week from"."""
    the = skip(words, i, "the")
    for read in (_counted_weekdays, _weekday_beside, _length_beside):
        found = read(words, the if read is not _counted_weekdays else i)
        if found is not None:
            return found
    return None


def _direction(words: Words, i: int) -> tuple[int, int] | None:
    sign = WAYS.get(word(words, i))
    if sign is None:
        return None
    return sign, skip(words, i + 1, "to") if word(words, i) == "prior" else i + 1


@remembered
def _shift(words: Words, i: int) -> tuple[Shift, int] | None:
    """Read how far: a length of the calendar, or working days: "3 business days"."""
    if _signed(words, i):
        return None
    working = _working_days(words, i)
    if working is not None:
        count, j = working
        return (lambda start, sign: _on_working_days(start, count * sign)), j
    read = length(words, i)
    if read is None:
        return None
    span = read[0]
    return (lambda start, sign: start + span if sign > 0 else start - span), read[1]


def _working_days(words: Words, i: int) -> tuple[int, int] | None:
    count = number(words, i) if _amounts(word(words, i)) else None
    if count is None or not _few(count[0]):
        return None
    j = count[1]
    if word(words, j) in ("weekdays", "workdays"):
        return int(count[0]), j + 1
    named = word(words, j) in ("working", "business", "work") and unit(words, j + 1) == "day"
    return (int(count[0]), j + 2) if named else None


def _on_working_days(start: date, count: int) -> date:
    """Return the day so many days from Monday to Friday on, or back where it is negative."""
    step_ = 1 if count > 0 else -1
    while count:
        start += timedelta(days=step_)
        count -= step_ * (start.weekday() < 5)
    return start


def _length_beside(words: Words, i: int) -> tuple[Move, int] | None:
    """Read "three days after", "the day before", "2 weeks and 6 days from"."""
    read = _shift(words, i)
    if read is None and word(words, i) == "day" and word(words, i - 1) not in COUNTING:
        read = (lambda start, sign: start + timedelta(days=sign)), i + 1
    way = _direction(words, read[1]) if read else None
    if read is None or way is None:
        return None
    move, (sign, j) = read[0], way
    return (lambda start: move(start, sign)), j


COUNTING = frozenset("every each any some another other next last this that one a".split())
"""Words before "day" that make it another than the one right after or before."""


def _counted_weekdays(words: Words, i: int) -> tuple[Move, int] | None:
    """Read "3 fridays from", "two mondays after"."""
    count = number(words, i)
    day = weekdays(words, count[1]) if count else None
    way = _direction(words, day[1]) if day else None
    if count is None or day is None or way is None or not _few(count[0]):
        return None
    return _nth_weekday(day[0], int(count[0]) * way[0]), way[1]


def _few(value: float) -> bool:
    return 0 < value < 10_000 and value == int(value)


def _weekday_beside(words: Words, i: int) -> tuple[Move, int] | None:
    """Read "the monday after", "the second sunday before"."""
    nth = ordinal(words, i)
    count, j = nth or (1, i)
    day = weekday(words, j)
    way = _direction(words, day[1]) if day and count > 0 else None
    if day is None or way is None or word(words, way[1] - 1) == "from":
        return None
    return _nth_weekday(day[0], count * way[0]), way[1]


def _nth_weekday(day: int, count: int) -> Move:
    """Return the way to the n-th such weekday after a day (before it where n is negative)."""

    def move(start: date) -> date:
        if count > 0:
            return start + timedelta(days=(day - start.weekday() - 1) % 7 + 1 + 7 * (count - 1))
        return start - timedelta(days=(start.weekday() - day - 1) % 7 + 1 + 7 * (-count - 1))

    return move


def from_now(words: Words, i: int, now: datetime) -> tuple[date, int] | None:
    """Read "in two weeks' time", "3 days ago", "a week ago yesterday", "in 3 working days"."""
    today, lead = now.date(), word(words, i) == "in"
    read = _shift(words, i + 1 if lead else i)
    if read is None:
        return _weekdays_ago(words, i, today)
    move, j = read
    if _goes_on(words, i + 1 if lead else i, j, now):
        return None
    if lead:
        end = skip(words, skip(words, j, "'"), "time") if _timed(words, j) else j
        end = phrase(words, j, "from", "today") or phrase(words, j, "from", "now") or end
        return move(today, 1), end
    if word(words, j) in ("ago", "back", "earlier"):
        start = NEAR.get(word(words, j + 1))
        end = j + 1 if start is None else j + 2
        return move(today + timedelta(days=start or 0), -1), end
    return (move(today, 1), j + 1) if word(words, j) in ("hence", "later") else None


def _signed(words: Words, i: int) -> bool:
    """Tell whether a minus stands before a number."""
    return word(words, i - 1) == "-" and touching(words, i)


def _timed(words: Words, j: int) -> bool:
    return bool(phrase(words, j, "time") or phrase(words, j, "'", "time"))


def _goes_on(words: Words, i: int, j: int, now: datetime) -> bool:
    """Tell whether hours or minutes belong to the length, so that it ends within a day."""
    from assistant.language.values.durations import duration

    whole = duration(words, i, now)
    return whole is not None and whole[1] > j


def _weekdays_ago(words: Words, i: int, today: date) -> tuple[date, int] | None:
    count = number(words, i)
    day = weekdays(words, count[1]) if count else None
    if count is None or day is None or word(words, day[1]) != "ago" or not _few(count[0]):
        return None
    return _nth_weekday(day[0], -int(count[0]))(today), day[1] + 1


def week_on(words: Words, i: int) -> tuple[timedelta, int] | None:
    """Read the way of "a week on tuesday", "two weeks today", "a fortnight tomorrow"."""
    read = length(words, i)
    if read is None or unit(words, read[1] - 1) not in ("week", "fortnight"):
        return None
    span, j = read
    if span.days % 7 or not span.days or span.months or span.years:
        return None
    if word(words, j) == "on" and weekday(words, j + 1):
        return timedelta(days=span.days), j + 1
    told = bare(words, j) in NEAR or weekday(words, j)
    return (timedelta(days=span.days), j) if told else None
