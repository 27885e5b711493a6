"""Ranges of days: "next week", "november 19-20", "from monday to friday", "june to august"."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import ClassVar

from assistant.language.records import dataclass
from assistant.language.tokens import Words, phrase, remembered, touching, word
from assistant.language.values import dates
from assistant.language.values.almanac import (
    THROUGH,
    day_number,
    month,
    skip,
    unit,
    valid,
    weekday,
    year,
)
from assistant.language.values.dates import day
from assistant.language.values.finding import read_whole
from assistant.language.values.moments import sure_day
from assistant.language.values.periods import beside_a_day, running
from assistant.language.values.portions import within

LONGEST_END = 14
"""Words and signs of one end of a range, at most: "the second last monday of may, 2027"."""

WEEK = 7


@dataclass(frozen=True, slots=True)
class DateRange:
    """The days from ``start`` to ``end``, both included."""

    start: date
    end: date

    examples: ClassVar[tuple[str, ...]] = ("next week", "from monday to friday", "this month")

    @classmethod
    def parse(cls, text: str, now: datetime | None = None) -> DateRange | None:
        """Return the range a text says, seen from ``now`` (else from the present moment)."""
        return read_whole(text, now or datetime.now().astimezone(), date_range)

    def __len__(self) -> int:
        return (self.end - self.start).days + 1

    def __str__(self) -> str:
        return f"{self.start} to {self.end}"


@dataclass(frozen=True, slots=True)
class _End:
    """One end of a range: a day, a period, or the mere number of a day."""

    start: date | None
    end: date | None
    after: int
    number: int = 0
    weekday: bool = False
    yearless: bool = False
    """Whether a day of a month was said without its year."""


def date_range(words: Words, i: int, now: datetime) -> tuple[DateRange, int] | None:
    """Read a range: two ends, or a period with a name."""
    two = (_two_ends, _inside_period) if _joined_soon(words, i) else ()
    for read in (*two, _rest, _week_of, _nth_week, _decade, _named):
        found = read(words, i, now)
        if found is not None and found[0] <= found[1]:
            return DateRange(found[0], found[1]), found[2]
    return None


Span = tuple[date, date, int]


def _joined_soon(words: Words, i: int) -> bool:
    """Tell whether a word that joins the ends of a range stands where a first end may end."""
    return any(i < k <= i + LONGEST_END for k in _joints(words))


@remembered
def _joints(words: Words) -> tuple[int, ...]:
    return tuple(k for k, each in enumerate(words) if each.text in THROUGH or each.text == "and")


def _two_ends(words: Words, i: int, now: datetime) -> Span | None:
    """Read "from monday to friday", "may 5 through 9", "between the 3rd and the 9th of may"."""
    lead = word(words, i) if word(words, i) in ("from", "between") else ""
    first = _end_or_now(words, i + 1 if lead else skip(words, i, "on"), now)
    if first is None:
        return None
    joint = word(words, first.after)
    if joint not in THROUGH and (joint != "and" or lead != "between"):
        return None
    then = datetime.combine(first.start, now.time(), now.tzinfo) if first.start else now
    last = _end(words, first.after + 1, then)
    if last is None or not last.weekday:
        last = _end_or_now(words, first.after + 1, now) or last
    return _joined(first, last) if last else None


def _end(words: Words, i: int, now: datetime) -> _End | None:
    """Read one end of a range, the longest; a mere number goes before the day it may be."""
    found: list[_End] = []
    span = dates.span(words, i, now) or _month_or_year(words, i, now)
    if span:
        found.append(_End(*span, yearless=month(words, i) is not None and span[2] == i + 1))
    read = sure_day(words, i, now)
    if read:
        lone = weekday(words, skip(words, i, "the"))
        told = _has_year(words, i, read[1])
        found.append(
            _End(
                read[0], read[0], read[1],
                weekday=lone is not None and lone[1] == read[1],
                yearless=not told and _has_month(words, i, read[1]),
            )
        )  # fmt: skip
    number = day_number(words, i)
    of_month = number and month(words, skip(words, number[1], "of"))
    if number and not (of_month and not read):
        start = read[0] if read and read[1] == number[1] else None
        found.append(_End(start, start, number[1], number[0]))
    return max(found, key=lambda end: (end.after, end.number), default=None)


def _month_or_year(words: Words, i: int, now: datetime) -> Span | None:
    """Read "march" or "2025" as an end, where the one is a month and the other a year."""
    if month(words, i):
        return None if beside_a_day(words, i, i + 1) else within(words, i, now)
    told = year(words, i)
    dashed = told and word(words, told[1]) == "-" and touching(words, told[1])
    if told is None or (dashed and len(word(words, told[1] + 1)) != len("2025")):
        return None  # "2025-13" and "2027-06-31" are no years
    return date(told[0], 1, 1), date(told[0], 12, 31), told[1]


def _end_or_now(words: Words, i: int, now: datetime) -> _End | None:
    if word(words, i) == "now":
        return _End(now.date(), now.date(), i + 1)
    return _end(words, i, now)


def _has_year(words: Words, i: int, j: int) -> bool:
    return any(len(word(words, k)) == 4 and word(words, k).isdecimal() for k in range(i, j)) or any(
        year(words, k) for k in range(i + 1, j)
    )


def _has_month(words: Words, i: int, j: int) -> bool:
    return any(month(words, k) for k in range(i, j))


def _joined(first: _End, last: _End) -> Span | None:
    """Fit two ends together: a mere number takes the month of the other, a day its year."""
    if first.number and not last.number and not last.weekday and last.start:
        start = valid(last.start.year, last.start.month, first.number)
        return (start, last.end or last.start, last.after) if start else None
    if first.start is None:
        return None
    if last.number:
        end = valid(first.start.year, first.start.month, last.number)
        return (first.start, end, last.after) if end else None
    if last.start is None or last.end is None:
        return None
    start = first.start
    another = not last.yearless and last.end.year != start.year
    if first.yearless and (another or start > last.end):
        start = _in_year_of(start, last.end)
    elif first.weekday and start > last.end:
        start = last.end - timedelta(days=(last.end.weekday() - start.weekday()) % WEEK)
    return start, last.end, last.after


def _in_year_of(start: date, end: date) -> date:
    """Return a day of a month in the year before an end."""
    moved = valid(end.year, start.month, start.day)
    return moved if moved and moved <= end else valid(end.year - 1, start.month, start.day) or start


def _inside_period(words: Words, i: int, now: datetime) -> Span | None:
    """Read "this week from tuesday to thursday", "june between 4 and 9"."""
    span = dates.span(words, i, now)
    if span is None or word(words, span[2]) not in ("from", "between"):
        return None
    start, stop, j = span
    first, k = _day_in(words, j + 1, start, stop)
    joint = word(words, k)
    if first is None or (joint not in THROUGH and joint != "and"):
        return None
    last, end = _day_in(words, k + 1, start, stop)
    return (first, last, end) if last else None


def _day_in(words: Words, i: int, start: date, stop: date) -> tuple[date | None, int]:
    """Read a weekday or the number of a day within a period."""
    i = skip(words, i, "the")
    named = weekday(words, i)
    if named is not None and (stop - start).days < WEEK:
        return start + timedelta(days=(named[0] - start.weekday()) % WEEK), named[1]
    number = day_number(words, i)
    if number is None:
        return None, i
    return valid(start.year, start.month, number[0]), number[1]


def _rest(words: Words, i: int, now: datetime) -> Span | None:
    """Read "the rest of the week", "the remainder of this month"."""
    j = skip(words, i, "the")
    if word(words, j) not in ("rest", "remainder") or word(words, j + 1) != "of":
        return None
    span = within(words, j + 2, now)
    return (max(now.date(), span[0]), span[1], span[2]) if span else None


def _week_of(words: Words, i: int, now: datetime) -> Span | None:
    """Read "the week of the 12th", "week beginning march 3"."""
    j = skip(words, i, "the")
    if unit(words, j) not in ("week", "weekend") or word(words, j + 1) not in (
        "of", "beginning", "starting", "commencing",
    ):  # fmt: skip
        return None
    read = day(words, j + 2, now)
    if read is None:
        return None
    start, end = running(unit(words, j), read[0], 0)
    return start, end, read[1]


def _nth_week(words: Words, i: int, now: datetime) -> Span | None:
    """Read "the first week of may", "last weekend of the month", "the first 3 days of june"."""
    j = skip(words, i, "the")
    nth = {"first": 1, "second": 2, "third": 3, "fourth": 4, "last": -1}.get(word(words, j))
    if nth is None:
        return None
    count = day_number(words, j + 1) if abs(nth) == 1 else None
    number, k = count or (1, j + 1)
    name = unit(words, k)
    days = {"day": 1, "week": WEEK, "weekend": 2}.get(name)
    span = within(words, k + 2, now) if days and word(words, k + 1) in ("of", "in") else None
    if span is None or days is None or (name == "day" and not count):
        return None
    first, last, end = span
    if name == "weekend":
        first += timedelta(days=(5 - first.weekday()) % WEEK)
        last -= timedelta(days=(last.weekday() - 6) % WEEK)
    length = timedelta(days=days * number - 1)
    if nth < 0:
        return last - length, last, end
    start = first + timedelta(days=WEEK * (nth - 1))
    return start, start + length, end


DECADES = {
    name: 10 * n
    for n, name in enumerate("tens twenties thirties forties fifties sixties seventies eighties "
                             "nineties".split(), 1)
}  # fmt: skip


def _decade(words: Words, i: int, now: datetime) -> Span | None:
    """Read "the nineties", "the 90s", "the 1980s": the last such decade that began."""
    j = phrase(words, i, "the") or i
    text = word(words, j)
    tens: int | None = DECADES.get(text) if j > i else None
    k = j + 1
    if text.isdecimal() and text.endswith("0") and word(words, j + 1) in ("s", "'s"):
        tens, k = (
            (int(text), j + 2) if len(text) in (2, 4) and (j > i or len(text) == 4) else (None, k)
        )
    if tens is None:
        return None
    century = now.year // 100 * 100
    start = (
        tens
        if tens > 99
        else century + tens
        if century + tens <= now.year
        else century - 100 + tens
    )
    return date(start, 1, 1), date(start + 9, 12, 31), k


def _named(words: Words, i: int, now: datetime) -> Span | None:
    """Read a period, and a year that is the whole text."""
    span = dates.span(words, skip(words, i, "during", "over", "throughout", "for"), now)
    if span is not None:
        return span
    told = year(words, i) if i == 0 else None
    if told is None or told[1] < len(words):
        return None
    return date(told[0], 1, 1), date(told[0], 12, 31), told[1]
