"""What rings: an alarm as data, and the alarms a skill may list, set, move and cancel."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from itertools import islice, takewhile
from typing import TYPE_CHECKING

from assistant.errors import SkillError
from assistant.language.records import dataclass
from assistant.skill.clock import Clock

if TYPE_CHECKING:
    from assistant.language.values.recurrences import Recurrence


LATE = timedelta(minutes=1)
"""How long after its moment an alarm has rung when nothing was open."""


LATELY = timedelta(hours=1)
"""How long after it rang something can be dismissed."""

SOON = timedelta(microseconds=1)
"""The least time there is."""


@dataclass(frozen=True, slots=True)
class Alarm:
    """A moment at which a door rings: a UTC instant with the zone it was meant in.

    ``id`` is unique text, chosen when the alarm is made. ``skill`` is who set it, ``label`` what
    the user calls it ("pasta"), ``message`` what is said when it rings. ``state`` is "pending",
    "paused", "rung" or "cancelled". ``set_at`` is when it was set, so that a length can be told.
    ``repeat`` tells when it rings again; ``due`` is the next time. ``left`` is what a paused one
    had still to run, ``rung_at`` when a door rang what rang.
    """

    id: str
    skill: str
    due: datetime
    message: str
    set_at: datetime
    label: str = ""
    state: str = "pending"
    repeat: Recurrence | None = None
    left: timedelta | None = None
    rung_at: datetime | None = None

    @property
    def due_utc(self) -> datetime:
        """Return the instant in UTC."""
        return self.due.astimezone(UTC)

    @property
    def length(self) -> timedelta:
        """Return the real time from when it was set until it rings."""
        return self.due_utc - self.set_at.astimezone(UTC)

    def times(self, after: datetime) -> Iterator[datetime]:
        """Give the times it rings after a moment: the next one, wherever it was moved, first."""
        after = after.astimezone(self.due.tzinfo)
        if self.due > after:
            yield self.due
        if self.repeat:
            yield from self.repeat.times(max(self.due, after))


@dataclass(frozen=True, slots=True)
class Claim:
    """What a door has to tell: an alarm that rings, ``again`` where it may have been heard."""

    alarm: Alarm
    again: bool


def _wall(moment: datetime, day: date) -> datetime:
    """Return what the clocks show at a moment, on a day."""
    return datetime.combine(day, moment.time())


@dataclass(frozen=True, slots=True)
class WriteAlarm:
    """Add an alarm, or replace the one with the same id (moved, cancelled)."""

    alarm: Alarm


class Alarms:
    """The alarms a skill may list, add, move and cancel."""

    def __init__(
        self, skill: str, clock: Clock, read: Callable[[], list[Alarm]], new_id: Callable[[], str]
    ) -> None:
        self.clock = clock
        self.meant: tuple[str, ...] = ()
        """The ids of those that the user chose when asked, for ``Choosing``."""
        self._skill = skill
        self._read = read
        self._new_id = new_id
        self._alarms: dict[str, Alarm] | None = None
        self.effects: list[WriteAlarm] = []

    def rung(self) -> Alarm | None:
        """Return the alarm of any skill that rang last within a day, for "snooze"."""
        return next(reversed(self._sorted("rung")), None)

    def ringing(self) -> Alarm | None:
        """Return what rang last within an hour, so that it can be dismissed."""
        rung = self.rung()
        recent = rung and self.clock.until(rung.rung_at or rung.due) > -LATELY
        return rung if recent else None

    def missed(self) -> Sequence[Alarm]:
        """Return those of any skill that rang late within a day, as nothing was open."""
        return [a for a in self._sorted("rung") if a.rung_at and a.rung_at - a.due > LATE]

    def add(
        self, due: datetime, message: str, label: str = "", repeat: Recurrence | None = None
    ) -> Alarm:
        """Set an alarm at an aware moment; ``message`` is what it says when it rings.

        With ``repeat`` it rings again and again, for the first time at ``due``. Raises SkillError
        when the moment has passed.
        """
        self._ahead(due)
        repeat = repeat.beginning(due) if repeat else None
        now = self.clock.now()
        return self._write(
            Alarm(self._new_id(), self._skill, due, message, now, label, repeat=repeat)
        )

    def move(self, alarm: Alarm, due: datetime) -> Alarm:
        """Let it ring at another moment (again, when it has rung already).

        What repeats gets the other hour; another day is that of its next time alone. What has
        rung keeps its length. Raises SkillError when the moment has passed.
        """
        repeat = alarm.repeat
        if repeat is None:
            self._ahead(due)
            over = due.astimezone(UTC) - alarm.due_utc if alarm.state == "rung" else timedelta()
            set_at = alarm.set_at + over
            return self._write(replace(alarm, due=due, set_at=set_at, state="pending", left=None))
        was = alarm.due.astimezone(due.tzinfo)
        if repeat.in_steps:
            return self._repeating_at(alarm, repeat.moved(due.astimezone(UTC) - alarm.due_utc), due)
        moved = repeat.moved(_wall(due, due.date()) - _wall(was, due.date()))
        if repeat.several_a_day and moved == repeat:
            raise SkillError("It rings several times a day: name another hour, or skip a time.")
        if repeat.several_a_day:
            return self._at_next(alarm, moved, self.clock.now().astimezone(alarm.due.tzinfo))
        if was.date() != due.date():
            self._ahead(due)
            moved = moved.without(was.date()).with_day(due.date())
        return self._repeating_at(alarm, moved, due)

    def once(self, alarm: Alarm, due: datetime, day: date) -> Alarm:
        """Let what repeats ring at another moment instead of its time on a day, only this once.

        Returns what rings then, an alarm of its own. Raises SkillError when the moment has passed,
        or several times of the day could be meant.
        """
        if alarm.repeat is None:
            return self.move(alarm, due)
        if alarm.repeat.several_a_day:
            raise SkillError("It rings several times a day: skip a time, and set another.")
        single = self.add(due, alarm.message, alarm.label)
        span = self.clock.day(day)
        self.skip_within(alarm, span.start, span.end)
        return single

    def shift(self, alarm: Alarm, by: timedelta) -> Alarm:
        """Let it ring later by a length, or earlier by a negative one; of what repeats each time.

        Raises SkillError when the moment has passed, or a rule can't tell the other days.
        """
        due = self.clock.after(self.clock.until(alarm.due) + by)
        if alarm.repeat is None:
            return self.move(alarm, due)
        return self._repeating_at(alarm, alarm.repeat.moved(by), due)

    def _repeating_at(self, alarm: Alarm, repeat: Recurrence, due: datetime) -> Alarm:
        """Let it ring by a moved rule, next at a moment, or where that has passed at the next."""
        if self.clock.until(due) <= timedelta():
            return self._at_next(alarm, repeat, self.clock.now().astimezone(alarm.due.tzinfo))
        return self._write(replace(alarm, due=due, repeat=repeat, state="pending", left=None))

    def repeating(self, alarm: Alarm, repeat: Recurrence) -> Alarm:
        """Let it ring by another rule from now on, at its own hour where the rule tells none.

        Days that were left out stay so. Raises SkillError where the rule has no time ahead.
        """
        if repeat.time is None and not repeat.in_steps:
            repeat = repeat.at(alarm.due)
        repeat = repeat.without(*(alarm.repeat.days_out if alarm.repeat else ()))
        return self._at_next(alarm, repeat, self.clock.now().astimezone(alarm.due.tzinfo))

    def skip(self, alarm: Alarm, day: date | None = None) -> Alarm:
        """Leave out the next time of what repeats, or all of a day.

        Raises SkillError for what does not repeat, and where there is no other time.
        """
        if alarm.repeat is None:
            raise SkillError("That rings only once; cancel it.")
        repeat = alarm.repeat.without(day or alarm.repeat.time_of(alarm.due))
        if not repeat.leaves_out(alarm.due):
            return self._write(replace(alarm, repeat=repeat))
        return self._at_next(alarm, repeat, self._from_now(alarm))

    def skip_within(self, alarm: Alarm, start: datetime, end: datetime) -> None:
        """Leave out each time from one moment up to another; what has no other is cancelled."""
        if alarm.repeat is None:
            self.cancel(alarm)
            return
        times = takewhile(lambda due: due < end, alarm.times(start - SOON))
        repeat = alarm.repeat.without(*(self._left_out(alarm, due, start, end) for due in times))
        if not repeat.leaves_out(alarm.due):
            self._write(replace(alarm, repeat=repeat))
        elif repeat.next(self._from_now(alarm)) is None:
            self.cancel(alarm)
        else:
            self._at_next(alarm, repeat, self._from_now(alarm))

    def _left_out(self, alarm: Alarm, due: datetime, start: datetime, end: datetime) -> date:
        """Return what to leave out for a time: of several a day the day, where all of it goes."""
        day = self.clock.day(due.date())
        whole = start <= day.start and day.end <= end
        return due.date() if whole or alarm.repeat is None else alarm.repeat.time_of(due)

    def _from_now(self, alarm: Alarm) -> datetime:
        """Return the moment from which the time after the next is looked for."""
        return max(alarm.due, self.clock.now().astimezone(alarm.due.tzinfo))

    def _at_next(self, alarm: Alarm, repeat: Recurrence, after: datetime) -> Alarm:
        due = repeat.next(after)
        if due is None:
            raise SkillError("By that it would never ring again; cancel it instead.")
        kept = repeat if repeat.start else repeat.beginning(due)
        return self._write(replace(alarm, due=due, repeat=kept, state="pending", left=None))

    def pause(self, alarm: Alarm) -> Alarm:
        """Hold it: it keeps the real time that is left, and rings no more until it is resumed."""
        return self._write(replace(alarm, state="paused", left=self.clock.until(alarm.due)))

    def resume(self, alarm: Alarm) -> Alarm:
        """Let a paused one run on; its length stays. Others are returned as they are."""
        if alarm.left is None:
            return alarm
        due = self.clock.after(alarm.left)
        set_at = alarm.set_at + (due.astimezone(UTC) - alarm.due_utc)
        running = replace(alarm, due=due, set_at=set_at, state="pending", left=None)
        return self._write(running)

    def rename(self, alarm: Alarm, label: str, message: str) -> Alarm:
        """Give it another label, and another message for when it rings."""
        return self._write(replace(alarm, label=label, message=message))

    def cancel(self, alarm: Alarm) -> None:
        """Let it never ring."""
        self._write(replace(alarm, state="cancelled"))

    def _ahead(self, due: datetime) -> None:
        if self.clock.until(due) <= timedelta():
            raise SkillError("That moment has passed; name a later one.")

    def _write(self, alarm: Alarm) -> Alarm:
        self._loaded()[alarm.id] = alarm
        self.effects.append(WriteAlarm(alarm))
        return alarm

    def _sorted(self, *states: str) -> Sequence[Alarm]:
        alarms = [a for a in self._loaded().values() if a.state in states]
        return sorted(alarms, key=lambda a: ((a.rung_at or a.due).astimezone(UTC), a.due_utc))

    def _loaded(self) -> dict[str, Alarm]:
        if self._alarms is None:
            self._alarms = {alarm.id: alarm for alarm in self._read()}
        return self._alarms

    def between(
        self, start: datetime, end: datetime, skill: str | None = None
    ) -> Sequence[tuple[datetime, Alarm]]:
        """Return each time something rings from one moment up to another, with what rings.

        Of what repeats after hours or minutes it is the first time only; what is paused is left
        out, as it rings at no moment that is known.
        """
        found = []
        for alarm in self.list(skill):
            times = alarm.times(start - SOON) if alarm.left is None else iter(())
            there = takewhile(lambda due: due < end, times)
            in_steps = alarm.repeat is not None and alarm.repeat.in_steps
            found += [(due, alarm) for due in islice(there, 1 if in_steps else None)]
        return sorted(found, key=lambda each: each[0])

    # Last, because after it "list" means this method in the annotations of the class.
    def list(self, skill: str | None = None) -> list[Alarm]:
        """Return this skill's alarms that are to ring, soonest first, paused ones too.

        Another skill's by name, or all with "*".
        """
        wanted = skill or self._skill
        return [a for a in self._sorted("pending", "paused") if wanted in ("*", a.skill)]
