"""Spans of the calendar: "next week", "may 2027", "the third quarter", "the weekend after next".

A period is its first and last day. Weeks begin on Monday; "the" running one is the one today lies
in; a month without a year is the running one or the next there is.
"""

from __future__ import annotations

from calendar import monthrange
from datetime import date, datetime, timedelta
from functools import lru_cache

from assistant.language.tokens import Words, phrase, remembered, touching, word
from assistant.language.values.almanac import (
    MONTHS,
    NUMBER_WORDS,
    after_next,
    bare,
    month,
    skip,
    surely,
    unit,
    unit_of,
    year,
    year_after,
)
from assistant.language.values.feasts import around, may_start
from assistant.language.values.figures import year_month
from assistant.language.values.numbers import number, ordinal

Span = tuple[date, date]

AHEAD = {
    "this": 0,
    "current": 0,
    "next": 1,
    "coming": 1,
    "upcoming": 1,
    "following": 1,
    "forthcoming": 1,
    "last": -1,
    "past": -1,
    "previous": -1,
}
"""How many periods on from the running one."""

SEASONS = {"spring": (3, 20), "summer": (6, 21), "autumn": (9, 23), "fall": (9, 23)}
SEASONS["winter"] = (12, 21)
"""First days of the seasons of the north, as an almanac has them."""


STARTS = frozenset((*SEASONS, "weekend", "q", "quarter", "year", "in", "h", "calendar"))
"""First words of periods that are neither a lead, a unit, a month nor a number."""


def period(words: Words, i: int, now: datetime) -> tuple[date, date, int] | None:
    """Read a period: its first day, its last day, and the place after it; not a part of one."""
    return None if _cut(words, i) else whole(words, i, now)


def whole(words: Words, i: int, now: datetime) -> tuple[date, date, int] | None:
    """Read a period whatever stands before it."""
    return _period(words, i, now) if _may_start(bare(words, skip(words, i, "the"))) else None


def _cut(words: Words, i: int) -> bool:
    """Tell whether what stands before a period makes it a part: "early may", "start of next"."""
    back = i - 1 if word(words, i - 1) != "-" else i - 2
    if word(words, back) == "the":
        back -= 1
    before = word(words, back)
    return before in PARTS or (before == "of" and word(words, back - 1) in PARTS)


PARTS = frozenset("early late mid middle start beginning end half most part some".split())
"""Words that make a part of the period they lead."""


@lru_cache(maxsize=4096)
def _may_start(text: str) -> bool:
    """Tell whether a period may begin with a word."""
    named = text in AHEAD or text in STARTS or text in MONTHS or text in NUMBER_WORDS
    return named or bool(unit_of(text)) or text[:1].isdecimal() or may_start(text)


@remembered
def _period(words: Words, i: int, now: datetime) -> tuple[date, date, int] | None:
    today = now.date()
    found = [read for each in READS if (read := each(words, i, today)) is not None]
    if found:
        span, j = max(found, key=lambda read: read[1])
        return *span, j
    return _of_feast(words, i, now) or _to_date(words, i, today)


