"""Moments: a day, a part of the day and a clock time in any order, and lengths from a moment.

A clock time alone is the next moment the clock shows it: "at six" said at 10:00 is 18:00, "six in
the morning" tomorrow 06:00, "in the morning" tomorrow 09:00. Beside another day than today an hour
from 1 to 6 without am or pm is in the afternoon. A day alone is 09:00 on it.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import replace
from datetime import date, datetime, time, timedelta
from functools import lru_cache

from assistant.language.records import dataclass
from assistant.language.tokens import Found, Word, Words, phrase, remembered, word
from assistant.language.values import clocktimes, dayparts, durations, guards
from assistant.language.values.almanac import NUMBER_WORDS, month, skip, unit, weekday, year
from assistant.language.values.clocktimes import VAGUE, ClockTime, meridiem
from assistant.language.values.dates import day
from assistant.language.values.dayparts import (
    PARTS,
    SHADES,
    Part,
    agree,
    at_hour,
    hour_then_part,
    joined,
    part,
    within,
)
from assistant.language.values.durations import Length, length
from assistant.language.values.finding import Guard, find_all
from assistant.language.values.numbers import STARTS
from assistant.language.values.periods import beside_a_day, period
from assistant.language.values.upcoming import next_time, on

MORNING = time(9)
"""The hour of a day said without one."""

WEEK = 6
"""Days from a week's first to its last."""

SMALL = 5
"""Hours of the night before this one lie in the next day."""


@dataclass(frozen=True, slots=True)
class Said:
    """What was said of a moment: its day, its part of the day, its clock time, or the whole."""

    day: date | None = None
    part: Part | None = None
    clock: ClockTime | None = None
    whole: datetime | None = None


UNCLEAR = Said()
"""What is said of an hour in no certain day: "next week at 5"."""


def moment(words: Words, i: int, now: datetime) -> tuple[datetime, int] | None:
    """Read a moment, aware in the zone of ``now``."""
    read = said(words, i, now)
    when = resolved(read[0], now) if read else None
    return (when, read[1]) if read and when else None


def find(
    text: str, now: datetime, wording: Collection[str] = (), guard: Guard = guards.MOMENTS
) -> list[Found]:
    """Find moments in a text; a day and a time that stand apart are one moment."""
    found = find_all(text, now, said, guard, wording)
    return [
        replace(each, value=when)
        for each in _united([each for each in found if each.value != UNCLEAR])
        if (when := resolved(each.value, now)) is not None
    ]


def _united(found: list[Found]) -> list[Found]:
    """Join the one day and the one time of a sentence that stand apart."""
    days = [f for f in found if f.value.day]
    times = [f for f in found if not f.value.day and not f.value.whole]
    if len(days) != 1 or len(times) != 1 or len(found) != 2:
        return found
    one, other = days[0].value, times[0].value
    names_its_day = other.part is not None and other.part.day is not None
    if (one.clock and other.clock) or (one.part and other.part) or names_its_day:
        return found
    told = Said(one.day, one.part or other.part, one.clock or other.clock)
    first, last = found
    spans = ((first.start, first.end), (last.start, last.end))
    return [Found(told, f"{first.text} {last.text}", first.start, first.end, spans)]


def said(words: Words, i: int, now: datetime) -> tuple[Said, int] | None:
    """Read what stands together of a moment, the longest."""
    named = weekday(words, i) or month(words, i)
    starts = named or _may_start(word(words, i)) or day(words, i, now)
    return _said(words, i, now) if starts else None


@lru_cache(maxsize=4096)
def _may_start(text: str) -> bool:
    """Tell whether a moment may start with a word that is no day."""
    tables = (clocktimes.STARTS, dayparts.STARTS, durations.LENGTH_STARTS, VAGUE, LEADS)
    number = text[:1].isdecimal() or text in NUMBER_WORDS or text in STARTS
    return number or any(text in table for table in tables)


LEADS = frozenset("in after within today right straight now at @ on the".split())
"""First words of moments that are neither days, parts of them, hours nor lengths."""


@remembered
def _said(words: Words, i: int, now: datetime) -> tuple[Said, int] | None:
    together = _together(words, i, now)
    if together and together[0].day and (together[0].part or together[0].clock):
        return together
    for read in (_now, _length_from):
        found = read(words, i, now)
        if found is not None and (together is None or found[1] >= together[1]):
            return Said(whole=found[0]), found[1]
    return together or (None if word(words, i)[:1].isdecimal() else _in_a_period(words, i, now))


def _in_a_period(words: Words, i: int, now: datetime) -> tuple[Said, int] | None:
    """Read "this week at 5" as what is not clear, so that its hour is not today's."""
    span = period(words, skip(words, i, "in"), now)
    hour = at_hour(words, joined(words, span[2])) if span else None
    return (UNCLEAR, hour[1]) if hour else None


