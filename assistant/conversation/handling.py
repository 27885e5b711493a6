"""Calls the one skill function that was meant, and makes a reply of whatever it does."""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable, Sequence
from copy import copy
from dataclasses import replace
from functools import wraps
from typing import Any

from assistant.conversation import (
    about,
    forms,
    parking,
    planning,
    pointing,
    refusing,
    stopping,
    undecided,
    waking,
)
from assistant.conversation.calling import Caller
from assistant.conversation.repair import Felt
from assistant.conversation.replies import (
    Handled,
    badly_heard,
    gone,
    led,
    let_go,
    noted,
    otherwise,
    read_back,
    say,
    undone,
    went_wrong,
)
from assistant.conversation.situation import TEACHER
from assistant.errors import AssistantError, RaceError
from assistant.language.forming import LEAVE, RESTART, SKIP, TAKE
from assistant.settings import Settings
from assistant.skill.declared import Intent
from assistant.skill.given import Clock, Reader, UndoTurn, WriteMemory
from assistant.skill.needs import Needs
from assistant.skill.registry import Skills
from assistant.turn import (
    OpenQuestion,
    Reply,
    Session,
    Situation,
    Understanding,
    Utterance,
    stacked,
)
from assistant.understanding.parsers.answer import restore, target_of
from assistant.understanding.parsers.correction import PARSER as CORRECTION
from assistant.understanding.parsers.correction import TOGETHER
from assistant.understanding.parsers.formed import LEFT
from assistant.understanding.parsers.misspelt import PARSER as MISSPELT
from assistant.understanding.parsers.offered import OTHERWISE
from assistant.understanding.parsers.pointed import PARSER as POINTED
from assistant.understanding.parsers.several import PARSER as SEVERAL
from assistant.understanding.pieces import AS_BEFORE

DONE = "That is done. Say “undo” to take it back, and then say it anew."
"""What is said to a correction of what asks before it acts."""

HEARD = "heard"
"""The role of the answer that confirms what was read back."""

log = logging.getLogger(__name__)

Handle = Callable[["Handler", Understanding, Utterance, Situation], Handled]


def _safely(handle: Handle) -> Handle:
    """Let whatever goes wrong beside the store end this turn alone: what waits goes on waiting."""

    @wraps(handle)
    def safe(on: Handler, meant: Understanding, said: Utterance, at: Situation) -> Handled:
        try:
            return handle(on, meant, said, at)
        except (AssistantError, RaceError):
            raise
        except Exception as error:
            log.exception("a turn failed")
            asks, parked = at.session.open_question, at.session.parked
            waits = [each for top in (asks, parked) if top for each in top.stack]
            again = f" {asks.question}" if asks else ""
            return replace(went_wrong(error, again), question=stacked(waits))

    return safe


