"""What a skill is given. Reads go through to the store; writes are kept back as data.

The core commits a turn and its effects in one transaction, together with what they replaced, so a
crash or Esc leaves nothing half done and "undo" works for every skill.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Protocol

from assistant.errors import SkillError
from assistant.language.content import content_words
from assistant.language.plurals import singular
from assistant.skill.alarms import Alarm, Alarms, Claim, WriteAlarm
from assistant.skill.clock import Clock
from assistant.skill.memory import DropMemory, Memory, Shelves, WriteMemory
from assistant.turn import Turn

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
    "History",
    "Meaning",
    "Memory",
    "Reader",
    "SkillInfo",
    "UndoTurn",
    "WriteAlarm",
    "WriteMemory",
]


@dataclass(frozen=True, slots=True)
class UndoTurn:
    """Take back everything a recorded turn changed."""

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

    def conflict(self, turn_id: int) -> str | None:
        """Return in words what has changed since that turn, so that undo would lose it."""

    def replaced(self, turn_id: int) -> list[int]:
        """Return a turn and those it took the place of ("no, twenty"), newest first."""

    def without(self, turn_ids: Sequence[int]) -> Reader:
        """Return a view as if those turns, newest first, had changed nothing."""


class History:
    """What was said before in this session, and the way back."""

    def __init__(self, session_id: int, reader: Reader) -> None:
        self._session_id = session_id
        self._reader = reader
        self.effects: list[Effect] = []

    def turns(self, limit: int = 20) -> list[Turn]:
        """Return the newest turns, oldest first."""
        return self._reader.turns(self._session_id, limit)

    def undoable(self) -> Turn | None:
        """Return the newest turn that changed something and is not taken back."""
        return self._reader.undoable(self._session_id)

    def request(self, turn: Turn) -> Turn:
        """Return what a turn was about: itself, or the request whose question it answered."""
        before = [each for each in self.turns() if each.id < turn.id]
        while before and _goes_on(turn, before[-1]):
            turn = before.pop()
        return turn

    def undo(self, *, whole: bool = False) -> Turn | None:
        """Take back the newest turn that changed something, and return it.

        Of a request that was corrected that is the last correction; with ``whole`` it is all of it,
        and the request itself is returned. Raises SkillError when something has changed since that
        undoing would lose.
        """
        turn = self.undoable()
        if turn is None:
            return None
        changed = self._reader.conflict(turn.id)
        if changed:
            text = self.request(turn).utterance.text
            raise SkillError(f"I can't undo “{text}”: {changed} has changed since.")
        taken = self._reader.replaced(turn.id) if whole else [turn.id]
        self.effects += (UndoTurn(each) for each in taken)
        return next((each for each in self.turns() if each.id == taken[-1]), turn)


def _goes_on(turn: Turn, before: Turn) -> bool:
    """Tell whether a turn answers the question of the one before, or made it ask once more."""
    meant = turn.understanding
    return before.outcome == "asked" and (meant.parser == "answer" or meant.intent is None)


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
