"""Days within periods: "first monday of may", "last day of february", "the end of next week"."""

from __future__ import annotations

from datetime import date, datetime, timedelta

from assistant.language.tokens import Words, phrase, word
from assistant.language.values.almanac import (
    WEEKDAYS,
    after_next,
    bare,
    month,
    skip,
    unit,
    weekday,
    year,
)
from assistant.language.values.numbers import ordinal
from assistant.language.values.periods import in_year, months_from, running, whole

EDGES = {"middle": 0, "mid": 0, "start": -1, "beginning": -1, "end": 1}
"""Which edge of a period a word names."""


def within(words: Words, i: int, now: datetime) -> tuple[date, date, int] | None:
    """Read the period after "of" or "in": "may", "next month", and "the month" for this one."""
    named_year = phrase(words, skip(words, i, "the"), "year")
    told = year(words, named_year) if named_year and word(words, named_year).isdecimal() else None
    if told is not None:
        return date(told[0], 1, 1), date(told[0], 12, 31), told[1]
    if word(words, i) == "the" and unit(words, i + 1) and not after_next(words, i + 2):
        return (*running(unit(words, i + 1), now.date(), 0), i + 2)
    named = month(words, i)
    if named is not None:
        found = in_year(words, named[1], named[0], now.date())
        return found[0][0], found[0][1], found[1]
    told = year(words, i)
    if told is not None:
        return date(told[0], 1, 1), date(told[0], 12, 31), told[1]
    return whole(words, skip(words, i, "the"), now)


def edge(words: Words, i: int, now: datetime) -> tuple[date, int] | None:
    """Read "the end of the month", "beginning of next year", "mid july"."""
    i = skip(words, i, "the")
    part = EDGES.get(word(words, i))
    if part is None:
        return None
    j = skip(words, i + 1, "-") if word(words, i) == "mid" else phrase(words, i + 1, "of")
    if j and unit(words, j) not in ("", "day") and not after_next(words, j + 1):
        span: tuple[date, date, int] | None = (*running(unit(words, j), now.date(), 0), j + 1)
    else:
        span = within(words, j, now) if j else None
    if span is None:
        return None
    start, end, k = span
    if part:
        return (end if part > 0 else start), k
    return _middle(start, end), k


def _middle(start: date, end: date) -> date:
    """Return the 15th of a month, and the day halfway of anything else."""
    of_a_month = start.day == 1 and (end - start).days < 31
    return start.replace(day=15) if of_a_month else start + (end - start) // 2


def part_of(words: Words, i: int, now: datetime) -> tuple[date, int] | None:
    """Read "first monday of may", "last day of february", "the 12th of next month".

    In a month without a year, and as a day of "the month", it is the next one if it is over.
    """
    nth = _nth(words, skip(words, i, "the"))
    if nth is None:
        return None
    what, j = _what(words, nth[1])
    told = phrase(words, j, "of") or phrase(words, j, "in")
    if told is None and word(words, j) in ("this", "next", "last") and unit(words, j + 1):
        told = j
    span = within(words, told, now) if told else None
    if told is None or span is None or (what == "" and nth[0] < 0):
        return None
    start, end, k = span
    if unit(words, k - 1) == "day":
        return None
    found = _nth_of(what, nth[0], start, end)
    if found is not None and found < now.date():
        named = month(words, told)
        if named is not None and named[1] == k:
            found = _nth_of(what, nth[0], *months_from((start.year + 1) * 12 + start.month - 1))
        elif what in ("", "day") and phrase(words, told, "the", "month"):
            found = _nth_of(what, nth[0], *running("month", now.date(), 1))
    return (found, k) if found else None


def _nth(words: Words, i: int) -> tuple[int, int] | None:
    """Read "first", "last", "second to last", "third last", "20" (before "of")."""
    last = word(words, i) == "last"
    if last:
        return -1, i + 1
    read = ordinal(words, i)
    if read is None:
        text = word(words, i)
        return (int(text), i + 1) if text.isdecimal() and len(text) <= 2 else None
    ahead = phrase(words, read[1], "to", "last") or phrase(words, read[1], "last")
    return (-read[0], ahead) if ahead else read


def _what(words: Words, i: int) -> tuple[str, int]:
    """Return what is counted: a weekday's name, "day", "weekend", or nothing (a day's number)."""
    if weekday(words, i):
        return word(words, i), i + 1
    if phrase(words, i, "working", "day") or phrase(words, i, "business", "day"):
        return "weekday", i + 2
    text = bare(words, i)
    return (text, i + 1) if text in ("day", "weekend", "weekday", "workday") else ("", i)


def _nth_of(what: str, count: int, start: date, end: date) -> date | None:
    """Return the n-th such day between two days, from the end where n is negative."""
    if what in ("", "day"):
        found = start + timedelta(days=count - 1) if count > 0 else end + timedelta(days=count + 1)
        return found if start <= found <= end else None
    if what in ("weekday", "workday"):
        days = [start + timedelta(days=n) for n in range((end - start).days + 1)]
        days = [each for each in days if each.weekday() < 5]
        return days[count - 1 if count > 0 else count] if abs(count) <= len(days) else None
    wanted = 5 if what == "weekend" else WEEKDAYS[what]
    if count > 0:
        found = start + timedelta(days=(wanted - start.weekday()) % 7 + 7 * (count - 1))
    else:
        found = end - timedelta(days=(end.weekday() - wanted) % 7 + 7 * (-count - 1))
    return found if start <= found <= end else None
