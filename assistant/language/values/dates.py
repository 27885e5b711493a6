"""Calendar dates: "tomorrow", "next tuesday", "first monday of may", "2 weeks before christmas".

A day is an anchor (today, a weekday, a day of a month, figures, a feast, a part of a period) and
what is said of it: steps before and after, a period it lies in, a weekday beside it. A date without
a year that has passed is next year's. A weekday alone is the coming one, never today; with "this"
it may be today; with "next" it is next week's; with "last" the one that was. A weekday beside a
date must agree with it: otherwise neither is read.
"""

from __future__ import annotations

from datetime import date, datetime, timedelta

from assistant.language.tokens import Words, phrase, remembered, touching, word
from assistant.language.values import feasts, figures, offsets, periods
from assistant.language.values.almanac import (
    MONTHS,
    TELLING,
    WEEKDAYS,
    after_next,
    bare,
    day_number,
    month,
    skip,
    surely,
    unit,
    valid,
    weekday,
    year_after,
)
from assistant.language.values.numbers import ordinal

Day = tuple[date, int]


@remembered
def day(words: Words, i: int, now: datetime) -> Day | None:
    """Read a date, the longest that fits; not one that another beside it contradicts."""
    i = skip(words, i, "on")
    found = _alone(words, i, now)
    if found is None or _contradicted_after(words, found, now):
        return None
    return None if _contradicted_before(words, i, found, now) else found


@remembered
def _alone(words: Words, i: int, now: datetime) -> Day | None:
    """Read a date whatever stands beside it."""
    return _stepped(words, i, now) or _anchor(words, i, now)


def _stepped(words: Words, i: int, now: datetime) -> Day | None:
    """Read "two days before yesterday", "the day after the first monday of may"."""
    moves: list[offsets.Move] = []
    j = i
    while (move := offsets.step(words, j)) is not None:
        moves.append(move[0])
        j = move[1]
    if moves:
        start = (now.date(), j + 1) if word(words, j) == "now" else _anchor(words, j, now)
    else:
        week = offsets.week_on(words, i) if word(words, i - 1) != "in" else None
        start = _anchor(words, week[1], now) if week else None
        moves = [lambda found: found + week[0]] if week else []
    if start is None:
        return None
    found, j = start
    for move_ in reversed(moves):
        found = move_(found)
    return found, j


@remembered
def _anchor(words: Words, i: int, now: datetime) -> Day | None:
    """Read a day that needs no other, the longest that fits, and the week it is moved by."""
    best: Day | None = None
    for read in (_near, _weekday, _day_month, _figures, _offset, _part, _edge, _in_period,
                 feasts.feast, _first_day, _month_day):  # fmt: skip
        found = read(words, i, now)
        if found is not None and (best is None or found[1] > best[1]):
            best = found
    if best is None:
        return None
    return _weeks_on(words, *_beside_weekday(words, best, now))


def _near(words: Words, i: int, now: datetime) -> Day | None:
    """Read "today", "tomorrow", "the day after tomorrow"."""
    days = {"today": 0, "tomorrow": 1, "tmrw": 1, "tmr": 1, "tomorow": 1, "yesterday": -1}
    ahead = days.get(bare(words, i))
    return (now.date() + timedelta(days=ahead), i + 1) if ahead is not None else None


def _offset(words: Words, i: int, now: datetime) -> Day | None:
    return offsets.from_now(words, i, now)


def _part(words: Words, i: int, now: datetime) -> Day | None:
    return periods.part_of(words, i, now)


def _edge(words: Words, i: int, now: datetime) -> Day | None:
    return periods.edge(words, i, now)


def _figures(words: Words, i: int, now: datetime) -> Day | None:
    return figures.figures(words, i, lambda day_, month_: rolled(day_, month_, now.date()))


def _weekday(words: Words, i: int, now: datetime) -> Day | None:
    """Read a weekday with what leads it, a period it lies in, or the date beside it."""
    i = skip(words, i, "the")
    lead, j = _lead(words, i)
    named = weekday(words, j)
    if named is None or not (lead or surely(words, j) or _dated(words, named[1])):
        return None
    if not lead and ordinal(words, i - 1) is not None:
        return None  # "the first monday" of what?
    n, k = named
    period = None if lead else _of_week(words, k, now)
    if period is not None:
        return period[0] + timedelta(days=n), period[1]
    found = _led(n, lead, now.date())
    further = after_next(words, k) if lead in ("", "the") else None
    if further is not None:
        weeks = timedelta(days=7 * further[0])
        return _led(n, "next" if further[0] > 0 else "last", now.date()) + weeks, further[1]
    if lead in ("", "this"):
        beside = _with_date(words, n, k, now)
        if beside is not None:
            return (beside[0], beside[1]) if beside[0] else None
    return found, k


