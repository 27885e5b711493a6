"""Calendar dates: "tomorrow", "next tuesday", "first monday of may", "3 weeks before easter".

A day is an anchor (today, a weekday, a day of a month, figures, a feast, a part of a period) and
what is said of it: steps before and after, a period it lies in, a weekday beside it. A date without
a year that has passed is next year's. A weekday alone is the coming one, never today; with "this"
it may be today; with "next" it is next week's; with "last" the one that was. A weekday beside a
date must agree with it: otherwise neither is read.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime, timedelta
from functools import lru_cache

from assistant.language.tokens import Words, phrase, remembered, word
from assistant.language.values import feasts, offsets, periods, portions
from assistant.language.values.almanac import (
    MONTHS,
    NEAR,
    NUMBER_WORDS,
    WEEKDAYS,
    bare,
    skip,
    unit,
    unit_of,
    weekday,
)
from assistant.language.values.monthdays import day_month, in_figures, month_day
from assistant.language.values.weekdays import in_week, on_weekday, weekday_day

Day = tuple[date, int]
Reader = Callable[[Words, int, datetime], Day | None]


def day(words: Words, i: int, now: datetime) -> Day | None:
    """Read a date, the longest that fits; not one that another beside it contradicts."""
    i = skip(words, i, "on")
    return (
        _uncontradicted(words, i, now) if _readers(words, i) and not _part_left(words, i) else None
    )


@remembered
def _uncontradicted(words: Words, i: int, now: datetime) -> Day | None:
    found = alone(words, i, now)
    if found is None or _contradicted_after(words, found, now):
        return None
    if _contradicted_before(words, i, found, now):
        return None
    again = alone(words, skip(words, skip(words, found[1], ","), "the", "on"), now)
    return again if again and again[0] == found[0] else found


def _part_left(words: Words, i: int) -> bool:
    """Tell whether a part of the period stands before it: "the first week | of may"."""
    back = i - 1 if word(words, i - 1) == "of" else 0
    part = word(words, back - 1)
    counted = part in WEEKDAYS or part in ("working", "business")
    return back > 0 and (counted or bool(unit_of(part)) or part in portions.EDGES)


@remembered
def alone(words: Words, i: int, now: datetime) -> Day | None:
    """Read a date whatever stands beside it."""
    if not _readers(words, i):
        return None
    stepped = _stepped(words, i, now) if offsets.may_step(words) else None
    return stepped or _anchor(words, i, now)


@remembered
def _told(words: Words) -> tuple[bool, bool, bool]:
    """Tell whether a text has the name of a month, that of a unit, and a word that joins them."""
    said = {bare(words, i) for i in range(len(words))}
    unit_told = any(map(unit_of, said)) or "ago" in said
    return not said.isdisjoint(MONTHS), unit_told, not said.isdisjoint(("of", "in"))


@lru_cache(maxsize=4096)
def _fitting(text: str, told: tuple[bool, bool, bool]) -> tuple[Reader, ...]:
    """Return the readers of days that may begin with a word; none for most words."""
    of_month, of_unit, joined = told
    counted = text[:1].isdecimal() or text in NUMBER_WORDS
    amount = counted or text in ("a", "an", "half", "another", "in")
    led = text in periods.AHEAD or text in periods.STARTS or bool(unit_of(text))
    feast = feasts.may_start(text)
    table = (
        (_near, text in NEAR),
        (weekday_day, text in WEEKDAYS or text in periods.AHEAD),
        (day_month, of_month and (counted or text in MONTHS or text in periods.AHEAD)),
        (in_figures, text[:1].isdecimal()),
        (_offset, of_unit and amount),
        (_part, (joined or of_unit) and (counted or text == "last")),
        (_edge, text in portions.EDGES),
        (in_week, text in periods.AHEAD),
        (_weekday_around, joined and text in WEEKDAYS),
        (feasts.feast, feast or text in feasts.AHEAD),
        (_first_day, led or (of_unit and counted) or text in MONTHS or text == "in" or feast),
        (month_day, counted),
    )
    return tuple(read for read, fits in table if fits)


def _readers(words: Words, i: int) -> tuple[Reader, ...]:
    """Return the readers to try at a place, by its first word after "the"."""
    return _fitting(bare(words, i + 1 if word(words, i) == "the" else i), _told(words))


def _stepped(words: Words, i: int, now: datetime) -> Day | None:
    """Read "three days before tomorrow", "the day after the first monday of may"."""
    moves: list[offsets.Move] = []
    j = i
    while len(moves) < MOST_STEPS and (move := offsets.step(words, j)) is not None:
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


MOST_STEPS = 4
"""Steps from one day to another that are followed at most."""


@remembered
def _anchor(words: Words, i: int, now: datetime) -> Day | None:
    """Read a day that needs no other, the longest that fits, and the week it is moved by."""
    best: Day | None = None
    for read in _readers(words, i):
        found = read(words, i, now)
        if found is not None and (best is None or found[1] > best[1]):
            best = found
    if best is None:
        return None
    return _weeks_on(words, *_beside_weekday(words, i, best, now))


def _near(words: Words, i: int, now: datetime) -> Day | None:
    """Read "today", "tomorrow", "the day after tomorrow"."""
    ahead = NEAR.get(bare(words, i))
    return (now.date() + timedelta(days=ahead), i + 1) if ahead is not None else None


def _offset(words: Words, i: int, now: datetime) -> Day | None:
    return offsets.from_now(words, i, now)


def _part(words: Words, i: int, now: datetime) -> Day | None:
    return portions.part_of(words, i, now)


def _edge(words: Words, i: int, now: datetime) -> Day | None:
    return portions.edge(words, i, now)


def _beside_weekday(words: Words, i: int, found: Day, now: datetime) -> Day:
    """Read on over a weekday that agrees: "5 june 2026, friday"."""
    j = found[1]
    named = weekday(words, skip(words, j, ","))
    if named is None or word(words, j - 1) in WEEKDAYS or unit(words, j - 1):
        return found
    agreeing = on_weekday(words, skip(words, i, "the"), found, named[0], now)
    return (agreeing[0], named[1]) if agreeing else found


def _weeks_on(words: Words, found: date, j: int) -> Day:
    """Read the "week" of "friday week", "tomorrow fortnight"."""
    name = word(words, j)
    ends_in_a_day = word(words, j - 1) in WEEKDAYS or word(words, j - 1) in NEAR
    if ends_in_a_day and name in ("week", "fortnight"):
        return found + timedelta(days=7 if name == "week" else 14), j + 1
    return found, j


def _contradicted_after(words: Words, found: Day, now: datetime) -> bool:
    """Tell whether another day follows at once that is not the same: "monday in 3 weeks"."""
    date_, j = found
    in_full = _told_in_full(words, j - 1)
    k = j + 1 if word(words, j) == "," and in_full else j
    named = weekday(words, k) if in_full else None
    if named is not None and named[0] != date_.weekday():
        return True
    other = alone(words, skip(words, k, "on", "in"), now) or alone(words, k, now)
    if k > j and (other is None or weekday(words, skip(words, k, "on")) is None):
        return False
    return other is not None and other[0] != date_


def _contradicted_before(words: Words, i: int, found: Day, now: datetime) -> bool:
    """Tell whether a day stands right before that is not the same: "friday the 6th of june"."""
    end = i - 1 if word(words, i - 1) in ("on", "the", "in") else i
    named = weekday(words, i) is not None
    end = end - 1 if word(words, end - 1) == "," and (named or _told_in_full(words, i)) else end
    for k in range(end - 1, max(end - REACH, -1), -1):
        other = alone(words, k, now)
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


def _first_day(words: Words, i: int, now: datetime) -> Day | None:
    """Read a period to come as its first day: "next month", "in may", "this weekend"."""
    j = skip(words, i, "in")
    if len(words) == 1 and word(words, i) == "weekend":
        return None  # "the weekend", but "my weekend alarm" is that of each of them
    if word(words, i - 1) in PARTLY or word(words, i - 1) in ("time", "day"):
        return None  # "this time next week"
    found = span(words, j, now)
    if found is None or unit(words, found[2] - 1) == "day":
        return None
    start, end, k = found
    if (end - start).days == 1 and start <= now.date() <= end:
        return now.date(), k
    return (start, k) if start > now.date() or word(words, j).isdecimal() else None


def span(words: Words, i: int, now: datetime) -> tuple[date, date, int] | None:
    """Read a period: "next month", "this weekend", and the week or weekend around a day."""
    return periods.period(words, i, now) or _around(words, i, now)


def _weekday_around(words: Words, i: int, now: datetime) -> Day | None:
    """Read "monday of the week of june 17th"."""
    named = weekday(words, skip(words, i, "the"))
    j = phrase(words, named[1], "of") if named else None
    week = _around(words, j, now) if j else None
    if named is None or week is None or (week[1] - week[0]).days != 6:
        return None
    return week[0] + timedelta(days=named[0]), week[2]


def _around(words: Words, i: int, now: datetime) -> tuple[date, date, int] | None:
    """Read "the week of the 5th of june", "the weekend of christmas": what lies around a day."""
    i = skip(words, i, "the")
    name = unit_of(word(words, i))
    if name not in ("week", "weekend") or word(words, i + 1) != "of":
        return None
    reads = (day_month, in_figures, month_day, feasts.feast)
    found = [day for read in reads if (day := read(words, i + 2, now)) is not None]
    if not found:
        return None
    day_, j = max(found, key=lambda day: day[1])
    return *periods.running(name, day_, 0), j


PARTLY = frozenset(periods.AHEAD) | frozenset("early late mid every each all".split())
"""Words that make something else of the period they lead."""
