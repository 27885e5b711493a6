"""Names in a sentence, and the slots of what it means that they fill."""

from __future__ import annotations

from collections.abc import Container, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from typing import TYPE_CHECKING

from assistant.turn import Entity, SlotValue, Understanding

if TYPE_CHECKING:
    from assistant.skill.registry import Skills
    from assistant.understanding.slots import Spec

NAMED = frozenset("person place organisation product work event".split())
"""Types of entities that are names, so that they may be what a free text is about."""


def from_entities(
    filled: Sequence[SlotValue],
    specs: Mapping[str, Spec],
    entities: Sequence[Entity],
    now: datetime,
) -> tuple[SlotValue, ...]:
    """Return the slots with those that entities fill: people and places first of all.

    A slot of an entity's own type takes it even from a guess by the words around; a required free
    text that nothing filled takes what entity is left.
    """
    found = {slot.name: slot for slot in filled}
    for spec in specs.values():
        kind = spec.type.entity
        if not _takes_entity(spec, found):
            continue
        others = [slot for name, slot in found.items() if name != spec.name]
        left = [
            entity
            for entity in entities
            if (entity.type == kind if kind else entity.type in NAMED)
            and not any(o.covers(entity.start, entity.end) for o in others)
        ]
        value = spec.type.parse(left[0].text, now) if left else None
        if value is not None:
            found[spec.name] = SlotValue(spec.name, value, left[0].text, left[0].start, left[0].end)
    return tuple(found[name] for name in specs if name in found)


def _takes_entity(spec: Spec, filled: Container[str]) -> bool:
    """Tell whether an entity may become a slot's value, by the names of those that are filled."""
    free = spec.type.name == "str" and spec.required and spec.name not in filled
    return bool(spec.type.entity) or free


def takes_entities(meant: Understanding, skills: Skills) -> bool:
    """Tell whether entities may fill slots of an understanding; templates' words stand."""
    intent = skills.intents.get(meant.intent or "")
    if intent is None or meant.parser != "classifier":
        return False
    filled = {slot.name for slot in meant.slots}
    return any(_takes_entity(spec, filled) for spec in intent.slots.values())


def with_entities(meant: Understanding, skills: Skills, now: datetime) -> Understanding:
    """Return an understanding that ``takes_entities`` with the slots that its own fill."""
    if not meant.entities:
        return meant
    specs = skills.intents[meant.intent or ""].slots
    return replace(meant, slots=from_entities(meant.slots, specs, meant.entities, now))
