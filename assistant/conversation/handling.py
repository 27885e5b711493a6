"""Calls the one skill function that was meant, and makes a reply of whatever it does."""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable, Sequence
from copy import copy
from dataclasses import replace
from functools import partial
from typing import Any

from assistant.conversation import (
    offering,
    pointing,
    questions,
    repair,
    rights,
    stopping,
    undecided,
)
from assistant.conversation.ahead import Ahead
from assistant.conversation.replies import (
    Handled,
    badly_heard,
    broken,
    gone,
    joined,
    let_go,
    not_returned,
    noted,
    otherwise,
    read_back,
    refusal,
    say,
    undone,
)
from assistant.conversation.situation import TEACHER
from assistant.errors import AssistantError, RaceError
from assistant.settings import Settings
from assistant.skill.call import call
from assistant.skill.choosing import UndecidedError
from assistant.skill.declared import Intent
from assistant.skill.given import Clock, Effect, Reader, Reopen, UndoTurn, WriteMemory
from assistant.skill.hosted import Host
from assistant.skill.registry import Skills
from assistant.turn import (
    Again,
    Ask,
    OpenQuestion,
    Reply,
    Session,
    Situation,
    Understanding,
    Utterance,
)
from assistant.understanding.parsers.answer import LEAVE, target_of
from assistant.understanding.parsers.correction import PARSER as CORRECTION
from assistant.understanding.parsers.misspelt import PARSER as MISSPELT
from assistant.understanding.parsers.offered import OTHERWISE, lasting
from assistant.understanding.parsers.pointed import PARSER as POINTED
from assistant.understanding.wording import worded

HEARD = "heard"
"""The role of the answer that confirms what was read back."""

log = logging.getLogger(__name__)


