"""Forms that go on although no question of theirs waits: parked ones, and those asked about."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from assistant.conversation import forms, parking
from assistant.turn import OpenQuestion, Session, Situation, Understanding
from assistant.understanding.parsers.formed import called_up

if TYPE_CHECKING:
    from assistant.skill.registry import Skills


def awake(meant: Understanding, text: str, situation: Situation, skills: Skills) -> Situation:
    """Return the situation with the form on top that words go on with, though it is parked or its
    answer was asked about.
    """
    session, question = situation.session, situation.session.open_question
    target = skills.intents.get(meant.intent or "")
    offers_one = question is not None and question.offers and not question.plans
    asked_about = question.under if question and offers_one else None
    if target and asked_about and meant.parser == "answer" and parking.goes_on(asked_about, target):
        return replace(situation, session=replace(session, open_question=asked_about))
    own = _parked(meant, text, situation, skills) if session.parked else None
    return replace(situation, session=parking.woken(session, own)) if own else situation


def _parked(
    meant: Understanding, text: str, situation: Situation, skills: Skills
) -> OpenQuestion | None:
    """Return the parked form that is asked for, or that a request tells a value of anew."""
    session, target = situation.session, skills.intents.get(meant.intent or "")
    if meant.parser == "answer":
        called = called_up(text, session, situation.now)
        return called[1] if called else None
    if target is None or session.parked is None or _goes_on(session, target.name):
        return None
    heard = {slot.name: slot.value for slot in meant.slots if slot.name in target.slots}
    there = (each for each in session.parked.stack if forms.own(each, target, meant, heard))
    return next(there, None) if heard else None


def _goes_on(session: Session, intent: str) -> bool:
    """Tell whether a form of an intent waits that is not parked."""
    waiting = session.open_question.stack if session.open_question else ()
    return any(each.slot and each.then == intent for each in waiting)
