"""A sentence that says an intent with its slots, out of its examples."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from assistant.language.phrasing import DOTS, is_bare, phrased
from assistant.turn import Offer, SlotValue

if TYPE_CHECKING:
    from assistant.skill.declared import Intent


def worded(intent: Intent, slots: Sequence[SlotValue]) -> str:
    """Return the example that says most of the slots, with their words, and what it does not.

    Dots stand for what is still to be asked for; nothing but dots is no sentence.
    """
    told = {slot.name: slot.text or str(slot.value) for slot in slots}
    asked = {n: DOTS for n, spec in intent.slots.items() if spec.required and n not in told}
    said = [phrased(example, {**asked, **told}) for example in intent.examples]
    ways = [way for way in said if not is_bare(str(way))]
    if not ways:
        return intent.doc.rstrip(".").lower()
    best = max(ways, key=lambda way: (len(way.said & told.keys()), *way.worth))
    rest = [text for name, text in told.items() if name not in best.said]
    return f"{best} ({', '.join(rest)})" if rest else str(best)


def as_offer(intent: Intent, slots: Sequence[SlotValue], *, instead: int = 0) -> Offer:
    """Return an intent with its slots as a question; ``instead`` is the number of a turn."""
    return Offer(intent.name, tuple(slots), worded(intent, slots), instead)
