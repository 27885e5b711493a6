"""Reading what recurs: "every weekday at seven", "mondays and thursdays", "the 31st of each month".

What is said of it is gathered as the parts of an RFC 5545 rule. What can't be kept in such a rule
("every day unless it rains", "every easter") is not read.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import replace
from datetime import date, datetime, time, timedelta
from functools import lru_cache

from assistant.language.tokens import Found, Words, phrase, remembered, split, word
from assistant.language.values import feasts, guards, offsets, rules
from assistant.language.values.almanac import MONTHS, NUMBER_WORDS, WEEKDAYS, skip, unit, weekdays
from assistant.language.values.clocktimes import ClockTime
from assistant.language.values.dates import day
from assistant.language.values.dayparts import PARTS, Part, clock_time, part, timed, within
from assistant.language.values.durations import duration
from assistant.language.values.finding import safely
from assistant.language.values.moments import moment
from assistant.language.values.numbers import integer, ordinal
from assistant.language.values.periods import period
from assistant.language.values.recurrences import DAYS, STAMP, STEPS, Recurrence, written
from assistant.language.values.rules import Parts, Read
from assistant.language.values.upcoming import EARLIEST

LEFT = frozenset("except but between unless or and when if from until till".split())
"""Words after a recurrence that would change it."""


def recurrence(words: Words, i: int, now: datetime) -> tuple[Recurrence, int] | None:
    """Read a recurrence with its time and its end."""
    begins = _may_begin(word(words, i)) and may_recur(words)
    return _recurrence(words, i, now) if begins else None


@lru_cache(maxsize=4096)
def _may_begin(text: str) -> bool:
    """Tell whether a recurrence or the time before it may begin with a word."""
    named = text in rules.TELLING or text in NUMBER_WORDS or text in MONTHS or text in LEADS
    return named or text[:1].isdecimal() or text.rstrip("s") in WEEKDAYS or feasts.may_start(text)


LEADS = frozenset("at in on from the a noon midday midnight half quarter last".split())
"""Words before a time or a day of what recurs."""


@remembered
def may_recur(words: Words) -> bool:
    """Tell whether a text has a word without which nothing recurs."""
    return tells(words, range(len(words))) or any(
        rules.span_of_days(words, i) for i, w in enumerate(words) if w.text in WEEKDAYS
    )


def tells(words: Words, places: Iterable[int]) -> bool:
    """Tell whether a word at one of some places says that something recurs: "every", "mondays"."""
    return any(word(words, i) in rules.TELLING or weekdays(words, i) for i in places)


@remembered
def _recurrence(words: Words, i: int, now: datetime) -> tuple[Recurrence, int] | None:
    first = _time(words, i)
    i = skip(words, first[1] if first else i, "on", ",")
    core = rules.how_often(words, i)
    if core is None:
        return None
    named = "night" if word(words, i) == "nightly" else word(words, core[1] - 1).rstrip("s")
    gathered = _Gathered(core[0], first[0] if first else None, core[1], PARTS.get(named))
    gathered.counted = word(words, i) in rules.TIMES or word(words, i + 1) == "times"
    while gathered.more(words, now):
        pass
    return gathered.finished(words, now)


class _Gathered:
    """What has been read of a recurrence so far."""

    def __init__(self, parts: Parts, at: ClockTime | None, j: int, part: Part | None) -> None:
        self.parts, self.at, self.j, self.part = parts, at, j, part
        self.start: datetime | None = None
        self.span: offsets.Move | None = None
        self.counted = False
        """Whether it was told how often a day, not at which hours: "twice a day"."""

    @property
    def time(self) -> time | None:
        """The wall time; an hour from 1 to 6 alone is the afternoon's."""
        if self.at is None:
            return time(self.part.hour) if self.part else None
        return settled(self.at, self.part)

    def more(self, words: Words, now: datetime) -> bool:
        """Read one more of time, days, end and beginning; tell whether there was one."""
        before = self.j
        j = skip(words, self.j, ",")
        if self.at is None and (at := _time(words, j)) is not None:
            self.at, self.j = at
        elif (on := _days_on(words, j, self.parts)) is not None:
            self.parts, self.j = on
        elif (end := _until(words, j, now, self.parts["FREQ"] in STEPS)) is not None:
            self.parts, self.j = {**self.parts, **end[0]}, end[1]
        elif (span := _for(words, j)) is not None:
            self.span, self.j = span
        elif (days := phrase(words, j, "except")) and (left := _without(words, days, self.parts)):
            self.parts, self.j = left
        elif word(words, j) in ("starting", "beginning", "from"):
            first = day(words, j + 1, now)
            if first is not None and self.start is None:
                self.start = datetime.combine(first[0], time(), now.tzinfo)
                self.j = skip(words, first[1], "on", "onwards")
        return self.j > before

    def finished(self, words: Words, now: datetime) -> tuple[Recurrence, int] | None:
        """Return the value, from its first time on where that counts; None if more belongs."""
        follows = word(words, self.j)
        if follows in LEFT and (follows != "and" or _goes_on(words, self.j + 1)):
            return None
        if self.span is not None:
            last = self.span((self.start or now).date()) - timedelta(days=1)
            self.parts = {**self.parts, "UNTIL": f"{last:%Y%m%d}T235959"}
        if self.parts["FREQ"] in STEPS:
            told = self.time or self.start or any(name.startswith("BY") for name in self.parts)
            found = Recurrence(written(self.parts), None, now, open=self.counted)
            return None if told else (found, self.j)
        self.parts = _since(self.parts, self.start or now)
        start = None
        if self.start or "INTERVAL" in self.parts or "COUNT" in self.parts:
            start = self._first(now)
        is_open = self.at is not None and self.part is None and self.at.open
        return Recurrence(written(self.parts), self.time, start, open=is_open), self.j

    def _first(self, now: datetime) -> datetime | None:
        """Return the first time from now or from the told start on."""
        plain = {n: v for n, v in self.parts.items() if n not in ("INTERVAL", "COUNT", "UNTIL")}
        from_ = self.start - timedelta(microseconds=1) if self.start else now
        return Recurrence(written(plain), self.time).next(from_)


