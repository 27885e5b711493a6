"""Finds the values inside an answer that says little else: "make it ten minutes, please"."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Any

from assistant.language.content import content_words
from assistant.language.forming import corrected, parts
from assistant.language.selecting import choose
from assistant.language.telling import (
    CONDITION,
    DAY,
    DENIED,
    EXCEPTED,
    NUMBER,
    REPEATED,
    UNIT,
    closed_class,
)
from assistant.language.tokens import Word, split
from assistant.language.words import DOUBTING, FILLER, HAILS, HESITATIONS, MARKS, POLITE
from assistant.turn import SlotValue

if TYPE_CHECKING:
    from assistant.skill.slots import SlotSpec

IDLE = FILLER | DOUBTING | POLITE | HAILS | HESITATIONS
"""Words beside an answer that tell nothing."""

NUMBERS = ("int", "float")
"""Types of bare numbers."""

STRAY = 4
"""How many words an answer may have beside the value that was asked for."""

CHANGING = (NUMBER, DAY, REPEATED, EXCEPTED, DENIED, CONDITION)
"""Classes of words beside that value which make another answer of it: "unless it rains | at 6"."""


def values_in(
    wanted: list[SlotSpec], text: str, now: datetime, own: set[str] | None
) -> tuple[SlotValue, ...] | None:
    """Look for the values inside a short answer such as "make it ten minutes"."""
    filled: list[SlotValue] = []
    for slot in wanted:
        spans = [
            each
            for each in slot.type.find(text, now)
            if not any(other.covers(each.start, each.end) for other in filled)
        ]
        if spans:
            span = spans[0]
            filled.append(SlotValue(slot.name, span.value, span.text, span.start, span.end))
    if not any(s.name == wanted[0].name for s in filled):
        return None
    beside = [w.text for w in split(text) if not any(s.covers(w.start, w.end) for s in filled)]
    if own is not None and wanted[0].type.name in NUMBERS and _counts_something(beside):
        return None
    return tuple(filled) if _says_little(beside, own) else None


def values_behind(
    wanted: list[SlotSpec], text: str, now: datetime, own: set[str] | None
) -> tuple[SlotValue, ...] | None:
    """Look for the values in the last part of an answer: "I thought so, then make it ten"."""
    parted = [last for _, last in parts(text)]
    return values_in(wanted, parted[-1], now, own) if parted else None


def picked(spec: SlotSpec, others: Sequence[SlotSpec], text: str, now: datetime) -> Any | None:
    """Return the choice that words tell by its place: "the latter", "option 2", "I mean the 2nd".

    What is the value of another slot is that: of a number alone it is open.
    """
    said = corrected(text).text if spec.type.choice else ""
    if not said or any(other.type.parse(said, now) is not None for other in others):
        return None
    found = choose(spec.type.examples, said)
    return spec.type.parse(found.options[0], now) if len(found.options) == 1 else None


def unpolite(text: str) -> str:
    """Return an answer without the politeness that ends it: "Joe | , please".

    Only a "please" needs no mark before it: one may write "tell her thanks".
    """
    words = split(text)
    said, end = [word.text for word in words], len(words)
    while end > 1 and said[end - 1] in POLITE | MARKS:
        end -= 1
    parted = end < len(words) and (said[end] in MARKS or said[end] in PLEADING)
    return text[: words[end - 1].end] if parted and POLITE.intersection(said[end:]) else text


PLEADING = ("please", "kindly")
"""Words of politeness that are nothing else."""


def _counts_something(beside: list[str]) -> bool:
    """Tell whether a word beside a number may be what it counts: "he has 2 kids"."""
    return bool(content_words(" ".join(beside))) or any(closed_class(w) == UNIT for w in beside)


def _says_little(beside: list[str], own: set[str] | None) -> bool:
    """Tell whether the words beside the values of an answer are few, change none of them, and tell
    of nothing else: "dinner is | at seven".
    """
    said = [word for word in beside if word not in MARKS]
    changed = any(closed_class(word) in CHANGING for word in said if word != "no")
    told = set() if own is None else content_words(" ".join(said)) - own - IDLE
    return len(said) <= STRAY and not changed and not told


def names_beside(text: str, own: set[str]) -> bool:
    """Tell whether somebody is named who is not spoken of: "20 for anna", "20, as Anna said"."""
    words = split(text)
    for i, word in enumerate(words):
        led = i + 1 == len(words) and i > 0 and words[i - 1].text in RECEIVING
        named = led or (i > 0 and words[i - 1].text not in MARKS and word_is_name(text, word))
        if named and content_words(word.text) - own - IDLE and not closed_class(word.text):
            return True
    return False


def word_is_name(text: str, word: Word) -> bool:
    """Tell whether a word is written as a name."""
    said = text[word.start : word.end]
    return said.istitle() and len(said) > 1 and said.isalpha()


RECEIVING = ("to", "for")
"""Words behind which one is named who gets something."""
