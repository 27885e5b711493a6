"""What “it” is, of the things a skill keeps: the one that was named last, not the usual one."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from datetime import datetime
from typing import Any

from assistant.skill.declared import Intent
from assistant.skill.slots import SlotSpec
from assistant.turn import Turn, Understanding

BACK = 20
"""How many turns are looked back for a name."""


def open_slot(meant: Understanding, target: Intent) -> SlotSpec | None:
    """Return the slot that “it” stands for, where “it” is said or goes without saying, or None."""
    spec = next((s for s in target.slots.values() if s.type.kept and not s.type.stored), None)
    if spec is None or any(_keeps(target, s.name) for s in meant.slots):
        return None
    return spec if spec.spoken_of or _says_it(meant) else None


def pointed(
    spec: SlotSpec, target: Intent, turns: Sequence[Turn], kept: Collection[str], now: datetime
) -> dict[str, Any]:
    """Return the slot with the value that “it” stands for, nothing where none was named.

    ``turns`` are those before, oldest first; ``kept`` are the names that the skill keeps.
    """
    names = (name for turn in reversed(turns) for name in _named(turn, target) if name in kept)
    value = next((spec.type.parse(name, now) for name in names), None)
    return {} if value is None else {spec.name: value}


def _says_it(meant: Understanding) -> bool:
    return any(each.by == "literal" and each.text.lower() == "it" for each in meant.account)


def _keeps(target: Intent, slot: str) -> bool:
    return slot in target.slots and target.slots[slot].type.kept


def _named(turn: Turn, target: Intent) -> Iterator[str]:
    """Give the values of a turn of the same skill, last first."""
    skill = target.name.partition(".")[0]
    if (turn.understanding.intent or "").partition(".")[0] == skill:
        yield from (str(slot.value) for slot in reversed(turn.understanding.slots))
