"""Reads the names that are asked for: not what only tells something, nor a yes."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Any

from assistant.language import forming
from assistant.language.content import content_words
from assistant.language.moods import AUXILIARIES, PREPOSITIONS, PRONOUNS
from assistant.language.plurals import singular
from assistant.language.telling import NUMBER, closed_class
from assistant.language.templates import word_texts
from assistant.language.tokens import Word, split
from assistant.language.values.almanac import MONTHS
from assistant.language.words import JOINING, MARKS, POLITE, normalise
from assistant.turn import SlotValue
from assistant.understanding.parsers.correction import NAMES
from assistant.understanding.parsers.inside import RECEIVING, values_in
from assistant.understanding.slots import fill

if TYPE_CHECKING:
    from assistant.skill.declared import Intent
    from assistant.skill.slots import SlotSpec

PERSON = "Person"

MOST_WORDS = 4
"""Words of a free text that is taken for a value which is corrected."""

WITHIN = frozenset(["of"])
"""Prepositions within the names of people: "the Duke of York"."""


def named(text: str, target: Intent, spec: SlotSpec, now: datetime) -> tuple[Any, str] | None:
    """Return the name that a text gives for a slot, and its words: "we go to | Luigi's | then".

    Of a long one the last part is looked at, and there what stands as in the examples.
    """
    told = bare(forming.corrected(text).text)
    denied = any(word == "not" or word.endswith("n't") for word in word_texts(text))
    if denied or not forming.NOBODY.isdisjoint(word_texts(text)) or told.endswith("?"):
        return None
    if len(split(told)) > MOST_WORDS:
        if text.rstrip().endswith("?"):
            return None
        behind = [last for _, last in forming.parts(text)]
        framed = fill(behind[-1] if behind else text, {spec.name: spec}, target.examples, now)
        told = bare(framed[0].text) if framed else ""
    if spec.type.name == PERSON and forming.ANYBODY.intersection(word_texts(text)):
        return None  # "a friend" is nobody's name
    value = read_name(told, spec, now) if 0 < len(split(told)) <= MOST_WORDS else None
    return (value, told) if value is not None else None


def named_beside(
    text: str, target: Intent, spec: SlotSpec, others: Sequence[SlotSpec], now: datetime
) -> tuple[SlotValue, ...] | None:
    """Return a name with values of ``others`` beside it: "Carl, medium, 3", "12 kilos to Ann".

    Each part of the text must be one of them, of which only one fits; values alone are whole parts.
    """
    told, bare_values = dict[str, SlotValue](), True
    for start, end in _pieces(text):
        piece = text[start:end]
        left = [other for other in others if other.name not in told]
        found = [slot for other in left if (slot := _beside(piece, other, now)) is not None]
        near = [slot for slot in found if is_about(piece, target.slots[slot.name])]
        found = near if len(near) == 1 else found
        if len(found) > 1:
            return None
        if not found and spec.name not in told and (name := named(piece, target, spec, now)):
            found = [SlotValue(spec.name, *name)]
        if not found:
            return None
        slot = found[0]
        bare_values = bare_values and target.slots[slot.name].type.parse(piece, now) is not None
        at = text.find(slot.text, start)
        told[slot.name] = SlotValue(slot.name, slot.value, slot.text, at, at + len(slot.text))
    return tuple(told.values()) if told and (spec.name in told or bare_values) else None


def _pieces(text: str) -> list[tuple[int, int]]:
    """Return the places of the parts of a text: between its marks, and from who gets it on."""
    pieces = list[tuple[int, int]]()
    begun = False
    for word in split(text):
        if word.text in MARKS:
            begun = False
            continue
        if begun and word.text not in RECEIVING and word.text not in JOINING:
            pieces[-1] = pieces[-1][0], word.end
        elif word.text not in JOINING:
            pieces.append((word.start, word.end))
        begun = word.text not in JOINING
    return pieces


def _beside(piece: str, spec: SlotSpec, now: datetime) -> SlotValue | None:
    """Return the value that a part of an answer is, with no words beside but what it is called."""
    own = content_words(f"{spec.called} {spec.ask}")
    words = [w for w in split(piece) if w.text not in own and singular(w.text) not in own]
    told = " ".join(piece[w.start : w.end] for w in words)
    heard = values_in([spec], told, now, set()) if told else None
    return heard[0] if heard and heard[0].text in piece else None


def is_about(text: str, spec: SlotSpec) -> bool:
    """Tell whether a text says what a slot is about: "5 | people"."""
    return bool(content_words(text) & content_words(f"{spec.called} {spec.ask}"))


def read_name(text: str, spec: SlotSpec, now: datetime) -> Any | None:
    """Return a text as the value of a slot that takes any; where it takes names, only as one."""
    if spec.type.name in NAMES and not _is_name(text, spec.type.name, now):
        return None
    return spec.type.parse(text, now)


def _is_name(text: str, kind: str, now: datetime) -> bool:
    """Tell whether words can be a name, which has no verb of the closed classes, and no pronoun.

    One of people has no prepositions, days or numbers either, but may be a month's.
    """
    from assistant.language.values import slot_type

    if slot_type(bool).parse(text, now) is not None or forming.act(text, now):
        return False
    first, *rest = [word.text for word in normalise(text)] or [""]
    told = AUXILIARIES.intersection(rest) or (rest and first in AUXILIARIES - MONTHS.keys())
    if told or (rest and PRONOUNS.intersection((first, *rest))):
        return False
    if kind != PERSON or not rest:
        return kind != PERSON or closed_class(first) != NUMBER
    words = [word for word in (first, *rest) if word not in MONTHS]
    return not any(word in PREPOSITIONS - WITHIN or closed_class(word) for word in words)


def bare(text: str) -> str:
    """Return a text without the words at its ends that only lead to a value."""
    words: Sequence[Word] = split(text)
    idle = forming.TOWARDS | forming.DENYING | MARKS | POLITE
    while words and words[0].text in idle:
        words = words[1:]
    while words and words[-1].text in idle:
        words = words[:-1]
    return text[words[0].start : words[-1].end] if words else ""
