"""A read-only view of the store, for the thread a skill runs in."""

from __future__ import annotations

import json
import logging
from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager
from datetime import UTC, datetime, timedelta
from typing import Any

from assistant.errors import StoreError
from assistant.skill import written
from assistant.skill.given import Alarm
from assistant.skill.memory import M
from assistant.store import ledger, wire
from assistant.store.kept import Kept, parsed
from assistant.store.storable import Connection
from assistant.turn import OpenQuestion, Reply, Session, Thing, Turn, stacked

log = logging.getLogger(__name__)

RECENT = timedelta(days=1)
"""How long an alarm that rang can be snoozed."""

NEAR = """state IN ('pending', 'paused')
    OR (state = 'rung' AND coalesce(rung_at, due_utc) > ?)"""

LATELY = 1_000
"""Turns of a session among which one is looked for that took back others."""

EFFECTIVE = "EXISTS (SELECT 1 FROM effects WHERE turn_id = turns.id)"

CHANGE = f"back IS NULL AND {EFFECTIVE}"
"""What is so of a turn that changed something, and did not only take back others."""

TURN = "id, session_id, utterance, understanding, reply, speech, outcome"
"""The columns a turn is made of, in order."""


def turn_from(row: tuple[Any, ...]) -> Turn:
    """Return the turn of a row of the TURN columns."""
    id_, session, utterance, understanding, reply, speech, outcome = row
    return Turn(
        id_,
        session,
        wire.utterance_from_json(json.loads(utterance)),
        wire.understanding_from_json(json.loads(understanding)),
        Reply(reply, speech),
        outcome,
    )


Lent = Callable[[], AbstractContextManager[Connection]]
"""Gives something to read with, for a block."""


class SqliteReader:
    """Reads memory, alarms and turns. Raises StoreError when the file can't be read."""

    def __init__(
        self,
        lent: Lent,
        now: datetime,
        without: Sequence[int] = (),
        kept: Callable[[Connection], Kept] = Kept,
    ) -> None:
        self._connection = lent
        self._now = now
        self._without = without
        self._kept = kept

    def memory(self, skill: str) -> dict[str, Any]:
        """Return all of a skill's memory."""
        with self._connection() as db:
            values = self._kept(db).values(skill)
            for key, before in self._before(db, skill):
                if before is None:
                    values.pop(key, None)
                else:
                    values[key] = json.loads(before)
            return values

    def keys(self, skill: str) -> Sequence[str]:
        """Return the keys of a skill's memory, in the order they were written."""
        if self._without:
            return [*self.memory(skill)]
        with self._connection() as db:
            return self._kept(db).keys(skill)

    def value(self, skill: str, key: str) -> Any:
        """Return one value of a skill's memory. Raises KeyError where there is none."""
        with self._connection() as db:
            before = dict(self._before(db, skill))
            if key in before:
                return parsed([(key, row) for row in [before[key]] if row is not None])[key]
            return self._kept(db).value(skill, key)

    def made(self, skill: str, kind: Callable[[], M]) -> M:
        """Return what is made of all of a skill's memory."""
        with self._connection() as db:
            made, before = self._kept(db).made(skill, kind), dict(self._before(db, skill))
        written = parsed((key, row) for key, row in before.items() if row is not None)
        gone = [key for key, row in before.items() if row is None]
        return made.changed(written, gone) if before else made

    def alarms(self) -> list[Alarm]:
        """Return pending and paused alarms and those rung within the last day, soonest first."""
        since = written.utc(self._now - RECENT)
        with self._connection() as db:
            near = ledger.alarms(db, NEAR, [since])
            if not self._without:
                return near
            alarms = {alarm.id: alarm for alarm in near}
            for key, before in ledger.before(db, "alarm", self._without):
                alarms.pop(key, None)
                if before is not None:
                    alarms[key] = written.alarm_from_json(json.loads(before))
            return sorted(alarms.values(), key=lambda alarm: alarm.due_utc)

    def turns(self, session_id: int, limit: int) -> list[Turn]:
        """Return the newest turns of a session, oldest first."""
        with self._connection() as db:
            turns = newest_turns(db, session_id, limit + len(self._without))
        return [turn for turn in turns if turn.id not in self._without][-limit:]

    def undoable(self, session_id: int) -> Turn | None:
        """Return the newest turn with effects that were neither undone nor are an undo."""
        return next(iter(self._turns(f"{CHANGE} AND outcome != 'undone'", session_id, 1)), None)

    def changes(self, session_id: int, limit: int) -> list[Turn]:
        """Return the turns that changed something, undone ones too, newest first."""
        return self._turns(CHANGE, session_id, limit)

    def undos(self, session_id: int, limit: int) -> list[Turn]:
        """Return the turns that took others back, and were not themselves, newest first.

        Of all that was said only what is not long ago is looked at: most took back nothing.
        """
        lately = f"""id >= (SELECT min(id) FROM (SELECT id FROM turns
            WHERE session_id = :session ORDER BY id DESC LIMIT {LATELY}))"""  # noqa: S608
        return self._turns(f"back = 'undo' AND outcome != 'undone' AND {lately}", session_id, limit)

    def _turns(self, where: str, session_id: int, limit: int) -> list[Turn]:
        sql = f"""SELECT {TURN} FROM turns WHERE session_id = :session AND {where}
            ORDER BY id DESC LIMIT :limit"""  # noqa: S608
        with self._connection() as db:
            rows = db.execute(sql, {"session": session_id, "limit": limit}).fetchall()
        return [turn for row in rows for turn in readable_turns(row)]

    def taken(self, turn_id: int) -> list[int]:
        """Return the turns that a turn took back, in the order it did."""
        with self._connection() as db:
            return [each for each, _ in ledger.taken(db, turn_id)]

    def redone(self, session_id: int) -> list[int]:
        """Return what the newest turn with effects did again, in the order it was taken back."""
        sql = f"""SELECT id, back FROM turns WHERE session_id = ? AND {EFFECTIVE}
            ORDER BY id DESC LIMIT 1"""  # noqa: S608
        with self._connection() as db:
            newest, back = db.execute(sql, [session_id]).fetchone() or (0, "")
        undos = self.taken(newest) if back == "redo" else []
        return [each for undo in reversed(undos) for each in self.taken(undo)]

    def conflicts(self, turn_ids: Sequence[int]) -> dict[int, str]:
        """Return in words what would be lost by taking back turns in this order, by turn."""
        with self._connection() as db:
            return ledger.conflicts(db, turn_ids)

    def waited(self, turn_id: int) -> OpenQuestion | None:
        """Return the question that waited when a turn began."""
        sql = """SELECT question FROM turns WHERE id < :turn AND session_id =
            (SELECT session_id FROM turns WHERE id = :turn) ORDER BY id DESC LIMIT 1"""
        with self._connection() as db:
            row = db.execute(sql, {"turn": turn_id}).fetchone()
        return _question(row[0]) if row else None

    def replaced(self, turn_id: int) -> list[int]:
        """Return a turn and those it took the place of ("no, twenty"), newest first."""
        sql = """WITH RECURSIVE chain (id, undoes) AS (
            SELECT id, undoes FROM turns WHERE id = ?
            UNION SELECT turns.id, turns.undoes FROM turns JOIN chain ON turns.id = chain.undoes
                WHERE turns.back IS NULL)
            SELECT id FROM chain ORDER BY id DESC"""
        with self._connection() as db:
            return [row[0] for row in db.execute(sql, [turn_id])]

    def without(self, turn_ids: Sequence[int]) -> SqliteReader:
        """Return a view as if those turns, newest first, had changed nothing."""
        return SqliteReader(self._connection, self._now, turn_ids, self._kept)

    def _before(self, db: Connection, skill: str) -> list[tuple[str, str | None]]:
        """Return (key, JSON) of what the turns changed that are left out, in the order to do it."""
        return ledger.before(db, "memory", self._without, skill)


