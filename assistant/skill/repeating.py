"""Cancelling, skipping and ending what rings again and again: only one time of it, or all."""

from __future__ import annotations

from datetime import date, datetime, time
from itertools import takewhile
from typing import Literal

from assistant.errors import SkillError
from assistant.language.saying import sentence
from assistant.language.values.recurrences import Recurrence
from assistant.language.values.weekdays import NamedDay
from assistant.skill.alarms import SOON, Alarm, Alarms
from assistant.skill.choosing import Choosing
from assistant.skill.declared import Skill
from assistant.turn import Ask

Which = Literal["all", "every", "them", "whole", "next", "only", "just", "once"]
ALL = ("all", "every", "them", "whole")


class Repeating:
    """Cancels alarms of a skill, and asks about those that repeat where it is open.

    What a user names is found by a ``Choosing``. The skill gets one answer, ``one_or_all``.
    """

    def __init__(self, skill: Skill, choosing: Choosing, noun: str) -> None:
        self._choosing = choosing
        self._noun = noun
        skill.answer(self.one_or_all)

    def cancel(
        self, alarms: Alarms, said: str | time | None = None, day: date | None = None
    ) -> str | Ask:
        """Cancel what is meant; of what repeats one time, or all, which is asked where it is open.

        With a ``day`` it is what rings on that day, and no other day of it.
        """
        if day is not None and not self._weekly(alarms, said, day):
            return self.skip(alarms, said, day)
        alarm = self._one_repeating(alarms, said, day)
        if alarm is None or alarm.repeat is None or _tells_rule(alarm, said):
            return self._choosing.cancel(alarms, said)
        next_, often = alarms.clock.spoken_moment(alarm.due), self._rule(alarms, alarm.repeat)
        question = f"Only the next one ({next_}), or all of them ({often})?"
        return Ask(question, then=self.one_or_all, keep={"kept": alarm.id, "due": alarm.due})

    def skip(
        self, alarms: Alarms, said: str | time | None = None, day: date | None = None
    ) -> str | Ask:
        """Leave out one time: that of a day, or the next. What rings only once is cancelled."""
        if day is None:
            if not any(each.repeat for each in self._choosing.found(alarms, said)):
                return self._choosing.cancel(alarms, said)
            return self._skip(alarms, self._choosing.one(alarms, said, _repeats))
        return self._skip(alarms, self.on(alarms, day, said), day)

    def on(self, alarms: Alarms, day: date, said: str | time | None = None) -> Alarm:
        """Return the one alarm that rings on a day, and that what was said fits.

        Asks where it is open. Raises SkillError where none rings then.
        """
        there = self._ringing(alarms, day, said)
        if not there:
            told = alarms.clock.spoken_span(alarms.clock.day(day))
            raise SkillError(sentence(f"No {self._noun} rings {told}"))
        ids = {each.id for each in there}
        if len(ids) == 1:
            return there[0]
        return self._choosing.one(alarms, said, lambda each: each.id in ids)

    def of_rule(self, alarms: Alarms, said: str | time | None, rule: Recurrence | None) -> Alarm:
        """Return the one alarm that is meant, of those that ring by a rule where some do.

        "Move the weekday alarm to 5" is no other one's. Asks where it is open.
        """
        same = {each.id for each in alarms.list() if rule and _is_by(each, rule)}
        return self._choosing.one(alarms, said, (lambda each: each.id in same) if same else None)

    def move(
        self, alarms: Alarms, alarm: Alarm, due: datetime, day: date | None = None
    ) -> tuple[Alarm, str]:
        """Let it ring at another moment; return it, and words about the others where it repeats.

        Where a day was named, only what rings on that day is moved, or on no such day the next. A
        weekday that is its only one means each of its times: "my friday alarm".
        """
        if alarm.repeat is None or day is None or self._tells(alarm, day):
            return alarms.move(alarm, due), ""
        span = alarms.clock.day(day)
        rings = next(alarm.times(span.start - SOON), alarm.due)
        once = alarms.once(alarm, due, day if rings < span.end else alarm.due.date())
        return once, f", only this once; else {self._rule(alarms, alarm.repeat)}"

    def _ringing(self, alarms: Alarms, day: date, said: str | time | None) -> list[Alarm]:
        span = alarms.clock.day(day)
        fits = self._choosing.found(alarms, said) if said or alarms.meant else alarms.list()
        return [each for _, each in alarms.between(span.start, span.end) if each in fits]

    def _weekly(self, alarms: Alarms, said: str | time | None, day: date) -> bool:
        """Tell whether a day names all that rings then: "my friday alarm"."""
        there = self._ringing(alarms, day, said)
        return bool(there) and all(self._tells(each, day) for each in there)

    @staticmethod
    def _tells(alarm: Alarm, day: date) -> bool:
        """Tell whether a day is the name of a weekday, the only one on which something repeats."""
        weekly = isinstance(day, NamedDay) and day.weekly
        return weekly and alarm.repeat is not None and alarm.repeat.only_on(day)

    def one_or_all(self, which: Which, kept: str, due: datetime, alarms: Alarms) -> str:
        """Cancel the next time, the one that was named, or all of them."""
        alarm = next((each for each in alarms.list() if each.id == kept), None)
        if alarm is None:
            raise SkillError("That is cancelled already.")
        if which not in ALL and alarm.due != due:
            named = alarms.clock.spoken_moment(due)
            raise SkillError(f"It no longer rings {named}; nothing is changed.")
        if which not in ALL:
            return self._skip(alarms, alarm)
        alarms.cancel(alarm)
        return sentence(f"{self._told(alarms, alarm)} cancelled")

    def _one_repeating(
        self, alarms: Alarms, said: str | time | None, day: date | None = None
    ) -> Alarm | None:
        """Return the one alarm that is meant if there is one, and it repeats."""
        if not any(each.repeat for each in alarms.list()):
            return None
        if day is not None:
            return self.on(alarms, day, said)
        try:
            found = self._choosing.found(alarms, said)
        except SkillError:
            return None
        return found[0] if len(found) == 1 and found[0].repeat else None

    def _skip(self, alarms: Alarms, alarm: Alarm, day: date | None = None) -> str:
        if alarm.repeat is None:
            alarms.cancel(alarm)
            label = f" ({alarm.label})" if alarm.label else ""
            moment = alarms.clock.spoken_moment(alarm.due)
            return sentence(f"{self._noun} {moment}{label} cancelled")
        told, last = self._left_out(alarms, alarm, day)
        then = next(alarms.skip(alarm, day).times(last), None)
        after = f"; after it comes {alarms.clock.spoken_moment(then)}" if then else ""
        return sentence(f"Skipped {told}{after}")

    def _left_out(self, alarms: Alarms, alarm: Alarm, day: date | None) -> tuple[str, datetime]:
        """Return how the times that are skipped are told, and the last of them."""
        if day is None:
            return alarms.clock.spoken_moment(alarm.due), alarm.due
        span = alarms.clock.day(day)
        times = list(takewhile(lambda due: due < span.end, alarm.times(span.start - SOON)))
        if len(times) == 1:
            return alarms.clock.spoken_moment(times[0]), times[0]
        return alarms.clock.spoken_span(span), times[-1]

    def _told(self, alarms: Alarms, alarm: Alarm) -> str:
        if alarm.label or alarm.repeat is None:
            return f"{self._noun} {alarm.label or alarms.clock.spoken_moment(alarm.due)}"
        return f"{self._noun} {self._rule(alarms, alarm.repeat)}"

    @staticmethod
    def _rule(alarms: Alarms, repeat: Recurrence) -> str:
        return repeat.spoken(alarms.clock.time_format)


def _repeats(alarm: Alarm) -> bool:
    return alarm.repeat is not None


def _is_by(alarm: Alarm, rule: Recurrence) -> bool:
    return alarm.repeat is not None and alarm.repeat.rule == rule.rule


def _tells_rule(alarm: Alarm, said: str | time | None) -> bool:
    """Tell whether what was said names the days that something repeats on, or its name."""
    if not isinstance(said, str) or alarm.repeat is None:
        return False
    words = f"{alarm.repeat.spoken()} {alarm.repeat.adverbs} {alarm.label}".lower().split()
    return any(word in words or f"{word}s" in words for word in said.lower().split())
