"""Which copy is meant, and what is none."""

from __future__ import annotations

import shutil
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest
from click.testing import CliRunner

from assistant.cli import commands
from assistant.errors import StoreError
from assistant.store import backups, recovering
from tests.filled import NOW, conversed, damage, database, kept

__all__ = ["conversed", "database"]

NO_COPIES = {
    "foreign": ("CREATE TABLE theirs (x)", "is a database of another program: assistant restore"),
    "empty": ("", "holds nothing of the assistant's"),
    "newer": (
        "INSERT INTO _sqlite_migrations (migration_set, name) VALUES ('assistant', 'm999_later')",
        r"was written by a newer version \(m999_later\)",
    ),
    "torn": (b"SQLite format 3\0" + b"x" * 5000, r"is damaged \("),
    "text": (b"hello", r"is damaged \(it is no database\)"),
    "spoilt": (0.1, r"is damaged \(in the turns"),
}
"""What is no copy that can be gone back to: how it is made, and what is told of it."""


def _no_copy(kind: str, database: Path, other: Path) -> Path:
    made = NO_COPIES[kind][0]
    if isinstance(made, bytes):
        other.write_bytes(made)
        return other
    if kind in ("newer", "spoilt"):
        shutil.copyfile(database, other)
    if isinstance(made, float):
        damage(other, made, seed=3)
        return other
    with closing(sqlite3.connect(other)) as db:
        db.execute(str(made))
        db.commit()
    return other


@pytest.mark.parametrize("kind", NO_COPIES)
def test_restore_refuses_what_is_no_copy(database: Path, tmp_path: Path, kind: str) -> None:
    """Nothing is changed then, and what is told names the file that was given, in one line."""
    other = _no_copy(kind, database, tmp_path / "other.db")
    with pytest.raises(StoreError, match=NO_COPIES[kind][1]) as told:
        backups.restore(database, other, NOW)
    assert str(other) in str(told.value)
    assert ".work" not in str(told.value)
    assert "\n" not in str(told.value)
    assert kept(database) == (40, ["milk"], 1)


@pytest.mark.parametrize("kind", ["foreign", "newer", "text"])
def test_recover_and_backup_name_the_file(database: Path, tmp_path: Path, kind: str) -> None:
    """Not the copy that is worked on."""
    other = _no_copy(kind, database, tmp_path / "other.db")
    shutil.copyfile(other, database)

    def recover() -> None:
        recovering.recover(database, NOW)

    def back_up() -> None:
        backups.back_up(database, tmp_path / "copy.db")

    for act in (recover, back_up) if kind == "text" else (recover,):
        with pytest.raises(StoreError) as told:
            act()
        assert str(database) in str(told.value)
        assert ".work" not in str(told.value)
        assert ".part" not in str(told.value)


def test_backup_takes_the_place_of_no_other_database(database: Path, tmp_path: Path) -> None:
    """Another program's is no copy of ours."""
    other = _no_copy("foreign", database, tmp_path / "other.db")
    told = CliRunner().invoke(commands, ["backup", str(other)])
    assert "is no copy of a database: name another file" in str(told.exception)
    with closing(sqlite3.connect(other)) as db:
        assert db.execute("SELECT name FROM sqlite_master").fetchall() == [("theirs",)]


@pytest.mark.parametrize(
    ("which", "meant"),
    [
        ("2026-11-27", "2026-11-27"),  # its whole name, though another one begins so
        ("2026-11-28", "2026-11-28-101500"),
        ("2026-12", "2026-12-01"),
        ("assistant-2026-12-01", "2026-12-01"),
        ("assistant-2026-12-01.db", "2026-12-01"),
        ("2026-11", "say 2026-11-28-101500, 2026-11-27 or 2026-11-27-090000."),
        ("2026-11-27-", "2026-11-27-090000"),
        ("2027", "There is no copy “2027”"),
        ("", "There is no copy “”"),
    ],
)
def test_restore_takes_the_beginning_of_one_name(database: Path, which: str, meant: str) -> None:
    """What several copies are called by names them, and nothing is changed."""
    for name in ("2026-11-27", "2026-11-27-090000", "2026-11-28-101500", "2026-12-01"):
        backups.back_up(database, backups.folder(database) / f"assistant-{name}.db")
    told = CliRunner().invoke(commands, ["restore", which, "--yes"])
    if told.exception:
        assert isinstance(told.exception, StoreError)
        assert meant in str(told.exception)
    else:
        assert f"Restored from {backups.folder(database) / f'assistant-{meant}.db'}." in told.output
