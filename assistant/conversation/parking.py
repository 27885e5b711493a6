"""Forms that wait, one below the other: while something else is done, or till asked for."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from assistant.conversation.replies import Handled, let_go
from assistant.turn import OpenQuestion, Reply, Session, stacked

if TYPE_CHECKING:
    from assistant.skill.declared import Intent

DEEP = 5
"""How many forms may wait, one below the other."""

ASIDE = 3
"""How often something else may be done while a form waits, before it is gone back to no more."""

WAITS = "“{}” waits: say “where were we” to go on with it."


def goes_on(question: OpenQuestion, target: Intent) -> bool:
    """Tell whether a question is one of an intent's own form."""
    return bool(question.slot) and question.then == target.name


def gone_on(handled: Handled, question: OpenQuestion) -> Handled:
    """Keep what waits below a form as long as it goes on, and go on with that at its end.

    One that could not be carried out is put away, with all that was told.
    """
    lost = handled.broke or (handled.outcome == "failed" and bool(question.keep))
    if lost and question.slot and handled.question is None and not handled.unanswered:
        done = bool(handled.effects)
        handled = put_away(handled, replace(question, plan={}) if done else question)
    return kept(named(handled, question.said), question)


def named(handled: Handled, said: str) -> Handled:
    """Call a form that a skill opened by the request that made it do so."""
    asks = handled.question
    if asks is None or asks.said:
        return handled
    return replace(handled, question=replace(asks, said=said))


def kept(handled: Handled, question: OpenQuestion | None) -> Handled:
    """Go on with what waits below a question that is no more, however that came."""
    asks, under = handled.question, question.under if question else None
    if under is None or handled.reopened:
        return handled
    if asks is None:
        return back(handled, under)
    if asks.under is not None or asks == under:
        return handled
    return replace(handled, question=replace(asks, under=under))


def put_away(handled: Handled, question: OpenQuestion) -> Handled:
    """Let a form wait until it is asked for, and say so."""
    away = replace(question, tries=0, aside=0, under=None, parked=True)
    told, spoken = handled.reply.text, handled.reply.speech or handled.reply.text
    note = WAITS.format(question.said)
    reply = Reply(f"{told}\n\n{note}".strip(), f"{spoken} {note}".strip())
    return replace(handled, reply=reply, away=away)


def with_parked(handled: Handled, session: Session) -> Handled:
    """Keep what waits until it is asked for below all else; of too many the oldest is let go."""
    if handled.reopened:
        return handled
    waiting = handled.question.stack if handled.question else ()
    away = (handled.away,) if handled.away else ()
    parked = session.parked.stack if session.parked else ()
    stack = (*waiting, *away, *parked)
    return replace(_without(handled, stack[DEEP:]), question=stacked(stack[:DEEP]))


def beside(handled: Handled, question: OpenQuestion) -> Handled:
    """Let a form wait while something else is done, and go on with it then; not for ever."""
    question = replace(question, aside=question.aside + 1)
    if question.aside > ASIDE:
        return kept(put_away(handled, question), question)
    return back(handled, question) if handled.question is None else parked(handled, question)


def gave_way(handled: Handled, question: OpenQuestion) -> Handled:
    """Return what else was done while a question waited: a form waits, any other is let go of."""
    if question.slot:
        return beside(handled, question)
    return handled if handled.question is not None else let_go(handled, question)


def back(handled: Handled, waiting: OpenQuestion | None) -> Handled:
    """Go on with a form that waits, after something else was done or said."""
    if waiting is None:
        return handled
    note = f"Back to “{waiting.said}”: {waiting.question}"
    spoken = f"{handled.reply.speech or handled.reply.text} {note}"
    reply = Reply(f"{handled.reply.text}\n\n{note}", spoken)
    return replace(handled, reply=reply, question=waiting)


def parked(handled: Handled, waiting: OpenQuestion) -> Handled:
    """Let a form wait below the question that something else put."""
    assert handled.question is not None
    return replace(handled, question=replace(handled.question, under=waiting))


def _without(handled: Handled, gone: Sequence[OpenQuestion]) -> Handled:
    """Tell which forms wait no more."""
    notes = "".join(f"\n\n(I've let go of “{each.said}”.)" for each in gone)
    reply = replace(handled.reply, text=f"{handled.reply.text}{notes}")
    return replace(handled, reply=reply)


def raised(question: OpenQuestion, target: Intent) -> OpenQuestion:
    """Return a question with the form of an intent on top, where that waits below."""
    own = next((each for each in question.stack if goes_on(each, target)), None)
    return on_top(own, question) if own else question


def on_top(own: OpenQuestion, question: OpenQuestion | None) -> OpenQuestion:
    """Return a form with all others of a stack below it."""
    others = [
        each for each in (question.stack if question else ()) if each != replace(own, under=None)
    ]
    found = stacked([own, *others])
    assert found is not None
    return found


def woken(session: Session, own: OpenQuestion) -> Session:
    """Return a session in which one of its parked forms goes on."""
    assert session.parked is not None
    left = [each for each in session.parked.stack if each != own]
    live = on_top(replace(own, parked=False), session.open_question)
    return replace(session, open_question=live, parked=stacked(left))
