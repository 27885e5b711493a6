"""Words that only say that it is now, behind a name: "who has ulysses | at the moment".

A text that is to be kept as it was said keeps them: "note that the meeting is off for now".
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from typing import TYPE_CHECKING

from assistant.language.moods import ASKING, DETERMINERS, PREPOSITIONS, PRONOUNS
from assistant.language.templates import Hole, Template
from assistant.language.tokens import Found, Word
from assistant.language.tying import TIMED
from assistant.language.values.kept import kept_name
from assistant.language.words import (
    NOW,
    NOWADAYS,
    Phrase,
    phrases,
    take_off,
    take_off_end,
)

if TYPE_CHECKING:
    from assistant.language.values import SlotType

NAMING = DETERMINERS - {"that"}
"""Words behind which a hole stands for a name: "the {label} timer"."""

MODAL = frozenset("have may can could will would".split())
"""Words that begin a question, and a request as often."""

_NOW, _NOWADAYS = phrases(*NOW), phrases(*NOWADAYS)


def shorter(words: list[Word]) -> list[Word] | None:
    """Return words without what is said behind a request, or what only says that it is now."""
    return take_off_end(words) or take_off(words, _NOWADAYS)


def keeps(
    closing: Sequence[Word],
    slots: Mapping[str, Found],
    kinds: Mapping[str, SlotType],
    examples: Sequence[Template],
    skill: str,
    now: datetime,
) -> bool:
    """Tell whether words that end a request belong to it, as they do unless a name goes before.

    Politeness never does. A name that the skill keeps something under is kept whole.
    """
    said = tuple(word.text for word in closing)
    if not is_now(said):
        return False
    begun, held = (_holder(word, slots) for word in (closing[0], closing[-1]))
    if begun and not held:
        return False  # "in auckland right | now"
    if not held or slots[held].start >= closing[0].start:
        return True
    if not kinds[held].greedy or kept_name(skill, slots[held].text, now) is not None:
        return True
    return not loses(said, held, kinds, examples)


def _holder(word: Word, slots: Mapping[str, Found]) -> str:
    """Return the slot that a word is in, "" for none."""
    at = word.start
    return next((name for name, found in slots.items() if found.covers(at, at + 1)), "")


def loses(
    said: Phrase, name: str, kinds: Mapping[str, SlotType], examples: Sequence[Template]
) -> bool:
    """Tell whether a free text loses such words at its end, as a name does.

    What is kept as it was said loses none, and "today" is lost only where no day or time is asked
    for.
    """
    if kinds[name].verbatim:
        return False
    dated = said in _NOWADAYS and any(kind.name in TIMED for kind in kinds.values())
    return not dated and name in names(examples)


def is_now(said: Phrase) -> bool:
    """Tell whether words only say that it is now."""
    return said in _NOW or said in _NOWADAYS


def names(examples: Sequence[Template]) -> frozenset[str]:
    """Return the holes that stand for a name in examples, and for nothing to be done.

    Who does something has a name ("{friend} took it"), and so has what stands behind "the" or is
    asked about, unless it is what somebody is to do as well ("remind me to {task}").
    """
    doing, named, done = set[str](), set[str](), set[str]()
    for road in (road for each in examples for road in each.ways):
        for i, hole in _holes(road):
            before, behind = road[i - 1] if i else "", road[i + 1] if i + 1 < len(road) else ""
            does = not i and isinstance(behind, str) and behind not in PREPOSITIONS | {""}
            doing |= {hole} if does else set()
            named |= {hole} if before in NAMING or _asks(road) else set()
            done |= {hole} if before == "to" else set()
    return frozenset(doing | named - done)


def _holes(road: Sequence[str | Hole]) -> Iterator[tuple[int, str]]:
    """Give each hole of a way with its place."""
    return ((i, node.name) for i, node in enumerate(road) if isinstance(node, Hole))


def _asks(road: Sequence[str | Hole]) -> bool:
    """Tell whether a way is a question; "when i say …" and "do not …" are none."""
    first, second = (*road, "", "")[:2]
    return first in ASKING - MODAL and second not in PRONOUNS | {"not"}
