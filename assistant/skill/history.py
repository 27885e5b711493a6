"""What was said and changed before in a session, and the ways back."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from functools import cached_property

from assistant.errors import SkillError
from assistant.language.records import dataclass
from assistant.language.saying import joined
from assistant.language.tokens import split
from assistant.skill.alarms import Alarm
from assistant.skill.given import Effect, Reader, Reopen, UndoTurn
from assistant.turn import OpenQuestion, Turn

NEAR, FAR = 20, 1_000
"""Turns of a session that are looked at: so many, and where they don't reach back so far more."""


@dataclass(frozen=True, slots=True)
class Way:
    """What taking turns back, one after another, comes to.

    ``turns`` can be, in that order; of each of ``kept`` something would be lost, told in words.
    """

    turns: tuple[Turn, ...] = ()
    kept: tuple[tuple[Turn, str], ...] = ()

    @property
    def ids(self) -> tuple[int, ...]:
        """Return the turns that can be taken back, by number."""
        return tuple(turn.id for turn in self.turns)


class _Reach:
    """The newest turns that changed something, and those that took others back, by number."""

    def __init__(self, reader: Reader, session_id: int, limit: int) -> None:
        self._given = (session_id, limit)
        self._reader = reader

    @cached_property
    def made(self) -> dict[int, Turn]:
        return {turn.id: turn for turn in self._reader.changes(*self._given)}

    @cached_property
    def undos(self) -> dict[int, Turn]:
        return {turn.id: turn for turn in self._reader.undos(*self._given)}

    def get(self, turn: int) -> Turn | None:
        return self.made.get(turn) or self.undos.get(turn)


