"""Moments, which are a date with a time, and ranges of dates.

A clock time alone is the next moment the clock shows it: "at six" said at 10:00 is 18:00, "six in
the morning" tomorrow 06:00, "in the morning" tomorrow 09:00. Beside a date an hour from 1 to 6
without am or pm is in the afternoon. A date alone is 09:00 on that day.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import ClassVar

from assistant.language.tokens import Words, phrase, word
from assistant.language.values.clocktimes import BEFORE, PARTS, Reading, day_part, reading
from assistant.language.values.dates import day
from assistant.language.values.durations import duration
from assistant.language.values.finding import read_whole

MORNING = time(9)
"""The hour of a date said without one."""

EARLIEST = 7
"""Beside a date, an uncertain hour before this one is in the afternoon."""


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


def moment(words: Words, i: int, now: datetime) -> tuple[datetime, int] | None:
    """Read a moment, aware in the zone of ``now``."""
    for read in (_after, _tonight, _date_first, _part_first, _time_first):
        found = read(words, i, now)
        if found is not None:
            return found
    return None


def date_range(words: Words, i: int, now: datetime) -> tuple[DateRange, int] | None:
    """Read "next week", "from monday to friday", "between the 3rd and the 9th of may"."""
    named = _named_range(words, i, now.date())
    if named is not None:
        return named
    lead = word(words, i) if word(words, i) in ("from", "between") else ""
    first = day(words, i + 1 if lead else i, now) or (_bare_day(words, i + 1) if lead else None)
    joint = ("and",) if lead == "between" else ("to", "until", "till", "through", "-", "–")
    if first is None or word(words, first[1]) not in joint:
        return None
    last = day(words, first[1] + 1, datetime.combine(first[0], time(), now.tzinfo))
    if last is None:
        return None
    start = first[0]
    bare = _bare_day(words, i + 1) if lead else None
    if bare is not None and bare[1] == first[1]:
        # "between the 3rd and the 9th of may": the month stands with the second day.
        last = day(words, first[1] + 1, now) or last
        start = last[0].replace(day=bare[0].day)
    return (DateRange(start, last[0]), last[1]) if start <= last[0] else None


def _after(words: Words, i: int, now: datetime) -> tuple[datetime, int] | None:
    """Read "in twenty minutes", "ten minutes from now": exact lengths after now."""
    lead = word(words, i) in ("in", "after")
    read = duration(words, i + 1 if lead else i, now)
    if read is None:
        return None
    length, j = read
    end = j if lead else phrase(words, j, "from", "now")
    if end is None:
        return None
    if length.days and not length.seconds:
        return _same_time_later(words, i, end, now)
    return (_utc_plus(now, length), phrase(words, end, "time") or end)


def _same_time_later(words: Words, i: int, end: int, now: datetime) -> tuple[datetime, int] | None:
    """Read "in two weeks" as the same wall time then, or "in two days at five" as that time."""
    read = day(words, i, now)
    if read is None:
        return None
    when = _at(words, read[1])
    if when:
        return _on(read[0], _afternoon(when[0]), now), when[1]
    return datetime.combine(read[0], now.timetz()), max(read[1], end)


def _utc_plus(now: datetime, length: timedelta) -> datetime:
    """Add real time, also across a change of the clocks."""
    from datetime import UTC

    return (now.astimezone(UTC) + length).astimezone(now.tzinfo)


def _tonight(words: Words, i: int, now: datetime) -> tuple[datetime, int] | None:
    """Read "tonight", "tonight at 8", "this evening", "this afternoon at three"."""
    if word(words, i) == "tonight":
        part, j = "evening", i + 1
    elif word(words, i) == "this" and word(words, i + 1) in PARTS:
        part, j = word(words, i + 1), i + 2
    else:
        return None
    when = _at(words, j)
    if when is None:
        hour = 20 if word(words, i) == "tonight" else PARTS[part][0]
        return _on(now.date(), time(hour), now), j
    hour = when[0].hour
    if not when[0].certain and part != "morning":
        hour = hour % 12 + 12
    return _on(now.date(), time(hour, when[0].minute), now), when[1]


def _date_first(words: Words, i: int, now: datetime) -> tuple[datetime, int] | None:
    """Read "tomorrow at half past six", "next tuesday evening", "on the 12th at 9am"."""
    read = day(words, i, now)
    if read is None:
        return None
    date_, j = read
    part, k = (word(words, j), j + 1) if word(words, j) in PARTS else _in_part(words, j) or ("", j)
    when = _at(words, k)
    if when is None:
        return _on(date_, time(PARTS[part][0]) if part else MORNING, now), k
    said = _within(part, when[0]) if part else when[0]
    return _on(date_, _afternoon(said), now), when[1]


def _in_part(words: Words, i: int) -> tuple[str, int] | None:
    """Read "in the evening" after a date."""
    part = day_part(words, i) if word(words, i) in ("in", "at") else None
    return part if part and word(words, part[1] - 1) in PARTS else None


def _part_first(words: Words, i: int, now: datetime) -> tuple[datetime, int] | None:
    """Read "in the evening", "in the morning at six": the next one there is."""
    part = _in_part(words, i)
    if part is None:
        return None
    when = _at(words, part[1])
    if when is None:
        return _next(Reading(PARTS[part[0]][0], certain=True), now), part[1]
    return _next(_within(part[0], when[0]), now), when[1]


def _time_first(words: Words, i: int, now: datetime) -> tuple[datetime, int] | None:
    """Read "at six", "half past six tomorrow", "9am on friday"."""
    when = _at(words, i) or reading(words, i, bare=word(words, i - 1) in BEFORE)
    if when is None:
        return None
    said, j = when
    read = day(words, j, now)
    if read is not None:
        date_, k = read
        part = word(words, k) if word(words, k) in PARTS else None
        said = _within(part, said) if part else said
        return _on(date_, _afternoon(said), now), k + 1 if part else k
    return _next(said, now), j


def _at(words: Words, i: int) -> tuple[Reading, int] | None:
    """Read a clock time after "at" and the like, where a bare hour is enough."""
    i = i + 1 if word(words, i) == "," else i
    if word(words, i) in BEFORE[:6] or word(words, i) == "around":
        return reading(words, i + 1, bare=True)
    return reading(words, i, bare=False)


def _within(part: str, said: Reading) -> Reading:
    """Return a clock time as it is meant in a part of the day."""
    if said.certain:
        return said
    return Reading(said.hour % 12 + (0 if part == "morning" else 12), said.minute, certain=True)


def _afternoon(said: Reading) -> time:
    if not said.certain and 1 <= said.hour < EARLIEST:
        return time(said.hour + 12, said.minute)
    return said.as_time()


def _next(said: Reading, now: datetime) -> datetime:
    """Return the next moment a clock shows the time; of 12 hours where am and pm are open."""
    for days in (0, 1):
        for add in (0,) if said.certain or said.hour > 12 else (0, 12):
            hour = said.hour % 12 + add if not said.certain and said.hour <= 12 else said.hour
            found = _on(now.date() + timedelta(days=days), time(hour % 24, said.minute), now)
            if found > now:
                return found
    return _on(now.date() + timedelta(days=1), said.as_time(), now)


def _on(date_: date, when: time, now: datetime) -> datetime:
    """Combine in the zone of now; an hour the clocks leap over becomes the hour after."""
    from datetime import UTC

    combined = datetime.combine(date_, when, now.tzinfo)
    return combined.astimezone(UTC).astimezone(now.tzinfo)


def _named_range(words: Words, i: int, today: date) -> tuple[DateRange, int] | None:
    """Read "this week", "next month", "this weekend", "this year"."""
    from dateutil.relativedelta import relativedelta

    ahead = {"this": 0, "next": 1, "last": -1}.get(word(words, i))
    if ahead is None:
        return None
    unit = word(words, i + 1)
    if unit == "week":
        monday = today + timedelta(days=7 * ahead - today.weekday())
        return DateRange(monday, monday + timedelta(days=6)), i + 2
    if unit == "weekend":
        saturday = today + timedelta(days=5 - today.weekday() + 7 * ahead)
        return DateRange(saturday, saturday + timedelta(days=1)), i + 2
    if unit == "month":
        first = today.replace(day=1) + relativedelta(months=ahead)
        return DateRange(first, first + relativedelta(months=1, days=-1)), i + 2
    if unit == "year":
        year = today.year + ahead
        return DateRange(date(year, 1, 1), date(year, 12, 31)), i + 2
    return None


def _bare_day(words: Words, i: int) -> tuple[date, int] | None:
    """Read "the 3rd" as a day of a month that is yet to be named."""
    from assistant.language.values.numbers import ordinal

    read = ordinal(words, i + 1 if word(words, i) == "the" else i)
    return (date(2000, 1, read[0]), read[1]) if read and 0 < read[0] <= 31 else None
