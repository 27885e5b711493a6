"""Copies of the database, and the way back to them."""

from __future__ import annotations

import os
import sqlite3
import subprocess
import sys
import time
from contextlib import closing
from datetime import date, timedelta
from pathlib import Path

import pytest
from click.testing import CliRunner

from assistant.cli import commands
from assistant.errors import StoreError
from assistant.store import Store, backups, opening, recovering, replacing
from assistant.testing import Conversation
from tests.filled import NOW, age, conversed, damage, database, kept

__all__ = ["conversed", "database"]


def test_backups_are_made_once_a_day_and_the_newest_stay(database: Path) -> None:
    """One a day, a week of them, none of which others may read."""
    first = date(2026, 11, 1)
    made = [backups.back_up_daily(database, first + timedelta(days=n)) for n in range(10)]
    assert all(made)
    assert backups.back_up_daily(database, first + timedelta(days=9)) is None
    there = backups.copies(database)
    assert [each.name for each in there][:2] == [
        "assistant-2026-11-10.db",
        "assistant-2026-11-09.db",
    ]
    assert len(there) == backups.DAYS
    assert {each.stat().st_mode & 0o077 for each in there} == {0}
    assert kept(there[0]) == (40, ["milk"], 1)


def test_backups_made_by_hand_stay(database: Path, tmp_path: Path) -> None:
    """Neither do they push out those of the days, nor is the folder they go to changed."""
    for n in range(7):
        backups.back_up_daily(database, date(2026, 11, 1 + n))
        backups.back_up(database, backups.folder(database) / f"assistant-2026-12-01-10000{n}.db")
    backups.back_up_daily(database, date(2026, 11, 8))
    assert len(backups.copies(database)) == 14
    public = tmp_path / "public"
    public.mkdir(mode=0o755)
    public.chmod(0o755)
    backups.back_up(database, public / "x.db")
    assert public.stat().st_mode & 0o777 == 0o755
    with pytest.raises(StoreError, match="the database itself"):
        backups.back_up(database, database)


def test_backups_of_a_damaged_database_take_no_good_one_s_place(database: Path) -> None:
    """What can't be copied whole is no copy."""
    good = backups.back_up_daily(database, date(2026, 11, 1))
    assert good is not None
    damage(database, 0.7, seed=1)
    with pytest.raises(StoreError):
        backups.back_up(database, good)
    assert kept(good) == (40, ["milk"], 1)


def test_restore_goes_back_and_keeps_what_was(database: Path, say: Conversation) -> None:
    """A program that has it open sees what is restored, and what was before stays beside it."""
    copy = backups.back_up_daily(database, date(2026, 11, 1))
    assert copy is not None
    say("add eggs to my shopping list")
    aside = backups.restore(database, copy, NOW)
    assert say("what is on my shopping list").reply.text.endswith("\n- milk")
    assert aside is not None
    assert kept(aside)[1] == ["milk", "eggs"]


def test_restore_over_a_damaged_database(database: Path) -> None:
    """What can't even be opened makes room."""
    copy = backups.back_up_daily(database, date(2026, 11, 1))
    assert copy is not None
    database.write_bytes(b"no database at all" * 1000)
    backups.restore(database, copy, NOW)
    assert kept(database) == (40, ["milk"], 1)


def test_backup_and_restore_by_the_command_line(database: Path, tmp_path: Path) -> None:
    """A copy to a file and back, and one that is not there."""
    run = CliRunner()
    copy = str(tmp_path / "copy.db")
    assert run.invoke(commands, ["backup", copy]).exit_code == 0
    assert run.invoke(commands, ["restore", copy, "--yes"]).exit_code == 0
    assert kept(database) == (40, ["milk"], 1)
    letter = tmp_path / "letter.txt"
    letter.write_text("precious", encoding="utf-8")
    refused = run.invoke(commands, ["backup", str(letter)])
    assert "is no copy of a database: name another file" in str(refused.exception)
    assert letter.read_text(encoding="utf-8") == "precious"
    gone = run.invoke(commands, ["restore", "2020-01-01", "--yes"])
    assert isinstance(gone.exception, StoreError)
    assert "There is no copy “2020-01-01”" in str(gone.exception)


WRITES = """
import sqlite3, sys
db = sqlite3.connect(sys.argv[1], timeout=30, isolation_level=None)
for n in range(10**9):
    db.execute("INSERT INTO memory (skill, key, value) VALUES ('x', ?, '1')", [str(n)])
    print(n, flush=True)
"""
"""Keeps one thing after another, and tells it when it is kept."""

