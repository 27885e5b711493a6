"""What comes again and again, as a value: an RFC 5545 rule and the time of day it happens at."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import field, replace
from datetime import UTC, date, datetime, time, timedelta, tzinfo
from typing import Any, ClassVar

from assistant.errors import SkillError
from assistant.language.calendar import MONTHS
from assistant.language.calendar import WEEKDAYS as WEEKDAY_NAMES
from assistant.language.records import dataclass
from assistant.language.saying import joined, spoken_time

DAYS = ("MO", "TU", "WE", "TH", "FR", "SA", "SU")
NAMES = tuple(map(str.lower, WEEKDAY_NAMES))
UNITS = {"DAILY": "day", "WEEKLY": "week", "MONTHLY": "month", "YEARLY": "year"}
UNITS |= {"HOURLY": "hour", "MINUTELY": "minute"}
STEPS = {"HOURLY": timedelta(hours=1), "MINUTELY": timedelta(minutes=1)}
"""Lengths of what is counted in real time, not on the calendar."""

Wall = time
"""A time of day; in the class below the name is that of a field."""

STAMP = "%Y%m%dT%H%M%S"
"""How RFC 5545 writes a local moment."""

MONDAY = date(2026, 3, 2)
"""A day with which times are reckoned."""

DAY = 24
"""Hours of a day."""

WEEKDAYS = "MO,TU,WE,TH,FR"
WEEKEND = "SA,SU"
ORDINALS = {1: "first", 2: "second", 3: "third", 4: "fourth", 5: "fifth", -1: "last"}


@dataclass(frozen=True, slots=True)
class Recurrence:
    """When something happens again: ``rule`` is an RRULE of RFC 5545, ``time`` the wall time.

    ``start`` is where "every other week" or "every two hours" counts from. On the 31st of every
    month means the last day of those that are shorter. On the days ``skipped`` it does not happen;
    of what comes several times a day those may be single moments, in UTC.
    """

    rule: str
    time: time | None = None
    start: datetime | None = None
    skipped: tuple[date, ...] = ()
    open: bool = field(default=False, compare=False)
    """Whether nothing said if the time is of the morning or of the evening; of what comes some
    times a day, at which hours."""

    examples: ClassVar[tuple[str, ...]] = (
        "every weekday at seven",
        "mondays and thursdays",
        "every other week",
        "on the 31st of every month",
    )

    def next(self, after: datetime) -> datetime | None:
        """Return the first time after an aware moment, in its zone; None where it has ended.

        Days keep their wall time over a change of the clocks (09:00 where no time is told); hours
        and minutes are real ones.
        """
        return next(self.times(after), None)

    def times(self, after: datetime) -> Iterator[datetime]:
        """Give the times after an aware moment, in its zone, one after the other."""
        step = STEPS.get(self.parts()["FREQ"])
        found = self._steps(after, step) if step else self._days(after)
        return (each for each in found if not self.leaves_out(each))

    def leaves_out(self, moment: datetime) -> bool:
        """Tell whether it is skipped on a moment's day, or at just that moment."""
        return moment.date() in self.skipped or _utc(moment) in self.skipped

    def beginning(self, first: datetime) -> Recurrence:
        """Return it with its first time told: where it counts from, and the hour of its days."""
        if self.in_steps:
            return replace(self, start=self.start or first)
        return replace(self, time=self.time or first.time(), start=first)

    def at(self, moment: datetime | Wall) -> Recurrence:
        """Return it at a wall time; one that left am or pm open leaves it so."""
        at = moment.time() if isinstance(moment, datetime) else moment
        return replace(self, time=at, open=getattr(at, "open", False))

    def hours_from(self, first: Wall) -> Recurrence:
        """Return what comes some times a day as it comes each day from an hour on, on the wall."""
        step = int(self.parts().get("INTERVAL", 1))
        hours = sorted((first.hour + n) % DAY for n in range(0, DAY, step))
        rest = {n: v for n, v in self.parts().items() if n not in ("FREQ", "INTERVAL")}
        told = {"FREQ": "DAILY", "BYHOUR": ",".join(map(str, hours)), **rest}
        return Recurrence(written(told), first)

    def early(self) -> Recurrence:
        """Return it in the morning, where am and pm were left open."""
        if self.time is None or not self.open:
            return self
        return replace(self, time=self.time.replace(hour=self.time.hour % 12), open=False)

    @property
    def in_steps(self) -> bool:
        """Tell whether it comes after hours or minutes, not on days."""
        return self.parts()["FREQ"] in STEPS

    @property
    def several_a_day(self) -> bool:
        """Tell whether it may come more than once a day."""
        return self.in_steps or "BYHOUR" in self.parts()

    def time_of(self, moment: datetime) -> date:
        """Return what to leave out for one of its times: the day, or of several the moment."""
        return _utc(moment) if self.several_a_day else moment.date()

    def only_on(self, day: date) -> bool:
        """Tell whether it comes each week, or some weeks, on a day's weekday and no other."""
        parts = self.parts()
        return parts["FREQ"] == "WEEKLY" and parts.get("BYDAY") == DAYS[day.weekday()]

    def without(self, *left_out: date) -> Recurrence:
        """Return it with days left out, or with single moments."""
        told = [_utc(each) if isinstance(each, datetime) else each for each in left_out]
        return replace(self, skipped=tuple(dict.fromkeys((*self.skipped, *told))))

    @property
    def days_out(self) -> tuple[date, ...]:
        """Return the whole days that are left out."""
        return tuple(each for each in self.skipped if not isinstance(each, datetime))

    def moved(self, by: timedelta) -> Recurrence:
        """Return it with each of its times moved by a length: with its days, hours, start and end.

        Raises SkillError where they would fall on days that a rule of its kind can't tell.
        """
        if self.in_steps or self.time is None:
            start = _after(self.start, by) if self.start else None
            rule = written(_ending_later(self.parts(), by))
            return replace(self, rule=rule, start=start, skipped=_moved(self.skipped, by, by))
        first = datetime.combine(MONDAY, self.time)
        days = timedelta(days=((first + by).date() - MONDAY).days)
        at = (first + by).time()
        start = datetime.combine(self.start + days, at, self.start.tzinfo) if self.start else None
        rule = written(_later(self.parts(), self.time, by, days))
        return Recurrence(rule, at, start, _moved(self.skipped, by, days))

    def with_day(self, day: date) -> Recurrence:
        """Return it with a day left out no longer."""
        return replace(self, skipped=tuple(each for each in self.skipped if each != day))

    def until(self, day: date) -> Recurrence:
        """Return it with its last day told."""
        parts = {n: v for n, v in self.parts().items() if n not in ("UNTIL", "COUNT")}
        return replace(self, rule=written({**parts, "UNTIL": f"{day:%Y%m%d}T235959"}))

    def parts(self) -> dict[str, str]:
        """Return the parts of the rule by name."""
        return dict(part.split("=", 1) for part in self.rule.split(";"))

    def _steps(self, after: datetime, step: timedelta) -> Iterator[datetime]:
        parts = self.parts()
        step *= int(parts.get("INTERVAL", 1))
        start = (self.start or after).astimezone(UTC)
        count = max((after.astimezone(UTC) - start) // step + 1, 1)
        until = parts.get("UNTIL")
        while count <= int(parts.get("COUNT", count)):
            found = (start + count * step).astimezone(after.tzinfo)
            if until is not None and f"{found:{STAMP}}" > until:
                return
            yield found
            count += 1

    def _days(self, after: datetime) -> Iterator[datetime]:
        from dateutil.rrule import rrulestr

        first = self.start.date() if self.start else after.date() - timedelta(days=1)
        at = self.time or time(9)
        days = rrulestr(self.rule, dtstart=datetime.combine(first, at))
        before = datetime.combine(after.date() - timedelta(days=1), time())
        for each in days.xafter(before, inc=True):
            found = each.replace(tzinfo=after.tzinfo).astimezone(UTC).astimezone(after.tzinfo)
            if found.astimezone(UTC) > after.astimezone(UTC):
                yield found

    def __str__(self) -> str:
        said = _core(self.parts())
        said += f" at {self.time:%H:%M}" if self.time else ""
        if self.start and self.parts()["FREQ"] not in STEPS:
            said += f" from {_day(self.start.date())}"
        return said + _ending(self.parts())

    def spoken(self, time_format: str = "24h") -> str:
        """Return it as one says it of something that is set: "every Monday at 07:00"."""
        parts = self.parts()
        words = _core(parts).removeprefix("on ").split(" ")
        said = " ".join(w.capitalize() if w.rstrip(",") in NAMES else w for w in words)
        hours = parts.get("BYHOUR")
        times = (
            [self.time.replace(hour=int(h)) for h in hours.split(",")]
            if hours and self.time
            else []
        )
        times = times or ([self.time] if self.time else [])
        at = f" at {joined(spoken_time(each, time_format) for each in times)}" if times else ""
        return f"{said}{at}{_ending(parts)}"

    @property
    def adverbs(self) -> str:
        """Return words that tell it from what happens once: "recurring daily"."""
        parts = self.parts()
        days = {WEEKDAYS: "weekday weekdays", WEEKEND: "weekend weekends"}
        return f"recurring repeating {parts['FREQ'].lower()} {days.get(parts.get('BYDAY', ''), '')}"

    def to_text(self) -> str:
        """Return it as RFC 5545 text in local times: DTSTART, RRULE and what is left out.

        Raises ValueError for one whose first time is not told.
        """
        if self.start is None:
            raise ValueError(f"{self} does not tell when it begins")
        first = datetime.combine(self.start, self.time) if self.time else self.start
        lines = [f"DTSTART:{first:{STAMP}}", f"RRULE:{self.rule}"]
        lines += [_left_out(each) for each in self.skipped]
        return "\n".join(lines)

    @classmethod
    def weekly(cls, day: date) -> Recurrence:
        """Return what happens each week on the weekday of a day."""
        return cls(f"FREQ=WEEKLY;BYDAY={DAYS[day.weekday()]}")

    @classmethod
    def from_text(cls, text: str, zone: tzinfo) -> Recurrence:
        """Return what ``to_text`` wrote, in a zone. Raises ValueError for any other text."""
        lines = [line.partition(":") for line in text.splitlines()]
        told = {name: value for name, _, value in lines}
        try:
            start = datetime.strptime(told["DTSTART"], STAMP).replace(tzinfo=zone)
            bare = cls(told["RRULE"])
        except KeyError as error:
            raise ValueError(f"{text!r} is no recurrence") from error
        left_out = [_moment_or_day(value) for name, _, value in lines if "EXDATE" in name]
        return replace(bare, skipped=tuple(left_out)).beginning(start)

    def to_json(self) -> dict[str, Any]:
        """Return the recurrence as plain JSON."""
        return {
            "rule": self.rule,
            "time": self.time.isoformat() if self.time else None,
            "start": self.start.isoformat() if self.start else None,
            "skipped": [each.isoformat() for each in self.skipped],
            "open": self.open,
        }

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> Recurrence:
        """Return what ``to_json`` wrote. Raises ValueError when it is none of its kind."""
        try:
            at, start = data["time"], data["start"]
            return cls(
                data["rule"],
                time.fromisoformat(at) if at else None,
                datetime.fromisoformat(start) if start else None,
                tuple(_moment_or_day(each) for each in data.get("skipped", ())),
                data.get("open", False),
            )
        except (KeyError, TypeError) as error:
            raise ValueError(f"{data!r} is no recurrence") from error


def _later(parts: dict[str, str], at: Wall, by: timedelta, days: timedelta) -> dict[str, str]:
    """Return the parts of a rule of days whose times move by a length, over midnight by days."""
    if hours := parts.get("BYHOUR"):
        times = (datetime.combine(MONDAY, at.replace(hour=int(each))) for each in hours.split(","))
        moved = sorted((each + by).hour for each in times)
        return {**parts, "BYHOUR": ",".join(map(str, moved))}
    parts = _ending_later(parts, days)
    named = [each for each in parts if each.startswith("BY")]
    if not days or not named:
        return parts
    several = "," in parts.get("BYDAY", "") and "INTERVAL" in parts
    if parts["FREQ"] != "WEEKLY" or named != ["BYDAY"] or several:
        raise SkillError("Moved so far it falls on other days; cancel it and set it anew.")
    moved = sorted((DAYS.index(each) + days.days) % 7 for each in parts["BYDAY"].split(","))
    return {**parts, "BYDAY": ",".join(DAYS[each] for each in moved)}


def _ending_later(parts: dict[str, str], by: timedelta) -> dict[str, str]:
    until = parts.get("UNTIL")
    return {**parts, "UNTIL": f"{datetime.fromisoformat(until) + by:{STAMP}}"} if until else parts


def _after(moment: datetime, by: timedelta) -> datetime:
    """Return the moment when a length of real time has passed."""
    return (moment.astimezone(UTC) + by).astimezone(moment.tzinfo)


def _moved(skipped: Iterable[date], by: timedelta, days: timedelta) -> tuple[date, ...]:
    """Return what is left out, moments by a length and days by days."""
    return tuple(each + (by if isinstance(each, datetime) else days) for each in skipped)


def _utc(moment: datetime) -> datetime:
    return moment.astimezone(UTC).replace(microsecond=0)


def _left_out(skipped: date) -> str:
    """Write a day or a moment that is left out, as RFC 5545 does."""
    if isinstance(skipped, datetime):
        return f"EXDATE:{skipped:{STAMP}}Z"
    return f"EXDATE;VALUE=DATE:{skipped:%Y%m%d}"


def _moment_or_day(text: str) -> date:
    return datetime.fromisoformat(text) if "T" in text else date.fromisoformat(text)


def written(parts: Mapping[str, str]) -> str:
    """Write the parts of a rule as RFC 5545 does."""
    return ";".join(f"{name}={value}" for name, value in parts.items())


def _core(parts: Mapping[str, str]) -> str:
    """Say how often and on which days."""
    unit, interval = UNITS[parts["FREQ"]], int(parts.get("INTERVAL", 1))
    days, numbers = parts.get("BYDAY", ""), parts.get("BYMONTHDAY", "")
    if parts["FREQ"] == "YEARLY" and "BYMONTH" in parts:
        month = MONTHS[int(parts["BYMONTH"]) - 1]
        return f"every year on {_dated(days, numbers)} of {month}"
    often = _often(interval, unit)
    if parts["FREQ"] == "MONTHLY" and (days or numbers):
        return f"on {_dated(days, numbers)} of {often}{_shorter(numbers)}"
    if days in (WEEKDAYS, WEEKEND) and interval == 1:
        return "every weekday" if days == WEEKDAYS else "every saturday and sunday"
    named = days.split(",") if days else []
    if len(named) == len(DAYS) - 1 and interval == 1:
        out = next(each for each in DAYS if each not in named)
        return f"every day except {NAMES[DAYS.index(out)]}"
    if named:
        return _often(interval, joined([NAMES[DAYS.index(each)] for each in named]))
    return often


def _often(interval: int, unit: str) -> str:
    if interval == 1:
        return f"every {unit}"
    return f"every other {unit}" if interval == 2 else f"every {interval} {unit}s"


def _dated(days: str, numbers: str) -> str:
    """Say "the first monday" or "the 31st"."""
    if days:
        count, name = int(days[:-2]), NAMES[DAYS.index(days[-2:])]
        return f"the {ORDINALS[count]} {name}"
    if numbers.rsplit(",", maxsplit=1)[-1] == "-1":
        return "the last day"
    listed = numbers.split(",")
    shown = listed[-1:] if _is_last_of(numbers) else listed
    return f"the {joined([_ordinal(int(each)) for each in shown])}"


def _is_last_of(numbers: str) -> bool:
    return numbers.startswith("28,29")


def _shorter(numbers: str) -> str:
    return " or the last day of a shorter one" if _is_last_of(numbers) else ""


def _ordinal(number: int) -> str:
    ending = {1: "st", 2: "nd", 3: "rd"}.get(number % 10 if number // 10 != 1 else 0, "th")
    return f"{number}{ending}"


def _ending(parts: Mapping[str, str]) -> str:
    until, count = parts.get("UNTIL"), parts.get("COUNT")
    if until:
        at = f"{until[9:11]}:{until[11:13]} on " if until[9:] != "235959" else ""
        return f" until {at}{_day(date.fromisoformat(until[:8]))}"
    return f", {count} times" if count else ""


def _day(day: date) -> str:
    return f"{day.day} {MONTHS[day.month - 1]} {day.year}"
