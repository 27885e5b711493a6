"""Weekdays: "next tuesday", "sunday of next week", "the friday before last", "tuesday the 13th".

A weekday alone is the coming one, never today; with "this" it may be today; with "next" it is next
week's; with "last" the one that was. One beside a date must agree with it: else neither is read.
"""

from __future__ import annotations

from datetime import date, datetime, timedelta

from assistant.language.tokens import Words, word
from assistant.language.values import periods
from assistant.language.values.almanac import (
    MONTHS,
    after_next,
    day_number,
    month,
    skip,
    surely,
    valid,
    weekday,
)
from assistant.language.values.clocktimes import counted
from assistant.language.values.monthdays import closed, day_month, in_figures, months_ahead
from assistant.language.values.numbers import ordinal

Day = tuple[date, int]


class NamedDay(date):
    """A day, ``weekly`` where nothing but a weekday's name told it: "friday", not "next friday"."""

    weekly: bool = False

    @classmethod
    def of(cls, day: date) -> NamedDay:
        """Return a day that was told by the name of a weekday alone."""
        named = cls(day.year, day.month, day.day)
        named.weekly = True
        return named


def weekday_day(words: Words, i: int, now: datetime) -> Day | None:
    """Read a weekday with what leads it, a period it lies in, or the date beside it."""
    i = skip(words, i, "the")
    lead, j = _lead(words, i)
    named = weekday(words, j)
    if named is None or not (lead or surely(words, j) or _dated(words, named[1])):
        return None
    if not lead and _nth(words, i):
        return None  # "the first monday" of what?
    n, k = named
    period = None if lead else _of_week(words, k, now)
    if period is not None:
        return period[0] + timedelta(days=n), period[1]
    found = _led(n, lead, now.date())
    further = after_next(words, k) if lead == "" else None
    if further is not None:
        # "friday after next" is one week on for some and two for others
        before = _led(n, "last", now.date()) - timedelta(days=7)
        return (before, further[1]) if further[0] < 0 else None
    if lead in ("", "this"):
        beside = _with_date(words, n, k, now)
        if beside is not None:
            return (beside[0], beside[1]) if beside[0] else None
    return (found if lead else NamedDay.of(found)), k


def _nth(words: Words, i: int) -> bool:
    """Tell whether an ordinal counts the weekday, not a day of a month: "the 3rd | monday"."""
    if ordinal(words, i - 1) is not None:
        return True
    figure = word(words, i - 1) in ("st", "nd", "rd", "th") and ordinal(words, i - 2) is not None
    back = i - 4 if word(words, i - 3) == "the" else i - 3
    return figure and month(words, back) is None


def _lead(words: Words, i: int) -> tuple[str, int]:
    """Return what leads a weekday: "this", "next", "last", "coming" or nothing."""
    names = {"past": "last", "previous": "last", "upcoming": "coming"}
    names |= {"following": "coming", "forthcoming": "coming"}
    said = names.get(word(words, i), word(words, i))
    if said == "this" and word(words, i + 1) in ("past", "last", "coming", "upcoming"):
        return names.get(word(words, i + 1), word(words, i + 1)), i + 2
    return (said, i + 1) if said in ("this", "next", "last", "coming") else ("", i)


def _led(n: int, lead: str, today: date) -> date:
    """Return the weekday that is meant: the coming one, this or next week's, or the last."""
    if lead == "last":
        return today - timedelta(days=(today.weekday() - n - 1) % 7 + 1)
    if lead == "next":
        return today + timedelta(days=7 - today.weekday() + n)
    if lead == "this":
        return today + timedelta(days=(n - today.weekday()) % 7)
    return today + timedelta(days=(n - today.weekday() - 1) % 7 + 1)


def _of_week(words: Words, i: int, now: datetime) -> Day | None:
    """Read the "of next week" of "tuesday of next week" as that week's Monday."""
    j = skip(words, i, "of", "in", "from")
    span = periods.period(words, j, now)
    if span is None or (span[1] - span[0]).days != 6 or word(words, j) == "week":
        return None
    return span[0], span[2]