def _lead(words: Words, i: int) -> tuple[str, int]:
    """Return what leads a weekday: "this", "next", "last", "coming" or nothing."""
    names = {"past": "last", "previous": "last", "upcoming": "coming"}
    said = names.get(word(words, i), word(words, i))
    if said == "this" and word(words, i + 1) in ("past", "coming", "upcoming"):
        return names.get(word(words, i + 1), "coming"), i + 2
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
    j = phrase(words, i, "of") or phrase(words, i, "in") or i
    span = periods.period(words, j, now)
    if span is None or (span[1] - span[0]).days != 6 or word(words, j) == "week":
        return None
    return span[0], span[2]


def _in_period(words: Words, i: int, now: datetime) -> Day | None:
    """Read "next week wednesday", "last week's sunday"."""
    span = periods.period(words, i, now)
    if span is None or (span[1] - span[0]).days != 6:
        return None
    named = weekday(words, skip(words, span[2], "on", ","))
    return (span[0] + timedelta(days=named[0]), named[1]) if named else None


def _dated(words: Words, i: int) -> bool:
    """Tell whether a date's number or month follows, as in "sat 14th", "sun nov 12"."""
    i = skip(words, i, ",", "the")
    return day_number(words, i) is not None or word(words, i) in MONTHS


def _with_date(words: Words, n: int, k: int, now: datetime) -> tuple[date | None, int] | None:
    """Read the date after a weekday, which must fall on it; (None, 0) where it does not.

    A date without a year is the coming one, or else the one gone where that is nearer; a day of
    the month alone is that of the next month in which it falls on the weekday.
    """
    j = skip(words, skip(words, k, ","), "the")
    for read in (_day_month, _figures):
        found = read(words, j, now)
        if found is not None and (found[1] > j + 1):
            if found[0].weekday() == n:
                return found
            before = _year_before(words, j, found, now)
            near = before is not None and now.date() - before[0] < found[0] - now.date()
            return before if before and near and before[0].weekday() == n else (None, 0)
    return _weekday_number(words, n, j, now)


def _year_before(words: Words, i: int, found: Day, now: datetime) -> Day | None:
    """Return the last such date, where no year is told."""
    far = datetime(now.year - 1, now.month, min(now.day, 28), tzinfo=now.tzinfo)
    for read in (_day_month, _figures):
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
    if word(words, j).isdecimal() and end == j + 1 and (number <= 12 or not _closed(words, end)):
        return None
    for found in _months_ahead(number, now.date()):
        if found.weekday() == n:
            return found, end
    return None, 0


def _months_ahead(number: int, today: date) -> list[date]:
    """Return the days of that number from today on, a year far."""
    months = [divmod(today.year * 12 + today.month - 1 + ahead, 12) for ahead in range(13)]
    found = [valid(year_, month_ + 1, number) for year_, month_ in months]
    return [each for each in found if each is not None and each >= today]


def _beside_weekday(words: Words, found: Day, now: datetime) -> Day:
    """Read on over a weekday that agrees: "5 june 2026, friday"."""
    date_, j = found
    k = skip(words, j, ",")
    named = weekday(words, k)
    if named is None or word(words, j - 1) in WEEKDAYS or unit(words, j - 1):
        return found
    return (date_, named[1]) if named[0] == date_.weekday() else found


def _weeks_on(words: Words, found: date, j: int) -> Day:
    """Read the "week" of "friday week", "tomorrow fortnight"."""
    name = word(words, j)
    ends_in_a_day = word(words, j - 1) in WEEKDAYS or word(words, j - 1) in ("today", "tomorrow")
    if ends_in_a_day and name in ("week", "fortnight"):
        return found + timedelta(days=7 if name == "week" else 14), j + 1
    return found, j


def _contradicted_after(words: Words, found: Day, now: datetime) -> bool:
    """Tell whether another day follows at once that is not the same: "monday in 3 weeks"."""
    date_, j = found
    k = j + 1 if word(words, j) == "," and _told_in_full(words, j - 1) else j
    other = _alone(words, skip(words, k, "on", "in"), now) or _alone(words, k, now)
    if k > j and (other is None or weekday(words, skip(words, k, "on")) is None):
        return False
    return other is not None and other[0] != date_