class Handler:
    """Turns an Understanding into a Reply; whatever a skill does, this never raises."""

    _reader: Reader
    _until: float

    def __init__(
        self,
        skills: Skills,
        settings: Settings,
        clock: Clock,
        rank: Callable[[str, Sequence[str]], list[float]],
        harmless: Callable[[str, str], bool],
    ) -> None:
        self._skills = skills
        self._settings = settings
        self._clock = clock
        self._rank = rank
        self._harmless = harmless

    def reading(self, reader: Reader, until: float) -> Handler:
        """Return a handler for one turn, which reads through its transaction.

        ``until`` is when a skill is given up, on the monotonic clock, for others wait.
        """
        handler = copy(self)
        handler._reader, handler._until = reader, until
        return handler

    def safely(
        self,
        meant: Understanding,
        utterance: Utterance,
        situation: Situation,
        cancel: threading.Event | None = None,
    ) -> Handled:
        """Handle it; whatever goes wrong beside the store ends this turn alone."""
        try:
            return self.handle(meant, utterance, situation, cancel)
        except (AssistantError, RaceError):
            raise
        except Exception as error:
            log.exception("a turn failed")
            text = f"Something went wrong with that ({type(error).__name__}); the log has more."
            return broken("failed", f"{text} Nothing was changed.")

    def handle(
        self,
        meant: Understanding,
        utterance: Utterance,
        situation: Situation,
        cancel: threading.Event | None = None,
    ) -> Handled:
        """Call what was meant, ask for what is missing, or refuse."""
        question = situation.session.open_question
        if meant.parser == "answer" and meant.intent == LEAVE:
            return self._leave(situation, cancel)
        if meant.parser == "answer" and meant.intent == OTHERWISE:
            return otherwise(meant, question)
        if meant.intent is None:
            return self._not_understood(meant, utterance, situation)
        target = self._target(meant)
        if target is None:
            return say("failed", "That belonged to a skill that is gone, so I dropped it.")
        heard = {slot.name: slot.value for slot in meant.slots if slot.name in target.slots}
        heard |= self._pointed(meant, target, situation)
        missing = target.missing(heard)
        if missing:
            return questions.ask_for(missing, target, heard)
        confirming = self._skills.role(HEARD) if target.careful else None
        if confirming and badly_heard(utterance):
            return read_back(utterance, target, confirming)
        if meant.parser == CORRECTION:
            return self._instead(meant, target, heard, situation, cancel)
        handled = self._do(meant, target, heard, utterance, situation, cancel)
        handled = replace(handled, question=undecided.with_words(handled.question, meant))
        if question is None or handled.question is not None:
            return handled
        return self._after(question, meant, target, handled)

    def _do(
        self,
        meant: Understanding,
        target: Intent,
        heard: dict[str, Any],
        utterance: Utterance,
        situation: Situation,
        cancel: threading.Event | None,
    ) -> Handled:
        """Carry out what was meant, of the thing that is “it” where that was said."""
        session = situation.session
        chosen = situation.it.id if meant.parser == POINTED and situation.it else ""
        handled = self._call_all(meant, target, heard, session, cancel, chosen)
        if chosen:
            told = replace(meant, slots=(*meant.slots, undecided.slot(chosen)))
            handled = replace(handled, meant=told)
        stops = target.role == stopping.ROLE and session.open_question is None
        if not stops or handled.effects:
            return handled
        runs = partial(self._runs, session, cancel)
        return stopping.offered(meant, utterance, self._skills, runs) or handled

    def _leave(self, situation: Situation, cancel: threading.Event | None) -> Handled:
        """Let a question go; what has rung since it was put, or just now, is meant instead."""
        role, last = self._skills.role(stopping.ROLE), situation.last
        quiet = self._call(role, {}, situation.session, cancel) if role and last else None
        since = min(last.utterance.heard_at, situation.now - stopping.JUST) if last else None
        if quiet and since and stopping.rang_since(quiet.effects, since):
            question = situation.session.open_question
            return let_go(quiet, question) if question else quiet
        return Handled(Reply("OK, never mind."))

    def _after(
        self, question: OpenQuestion, meant: Understanding, target: Intent, handled: Handled
    ) -> Handled:
        """Return what was done while a question was open: its answer, or something else."""
        answered = meant.parser == "answer"
        if question.offers:
            return self._learnt(handled, question, target) if answered else handled
        return handled if answered else let_go(handled, question)

    def _call_all(
        self,
        meant: Understanding,
        target: Intent,
        heard: dict[str, Any],
        session: Session,
        cancel: threading.Event | None,
        chosen: str = "",
    ) -> Handled:
        """Carry out a request, and those of the same intent behind it, as one turn."""
        handled = self._call(target, heard, session, cancel, chosen=chosen)
        for done, each in enumerate(meant.more):
            if handled.outcome != "answered":
                left = [worded(target, other.slots) for other in meant.more[done:]]
                return undone(handled, left)
            heard = {slot.name: slot.value for slot in each.slots}
            reader = Ahead(self._reader, handled.effects)
            handled = joined(handled, self._call(target, heard, session, cancel, reader))
        return noted(handled, meant.notes) if meant.parser == MISSPELT else handled

    def _instead(
        self,
        meant: Understanding,
        target: Intent,
        heard: dict[str, Any],
        situation: Situation,
        cancel: threading.Event | None,
    ) -> Handled:
        """Carry it out as if the turn before had not been, and take that back in the same turn."""
        reader, turn = self._reader, situation.last
        assert turn is not None
        if turn.understanding.parser != CORRECTION and reader.taken(turn.id):
            return gone(turn.utterance.text)
        replaced = reader.replaced(turn.id)
        if changed := reader.conflicts([turn.id]).get(turn.id):
            return say("failed", f"I can't change “{turn.utterance.text}”: {changed}.")
        before = reader.without(replaced)
        chosen = undecided.chosen(turn.understanding)
        handled = self._call(target, heard, situation.session, cancel, before, chosen)
        if handled.outcome not in ("answered", "asked"):
            return handled
        taken_back = (UndoTurn(each) for each in replaced)
        told = replace(meant, slots=(*meant.slots, undecided.slot(chosen))) if chosen else None
        return replace(handled, effects=(*taken_back, *handled.effects), meant=told)

    def _pointed(
        self, meant: Understanding, target: Intent, situation: Situation
    ) -> dict[str, Any]:
        """Return what “it” stands for; nothing is read where it is not said, or no name kept."""
        kept = situation.kept.get(target.name.partition(".")[0])
        spec = pointing.open_slot(meant, target)
        if not kept or spec is None:
            return {}
        turns = self._reader.turns(situation.session.id, pointing.BACK)
        return pointing.pointed(spec, target, turns, kept, self._clock.now())

    def _runs(self, session: Session, cancel: threading.Event | None, intent: Intent) -> bool:
        """Tell whether an intent that stops something would, by calling it and keeping nothing."""
        return self._call(intent, {}, session, cancel).outcome in ("answered", "asked")

    def _target(self, meant: Understanding) -> Intent | None:
        assert meant.intent is not None
        answer = self._skills.answers.get(meant.intent) if meant.parser == "answer" else None
        return answer or self._skills.intents.get(meant.intent)

    def _not_understood(
        self, meant: Understanding, utterance: Utterance, situation: Situation
    ) -> Handled:
        question = situation.session.open_question
        if question is None or question.offers or meant.parser == "answer":
            return self._refuse(meant, utterance, situation)
        if offering.is_request(meant):
            return let_go(self._refuse(meant, utterance, situation), question)
        if target_of(question, self._skills) is None:
            return say("refused", "My question belonged to a skill that is gone, so I dropped it.")
        told = offering.aside(meant, utterance.text)
        if question.tries < questions.MAX_TRIES:
            again = replace(question, tries=question.tries + 1)
            text = f"{told} {question.question} (Or say “cancel”.)"
            return Handled(Reply(text), "asked", (), again)
        lead = "I still didn't get that, so" if told == offering.UNHEARD else f"{told} Also,"
        return say("refused", f"{lead} I'll let it go: “{question.question}”")

    def _refuse(self, meant: Understanding, utterance: Utterance, situation: Situation) -> Handled:
        if (told := offering.to_mood(meant, utterance.text)) is not None:
            return Handled(told, "refused")
        offered = offering.told_apart(lasting(meant.offered, self._skills))
        if offered:
            learn = meant.parser != "answer"
            reply, offer = offering.offer(offered, utterance.text, meant.why, learn=learn)
            return Handled(reply, "asked", (), offer)
        if meant.why and meant.confidence:
            return say("refused", offering.LEFT.format(meant.why))
        last = situation.last
        if last is None or not repair.frustrated(meant, last):
            return Handled(refusal(meant, utterance), "refused")
        reply, question = repair.offer(meant, utterance, last, self._skills)
        return Handled(reply, "asked" if question else "refused", (), question)

    def _call(
        self,
        target: Intent,
        heard: dict[str, Any],
        session: Session,
        cancel: threading.Event | None,
        reader: Reader | None = None,
        chosen: str = "",
    ) -> Handled:
        reader = reader or self._reader
        if (asked := rights.asked(target, heard, self._skills, reader)) is not None:
            return asked
        seconds = max(0.0, min(self._settings.deadline, self._until - time.monotonic()))
        skill, told = target.name.partition(".")[0], self._skills.catalogue
        may = rights.allowed(target, self._skills, reader)
        at_hand = (session, reader, self._clock, self._settings, self._rank, told, chosen)
        given = Host(skill, *at_hand, may, seconds, cancel).given(target)
        outcome = call(target.function, {**given, **heard}, seconds, cancel)
        if outcome.printed:
            log.info("%s printed: %s", target.name, outcome.printed)
        if isinstance(outcome.error, UndecidedError):
            return self._undecided(target, outcome.error.ask, heard)
        if outcome.ended != "returned":
            answer = target.name in self._skills.answers
            waited = seconds < self._settings.deadline
            return not_returned(target, outcome, seconds, answer=answer, waited=waited)
        wanted = [effect for value in given.values() for effect in getattr(value, "effects", ())]
        kept = tuple(each for each in wanted if not isinstance(each, Reopen))
        if isinstance(outcome.value, Again):
            return self._again(outcome.value, target, kept, session, cancel)
        return questions.reopened(self._reply(target, outcome.value, kept), wanted, reader.waited)

    def _learnt(self, handled: Handled, question: OpenQuestion, target: Intent) -> Handled:
        """Keep what a yes taught, where it makes nothing worse that the skills' examples say."""
        sentence, teacher = question.keep["sentence"], self._skills.role(TEACHER)
        if not question.keep["learn"] or handled.outcome != "answered" or teacher is None:
            return handled
        if not self._harmless(sentence, target.name):
            return handled
        shelf = teacher.name.partition(".")[0]
        effect = WriteMemory(shelf, sentence, {"intent": target.name})
        return replace(handled, effects=(*handled.effects, effect))

    def _again(
        self,
        again: Again,
        target: Intent,
        effects: tuple[Effect, ...],
        session: Session,
        cancel: threading.Event | None,
    ) -> Handled:
        """Carry out the words that were handed on, in one turn with what was done before."""
        from assistant.understanding import slots

        meant = self._skills.intents.get(again.intent)
        if meant is None or target.name in self._skills.intents:
            return say(
                "failed", f"{target.where}: only an answer may hand on to an intent there is."
            )
        found = slots.fill(again.words, meant.slots, meant.examples, self._clock.now())
        kept = (*undecided.heard(again.heard, meant), *found)
        heard = {slot.name: slot.value for slot in kept}
        missing, ahead = meant.missing(heard), Ahead(self._reader, effects)
        handled = (
            questions.ask_for(missing, meant, heard)
            if missing
            else self._call(meant, heard, session, cancel, ahead, again.alarms)
        )
        if again.alarms:
            told = Understanding(meant.name, 1.0, (*kept, undecided.slot(again.alarms)))
            question = undecided.with_words(handled.question, told)
            handled = replace(handled, meant=told, question=question)
        said = "\n\n".join(part for part in (again.text, handled.reply.text) if part)
        reply = Reply(said, f"{again.text} {handled.reply.speech or handled.reply.text}".strip())
        return replace(handled, reply=reply, effects=(*effects, *handled.effects))

    def _undecided(self, target: Intent, ask: Ask, heard: dict[str, Any]) -> Handled:
        """Leave a question open after whose answer the intent is called with what it had heard."""
        goes_on = undecided.goes_on(target.name, heard, target.name in self._skills.intents)
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
        skill = self._skills.skill_of(target.name)
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
