"""What a listener tells while it listens; doors show it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from assistant.turn.hearing import Hearing

State = Literal["idle", "asleep", "listening", "hearing", "thinking", "speaking"]
"""idle: no microphone open; asleep: waits for the wake word; listening: waits for speech;
hearing: somebody speaks."""


@dataclass(frozen=True, slots=True)
class Changed:
    """The listener does something else now."""

    state: State


@dataclass(frozen=True, slots=True)
class Level:
    """How loud it is: root mean square in dB of full scale (-90 to 0), some ten times a second.

    ``left`` is the share of the silence still to pass before the words are taken, 1 while somebody
    speaks.
    """

    decibels: float
    left: float = 1.0


@dataclass(frozen=True, slots=True)
class Partial:
    """The words so far."""

    text: str


@dataclass(frozen=True, slots=True)
class Heard:
    """Somebody has finished; ``hearing`` may be empty (a cough)."""

    hearing: Hearing


@dataclass(frozen=True, slots=True)
class Woken:
    """The wake word was said, with the score that was given to it (0 to 1)."""

    phrase: str
    score: float


@dataclass(frozen=True, slots=True)
class Notice:
    """Something to tell in one sentence; ``trouble`` when it went wrong."""

    text: str
    trouble: bool = False


Event = Changed | Level | Partial | Heard | Woken | Notice
