"""The store, for any number of threads; every turn is one transaction, of what it reads too."""

from __future__ import annotations

import re
import tempfile
from collections.abc import Callable, Collection, Iterator
from contextlib import closing, contextmanager, nullcontext, suppress
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from assistant.errors import StoreError
from assistant.language.records import dataclass
from assistant.skill import written
from assistant.skill.given import Alarm, Claim
from assistant.store import claims, forgetting, ledger, rings, salvage, wire
from assistant.store.connections import Connections
from assistant.store.durable import LogSync
from assistant.store.forgetting import Forgotten, What
from assistant.store.lease import Lease
from assistant.store.migrations import tables
from assistant.store.opening import (
    FAILURES,
    connect,
    explained,
    open_database,
    read_only,
    waiting,
)
from assistant.store.reader import (
    TURN,
    SqliteReader,
    moment,
    newest_turns,
    readable_turns,
    session_of,
)
from assistant.store.storable import Connection
from assistant.store.transaction import Transaction, limited
from assistant.turn import Session, Turn

QUICK = 0.5
"""Seconds of a turn for which others of its process wait rather than be overtaken by it."""

SHORT = 0.5
"""Seconds to wait for another one that is writing, where one comes back soon anyway."""


@dataclass(frozen=True, slots=True)
class SessionSummary:
    """A session as it stands in a list."""

    id: int
    name: str
    started_at: datetime
    last_at: datetime
    turns: int