def _contradicted_before(words: Words, i: int, found: Day, now: datetime) -> bool:
    """Tell whether a day stands right before that is not the same: "friday the 6th of june"."""
    end = i - 1 if word(words, i - 1) in ("on", "the", "in") else i
    named = weekday(words, i) is not None
    end = end - 1 if word(words, end - 1) == "," and (named or _told_in_full(words, i)) else end
    for k in range(end - 1, max(end - REACH, -1), -1):
        other = _alone(words, k, now)
        if other is not None and other[1] == end:
            return other[0] != found[0]
        if (
            other is None
            and k == end - 1
            and weekday(words, k) == (WEEKDAYS.get(bare(words, k)), end)
        ):
            return True
    return False


REACH = 7
"""Words a date before another may have."""


def _told_in_full(words: Words, i: int) -> bool:
    """Tell whether a day of a month is told at a place, so that a weekday may stand beside it."""
    return word(words, i) in MONTHS or word(words, i)[:1].isdecimal() or _ends(words, i)


def _ends(words: Words, i: int) -> bool:
    return periods.ends_ordinal(words, i)


def _day_month(words: Words, i: int, now: datetime) -> Day | None:
    """Read "the 3rd of may", "3 may 2027", "may the third", "march 15th", "20th of next month"."""
    read = day_number(words, i)
    if read is not None:
        j = skip(words, read[1], "of", "-", "/", ".", ",")
        named = month(words, skip(words, j, "of"))
        return _with_year(words, named[1], read[0], named[0], now) if named else None
    named = month(words, i)
    if named is None:
        return None
    read = day_number(words, skip(words, named[1], ",", "-"))
    if read is None or _is_clock(words, read[1]):
        return None
    return _with_year(words, read[1], read[0], named[0], now)


def _is_clock(words: Words, j: int) -> bool:
    """Tell whether the number before ``j`` is an hour: "7:30", "7 pm"."""
    return (word(words, j) == ":" and touching(words, j)) or word(words, j) in ("am", "pm")


def _with_year(words: Words, i: int, day_: int, month_: int, now: datetime) -> Day | None:
    told = year_after(words, i, now.date()) or _short_year(words, i)
    if told is not None:
        found = valid(told[0], month_, day_)
        return (found, told[1]) if found else None
    if word(words, i).isdecimal() and len(word(words, i)) > 4:
        return None  # year 99999
    next_one = rolled(day_, month_, now.date())
    return (next_one, i) if next_one else None


def _short_year(words: Words, i: int) -> tuple[int, int] | None:
    """Read the 27 of "3 may 27", which no hour could be."""
    text = word(words, i)
    if not (text.isdecimal() and len(text) == 2 and int(text) > 24 and _closed(words, i + 1)):
        return None
    return int(text) + (2000 if int(text) < 70 else 1900), i + 1


def _month_day(words: Words, i: int, now: datetime) -> Day | None:
    """Read "the 21st": the next day of that number; not "the 3rd floor"."""
    j = skip(words, i, "the")
    read = ordinal(words, j)
    told = word(words, i - 1) in TELLING or i == 0
    if read is None and told and j > i and word(words, j).isdecimal():
        read = day_number(words, j)
        told = word(words, i - 1) == "on"
    if read is None or not told or not 0 < read[0] <= 31 or not _closed(words, read[1]):
        return None
    ahead = _months_ahead(read[0], now.date())
    return (ahead[0], read[1]) if ahead else None


CLOSED = frozenset(
    "a an and at be by can could do does for from i if in is it my no not on or our please she "
    "he so that the then there they this through till to until was we were what when where which "
    "who will with would you your".split()
)
"""Words of grammar: what an ordinal counts is none of them."""


def _closed(words: Words, i: int) -> bool:
    """Tell whether no noun follows, so that "the 3rd" is a day and not the 3rd of something."""
    text = word(words, i)
    return (text in CLOSED and text != "of") or (
        not text[:1].isalpha() and not text[:1].isdecimal()
    )


def _first_day(words: Words, i: int, now: datetime) -> Day | None:
    """Read a period to come as its first day: "next month", "in may", "this weekend"."""
    j = skip(words, i, "in")
    span = None if word(words, i - 1) in PARTLY else periods.period(words, j, now)
    if span is None or unit(words, span[2] - 1) == "day":
        return None
    start, end, k = span
    if (end - start).days == 1 and start <= now.date() <= end:
        return now.date(), k
    return (start, k) if start > now.date() or word(words, j).isdecimal() else None


PARTLY = frozenset(periods.AHEAD) | frozenset("early late mid every each all".split())
"""Words that make something else of the period they lead."""


def rolled(day_: int, month_: int, today: date) -> date | None:
    """Return the next such day: this year's, next year's, or a leap year's."""
    for year_ in range(today.year, today.year + 9):
        found = valid(year_, month_, day_)
        if found and found >= today:
            return found
    return None