def running(name: str, today: date, ahead: int) -> Span:
    """Return the period of a unit that lies so many after the one of today."""
    if name == "day":
        return today + timedelta(days=ahead), today + timedelta(days=ahead)
    if name in ("week", "weekend", "fortnight"):
        monday = today + timedelta(days=7 * ahead - today.weekday())
        first = monday + timedelta(days=5) if name == "weekend" else monday
        return first, monday + timedelta(days=13 if name == "fortnight" else 6)
    years = {"year": 1, "decade": 10, "century": 100, "millennium": 1000}.get(name)
    if years:
        start = (today.year // years + ahead) * years
        return date(start, 1, 1), date(start + years - 1, 12, 31)
    months = 3 if name == "quarter" else 1
    count = ((today.year * 12 + today.month - 1) // months + ahead) * months
    return months_from(count, months)


def months_from(first: int, length: int = 1) -> Span:
    """Return the months from the ``first``-th after the year 0."""
    year_, month_ = divmod(first, 12)
    last_year, last_month = divmod(first + length - 1, 12)
    end = date(last_year, last_month + 1, monthrange(last_year, last_month + 1)[1])
    return date(year_, month_ + 1, 1), end


def _relative(words: Words, i: int, today: date) -> tuple[Span, int] | None:
    """Read "next week", "this calendar year", "last weekend", "the week after next"."""
    i = skip(words, i, "the")
    name = unit(words, i)
    if name:
        further = after_next(words, i + 1)
        return (running(name, today, 2 * further[0]), further[1]) if further else None
    lead = word(words, i)
    i = i + 1 if lead in AHEAD else i
    if lead == "this" and word(words, i) in ("coming", "past"):
        lead, i = word(words, i), i + 1
    i = skip(words, i, "calendar")
    name = unit(words, i)
    plural = word(words, i).endswith("s") and bare(words, i) == word(words, i)
    if lead not in AHEAD or not name or plural or name == "day":
        return None
    soon = name == "weekend" and lead in ("coming", "upcoming") and today.weekday() < 5
    return running(name, today, 0 if soon else AHEAD[lead]), i + 1


def _several(words: Words, i: int, today: date) -> tuple[Span, int] | None:
    """Read "the next 3 days", "last two weeks": whole units, today's not among them."""
    i = skip(words, i, "the")
    ahead = AHEAD.get(word(words, i), 0)
    count = number(words, i + 1) if ahead else None
    if ahead and word(words, i + 1) == "couple":
        count = 2, skip(words, i + 2, "of")
    name = unit(words, count[1]) if count else ""
    if count is None or not name or not 1 <= count[0] <= 10_000 or count[0] != int(count[0]):
        return None
    start, end = running(name, today, ahead), running(name, today, ahead * int(count[0]))
    return (min(start[0], end[0]), max(start[1], end[1])), count[1] + 1


def _month(words: Words, i: int, today: date) -> tuple[Span, int] | None:
    """Read "may", "next march", "april of 1987", "may next year"."""
    i = phrase(words, skip(words, i, "the"), "month", "of") or i
    lead = word(words, i) if word(words, i) in AHEAD else ""
    named = month(words, i + 1 if lead else i)
    if named is None or not surely(words, i + 1 if lead else i):
        return None
    if beside_a_day(words, i, named[1]):
        return None
    span, j = in_year(words, named[1], named[0], today)
    if lead and j == named[1]:
        ahead = AHEAD[lead]
        if ahead > 0 and span[0] <= today:
            span = months_from((today.year + 1) * 12 + named[0] - 1)
        elif ahead < 0:
            passed = named[0] < today.month
            span = months_from((today.year - (not passed)) * 12 + named[0] - 1)
        elif ahead == 0:
            span = months_from(today.year * 12 + named[0] - 1)
    return span, j


def _in_figures(words: Words, i: int, today: date) -> tuple[Span, int] | None:
    """Read "2027-10", "10/2027"."""
    told = year_month(words, i)
    return (months_from(told[0] * 12 + told[1] - 1), told[2]) if told else None


def beside_a_day(words: Words, i: int, j: int) -> bool:
    """Tell whether a number stands beside a month, so that it is a day's and not a month alone."""
    back = i - 1
    while word(words, back) in ("of", "-", "/", ".", ","):
        back -= 1
    before = back < i and (word(words, back)[:1].isdecimal() or ends_ordinal(words, back))
    following = word(words, skip(words, j, "the"))
    return before or (following[:1].isdecimal() and not year(words, j))


def ends_ordinal(words: Words, i: int) -> bool:
    """Tell whether a number's last word stands at ``i``: the "th" of "4th", "first", "twenty"."""
    text = word(words, i)
    if text in ("st", "nd", "rd", "th"):
        return touching(words, i) and word(words, i - 1).isdecimal()
    return text != "last" and (ordinal(words, i) is not None or number(words, i) is not None)


def in_year(words: Words, j: int, month_: int, today: date) -> tuple[Span, int]:
    """Return a month with the year told after it, or the running or next such month."""
    told = year_after(words, j, today)
    if told is not None:
        return months_from(told[0] * 12 + month_ - 1), told[1]
    later = today.year + (month_ < today.month)
    return months_from(later * 12 + month_ - 1), j


def _quarter(words: Words, i: int, today: date) -> tuple[Span, int] | None:
    """Read "the second quarter of 2021", "q3 2027", "2027 q3", "the last month of next year"."""
    i = skip(words, i, "the")
    before = year(words, i) if word(words, i).isdecimal() else None
    nth = _lettered(words, before[1]) if before else _lettered(words, i) or _nth_part(words, i)
    if nth is None or (before is None and touching(words, i) and word(words, i - 1).isdecimal()):
        return None
    count, size, j = nth
    told = (before[0], j) if before else year_after(words, j, today)
    if count > 12 // size or (told is None and (size != 3 or count < 0)):
        return None
    year_, j = told or (today.year, j)
    first = size * (count - 1) if count > 0 else 12 - size
    return months_from(year_ * 12 + first, size), j


def _lettered(words: Words, i: int) -> tuple[int, int, int] | None:
    """Read the "q3" or "h1" of a year as its number, its months, and the place after it."""
    size = {"q": 3, "h": 6}.get(word(words, i))
    count = word(words, i + 1)
    fits = size and touching(words, i + 1) and count in ("1", "2", "3", "4")
    return (int(count), size, i + 2) if size and fits else None


def _nth_part(words: Words, i: int) -> tuple[int, int, int] | None:
    """Read "third quarter", "last month", "first half" of a year."""
    read = (-1, i + 1) if word(words, i) == "last" else ordinal(words, i)
    size = {"month": 1, "quarter": 3, "half": 6}.get(word(words, read[1])) if read else None
    return (
        (read[0], size, read[1] + 1) if read and size and (read[0] > 0 or read[0] == -1) else None
    )


def _week_number(words: Words, i: int, today: date) -> tuple[Span, int] | None:
    """Read "calendar week 12", "week number 12", "week 12 of 2027", as ISO 8601 counts them."""
    named = word(words, i) == "calendar"
    i = skip(words, i, "calendar")
    j = skip(words, i + 1, "number")
    text = word(words, j)
    if word(words, i) != "week" or not (text.isdecimal() and len(text) < 3 and 0 < int(text) < 54):
        return None
    told = year_after(words, j + 1, today)
    if not (told or named or j > i + 1):
        return None
    year_, k = told or (today.isocalendar().year, j + 1)
    monday = date.fromisocalendar(year_, int(text), 1)
    return (monday, monday + timedelta(days=6)), k


def _year(words: Words, i: int, today: date) -> tuple[Span, int] | None:
    """Read "2027" after "in" or "year", not beside a month or a number."""
    named = skip(words, i, "the")
    if word(words, named) == "year":
        i = skip(words, named + 1, "of")
    told = year(words, i)
    if told is None or not (word(words, i - 1) in YEAR_LEADS or _between(words, i)):
        return None
    if word(words, i - 1) in ("in", "of") and (
        ends_ordinal(words, i - 2) or month(words, i - 2) is not None
    ):
        return None
    return (date(told[0], 1, 1), date(told[0], 12, 31)), told[1]


YEAR_LEADS = frozenset("in year of since until till from to through between during".split())
"""Words after which four figures are a year."""


def _between(words: Words, i: int) -> bool:
    """Tell whether a year is the second of "between 2000 and 2016"."""
    return phrase(words, i - 1, "and") is not None and word(words, i - 3) == "between"


def _season(words: Words, i: int, today: date) -> tuple[Span, int] | None:
    """Read "this summer", "next winter", "summer 2027"."""
    lead = word(words, i) if word(words, i) in AHEAD else ""
    j = i + 1 if lead else i
    first = SEASONS.get(word(words, j))
    told = year_after(words, j + 1, today) if first else None
    if first is None or not (lead or told):
        return None
    if told is not None:
        return _season_of(told[0], first), told[1]
    years = [_season_of(today.year + n, first) for n in (-2, -1, 0, 1, 2)]
    coming = next(n for n, span in enumerate(years) if span[1] >= today)
    inside = years[coming][0] <= today
    ahead = {0: 0, 1: int(inside), -1: -1}[AHEAD[lead]]
    return years[coming + ahead], j + 1


def _season_of(year_: int, first: tuple[int, int]) -> Span:
    start = date(year_, *first)
    starts = sorted({*SEASONS.values()})
    turn = starts[(starts.index(first) + 1) % 4]
    return start, date(year_ + (turn < first), *turn) - timedelta(days=1)


def _weekend(words: Words, i: int, today: date) -> tuple[Span, int] | None:
    """Read "weekend", "the weekend": the one there is or the next."""
    i = skip(words, i, "the")
    said = word(words, i) == "weekend" and word(words, i - 1) not in AHEAD
    return (running("weekend", today, 0), i + 1) if said and word(words, i + 1) != "of" else None


def _of_feast(words: Words, i: int, now: datetime) -> tuple[date, date, int] | None:
    """Read "easter weekend", "christmas week": the days off around it, the week it lies in."""
    found = around(words, i, now)
    name = unit(words, found[1]) if found else ""
    if found is None or name not in ("week", "weekend"):
        return None
    date_, j = found
    if name == "week":
        return (*running("week", date_, 0), j + 1)
    saturday, sunday = running("weekend", date_, -1 if date_.weekday() < 3 else 0)
    return min(date_, saturday), max(date_, sunday), j + 1


READS = (_relative, _several, _month, _in_figures, _quarter, _week_number, _year, _season, _weekend)


def _to_date(words: Words, i: int, today: date) -> tuple[date, date, int] | None:
    """Read "year to date": the running one up to today."""
    i = skip(words, i, "the")
    j = phrase(words, i + 1, "to", "date")
    return (running(unit(words, i), today, 0)[0], today, j) if j and unit(words, i) else None
