"""Alarms that repeat or are paused: kept, rung once an occurrence, taken back; old files open."""

from __future__ import annotations

import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from assistant.language.values.recurrences import Recurrence
from assistant.skill.given import Alarm, Alarms, Clock, Effect, UndoTurn, WriteAlarm
from assistant.store import Store
from assistant.turn import Reply, Turn, Understanding, Utterance
from tests.filled import BEFORE
from tests.rings import ring

BERLIN = ZoneInfo("Europe/Berlin")
NOW = datetime(2026, 3, 4, 10, 0, tzinfo=BERLIN)
WEEKDAYS = Recurrence("FREQ=WEEKLY;BYDAY=MO,TU,WE,TH,FR", time(7))
DAILY = Recurrence("FREQ=DAILY", time(7))


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """Return where the database will be."""
    return tmp_path / "assistant.db"


@pytest.fixture
def store(path: Path) -> Iterator[Store]:
    """Return an open store whose clock stands."""
    store = Store.open(path, lambda: NOW)
    yield store
    store.close()


def record(store: Store, *effects: Effect) -> Turn:
    """Record a turn that has effects."""
    said, meant = Utterance("set", NOW), Understanding("a.b", 1.0, parser="template")
    session = store.session("s")
    with store.transaction(alone=True) as transaction:
        return transaction.record(session, said, meant, Reply("ok"), "answered", effects)


def alarms(store: Store) -> Alarms:
    """Return what a skill is given to set alarms with."""
    ids = iter("abcdefgh")
    return Alarms("alarm", Clock(BERLIN, lambda: NOW), store.reader().alarms, lambda: next(ids))


def at(day: int, hour: int = 7, month: int = 3) -> datetime:
    """Return a moment of 2026 in Berlin."""
    return datetime(2026, month, day, hour, tzinfo=BERLIN)


def repeating(store: Store, repeat: Recurrence, due: datetime) -> Turn:
    """Set an alarm that repeats."""
    given = alarms(store)
    given.add(due, "Wake up.", repeat=repeat)
    return record(store, *given.effects)


def test_store_repeating_alarm_is_kept_as_text_of_the_standard(store: Store, path: Path) -> None:
    """The rule stands in its column as RFC 5545 writes it, and is read back the same."""
    left_out = replace(WEEKDAYS, skipped=(date(2026, 3, 6),))
    repeating(store, left_out, at(5))

    with sqlite3.connect(path) as db:
        (text,) = db.execute("SELECT repeat FROM alarms").fetchone()
    assert text.splitlines() == [
        "DTSTART:20260305T070000",
        "RRULE:FREQ=WEEKLY;BYDAY=MO,TU,WE,TH,FR",
        "EXDATE;VALUE=DATE:20260306",
    ]
    (kept,) = store.pending()
    assert kept.repeat == replace(left_out, start=at(5))


def test_store_repeating_alarm_rings_once_an_occurrence(store: Store) -> None:
    """What rang stands beside what waits for the next time; a weekend is passed over."""
    repeating(store, WEEKDAYS, at(5))
    for day, following in ((5, 6), (6, 9), (9, 10)):
        (rung,) = ring(store, at(day) + timedelta(seconds=1))
        assert (rung.due, rung.state, rung.repeat) == (at(day), "rung", None)
        assert ring(store, at(day) + timedelta(seconds=2)) == []
        assert [alarm.due for alarm in store.pending()] == [at(following)]


def test_store_missed_occurrences_ring_once(store: Store) -> None:
    """After a holiday the last of the missed times is told, alone."""
    repeating(store, DAILY, at(5))
    (rung,) = ring(store, at(20, 12))

    assert rung.due == at(20)
    assert [alarm.due for alarm in store.pending()] == [at(21)]


def test_store_repeating_alarm_keeps_its_wall_time_over_a_clock_change(store: Store) -> None:
    """Seven stays seven when the clocks change, in the zone it was meant in."""
    repeating(store, DAILY, at(28))
    ring(store, at(28, 8))
    (waiting,) = store.pending()

    assert waiting.due == at(29)
    assert waiting.due_utc - at(28).astimezone(UTC) == timedelta(hours=23)


def test_store_repeating_alarm_ends(store: Store) -> None:
    """After its last time nothing waits any more."""
    repeating(store, DAILY.until(date(2026, 3, 6)), at(5))
    assert len(ring(store, at(5))) == 1
    assert len(ring(store, at(6))) == 1
    assert store.pending() == []
    assert ring(store, at(30)) == []


def test_store_left_out_day_does_not_ring(store: Store) -> None:
    """A day that is skipped is passed over."""
    repeating(store, DAILY.without(date(2026, 3, 6)), at(5))
    ring(store, at(5))

    assert [alarm.due for alarm in store.pending()] == [at(7)]


