"""Reads, once a turn, what is known when it begins."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import datetime
from typing import TYPE_CHECKING, Any

from assistant.turn import Situation

if TYPE_CHECKING:
    from assistant.language.habits import Half
    from assistant.skill.registry import Skills
    from assistant.store import Store

TEACHER = "teach"
"""The role of the skill that keeps the sentences which were taught."""

MOST_NAMES = 200
"""Stored names of a skill that the ears listen for."""

_NAME = re.compile(r"[^\W\d_][^\W\d_'-]*(?: [^\W\d_][^\W\d_'-]*){0,2}")


def read_situation(
    store: Store,
    session_id: int,
    skills: Skills,
    now: datetime,
    *,
    with_names: bool = False,
    half: Half = "past",
) -> Situation:
    """Return the situation of a session, as of one moment; stored names only where asked for."""
    teacher = skills.role(TEACHER)
    shelf = teacher.name.partition(".")[0] if teacher else ""
    shelves = None if with_names else {shelf, *skills.keepers}
    session, last, stored = store.before(session_id, shelves)
    names = _names(stored, skills) if with_names else {}
    kept = {skill: list(stored.get(skill, {})) for skill in skills.keepers}
    return Situation(session, now, last, stored.get(shelf, {}), names, half, kept)


def _names(kept: Mapping[str, Mapping[str, Any]], skills: Skills) -> dict[str, list[str]]:
    """Return the short texts each installed skill keeps: names of lists and what is on them."""
    installed = sorted({name.partition(".")[0] for name in skills.intents})
    return {skill: names(kept.get(skill, {})) for skill in installed}


def names(memory: Mapping[str, Any]) -> list[str]:
    """Return the short texts of a skill's memory that may be said: keys, and items of lists."""
    texts = [*memory]
    for value in memory.values():
        texts += (
            [item for item in value if isinstance(item, str)] if isinstance(value, list) else []
        )
    return sorted({text for text in texts if _NAME.fullmatch(text)})[:MOST_NAMES]
