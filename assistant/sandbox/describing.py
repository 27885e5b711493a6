"""A skill as JSON, for the assistant to hear its sentences without running its code."""

from __future__ import annotations

import enum
import typing
from typing import Any, Literal

from assistant.skill.declared import Intent, Skill
from assistant.skill.slots import SlotSpec

FORMAT = 5
"""What is described; raised when that changes, so that nothing older is believed."""


def described(skill: Skill) -> dict[str, Any]:
    """Return a skill as JSON, which ``rebuilding.rebuilt`` reads."""
    return {
        "name": skill.name,
        "description": skill.description,
        "sounds_like": skill.sounds_like,
        "hints": list(skill.hints),
        "needs": skill.reach.to_json(),
        "intents": [_intent(each) for each in skill.intents.values()],
        "answers": [_intent(each) for each in skill.answers.values()],
        "checks": [_intent(each) for each in skill.checks.values()],
    }


def _intent(intent: Intent) -> dict[str, Any]:
    return {
        "name": intent.name.partition(".")[2],
        "where": intent.where,
        "doc": intent.doc,
        "slots": [_slot(each) for each in intent.slots.values()],
        "given": {name: kind.__name__ for name, kind in intent.given.items()},
        "examples": [str(each) for each in intent.examples],
        "careful": intent.careful,
        "role": intent.role,
        "stops": intent.stops,
    }


def _slot(slot: SlotSpec) -> dict[str, Any]:
    from assistant.language.values import to_json

    return {
        "name": slot.name,
        "kind": _kind(slot.annotation),
        "required": slot.required,
        "ask": slot.ask,
        "spoken_of": slot.spoken_of,
        "why": slot.why,
        "called": slot.called,
        "fresh": slot.fresh,
        "check": slot.check.partition(".")[2],
        "when": slot.when.partition(".")[2],
        "no": slot.no,
        "default": None if slot.default is None else to_json(slot.default),
    }


def _kind(annotation: Any) -> dict[str, Any]:
    """Return how a type is made again: one of ours by name, a choice by its options, or parts."""
    from assistant.language.values import KNOWN

    if annotation in KNOWN:
        return {"known": KNOWN[annotation].name}
    if typing.get_origin(annotation) is Literal:
        return {"options": [str(each) for each in typing.get_args(annotation)]}
    if issubclass(annotation, enum.Enum):
        return {"name": annotation.__name__, "members": [each.name for each in annotation]}
    if annotation.__module__.startswith("assistant."):
        return {"ours": annotation.__name__}
    return {
        "name": annotation.__name__,
        "examples": [str(each) for each in annotation.examples],
        "kept": bool(getattr(annotation, "kept", False)),
        "verbatim": bool(getattr(annotation, "verbatim", False)),
    }
