"""Stretches of time: "tomorrow", "this evening", "friday morning", "between 4 and 5"."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime, time, timedelta
from typing import ClassVar

from assistant.language.records import dataclass
from assistant.language.tokens import Words, word
from assistant.language.values.almanac import skip
from assistant.language.values.clocktimes import ClockTime
from assistant.language.values.dayparts import Part, clock_time, part, timed
from assistant.language.values.moments import sure_day
from assistant.language.values.ranges import date_range
from assistant.language.values.upcoming import next_time, on

DAY = timedelta(days=1)

HOURS = {"am": (0, 12), "pm": (12, 18), "evening": (17, 24), "night": (18, 28)}
"""The hours of the parts of a day, seen widely; the night goes on into the next day."""

EVENING = 18
"""Hour from which a part of the afternoon's half is the evening."""

JOINING = frozenset("and to till until -".split())


@dataclass(frozen=True, slots=True)
class TimeSpan:
    """The time from ``start`` up to ``end``, which is not in it: two aware moments."""

    start: datetime
    end: datetime

    examples: ClassVar[tuple[str, ...]] = ("tomorrow", "this evening", "next week")

    @property
    def whole_days(self) -> bool:
        """Tell whether it is days from midnight to midnight."""
        return self.start.time() == self.end.time() == time()

    def __str__(self) -> str:
        return f"{self.start:%Y-%m-%d %H:%M} to {self.end:%Y-%m-%d %H:%M}"

    def to_json(self) -> Sequence[str]:
        """Return the two moments in ISO 8601."""
        return [self.start.isoformat(), self.end.isoformat()]

    @classmethod
    def from_json(cls, data: Sequence[str]) -> TimeSpan:
        """Return what ``to_json`` wrote. Raises ValueError when it is none of its kind."""
        start, end = (datetime.fromisoformat(each) for each in data)
        return cls(start, end)


Read = tuple[TimeSpan, int]


def time_span(words: Words, i: int, now: datetime) -> Read | None:
    """Read a stretch of time, the longest there is."""
    reads = (_hours, _days, _part_and_day, _day)
    found = [read for each in reads if (read := each(words, i, now)) is not None]
    return max(found, key=lambda read: read[1], default=None)


def _days(words: Words, i: int, now: datetime) -> Read | None:
    """Read a range of days."""
    read = date_range(words, i, now)
    return (_whole(read[0].start, read[0].end, now), read[1]) if read else None


def _day(words: Words, i: int, now: datetime) -> Read | None:
    """Read a day, or a part of it or hours told behind it: "tomorrow evening"."""
    read = sure_day(words, i, now)
    if read is None:
        return None
    named = part(words, read[1])
    if named is not None:
        return _part_of(read[0], named[0], now), named[1]
    hours = _ends(words, read[1], read[0], now)
    return hours or (_whole(read[0], read[0], now), read[1])


def _part_and_day(words: Words, i: int, now: datetime) -> Read | None:
    """Read a part of today, or of the day told behind it: "tonight", "the morning of friday"."""
    named = part(words, i)
    if named is None or (named[0].bare and word(words, i) not in ("this", "the", "in", "during")):
        return None
    read = sure_day(words, skip(words, named[1], "of"), now) if named[0].day is None else None
    if read is not None:
        return _part_of(read[0], named[0], now), read[1]
    today = _part_of(now.date() + timedelta(days=named[0].day or 0), named[0], now)
    if today.end <= now and named[0].day is None and word(words, i) != "this":
        today = _part_of(now.date() + DAY, named[0], now)
    return today, named[1]


def _hours(words: Words, i: int, now: datetime) -> Read | None:
    """Read hours of today, or of the day told behind them: "between 4 and 5 pm on friday"."""
    read = _ends(words, i, None, now)
    behind = sure_day(words, read[1], now) if read else None
    if behind is not None:
        return _ends(words, i, behind[0], now, behind[1])
    return read


def _ends(
    words: Words, i: int, day_: date | None, now: datetime, end: int | None = None
) -> Read | None:
    """Read "between 4 and 5", "from 9 to 12", "after 6 pm", "before noon" of a day or the next."""
    lead = word(words, i)
    first = _clock(words, i + 1, now) if lead in ("between", "from", "after", "before") else None
    if first is None:
        return None
    at = next_time(first[0], day_, now)
    midnight = on(at.date() + DAY, time(), now)
    if lead == "after":
        return TimeSpan(at, midnight), end or first[1]
    if lead == "before":
        start = on(day_, time(), now) if day_ else now
        return TimeSpan(start, at), end or first[1]
    last = _clock(words, first[1] + 1, now) if word(words, first[1]) in JOINING else None
    if last is None:
        return None
    # The last hour tells the half for both: "between 4 and 5 pm".
    later = next_time(last[0], at.date(), now)
    if first[0].open and not last[0].open:
        at = on(later.date(), _same_half(first[0], later), now)
    return (TimeSpan(at, later), end or last[1]) if at < later else None


def _clock(words: Words, i: int, now: datetime) -> tuple[ClockTime, int] | None:
    return clock_time(words, i, now) or timed(words, i, None) or _bare(words, i)


def _bare(words: Words, i: int) -> tuple[ClockTime, int] | None:
    text = word(words, i)
    hour = int(text) if text.isdecimal() and len(text) <= len("12") else 0
    return (
        (ClockTime(hour, open=hour <= HOURS["am"][1]), i + 1)
        if 0 < hour < HOURS["evening"][1]
        else None
    )


def _same_half(at: ClockTime, other: datetime) -> time:
    both = [time(at.hour % 12, at.minute), time(at.hour % 12 + 12, at.minute)]
    return max((each for each in both if each < other.time()), default=both[0])


def _part_of(day_: date, named: Part, now: datetime) -> TimeSpan:
    half = "evening" if named.half == "pm" and named.hour >= EVENING else named.half
    start, end = HOURS.get(half, HOURS["night"])
    midnight = datetime.combine(day_, time())
    first, last = midnight + timedelta(hours=start), midnight + timedelta(hours=end)
    return TimeSpan(on(first.date(), first.time(), now), on(last.date(), last.time(), now))


def _whole(first: date, last: date, now: datetime) -> TimeSpan:
    return TimeSpan(on(first, time(), now), on(last + DAY, time(), now))
