"""Reads, once a turn, what is known when it begins."""

from __future__ import annotations

import logging
import re
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from functools import cache
from typing import TYPE_CHECKING, Any

from assistant.conversation import undecided
from assistant.errors import StoreError
from assistant.turn import OpenQuestion, Situation, Thing, Turn
from assistant.understanding.parsers.answer import restore, target_of
from assistant.understanding.parsers.offered import offers_of

if TYPE_CHECKING:
    from assistant.language.habits import Half
    from assistant.skill.registry import Skills
    from assistant.store import Transaction

TEACHER = "teach"
"""The role of the skill that keeps the sentences which were taught."""

MOST_NAMES = 200
"""Stored names of a skill that the ears listen for."""

log = logging.getLogger(__name__)

_NAME = re.compile(r"[^\W\d_][^\W\d_'-]*(?: [^\W\d_][^\W\d_'-]*){0,2}")


class Shelves(Mapping[str, Sequence[str]]):
    """What skills keep, by skill: read from the store where a sentence asks for it, once.

    What can't be read names nothing; the skill says so where it is needed.
    """

    def __init__(self, skills: Collection[str], read: Callable[[str], list[str]]) -> None:
        self._skills = skills
        self._read = cache(read)

    def __getitem__(self, skill: str) -> list[str]:
        if skill not in self._skills:
            raise KeyError(skill)
        try:
            return self._read(skill)
        except StoreError:
            return []

    def __iter__(self) -> Iterator[str]:
        return iter(self._skills)

    def __len__(self) -> int:
        return len(self._skills)


def read_situation(
    store: Transaction,
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
    shelves = None if with_names else {shelf}
    session, last, stored = store.before(session_id, shelves)
    if session.open_question and not readable(session.open_question, skills):
        session = replace(session, open_question=None)
    names = _names(stored, skills) if with_names else {}
    reader = store.reader()
    read = stored.get if with_names else reader.memory
    keys = stored.get if with_names else reader.keys
    kept = Shelves(skills.keepers, lambda skill: [*(keys(skill) or ())])
    texts = Shelves(skills.keepers, lambda skill: [*_sentences(read(skill) or {})])
    taught, it = stored.get(shelf, {}), _it(store, last)
    return Situation(session, now, last, taught, names, half, kept, texts, it)


def _it(store: Transaction, last: Turn | None) -> Thing | None:
    """Return the one thing that the last turn was about and set or changed."""
    if last is None or last.outcome != "answered":
        return None
    skill = (last.understanding.intent or "").partition(".")[0]
    found = [thing for thing in store.things(last.id) if thing.skill == skill]
    return found[0] if len(found) == 1 else None


def readable(question: OpenQuestion, skills: Skills) -> bool:
    """Tell whether the values that wait with a question can be read; what keeps it is logged."""
    try:
        offers_of(question, skills)
        target = target_of(question, skills)
        if target is not None:
            restore(question, target)
        asked = skills.intents.get(question.keep.get("intent", ""))
        if asked is not None:
            undecided.heard(question.keep.get("heard", ""), asked)
    except Exception:  # a skill's own type may raise anything
        log.warning("dropped a question of %s that can't be read", question.then, exc_info=True)
        return False
    return True


def _sentences(memory: Mapping[str, Any]) -> Iterator[str]:
    """Give the texts of several words in a skill's memory, in its order."""
    for value in memory.values():
        inside = value.values() if isinstance(value, dict) else value
        for each in [inside] if isinstance(inside, str) else inside if _holds(inside) else []:
            if isinstance(each, str) and " " in each:
                yield each


def _holds(value: object) -> bool:
    return isinstance(value, Collection)


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
