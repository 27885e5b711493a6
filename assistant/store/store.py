"""The store: one connection, owned by one thread; every turn is one transaction."""

from __future__ import annotations

import json
import re
import sqlite3
import tempfile
from collections.abc import Callable, Collection, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from sqlite_utils import Database

from assistant.errors import StoreError
from assistant.skill.given import Alarm, Effect
from assistant.store import ledger, rings, wire
from assistant.store.migrations import migrations
from assistant.store.opening import explained, open_database
from assistant.store.reader import TURN, SqliteReader, memories, newest_turns, turn_from
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

    def __init__(self, db: Database, path: Path, clock: Callable[[], datetime]) -> None:
        self._db = db
        self._path = path
        self._clock = clock
        self._folder: tempfile.TemporaryDirectory[str] | None = None

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

    def close(self) -> None:
        """Close the file."""
        self._db.close()
        if self._folder is not None:
            self._folder.cleanup()

    def session(self, name: str | None) -> Session:
        """Return the newest session of that name, made when new; a fresh one without a name."""
        with self._writing() as db:
            found = (
                name
                and db.execute(
                    "SELECT id FROM sessions WHERE name = ? ORDER BY id DESC LIMIT 1", [name]
                ).fetchone()
            )
            if found:
                return self.session_by_id(found[0])
            now = self._clock()
            called = name or f"{now:%a %d %b, %H:%M}"
            cursor = db.execute(
                "INSERT INTO sessions (name, started_at, last_at) VALUES (?, ?, ?)",
                [called, ledger.utc(now), ledger.utc(now)],
            )
            assert cursor.lastrowid is not None
            return Session(cursor.lastrowid, called, now)

    def session_by_id(self, session_id: int) -> Session:
        """Return a session as it stands now."""
        with self._reading() as db:
            return _session(db, session_id)

    def before(
        self, session_id: int, skills: Collection[str] | None = None
    ) -> tuple[Session, Turn | None, dict[str, dict[str, Any]]]:
        """Return a session, its newest turn and what some skills keep (all, for None), by skill.

        All are read as of one moment, whatever other processes write.
        """
        with self._reading() as db:
            db.execute("BEGIN")
            try:
                session = _session(db, session_id)
                last = next(iter(newest_turns(db, session_id, 1)), None)
                return session, last, memories(db, skills)
            finally:
                db.execute("COMMIT")

    def things(self, turn_id: int) -> list[Thing]:
        """Return the alarms that a turn set or changed and that are still to ring."""
        sql = """SELECT DISTINCT alarms.id, alarms.skill,
                (SELECT undoes IS NOT NULL FROM turns WHERE id = :turn) OR NOT EXISTS
                (SELECT 1 FROM effects WHERE turn_id = :turn AND before IS NOT NULL)
            FROM effects JOIN alarms ON alarms.id = effects.key
            WHERE effects.turn_id = :turn AND target = 'alarm' AND state IN ('pending', 'paused')"""
        with self._reading() as db:
            rows = db.execute(sql, {"turn": turn_id}).fetchall()
        return [Thing(id_, skill, bool(made)) for id_, skill, made in rows]

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
            SessionSummary(
                id_, name, datetime.fromisoformat(started), datetime.fromisoformat(last), turns
            )
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
        self._wipe()

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
        """Commit a turn, its effects with what they replaced, and the open question, as one."""
        question = json.dumps(asdict(open_question)) if open_question else None
        with self._writing() as db:
            turn_id = self._insert(db, session.id, utterance, understanding, reply, outcome)
            undone = ledger.apply(db, turn_id, effects)
            if undone is not None:
                db.execute("UPDATE turns SET undoes = ? WHERE id = ?", [undone, turn_id])
            db.execute(
                "UPDATE sessions SET last_at = ?, open_question = ? WHERE id = ?",
                [ledger.utc(self._clock()), question, session.id],
            )
        return Turn(turn_id, session.id, utterance, understanding, reply, outcome)

    def turns(self, session_id: int, limit: int = 50, before: int | None = None) -> list[Turn]:
        """Return the newest turns of a session (older than turn ``before``), oldest first."""
        with self._reading() as db:
            return newest_turns(db, session_id, limit, before)

    def search(self, query: str, limit: int = 50) -> list[Turn]:
        """Return turns with words that begin as the query's, best first; any text is safe."""
        words = _query(query)
        if not words:
            return []
        columns = ", ".join(f"turns.{column}" for column in TURN.split(", "))
        sql = f"""SELECT {columns} FROM turns_fts JOIN turns ON turns.id = turns_fts.rowid
            WHERE turns_fts MATCH ? ORDER BY turns_fts.rank LIMIT ?"""  # noqa: S608
        with self._reading() as db:
            return [turn_from(row) for row in db.execute(sql, [words, limit])]

    def forget(self, session_id: int | None = None, before: datetime | None = None) -> int:
        """Delete turns for good, from the file too; return how many. Neither given means all."""
        where, parameters = ["1"], list[Any]()
        if session_id is not None:
            where.append("session_id = ?")
            parameters.append(session_id)
        if before is not None:
            where.append("heard_at < ?")
            parameters.append(ledger.utc(before))
        with self._writing() as db:
            sql = f"DELETE FROM turns WHERE {' AND '.join(where)}"  # noqa: S608
            count = db.execute(sql, parameters).rowcount
            db.execute(
                "DELETE FROM sessions WHERE id NOT IN (SELECT session_id FROM turns) "
                "AND open_question IS NULL"
            )
        self._wipe()
        return int(count)

    def empty(self) -> None:
        """Delete whatever is kept: sessions, turns, alarms, memory."""
        own = (migrations.migrations_table, "sqlite_", "turns_fts")
        with self._writing() as db:
            db.execute("PRAGMA defer_foreign_keys = ON")
            for table in db.table_names():
                if not table.startswith(own):
                    db.execute(f"DELETE FROM [{table}]")  # noqa: S608

    def export(self, session_id: int | None = None) -> Iterator[dict[str, Any]]:
        """Give every turn as JSON, oldest first."""
        sql = f"SELECT {TURN} FROM turns WHERE ? IS NULL OR session_id = ? ORDER BY id"  # noqa: S608
        with self._reading() as db:
            for row in db.execute(sql, [session_id, session_id]):
                yield wire.turn_to_json(turn_from(row))

    def claim_due(self, now: datetime) -> list[Alarm]:
        """Return the alarms due by now and mark them rung; no other process gets the same.

        What repeats waits for its next time, and what rang of it stands beside it, once.
        """
        due, at = "state = 'pending' AND due_utc <= ?", [ledger.utc(now)]
        with self._reading() as db:
            if not db.execute(f"SELECT 1 FROM alarms WHERE {due}", at).fetchone():  # noqa: S608
                return []
        with self._writing() as db:
            found = [rings.rung(alarm, now) for alarm in ledger.alarms(db, due, at)]
            for each in found:
                for alarm in each:
                    ledger.write_alarm(db, ledger.row_of(alarm))
        return sorted((each[0] for each in found), key=lambda alarm: alarm.due_utc)

    def pending(self) -> list[Alarm]:
        """Return the alarms that have yet to ring, soonest first."""
        with self._reading() as db:
            return ledger.alarms(db, "state = 'pending'")

    def reader(self) -> SqliteReader:
        """Return a read-only view for the thread a skill runs in."""
        return SqliteReader(self._path, self._clock())

    def _insert(
        self,
        db: Database,
        session_id: int,
        utterance: Utterance,
        understanding: Understanding,
        reply: Reply,
        outcome: str,
    ) -> int:
        heard = wire.utterance_to_json(utterance)
        meant = wire.understanding_to_json(understanding)
        row = {
            "session_id": session_id,
            "heard_at": ledger.utc(utterance.heard_at),
            "text": utterance.text,
            "utterance": json.dumps(heard, ensure_ascii=False),
            "understanding": json.dumps(meant, ensure_ascii=False),
            "intent": understanding.intent,
            "reply": reply.text,
            "speech": reply.speech,
            "outcome": outcome,
        }
        marks = ", ".join("?" for _ in row)
        sql = f"INSERT INTO turns ({', '.join(row)}) VALUES ({marks})"  # noqa: S608
        turn_id = db.execute(sql, list(row.values())).lastrowid
        assert turn_id is not None
        return int(turn_id)

    def _wipe(self) -> None:
        """Leave nothing of deleted turns in the index, in free pages or in the log."""
        with self._reading() as db:
            db.execute("INSERT INTO turns_fts (turns_fts) VALUES ('rebuild')")
            db.execute("VACUUM")
            db.execute("PRAGMA wal_checkpoint(TRUNCATE)")

    @contextmanager
    def _writing(self) -> Iterator[Database]:
        """Hold the one write lock from the start, so that what is read stays true until the end."""
        with self._reading() as db:
            db.execute("BEGIN IMMEDIATE")
            try:
                yield db
                db.execute("COMMIT")
            except BaseException:
                if db.conn.in_transaction:
                    db.execute("ROLLBACK")
                raise

    @contextmanager
    def _reading(self) -> Iterator[Database]:
        try:
            yield self._db
        except sqlite3.Error as error:
            raise explained(self._path, error) from error


def _session(db: ledger.Connection, session_id: int) -> Session:
    row = db.execute(
        "SELECT id, name, started_at, open_question FROM sessions WHERE id = ?", [session_id]
    ).fetchone()
    if row is None:
        raise StoreError(f"Session {session_id} is gone: start a new one.")
    question = wire.question_from_json(json.loads(row[3])) if row[3] else None
    return Session(row[0], row[1], datetime.fromisoformat(row[2]), question)


def _query(text: str) -> str:
    """Return a full-text query for words that begin as the text's do; no operator survives."""
    words = re.findall(r"\w+", text)
    return " ".join(f'"{word}"*' for word in words)


def _escape(text: str) -> str:
    return re.sub(r"([\\%_])", r"\\\1", text)
