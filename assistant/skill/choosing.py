"""Which of a skill's alarms are meant, asked where that is open; cancelling one, several or all."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from datetime import time, timedelta

from assistant.errors import SkillError
from assistant.language.saying import counted, joined, sentence, spoken_length
from assistant.language.selecting import Chosen, choose, sharing, telling, valueless
from assistant.language.things import without_article
from assistant.skill.alarms import LATELY
from assistant.skill.declared import Skill
from assistant.skill.given import Alarm, Alarms
from assistant.turn import Again, Ask

MOST = 8
"""How many names are told at once."""

Names = Callable[[Alarm], Sequence[str]]


class UndecidedError(SkillError):
    """Raised where one must ask first; ``ask`` is the question.

    Its answer gives an ``Again``, by which the intent is called with all that it had heard.
    """

    def __init__(self, ask: Ask) -> None:
        super().__init__(ask.question)
        self.ask = ask


class UnnamedError(SkillError):
    """Raised where words name none of those there are: as an answer they are none.

    They are read as a request of their own then.
    """


class Choosing:
    """Finds the alarms a user means, of a skill that sets some, and cancels them.

        timers = Choosing(skill, "timer", names, called)

        @skill.intent("add {length} to [the] [{label}] timer")
        def extend(length: timedelta, alarms: Alarms, clock: Clock, label: str = "") -> str:
            timer = timers.one(alarms, label)

    What a user says of it is a text or a time. Where that leaves open which one, the user is asked,
    and the intent is called again with all that it had heard: so choose before you change anything.
    ``names`` returns what an alarm is called, what it is told by first; without it that is its
    label and the moment it rings. ``full`` tells one in a sentence: a text around what it is told
    by, or a function of the alarm. The skill gets two answers, ``chosen`` and ``confirmed``.
    """

    def __init__(
        self,
        skill: Skill,
        noun: str,
        names: Names | None = None,
        full: str | Callable[[Alarm], str] = "{}",
    ) -> None:
        self._skill = skill.name
        self._noun = noun
        self._names = names
        self._full = full
        skill.answer(self.chosen)
        skill.answer(self.confirmed)

    def found(self, alarms: Alarms, said: str | time | None = None) -> list[Alarm]:
        """Return the alarms that what was said fits, to be told; asks about a mere likeness."""
        there = self._all(alarms, telling_others=True)
        return there if alarms.meant else self._fitting(alarms, there, _words(said)).options

    def some(
        self,
        alarms: Alarms,
        said: str | time | None = None,
        among: Callable[[Alarm], bool] | None = None,
    ) -> list[Alarm]:
        """Return the alarms that are meant ("both"), once that is clear; asks where it is open.

        Of several that what was said fits, those ``among`` holds for are meant, if there are any.
        """
        there = self._all(alarms)
        if alarms.meant:
            return there
        fits = self._fitting(alarms, there, _words(said))
        likely = fits.options if among is None else [each for each in fits.options if among(each)]
        if not fits.clear and len(likely) != 1:
            raise self._which(alarms, likely or fits.options)
        return fits.options if fits.clear else likely

    def one(
        self,
        alarms: Alarms,
        said: str | time | None = None,
        among: Callable[[Alarm], bool] | None = None,
    ) -> Alarm:
        """Return the one alarm that is meant, once that is clear; asks where it is open."""
        fits = self.some(alarms, said, among)
        if len(fits) > 1:
            raise self._which(alarms, fits)
        return fits[0]

    def silenced(self, alarms: Alarms, said: str | time | None, just: timedelta) -> str:
        """Cancel the one that has just rung, or rang lately where none is set; "" for none."""
        ringing = self.rang(alarms, said, just if alarms.list() else LATELY)
        if ringing is None:
            return ""
        alarms.cancel(ringing)
        return "OK, it is quiet."

    def rang(
        self, alarms: Alarms, said: str | time | None, lately: timedelta = LATELY
    ) -> Alarm | None:
        """Return the one that rang last of all, if it did so lately and what was said fits it."""
        rung = None if alarms.meant else alarms.rung()
        if rung is None or rung.skill != self._skill or not self._fits(alarms, rung, said):
            return None
        return rung if -alarms.clock.until(rung.rung_at or rung.due) < lately else None

    def _fits(self, alarms: Alarms, alarm: Alarm, said: str | time | None) -> bool:
        names = self._called(alarms, alarm)
        return bool(choose([alarm], _words(said), lambda _: names, self._noun))

    def cancel(self, alarms: Alarms, said: str | time | None = None) -> str:
        """Cancel what is meant; ask which one where it is open, and about a mere likeness."""
        return self._cancel(alarms, self.some(alarms, said))

    def cancel_all(self, alarms: Alarms, but: str | time | None = None) -> str:
        """Cancel every alarm of the skill but those named, after asking where there are several."""
        there = self._all(alarms)
        if alarms.meant:
            return self._cancel(alarms, there)
        spared = self._spared(alarms, there, _words(but)) if but else []
        left = [each for each in there if each not in spared]
        if not left:
            raise SkillError(f"There is no {self._noun} but that.")
        if len(left) > 1:
            rest = f"but {self._list(alarms, spared)}" if spared else counted(len(left), self._noun)
            raise self._sure(f"Cancel all {rest}?", left)
        return self._cancel(alarms, left)

    def chosen(self, which: str, ids: str, intent: str, heard: str, alarms: Alarms) -> Again:
        """Go on with those of the ones asked about that were named."""
        fits = self._fitting(alarms, _with(ids, alarms), which, in_order=True)
        if len(fits.options) == len(ids.split()) > 1 and not fits.clear:
            raise SkillError("That leaves it open which one, so nothing is changed.")
        if not fits.clear:
            raise self._which(alarms, fits.options)
        return Again("", intent, heard=heard, alarms=_ids(fits.options))

    def confirmed(self, yes: bool, ids: str, intent: str, heard: str) -> str | Again:
        """Go on with those that were asked about, if so wished."""
        return Again("", intent, heard=heard, alarms=ids) if yes else "OK, nothing is changed."

    def _spared(self, alarms: Alarms, there: list[Alarm], said: str) -> list[Alarm]:
        fits = choose(there, said, lambda each: self._called(alarms, each), self._noun).options
        if not fits:
            raise self._none(alarms, there, said)
        return fits

    def name(self, said: str) -> str:
        """Return a name without its article; empty where it is but what they are all called.

        So it is for a bare number: nobody is called “10”.

        Raises SkillError for a mere length or time, by which they are told anyway.
        """
        if telling(said, self._noun) and not telling(valueless(said), self._noun):
            raise SkillError(f"“{said}” is no name for one; say one thing at a time.")
        named = any(not word.isdigit() for word in telling(said, self._noun))
        return without_article(said) if named else ""

    def _fitting(
        self, alarms: Alarms, there: list[Alarm], said: str, in_order: bool = False
    ) -> Chosen[Alarm]:
        """Return what fits. Raises SkillError where nothing does, and asks about a likeness.

        ``in_order`` says that the user was told them in this order just now.
        """
        set_at = None if in_order else (lambda each: each.set_at)
        fits = choose(there, said, lambda each: self._called(alarms, each), self._noun, set_at)
        if fits:
            return fits
        near = sharing(there, said, lambda each: self._called(alarms, each), self._noun)
        if not near:
            raise self._none(alarms, there, said)
        if len(near) > 1:
            raise self._which(alarms, near)
        raise self._sure(f"Do you mean the {self._told(alarms, near[0])}?", near)

    def _none(self, alarms: Alarms, there: list[Alarm], said: str) -> SkillError:
        listed = self._list(alarms, there)
        told = said.strip()
        is_ = f"rings at {told}" if told.replace(":", "", 1).isdecimal() else f"is “{told}”"
        return UnnamedError(f"No {self._noun} {is_}; there is: {listed}.")

    def _which(self, alarms: Alarms, found: list[Alarm]) -> UndecidedError:
        question = f"Which one: {self._list(alarms, found, 'or')}?"
        return UndecidedError(Ask(question, then=self.chosen, keep={"ids": _ids(found)}))

    def _sure(self, question: str, found: list[Alarm]) -> UndecidedError:
        return UndecidedError(Ask(question, then=self.confirmed, keep={"ids": _ids(found)}))

    def _cancel(self, alarms: Alarms, found: list[Alarm]) -> str:
        for alarm in found:
            alarms.cancel(alarm)
        if len(found) == 1:
            return sentence(f"{self._told(alarms, found[0])} cancelled")
        return f"Cancelled {counted(len(found), self._noun)}."

    def _told(self, alarms: Alarms, alarm: Alarm) -> str:
        if isinstance(self._full, str):
            return self._full.format(self._called(alarms, alarm)[0])
        return self._full(alarm)

    def _all(self, alarms: Alarms, *, telling_others: bool = False) -> list[Alarm]:
        """Return those the user chose when asked, else all there are."""
        if alarms.meant:
            return _with(" ".join(alarms.meant), alarms)
        there = alarms.list()
        if not there:
            other = _next_of_others(alarms) if telling_others else ""
            raise SkillError(f"No {self._noun} is set.{other}")
        return there

    def _list(self, alarms: Alarms, found: list[Alarm], last: str = "and") -> str:
        told = Counter(self._told_apart(alarms, each, found) for each in found[:MOST])
        names = [name if n == 1 else f"{name}, {n} of them" for name, n in told.items()]
        more = [f"{len(found) - MOST} more"] if len(found) > MOST else []
        return joined(names + more, last)

    def _told_apart(self, alarms: Alarms, alarm: Alarm, among: list[Alarm]) -> str:
        """Return what an alarm is told by, with what tells it from others called alike."""
        first, *rest = self._called(alarms, alarm)
        alike = [each for each in among if self._called(alarms, each)[0] == first]
        if len(alike) == 1:
            return first
        kinds = [self._called(alarms, each) for each in alike]
        other = next((n for n in rest if sum(n in each for each in kinds) == 1), "")
        return f"{first} ({other or alarms.clock.spoken_moment(alarm.due)})"

    def _called(self, alarms: Alarms, alarm: Alarm) -> Sequence[str]:
        if self._names is not None:
            return self._names(alarm)
        rings = alarms.clock.spoken_moment(alarm.due)
        label, rule = [alarm.label] if alarm.label else [], alarm.repeat
        if rule is None:
            return [*label, rings]
        return [*label, rule.spoken(alarms.clock.time_format), rings, rule.adverbs]


def _next_of_others(alarms: Alarms) -> str:
    """Return a sentence, after a blank, about what rings next of other skills'; "" for nothing."""
    running = (each for each in alarms.list("*") if each.left is None)
    found = next(running, None)
    if found is None:
        return ""
    name, left = found.label or found.skill, spoken_length(alarms.clock.until(found.due))
    return f" What rings next is “{name}”, {alarms.clock.spoken_moment(found.due)}, in {left}."


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
