"""Cancelling, skipping and ending what rings again and again: only one time of it, or all."""

from __future__ import annotations

from datetime import date, time
from typing import Literal

from assistant.errors import SkillError
from assistant.language.saying import joined, sentence
from assistant.language.values.recurrences import Recurrence
from assistant.skill.alarms import Alarm, Alarms
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
        if day is not None:
            return self.skip(alarms, said, day)
        alarm = self._one_repeating(alarms, said)
        if alarm is None or alarm.repeat is None or _tells_rule(alarm, said):
            return self._choosing.cancel(alarms, said)
        next_, often = alarms.clock.spoken_moment(alarm.due), self._rule(alarms, alarm.repeat)
        question = f"Only the next one ({next_}), or all of them ({often})?"
        return Ask(question, then=self.one_or_all, keep={"kept": alarm.id})

    def skip(
        self, alarms: Alarms, said: str | time | None = None, day: date | None = None
    ) -> str | Ask:
        """Leave out one time: that of a day, or the next. What rings only once is cancelled."""
        if day is None:
            repeating = [each for each in self._choosing.found(alarms, said) if each.repeat]
            if not repeating:
                return self._choosing.cancel(alarms, said)
            return self._skip(alarms, repeating[0])
        span = alarms.clock.day(day)
        fits = self._choosing.found(alarms, said) if said else alarms.list()
        there = [each for _, each in alarms.between(span.start, span.end) if each in fits]
        if not there:
            told = alarms.clock.spoken_span(span)
            raise SkillError(sentence(f"No {self._noun} rings {told}"))
        if len(there) > 1:
            names = [self._told(alarms, each) for each in there]
            raise SkillError(f"Say which one: {joined(names, 'or')}.")
        return self._skip(alarms, there[0], day)

    def one_or_all(self, which: Which, kept: str, alarms: Alarms) -> str:
        """Cancel the next time, or all of them."""
        alarm = next((each for each in alarms.list() if each.id == kept), None)
        if alarm is None:
            raise SkillError("That is cancelled already.")
        if which not in ALL:
            return self._skip(alarms, alarm)
        alarms.cancel(alarm)
        return sentence(f"{self._told(alarms, alarm)} cancelled")

    def _one_repeating(self, alarms: Alarms, said: str | time | None) -> Alarm | None:
        """Return the one alarm that is meant if there is one, and it repeats."""
        if not any(each.repeat for each in alarms.list()):
            return None
        try:
            found = self._choosing.found(alarms, said)
        except SkillError:
            return None
        return found[0] if len(found) == 1 and found[0].repeat else None

    def _skip(self, alarms: Alarms, alarm: Alarm, day: date | None = None) -> str:
        if alarm.repeat is None:
            alarms.cancel(alarm)
            moment = alarms.clock.spoken_moment(alarm.due)
            return sentence(f"{self._noun} {moment} cancelled")
        left_out = next(iter(alarm.repeat.times(alarms.clock.day(day).start))) if day else alarm.due
        repeat = alarms.skip(alarm, day).repeat
        then = repeat.next(left_out) if repeat else None
        told = [alarms.clock.spoken_moment(each) for each in (left_out, then) if each]
        return sentence(f"Skipped {'; after it comes '.join(told)}")

    def _told(self, alarms: Alarms, alarm: Alarm) -> str:
        if alarm.label or alarm.repeat is None:
            return f"{self._noun} {alarm.label or alarms.clock.spoken_moment(alarm.due)}"
        return f"{self._noun} {self._rule(alarms, alarm.repeat)}"

    @staticmethod
    def _rule(alarms: Alarms, repeat: Recurrence) -> str:
        return repeat.spoken(alarms.clock.time_format)


def _tells_rule(alarm: Alarm, said: str | time | None) -> bool:
    """Tell whether what was said names the days that something repeats on, or its name."""
    if not isinstance(said, str) or alarm.repeat is None:
        return False
    words = f"{alarm.repeat.spoken()} {alarm.repeat.adverbs} {alarm.label}".lower().split()
    return any(word in words or f"{word}s" in words for word in said.lower().split())