def _together(words: Words, i: int, now: datetime) -> tuple[Said, int] | None:
    """Read day, part and clock time in any order, each once."""
    told, j, day_at = Said(), i, (i, i)
    while True:
        step = _next_piece(words, j, told, now)
        if step is None:
            break
        if step[0].day and not told.day:
            day_at = step[1:]
        told, j = step[0], step[2]
    if told.day and j > day_at[1]:
        whole = _day_around(words, day_at, j, now)
        told, j = (replace(told, day=whole[0]), whole[1]) if whole else (told, j)
    again = day(words, joined(words, j), now) if told.day else None
    if again and again[0] == told.day:
        j = again[1]  # "tomorrow, the 5th of march"
    if told.day and _lone_period(words, day_at, now, timed=told.clock is not None):
        return (UNCLEAR, j) if told.clock else None
    if told.part and told.part.bare and not (told.day or told.clock):
        return None
    return (told, j) if j > i else None


def _lone_period(words: Words, at: tuple[int, int], now: datetime, *, timed: bool) -> bool:
    """Tell whether the day is only a year's first, or with an hour only a month's or week's."""
    last = at[1] - 1
    span = period(words, skip(words, at[0], "in"), now) if timed and unit(words, last) else None
    if span and span[2] == at[1] and (span[1] - span[0]).days >= WEEK:
        return True
    led = all(word(words, k) in ("in", "on", "the", "year") for k in range(at[0], last))
    return led and (year(words, last) is not None or (timed and month(words, last) is not None))


def _next_piece(words: Words, i: int, told: Said, now: datetime) -> tuple[Said, int, int] | None:
    """Read one more piece after the words that may join them: (what was told, start, end)."""
    last = joined(words, i) if told != Said() else i
    for k in range(i, last + 1):
        options: list[tuple[int, Said]] = []
        if told.day is None and (read := day(words, k, now)):
            options.append((read[1], replace(told, day=read[0])))
        if told.part is None and (named := part(words, k)):
            options.append((named[1], replace(told, part=named[0])))
        if told.clock is None and (hour := at_hour(words, k) or hour_then_part(words, k)):
            options.append((hour[1], replace(told, clock=hour[0])))
        if told.day and not told.part and (half := _half_day(words, k)):
            options.append((half[1], replace(told, part=half[0])))
        if told == Said() and (shaded := _shaded(words, k, now)):
            options.append((shaded[1], shaded[0]))
        if options:
            end, found = max(options, key=lambda option: option[0])
            return found, k, end
        if told.day is None and (split := _day_with_time(words, k, told, now)):
            return split[0], k, split[1]
    return None


def _shaded(words: Words, i: int, now: datetime) -> tuple[Said, int] | None:
    """Read "early tomorrow morning", "late on friday night"."""
    read = day(words, i + 1, now) if word(words, i) in SHADES else None
    if read is None:
        return None
    named = part(Words([words[i], *words[read[1] : read[1] + 2]]), 0)
    return (Said(read[0], named[0]), read[1] + named[1] - 1) if named else None


def _half_day(words: Words, i: int) -> tuple[Part, int] | None:
    """Read "am" or "pm" behind a day as its morning or afternoon."""
    half = meridiem(words, i) if len(word(words, i)) == 2 else None
    if half is None or word(words, half[1]) in ("i", "we"):
        return None
    return PARTS["morning" if half[0] == "am" else "afternoon"], half[1]


def _day_with_time(words: Words, i: int, told: Said, now: datetime) -> tuple[Said, int] | None:
    """Read a day that is one only with the time taken out: "first monday evening of may"."""
    begins = skip(words, skip(words, i, "on"), "the")
    text = word(words, begins)
    named = weekday(words, begins) or month(words, begins)
    if not (named or text in NUMBER_WORDS or text[:1].isdecimal()):
        return None
    lone = month(words, i)
    for p in range(lone[1] + 1 if lone else i + 1, min(i + 6, len(words))):
        piece = _time_piece(words, joined(words, p, ",", "at", "in", "the"), told)
        if piece is None:
            continue
        found, end = piece
        without = _dated(*words[i:p], *words[end : end + 8])
        before = p - i + (without[0] is ON)
        read = day(without, 0, now)
        if read is None or read[1] < before:
            return None
        return replace(found, day=read[0]), end + read[1] - before
    return None


ON = Word("on", -9, -7)
"""Set before a day, so that "wed" and "sun" are days."""


def _dated(*words: Word) -> Words:
    return Words(words if words[0].text == "on" else (ON, *words))


