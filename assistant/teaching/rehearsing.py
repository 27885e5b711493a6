"""Homes that are forgotten: each an assistant on a clock that stands until it is moved."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from datetime import UTC, datetime, tzinfo
from typing import TYPE_CHECKING

from assistant.labelled.judging import Said
from assistant.labelled.sentences import START, Sentence
from assistant.skill.given import Clock
from assistant.turn import Reply, Turn, Understanding, Utterance

if TYPE_CHECKING:
    from assistant.conversation.assistant import Assistant


class Homes:
    """Homes to say rows in, one for each zone, with what is made for its clock."""

    def __init__(self, make: Callable[[Clock], Assistant]) -> None:
        self._make = make
        self._homes: dict[tzinfo | None, Home] = {}

    def say(self, rows: Sequence[Sentence]) -> Iterator[tuple[Sentence, Said]]:
        """Say rows one after another in an empty home, each after what stands before it."""
        yield from self.empty(rows[0].at or START).rehearse(rows)

    def empty(self, at: datetime) -> Home:
        """Return the home of a zone with nothing in it."""
        if at.tzinfo not in self._homes:
            self._homes[at.tzinfo] = Home(at, self._make)
        home = self._homes[at.tzinfo]
        home.begin(at)
        return home

    def close(self) -> None:
        """Close them all."""
        for home in self._homes.values():
            home.assistant.close()


class Home:
    """One assistant on a clock that stands until it is moved."""

    def __init__(self, at: datetime, make: Callable[[Clock], Assistant]) -> None:
        assert at.tzinfo is not None
        self._at = at
        self.assistant = make(Clock(at.tzinfo, lambda: self._at.astimezone(UTC)))
        self._session = 0

    def begin(self, at: datetime) -> None:
        """Empty it, and set its clock."""
        self._at = at
        self.assistant.store.empty()
        self._session = self.assistant.open_session("sentences").id

    def rehearse(self, rows: Sequence[Sentence]) -> Iterator[tuple[Sentence, Said]]:
        """Say rows one after another, each after what stands before it."""
        for row in rows:
            rang = self.move(row.at) if row.at else ()
            for text in row.before:
                self.say(text)
            yield row, self.hear(row.text, rang) if row.text else self.passed(rang)

    def move(self, at: datetime) -> tuple[str, ...]:
        """Move the clock, and return what rings by then."""
        self._at = at
        return tuple(alarm.message for alarm in self.assistant.ring())

    def say(self, text: str) -> Turn:
        """Say a sentence, and return its turn."""
        return self.assistant.respond(Utterance(text, self.assistant.clock.now()), self._session)

    def hear(self, text: str, rang: tuple[str, ...] = ()) -> Said:
        """Say a sentence, and return what comes of it."""
        before = self._kept()
        turn = self.say(text)
        now = self._kept()
        names = sorted(before.keys() | now.keys())
        effects = tuple(name for name in names if before.get(name) != now.get(name))
        waits = self.assistant.session(self._session).open_question
        return Said(turn, effects, rang, waits)

    def passed(self, rang: tuple[str, ...]) -> Said:
        """Return what came of time that passed."""
        said = Utterance("", self.assistant.clock.now(), "alarm")
        turn = Turn(0, self._session, said, Understanding(None), Reply("\n".join(rang)))
        return Said(turn, (), rang, self.assistant.session(self._session).open_question)

    def _kept(self) -> dict[str, list[object]]:
        """Return what each skill keeps, and what it has yet to ring."""
        store = self.assistant.store
        with store.transaction() as transaction:
            kept: dict[str, list[object]] = {
                name: [memory] for name, memory in transaction.memories().items() if memory
            }
        for alarm in store.pending():
            kept.setdefault(alarm.skill, []).append(alarm)
        return kept
