"""“Again”: the request before is meant; where that changed something it is asked about first."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from assistant.conversation.offering import ONCE_MORE
from assistant.language.habits import speaking
from assistant.language.values.kept import keeping
from assistant.turn import Situation, Turn, Understanding
from assistant.understanding.instead import anew
from assistant.understanding.parsers.correction import restored
from assistant.understanding.wording import as_offer

if TYPE_CHECKING:
    from assistant.skill.declared import Intent
    from assistant.skill.given import Reader
    from assistant.skill.registry import Skills

ROLE = "again"
"""The role of the intent that does the last request once more."""

REPEAT = "repeat"
"""The role of the intent that says once more what was said."""


def meant(
    said: Understanding, situation: Situation, skills: Skills, reader: Reader
) -> Understanding:
    """Return the request before where "again" is said, to be offered where it changed something.

    One that asks by itself before it does anything is begun again. Lengths are counted from now on.
    Where there is no such request the last answer is said again.
    """
    asked = skills.intents.get(said.intent or "")
    last = situation.last
    if asked is None or asked.role != ROLE or last is None:
        return said
    target = _repeatable(last, asked, skills)
    kept = restored(last.understanding.slots, target) if target else None
    if target is None or kept is None:
        words = skills.role(REPEAT)
        return replace(said, intent=words.name if words else said.intent)
    with speaking(situation.half), keeping(situation.kept):
        kinds = ((slot, target.slots[slot.name].type) for slot in kept)
        slots = tuple(anew(slot, kind, situation.now) for slot, kind in kinds)
    if target.confirms:
        told = tuple(slot for slot in slots if not target.slots[slot.name].fresh)
        return replace(last.understanding, slots=told, parser=said.parser, timings={})
    undoable = reader.undoable(situation.session.id)
    if undoable is None or undoable.id != last.id:
        return replace(last.understanding, slots=slots, parser=said.parser, timings={})
    offer = as_offer(target, slots)
    return replace(said, intent=None, slots=(), offered=(offer,), why=ONCE_MORE)


def _repeatable(turn: Turn, asked: Intent, skills: Skills) -> Intent | None:
    """Return the intent of a turn that was carried out, and is not of the talk itself."""
    target = skills.intents.get(turn.understanding.intent or "")
    if target is None or turn.outcome != "answered" or turn.understanding.more:
        return None
    return target if skills.skill_of(target.name) != skills.skill_of(asked.name) else None