def in_week(words: Words, i: int, now: datetime) -> Day | None:
    """Read "next week wednesday", "last week's sunday"."""
    span = periods.period(words, i, now)
    if span is None:
        return None
    if (span[1] - span[0]).days != 6:
        return _in_month(words, span)
    named = weekday(words, skip(words, span[2], "on", ","))
    return (span[0] + timedelta(days=named[0]), named[1]) if named else None


def _in_month(words: Words, span: tuple[date, date, int]) -> Day | None:
    """Read the "on the 3rd" of "next month on the 3rd"."""
    start, end, j = span
    read = ordinal(words, skip(words, skip(words, j, "on"), "the"))
    if read is None or start.month != end.month or word(words, j) not in ("on", "the"):
        return None
    found = valid(start.year, start.month, read[0])
    return (found, read[1]) if found and closed(words, read[1]) else None


def _dated(words: Words, i: int) -> bool:
    """Tell whether a date's number or month follows, as in "sat 14th", "sun nov 12"."""
    i = skip(words, i, ",", "the")
    number = day_number(words, i)
    told = number is not None and not counted(word(words, number[1]))
    return told or word(words, i) in MONTHS


def _with_date(words: Words, n: int, k: int, now: datetime) -> tuple[date | None, int] | None:
    """Read the date after a weekday, which must fall on it; (None, 0) where it does not.

    A date without a year is the coming one, or else the one gone where that is nearer; a day of
    the month alone is that of the next month in which it falls on the weekday.
    """
    j = skip(words, skip(words, k, ","), "the")
    for read in (day_month, in_figures):
        found = read(words, j, now)
        if found is not None and (found[1] > j + 1):
            return on_weekday(words, j, found, n, now) or (None, 0)
    return _weekday_number(words, n, j, now)


def on_weekday(words: Words, i: int, found: Day, n: int, now: datetime) -> Day | None:
    """Return a date at ``i`` as it falls on a weekday, the one gone if it is nearer; or None."""
    found = _other_order(words, n, i, found, now)
    if found[0].weekday() == n:
        return found
    before = _year_before(words, i, found, now)
    near = before is not None and now.date() - before[0] < found[0] - now.date()
    return before if before and near and before[0].weekday() == n else None


def _other_order(words: Words, n: int, j: int, found: Day, now: datetime) -> Day:
    """Return a date in figures as its weekday orders them: "fri 3/6" is the 6th of March too."""
    other = in_figures(words, j, now, swapped=True) if found[0].weekday() != n else None
    return other if other and other[1] == found[1] and other[0].weekday() == n else found


def _year_before(words: Words, i: int, found: Day, now: datetime) -> Day | None:
    """Return the last such date, where no year is told."""
    far = datetime(now.year - 1, now.month, min(now.day, 28), tzinfo=now.tzinfo)
    for read in (day_month, in_figures):
        earlier = read(words, i, far)
        if earlier is not None and earlier[1] == found[1] and earlier[0] < found[0]:
            return earlier
    return None


def _weekday_number(words: Words, n: int, j: int, now: datetime) -> tuple[date | None, int] | None:
    """Read the "the 13th" of "tuesday the 13th", "friday 23"."""
    read = ordinal(words, j) or (day_number(words, j) if word(words, j).isdecimal() else None)
    if read is None or not 0 < read[0] <= 31:
        return None
    number, end = read
    if month(words, skip(words, end, "of")):
        return None, 0  # "monday, 30 february"
    span = periods.period(words, skip(words, end, "of"), now)
    if span is not None and span[0].day == 1 and span[0].month == span[1].month:
        found = valid(span[0].year, span[0].month, number)
        return (found, span[2]) if found and found.weekday() == n else (None, 0)
    if word(words, j).isdecimal() and end == j + 1 and (number <= 12 or not closed(words, end)):
        return None
    for found in months_ahead(number, now.date()):
        if found.weekday() == n:
            return found, end
    return None, 0
