"""What is no free text: one that says nothing, or only begins or ends what is said."""

from __future__ import annotations

from assistant.language.counting import ORDINALS
from assistant.language.plurals import singular
from assistant.language.telling import CONDITION, EXCEPTED, NUMBER, closed_class
from assistant.language.words import normalise
from assistant.turn import SlotValue
from assistant.understanding.accounting import AROUND, FUNCTION, JOINING
from assistant.understanding.lexicon import ARTICLES


def qualified(slot: SlotValue) -> bool:
    """Tell whether a text holds a condition or an exception, which no mere name does."""
    return any(closed_class(word.text) in OPENING for word in normalise(slot.text))


def hollow(slot: SlotValue, skill: str) -> bool:
    """Tell whether a free text says nothing: function words, or the skill's own noun.

    So does one that ends where more must come, or begins with a condition ("unless it is there"),
    and a number in words, which says how many of something: "three quarters | of an hour".
    """
    if not isinstance(slot.value, str) or not slot.text:
        return False
    words = [word.text for word in normalise(slot.text)] or [""]
    begins = words[0] in JOINING or closed_class(words[0]) in OPENING
    ends = words[-1] in JOINING | ARTICLES | EACH
    empty = FUNCTION | AROUND | {skill, singular(skill)}
    return begins or ends or all(map(_is_count, words)) or empty.issuperset(words)


def _is_count(word: str) -> bool:
    """Tell whether a word is a number in words; an ordinal is a place, which tells one thing."""
    return word.isalpha() and closed_class(word) == NUMBER and word not in ORDINALS


EACH = frozenset(("every", "each", "until", "till"))
"""Words that a day or a unit of time follows, so that no free text ends in one."""

OPENING = (CONDITION, EXCEPTED)
"""Classes of words that no free text begins with."""
