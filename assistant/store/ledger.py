"""Writes effects, and keeps what each replaced, so that a turn can be taken back.

Every effect is one row of memory or alarms: what it was before and is after, as JSON, or None where
there was none.
"""

from __future__ import annotations

import json
import logging
from collections.abc import Iterator, Sequence
from typing import Any, Literal

from assistant.errors import StoreError
from assistant.skill.given import Alarm, DropMemory, Effect, UndoTurn, WriteAlarm, WriteMemory
from assistant.skill.written import alarm_from_json, row_of
from assistant.store.storable import Connection

log = logging.getLogger(__name__)


ODD = (ValueError, TypeError, KeyError, AttributeError, OverflowError)
"""What reading a row can raise whose values are not what was written."""


Row = tuple[str, str, str]
"""What an effect is about: ("memory", skill, key) or ("alarm", skill, id)."""


def apply(db: Connection, turn_id: int, effects: Sequence[Effect], *, instead: bool) -> None:
    """Write the effects of a turn, inside a transaction.

    ``instead`` tells that it takes the place of what it takes back, which is a change of its own.
    """
    was = []
    for effect in effects:
        if isinstance(effect, UndoTurn):
            was.append((effect.turn_id, _undo(db, turn_id, effect.turn_id)))
        else:
            row, after = _target(effect)
            _change(db, turn_id, row, after)
    if was:
        back = _kind(db, was[0][0]) if len(was) == len(effects) and not instead else None
        db.execute(
            "UPDATE turns SET undoes = ?, back = ?, taken = ? WHERE id = ?",
            [was[0][0], back, json.dumps(was), turn_id],
        )


def _kind(db: Connection, taken: int) -> Literal["undo", "redo"]:
    """Return what a turn is that does nothing but take back others: of an undo that is a redo."""
    found = db.execute("SELECT 1 FROM turns WHERE id = ? AND back = 'undo'", [taken]).fetchone()
    return "redo" if found else "undo"


def conflicts(db: Connection, turn_ids: Sequence[int]) -> dict[int, str]:
    """Return in words what would be lost by taking back turns one after another, by turn.

    Those of which something would be are left as they are, and those behind them see them so.
    """
    found: dict[int, str] = {}
    rows: dict[Row, str | None] = {}
    back = set[int]()
    for turn_id in turn_ids:
        if turn_id not in back and _outcome(db, turn_id) == "undone":
            stopped = (each for each in found if turn_id in dict(taken(db, each)))
            found[turn_id] = found.get(next(stopped, 0), "it was taken back already")
            continue
        changed = [
            ((target, skill, key), before, after)
            for target, skill, key, before, after in db.execute(
                "SELECT target, skill, key, before, after FROM effects WHERE turn_id = ? "
                "ORDER BY id DESC",
                [turn_id],
            )
        ]
        last = {row: after for row, _, after in reversed(changed)}
        now = {row: rows[row] if row in rows else _read(db, row) for row in last}
        lost = next((row for row, after in last.items() if not _same(now[row], after)), None)
        if lost is not None:
            found[turn_id] = _lost(db, turn_id, lost, now[lost])
        else:
            rows |= {row: before for row, before, _ in changed}
            back |= {each for each, _ in taken(db, turn_id)}
    return found


def _lost(db: Connection, turn_id: int, row: Row, now: str | None) -> str:
    """Tell what has changed since a turn, and by which other one, where there is one."""
    what = f"the {row[1]} “{row[2]}”" if row[0] == "memory" else f"that {row[1]}"
    if row[0] == "alarm" and now and json.loads(now)["state"] == "rung":
        return f"{what} has rung since"
    by = db.execute(
        "SELECT turns.text, sessions.name, turns.session_id = "
        "(SELECT session_id FROM turns WHERE id = ?) FROM effects "
        "JOIN turns ON turns.id = effects.turn_id JOIN sessions ON sessions.id = turns.session_id "
        "WHERE effects.turn_id > ? AND target = ? AND skill = ? AND key = ? "
        "AND back IS NULL AND outcome != 'undone' ORDER BY effects.id DESC LIMIT 1",
        [turn_id, turn_id, *row],
    ).fetchone()
    if by is None:
        return f"{what} has changed since"
    where = "" if by[2] else f" in the conversation “{by[1]}”"
    return f"{what} has changed since, by “{by[0]}”{where}"


def before(
    db: Connection, target: str, turn_ids: Sequence[int], skill: str = ""
) -> list[tuple[str, str | None]]:
    """Return (key, JSON before) of what turns changed, newest first; of one skill if named."""
    sql = """SELECT key, before FROM effects WHERE turn_id = ? AND target = ?
        AND (? = '' OR skill = ?) ORDER BY id DESC"""
    return [
        row for each in turn_ids for row in db.execute(sql, [each, target, skill, skill]).fetchall()
    ]


def kept(db: Connection, turn_id: int) -> list[tuple[str, str, str | None]]:
    """Return (skill, key, JSON after) of what a turn changed in memory, in order."""
    sql = """SELECT skill, key, after FROM effects WHERE turn_id = ? AND target = 'memory'
        ORDER BY id"""
    return db.execute(sql, [turn_id]).fetchall()


def changed(db: Connection, turn_id: int, skill: str) -> list[tuple[Any, Any]]:
    """Return each value of a skill's memory that a turn changed, before and after, in order."""
    sql = """SELECT before, after FROM effects WHERE turn_id = ? AND target = 'memory'
        AND skill = ? ORDER BY id"""
    rows = db.execute(sql, [turn_id, skill]).fetchall()
    return [tuple(each and json.loads(each) for each in row) for row in rows]


