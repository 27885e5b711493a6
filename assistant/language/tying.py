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

TYING = frozenset(
    "before after until till since during within except unless if without than not never or "
    "instead rather apart past to".split()
) | {("instead", "of"), ("apart", "from")}
"""Words that say what the value behind them does."""


def half_said(
    found: Found, slots: Mapping[str, Found], kinds: Mapping[str, SlotType], now: datetime
) -> bool:
    """Tell whether a free text ends in what ties the value behind it, or has one more of its kind
    with something joined to it: "call mum before | 6", "rice for 5 minutes and one for eggs".
    """
    said = [word.text for word in normalise(found.text)]
    typed = {n: f for n, f in slots.items() if not kinds[n].greedy}
    follows = any(0 <= each.start - found.end <= 1 for each in typed.values())
    if follows and said and (said[-1] in TYING or tuple(said[-2:]) in TYING):
        return True
    if JOINING.isdisjoint(said):
        return False
    return any(
        not JOINING.isdisjoint(word.text for word in normalise(found.text[value.end :]))
        for name in typed
        if kinds[name].name in TIMED
        for value in kinds[name].find(found.text, now)
    )