class History:
    """What was said before in this session, and the way back."""

    def __init__(self, session_id: int, reader: Reader) -> None:
        self._session_id = session_id
        self._reader = reader
        self.effects: list[Effect | Reopen] = []
        self._near = _Reach(reader, session_id, NEAR)
        self._far = _Reach(reader, session_id, FAR)

    def turns(self, limit: int = NEAR) -> list[Turn]:
        """Return the newest turns, oldest first."""
        return self._reader.turns(self._session_id, limit)

    def undoable(self) -> Turn | None:
        """Return the newest turn that changed something and is not taken back."""
        return self._reader.undoable(self._session_id)

    def request(self, turn: Turn) -> Turn:
        """Return what a turn was about: itself, or the request whose question it answered."""
        turns = self.turns()
        if turns and turns[0].id >= turn.id:
            turns = self._turns
        before = [each for each in turns if each.id < turn.id]
        while before and _goes_on(turn, before[-1]):
            turn = before.pop()
        return turn

    def name(self, turn: Turn) -> str:
        """Return the words a turn is named by, quoted: its request's, or what it took back."""
        taken = self._reader.taken(turn.id)
        if not taken or turn.id in self._reaching(turn.id).made:
            return f"“{self.request(turn).said}”"
        made = self._reaching(*taken).made
        return joined([self.name(made[each]) for each in taken if each in made])

    def not_yet(self, asked: OpenQuestion) -> str:
        """Say that what a question is about was not done, and how what was before is taken back."""
        turn = self.undoable()
        if turn is None:
            return "Nothing was done yet, so there is nothing to take back."
        what = f"“{asked.said}”" if asked.said else "That"
        how = "say “cancel”, then “undo”" if asked.slot else "say “undo” again"
        return f"{what} was not done yet. To take back {self.name(turn)}, {how}."

    def undo(self, *, whole: bool = False) -> Turn | None:
        """Take back the newest turn that changed something, and return it.

        Of a request that was corrected that is the last correction; with ``whole`` it is all of it,
        and the request itself is returned. What was just done again is taken back as a whole.
        Raises SkillError when something has changed since that undoing would lose.
        """
        turn = self.undoable()
        if turn is None:
            return None
        again = self._reader.redone(self._session_id)
        taken = again or (self._reader.replaced(turn.id) if whole else [turn.id])
        made = self._reaching(*taken).made
        for stopped, changed in self._reader.conflicts(taken).items():
            text = self.request(made.get(stopped, turn)).said
            raise SkillError(f"I can't undo “{text}”: {changed}.")
        self.effects += (UndoTurn(each) for each in taken)
        return made.get(taken[-1], turn)

    def changes(self, start: datetime | None = None, end: datetime | None = None) -> list[Turn]:
        """Return the turns that changed something, undone ones too, newest first."""
        return [
            turn
            for turn in self._far.made.values()
            if (start is None or turn.utterance.heard_at >= start)
            and (end is None or turn.utterance.heard_at < end)
        ]

    def said(self, words: str) -> Turn | None:
        """Return the newest turn in which words were said, or that changed something by them."""
        wanted = _words(words)
        whole = (turn for turn in reversed(self._turns) if wanted in _wordings(turn))
        part = (turn for turn in self._far.made.values() if _within(wanted, turn.utterance.text))
        return next(whole, None) or next(part, None) if wanted else None

    def back(self, turns: Sequence[int]) -> Way:
        """Return what it comes to to take back turns, by number, one after another."""
        reach = self._reaching(*turns)
        return self._way([turn for each in turns if (turn := reach.get(each))])

    def _way(self, turns: Sequence[Turn]) -> Way:
        stopped = self._reader.conflicts([turn.id for turn in turns])
        kept = tuple((turn, stopped[turn.id]) for turn in turns if turn.id in stopped)
        return Way(tuple(turn for turn in turns if turn.id not in stopped), kept)

    def newest(self, count: int) -> Way:
        """Return the way back behind as many changes."""
        if count != 1:
            return self.back(self._standing(count)[: max(count, 0)])
        if again := self._reader.redone(self._session_id):
            return self.back(again)
        turn = self.undoable()
        return self._way([turn] if turn else [])

    def since(self, start: datetime | None = None, end: datetime | None = None) -> Way:
        """Return the way back behind all that was changed from a moment on, or up to another."""
        there = {turn.id for turn in self.changes(start, end)}
        return self.back([each for each in self._standing() if each in there])

    def behind(self, turn: Turn) -> Way:
        """Return the way back to behind a turn: all that was changed since."""
        return self.back([each for each in self._standing() if each > turn.id])

    def before(self, turn: Turn) -> Way:
        """Return the way back to before a turn: all that was changed with it and since."""
        return self.back([each for each in self._standing() if each >= turn.id])

    def redoable(self, count: int) -> Way:
        """Return the way on: what the last undos, as many, took back is done again."""
        near = self._near.undos
        undos = near if count <= len(near) else self._far.undos
        return self.back([*undos][: max(count, 0)])

    def waited(self, turn: Turn) -> OpenQuestion | None:
        """Return the question that waited when a turn began; one that was put away is none."""
        asked = self._reader.waited(turn.id)
        return asked if asked and not asked.parked else None

    def take(self, way: Way, to: Turn | None = None) -> None:
        """Take back what can be, in this turn; the question that waited before a turn is put again.

        To take back an undo is to do again what it took back.
        """
        self.effects += (UndoTurn(each) for each in way.ids)
        if to is not None:
            self.effects.append(Reopen(to.id))

    def overdue(self, way: Way, now: datetime) -> list[Alarm]:
        """Return the alarms that a way brings back and that would have rung by now."""
        there = {alarm.id: alarm for alarm in self._reader.alarms()}
        return [
            alarm
            for alarm in self._reader.without(way.ids).alarms()
            if alarm.state == "pending" and alarm.due <= now and there.get(alarm.id) != alarm
        ]

    def _standing(self, count: int = FAR) -> list[int]:
        """Return the changes that are not taken back, with what each took the place of, as many at
        least where there are so many.
        """
        near = self._standing_in(self._near)
        return near if len(near) >= count else self._standing_in(self._far)

    def _standing_in(self, reach: _Reach) -> list[int]:
        standing = (turn for turn in reach.made.values() if turn.outcome != "undone")
        found = {each for turn in standing for each in self._reader.replaced(turn.id)}
        return sorted(found, reverse=True)

    def _reaching(self, *turns: int) -> _Reach:
        """Return what reaches back to turns, by number."""
        return self._near if all(map(self._near.get, turns)) else self._far

    @cached_property
    def _turns(self) -> list[Turn]:
        return self.turns(FAR)


def _goes_on(turn: Turn, before: Turn) -> bool:
    """Tell whether a turn answers the question of the one before, or made it ask once more."""
    meant = turn.understanding
    return before.outcome == "asked" and (meant.parser == "answer" or meant.intent is None)


def _words(text: str) -> list[str]:
    return [word.text for word in split(text)]


def _wordings(turn: Turn) -> list[list[str]]:
    return [_words(turn.utterance.text), _words(turn.said)]


def _within(wanted: list[str], text: str) -> bool:
    words = _words(text)
    return any(words[i : i + len(wanted)] == wanted for i in range(len(words)))
