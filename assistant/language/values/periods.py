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


STARTS = frozenset((*SEASONS, "weekend", "q", "quarter", "year", "in", "rest", "remainder"))
"""First words of periods that are neither a lead, a unit, a month nor a number."""


def period(words: Words, i: int, now: datetime) -> tuple[date, date, int] | None:
    """Read a period: its first day, its last day, and the place after it."""
    return _period(words, i, now) if _may_start(bare(words, skip(words, i, "the"))) else None


@lru_cache(maxsize=4096)
def _may_start(text: str) -> bool:
    """Tell whether a period may begin with a word."""
    named = text in AHEAD or text in STARTS or text in MONTHS or text in NUMBER_WORDS
    return named or bool(unit_of(text)) or text[:1].isdecimal() or may_start(text)


@remembered
def _period(words: Words, i: int, now: datetime) -> tuple[date, date, int] | None:
    today = now.date()
    for read in READS:
        found = read(words, i, today)
        if found is not None:
            return found[0][0], found[0][1], found[1]
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
    name = unit(words, count[1]) if count else ""
    if count is None or not name or not 1 <= count[0] <= 10_000 or count[0] != int(count[0]):
        return None
    start, end = running(name, today, ahead), running(name, today, ahead * int(count[0]))
    return (min(start[0], end[0]), max(start[1], end[1])), count[1] + 1


def _month(words: Words, i: int, today: date) -> tuple[Span, int] | None:
    """Read "may", "next march", "april of 1987", "may next year"."""
    lead = word(words, i) if word(words, i) in AHEAD else ""
    named = month(words, i + 1 if lead else i)
    if named is None or not surely(words, i + 1 if lead else i):
        return None
    if _beside_a_day(words, i, named[1]):
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


def _beside_a_day(words: Words, i: int, j: int) -> bool:
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
    """Read "the third quarter of 2016", "q3 2027", "the first half of next year"."""
    i = skip(words, i, "the")
    if word(words, i) == "q" and touching(words, i + 1):
        nth, size, j = word(words, i + 1), 3, i + 2
        count = int(nth) if nth.isdecimal() and len(nth) == 1 else 0
    else:
        read = ordinal(words, i)
        count, j = read or (0, i)
        size = {"quarter": 3, "half": 6}.get(word(words, j), 0) if read else 0
        j += 1
    told = year_after(words, j, today) if size else None
    if size == 0 or not 0 < count <= 12 // size or (size == 6 and told is None):
        return None
    year_, j = told or (today.year, j)
    return months_from(year_ * 12 + size * (count - 1), size), j


def _year(words: Words, i: int, today: date) -> tuple[Span, int] | None:
    """Read "2027" after "in" or "year", not beside a month or a number."""
    named = skip(words, i, "the")
    if word(words, named) == "year":
        i = skip(words, named + 1, "of")
    told = year(words, i)
    if told is None or word(words, i - 1) not in ("in", "year", "of", "since", "until", "from"):
        return None
    if word(words, i - 1) in ("in", "of") and (
        ends_ordinal(words, i - 2) or month(words, i - 2) is not None
    ):
        return None
    return (date(told[0], 1, 1), date(told[0], 12, 31)), told[1]


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


READS = (_relative, _several, _month, _in_figures, _quarter, _year, _season, _weekend)


def _to_date(words: Words, i: int, today: date) -> tuple[date, date, int] | None:
    """Read "year to date", "the rest of the month": the running one up to today, or from it."""
    i = skip(words, i, "the")
    j = phrase(words, i + 1, "to", "date")
    if j and unit(words, i):
        return running(unit(words, i), today, 0)[0], today, j
    if word(words, i) not in ("rest", "remainder") or word(words, i + 1) != "of":
        return None
    k = skip(words, i + 2, "the", "this")
    name = unit(words, k)
    return (today, running(name, today, 0)[1], k + 1) if name else None


def within_next_year(span: tuple[date, date, int]) -> Span:
    """Return the same month a year later."""
    return months_from((span[0].year + 1) * 12 + span[0].month - 1)
