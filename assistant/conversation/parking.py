"""Forms that wait while something else is done, one below the other."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from assistant.conversation.replies import Handled
from assistant.turn import OpenQuestion, Reply

if TYPE_CHECKING:
    from assistant.skill.declared import Intent

DEEP = 5
"""How many forms may wait, one below the other."""

ASIDE = 3
"""How often something else may be done while a form waits, before it is let go."""


def goes_on(question: OpenQuestion, target: Intent) -> bool:
    """Tell whether a question is one of an intent's own form."""
    return bool(question.slot) and question.then == target.name


def gone_on(handled: Handled, question: OpenQuestion) -> Handled:
    """Keep what waits below a form as long as it goes on, and go on with that at its end."""
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


def beside(handled: Handled, question: OpenQuestion) -> Handled:
    """Let a form wait while something else is done, and go on with it then; not for ever."""
    question = replace(question, aside=question.aside + 1)
    if question.aside > ASIDE:
        return kept(_without(handled, [question]), question)
    return back(handled, question) if handled.question is None else parked(handled, question)


def back(handled: Handled, waiting: OpenQuestion | None) -> Handled:
    """Go on with a form that waits, after something else was done or said."""
    if waiting is None:
        return handled
    note = f"Back to “{waiting.said}”: {waiting.question}"
    spoken = f"{handled.reply.speech or handled.reply.text} {note}"
    reply = Reply(f"{handled.reply.text}\n\n{note}", spoken)
    return replace(handled, reply=reply, question=waiting)


def parked(handled: Handled, waiting: OpenQuestion) -> Handled:
    """Let a form wait below the question that something else put; the deepest is let go."""
    assert handled.question is not None
    stack = [waiting, *_below(waiting)]
    asks = replace(handled.question, under=_stacked(stack[: DEEP - 1]))
    return replace(_without(handled, stack[DEEP - 1 :]), question=asks)


def _without(handled: Handled, gone: Sequence[OpenQuestion]) -> Handled:
    """Tell which forms wait no more."""
    notes = "".join(f"\n\n(I've let go of “{each.said}”.)" for each in gone)
    reply = replace(handled.reply, text=f"{handled.reply.text}{notes}")
    return replace(handled, reply=reply)


def raised(question: OpenQuestion, target: Intent) -> OpenQuestion:
    """Return a question with the form of an intent on top, where that waits below."""
    stack = [question, *_below(question)]
    own = next((each for each in stack if goes_on(each, target)), question)
    return replace(own, under=_stacked([each for each in stack if each is not own]))


def _stacked(stack: Sequence[OpenQuestion]) -> OpenQuestion | None:
    under: OpenQuestion | None = None
    for each in reversed(stack):
        under = replace(each, under=under)
    return under


def _below(question: OpenQuestion) -> Iterator[OpenQuestion]:
    while question.under is not None:
        question = question.under
        yield question