def _since(parts: Parts, start: datetime) -> Parts:
    """Return the parts with the day that "every week" or "every month" leaves open: today's."""
    if any(name.startswith("BY") for name in parts) or parts["FREQ"] == "DAILY":
        return parts
    days = {
        "WEEKLY": rules.weekly([start.weekday()]),
        "MONTHLY": rules.monthly([start.day]),
        "YEARLY": rules.on_date(start.month, start.day),
    }[parts["FREQ"]]
    return {**days, **parts}


def _goes_on(words: Words, i: int) -> bool:
    """Tell whether what "and" joins is another time or day."""
    return (
        _time(words, i) is not None
        or integer(words, i) is not None
        or ordinal(words, i) is not None
    )


def _days_on(words: Words, i: int, parts: Parts) -> Read | None:
    """Read the days of a week, month or year told after it: "weekly on fridays"."""
    if any(name.startswith("BY") for name in parts):
        return None
    j = skip(words, i, "on", "in")
    j = j + 1 if rules.span_of_days(words, j) and word(words, j) == "from" else j
    reads = {
        "WEEKLY": (rules.listed_days,),
        "DAILY": (rules.listed_days,),
        "YEARLY": (rules.yearly,),
    }
    for read in reads.get(parts["FREQ"], (rules.nth_weekday, rules.day_of_month)):
        the = skip(words, j, "the")
        found = read(words, the) if j > i else None
        if found is not None:
            interval = {"INTERVAL": parts["INTERVAL"]} if "INTERVAL" in parts else {}
            return {**found[0], **interval}, found[1]
    return None


def _until(words: Words, i: int, now: datetime, steps: bool) -> Read | None:
    """Read the end: "until june", "until the 3rd of may", "5 times"; of hours "for 3 hours" too."""
    if word(words, i) in ENDING:
        last = _last_day(words, i + 1, now)
        if last is not None:
            return {"UNTIL": f"{last[0]:%Y%m%d}T235959"}, last[1]
        at = moment(words, i + 1, now) if steps else None
        return ({"UNTIL": f"{at[0]:{STAMP}}"}, at[1]) if at else None
    if word(words, i) == "for" and steps:
        span = duration(words, i + 1, now)
        return ({"UNTIL": f"{now + span[0]:{STAMP}}"}, span[1]) if span else None
    count = integer(words, i)
    if count and word(words, count[1]) == "times" and 0 < count[0] < 10_000:
        return {"COUNT": str(count[0])}, count[1] + 1
    return None


def _for(words: Words, i: int) -> tuple[offsets.Move, int] | None:
    """Read how long it goes on: "for two weeks", "for the next 3 months"."""
    if word(words, i) != "for":
        return None
    j = skip(words, skip(words, i + 1, "the"), "next")
    one = unit(words, j) if word(words, j - 1) == "next" else ""
    read = offsets.length_of(1, one, j + 1) if one else offsets.length(words, j)
    return ((lambda start: start + read[0]), read[1]) if read else None


