"""What is said to words about a form, which are no answer: why, what are the options, wait."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from typing import TYPE_CHECKING

from assistant.conversation import forms
from assistant.conversation.replies import Handled
from assistant.language import forming
from assistant.language.saying import joined
from assistant.turn import OpenQuestion, Reply, Understanding
from assistant.understanding.instead import chosen
from assistant.understanding.parsers.correction import NAMES

if TYPE_CHECKING:
    from assistant.skill.declared import Intent
    from assistant.skill.slots import SlotSpec

STAYS = "It stays as it was."
NEEDED = "I need that one."
NONE_YET = "There is no {} yet."
TAKE_YOUR_TIME = "Take your time."


def acted(
    meant: Understanding, question: OpenQuestion, target: Intent, now: datetime
) -> Handled | None:
    """Return what is said to words about a form, with its question once more; None for others."""
    act = meant.intent or ""
    spec = target.slots.get(question.slot or "")
    if act == forming.KEEP:
        again = replace(question, instead={}, proposed=False)
        if question.proposed:
            return (
                forms.ask(forms.form_of(again, target).without(spec.name), spec) if spec else None
            )
        text = forms.form_of(again, target).question(spec) if spec else question.question
        return put_again(replace(again, question=text), STAYS)
    said = {
        forming.WHY: why(question, spec),
        forming.OPTIONS: options(spec, now),
        forming.WAIT: TAKE_YOUR_TIME,
        forming.SKIP: NEEDED,
        forming.WHERE: where(question, target),
        forming.LACKS: NONE_YET.format("".join(slot.text for slot in meant.slots)),
    }.get(act)
    return put_again(question, said) if said is not None else None


def put_again(question: OpenQuestion, said: str) -> Handled:
    """Say something, and put the question once more."""
    return Handled(Reply(f"{said} {question.question}".strip()), "asked", (), question)


def why(question: OpenQuestion, spec: SlotSpec | None) -> str:
    """Return why something is asked for."""
    told = spec.why if spec else ""
    return told or f"I need it for “{question.said}”."


def where(question: OpenQuestion, target: Intent) -> str:
    """Return what a form is about, and what it has heard."""
    form = forms.form_of(question, target)
    heard = [f"{target.slots[name].called}: {form.told(name)}" for name in form.heard]
    told = f" ({', '.join(heard)})" if heard else ""
    return f"We are at “{question.said}”{told}."


def options(spec: SlotSpec | None, now: datetime) -> str:
    """Return what may be answered: the choices, examples, or in plain words what is wanted."""
    if spec is None:
        return ""
    if spec.type.name == "bool":
        return "Say yes or no."
    if spec.type.greedy and not chosen(spec.type, now):
        names = spec.type.kept or spec.type.name in NAMES
        return "Any name will do." if names else "Say it in your own words."
    named = joined((f"“{each}”" for each in spec.type.examples[:8]), "or")
    return f"You can say {named}." if spec.type.choice else f"For instance {named}."
