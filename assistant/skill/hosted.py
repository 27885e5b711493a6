"""What is at hand for a function of a skill, here or in a process of its own."""

from __future__ import annotations

import threading
import uuid
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any

from assistant.settings import Settings
from assistant.skill.declared import Intent
from assistant.skill.given import (
    Alarms,
    Catalogue,
    Clock,
    Effect,
    Meaning,
    Memory,
    Reader,
)
from assistant.skill.history import History
from assistant.skill.needs import Needs
from assistant.turn import Session

HOST = "(host)"
"""What a function that stands for one elsewhere is given its host as; no slot can be called so."""


def new_id() -> str:
    """Return the id of a new alarm."""
    return uuid.uuid4().hex[:12]


@dataclass
class Host:
    """All that may be given to a function of a ``skill``; itself to one that runs elsewhere.

    ``allowed`` is what the user lets that reach for, ``deadline`` the seconds until it is given up.
    ``chosen`` are the ids of the alarms that are meant. What one that runs elsewhere wants written
    is put into ``effects``.
    """

    skill: str
    session: Session
    reader: Reader
    clock: Clock
    settings: Settings
    rank: Callable[[str, Sequence[str]], list[float]]
    catalogue: Callable[[], Catalogue]
    chosen: str = ""
    allowed: Needs = field(default_factory=Needs)
    deadline: float = 0.0
    cancel: threading.Event | None = None
    new_id: Callable[[], str] = new_id
    effects: list[Effect] = field(default_factory=list)

    def given(self, target: Intent) -> dict[str, Any]:
        """Return what a function is called with beside what was heard, by its parameters' types.

        That is None for a parameter that has no value of its own. One that runs elsewhere is given
        this host alone, and the rest of it there.
        """
        if HOST in target.given:
            return {HOST: self}
        makers: dict[type, Callable[[], Any]] = {
            Session: lambda: self.session,
            Memory: lambda: Memory(self.skill, self.reader),
            Alarms: self._alarms,
            Clock: lambda: self.clock,
            History: lambda: History(self.session.id, self.reader),
            Meaning: lambda: Meaning(self.rank),
            Settings: lambda: self.settings,
            Catalogue: self.catalogue,
        }
        bare = {name: None for name, slot in target.slots.items() if slot.bare}
        return {**bare, **{name: makers[kind]() for name, kind in target.given.items()}}

    def _alarms(self) -> Alarms:
        alarms = Alarms(self.skill, self.clock, self.reader.alarms, self.new_id)
        alarms.meant = tuple(self.chosen.split())
        return alarms
