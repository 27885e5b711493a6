"""What a skill is given. Reads go through to the store; writes are kept back as data.

The core commits a turn and its effects in one transaction, together with what they replaced, so a
crash or Esc leaves nothing half done and "undo" works for every skill.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import field
from typing import Protocol

from assistant.language.content import content_words
from assistant.language.plurals import singular
from assistant.language.records import dataclass
from assistant.skill.alarms import Alarm, Alarms, Claim, WriteAlarm
from assistant.skill.clock import Clock
from assistant.skill.memory import DropMemory, Memory, Shelves, WriteMemory
from assistant.turn import OpenQuestion, Turn

__all__ = [
    "ALIKE",
    "NEAR",
    "Alarm",
    "Alarms",
    "Catalogue",
    "Claim",
    "Clock",
    "DropMemory",
    "Effect",
    "Meaning",
    "Memory",
    "Reader",
    "Reopen",
    "SkillInfo",
    "UndoTurn",
    "WriteAlarm",
    "WriteMemory",
]


@dataclass(frozen=True, slots=True)
class UndoTurn:
    """Take back everything a recorded turn changed."""

    turn_id: int


@dataclass(frozen=True, slots=True)
class Reopen:
    """Put the question again that waited when a recorded turn began, where one did."""

    turn_id: int


Effect = WriteMemory | DropMemory | WriteAlarm | UndoTurn


class Reader(Shelves, Protocol):
    """What the effects read: a read-only view of the store, used from the skill's thread."""

    def alarms(self) -> list[Alarm]:
        """Return pending and paused alarms and those rung within the last day, soonest first."""

    def turns(self, session_id: int, limit: int) -> list[Turn]:
        """Return the newest turns of a session, oldest first."""

    def undoable(self, session_id: int) -> Turn | None:
        """Return the newest turn with effects that were neither undone nor are an undo."""

    def changes(self, session_id: int, limit: int) -> list[Turn]:
        """Return the turns that changed something, undone ones too, newest first."""

    def undos(self, session_id: int, limit: int) -> list[Turn]:
        """Return the turns that took others back, and were not themselves, newest first."""

    def taken(self, turn_id: int) -> list[int]:
        """Return the turns that a turn took back, in the order it did."""

    def redone(self, session_id: int) -> list[int]:
        """Return what the newest turn with effects did again, in the order it was taken back."""

    def conflicts(self, turn_ids: Sequence[int]) -> Mapping[int, str]:
        """Return in words what would be lost by taking back turns in this order, by turn."""

    def waited(self, turn_id: int) -> OpenQuestion | None:
        """Return the question that waited when a turn began."""

    def replaced(self, turn_id: int) -> list[int]:
        """Return a turn and those it took the place of ("no, twenty"), newest first."""

    def without(self, turn_ids: Sequence[int]) -> Reader:
        """Return a view as if those turns, newest first, had changed nothing."""


NEAR = 0.45
"""Cosine from which a text is about a query that it shares no word with."""

ALIKE = 1
"""Digits of a cosine that tell texts apart; within a tenth they are as near as each other."""


class Meaning:
    """Ranks texts by how near they are in meaning to a query (by shared words without weights)."""

    def __init__(self, rank: Callable[[str, Sequence[str]], list[float]]) -> None:
        self._rank = rank

    def rank(self, query: str, texts: Sequence[str]) -> list[tuple[int, float]]:
        """Return (index, score in [-1, 1]) of every text, best first."""
        scores = self._rank(query, texts)
        return sorted(enumerate(scores), key=lambda pair: -pair[1])

    def about(self, query: str, texts: Sequence[str], near: float = NEAR) -> list[int]:
        """Return the places of texts that are about a query, best first.

        More words that tell something in common come first, then the nearer meaning, and of
        texts that are alike in both the later. ``near`` is the cosine from which a text without
        such a word counts.
        """
        wanted = content_words(query)
        found = [
            (len(wanted & content_words(texts[index])), score, index)
            for index, score in self.rank(query, texts)
        ]
        about = [each for each in found if each[0] or each[1] >= near]
        about.sort(key=lambda each: (each[0], round(each[1], ALIKE), each[2]), reverse=True)
        return [index for _, _, index in about]


@dataclass(frozen=True, slots=True)
class SkillInfo:
    """What "help" may tell of an installed skill: one line, and (intent, doc, examples) each.

    The examples are as one reads them: "set a timer for …".
    """

    name: str
    description: str
    intents: tuple[tuple[str, str, tuple[str, ...]], ...] = field(default=())


class Catalogue:
    """The installed skills, for "what can you do"."""

    def __init__(self, skills: Sequence[SkillInfo]) -> None:
        self.skills = tuple(skills)

    def find(self, name: str) -> SkillInfo | None:
        """Return the skill of that name, singular or plural."""
        wanted = singular(name.strip().lower())
        return next((s for s in self.skills if singular(s.name) == wanted), None)
