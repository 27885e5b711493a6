"""How an assistant is: what a status line shows."""

from __future__ import annotations

from assistant.language.records import dataclass


@dataclass(frozen=True, slots=True)
class Status:
    """What the status line shows. ``model`` is a sentence when there is a problem."""

    model: str
    model_ready: bool
    engine: str
    skills: int
    broken: tuple[str, ...]
    alarms: int