def test_store_left_out_moment_does_not_ring(store: Store, path: Path) -> None:
    """Of what comes several times a day one time alone is passed over, and kept as such."""
    hours = Recurrence("FREQ=DAILY;BYHOUR=8,20", time(8))
    repeating(store, hours.without(at(5, 20)), at(5, 8))
    with sqlite3.connect(path) as db:
        (text,) = db.execute("SELECT repeat FROM alarms").fetchone()
    assert text.splitlines()[2:] == ["EXDATE:20260305T190000Z"]
    ring(store, at(5, 8))

    (alarm,) = store.pending()
    assert alarm.due == at(6, 8)
    assert alarm.repeat is not None
    assert Recurrence.from_json(alarm.repeat.to_json()) == alarm.repeat


CLAIM = """
import sys
from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo
from assistant.errors import StoreError
from assistant.store import Store
store = Store.open(Path(sys.argv[1]))
def kept_at(does):
    while True:  # as a door does, which looks again where another one writes just then
        try:
            return does()
        except StoreError:
            pass
for day in sys.stdin:
    now = datetime(2026, 3, int(day), 7, tzinfo=ZoneInfo("Europe/Berlin"))
    rung = [each.alarm for each in kept_at(lambda: store.claim(now, sys.argv[2], lambda _: False))]
    kept_at(lambda: store.settle([alarm.id for alarm in rung]))
    print(*(f"{a.id} {a.due:%d}" for a in rung), sep="\\n")
    print("looked", flush=True)
"""


def test_store_of_three_processes_one_gets_each_occurrence(store: Store, path: Path) -> None:
    """Three doors over fifteen mornings ring each of six alarms once a morning at most."""
    given = alarms(store)
    for _ in range(6):
        given.add(at(5), "Wake up.", repeat=DAILY)
    record(store, *given.effects)
    command = [sys.executable, "-c", CLAIM, str(path)]
    pipe = subprocess.PIPE
    doors = [
        subprocess.Popen([*command, str(n)], stdin=pipe, stdout=pipe, text=True) for n in range(3)
    ]
    told = list[str]()
    for day in range(5, 20):
        for door in doors:
            assert door.stdin is not None
            door.stdin.write(f"{day}\n")
            door.stdin.flush()
        for door in doors:
            assert door.stdout is not None
            while (line := door.stdout.readline()) != "looked\n":
                assert line, "a door has ended"
                told.append(line)
    for door in doors:
        door.communicate(timeout=60)
    told = [line.strip() for line in told if line.strip()]

    assert len(told) == len(set(told))
    last = [alarm for alarm in store.pending() if alarm.due == at(20)]
    assert len(last) == 6
    assert sum(line.endswith(" 19") for line in told) <= 6 <= len(told)


def test_store_undo_brings_back_a_repeating_alarm(store: Store) -> None:
    """Cancelling is taken back with the rule."""
    repeating(store, WEEKDAYS, at(5))
    given = alarms(store)
    given.cancel(given.list()[0])
    gone = record(store, *given.effects)
    assert store.pending() == []
    record(store, UndoTurn(gone.id))

    (back,) = store.pending()
    assert back.repeat == replace(WEEKDAYS, start=at(5))


def test_store_paused_alarm_does_not_ring_and_runs_on(store: Store) -> None:
    """A paused alarm keeps what is left and its length; undo of the pause restores its moment."""
    given = alarms(store)
    given.add(NOW + timedelta(minutes=10), "Done.", "tea")
    record(store, *given.effects)
    given = alarms(store)
    held = given.pause(given.list()[0])
    pause = record(store, *given.effects)

    assert (held.state, held.left) == ("paused", timedelta(minutes=10))
    assert ring(store, NOW + timedelta(hours=1)) == []
    later = Clock(BERLIN, lambda: NOW + timedelta(hours=1))
    given = Alarms("alarm", later, store.reader().alarms, str)
    (paused,) = given.list()
    running = given.resume(paused)
    assert running.due == NOW + timedelta(hours=1, minutes=10)
    assert (running.length, running.state, running.left) == (timedelta(minutes=10), "pending", None)
    assert given.resume(running) == running

    record(store, UndoTurn(pause.id))
    assert [alarm.due for alarm in store.pending()] == [NOW + timedelta(minutes=10)]


def test_store_of_an_older_version_opens(store: Store, path: Path) -> None:
    """A file from before alarms repeated keeps its alarms; what was done in it can be undone."""
    due = NOW + timedelta(minutes=5)
    turn = record(store, WriteAlarm(Alarm("a1", "timer", due, "Ding.", NOW, "tea")))
    store.close()
    with sqlite3.connect(path) as db:
        for column in ("repeat", "left", "rung_at"):
            db.execute(f"ALTER TABLE alarms DROP COLUMN {column}")
            db.execute(f"UPDATE effects SET after = json_remove(after, '$.{column}')")
        for statement in BEFORE:
            db.execute(statement)
        db.execute("DELETE FROM _sqlite_migrations WHERE name > 'm002'")

    old = Store.open(path, lambda: NOW)
    assert [(a.id, a.due, a.repeat, a.left) for a in old.pending()] == [("a1", due, None, None)]
    assert old.reader().conflicts([turn.id]) == {}
    record(old, UndoTurn(turn.id))
    assert old.pending() == []
    old.close()
    assert path.with_name("assistant.db.backup-v1").exists()
