"""Words that tie a value to another, or to a text beside it, and the types that say when.

A text that ends in such a word holds half of a request: "call mum before | 6".
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Literal

from assistant.language.tokens import Found, cuts_a_word
from assistant.language.words import JOINING, Phrase, normalise, phrases

if TYPE_CHECKING:
    from assistant.language.values import SlotType

TIMED = frozenset("time date datetime timedelta TimeSpan DateRange Recurrence".split())
"""Types of values that say when, or how long; where an intent takes them they are no names."""

LEADING = frozenset("at on in for by until till".split())
"""Words that lead to a value of time, and end none."""

RELATING = frozenset("before after until till since except".split())
"""Words that say what a moment behind them is to what is to be done."""

How = Literal["both", "either", "first", "perhaps", "spared"]
"""What is said of two values: both hold, one of them, the first, or the first on a condition, or
with exceptions."""

AGAINST = phrases("not", "and not", "but not", "instead of", "rather than")
"""What stands between what is meant and what it takes the place of: "dad, not mum"."""

VALUES: Mapping[Phrase, How] = {
    **dict.fromkeys(phrases("and", "and also", "and then", "and again"), "both"),
    **dict.fromkeys(phrases("or", "or else"), "either"),
    **dict.fromkeys(AGAINST, "first"),
}
"""Words that tie a value to the one before them."""

SPARING: Mapping[Phrase, How] = {
    **dict.fromkeys(phrases("if", "unless"), "perhaps"),
    **dict.fromkeys(phrases("except", "but not", "excluding", "apart from"), "spared"),
}
"""Words that tie a condition or an exception to the value before them."""

TYING = (
    RELATING
    | {tie[0] for tie in (*VALUES, *SPARING) if tie[0] not in JOINING}
    | frozenset("during within without than never past to".split())
)
"""Words that say what the value behind them does, or begin what does."""


def hangs(said: Sequence[str]) -> bool:
    """Tell whether words end in what ties them to a value behind: "call mum instead of"."""
    return said[-1] in TYING or any(tuple(said[-2:]) == tie for tie in (*VALUES, *SPARING))


def half_said(
    text: str,
    found: Found,
    slots: Mapping[str, Found],
    kinds: Mapping[str, SlotType],
    now: datetime,
) -> bool:
    """Tell whether a free text ends in what ties the value behind it, or in half of one so tied, or
    has one more of its kind with something joined to it: "call mum before | 6", "pay until friday |
    at 9", "rice for 5 minutes and one for eggs". So it does where it is half of a word, or of the
    value: "3/4 | of an hour".
    """
    if cuts_a_word(text, found.start, found.end):
        return True
    words = normalise(found.text)
    said = [word.text for word in words]
    typed = {n: f for n, f in slots.items() if not kinds[n].greedy}
    for name, value in typed.items():
        if 0 <= value.start - found.end <= NEAR and _begins(text, found, value, kinds[name], now):
            return True
        if not 0 <= value.start - found.end <= 1 or not said:
            continue
        if hangs(said):
            return True
        begins = [word.end for word in words if word.text in RELATING]
        moments = (text[found.start + begin : value.end] for begin in begins)
        if any(kinds[name].parse(moment, now) is not None for moment in moments):
            return True
    if JOINING.isdisjoint(said):
        return False
    return any(
        not JOINING.isdisjoint(word.text for word in normalise(found.text[value.end :]))
        for name in typed
        if kinds[name].name in TIMED
        for value in kinds[name].find(found.text, now)
    )


def is_typed(text: str, kinds: Iterable[SlotType], now: datetime) -> bool:
    """Tell whether a text is nothing but a time or length that one of some kinds reads."""
    typed = (each for each in kinds if each.name in TIMED)
    return any((each.exact or each.parse)(text, now) is not None for each in typed)


NEAR = 4
"""Signs between two halves of a value: " of "."""


def _begins(text: str, found: Found, value: Found, kind: SlotType, now: datetime) -> bool:
    """Tell whether a value behind a free text is only the end of one that has all of it."""
    whole = (each for each in kind.find(text, now) if each.end >= value.end)
    return any(each.start <= found.start and each.covers(value.start, value.end) for each in whole)
