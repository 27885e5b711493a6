"""Days of a month: "the 3rd of may", "march 15th 2027", "3/5", "the 21st".

A date without a year that has passed is next year's, a day of the month alone the next there is.
"""

from __future__ import annotations

from datetime import date, datetime

from assistant.language.counting import SCALE_WORDS
from assistant.language.tokens import Words, touching, word
from assistant.language.values import figures, periods
from assistant.language.values.almanac import (
    TELLING,
    day_number,
    month,
    skip,
    valid,
    weekday,
    year,
    year_after,
)
from assistant.language.values.clocktimes import counted
from assistant.language.values.numbers import SPOKEN_NUMBERS, ordinal

GOING_ON = SCALE_WORDS | SPOKEN_NUMBERS | {"hundred"}
"""Words with which a number goes on, so that what follows is a piece of it."""

Day = tuple[date, int]


def in_figures(words: Words, i: int, now: datetime, swapped: bool = False) -> Day | None:
    """Read "2026-05-03", "3/5/2027", "3.5.2027", "12/25"; ``swapped``: in the other order."""

    def next_one(day_: int, month_: int) -> date | None:
        return rolled(day_, month_, now.date())

    found = figures.figures(words, i, next_one, figures.month_first(now) != swapped)
    share = found is not None and found[1] == i + 3 and word(words, i + 1) == "/"
    if found and share and word(words, i - 1) not in TELLING and _of_what(words, found[1]):
        return None  # "1/2 cup", "3/4 of the class"
    return found


def _of_what(words: Words, i: int) -> bool:
    """Tell whether a noun or "of" follows a figure, which is no day then."""
    text = word(words, i)
    return text == "of" or not (closed(words, i) or weekday(words, i) or text in ("am", "pm"))


def months_ahead(number: int, today: date) -> list[date]:
    """Return the days of that number from today on, a year far."""
    months = [divmod(today.year * 12 + today.month - 1 + ahead, 12) for ahead in range(13)]
    found = [valid(year_, month_ + 1, number) for year_, month_ in months]
    return [each for each in found if each is not None and each >= today]


def day_month(words: Words, i: int, now: datetime) -> Day | None:
    """Read "the 3rd of may", "3 may 2027", "may the third", "march 15th", "last march 15th"."""
    lead = periods.AHEAD.get(word(words, i), 0)
    if word(words, i) in periods.AHEAD:
        found = day_month(words, i + 1, now) if word(words, i + 1) not in periods.AHEAD else None
        if found is None or lead >= 0 or found[0] < now.date():
            return found
        before = rolled_back(found[0], now.date())
        return before, found[1]
    ahead = year(words, i)
    if ahead is not None:
        return _year_first(words, ahead, now)
    read = day_number(words, i) if not _goes_before(words, i) else None
    if read is not None:
        j = skip(words, read[1], "of", "-", "/", ".", ",")
        named = month(words, skip(words, j, "of"))
        return _with_year(words, named[1], read[0], named[0], now) if named else None
    named = month(words, i)
    if named is None:
        return None
    j = skip(words, named[1], ",", "-")
    read = day_number(words, j)
    if read is None or _is_clock(words, read[1]) or counted(word(words, read[1])):
        return None
    back = i - 1 - (word(words, i - 1) == "of")
    if read[1] == j + 1 and periods.ends_ordinal(words, back) and len(word(words, back)) != 4:
        return None  # "14th april 15", but not "2027 april 15"
    return _with_year(words, read[1], read[0], named[0], now)


def _goes_before(words: Words, i: int) -> bool:
    """Tell whether a number in words is the rest of one: "two thousand twenty | eight may"."""
    return word(words, i) in SPOKEN_NUMBERS and word(words, i - 1) in GOING_ON


def _year_first(words: Words, told: tuple[int, int], now: datetime) -> Day | None:
    """Read the "may 3rd" of "2027 may 3rd", "2027, 3 may"."""
    j = skip(words, told[1], ",", "-")
    found = day_month(words, j, now) if len(word(words, j)) != 4 or month(words, j) else None
    if found is None or year_after(words, found[1], now.date()):
        return None
    date_ = valid(told[0], found[0].month, found[0].day)
    return (date_, found[1]) if date_ else None


def _is_clock(words: Words, j: int) -> bool:
    """Tell whether the number before ``j`` is an hour: "7:30", "7 pm"."""
    return (word(words, j) == ":" and touching(words, j)) or word(words, j) in ("am", "pm")


def _with_year(words: Words, i: int, day_: int, month_: int, now: datetime) -> Day | None:
    told = year_after(words, i, now.date()) or _short_year(words, i)
    if told is not None:
        found = valid(told[0], month_, day_)
        return (found, told[1]) if found else None
    if _open_figure(words, i):
        return None
    next_one = rolled(day_, month_, now.date())
    return (next_one, i) if next_one else None


def _short_year(words: Words, i: int) -> tuple[int, int] | None:
    """Read the 27 of "3 may 27", which no hour could be, and of "3-may-27"."""
    joined = word(words, i) in ("-", "/") and word(words, i - 2) == word(words, i)
    i = i + 1 if joined else i
    text = word(words, i)
    if not (text.isdecimal() and len(text) == 2 and closed(words, i + 1)):
        return None
    if int(text) <= 24 and not joined:
        return None
    return int(text) + (2000 if int(text) < 70 else 1900), i + 1


def _open_figure(words: Words, i: int) -> bool:
    """Tell whether figures follow that may be a year or an hour: "3 may 15", "3 may 99999"."""
    text = word(words, i)
    return text.isdecimal() and (len(text) > 4 or (len(text) == 2 and closed(words, i + 1)))


def month_day(words: Words, i: int, now: datetime) -> Day | None:
    """Read "the 21st": the next day of that number; not "the 3rd floor"."""
    j = skip(words, i, "the")
    read = ordinal(words, j)
    told = word(words, i - 1) in TELLING or i == 0
    if read is None and told and j > i and word(words, j).isdecimal():
        read = day_number(words, j)
        told = word(words, i - 1) == "on"
    if read is None or not told or not 0 < read[0] <= 31 or not closed(words, read[1]):
        return None
    ahead = months_ahead(read[0], now.date())
    return (ahead[0], read[1]) if ahead else None


CLOSED = frozenset(
    "a an and at be by can could do does for from i if in is it my no not on or our please she "
    "he so that the then there they this through till to until was we were what when where which "
    "who will with would you your".split()
)
"""Words of grammar: what an ordinal counts is none of them."""


def closed(words: Words, i: int) -> bool:
    """Tell whether no noun follows, so that "the 3rd" is a day and not the 3rd of something."""
    text = word(words, i)
    return (text in CLOSED and text != "of") or (
        not text[:1].isalpha() and not text[:1].isdecimal()
    )


def rolled_back(coming: date, today: date) -> date:
    """Return the last such date before today of the one that comes next."""
    years = (valid(year_, coming.month, coming.day) for year_ in range(today.year, 0, -1))
    return next(each for each in years if each is not None and each < today)


def rolled(day_: int, month_: int, today: date) -> date | None:
    """Return the next such day: this year's, next year's, or a leap year's."""
    for year_ in range(today.year, today.year + 9):
        found = valid(year_, month_, day_)
        if found and found >= today:
            return found
    return None
