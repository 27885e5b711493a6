"""Reads, once a turn, what is known when it begins."""

from __future__ import annotations

import logging
import re
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from functools import cache, cached_property
from typing import TYPE_CHECKING, Any, TypeVar

from assistant.conversation import undecided
from assistant.conversation.talk import Talk
from assistant.errors import StoreError
from assistant.language.values.kept import Keys, Texts
from assistant.turn import OpenQuestion, Situation, Thing, Turn, stacked
from assistant.understanding.parsers.answer import restore, target_of
from assistant.understanding.parsers.offered import offer_of, offers_of

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


T = TypeVar("T")


class Shelves(Mapping[str, T]):
    """What skills keep, by skill: read from the store where a sentence asks for it, once.

    What can't be read names nothing; the skill says so where it is needed.
    """

    def __init__(self, skills: Collection[str], read: Callable[[str], T], none: T) -> None:
        self._skills = skills
        self._read = cache(read)
        self._none = none

    def __getitem__(self, skill: str) -> T:
        if skill not in self._skills:
            raise KeyError(skill)
        try:
            return self._read(skill)
        except StoreError:
            return self._none

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
    before: int | None = None,
) -> Situation:
    """Return the situation of a session, as of one moment; stored names only where asked for.

    ``before`` a turn that is past no question is known to have waited, and the turn before it
    was not yet taken back.
    """
    session, last = store.before(session_id, before)
    if before is not None:
        session = replace(session, open_question=None, parked=None)
        last = _as_they_were([last])[0] if last is not None else None
    asks, parked = (_read(each, skills) for each in (session.open_question, session.parked))
    session = replace(session, open_question=asks, parked=parked)
    names = _names(store, skills) if with_names else {}
    kept = Shelves[Collection[str]](skills.keepers, lambda s: store.made_of_keys(s, Keys), ())
    texts = Shelves[Collection[str]](skills.keepers, lambda skill: store.made(skill, Texts), ())
    teacher = skills.role(TEACHER)
    taught = store.made(teacher.name.partition(".")[0], Taught).sentences if teacher else {}
    then = _as_they_were if before is not None else list
    talk = Talk(lambda limit: then(store.turns(session_id, limit, before)), now)
    it = _it(store, last)
    return Situation(session, now, last, taught, names, half, kept, texts, it, talk)


def _as_they_were(turns: Sequence[Turn]) -> list[Turn]:
    """Return turns, oldest first, the newest as it was before the one after it took it back."""
    return [
        replace(turn, outcome="answered")
        if turn.outcome == "undone" and turn is turns[-1]
        else turn
        for turn in turns
    ]


class Taught:
    """Sentences of the user's own, each with the "intent" or other "sentence" it stands for."""

    def __init__(self, sentences: Mapping[str, Mapping[str, str]] | None = None) -> None:
        self.sentences = sentences or {}

    def changed(self, values: Mapping[str, Any], gone: Collection[str]) -> Taught:
        """Return them with some that were taught and without others."""
        left = {key: value for key, value in self.sentences.items() if key not in gone}
        return Taught({key: v for key, v in left.items() if key not in values} | dict(values))


def _it(store: Transaction, last: Turn | None) -> Thing | None:
    """Return the one thing that the last turn was about and set or changed."""
    if last is None or last.outcome != "answered":
        return None
    skill = (last.understanding.intent or "").partition(".")[0]
    found = [thing for thing in store.things(last.id) if thing.skill == skill]
    return found[0] if len(found) == 1 else None


def _read(question: OpenQuestion | None, skills: Skills) -> OpenQuestion | None:
    return (
        stacked([each for each in question.stack if readable(each, skills)]) if question else None
    )


def readable(question: OpenQuestion, skills: Skills) -> bool:
    """Tell whether the values that wait with a question can be read; what keeps it is logged."""
    try:
        offers_of(question, skills)
        for row in (row for rows in question.plan.values() for row in rows):
            if row["intent"] in skills.intents:
                offer_of(row, skills)
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


def _names(store: Transaction, skills: Skills) -> dict[str, Sequence[str]]:
    """Return the short texts each installed skill keeps: names of lists and what is on them."""
    installed = sorted({name.partition(".")[0] for name in skills.intents})
    return {skill: store.made(skill, Names).first for skill in installed}


class Names:
    """The short texts of a skill's memory that may be said: keys, and items of lists."""

    def __init__(self, by_key: Mapping[str, Collection[str]] | None = None) -> None:
        self._by_key = by_key or {}

    def changed(self, values: Mapping[str, Any], gone: Collection[str]) -> Names:
        """Return those of a memory with values that were written and without keys."""
        new = {key: [*_sayable(key, value)] for key, value in values.items()}
        return Names({k: v for k, v in {**self._by_key, **new}.items() if k not in gone})

    @cached_property
    def first(self) -> list[str]:
        """Return as many as the ears listen for."""
        return sorted({text for texts in self._by_key.values() for text in texts})[:MOST_NAMES]


def _sayable(key: str, value: object) -> Iterator[str]:
    items = value if isinstance(value, list) else []
    for text in (key, *items):
        if isinstance(text, str) and _NAME.fullmatch(text):
            yield text
