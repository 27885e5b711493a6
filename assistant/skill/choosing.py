"""Which of a skill's alarms is meant, asked where that is open; cancelling one, several or all."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import time

from assistant.errors import SkillError
from assistant.language.saying import counted, joined, sentence
from assistant.language.selecting import Chosen, choose, sharing
from assistant.skill.declared import Skill
from assistant.skill.given import Alarm, Alarms
from assistant.turn import Ask

MOST = 8
"""How many names are told at once."""

Names = Callable[[Alarm], Sequence[str]]


class Choosing:
    """Finds the alarms a user means, of a skill that sets some, and cancels them.

        timers = Choosing(skill, "timer", names, "{} timer")

        @skill.intent("(cancel|stop) [the] [{label}] timer")
        def cancel(alarms: Alarms, label: str = "") -> str | Ask:
            return timers.cancel(alarms, label)

    What a user says of it is a text or a time. ``names`` returns what an alarm is called, what it
    is told by first; without it that is its label and the moment it rings. ``full`` tells one in a
    sentence. The skill gets two answers, ``chosen`` and ``confirmed``.
    """

    def __init__(
        self, skill: Skill, noun: str, names: Names | None = None, full: str = "{}"
    ) -> None:
        self._noun = noun
        self._names = names
        self._full = full
        skill.answer(self.chosen)
        skill.answer(self.confirmed)

    def found(self, alarms: Alarms, said: str | time | None = None) -> list[Alarm]:
        """Return the alarms that what was said fits. Raises SkillError where there is none."""
        there, words = self._all(alarms), _words(said)
        fits = self._choose(alarms, there, words).options
        if not fits:
            raise SkillError(self._none(alarms, there, words))
        return fits

    def one(self, alarms: Alarms, said: str | time | None = None) -> Alarm:
        """Return the one alarm that is meant. Raises SkillError for none or several."""
        fits = self.found(alarms, said)
        if len(fits) > 1:
            raise SkillError(f"Say which one: {self._list(alarms, fits)}.")
        return fits[0]

    def cancel(self, alarms: Alarms, said: str | time | None = None) -> str | Ask:
        """Cancel what is meant; ask which one where it is open, and about a mere likeness."""
        return self._among(alarms, self._all(alarms), _words(said))

    def cancel_all(self, alarms: Alarms) -> str | Ask:
        """Cancel every alarm of the skill, after asking where there are several."""
        there = self._all(alarms)
        if len(there) == 1:
            return self._cancel(alarms, there)
        return self._sure(f"Cancel all {counted(len(there), self._noun)}?", there)

    def chosen(self, which: str, ids: str, alarms: Alarms) -> str | Ask:
        """Cancel those of the ones asked about that were named."""
        return self._among(alarms, _with(ids, alarms), which)

    def confirmed(self, yes: bool, ids: str, alarms: Alarms) -> str:
        """Cancel those that were asked about, if so wished."""
        return self._cancel(alarms, _with(ids, alarms)) if yes else "OK, I cancel nothing."

    def _among(self, alarms: Alarms, there: list[Alarm], said: str) -> str | Ask:
        chosen = self._choose(alarms, there, said)
        if chosen.clear:
            return self._cancel(alarms, chosen.options)
        near = chosen.options or self._near(alarms, there, said)
        if not near:
            raise SkillError(self._none(alarms, there, said))
        if len(near) == 1:
            return self._sure(f"Do you mean the {self._told(alarms, near[0])}?", near)
        question = f"Which one: {self._list(alarms, near, 'or')}?"
        return Ask(question, then=self.chosen, keep={"ids": _ids(near)})

    def _sure(self, question: str, found: list[Alarm]) -> Ask:
        return Ask(question, then=self.confirmed, keep={"ids": _ids(found)})

    def _cancel(self, alarms: Alarms, found: list[Alarm]) -> str:
        for alarm in found:
            alarms.cancel(alarm)
        if len(found) == 1:
            return sentence(f"{self._told(alarms, found[0])} cancelled")
        return f"Cancelled {counted(len(found), self._noun)}."

    def _told(self, alarms: Alarms, alarm: Alarm) -> str:
        return self._full.format(self._called(alarms, alarm)[0])

    def _all(self, alarms: Alarms) -> list[Alarm]:
        there = alarms.list()
        if not there:
            raise SkillError(f"No {self._noun} is set.")
        return there

    def _none(self, alarms: Alarms, there: list[Alarm], said: str) -> str:
        return f"No {self._noun} is “{said.strip()}”; there is: {self._list(alarms, there)}."

    def _list(self, alarms: Alarms, found: list[Alarm], last: str = "and") -> str:
        names = [self._called(alarms, each)[0] for each in found[:MOST]]
        more = [f"{len(found) - MOST} more"] if len(found) > MOST else []
        return joined(names + more, last)

    def _called(self, alarms: Alarms, alarm: Alarm) -> Sequence[str]:
        if self._names is not None:
            return self._names(alarm)
        rings = alarms.clock.spoken_moment(alarm.due)
        return [alarm.label, rings] if alarm.label else [rings]

    def _choose(self, alarms: Alarms, there: list[Alarm], said: str) -> Chosen[Alarm]:
        return choose(there, said, lambda each: self._called(alarms, each), self._noun)

    def _near(self, alarms: Alarms, there: list[Alarm], said: str) -> list[Alarm]:
        return sharing(there, said, lambda each: self._called(alarms, each), self._noun)


def _words(said: str | time | None) -> str:
    """Return words for what tells an alarm; a time with am and pm open leaves them so."""
    if isinstance(said, time):
        return f"{said.hour}:{said:%M}" if getattr(said, "open", False) else f"{said:%H:%M}"
    return said or ""


def _ids(found: list[Alarm]) -> str:
    return " ".join(alarm.id for alarm in found)


def _with(ids: str, alarms: Alarms) -> list[Alarm]:
    """Return the alarms with these ids that are still to ring."""
    found = [alarm for alarm in alarms.list() if alarm.id in ids.split()]
    if not found:
        raise SkillError("That has rung or is cancelled already.")
    return found
