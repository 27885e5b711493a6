"""Gives a typed value the piece of it that a free text holds at its edge."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import TYPE_CHECKING

from assistant.language.tokens import Found

if TYPE_CHECKING:
    from assistant.language.values import SlotType


def gathered(
    text: str, slots: dict[str, Found], kinds: Mapping[str, SlotType], now: datetime
) -> dict[str, Found]:
    """Give a typed value the piece of it that a free text holds at its edge.

    "Remind me tomorrow to call mum at 10pm": the hour belongs to the day, not to what is to be
    done.
    """
    free = {name: found for name, found in slots.items() if kinds[name].greedy}
    typed = {name: found for name, found in slots.items() if name not in free}
    if not free or not typed:
        return slots
    whole = dict(slots)
    for name, own in typed.items():
        for found in kinds[name].find(text, now):
            if not any(start < own.end and own.start < end for start, end in found.spans):
                continue
            for other, rest in free.items():
                shorter = _without(text, rest, found.spans, kinds[other], now)
                if shorter is not None:
                    whole |= {name: found, other: shorter}
    return whole


def _without(
    text: str, rest: Found, spans: Sequence[tuple[int, int]], kind: SlotType, now: datetime
) -> Found | None:
    """Return a free text without the span that begins or ends it; None where none does."""
    for start, end in spans:
        if start <= rest.start < end < rest.end:
            return _parsed(text, end, rest.end, kind, now)
        if rest.start < start < rest.end <= end:
            return _parsed(text, rest.start, start, kind, now)
    return None


def _parsed(text: str, start: int, end: int, kind: SlotType, now: datetime) -> Found | None:
    said = text[start:end].strip(" ,")
    value = kind.parse(said, now) if said else None
    start += len(text[start:end]) - len(text[start:end].lstrip(" ,"))
    return None if value is None else Found(value, said, start, start + len(said))
