"""Calls a function of a skill with what was heard, and makes a reply of whatever it returns."""

from __future__ import annotations

import logging
import math
import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import field, replace
from typing import Any

from assistant.conversation import forms, questions, rights, undecided
from assistant.conversation.ahead import Ahead
from assistant.conversation.replies import Handled, led, not_returned, say
from assistant.language.records import dataclass
from assistant.settings import Settings
from assistant.skill.call import Outcome, call
from assistant.skill.choosing import UndecidedError
from assistant.skill.declared import Intent
from assistant.skill.given import Clock, Effect, Reader, Reopen
from assistant.skill.hosted import Host
from assistant.skill.needs import Needs
from assistant.skill.registry import Skills
from assistant.turn import Again, Ask, OpenQuestion, Reply, Session, Understanding

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Caller:
    """Calls the functions of skills within one turn, which reads through its transaction.

    ``until`` is when a skill is given up, on the monotonic clock, for others wait.
    """

    skills: Skills
    settings: Settings
    clock: Clock
    rank: Callable[[str, Sequence[str]], list[float]]
    reader: Reader
    until: float
    session: Session
    cancel: threading.Event | None = None
    checked_by: float = math.inf
    """When checks are given up, all of a turn together, on the same clock."""
    leaves: dict[str, Needs] = field(default_factory=dict, compare=False)
    """What skills may reach for, as it was read in this turn."""

    def check(self, check: Intent, values: dict[str, Any]) -> Outcome:
        """Call what checks a value; what it would write is not kept."""
        may = self.may(check, values)
        leave = Needs() if isinstance(may, Handled) else may
        given, seconds = self._given(check, self.reader, leave)
        seconds = min(seconds, max(0.0, self.checked_by - time.monotonic()))
        return call(check.function, {**given, **values}, seconds, self.cancel)

    def asked_before(self, target: Intent, heard: dict[str, Any]) -> Handled | None:
        """Return the question what a skill may, where a check of it is called before the intent."""
        if not any(spec.check or spec.when for spec in target.slots.values()):
            return None
        may = self.may(target, heard)
        return may if isinstance(may, Handled) else None

    def may(
        self, target: Intent, heard: dict[str, Any], reader: Reader | None = None
    ) -> Needs | Handled:
        """Return what a function may reach for, or the question that asks; read once in a turn."""
        reader, skill = reader or self.reader, target.name.partition(".")[0]
        if reader is self.reader and skill in self.leaves:
            return self.leaves[skill]
        may = rights.allowed(target, heard, self.skills, reader)
        if reader is self.reader and isinstance(may, Needs):
            self.leaves[skill] = may
        return may

    def call(
        self,
        target: Intent,
        heard: dict[str, Any],
        reader: Reader | None = None,
        chosen: str = "",
    ) -> Handled:
        """Call an intent or an answer, once it may have what it reaches for."""
        reader = reader or self.reader
        may = self.may(target, heard, reader)
        if isinstance(may, Handled):
            return may
        given, seconds = self._given(target, reader, may, chosen)
        outcome = call(target.function, {**given, **heard}, seconds, self.cancel)
        if outcome.printed:
            log.info("%s printed: %s", target.name, outcome.printed)
        if isinstance(outcome.error, UndecidedError):
            return self._undecided(target, outcome.error.ask, heard)
        if outcome.ended != "returned":
            answer = target.name in self.skills.answers
            waited = seconds < self.settings.deadline
            return not_returned(target, outcome, seconds, answer=answer, waited=waited)
        wanted = [effect for value in given.values() for effect in getattr(value, "effects", ())]
        effects = tuple(each for each in wanted if not isinstance(each, Reopen))
        if isinstance(outcome.value, Again):
            return self._again(outcome.value, target, effects)
        handled = self._reply(target, outcome.value, effects)
        return questions.reopened(handled, wanted, reader.waited)

    def _given(
        self, target: Intent, reader: Reader, may: Needs, chosen: str = ""
    ) -> tuple[dict[str, Any], float]:
        """Return what a function is given, and the seconds it may take."""
        seconds = max(0.0, min(self.settings.deadline, self.until - time.monotonic()))
        skill, told = target.name.partition(".")[0], lambda: self.skills.catalogue
        at_hand = (self.session, reader, self.clock, self.settings, self.rank, told, chosen)
        return Host(skill, *at_hand, may, seconds, self.cancel).given(target), seconds

    def _again(
        self,
        again: Again,
        target: Intent,
        effects: tuple[Effect, ...],
    ) -> Handled:
        """Carry out the words that were handed on, in one turn with what was done before."""
        from assistant.understanding import slots

        meant = self.skills.intents.get(again.intent)
        if meant is None or target.name in self.skills.intents:
            return say(
                "failed", f"{target.where}: only an answer may hand on to an intent there is."
            )
        found = slots.fill(again.words, meant.slots, meant.examples, self.clock.now())
        kept = (*undecided.heard(again.heard, meant), *found)
        told = Understanding(meant.name, 1.0, kept)
        form = forms.begun(meant, told, None, {s.name: s.value for s in kept}, again.words)
        step = forms.advance(form, self.skills, self.check)
        handled = step.ended or self.call(
            meant, step.form.heard, Ahead(self.reader, effects), again.alarms
        )
        handled = led(handled, step.notes)
        if again.alarms:
            told = Understanding(meant.name, 1.0, (*kept, undecided.slot(again.alarms)))
            question = undecided.with_words(handled.question, told)
            handled = replace(handled, meant=told, question=question)
        said = "\n\n".join(part for part in (again.text, handled.reply.text) if part)
        reply = Reply(said, f"{again.text} {handled.reply.speech or handled.reply.text}".strip())
        return replace(handled, reply=reply, effects=(*effects, *handled.effects))

    def _undecided(self, target: Intent, ask: Ask, heard: dict[str, Any]) -> Handled:
        """Leave a question open after whose answer the intent is called with what it had heard."""
        goes_on = undecided.goes_on(target.name, heard, target.name in self.skills.intents)
        return self._open(target, replace(ask, keep={**ask.keep, **goes_on}), ())

    def _reply(self, target: Intent, value: Any, effects: tuple[Effect, ...]) -> Handled:
        if value is None:
            return Handled(Reply("Done."), "answered", effects)
        if isinstance(value, str):
            return Handled(Reply(value), "answered", effects)
        if isinstance(value, Reply):
            return Handled(value, "answered", effects)
        if isinstance(value, Ask):
            return self._open(target, value, effects)
        kind = type(value).__name__
        text = f"{target.where}: {target.name} returned {kind}, not str, Reply, Ask or None."
        return say("failed", text)

    def _open(self, target: Intent, ask: Ask, effects: tuple[Effect, ...]) -> Handled:
        """Leave a question open whose answer goes to ``ask.then``."""
        skill = self.skills.skill_of(target.name)
        then = skill.name_of(ask.then, ask.slot) if skill else None
        if then is None:
            name = getattr(ask.then, "__name__", ask.then)
            return say("failed", f"{target.where}: Ask(then={name}) is no @skill.answer function.")
        try:
            kept = questions.keep(ask.keep)
        except (TypeError, ValueError) as error:
            return say("failed", f"{target.where}: Ask(keep=...) can't be kept: {error}.")
        reply = Reply(ask.question, ask.speech)
        if ask.slot:
            kept = {name: value for name, value in kept.items() if value is not None}
        question = OpenQuestion(ask.question, then, kept, slot=ask.slot or None)
        return Handled(reply, "asked", effects, question)
