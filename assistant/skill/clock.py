"""The time as the user's wall shows it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime, time, timedelta, tzinfo
from typing import TYPE_CHECKING

from assistant.errors import SkillError
from assistant.language import saying

if TYPE_CHECKING:
    from assistant.language.values.timespans import TimeSpan
    from assistant.skill.alarms import Alarm


class Clock:
    """The time as the user's wall shows it. Skills ask it, never ``datetime.now``."""

    def __init__(
        self,
        zone: tzinfo,
        read: Callable[[], datetime] | None = None,
        time_format: str = "24h",
    ) -> None:
        self.zone = zone
        self.time_format = time_format
        self._read = read or (lambda: datetime.now(UTC))

    def now(self) -> datetime:
        """Return the aware present moment in the user's zone."""
        return self._read().astimezone(self.zone)

    def after(self, length: timedelta) -> datetime:
        """Return the moment when a length of real time has passed, over changes of the clock too.

        ``clock.now() + length`` is the same wall time instead, an hour off when the clocks change.
        Raises SkillError for a length that leads out of the calendar (the years 1 to 9999).
        """
        try:
            return (self._read().astimezone(UTC) + length).astimezone(self.zone)
        except (OverflowError, ValueError) as error:
            raise SkillError("That is further off than any calendar goes; say less.") from error

    def until(self, moment: datetime) -> timedelta:
        """Return the real time from now to a moment; what is past gives a negative length."""
        return moment.astimezone(UTC) - self._read().astimezone(UTC)

    def next(self, at: time, day: date | None = None, instead: datetime | None = None) -> datetime:
        """Return when a clock shows a time next, or on a day; with am or pm open the sooner one.

        Of a moment whose place it takes it keeps the day, and with am or pm open it is the nearer
        one. A time that the clocks leap over in spring becomes the one they show then.
        """
        from assistant.language.values.upcoming import nearest_time, next_time

        if instead is not None:
            return nearest_time(at, day, instead, self.now())
        return next_time(at, day, self.now(), early=True)

    def spoken_time(self, moment: datetime) -> str:
        """Return a moment's clock time as the user likes it: "18:30" or "6:30 pm"."""
        return saying.spoken_time(moment, self.time_format)

    def spoken_moment(self, moment: datetime) -> str:
        """Return a moment as one says it now: "today at 18:30", "Friday, 8 May at 6:30 pm"."""
        return saying.spoken_moment(moment.astimezone(self.zone), self.now(), self.time_format)

    def spoken_alarm(self, alarm: Alarm) -> str:
        """Return when an alarm rings: "today at 18:30", "every weekday at 07:00, next: today"."""
        if alarm.repeat is None:
            return self.spoken_moment(alarm.due)
        due = alarm.due.astimezone(self.zone)
        told = saying.spoken_day(due.date(), self.now().date())
        if alarm.repeat.in_steps:
            told = self.spoken_moment(alarm.due)
        return f"{alarm.repeat.spoken(self.time_format)}, next: {told}"

    def spoken_span(self, span: TimeSpan) -> str:
        """Return a stretch of time as one says it: "tomorrow", "today from 16:00 to 17:00"."""
        start, today = span.start.astimezone(self.zone), self.now().date()
        end = span.end.astimezone(self.zone)
        first = saying.spoken_day(start.date(), today)
        if not span.whole_days:
            last = end.time() == time() or end.date() > start.date()
            until = "midnight" if last else self.spoken_time(end)
            return f"{first} from {self.spoken_time(start)} to {until}"
        final = saying.spoken_day((end - timedelta(hours=12)).date(), today)
        return first if final == first else f"{first} to {final}"

    def day(self, day: date) -> TimeSpan:
        """Return a day from midnight to midnight."""
        from assistant.language.values.timespans import TimeSpan
        from assistant.language.values.upcoming import on

        now = self.now()
        return TimeSpan(on(day, time(), now), on(day + timedelta(days=1), time(), now))
