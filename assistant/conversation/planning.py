"""Several requests of one sentence as a plan: shown where that matters, carried out as one turn."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from assistant.conversation import forms, rights, undecided
from assistant.conversation.ahead import Ahead
from assistant.conversation.calling import Caller
from assistant.conversation.replies import Handled, badly_heard, joined, led, undone
from assistant.language import saying
from assistant.skill.declared import Intent
from assistant.skill.registry import Skills
from assistant.turn import OFFER, Offer, OpenQuestion, Reply, SlotValue, Understanding, Utterance
from assistant.understanding.parsers.offered import kept, lasting, offer_of, row_of
from assistant.understanding.parsers.several import MAYBE_ONE
from assistant.understanding.parsers.several import PARSER as SEVERAL
from assistant.understanding.parsers.tied import PARSER as TIED
from assistant.understanding.wording import worded

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
    agreed = question is not None and question.plans and meant.parser == "answer"
    return meant.parser in (SEVERAL, TIED) or bool(agreed and meant.intent)


def steps(meant: Understanding) -> list[Understanding]:
    """Return the requests of a sentence in their order."""
    return [replace(meant, more=()), *meant.more]


def handled(meant: Understanding, utterance: Utterance, skills: Skills, caller: Caller) -> Handled:
    """Show a plan that has many steps, or a careful one; carry out any other, or one agreed to."""
    plan = steps(meant)
    if meant.parser == SEVERAL and _shows(meant, plan, utterance, skills):
        return _shown(meant, plan, utterance, skills)
    return _gathered([], plan, utterance.text, skills, caller)


def _shows(
    meant: Understanding, plan: Sequence[Understanding], utterance: Utterance, skills: Skills
) -> bool:
    careful = any(skills.intents[each.intent or ""].careful for each in plan)
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


def going_on(
    question: OpenQuestion,
    meant: Understanding,
    heard: Mapping[str, Any],
    skills: Skills,
    caller: Caller,
) -> Handled:
    """Carry out a plan one step of which had to be asked about, with what was ``heard`` of it."""
    this = _ready(skills.intents[question.then], meant, heard)
    before = [
        _ready(skills.intents[each.intent or ""], each, {s.name: s.value for s in each.slots})
        for each in _waiting(question, BEFORE, skills)
    ]
    after = list(_waiting(question, AFTER, skills))
    return _gathered([*before, this], after, question.said, skills, caller)


def waits(handled: Handled, question: OpenQuestion | None) -> Handled:
    """Let the rest of a plan wait with a form of it that goes on; tell it where the form ended."""
    if question is None or not question.plan:
        return handled
    if handled.question is None:
        return undone(handled, left(question))
    return replace(handled, question=replace(handled.question, plan=question.plan))


def left(question: OpenQuestion | None) -> list[str]:
    """Return the steps of a plan that wait with a question, as sentences."""
    plan = question.plan if question else {}
    return [row["text"] for where in (BEFORE, AFTER) for row in plan.get(where, ())]


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
        rest = [*(other.meant for other in done), *plan[i + 1 :]]
        heard = {slot.name: slot.value for slot in each.slots if slot.name in target.slots}
        asked = rights.allowed(target, heard, skills, caller.reader)
        if isinstance(asked, Handled):
            return undone(asked, [_offer(other, skills).text for other in rest])
        form = forms.begun(target, each, None, heard, said)
        step = forms.advance(form, skills, caller.check)
        if step.ended is not None:
            ended = led(step.ended, step.notes)
            return _waiting_for(ended, [r.meant for r in done], plan[i + 1 :], skills)
        done.append(_ready(target, each, step.form.heard, step.notes))
    return _carried_out(done, caller)


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


def _carried_out(plan: Sequence[_Ready], caller: Caller) -> Handled:
    """Call each step, which sees what those before it did; the first that fails or asks ends it."""
    total: Handled | None = None
    for i, each in enumerate(plan):
        reader = Ahead(caller.reader, total.effects) if total else caller.reader
        came = led(caller.call(each.target, each.heard, reader), each.notes)
        total = joined(total, came) if total else came
        if total.outcome != "answered":
            left = [worded(other.target, other.meant.slots) for other in plan[i + 1 :]]
            total = undone(total, left)
            break
    assert total is not None
    first, *more = [each.meant for each in plan]
    question = undecided.with_words(total.question, plan[i].meant)
    return replace(total, question=question, meant=replace(first, more=tuple(more)))


def _waiting(question: OpenQuestion, where: str, skills: Skills) -> Iterator[Understanding]:
    for row in question.plan.get(where, ()):
        if row["intent"] in skills.intents:
            offer = offer_of(row, skills)
            yield Understanding(offer.intent, 1.0, offer.slots, parser="answer")


def _offer(meant: Understanding, skills: Skills) -> Offer:
    intent = skills.intents[meant.intent or ""]
    return Offer(intent.name, meant.slots, worded(intent, meant.slots))
