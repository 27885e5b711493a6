"""Which door tells what rings: it is claimed, told, and then settled.

A claim that was never settled is told again, by any door, for it may not have been heard: where its
door is gone (killed, or the power was cut) or has not settled it for long (suspended).
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Collection, Iterator
from dataclasses import replace
from datetime import datetime, timedelta

from assistant.skill import written
from assistant.skill.given import Alarm, Claim
from assistant.store import ledger, rings
from assistant.store.storable import Connection

LONG = timedelta(seconds=30)
"""How long a door may take to tell what it claimed."""

log = logging.getLogger(__name__)

DUE = "state = 'pending' AND due_utc <= ?"

EARLY = "state = 'rung' AND rung_at > ? AND due_utc > ?"
"""What rang while the clock was wrong: it is not due yet."""

EARLIER = "earlier"
"""Stands for a door in the claim of what was told before its time."""

SLACK = timedelta(minutes=2)
"""How far a clock may go back without having been wrong."""


def waiting(db: Connection, now: datetime) -> bool:
    """Tell whether there is anything to claim, without a lock."""
    at, late = written.utc(now), written.utc(now + SLACK)
    sql = f"""SELECT EXISTS (SELECT 1 FROM alarms WHERE ({DUE}) OR ({EARLY}))
        OR EXISTS (SELECT 1 FROM claims WHERE door != '{EARLIER}')"""  # noqa: S608
    return bool(db.execute(sql, [at, late, at]).fetchone()[0])


def claim(db: Connection, now: datetime, door: str, gone: Callable[[str], bool]) -> list[Claim]:
    """Return what is due, or was claimed and not settled, as claimed by a door; soonest first.

    Inside a transaction, so that of all doors one gets each. What repeats waits for its next time.
    """
    _not_yet(db, now)
    again = [Claim(alarm, again=True) for alarm in _unsettled(db, now, door, gone)]
    early = {row[0] for row in db.execute("SELECT alarm FROM claims WHERE door = ?", [EARLIER])}
    due = ledger.alarms(db, DUE, [written.utc(now)])
    rang = [rung for alarm in due for rung in _rung(alarm, now)]
    for alarms in rang:
        for alarm in alarms:
            ledger.write_alarm(db, written.row_of(alarm))
    found = [*again, *(Claim(a[0], again=a[0].id in early) for a in rang)]
    for each in found:
        _note(db, each.alarm.id, door, now)
    return sorted(found, key=lambda each: each.alarm.due_utc)


def _rung(alarm: Alarm, now: datetime) -> Iterator[list[Alarm]]:
    """Give what becomes of an alarm; where its rule can't be followed it rings once."""
    try:
        yield rings.rung(alarm, now)
    except (*ledger.ODD, ArithmeticError):
        log.warning("the rule of alarm %s can't be followed", alarm.id, exc_info=True)
        yield rings.rung(replace(alarm, repeat=None), now)


def settle(db: Connection, alarms: Collection[str]) -> None:
    """Note that alarms were told."""
    marks = ", ".join("?" * len(alarms))
    db.execute(f"DELETE FROM claims WHERE alarm IN ({marks})", [*alarms])  # noqa: S608


def _note(db: Connection, alarm: str, door: str, now: datetime) -> None:
    row = [alarm, door, written.utc(now)]
    db.execute("REPLACE INTO claims (alarm, door, at) VALUES (?, ?, ?)", row)


def _unsettled(
    db: Connection, now: datetime, door: str, gone: Callable[[str], bool]
) -> list[Alarm]:
    """Return what rang, was claimed by a door that is gone or takes long, and still is as it was.

    A claim of what was dismissed, snoozed or cancelled since, for which it was heard, is dropped.
    """
    rows = db.execute("SELECT alarm, door, at FROM claims").fetchall()
    left = [
        id_ for id_, by, at in rows
        if by != EARLIER
        and ((by != door and gone(by)) or _far(datetime.fromisoformat(at), now))
    ]  # fmt: skip
    marks = ", ".join("?" * len(left))
    found = ledger.alarms(db, f"id IN ({marks}) AND state = 'rung'", left) if left else []
    settle(db, {*left} - {alarm.id for alarm in found})
    return found


def _far(then: datetime, now: datetime) -> bool:
    """Tell whether a moment is long past, or so far ahead that a clock was wrong."""
    return not -LONG - SLACK < now - then < LONG


def _not_yet(db: Connection, now: datetime) -> None:
    """Let what rang while the clock was ahead ring at its time; it was told, but too early.

    What repeats goes back to its next time from now.
    """
    at, late = written.utc(now), written.utc(now + SLACK)
    for early in ledger.alarms(db, EARLY, [late, at]):
        whole = ledger.alarms(db, "id = ? AND state = 'pending'", [early.id.rpartition("-")[0]])
        if not whole:
            back = replace(early, state="pending", rung_at=None)
            ledger.write_alarm(db, written.row_of(back))
            _note(db, early.id, EARLIER, now)
            continue
        (base,) = whole
        local = now.astimezone(base.due.tzinfo)
        following = next(base.repeat.times(local), None) if base.repeat else None
        if following and following < base.due:
            ledger.write_alarm(db, written.row_of(replace(base, due=following)))
        ledger.write_alarm(db, written.row_of(replace(early, state="cancelled")))
