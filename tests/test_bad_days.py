"""Days on which the store can't be used: what can be told is told, nothing is said to be kept."""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest

from assistant import paths
from assistant.doors.shell import answer_all
from assistant.errors import StoreError
from assistant.store import Store, opening
from assistant.testing import Conversation


@pytest.fixture
def home(say: Conversation) -> Path:
    """Give a home with a list and a timer."""
    say("add milk and eggs to my shopping list")
    say("set a tea timer for 5 hours")
    say.close()
    return paths.home()


def heard(capfd: pytest.CaptureFixture[str], *lines: str) -> tuple[int, str, str]:
    """Return the exit code, what was told and what was told aside."""
    code = answer_all(lines, "shell", False, ())
    told = capfd.readouterr()
    return code, told.out, told.err


def _locked(patch: pytest.MonkeyPatch) -> None:
    def refused(path: Path) -> object:
        raise opening.explained(path, sqlite3.OperationalError("database is locked"))

    patch.setattr("assistant.store.store.open_database", _but_for_copies(refused))


def _unwritable(patch: pytest.MonkeyPatch) -> None:
    def refused(path: Path) -> object:
        raise opening.explained(path, PermissionError(13, "Permission denied"))

    patch.setattr("assistant.store.store.open_database", _but_for_copies(refused))


def _full(patch: pytest.MonkeyPatch) -> None:
    def refused(path: Path) -> object:
        raise opening.explained(path, sqlite3.OperationalError("database or disk is full"))

    patch.setattr("assistant.store.store.open_database", _but_for_copies(refused))


def _but_for_copies(refused: Callable[[Path], object]) -> Callable[[Path], object]:
    def opened(path: Path) -> object:
        return refused(path) if path == paths.database() else opening.open_database(path)

    return opened


@pytest.mark.parametrize("trouble", [_locked, _unwritable, _full])
def test_bad_days_what_is_stored_is_told(
    home: Path,
    monkeypatch: pytest.MonkeyPatch,
    capfd: pytest.CaptureFixture[str],
    trouble: Callable[[pytest.MonkeyPatch], None],
) -> None:
    """A list is not empty because it can't be written; adding to it is refused, and not acted."""
    trouble(monkeypatch)
    code, out, err = heard(capfd, "what is on my shopping list")
    assert (code, "- milk" in out, "only tell what is stored" in err) == (0, True, True)
    code, out, err = heard(capfd, "add tea to my shopping list")
    assert code == 1
    assert "Nothing was changed." in out
    assert "Added" not in out
    monkeypatch.undo()
    monkeypatch.setenv("ASSISTANT_HOME", str(home))
    assert "tea" not in heard(capfd, "what is on my shopping list")[1]


@pytest.mark.skipif(not hasattr(os, "geteuid") or os.geteuid() == 0, reason="root may write all")
def test_bad_days_home_that_can_t_be_written(home: Path, capfd: pytest.CaptureFixture[str]) -> None:
    """The same with the rights of real folders."""
    for each in (*home.rglob("*"), home):
        each.chmod(0o500 if each.is_dir() else 0o400)
    try:
        code, out, err = heard(capfd, "what is on my shopping list")
    finally:
        home.chmod(0o700)
    assert (code, "- milk" in out, "only tell what is stored" in err) == (0, True, True)


def test_bad_days_damaged_pages_are_read_around(
    home: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    """What can be recovered is told; the damaged file is left as it is."""
    data = bytearray(paths.database().read_bytes())
    data[100:108] = b"\xff" * 8
    paths.database().write_bytes(data)
    _, out, err = heard(capfd, "what is 2 plus 2")
    assert "4" in out
    assert "assistant doctor --recover" in err
    assert paths.database().read_bytes() == bytes(data)


def test_bad_days_what_can_t_be_read_is_not_empty(
    home: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    """Where nothing is left to read, what needs it says so, and the rest goes on."""
    paths.database().write_bytes(b"x" * 50_000)
    _, out, err = heard(capfd, "what is on my shopping list", "what is 2 plus 2")
    assert "empty" not in out
    assert "can't be read" in out
    assert "4" in out
    assert "is damaged" in err


@pytest.mark.parametrize("kind", ["folder", "pipe"])
def test_bad_days_no_file_in_its_place(
    tmp_path: Path, capfd: pytest.CaptureFixture[str], kind: str
) -> None:
    """Neither a folder nor a pipe is waited for."""
    paths.home().mkdir(parents=True)
    if kind == "pipe" and not hasattr(os, "mkfifo"):
        pytest.skip("needs named pipes")
    paths.database().mkdir() if kind == "folder" else os.mkfifo(paths.database())
    _, out, err = heard(capfd, "what is 2 plus 2")
    assert "4" in out
    assert "is no file" in err


def test_bad_days_of_a_newer_version(home: Path, capfd: pytest.CaptureFixture[str]) -> None:
    """What a newer version wrote is told as far as this one can read it, and left alone."""
    with closing(sqlite3.connect(paths.database())) as db:
        db.execute(
            "INSERT INTO _sqlite_migrations (migration_set, name, applied_at) VALUES "
            "('assistant', 'm999_later', 'now')"
        )
        db.commit()
    before = paths.database().read_bytes()
    _, out, err = heard(capfd, "what is on my shopping list")
    assert "newer version" in err
    assert "empty" not in out
    assert paths.database().read_bytes() == before


def test_bad_days_odd_rows_cost_themselves(home: Path, capfd: pytest.CaptureFixture[str]) -> None:
    """Values that are not what was written are passed over; the others are told."""
    with closing(sqlite3.connect(paths.database())) as db:
        db.execute("INSERT INTO memory VALUES ('lists', 'odd', x'ff00')")
        db.execute("INSERT INTO memory VALUES ('lists', 'half', '[\"a')")
        db.execute("UPDATE turns SET understanding = '{}', utterance = '[]' WHERE id = 1")
        db.execute("UPDATE alarms SET due_utc = 'never'")
        db.execute("UPDATE sessions SET open_question = '{', started_at = 'once'")
        db.commit()
    code, out, _ = heard(
        capfd, "what is on my shopping list", "add tea to my shopping list", "list my timers"
    )
    assert code in (0, 3)
    assert "- milk" in out
    assert "Added tea" in out


def test_bad_days_with_no_place_for_a_copy(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Then the first sentence is all there is."""
    _full(monkeypatch)

    def nowhere(*_: object, **__: object) -> object:
        raise FileNotFoundError(2, "No usable temporary directory found")

    monkeypatch.setattr("tempfile.TemporaryDirectory", nowhere)
    with pytest.raises(StoreError, match="free some disk space"):
        answer_all(["what time is it"], "shell", False, ())


def test_bad_days_store_in_trouble_writes_nothing(home: Path) -> None:
    """Neither names, nor claims, nor what is forgotten."""
    error = StoreError("It is full.")
    from datetime import UTC, datetime

    store = Store.left_of(paths.database(), lambda: datetime.now(UTC), error)
    with pytest.raises(StoreError, match="It is full"):
        store.rename(1, "x")
    assert len(store.pending()) == 1
    store.close()