class Handler:
    """Turns an Understanding into a Reply; whatever a skill does, this never raises."""

    _caller: Caller

    def __init__(
        self,
        skills: Skills,
        settings: Settings,
        clock: Clock,
        rank: Callable[[str, Sequence[str]], list[float]],
        harmless: Callable[[str, str], bool],
        felt: Felt,
    ) -> None:
        self._skills = skills
        self._settings = settings
        self._clock = clock
        self._rank = rank
        self._harmless = harmless
        self._felt = felt

    def reading(
        self, reader: Reader, until: float, session: Session, cancel: threading.Event | None = None
    ) -> Handler:
        """Return a handler for one turn, which reads through its transaction.

        ``until`` is when a skill is given up, on the monotonic clock, for others wait.
        """
        handler, at_hand = copy(self), (self._skills, self._settings, self._clock, self._rank)
        checked_by = time.monotonic() + self._settings.deadline
        handler._caller = Caller(*at_hand, reader, until, session, cancel, checked_by)
        return handler

    @_safely
    def handle(self, meant: Understanding, utterance: Utterance, situation: Situation) -> Handled:
        """Call what was meant, ask for what is missing, or refuse."""
        session, question = situation.session, situation.session.open_question
        left = question if meant.parser == LEFT else None
        if left is not None:
            meant = replace(meant, parser=SEVERAL if meant.more else "template")
            situation = replace(situation, session=replace(session, open_question=left.under))
        situation = waking.awake(meant, utterance.text, situation, self._skills)
        handled = self._handled(meant, utterance, situation)
        handled = parking.kept(handled, situation.session.open_question)
        handled = led(undone(handled, planning.left(left)), [forms.CANCELLED] if left else [])
        handled = parking.with_parked(handled, situation.session)
        whole = _whole(meant, utterance, question)
        if whole in ("", utterance.text) or not handled.effects:
            return handled
        return replace(handled, meant=replace(handled.meant or meant, whole=whole))

    def _handled(self, meant: Understanding, utterance: Utterance, situation: Situation) -> Handled:
        question = situation.session.open_question
        if meant.parser == "answer" and meant.intent == LEAVE:
            return self._leave(situation)
        if meant.parser == "answer" and meant.intent and question is not None and question.slot:
            return self._of_form(meant, utterance, situation, question)
        if meant.parser == "answer" and meant.intent == OTHERWISE:
            return otherwise(meant, question)
        if meant.parser == CORRECTION and meant.more:
            return self._after(
                question, meant, False, self._all_instead(meant, utterance, situation)
            )
        if planning.is_plan(meant, question):
            said = planning.said(utterance, question, meant)
            done = planning.handled(meant, said, self._skills, self._caller)
            done = undone(done, planning.gone(question, self._skills))
            return self._after(question, meant, False, parking.named(done, said.text))
        if meant.intent is None and (told := self._refusal(meant)) is not None:
            return told
        if meant.intent is None:
            return refusing.not_understood(meant, utterance, situation, self._skills, self._felt)
        handled = self._filled(meant, utterance, situation)
        if question and refusing.half_meant(meant, utterance.text, handled, question):
            unheard = Understanding(None, parser=meant.parser)
            return refusing.not_understood(unheard, utterance, situation, self._skills, self._felt)
        return handled

    def _of_form(
        self,
        meant: Understanding,
        utterance: Utterance,
        situation: Situation,
        question: OpenQuestion,
    ) -> Handled:
        """Fill an open form, or tell what words about it ask for."""
        target, act, agreed = target_of(question, self._skills), meant.intent, tuple[str, ...]()
        if target is None or act is None:
            return self._filled(meant, utterance, situation)
        spec = target.slots.get(question.slot or "")
        if act == RESTART:
            question = forms.cleared(question, target)
            if len(question.keep) >= forms.MUCH:
                return forms.confirm_restart(question)
        if act in (TAKE, RESTART):
            meant = forms.taken(question, target)
            agreed = tuple(question.instead) if forms.sure(question, target) else ()
            question = forms.settled(question, target)
        elif spec and act == SKIP and not spec.required:
            kept = restore(question, target)
            meant = Understanding(target.name, 1.0, kept, parser="answer")
            question = replace(question, passed=(*question.passed, spec.name), instead={})
        elif (told := about.acted(meant, question, target, situation.now)) is not None:
            return planning.waits(told, question)
        session = replace(situation.session, open_question=question)
        return self._filled(meant, utterance, replace(situation, session=session), agreed)

    def _filled(
        self,
        meant: Understanding,
        utterance: Utterance,
        situation: Situation,
        agreed: Sequence[str] = (),
    ) -> Handled:
        """Call what was meant once nothing is lacking, ask for what is."""
        question, target = situation.session.open_question, self._target(meant)
        if target is None:
            gone = say("failed", "That belonged to a skill that is gone, so I dropped it.")
            return undone(gone, planning.left(question))
        heard = {slot.name: slot.value for slot in meant.slots if slot.name in target.slots}
        heard |= self._pointed(meant, target, situation)
        if question is not None and meant.parser != "answer":
            question = parking.raised(question, target)
        own = forms.own(question, target, meant, heard)
        asked = self._caller.asked_before(target, heard)
        if asked is not None:
            return undone(asked, planning.left(own))
        form = forms.begun(target, meant, own, heard, utterance.text)
        step = forms.filled(form, own, agreed, self._skills, self._caller.check)
        if step.ended is not None and meant.parser == CORRECTION:
            return say("refused", DONE)
        if step.ended is not None:
            handled = planning.waits(led(step.ended, step.notes), own)
            handled = planning.also(
                meant, replace(handled, meant=meant), self._skills, self._caller
            )
            return self._after(question, meant, own is not None, handled)
        heard = step.form.heard
        confirming = self._skills.role(HEARD) if target.careful else None
        if confirming and badly_heard(utterance) and not target.confirms:
            if own is not None:
                return about.put_again(own, f"I'm not sure that I heard “{utterance.text}”.")
            return read_back(utterance, target, confirming)
        if meant.parser == CORRECTION:
            act = lambda on, chosen: self._caller.call(target, heard, on, chosen)  # noqa: E731
            return self._instead(meant, situation, act)
        handled = self._do(meant, target, heard, utterance, situation, own is not None)
        handled = planning.also(meant, led(handled, step.notes), self._skills, self._caller)
        handled = replace(handled, question=undecided.with_words(handled.question, meant))
        if question is None or meant.parser != "answer":
            handled = parking.named(handled, utterance.text)
        return self._after(question, meant, own is not None, handled)

    def _do(
        self,
        meant: Understanding,
        target: Intent,
        heard: dict[str, Any],
        utterance: Utterance,
        situation: Situation,
        own: bool,
    ) -> Handled:
        """Carry out what was meant, with the plan that it is of, of the thing that is “it” where
        that was said. ``own`` tells that it goes on with the question's form.
        """
        question = situation.session.open_question
        answered = question is not None and meant.parser == "answer"
        if question is not None and question.plan and (own or answered):
            at_hand = (self._skills, self._caller)
            return planning.going_on(question, target, meant, heard, *at_hand)
        chosen = situation.it.id if meant.parser == POINTED and situation.it else ""
        handled = self._caller.call(target, heard, chosen=chosen)
        handled = noted(handled, meant.notes) if meant.parser == MISSPELT else handled
        if chosen:
            told = replace(meant, slots=(*meant.slots, undecided.slot(chosen)))
            handled = replace(handled, meant=told)
        stops = target.role == stopping.ROLE and situation.session.open_question is None
        if not stops or handled.effects:
            return handled
        return stopping.offered(meant, utterance, self._skills, self._runs) or handled

    def _leave(self, situation: Situation) -> Handled:
        """Let a question go; what has rung since it was put, or just now, is meant instead."""
        role, last = self._skills.role(stopping.ROLE), situation.last
        quiet = self._caller.call(role, {}) if role and last else None
        since = min(last.utterance.heard_at, situation.now - stopping.JUST) if last else None
        if quiet and since and stopping.rang_since(quiet.effects, since):
            question = situation.session.open_question
            return let_go(quiet, question) if question else quiet
        waited = planning.left(situation.session.open_question)
        return undone(Handled(Reply(forms.CANCELLED)), waited)

    def _after(
        self, question: OpenQuestion | None, meant: Understanding, own: bool, handled: Handled
    ) -> Handled:
        """Return what was done while a question was open: its answer, or something else.

        ``own`` tells that it went on with the question's own form.
        """
        if question is None or handled.reopened:
            return handled
        answered = meant.parser == "answer" or own
        if question.offers:
            learns = answered and handled.question is None and meant.intent is not None
            target = self._skills.intents.get(meant.intent or "") if learns else None
            handled = self._learnt(handled, question, target) if target else handled
            return handled if answered or not question.plans else let_go(handled, question)
        if answered:
            return parking.gone_on(handled, question)
        return parking.gave_way(handled, question)

    def _all_instead(
        self, meant: Understanding, utterance: Utterance, situation: Situation
    ) -> Handled:
        """Carry out several requests, one of them corrected, as if they had not been yet."""

        def act(before: Reader, _chosen: str) -> Handled:
            caller = replace(self._caller, reader=before, leaves={})
            done = planning.handled(meant, utterance, self._skills, caller)
            return done if done.broke or done.outcome == "answered" else say("refused", TOGETHER)

        return self._instead(meant, situation, act)

    def _instead(
        self, meant: Understanding, situation: Situation, act: Callable[[Reader, str], Handled]
    ) -> Handled:
        """Act as if the turn that is corrected had not been, and take that back in the same one."""
        reader = self._caller.reader
        turn = next((each for each in situation.talk if each.id == meant.instead), None)
        if turn is None:
            return say("refused", DONE)
        if turn.understanding.parser != CORRECTION and reader.taken(turn.id):
            return gone(turn.said)
        replaced = reader.replaced(turn.id)
        if changed := reader.conflicts([turn.id]).get(turn.id):
            return say("failed", f"I can't change “{turn.said}”: {changed}.")
        before = reader.without(replaced)
        chosen = undecided.chosen(turn.understanding)
        handled = act(before, chosen)
        if handled.outcome not in ("answered", "asked"):
            return handled
        taken_back = (UndoTurn(each) for each in replaced)
        told = handled.meant if meant.more else None
        if chosen:
            told = replace(meant, slots=(*meant.slots, undecided.slot(chosen)))
        return replace(handled, effects=(*taken_back, *handled.effects), meant=told)

    def _pointed(
        self, meant: Understanding, target: Intent, situation: Situation
    ) -> dict[str, Any]:
        """Return what “it” stands for; nothing is read where it is not said, or no name kept."""
        kept = situation.kept.get(target.name.partition(".")[0])
        spec = pointing.open_slot(meant, target)
        if not kept or spec is None:
            return {}
        turns = self._caller.reader.turns(situation.session.id, pointing.BACK)
        return pointing.pointed(spec, target, turns, kept, self._clock.now())

    def _refusal(self, meant: Understanding) -> Handled | None:
        """Return what a skill says to the one offer there is, where it would not do it.

        It is called for that and nothing is kept, so only what may reach for nothing is.
        """
        if meant.why != AS_BEFORE or len(meant.offered) != 1 or meant.offered[0].instead:
            return None
        target = self._skills.intents.get(meant.offered[0].intent)
        heard = {slot.name: slot.value for slot in meant.offered[0].slots}
        if target is None or target.confirms or target.missing(heard):
            return None
        if self._caller.may(target, heard) != Needs():
            return None
        told = self._caller.call(target, heard)
        return say("refused", told.reply.text) if told.outcome == "failed" else None

    def _runs(self, intent: Intent) -> bool:
        """Tell whether an intent that stops something would, by calling it and keeping nothing."""
        return self._caller.call(intent, {}).outcome in ("answered", "asked")

    def _target(self, meant: Understanding) -> Intent | None:
        assert meant.intent is not None
        answer = self._skills.answers.get(meant.intent) if meant.parser == "answer" else None
        return answer or self._skills.intents.get(meant.intent)

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


def _whole(meant: Understanding, utterance: Utterance, question: OpenQuestion | None) -> str:
    """Return what was asked for: of a yes the request, or the plan, that it was about."""
    if question is not None and question.slot and meant.parser == "answer":
        asked = meant.slot(question.slot)
        return question.said if asked is not None and asked.value is True else utterance.text
    return planning.said(utterance, question, meant).text
