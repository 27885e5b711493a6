"""Forgets for good: what is deleted is in no page, index, log or copy any more."""

from __future__ import annotations

import json
import sqlite3
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlite_utils import Database

from assistant.errors import StoreError
from assistant.store.ledger import utc
from assistant.store.opening import waiting

LOOK = 0.2
"""Seconds between two tries."""

WAIT = 30.0
"""Seconds to wait for others that still read what was."""

TEXTS = ("text", "utterance", "understanding", "reply", "speech")
"""The columns of a turn that hold words."""


@dataclass(frozen=True, slots=True)
class What:
    """What is forgotten: turns of sessions (all, for None) heard between two moments, or whatever
    has to do with a word. ``whole`` is everything there was said.
    """

    sessions: Sequence[int] | None = None
    since: datetime | None = None
    before: datetime | None = None
    about: str = ""

    @property
    def whole(self) -> bool:
        """Tell whether nothing narrows it."""
        return self == What()


@dataclass(frozen=True, slots=True)
class Forgotten:
    """How much of each kind was forgotten, or would be."""

    turns: int = 0
    kept: int = 0
    alarms: int = 0


def forget(db: Database, what: What) -> Forgotten:
    """Delete it, inside a transaction; a dry run is rolled back."""
    turns = _turns(db, what)
    db.execute("DELETE FROM alarms WHERE state = 'cancelled'")
    kept = alarms = 0
    if what.about:
        kept, alarms = _kept(db, what.about), _alarms(db, what.about)
        _traces(db, what.about)
    db.execute(
        "DELETE FROM sessions WHERE id NOT IN (SELECT session_id FROM turns) "
        "AND (? OR open_question IS NULL)",
        [what.whole],
    )
    return Forgotten(turns, kept, alarms)


def _turns(db: Database, what: What) -> int:
    where, given = ["1"], list[Any]()
    if what.sessions is not None:
        where.append(f"session_id IN ({', '.join('?' * len(what.sessions))})")
        given += what.sessions
    if what.since:
        where.append("heard_at >= ?")
        given.append(utc(what.since))
    if what.before:
        where.append("heard_at < ?")
        given.append(utc(what.before))
    if what.about:
        like = " OR ".join(f"{column} LIKE ? ESCAPE '\\'" for column in TEXTS)
        where.append(f"({like})")
        given += [_like(what.about)] * len(TEXTS)
    sql = f"DELETE FROM turns WHERE {' AND '.join(where)}"  # noqa: S608
    return int(db.execute(sql, given).rowcount)


def _kept(db: Database, word: str) -> int:
    """Delete what skills keep about a word; of lists only what is about it goes."""
    like, count = _like(word), 0
    where = "key LIKE :like ESCAPE '\\' OR value LIKE :like ESCAPE '\\'"
    sql = f"SELECT rowid, key, value FROM memory WHERE {where}"  # noqa: S608
    for rowid, key, value in db.execute(sql, {"like": like}).fetchall():
        left = _without(json.loads(value), word.casefold())
        if word.casefold() in key.casefold() or left in ([], {}, None):
            db.execute("DELETE FROM memory WHERE rowid = ?", [rowid])
        else:
            told = json.dumps(left, ensure_ascii=False)
            db.execute("UPDATE memory SET value = ? WHERE rowid = ?", [told, rowid])
        count += 1
    return count


def _without(value: Any, word: str) -> Any:
    """Return a value without the texts that have a word, None where nothing is left."""
    if isinstance(value, list):
        left = [each for each in (_without(item, word) for item in value) if each is not None]
        return left or None
    if word not in json.dumps(value, ensure_ascii=False).casefold():
        return value
    return None


def _alarms(db: Database, word: str) -> int:
    sql = "DELETE FROM alarms WHERE message LIKE ? ESCAPE '\\' OR label LIKE ? ESCAPE '\\'"
    return int(db.execute(sql, [_like(word)] * 2).rowcount)


def _traces(db: Database, word: str) -> None:
    """Delete a word from what undo, questions and names of sessions keep."""
    like = _like(word)
    columns = ("key", "before", "after")
    where = " OR ".join(f"{column} LIKE ? ESCAPE '\\'" for column in columns)
    db.execute(f"DELETE FROM effects WHERE {where}", [like] * len(columns))  # noqa: S608
    clear = "UPDATE sessions SET open_question = NULL WHERE open_question LIKE ? ESCAPE '\\'"
    for each in {like, _like(json.dumps(word)[1:-1])}:
        db.execute(clear, [each])
    db.execute("UPDATE sessions SET name = started_at WHERE name LIKE ? ESCAPE '\\'", [like])


def wipe(db: Database, waits: Callable[[], object]) -> None:
    """Leave nothing of what was deleted in the index, in free pages or in the log.

    Where others still read what was, ``waits`` is called once and they are waited for. Raises
    StoreError where they go on.
    """
    end = time.monotonic() + WAIT
    with waiting(db, LOOK):
        _wipe(db, end, waits)


def _wipe(db: Database, end: float, waits: Callable[[], object]) -> None:
    told = False
    while True:
        try:
            db.execute("INSERT INTO turns_fts (turns_fts) VALUES ('rebuild')")
            db.execute("VACUUM")
            busy = db.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()[0]
        except sqlite3.OperationalError as error:
            if "locked" not in str(error):
                raise
            busy = 1
        if not busy:
            return
        if not told:
            waits()
            told = True
        if time.monotonic() > end:
            raise StoreError(
                "It is forgotten, but another program still reads what was, so that its bytes are "
                "still on the disk: close that program and say it again."
            )
        time.sleep(LOOK)


def _like(word: str) -> str:
    for sign in ("\\", "%", "_"):
        word = word.replace(sign, f"\\{sign}")
    return f"%{word}%"
