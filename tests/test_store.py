"""The store: one transaction a turn, undo, alarms that ring once, files that are never harmed."""

from __future__ import annotations

import os
import signal
import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from assistant.errors import StoreError
from assistant.skill.given import Alarm, DropMemory, Effect, UndoTurn, WriteAlarm, WriteMemory
from assistant.store import Store, What, migrations
from assistant.store.ledger import ALARM
from assistant.turn import OpenQuestion, Reply, Turn, Understanding, Utterance
from tests.rings import ring

NOW = datetime(2026, 3, 4, 9, 0, tzinfo=UTC)
TOKYO = ZoneInfo("Asia/Tokyo")


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


def record(store: Store, text: str, *effects: Effect, name: str = "s") -> Turn:
    """Record a turn that says a text and has effects."""
    session = store.session(name)
    said = Utterance(text, NOW)
    meant = Understanding("a.b", 1.0, parser="template")
    with store.transaction(alone=True) as transaction:
        return transaction.record(session, said, meant, Reply(f"re {text}"), "answered", effects)


def alarm(id_: str = "a1", minutes: int = 5) -> Alarm:
    """Return an alarm meant in Tokyo."""
    due = (NOW + timedelta(minutes=minutes)).astimezone(TOKYO)
    return Alarm(id_, "timer", due, "Ding.", NOW.astimezone(TOKYO), "tea")


def test_store_schema(store: Store, path: Path) -> None:
    """The tables and their columns are these and no others."""
    with sqlite3.connect(path) as db:
        tables = [r[0] for r in db.execute("SELECT name FROM sqlite_master WHERE type = 'table'")]
        schema = {
            table: [column[1] for column in db.execute(f"PRAGMA table_info({table})")]
            for table in tables
            if not table.startswith(("turns_fts", "sqlite_", "_sqlite"))
        }
    assert schema == {
        "sessions": ["id", "name", "started_at", "last_at", "open_question"],
        "turns": [
            "id",
            "session_id",
            "heard_at",
            "text",
            "utterance",
            "understanding",
            "intent",
            "reply",
            "speech",
            "outcome",
            "undoes",
            "back",
            "taken",
            "question",
        ],
        "effects": ["id", "turn_id", "target", "skill", "key", "before", "after"],
        "alarms": list(ALARM),
        "claims": ["alarm", "door", "at"],
        "memory": ["skill", "key", "value"],
    }


def test_store_records_a_turn_with_everything(store: Store) -> None:
    """What was recorded is read back the same."""
    session = store.session("s")
    question = OpenQuestion("Sure?", "a.confirm", {"n": 3})
    said = Utterance("hé 👋", NOW)
    meant = Understanding("a.b", 0.75, parser="classifier", timings={"encode": 1.5})
    with store.transaction(alone=True) as transaction:
        turn = transaction.record(
            session, said, meant, Reply("*yes*", "yes"), "asked", (), question
        )

    assert store.turns(session.id) == [turn]
    assert store.session_by_id(session.id).open_question == question


def test_store_undo_restores_what_was_there(store: Store) -> None:
    """Undo takes back every effect of the newest turn, then of the one before."""
    record(store, "one", WriteMemory("lists", "shopping", ["milk"]))
    two = record(
        store,
        "two",
        WriteMemory("lists", "shopping", ["milk", "eggs"]),
        WriteMemory("lists", "new", []),
        WriteAlarm(alarm()),
    )
    session = store.session("s")
    undoable = store.reader().undoable(session.id)
    assert undoable is not None
    assert undoable.id == two.id
    record(store, "undo", UndoTurn(two.id))
    assert store.reader().memory("lists") == {"shopping": ["milk"]}
    assert store.pending() == []

    one = store.reader().undoable(session.id)
    assert one is not None
    assert one.utterance.text == "one"
    record(store, "undo", UndoTurn(one.id))
    assert store.reader().memory("lists") == {}
    assert store.reader().undoable(session.id) is None
    outcomes = [turn.outcome for turn in store.turns(session.id)]
    assert outcomes == ["undone", "undone", "answered", "answered"]


def test_store_undo_never_loses_a_later_change(store: Store) -> None:
    """A turn whose row has changed since is not undone; the error says what, nothing is written."""
    one = record(store, "one", WriteMemory("lists", "shopping", ["milk"]))
    record(store, "two", WriteMemory("lists", "shopping", ["tea"]), name="other")

    assert [*store.reader().conflicts([one.id])] == [one.id]
    with pytest.raises(StoreError, match="shopping"):
        record(store, "undo", UndoTurn(one.id))
    assert store.reader().memory("lists") == {"shopping": ["tea"]}
    assert len(store.turns(store.session("s").id)) == 1


