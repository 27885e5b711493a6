"""Forgets for good: what is deleted is in no page, index, log or copy any more."""

from __future__ import annotations

import json
import re
import sqlite3
import time
from collections import Counter
from collections.abc import Callable, Collection, Iterable, Sequence
from datetime import datetime
from typing import Any

from assistant.errors import StoreError
from assistant.language.records import dataclass
from assistant.skill.written import utc
from assistant.store.opening import waiting
from assistant.store.spelling import Spelling
from assistant.store.storable import Connection

LOOK = 0.2
"""Seconds between two tries."""

WAIT = 30.0
"""Seconds to wait for others that still read what was."""

MOMENT = re.compile(r"\d{4}-\d\d-\d\d([T ]|$)")
"""How a moment or a day that is kept begins."""


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


def forget(db: Connection, what: What) -> Forgotten:
    """Delete it, inside a transaction; a dry run is rolled back."""
    says = Spelling(what.about)
    for name, tells in (("says", says.text), ("says_json", says.json)):
        db.create_function(name, 1, _of_any_kind(tells), deterministic=True)
    _questions(db, what)
    turns = _turns(db, what)
    db.execute("DELETE FROM alarms WHERE state = 'cancelled'")
    kept = alarms = 0
    if what.about:
        kept, alarms = _kept(db, says), _alarms(db)
        _traces(db)
    db.execute(
        "DELETE FROM sessions WHERE id NOT IN (SELECT session_id FROM turns) "
        "AND (? OR open_question IS NULL)",
        [what.whole],
    )
    _owe(db, owed=True)
    return Forgotten(turns, kept, alarms)


def owed(db: Connection) -> bool:
    """Tell whether something was forgotten of which bytes may be left."""
    return bool(db.execute("PRAGMA user_version").fetchone()[0])


def _owe(db: Connection, *, owed: bool) -> None:
    db.execute(f"PRAGMA user_version = {owed:d}")


def _of_any_kind(tells: Callable[[str], bool]) -> Callable[[Any], bool]:
    """Let a column be asked that may hold what was never written there."""

    def asked(value: Any) -> bool:
        if isinstance(value, bytes):
            value = value.decode("utf-8", "replace")
        return value is not None and tells(str(value))

    return asked


def _questions(db: Connection, what: What) -> None:
    """Let go what waits in sessions whose last turn goes: it was put there."""
    db.execute(
        f"UPDATE sessions SET open_question = NULL WHERE id IN "  # noqa: S608
        f"(SELECT session_id FROM (SELECT * FROM turns GROUP BY session_id HAVING id = max(id)) "
        f"WHERE {_where(what)[0]})",
        _where(what)[1],
    )


def _turns(db: Connection, what: What) -> int:
    where, given = _where(what)
    return int(db.execute(f"DELETE FROM turns WHERE {where}", given).rowcount)  # noqa: S608


def _where(what: What) -> tuple[str, list[Any]]:
    """Return which turns go, as a condition and its values."""
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
        where.append(
            "(says(text) OR says(reply) OR says(speech) "
            "OR says_json(utterance) OR says_json(understanding))"
        )
    return " AND ".join(where), given


def _kept(db: Connection, says: Spelling) -> int:
    """Delete what skills keep about a word; of lists and tables only what is about it goes."""
    count, records = 0, dict[str, set[frozenset[str]]]()
    sql = "SELECT rowid, skill, key, value FROM memory WHERE says(key) OR says(value)"
    for rowid, skill, key, value in db.execute(sql).fetchall():
        if skill not in records:
            others = db.execute("SELECT value FROM memory WHERE skill = ?", [skill]).fetchall()
            records[skill] = _records(_read(text) for (text,) in others)
        left = GONE if says.text(str(key)) else _left(value, says, records[skill])
        told = json.dumps(left, ensure_ascii=False) if left is not GONE else None
        if told is None:
            db.execute("DELETE FROM memory WHERE rowid = ?", [rowid])
        else:
            db.execute("UPDATE memory SET value = ? WHERE rowid = ?", [told, rowid])
        count += told != value
    return count


GONE: Any = object()
"""Stands for a value of which nothing is left."""


def _left(value: Any, says: Spelling, records: Collection[frozenset[str]]) -> Any:
    """Return what is left of a stored value; one that can't be read goes as a whole."""
    try:
        return _without(json.loads(value), says, records)
    except (ValueError, TypeError, RecursionError):
        return GONE


def _read(value: Any) -> Any:
    try:
        return json.loads(value)
    except (ValueError, TypeError, RecursionError):
        return None


def _records(values: Iterable[Any]) -> set[frozenset[str]]:
    """Return the sets of names that several dictionaries have: they are records."""
    found = Counter(frozenset(each) for each in values if isinstance(each, dict))
    return {names for names, count in found.items() if count > 1}


def _without(value: Any, says: Spelling, records: Collection[frozenset[str]]) -> Any:
    """Return a value without what says a word, GONE where nothing is left.

    Of a list and of a table of things alike each goes by itself; a record, whose values are of
    different kinds or whose names others beside it have, is one thing.
    """
    if isinstance(value, list):
        alike = _records(value)
        items = [_without(each, says, alike) for each in value]
        items = [each for each in items if each is not GONE]
        return items if items or not value else GONE
    if not isinstance(value, dict):
        return GONE if says.text(str(value)) else value
    record = frozenset(value) in records or len({_kind(each) for each in value.values()}) > 1
    alike = _records(value.values())
    left = {name: _without(each, says, alike) for name, each in value.items()}
    if record:
        if any(left[name] is GONE and not _holds(value[name]) for name in value):
            return GONE
        return {name: type(value[name])() if left[name] is GONE else left[name] for name in value}
    left = {n: each for n, each in left.items() if each is not GONE and not says.text(n)}
    return left if left or not value else GONE


def _holds(value: Any) -> bool:
    return isinstance(value, list | dict)


def _kind(value: Any) -> str:
    """Return what kind of value a thing is: a moment is none like other texts."""
    if isinstance(value, str):
        return "moment" if MOMENT.match(value) else "text"
    return "number" if isinstance(value, int | float) else "others"


def _alarms(db: Connection) -> int:
    return int(db.execute("DELETE FROM alarms WHERE says(message) OR says(label)").rowcount)


def _traces(db: Connection) -> None:
    """Delete a word from what undo, questions and names of sessions keep."""
    db.execute("DELETE FROM effects WHERE says(key) OR says_json(before) OR says_json(after)")
    db.execute("UPDATE sessions SET open_question = NULL WHERE says(open_question)")
    db.execute("UPDATE turns SET question = NULL WHERE says(question)")
    db.execute("UPDATE sessions SET name = started_at WHERE says(name)")


def wipe(db: Connection, waits: Callable[[], object]) -> None:
    """Leave nothing of what was deleted in the index, in free pages or in the log.

    Where others still read what was, ``waits`` is called once and they are waited for. Raises
    StoreError where they go on.
    """
    end = time.monotonic() + WAIT
    with waiting(db, LOOK):
        _wipe(db, end, waits)
        _owe(db, owed=False)


def _wipe(db: Connection, end: float, waits: Callable[[], object]) -> None:
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
