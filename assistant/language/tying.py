"""Words that tie a free text to a value beside it, so that half of a request is in the text."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import TYPE_CHECKING

from assistant.language.tokens import Found
from assistant.language.words import normalise

if TYPE_CHECKING:
    from assistant.language.values import SlotType

TIMED = frozenset("time date datetime timedelta TimeSpan Recurrence".split())
"""Types of values that are no names where an intent takes them."""

JOINING = frozenset("and then".split())
"""Words that join one request to another."""

RELATING = frozenset("before after until till since except".split())
"""Words that say what a moment behind them is to what is to be done."""

TYING = (
    RELATING
    | frozenset("during within unless if without than not never or instead rather apart".split())
    | {"past", "to", ("instead", "of"), ("apart", "from")}
)
"""Words that say what the value behind them does."""


def half_said(
    text: str,
    found: Found,
    slots: Mapping[str, Found],
    kinds: Mapping[str, SlotType],
    now: datetime,
) -> bool:
    """Tell whether a free text ends in what ties the value behind it, or in half of one so tied, or
    has one more of its kind with something joined to it: "call mum before | 6", "pay until friday |
    at 9", "rice for 5 minutes and one for eggs".
    """
    words = normalise(found.text)
    said = [word.text for word in words]
    typed = {n: f for n, f in slots.items() if not kinds[n].greedy}
    for name, value in typed.items():
        if not 0 <= value.start - found.end <= 1 or not said:
            continue
        if said[-1] in TYING or tuple(said[-2:]) in TYING:
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