def session_of(db: Connection, session_id: int) -> Session:
    """Return a session as it stands now. Raises StoreError where it is gone."""
    row = db.execute(
        "SELECT id, name, started_at, open_question FROM sessions WHERE id = ?", [session_id]
    ).fetchone()
    if row is None:
        raise StoreError(f"Session {session_id} is gone: start a new one.")
    question = _question(row[3])
    waiting = question.stack if question else ()
    live = stacked([each for each in waiting if not each.parked])
    parked = stacked([each for each in waiting if each.parked])
    return Session(row[0], str(row[1]), moment(row[2]), live, parked)


def _question(text: str | None) -> OpenQuestion | None:
    """Return the question of a session; one that can't be read is none."""
    try:
        return wire.question_from_json(json.loads(text)) if text else None
    except ledger.ODD:
        log.warning("an open question can't be read", exc_info=True)
        return None


def moment(text: str) -> datetime:
    """Return a stored moment; what is none is long past."""
    try:
        return datetime.fromisoformat(text)
    except (ValueError, TypeError):
        return datetime.fromtimestamp(0, UTC)


def things(db: Connection, turn_id: int) -> list[Thing]:
    """Return the alarms that a turn set or changed and that are still to ring."""
    sql = """SELECT DISTINCT alarms.id, alarms.skill,
            (SELECT undoes IS NOT NULL FROM turns WHERE id = :turn) OR NOT EXISTS
            (SELECT 1 FROM effects WHERE turn_id = :turn AND before IS NOT NULL)
        FROM effects JOIN alarms ON alarms.id = effects.key
        WHERE effects.turn_id = :turn AND target = 'alarm' AND state IN ('pending', 'paused')"""
    rows = db.execute(sql, {"turn": turn_id}).fetchall()
    return [Thing(id_, skill, bool(made)) for id_, skill, made in rows]


def newest_turns(
    db: Connection, session_id: int, limit: int, before: int | None = None
) -> list[Turn]:
    """Return the newest turns of a session (older than turn ``before``), oldest first."""
    sql = f"""SELECT {TURN} FROM turns WHERE session_id = ? AND id < ?
        ORDER BY id DESC LIMIT ?"""  # noqa: S608
    rows = db.execute(sql, [session_id, before or 1 << 62, limit]).fetchall()
    return [turn for row in reversed(rows) for turn in readable_turns(row)]


def memories(db: Connection) -> dict[str, dict[str, Any]]:
    """Return what skills keep, by skill."""
    found: dict[str, dict[str, Any]] = {}
    rows = db.execute("SELECT skill, key, value FROM memory ORDER BY rowid").fetchall()
    for skill, key, value in rows:
        found.setdefault(skill, {}).update(parsed([(key, value)]))
    return found


def readable_turns(row: tuple[Any, ...]) -> Iterator[Turn]:
    """Give the turn of a row, nothing where a damaged one can't be read."""
    try:
        yield turn_from(row)
    except ledger.ODD:
        log.warning("turn %s can't be read", row[0], exc_info=True)