def _last_day(words: Words, i: int, now: datetime) -> tuple[date, int] | None:
    """Return the last day of "until ...": a day itself, or the day before a month or a week."""
    span = period(words, skip(words, i, "the"), now)
    said = day(words, i, now)
    if span is not None and (said is None or said[1] <= span[2]) and span[0] != span[1]:
        return (span[0] - timedelta(days=1), span[2]) if span[0] > now.date() else None
    return said


def _without(words: Words, i: int, parts: Parts) -> Read | None:
    """Read the days left out of every day: "sundays", "on weekends"."""
    found = rules.listed_days(words, skip(words, skip(words, i, "on", "for"), "the"))
    if found is None or parts["FREQ"] != "DAILY" or "INTERVAL" in parts:
        return None
    left = [n for n in range(7) if DAYS[n] not in found[0]["BYDAY"].split(",")]
    return (rules.weekly(left), found[1]) if left else None


def _time(words: Words, i: int) -> tuple[ClockTime, int] | None:
    """Read the wall time: "at seven", "7:30 pm", "in the morning", "at noon"."""
    read = timed(words, i, None)
    if read is not None:
        return read
    named = part(words, i)
    alone = named is not None and not named[0].bare and named[0].day is None
    return (ClockTime(named[0].hour), named[1]) if named and alone else None


def settled(at: ClockTime, said: Part | None) -> time:
    """Return a time as it is meant in a part of the day; 1 to 6 alone are the afternoon's."""
    at = within(said, at) if said else at
    return time(at.hour + 12 * (at.open and 1 <= at.hour < EARLIEST), at.minute, at.second)


Places = tuple[tuple[int, int], ...]


@remembered
def told(words: Words, now: datetime) -> list[tuple[Recurrence, Places]]:
    """Return what recurs in a text and its places; a time that stands apart belongs to it."""
    found: list[tuple[Recurrence, Places]] = []
    i = 0 if may_recur(words) else len(words)
    while i < len(words):
        read = safely(recurrence, words, i, now)
        if read is not None and not guards.RECURRENCES.changed(words, i, read[1]):
            found.append((read[0], ((i, read[1]),)))
        i = read[1] if read is not None else i + 1
    if len(found) != 1:
        return found
    return [_timed_apart(words, *_ended_apart(words, *found[0], now), now)]


ENDING = ("until", "till", "til")
"""Words before the end of what recurs."""


def _ended_apart(
    words: Words, said: Recurrence, places: Places, now: datetime
) -> tuple[Recurrence, Places]:
    """Join an end that stands apart: "every day to water the plants until june"."""
    parts = said.parts()
    apart = [i for i, w in enumerate(words) if w.text in ENDING and not _within(places, i)]
    end = _until(words, apart[0], now, said.in_steps) if len(apart) == 1 else None
    if end is None or parts.keys() & {"UNTIL", "COUNT"}:
        return said, places
    return replace(said, rule=written({**parts, **end[0]})), (*places, (apart[0], end[1]))


def _within(places: Places, i: int) -> bool:
    return any(start <= i < end for start, end in places)


def _timed_apart(
    words: Words, said: Recurrence, places: Places, now: datetime
) -> tuple[Recurrence, Places]:
    """Join the one time of a text to what recurs in it: "a daily alarm for 8 am"."""
    if said.time is not None or said.in_steps:
        return said, places
    times: list[tuple[ClockTime, int, int]] = []
    i = 0
    while i < len(words):
        read = safely(clock_time, words, i, now) if not _within(places, i) else None
        if read is not None:
            times.append((read[0], i, read[1]))
        i = read[1] if read is not None else i + 1
    if len(times) != 1 or word(words, times[0][1] - 1) in ENDING:
        return said, places
    at = settled(times[0][0], None)
    first = said.start.replace(hour=at.hour, minute=at.minute) if said.start else None
    joined = replace(said, time=at, start=first, open=times[0][0].open)
    start, end = times[0][1:]
    return joined, (*places, (start - (word(words, start - 1) == "at"), end))


def find(text: str, now: datetime, wording: Collection[str] = ()) -> list[Found]:
    """Find what recurs in a text, with the time that stands apart from it."""
    words = split(text)
    found = []
    for value, places in told(words, now):
        spans = tuple((words[i].start, words[j - 1].end) for i, j in places)
        said = " ".join(text[start:end] for start, end in sorted(spans))
        found.append(Found(value, said, *spans[0], spans if len(spans) > 1 else ()))
    return found
