"""Two programs on one home, whose turns overtake one another at a chosen moment."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime

from assistant.assembly import assemble, templates_only
from assistant.conversation.assistant import Assistant
from assistant.settings import Settings
from assistant.turn import Turn, Utterance

THINGS = ("milk", "eggs", "bread", "tea")


def opened() -> Assistant:
    """Return an assistant of this test's home that understands by templates."""
    return assemble(Settings(), model=templates_only(), packages=False)


@dataclass
class Two:
    """Two programs that talk to one home, each in a session of its own."""

    one: Assistant
    other: Assistant
    sessions: list[int] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.sessions = [each.open_session(None).id for each in (self.one, self.other)]

    def say(self, who: int, text: str) -> Turn:
        """Say something to one of them."""
        there = (self.one, self.other)[who]
        return there.respond(Utterance(text, now(there)), self.sessions[who])


def wait_until(true: Callable[[], bool]) -> None:
    """Return when that is so."""
    for _ in range(3_000):
        if true():
            return
        time.sleep(0.01)
    raise AssertionError("it never came to that")


def now(there: Assistant) -> datetime:
    """Return what its clock says."""
    return there.clock.now()
