"""A turn's transaction: what it reads stays true until what it writes is committed."""

from __future__ import annotations

import json
import math
import sqlite3
import threading
import time
from collections.abc import Callable, Collection, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict
from datetime import datetime
from pathlib import Path
from typing import Any

from assistant.errors import RaceError, StoreError, UnsureError
from assistant.skill import written
from assistant.skill.given import Effect, Reader
from assistant.skill.memory import M
from assistant.store import ledger, wire
from assistant.store.kept import Kept
from assistant.store.opening import FAILURES, explained
from assistant.store.reader import SqliteReader, memories, newest_turns, session_of, things
from assistant.store.salvage import PartReader
from assistant.store.storable import Connection
from assistant.turn import (
    Ended,
    OpenQuestion,
    Reply,
    Session,
    Thing,
    Turn,
    Understanding,
    Utterance,
)

LOST = (sqlite3.SQLITE_BUSY, sqlite3.SQLITE_BUSY_SNAPSHOT)
"""What SQLite says to one who would write on a state that is past, or being left behind."""

INSTEAD = "correction"
"""The parser of what takes the place of the turn before."""

OVER = "That turn is over: nothing more can be read in it."

HELD = 20.0
"""Seconds for which a turn may keep all others from writing."""

LET_GO = 2.0
"""Seconds to tell so, before the store is taken from it; others wait longer than both."""


class Transaction:
    """Reads as of the moment it began, and records one turn on that state or not at all.

    The skill's thread reads through it too. Every method raises StoreError in one sentence.
    """

    def __init__(
        self,
        db: Connection,
        kept: Kept,
        path: Path,
        clock: Callable[[], datetime],
        sync: Callable[[], None],
        trouble: str,
        lacks: Collection[str],
        *,
        alone: bool,
    ) -> None:
        self._db = db
        self._kept = kept
        self._path = path
        self._clock = clock
        self._sync = sync
        self._lock = threading.RLock()
        self._over = ""
        self.alone = alone
        """Whether nobody else can write until it is over."""
        self.until = time.monotonic() + HELD if alone else math.inf
        """When it has to be done, on the monotonic clock."""
        self._owes_sync = False
        self._trouble = trouble
        self._lacks = lacks

    def before(self, session_id: int, turn: int | None = None) -> tuple[Session, Turn | None]:
        """Return a session and its newest turn, older than a ``turn`` where one is given."""
        with self._reading() as db:
            turns = newest_turns(db, session_id, 1, turn)
            return session_of(db, session_id), turns[-1] if turns else None

    def turns(self, session_id: int, limit: int, turn: int | None = None) -> list[Turn]:
        """Return the newest turns of a session, older than a ``turn``, oldest first."""
        with self._reading() as db:
            return newest_turns(db, session_id, limit, turn)

    def memories(self) -> dict[str, dict[str, Any]]:
        """Return all that skills keep, by skill."""
        with self._reading() as db:
            return memories(db)

    def made(self, skill: str, kind: Callable[[], M]) -> M:
        """Return what is made of all that a skill keeps, as far as it can be read."""
        with self._reading():
            return self._kept.made(skill, kind)

    def made_of_keys(self, skill: str, kind: Callable[[], M]) -> M:
        """Return the same of the keys alone, each with the value None."""
        with self._reading():
            return self._kept.made_of_keys(skill, kind)

    def things(self, turn_id: int) -> list[Thing]:
        """Return the alarms that a turn set or changed and that are still to ring."""
        with self._reading() as db:
            return things(db, turn_id)

    def reader(self) -> Reader:
        """Return a view of the same state for the thread a skill runs in."""
        given, kept = (self._reading, self._clock()), lambda _: self._kept
        if self._lacks:
            return PartReader(self._trouble, self._lacks, *given, kept=kept)
        return SqliteReader(*given, kept=kept)

    def record(
        self,
        session: Session,
        utterance: Utterance,
        understanding: Understanding,
        reply: Reply,
        outcome: Ended,
        effects: Sequence[Effect] = (),
        open_question: OpenQuestion | None = None,
    ) -> Turn:
        """Commit a turn, its effects with what they replaced, and the open question, as one.

        It is to be acknowledged after ``settle``. Raises RaceError, with nothing written, where
        what was read is no longer so. A store in trouble keeps nothing; a turn that changes nothing
        needs none.
        """
        if self._trouble and effects:
            raise StoreError(self._trouble)
        if self._trouble:
            return Turn(-1, session.id, utterance, understanding, reply, outcome)
        question = json.dumps(asdict(open_question)) if open_question else None
        with self._reading() as db:
            try:
                said = utterance, understanding, reply, outcome
                turn_id = _insert(db, session.id, *said, question)
            except sqlite3.OperationalError as error:
                if error.sqlite_errorcode in LOST:
                    raise RaceError from error
                raise
            ledger.apply(db, turn_id, effects, instead=understanding.parser == INSTEAD)
            db.execute(
                "UPDATE sessions SET last_at = ?, open_question = ? WHERE id = ?",
                [written.utc(self._clock()), question, session.id],
            )
            with self._kept.changing(ledger.kept(db, turn_id) if effects else ()):
                db.execute("COMMIT")
            self._owes_sync = bool(effects)
        return Turn(turn_id, session.id, utterance, understanding, reply, outcome)

    def end(self, told: str = OVER) -> None:
        """Let nobody read through it any more, who is told why: a skill may outlive its turn."""
        with self._lock:
            if self._over:  # the connection may be another's by now
                return
            self._over = told
            if self._db.in_transaction:
                self._db.execute("ROLLBACK")

    def settle(self) -> None:
        """Return when what was recorded is on the disk, if it changed anything.

        To be called after the end, so that others go on meanwhile and wait for the same sync.
        Raises UnsureError.
        """
        if not self._owes_sync:
            return
        try:
            self._sync()
        except OSError as error:
            raise UnsureError(
                f"The disk did not take what was written to {self._path} ({error.strerror}), "
                "though it may be there: look before you say it again."
            ) from error

    @contextmanager
    def _reading(self) -> Iterator[Connection]:
        with self._lock:
            if self._over:
                raise StoreError(self._over)
            try:
                yield self._db
            except FAILURES as error:
                raise explained(self._path, error) from error


@contextmanager
def limited(transaction: Transaction) -> Iterator[None]:
    """Take the store from a transaction that still holds it after its time, in a block."""
    told = f"That took over {HELD:g} seconds while all others waited: say it again."
    timer = threading.Timer(HELD + LET_GO, transaction.end, [told])
    timer.daemon = True
    timer.start()
    try:
        yield
    finally:
        timer.cancel()


def _insert(
    db: Connection,
    session_id: int,
    utterance: Utterance,
    understanding: Understanding,
    reply: Reply,
    outcome: str,
    question: str | None,
) -> int:
    heard = wire.utterance_to_json(utterance)
    meant = wire.understanding_to_json(understanding)
    row = {
        "session_id": session_id,
        "heard_at": written.utc(utterance.heard_at),
        "text": utterance.text,
        "utterance": json.dumps(heard, ensure_ascii=False),
        "understanding": json.dumps(meant, ensure_ascii=False),
        "intent": understanding.intent,
        "reply": reply.text,
        "speech": reply.speech,
        "outcome": outcome,
        "question": question,
    }
    marks = ", ".join("?" for _ in row)
    sql = f"INSERT INTO turns ({', '.join(row)}) VALUES ({marks})"  # noqa: S608
    turn_id = db.execute(sql, list(row.values())).lastrowid
    assert turn_id is not None
    return int(turn_id)
