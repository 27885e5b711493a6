"""What rings, claimed from a store and settled at once."""

from __future__ import annotations

from datetime import datetime

from assistant.skill.given import Alarm
from assistant.store import Store


def ring(store: Store, now: datetime) -> list[Alarm]:
    """Return what rings at a moment, as told."""
    found = store.claim(now, "test", lambda _: False)
    store.settle([each.alarm.id for each in found])
    return [each.alarm for each in found]