def sure_day(words: Words, i: int, now: datetime) -> tuple[date, int] | None:
    """Read a day where one is expected, so that "wed" and "sun" are days too."""
    read = day(words, i, now)
    if read or not (weekday(words, i) or month(words, i)):
        return read
    if month(words, i) and beside_a_day(words, i, i + 1):
        return None
    told = day(_dated(*words[i : i + 8]), 0, now)
    return (told[0], i + told[1] - 1) if told else None


def _time_piece(words: Words, i: int, told: Said) -> tuple[Said, int] | None:
    named = part(words, i) if told.part is None else None
    if named:
        return replace(told, part=named[0]), named[1]
    hour = at_hour(words, i) if told.clock is None else None
    return (replace(told, clock=hour[0]), hour[1]) if hour else None


def _day_around(
    words: Words, day_at: tuple[int, int], j: int, now: datetime
) -> tuple[date, int] | None:
    """Read a day that goes on behind the hour said within it: "thursday night of next week"."""
    for k in range(j, joined(words, j, ",", "of", "on") + 1):
        if word(words, k) in (",", ""):
            continue
        without = _dated(*words[day_at[0] : day_at[1]], *words[k : k + 8])
        before = day_at[1] - day_at[0] + (without[0] is ON)
        read = day(without, 0, now)
        if read is not None and read[1] > before:
            return read[0], k + read[1] - before
    return None


def resolved(told: Said, now: datetime) -> datetime | None:
    """Return the moment that was said, None where a day alone is over at its hour."""
    if told.whole:
        return told.whole
    named = told.part
    if named and told.clock and not agree(named, told.clock):
        return None
    at = within(named, told.clock) if named and told.clock else told.clock
    day_ = told.day
    if day_ is None and named and named.day is not None:
        day_ = now.date() + timedelta(days=named.day)
    if at is None and named:
        at = ClockTime(named.hour)
    if at is None and day_:
        if day_ == now.date() and now.time() >= MORNING:
            return None
        return on(day_, MORNING, now)
    if at is None:
        return None
    if day_ and named and named.half == "night" and at.hour < SMALL:
        day_ += timedelta(days=1)
    return next_time(at, day_, now)


def _now(words: Words, i: int, now: datetime) -> tuple[datetime, int] | None:
    """Read "right now", "at the moment", and "now" where the sentence ends."""
    for lead in (("right", "now"), ("at", "the", "moment"), ("straight", "away")):
        j = phrase(words, i, *lead)
        if j:
            return now, j
    last = all(w.text in ",.!?" or w.text == "please" for w in words[i + 1 :])
    return (now, i + 1) if word(words, i) == "now" and last else None


def _length_from(words: Words, i: int, now: datetime) -> tuple[datetime, int] | None:
    """Read "in twenty minutes", "an hour ago", "two hours before noon tomorrow"."""
    j = phrase(words, i, "today") or i
    leads = word(words, j) in ("in", "after", "within")
    j = j + 1 if leads else j
    j = j + 1 if word(words, j) in VAGUE else j
    read = length(words, j, now)
    if read is None:
        return None
    span, k = read
    if leads:
        return span.after(now), _time_of(words, k)
    back = word(words, k) in ("ago", "earlier")
    if back or word(words, k) in ("later", "hence"):
        return span.after(now, -1 if back else 1), k + 1
    from_now = _from_now(words, k)
    return (span.after(now), from_now) if from_now else _beside(words, k, span, now)


def time_of_day(words: Words, i: int, now: datetime) -> tuple[ClockTime, int] | None:
    """Read a time of day as said, or what the clock shows then: "ten minutes from now"."""
    read = length(words, i, now)
    end = _from_now(words, read[1]) if read else None
    if read is None or end is None:
        return dayparts.clock_time(words, i, now)
    then = read[0].after(now)
    if not now < then < now + timedelta(days=1):
        return None
    return ClockTime(then.hour, then.minute, then.second), end


def _from_now(words: Words, i: int) -> int | None:
    return phrase(words, i, "from", "now") or phrase(words, i, "from", "right", "now")


def _time_of(words: Words, i: int) -> int:
    """Return the place after "from now" or the "time" of "in two hours' time"."""
    for tail in (("time",), ("'", "time"), ("from", "now")):
        end = phrase(words, i, *tail)
        if end:
            return end
    return i


def _beside(words: Words, i: int, span: Length, now: datetime) -> tuple[datetime, int] | None:
    """Read "before noon", "after christmas eve 6pm" behind a length."""
    sign = {"before": -1, "after": 1, "from": 1, "past": 1, "to": -1}.get(word(words, i))
    if sign and word(words, i + 1) == "now":
        return span.after(now, sign), i + 2
    target = _together(words, i + 1, now) if sign else None
    if sign is None or target is None or not (target[0].clock or target[0].part):
        return None
    start = resolved(target[0], now)
    return (span.after(start, sign), target[1]) if start else None