HOLDS = """
import sqlite3, sys
db = sqlite3.connect(sys.argv[1], isolation_level=None)
db.execute("BEGIN IMMEDIATE" if sys.argv[2] == "writes" else "BEGIN")
db.execute("SELECT count(*) FROM turns").fetchone()
print("open", flush=True)
sys.stdin.read()
"""
"""Has a database open until its input ends."""


def _other(code: str, *given: object) -> subprocess.Popen[str]:
    command = [sys.executable, "-c", code, *map(str, given)]
    return subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)


def test_restore_loses_nothing_that_another_one_writes_meanwhile(database: Path) -> None:
    """What it was told to have kept is in what was set aside, or in what is now."""
    copy = backups.back_up_daily(database, date(2026, 11, 1))
    assert copy is not None
    for _ in range(3):
        with _other(WRITES, database) as writer:
            assert writer.stdout is not None
            told = [writer.stdout.readline()]
            aside = backups.restore(database, copy, NOW)
            time.sleep(0.05)
            writer.kill()
            told += [line for line in writer.stdout if line.endswith("\n")]
        assert aside is not None
        kept_now = _keys(aside) | _keys(database)
        assert {int(line) for line in told} <= kept_now
        assert _keys(aside), "nothing was written before"


def _keys(path: Path) -> set[int]:
    with closing(sqlite3.connect(path)) as db:
        return {int(key) for (key,) in db.execute("SELECT key FROM memory WHERE skill = 'x'")}


def test_restore_twice_in_a_second_keeps_both(database: Path, say: Conversation) -> None:
    """What is set aside takes the place of nothing."""
    copy = backups.back_up_daily(database, date(2026, 11, 1))
    assert copy is not None
    asides = []
    for thing in ("eggs", "tea"):
        say(f"add {thing} to my shopping list")
        asides.append(backups.restore(database, copy, NOW))
    assert [kept(each)[1] for each in asides if each] == [["milk", "eggs"], ["milk", "tea"]]


