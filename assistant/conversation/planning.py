"""Several requests of one sentence as a plan: shown where that matters, carried out as one turn."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from assistant.conversation import forms, undecided
from assistant.conversation.ahead import Ahead
from assistant.conversation.calling import Caller
from assistant.conversation.replies import Handled, badly_heard, joined, led, undone
from assistant.language import saying
from assistant.language.records import dataclass
from assistant.skill.declared import Intent
from assistant.skill.registry import Skills
from assistant.turn import OFFER, Offer, OpenQuestion, Reply, SlotValue, Understanding, Utterance
from assistant.understanding.parsers.offered import kept, lasting, offer_of, row_of
from assistant.understanding.parsers.several import MAYBE_ONE, steps
from assistant.understanding.parsers.several import PARSER as SEVERAL
from assistant.understanding.parsers.tied import PARSER as TIED
from assistant.understanding.wording import as_offer, worded

if TYPE_CHECKING:
    from collections.abc import Mapping

MANY = 2
"""Steps that are carried out without showing them, where none is careful."""

BEFORE, AFTER = "before", "after"
"""What waits with a question of a plan: the steps before the one that asks, and those behind."""


@dataclass(frozen=True, slots=True)
class _Ready:
    """A step that lacks nothing: what is called, with which values, and what its checks said."""

    target: Intent
    meant: Understanding
    heard: dict[str, Any]
    notes: tuple[str, ...] = ()


def is_plan(meant: Understanding, question: OpenQuestion | None) -> bool:
    """Tell whether several requests are to be carried out."""
    agreed = _agreed(meant, question) is not None and meant.intent is not None
    return meant.parser in (SEVERAL, TIED) or agreed


def said(utterance: Utterance, question: OpenQuestion | None, meant: Understanding) -> Utterance:
    """Return the sentence that a plan is of: what was said, or what was agreed to."""
    shown = _agreed(meant, question)
    return replace(utterance, text=shown.keep["sentence"]) if shown else utterance


def _agreed(meant: Understanding, question: OpenQuestion | None) -> OpenQuestion | None:
    """Return the question in which a plan was shown, where it was answered."""
    return question if question and question.plans and meant.parser == "answer" else None


def gone(question: OpenQuestion | None, skills: Skills) -> list[str]:
    """Return the steps of an agreed plan whose skill is not installed any more."""
    rows = question.keep["offers"][: question.keep["told"]] if question and question.plans else []
    return _gone(rows, skills)


def _gone(rows: Iterable[Mapping[str, Any]], skills: Skills) -> list[str]:
    return [row["text"] for row in rows if row["intent"] not in skills.intents]


def handled(meant: Understanding, utterance: Utterance, skills: Skills, caller: Caller) -> Handled:
    """Show a plan that has many steps, or a careful one; carry out any other, or one agreed to."""
    plan = steps(meant)
    alone = next((each for each in plan if _intent(each, skills).of_talk), None)
    if alone is not None:
        text = f"I do that only by itself: say “{_offer(alone, skills).text}” alone."
        return Handled(Reply(f"{text} Nothing was done."), "refused")
    if meant.parser == SEVERAL and _shows(meant, plan, utterance, skills):
        return _shown(meant, plan, utterance, skills)
    return _gathered([], plan, utterance.text, skills, caller)


def _shows(
    meant: Understanding, plan: Sequence[Understanding], utterance: Utterance, skills: Skills
) -> bool:
    careful = any(_intent(each, skills).careful for each in plan)
    return bool(len(plan) > MANY or careful or meant.why or badly_heard(utterance))


def _shown(
    meant: Understanding, plan: Sequence[Understanding], utterance: Utterance, skills: Skills
) -> Handled:
    """Ask whether the steps of a plan are to be carried out."""
    offers = [_offer(each, skills) for each in plan]
    if len(lasting(offers, skills)) < len(offers):
        return Handled(Reply("I can't do that together: say one thing at a time."), "refused")
    can = "can be" if meant.why == MAYBE_ONE else "is"
    asks = "Shall I do both?" if len(offers) == MANY else "Shall I do them all?"
    lead = f"That {can} {len(offers)} things:"
    lines = "\n".join(f"{n}. {each.text}" for n, each in enumerate(offers, 1))
    spoken = f"{lead} {saying.joined(each.text for each in offers)}. {asks}"
    keep = kept([*offers, *meant.offered], len(offers), utterance.text, learn=False)
    question = OpenQuestion(asks, OFFER, {**keep, "together": True})
    return Handled(Reply(f"{lead}\n\n{lines}\n\n{asks}", spoken), "asked", (), question)


def also(meant: Understanding, handled: Handled, skills: Skills, caller: Caller) -> Handled:
    """Answer the questions beside a request before what came of it; one that would change
    something, or ask, is named as not done.
    """
    for each in meant.more:
        other = skills.intents.get(each.intent or "")
        if other is None or handled.broke:
            continue
        heard = {slot.name: slot.value for slot in each.slots}
        told = None if other.missing(heard) else caller.call(other, heard)
        if told is None or told.effects or told.question is not None:
            handled = undone(handled, [worded(other, each.slots)])
        else:
            handled = led(handled, [told.reply.text])
    return handled


def going_on(
    question: OpenQuestion,
    target: Intent,
    meant: Understanding,
    heard: Mapping[str, Any],
    skills: Skills,
    caller: Caller,
) -> Handled:
    """Carry out a plan one step of which had to be asked about, with what was answered."""
    this = _ready(target, meant, heard)
    before = [
        _ready(_intent(each, skills), each, {s.name: s.value for s in each.slots})
        for each in _waiting(question, BEFORE, skills)
    ]
    after = list(_waiting(question, AFTER, skills))
    done = _gathered([*before, this], after, question.said, skills, caller)
    return undone(done, _gone(_rest(question), skills))


def waits(handled: Handled, question: OpenQuestion | None) -> Handled:
    """Let the rest of a plan wait with a form of it that goes on; tell it where the form ended."""
    if question is None or not question.plan:
        return handled
    if handled.question is None:
        return undone(handled, left(question))
    return replace(handled, question=replace(handled.question, plan=question.plan))


def left(question: OpenQuestion | None) -> list[str]:
    """Return the steps of a plan that wait with a question, as sentences."""
    return [row["text"] for row in _rest(question)]


def _rest(question: OpenQuestion | None) -> Iterator[Mapping[str, Any]]:
    """Give what waits with a question of a plan."""
    plan = question.plan if question else {}
    return (row for where in (BEFORE, AFTER) for row in plan.get(where, ()))


def _gathered(
    ready: Sequence[_Ready],
    plan: Sequence[Understanding],
    said: str,
    skills: Skills,
    caller: Caller,
) -> Handled:
    """Ask for what a step lacks before any is carried out; then carry out all of them."""
    done = list(ready)
    for i, each in enumerate(plan):
        target = skills.intents[each.intent or ""]
        before, after = [other.meant for other in done], plan[i + 1 :]
        heard = {slot.name: slot.value for slot in each.slots if slot.name in target.slots}
        asked = caller.may(target, heard)
        if isinstance(asked, Handled):
            return _waiting_for(asked, before, after, skills)
        form = forms.begun(target, each, None, heard, said)
        step = forms.advance(form, skills, caller.check)
        if step.ended is not None:
            return _waiting_for(led(step.ended, step.notes), before, after, skills)
        done.append(_ready(target, each, step.form.heard, step.notes))
    return _carried_out(done, skills, caller)


def _ready(
    target: Intent, meant: Understanding, heard: Mapping[str, Any], notes: tuple[str, ...] = ()
) -> _Ready:
    """Return a step with all its values, which are what it means from now on."""
    words = {slot.name: slot.text for slot in meant.slots}
    slots = tuple(SlotValue(name, value, words.get(name, "")) for name, value in heard.items())
    meant = replace(meant, intent=target.name, slots=slots, more=())
    return _Ready(target, meant, dict(heard), notes)


def _waiting_for(
    ended: Handled,
    before: Sequence[Understanding],
    after: Sequence[Understanding],
    skills: Skills,
) -> Handled:
    """Let all other steps wait until the one that asks is answered."""
    rest = {
        where: [row_of(_offer(each, skills)) for each in waiting]
        for where, waiting in ((BEFORE, before), (AFTER, after))
    }
    if ended.question is None:
        return undone(ended, [row["text"] for rows in rest.values() for row in rows])
    return replace(ended, question=replace(ended.question, plan=rest))


def _carried_out(plan: Sequence[_Ready], skills: Skills, caller: Caller) -> Handled:
    """Call each step, which sees what those before it did, and is checked against that.

    One that can't be done says so, and leaves the others; where one breaks none is done, and where
    one asks all wait for its answer.
    """
    total: Handled | None = None
    outcomes = set[str]()
    for i, each in enumerate(plan):
        reader = Ahead(caller.reader, total.effects) if total else caller.reader
        came = _checked(each, skills, replace(caller, reader=reader)) if total else None
        came = came or led(caller.call(each.target, each.heard, reader), each.notes)
        if came.broke:
            return came
        if came.question is not None and not came.effects:
            came = replace(came, question=undecided.with_words(came.question, each.meant))
            before, after = ([o.meant for o in steps] for steps in (plan[:i], plan[i + 1 :]))
            return _waiting_for(came, before, after, skills)
        outcomes.add(came.outcome)
        total = joined(total, came) if total else came
        if came.question is not None:
            total = undone(total, [worded(o.target, o.meant.slots) for o in plan[i + 1 :]])
            break
    assert total is not None
    first, *more = [each.meant for each in plan]
    outcome = "answered" if "answered" in outcomes and not total.question else total.outcome
    return replace(total, outcome=outcome, meant=replace(first, more=tuple(more)))


def _checked(ready: _Ready, skills: Skills, caller: Caller) -> Handled | None:
    """Return what is said where a step can't be any more after those before it, or None."""
    if ready.target.name not in skills.intents:
        return None
    words = {slot.name: slot.text for slot in ready.meant.slots}
    step = forms.advance(forms.Form(ready.target, ready.heard, words), skills, caller.check)
    return led(step.ended, step.notes) if step.ended is not None else None


def _waiting(question: OpenQuestion, where: str, skills: Skills) -> Iterator[Understanding]:
    for row in question.plan.get(where, ()):
        if row["intent"] in skills.intents:
            offer = offer_of(row, skills)
            yield Understanding(offer.intent, 1.0, offer.slots, parser="answer")


def _intent(meant: Understanding, skills: Skills) -> Intent:
    return skills.intents[meant.intent or ""]


def _offer(meant: Understanding, skills: Skills) -> Offer:
    return as_offer(_intent(meant, skills), meant.slots)