ALARM = tuple("id skill due_utc zone message label state set_at repeat left rung_at".split())
"""The columns of the alarms, in order."""


def alarms(db: Connection, where: str, parameters: Sequence[str] = ()) -> list[Alarm]:
    """Return alarms, soonest first."""
    sql = f"SELECT {', '.join(ALARM)} FROM alarms WHERE {where} ORDER BY due_utc"  # noqa: S608
    rows = db.execute(sql, list(parameters))
    return [alarm for row in rows for alarm in _readable(dict(zip(ALARM, row, strict=True)))]


def _readable(row: dict[str, Any]) -> Iterator[Alarm]:
    """Give the alarm of a row, nothing where a damaged one can't be read; it stays in the file."""
    try:
        yield alarm_from_json(row)
    except ODD:
        log.warning("alarm %s can't be read", row["id"], exc_info=True)


def _undo(db: Connection, turn_id: int, undone: int) -> str:
    """Take back a turn as a part of another one; return what had become of it."""
    was = _outcome(db, undone)
    changed = conflicts(db, [undone]).get(undone)
    if changed:
        raise StoreError(f"{changed[0].upper()}{changed[1:]}, so nothing was changed.")
    rows = db.execute(
        "SELECT target, skill, key, before FROM effects WHERE turn_id = ? ORDER BY id DESC",
        [undone],
    ).fetchall()
    for target, skill, key, before in rows:
        _change(db, turn_id, (target, skill, key), before)
    _mark(db, undone, "undone")
    return was


def _outcome(db: Connection, turn_id: int) -> str:
    """Return what became of a turn; of one that is gone nothing."""
    found = db.execute("SELECT outcome FROM turns WHERE id = ?", [turn_id]).fetchone()
    return str(found[0]) if found else ""


def taken(db: Connection, turn_id: int) -> list[tuple[int, str]]:
    """Return the turns that a turn took back, in the order it did, with what each had been."""
    (found,) = db.execute("SELECT taken FROM turns WHERE id = ?", [turn_id]).fetchone() or (None,)
    try:
        return [(int(each), str(was)) for each, was in json.loads(found or "[]")]
    except ODD:
        log.warning("what turn %s took back can't be read", turn_id, exc_info=True)
        return []


def _mark(db: Connection, turn_id: int, outcome: str) -> None:
    """Tell what became of a turn; those it had taken back are again what they were, last first."""
    db.execute("UPDATE turns SET outcome = ? WHERE id = ?", [outcome, turn_id])
    others = taken(db, turn_id)
    if outcome == "undone":
        for each, was in reversed(others):
            _mark(db, each, was)
    else:
        for each, _ in others:
            _mark(db, each, "undone")


def _change(db: Connection, turn_id: int, row: Row, after: str | None) -> None:
    before = _read(db, row)
    _write(db, row, after)
    db.execute(
        "INSERT INTO effects (turn_id, target, skill, key, before, after) "
        "VALUES (?, ?, ?, ?, ?, ?)",
        [turn_id, *row, before, after],
    )


def _target(effect: WriteMemory | DropMemory | WriteAlarm) -> tuple[Row, str | None]:
    if isinstance(effect, WriteMemory):
        value = json.dumps(effect.value, ensure_ascii=False)
        return ("memory", effect.skill, effect.key), value
    if isinstance(effect, DropMemory):
        return ("memory", effect.skill, effect.key), None
    alarm = effect.alarm
    data = json.dumps(row_of(alarm), ensure_ascii=False, sort_keys=True)
    return ("alarm", alarm.skill, alarm.id), data


def _read(db: Connection, row: Row) -> str | None:
    target, skill, key = row
    if target == "memory":
        sql = "SELECT value FROM memory WHERE skill = ? AND key = ?"
        found = db.execute(sql, [skill, key]).fetchone()
        return None if found is None else str(found[0])
    sql = f"SELECT {', '.join(ALARM)} FROM alarms WHERE id = ?"  # noqa: S608
    found = db.execute(sql, [key]).fetchone()
    if found is None:
        return None
    data = dict(zip(ALARM, found, strict=True))
    return json.dumps(data, ensure_ascii=False, sort_keys=True)


def _write(db: Connection, row: Row, value: str | None) -> None:
    target, skill, key = row
    if target == "memory" and value is None:
        db.execute("DELETE FROM memory WHERE skill = ? AND key = ?", [skill, key])
    elif target == "memory":
        db.execute("REPLACE INTO memory (skill, key, value) VALUES (?, ?, ?)", [skill, key, value])
    elif value is None:
        db.execute("DELETE FROM alarms WHERE id = ?", [key])
    else:
        write_alarm(db, json.loads(value))


def write_alarm(db: Connection, row: dict[str, Any]) -> None:
    """Write the row of an alarm, in the place of the one with its id; columns it lacks are NULL."""
    marks = ", ".join("?" for _ in ALARM)
    sql = f"REPLACE INTO alarms ({', '.join(ALARM)}) VALUES ({marks})"  # noqa: S608
    db.execute(sql, [row.get(column) for column in ALARM])


def _same(left: str | None, right: str | None) -> bool:
    """Tell whether two rows are the same; one of an older version lacks columns that are empty."""
    if left is None or right is None:
        return left is right
    return bool(_filled(json.loads(left)) == _filled(json.loads(right)))


def _filled(value: Any) -> Any:
    if not isinstance(value, dict) or "due_utc" not in value:
        return value
    return {name: each for name, each in value.items() if each is not None}