def test_restore_waits_for_a_writer_but_not_for_ever(
    database: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """One sentence says that it is in use, and it is what it was, with nothing beside it."""
    copy = backups.back_up_daily(database, date(2026, 11, 1))
    assert copy is not None
    monkeypatch.setattr(opening, "PATIENCE", 0.3)
    with _other(HOLDS, database, "writes") as other:
        assert other.stdout is not None
        other.stdout.readline()
        before, began = database.read_bytes(), time.monotonic()
        with pytest.raises(StoreError, match="Another program holds the database"):
            backups.restore(database, copy, NOW)
        assert time.monotonic() - began < 5
        other.kill()
    assert database.read_bytes() == before
    assert list(database.parent.glob("assistant.db.*")) == []


@pytest.mark.parametrize("act", ["restore", "recover"])
def test_a_damaged_database_is_not_replaced_under_another_program(
    database: Path, monkeypatch: pytest.MonkeyPatch, act: str
) -> None:
    """It would go on with the old file, and what it keeps would be lost."""
    copy = backups.back_up_daily(database, date(2026, 11, 1))
    assert copy is not None
    monkeypatch.setattr(replacing, "HOLD", 0.2)
    with _other(HOLDS, database, "reads") as other:
        assert other.stdout is not None
        other.stdout.readline()
        damage(database, 0.15, seed=1)
        before = database.read_bytes()
        with pytest.raises(StoreError, match=r"Another program has the database .* open"):
            _act(act, database, copy)
        assert database.read_bytes() == before
        other.kill()
    _act(act, database, copy)
    Store.open(database).close()


def _act(act: str, database: Path, copy: Path) -> None:
    if act == "restore":
        backups.restore(database, copy, NOW)
    else:
        recovering.recover(database, NOW)


@pytest.mark.parametrize("act", ["restore", "recover"])
@pytest.mark.parametrize("kind", ["folder", "pipe"])
def test_what_is_no_file_is_neither_waited_for_nor_replaced(
    database: Path, act: str, kind: str
) -> None:
    """It is said what is there instead of a database."""
    copy = backups.back_up_daily(database, date(2026, 11, 1))
    assert copy is not None
    database.unlink()
    database.mkdir() if kind == "folder" else os.mkfifo(database)
    with pytest.raises(StoreError, match="is no file"):
        _act(act, database, copy)
    assert database.is_dir() or database.is_fifo()


def test_restore_tells_want_of_room_from_damage(
    database: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What can't be written now is left as it is, not moved out of the way."""
    copy = backups.back_up_daily(database, date(2026, 11, 1))
    assert copy is not None

    def full(*_: object) -> None:
        raise sqlite3.OperationalError("database or disk is full")

    monkeypatch.setattr(backups, "copy_pages", full)
    inode = database.stat().st_ino
    with pytest.raises(StoreError, match="no room left"):
        backups.restore(database, copy, NOW)
    assert database.stat().st_ino == inode
    assert list(database.parent.glob("assistant.db.*")) == []


def test_copies_are_their_owner_s_alone(database: Path) -> None:
    """Those before a restore, a recovery and a migration too, whatever was there before."""
    before = os.umask(0o022)
    try:
        age(database)
        old = database.with_name("assistant.db.backup-v2")
        old.touch(mode=0o644)
        old.chmod(0o644)
        Store.open(database).close()
        copy = backups.back_up_daily(database, date(2026, 11, 1))
        assert copy is not None
        backups.restore(database, copy, NOW)
        damage(database, 0.1, seed=3)
        recovering.recover(database, NOW)
    finally:
        os.umask(before)
    found = [each for each in database.parent.rglob("assistant*db*") if each != old]
    assert len(found) == 5
    assert {each.stat().st_mode & 0o077 for each in found} == {0}
    assert old.read_bytes() == b"", "an older copy was written over"


def test_a_migration_is_copied_before_by_the_one_that_does_it(database: Path) -> None:
    """Of several that open an old file at once none copies what another one has migrated."""
    age(database)
    code = "import sys; from pathlib import Path; from assistant.store import Store\n"
    code += "print(1, flush=True); input(); Store.open(Path(sys.argv[1])).close()"
    every = [_other(code, database) for _ in range(4)]
    for each in every:
        assert each.stdout is not None
        each.stdout.readline()
    for each in every:
        each.communicate("\n")
        assert each.returncode == 0
    (copy,) = database.parent.glob("assistant.db.backup*")
    with closing(sqlite3.connect(copy)) as db:
        names = {row[0] for row in db.execute("SELECT name FROM sqlite_master")}
    assert "turns" in names
    assert "claims" not in names


def test_a_replacement_that_was_begun_is_gone_on_with(database: Path, tmp_path: Path) -> None:
    """By whoever opens it next; the log of the old file is none of the new one's."""
    copy = backups.back_up_daily(database, date(2026, 11, 1))
    assert copy is not None
    database.write_bytes(b"no database" * 900)
    database.with_name("assistant.db-wal").write_bytes(b"no log" * 900)
    replacing.ready(database).write_bytes(copy.read_bytes())
    assert kept(database) == (40, ["milk"], 1)
    assert not replacing.ready(database).exists()
    database.unlink()
    replacing.ready(database).write_bytes(copy.read_bytes())
    assert kept(database) == (40, ["milk"], 1)


def test_a_database_that_is_a_link_is_one_too(
    database: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, say: Conversation
) -> None:
    """What is synced, kept, restored and forgotten is what it leads to; it stays a link."""
    copy = backups.back_up_daily(database, date(2026, 11, 1))
    assert copy is not None
    target = tmp_path / "elsewhere" / "mine.db"
    target.parent.mkdir()
    database.rename(target)
    database.symlink_to(target)
    synced = list[str]()
    fsync = os.fsync
    monkeypatch.setattr(
        os, "fsync", lambda number: (synced.append(_name(number)), fsync(number))[1]
    )
    say("add eggs to my shopping list")
    assert f"{target}-wal" in synced
    say.close()
    aside = backups.restore(database, copy, NOW)
    damage(target, 0.1, seed=3)
    recovering.recover(database, NOW)
    assert database.is_symlink()
    assert aside is not None
    assert aside.parent == target.parent
    told = CliRunner().invoke(commands, ["history", "forget", "--all", "--yes"])
    assert aside.name in told.output
    assert [each.name for each in target.parent.iterdir() if each.suffix != ".lock"] == ["mine.db"]


def _name(number: int) -> str:
    try:
        return str(Path(f"/proc/self/fd/{number}").readlink())
    except OSError:
        pytest.skip("needs Linux")
