"""What is no free text: one that says nothing, or only begins or ends what is said."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime
from itertools import pairwise

from assistant.language.counting import ORDINALS
from assistant.language.moods import DETERMINERS, PRONOUNS
from assistant.language.plurals import singular
from assistant.language.telling import CONDITION, DENIED, EXCEPTED, NUMBER, closed_class
from assistant.language.words import normalise
from assistant.turn import SlotValue
from assistant.understanding.accounting import AROUND, FUNCTION
from assistant.understanding.joining import LINKING
from assistant.understanding.lexicon import ARTICLES


def qualified(slot: SlotValue, verbs: Collection[str]) -> bool:
    """Tell whether a text holds a condition, an exception, one more thing or one more request, as
    no name does; ``verbs`` are those of all that can be asked.
    """
    opening = any(closed_class(word.text) in OPENING for word in normalise(slot.text))
    return opening or several(slot) or _requests(slot, verbs)


def _requests(slot: SlotValue, verbs: Collection[str]) -> bool:
    """Tell whether a request is joined to a text: "buy milk and | wake me", but "rock and roll"."""
    said = [word.text for word in normalise(slot.text)]
    joints = (i for i, word in enumerate(said[:-2]) if word in LINKING)
    return any(said[i + 1] in verbs and said[i + 2] in DETERMINERS | PRONOUNS for i in joints)


def hollow(slot: SlotValue, skill: str) -> bool:
    """Tell whether a free text says nothing: function words, or the skill's own noun.

    So does one that ends where more must come, or begins with a condition ("unless it is there"),
    and a number in words, which says how many of something: "three quarters | of an hour".
    """
    if not isinstance(slot.value, str) or not slot.text:
        return False
    words = [word.text for word in normalise(slot.text)] or [""]
    begins = words[0] in LINKING or closed_class(words[0]) in OPENING
    ends = words[-1] in LINKING | ARTICLES | EACH
    empty = FUNCTION | AROUND | {skill, singular(skill)}
    counts = all(_is_count(word) or word in FUNCTION for word in words)
    return begins or ends or counts or empty.issuperset(words)


def several(slot: SlotValue) -> bool:
    """Tell whether a text names a thing and then a new one, as no name does: "rice and a pie"."""
    said = [word.text for word in normalise(slot.text)]
    return any(one in LINKING and other in NEW for one, other in pairwise(said))


NEW = ("a", "another")
"""Words before one more thing."""


def denied(slot: SlotValue) -> bool:
    """Tell whether a text begins or ends with a negation, which is the question's own."""
    said = [word.text for word in normalise(slot.text)] if isinstance(slot.value, str) else []
    return any(closed_class(word) == DENIED for word in (*said[:1], *said[-1:]))


def _is_count(word: str) -> bool:
    """Tell whether a word is a number in words; an ordinal is a place, which tells one thing."""
    return word.isalpha() and closed_class(word) == NUMBER and word not in ORDINALS


EACH = frozenset(("every", "each", "until", "till", "between"))
"""Words that a day, a unit or a span of time follows, so that no free text ends in one."""

OPENING = (CONDITION, EXCEPTED)
"""Classes of words that no free text begins with."""


def only_numbers(text: str, now: datetime) -> bool:
    """Tell whether there is nothing but numbers: counting asks for nothing."""
    from assistant.language.values import slot_type

    def is_number(words: str) -> bool:
        return slot_type(float).parse(words, now) is not None

    return is_number(text) or all(map(is_number, text.split()))