def test_store_drop_and_undo(store: Store) -> None:
    """A dropped key comes back."""
    record(store, "one", WriteMemory("m", "k", 1))
    gone = record(store, "two", DropMemory("m", "k"))
    assert store.reader().memory("m") == {}
    record(store, "undo", UndoTurn(gone.id))
    assert store.reader().memory("m") == {"k": 1}


def test_store_alarm_keeps_its_zone_and_rings_once(store: Store) -> None:
    """An alarm is a moment with its zone; when due it is claimed exactly once."""
    record(store, "set", WriteAlarm(alarm()))
    assert ring(store, NOW + timedelta(minutes=4)) == []
    late = NOW + timedelta(minutes=6)
    (rung,) = ring(store, late)
    assert rung == replace(alarm(), state="rung", rung_at=late)
    assert str(rung.due.tzinfo) == "Asia/Tokyo"
    assert ring(store, NOW + timedelta(minutes=7)) == []
    assert [a.state for a in store.reader().alarms()] == ["rung"]


CLAIM = """
import sys
from datetime import datetime, UTC
from pathlib import Path
from assistant.store import Store
store = Store.open(Path(sys.argv[1]))
sys.stdin.readline()
print(len(store.claim(datetime(2027, 1, 1, tzinfo=UTC), "", lambda _: False)))
"""