class Store:
    """Sessions, turns, alarms and memory. Every method raises StoreError in one sentence."""

    def __init__(self, db: Connection, path: Path, clock: Callable[[], datetime]) -> None:
        self._connections = Connections(db, lambda: connect(path))
        self._path = path
        self._synced = LogSync(path.resolve())
        self._turns = Lease(QUICK)
        self._clock = clock
        self._folder: tempfile.TemporaryDirectory[str] | None = None
        self._lacks = frozenset[str]()
        self.trouble = ""
        """What is wrong where nothing new is kept."""

    @classmethod
    def open(cls, path: Path, clock: Callable[[], datetime] = lambda: datetime.now(UTC)) -> Store:
        """Open or make the file: migrated, backed up before, refused untouched if it is newer."""
        return cls(open_database(path), path, clock)

    @classmethod
    def temporary(cls) -> Store:
        """Return a store that is forgotten when it is closed."""
        folder = tempfile.TemporaryDirectory(prefix="assistant-", ignore_cleanup_errors=True)
        store = cls.open(Path(folder.name, "assistant.db"))
        store._folder = folder
        return store

    @classmethod
    def left_of(cls, path: Path, clock: Callable[[], datetime], error: StoreError) -> Store:
        """Return a store of what can still be read where ``open`` raised an error.

        ``trouble`` tells it. Raises that error where there is no place for a copy either.
        """
        try:
            folder = tempfile.TemporaryDirectory(prefix="assistant-", ignore_cleanup_errors=True)
            left = salvage.readable_copy(path, Path(folder.name))
            store = cls.open(left.copy or Path(folder.name, "lost", path.name), clock)
        except (OSError, StoreError) as second:
            raise error from second
        store._folder = folder
        store.trouble = f"{error} {left.told}"
        store._lacks = left.lacks
        return store

    def close(self) -> None:
        """Close the file."""
        self._connections.close()
        if self._folder is not None:
            self._folder.cleanup()

    def session(self, name: str | None) -> Session:
        """Return the newest session of that name, made when new; a fresh one without a name."""
        with self._writing(anyway=True) as db:
            found = (
                name
                and db.execute(
                    "SELECT id FROM sessions WHERE name = ? ORDER BY id DESC LIMIT 1", [name]
                ).fetchone()
            )
            if found:
                return session_of(db, found[0])
            now = self._clock()
            called = name or f"{now:%a %d %b, %H:%M}"
            cursor = db.execute(
                "INSERT INTO sessions (name, started_at, last_at) VALUES (?, ?, ?)",
                [called, written.utc(now), written.utc(now)],
            )
            assert cursor.lastrowid is not None
            return Session(cursor.lastrowid, called, now)

    def session_by_id(self, session_id: int) -> Session:
        """Return a session as it stands now."""
        with self._reading() as db:
            return session_of(db, session_id)

    def sessions(self, limit: int = 50, search: str = "") -> list[SessionSummary]:
        """Return the sessions used last, first; with ``search`` those whose name or turns match."""
        where, parameters = "1", []
        if search.strip():
            where = """name LIKE ? ESCAPE '\\' OR id IN (SELECT session_id FROM turns WHERE id IN
                (SELECT rowid FROM turns_fts WHERE turns_fts MATCH ?))"""
            parameters = [f"%{_escape(search.strip())}%", _query(search)]
        sql = f"""SELECT id, name, started_at, last_at,
            (SELECT count(*) FROM turns WHERE session_id = sessions.id)
            FROM sessions WHERE {where} ORDER BY last_at DESC, id DESC LIMIT ?"""  # noqa: S608
        with self._reading() as db:
            rows = db.execute(sql, [*parameters, limit]).fetchall()
        return [
            SessionSummary(id_, str(name), moment(started), moment(last), turns)
            for id_, name, started, last, turns in rows
        ]

    def rename(self, session_id: int, name: str) -> None:
        """Give a session another name."""
        if not name.strip():
            raise StoreError("A session needs a name: type one.")
        with self._writing() as db:
            db.execute("UPDATE sessions SET name = ? WHERE id = ?", [name.strip(), session_id])

    def delete(self, session_id: int) -> None:
        """Delete a session with its turns; alarms and memory stay."""
        with self._writing() as db:
            db.execute("DELETE FROM sessions WHERE id = ?", [session_id])
        self.wipe()

    @contextmanager
    def transaction(self, *, turn: bool = False, alone: bool = False) -> Iterator[Transaction]:
        """Give what a turn reads and is recorded with, for a block.

        Those of a ``turn`` go one after another in a process while they are quick. ``alone`` one
        holds the write lock from the start, so that no other process can overtake it either, but
        not without end.
        """
        with self._turns.held() if turn or alone else nullcontext(), self._reading() as db:
            db.execute("BEGIN IMMEDIATE" if alone else "BEGIN")
            kept = self._connections.kept(db)
            given, state = (self._path, self._clock, self._synced), (self.trouble, self._lacks)
            transaction = Transaction(db, kept, *given, *state, alone=alone)
            with limited(transaction) if alone else nullcontext():
                try:
                    kept.begin()
                    yield transaction
                finally:
                    transaction.end()

    def turns(self, session_id: int, limit: int = 50, before: int | None = None) -> list[Turn]:
        """Return the newest turns of a session (older than turn ``before``), oldest first."""
        with self._reading() as db:
            return newest_turns(db, session_id, limit, before)

    def turn(self, turn_id: int | None, session: str | None = None) -> Turn | None:
        """Return a turn, the newest without a number; of a session of that name, if one is given.

        None where there is none that can be read.
        """
        sql = f"""SELECT {TURN} FROM turns WHERE id = coalesce(?, id)
            AND (? IS NULL OR session_id IN (SELECT id FROM sessions WHERE name = ?))
            ORDER BY id DESC LIMIT 1"""  # noqa: S608
        with self._reading() as db:
            row = db.execute(sql, [turn_id, session, session]).fetchone()
            return next(readable_turns(row), None) if row else None

    def missed(self, since: datetime, limit: int) -> list[str]:
        """Return what was said since a moment and not understood, the newest first.

        So is what was only offered (“Did you mean …?”) and not accepted in the next turn.
        """
        sql = """SELECT text FROM turns AS said WHERE intent IS NULL AND text != ''
            AND heard_at >= ? AND (outcome = 'refused' OR (outcome = 'asked'
                AND json_array_length(understanding, '$.offered') > 0
                AND json_extract(understanding, '$.parser') != 'answer'
                AND NOT EXISTS (
                    SELECT 1 FROM turns AS next WHERE next.intent LIKE '%.%'
                    AND json_extract(next.understanding, '$.parser') = 'answer'
                    AND next.id = (SELECT min(id) FROM turns
                        WHERE session_id = said.session_id AND id > said.id))))
            ORDER BY id DESC LIMIT ?"""
        with self._reading() as db:
            return [str(row[0]) for row in db.execute(sql, [written.utc(since), limit])]

    def changed(self, turn_id: int, skill: str) -> list[tuple[Any, Any]]:
        """Return what a turn changed of what a skill keeps: each value before it and after."""
        with self._reading() as db:
            return ledger.changed(db, turn_id, skill)

    def search(self, query: str, limit: int = 50) -> list[Turn]:
        """Return turns with words that begin as the query's, best first; any text is safe."""
        words = _query(query)
        if not words:
            return []
        columns = ", ".join(f"turns.{column}" for column in TURN.split(", "))
        sql = f"""SELECT {columns} FROM turns_fts JOIN turns ON turns.id = turns_fts.rowid
            WHERE turns_fts MATCH ? ORDER BY turns_fts.rank LIMIT ?"""  # noqa: S608
        with self._reading() as db:
            rows = db.execute(sql, [words, limit]).fetchall()
            return [turn for row in rows for turn in readable_turns(row)]

    def forget(self, what: What) -> Forgotten:
        """Forget for good; until ``wipe`` was called bytes of it may be left in the file."""
        with self._writing() as db:
            return forgetting.forget(db, what)

    def owes_wiping(self) -> bool:
        """Tell whether something was forgotten and not wiped."""
        with self._reading() as db:
            return forgetting.owed(db)

    def wipe(self, waits: Callable[[], object] = lambda: None) -> None:
        """Leave nothing of what was deleted in the file or its log.

        ``waits`` is called where others must end first.
        """
        with self._reading() as db:
            forgetting.wipe(db, waits)

    def would_forget(self, what: What) -> Forgotten:
        """Return how much would be forgotten."""
        with self._reading() as db:
            db.execute("BEGIN IMMEDIATE")
            try:
                return forgetting.forget(db, what)
            finally:
                db.execute("ROLLBACK")

    def empty(self) -> None:
        """Delete whatever is kept: sessions, turns, alarms, memory."""
        with self._writing() as db:
            db.execute("PRAGMA defer_foreign_keys = ON")
            for table in tables(db):
                db.execute(f"DELETE FROM [{table}]")  # noqa: S608

    def export(self, session_id: int | None = None) -> Iterator[dict[str, Any]]:
        """Give every turn as JSON, oldest first."""
        sql = f"SELECT {TURN} FROM turns WHERE ? IS NULL OR session_id = ? ORDER BY id"  # noqa: S608
        with self._reading() as db:
            for row in db.execute(sql, [session_id, session_id]):
                yield from map(wire.turn_to_json, readable_turns(row))

    def claim(self, now: datetime, door: str, gone: Callable[[str], bool]) -> list[Claim]:
        """Return what a door is to tell now; no other door gets the same.

        ``gone`` tells whether a door is. Each has to be settled when it was told. Another one that
        is writing is not waited for long: the next look comes soon.
        """
        with self._reading() as db:
            if not claims.waiting(db, now):
                return []
        with self._writing(patience=SHORT) as db:
            found = claims.claim(db, now, door, gone)
        if found:
            self._sync()
        return found

    def settle(self, alarms: Collection[str]) -> None:
        """Note that alarms were told."""
        if alarms:
            with self._writing(patience=SHORT) as db:
                claims.settle(db, alarms)

    def due(self, now: datetime) -> list[Alarm]:
        """Return the alarms due by now, as they are told where nothing can be claimed."""
        with self._reading() as db:
            found = ledger.alarms(db, claims.DUE, [written.utc(now)])
        return [rings.rung(alarm, now)[0] for alarm in found]

    def pending(self) -> list[Alarm]:
        """Return the alarms that have yet to ring, soonest first."""
        with self._reading() as db:
            return ledger.alarms(db, "state = 'pending'")

    def reader(self) -> SqliteReader:
        """Return a read-only view for the thread a skill runs in."""
        return SqliteReader(self._read_only, self._clock())

    def _sync(self) -> None:
        """Put what was committed on the disk; where that fails the next one may."""
        with suppress(OSError):
            self._synced()

    @contextmanager
    def _writing(self, patience: float = 0.0, *, anyway: bool = False) -> Iterator[Connection]:
        """Hold the one write lock from the start, so that what is read stays true until the end.

        ``anyway`` where it does no harm that it is not kept.
        """
        if self.trouble and not anyway:
            raise StoreError(self.trouble)
        with self._reading() as db:
            self._connections.kept(db).drop()
            with waiting(db, patience) if patience else nullcontext():
                db.execute("BEGIN IMMEDIATE")
            try:
                yield db
                db.execute("COMMIT")
            except BaseException:
                if db.in_transaction:
                    db.execute("ROLLBACK")
                raise

    @contextmanager
    def _read_only(self) -> Iterator[Connection]:
        try:
            with closing(read_only(self._path)) as connection:
                yield connection
        except FAILURES as error:
            raise explained(self._path, error) from error

    @contextmanager
    def _reading(self) -> Iterator[Connection]:
        try:
            with self._connections.lent() as db:
                yield db
        except FAILURES as error:
            raise explained(self._path, error) from error


def _query(text: str) -> str:
    """Return a full-text query for words that begin as the text's do; no operator survives."""
    words = re.findall(r"\w+", text)
    return " ".join(f'"{word}"*' for word in words)


def _escape(text: str) -> str:
    return re.sub(r"([\\%_])", r"\\\1", text)