def test_store_of_two_processes_one_gets_each_alarm(store: Store, path: Path) -> None:
    """Two processes that look at the same time share the alarms out without a double."""
    for n in range(40):
        record(store, "set", WriteAlarm(alarm(f"a{n}")))
    doors = [
        subprocess.Popen(
            [sys.executable, "-c", CLAIM, str(path)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        for _ in range(2)
    ]
    for door in doors:
        assert door.stdin is not None
        door.stdin.write("go\n")
        door.stdin.flush()
    counts = [int(door.communicate(timeout=60)[0]) for door in doors]

    assert sum(counts) == 40


WRITE = """
import sys
from datetime import datetime, UTC
from pathlib import Path
from assistant.skill.given import WriteMemory
from assistant.store import Store
from assistant.turn import Reply, Understanding, Utterance
store = Store.open(Path(sys.argv[1]))
session = store.session(sys.argv[2])
n = 0
while n < int(sys.argv[3]):
    n += 1
    said = Utterance(f"turn {n}", datetime.now(UTC))
    effect = [WriteMemory("m", f"{sys.argv[2]}{i}", n) for i in range(2)]
    with store.transaction(alone=True) as transaction:
        meant = Understanding("a.b", 1.0)
        transaction.record(session, said, meant, Reply("ok"), "answered", effect)
    if n == 1:
        print("begun", flush=True)
print("done")
"""


def writer(path: Path, name: str, count: int) -> subprocess.Popen[str]:
    """Start a process that records turns with two effects each."""
    command = [sys.executable, "-c", WRITE, str(path), name, str(count)]
    return subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)


def test_store_two_processes_do_not_block_each_other(store: Store, path: Path) -> None:
    """Two processes write at once, also into a file neither has opened before."""
    writers = [writer(path, name, 60) for name in ("a", "b")]
    ends = [w.communicate(timeout=120) for w in writers]

    assert [w.returncode for w in writers] == [0, 0], ends
    assert [s.turns for s in store.sessions()] == [60, 60]


def test_store_killed_process_leaves_nothing_half_done(store: Store, path: Path) -> None:
    """A turn of a killed process is there with both its effects, or not at all."""
    process = writer(path, "k", 1_000_000)
    assert process.stdout is not None
    assert process.stdout.readline() == "begun\n"
    process.send_signal(signal.SIGKILL)
    process.wait(timeout=10)

    (session,) = store.sessions()
    memory = store.reader().memory("m")
    assert memory["k0"] == memory["k1"] == session.turns
    with sqlite3.connect(path) as db:
        assert db.execute("PRAGMA integrity_check").fetchone() == ("ok",)


def test_store_newer_file_is_refused_untouched(store: Store, path: Path) -> None:
    """A file with a migration this version has not is not written to."""
    store.close()
    with sqlite3.connect(path) as db:
        db.execute("PRAGMA journal_mode = DELETE")
        db.execute(
            "INSERT INTO _sqlite_migrations (migration_set, name, applied_at) "
            "VALUES ('assistant', 'm999_future', '')"
        )
    before = path.read_bytes()

    with pytest.raises(StoreError, match=r"newer version \(m999_future\)"):
        Store.open(path)
    assert path.read_bytes() == before


def test_store_is_backed_up_before_a_migration(
    store: Store, path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Before an old file is changed a copy of it is made, and what was in it stays."""
    record(store, "keep me")
    store.close()

    def m998_later(db: object) -> None:
        db.execute("CREATE TABLE later (x)")  # type: ignore[attr-defined]

    monkeypatch.setattr(migrations, "STEPS", (*migrations.STEPS, m998_later))
    reopened = Store.open(path)
    assert [t.utterance.text for t in reopened.search("keep")] == ["keep me"]
    reopened.close()
    with sqlite3.connect(path.with_name("assistant.db.backup-v4")) as copy:
        assert copy.execute("SELECT text FROM turns").fetchall() == [("keep me",)]
        assert not copy.execute("SELECT 1 FROM sqlite_master WHERE name = 'later'").fetchone()


@pytest.mark.parametrize(
    "content", [b"not a database at all" * 300, b"SQLite format 3\x00" + b"\xff" * 5000]
)
def test_store_damaged_file_is_named_and_left_alone(path: Path, content: bytes) -> None:
    """A damaged file is one sentence, and not a byte of it changes."""
    path.write_bytes(content)

    with pytest.raises(StoreError, match=r"assistant\.db"):
        Store.open(path)
    assert path.read_bytes() == content


def test_store_foreign_database_is_refused(path: Path) -> None:
    """A database of another program is not taken over."""
    with sqlite3.connect(path) as db:
        db.execute("CREATE TABLE recipes (name)")

    with pytest.raises(StoreError, match="another program"):
        Store.open(path)


@contextmanager
def without_rights() -> Iterator[None]:
    """Give up root's rights for a while: root may write everywhere."""
    root = os.geteuid() == 0
    if root:
        os.seteuid(65534)  # nobody
    try:
        yield
    finally:
        if root:
            os.seteuid(0)


def test_store_read_only_folder_is_a_sentence(tmp_path: Path) -> None:
    """A folder that can't be written is told with what to do."""
    folder = tmp_path / "ro"
    folder.mkdir()
    folder.chmod(0o500)

    with pytest.raises(StoreError, match="rights"), without_rights():
        Store.open(folder / "assistant.db")


@pytest.mark.parametrize(
    "query", ['"', "' OR 1=1 --", "AND", "NEAR(", "*", "a:b", "((", "😀", "\x00", "", "-milk"]
)
def test_store_search_takes_any_text(store: Store, query: str) -> None:
    """No text of the user is an operator or an error."""
    record(store, "buy milk")

    assert all("milk" in turn.utterance.text for turn in store.search(query))


def test_store_search_finds_beginnings_in_text_and_reply(store: Store) -> None:
    """Words are found by their beginning, in what was said and in what was answered."""
    record(store, "the spare key is under the pot")
    record(store, "flip a coin")

    assert [t.utterance.text for t in store.search("spar ke")] == ["the spare key is under the pot"]
    assert len(store.search("re")) == 2
    assert [s.name for s in store.sessions(search="coin")] == ["s"]
    assert store.sessions(search="unicorn") == []


def test_store_forget_leaves_no_trace_in_the_file(store: Store, path: Path) -> None:
    """What is forgotten is gone from the file, its journal and the index."""
    secret = "xylophone-4711"
    record(store, f"remember {secret}", WriteMemory("m", "k", 1))
    record(store, "other", name="kept")
    assert store.forget(What([store.session("s").id])).turns == 1
    assert store.owes_wiping()
    store.wipe()
    assert not store.owes_wiping()

    files = path.parent.glob("assistant.db*")
    assert not any(b"xylophone" in file.read_bytes() for file in files)
    assert len(store.search("other")) == 1


def test_store_forget_before_a_moment(store: Store) -> None:
    """Only older turns go."""
    record(store, "old")
    assert store.forget(What(before=NOW)).turns == 0
    assert store.forget(What(before=NOW + timedelta(seconds=1))).turns == 1


def test_store_rename_and_delete_sessions(store: Store) -> None:
    """A session can be renamed, and deleted with its turns; alarms stay."""
    turn = record(store, "set", WriteAlarm(alarm()))
    store.rename(turn.session_id, "tea time")
    assert [s.name for s in store.sessions()] == ["tea time"]
    store.delete(turn.session_id)
    assert store.sessions() == []
    assert store.search("set") == []
    assert len(store.pending()) == 1
    with pytest.raises(StoreError, match="gone"):
        store.session_by_id(turn.session_id)


def test_store_temporary_is_forgotten() -> None:
    """A temporary store works like any other and leaves no file."""
    store = Store.temporary()
    folder = store._path.parent
    record(store, "hello")
    store.close()

    assert not folder.exists()
