"""What is saved of a damaged database."""

from __future__ import annotations

import re
import sqlite3
from contextlib import closing
from datetime import timedelta
from pathlib import Path

import pytest
from click.testing import CliRunner

from assistant import paths
from assistant.cli import commands
from assistant.doors.logs import keep_log
from assistant.errors import StoreError
from assistant.measuring import checks
from assistant.store import Store, opening, recovering
from assistant.store.remains import Remains
from tests.filled import NOW, conversed, damage, database, kept
from tests.hostile import databases as campaign

__all__ = ["conversed", "database"]


def test_recover_saves_what_can_be_read(database: Path) -> None:
    """Pages that are lost cost their rows alone; the damaged file keeps its bytes."""
    saved = list[int]()
    whole = database.read_bytes()
    for seed in range(8):
        database.write_bytes(whole)
        damage(database, 0.15, seed)
        before = database.read_bytes()
        try:
            found = recovering.recover(database, NOW + timedelta(minutes=seed))
        except StoreError:
            assert database.read_bytes() == before
            saved.append(0)
            continue
        assert found is not None
        assert found.aside.read_bytes() == before
        assert found.aside.stat().st_mode & 0o077 == 0
        saved.append(found.saved["turns"])
        Store.open(database).close()
    assert sum(saved) > 8 * 42 * 0.5


def test_recover_of_a_whole_database_does_nothing(database: Path) -> None:
    """It says so, and there is nothing new beside it."""
    before = database.read_bytes(), {each.name for each in database.parent.iterdir()}
    assert recovering.recover(database, NOW) is None
    told = CliRunner().invoke(commands, ["doctor", "--recover"])
    assert told.exit_code == 0
    assert "is whole: there is nothing to recover" in told.output
    after = {each.name for each in database.parent.iterdir()}
    assert (database.read_bytes(), after - {".assistant.db.lock"}) == before


def test_recover_by_the_command_line(database: Path) -> None:
    """`assistant doctor --recover` says what was saved, and where the old file is."""
    damage(database, 0.1, seed=3)
    told = CliRunner().invoke(commands, ["doctor", "--recover"])
    assert told.exit_code == 0, (told.output, told.exception)
    assert re.search(r"Saved .*\d+ turns", told.output)
    assert "is kept in" in told.output


def test_recover_of_a_damaged_index_alone(database: Path) -> None:
    """What is found by words is a part of it, though SQLite's check passes over it."""
    with closing(sqlite3.connect(database)) as db:
        db.execute("UPDATE turns_fts_data SET block = x'ffffff' WHERE id > 10")
        db.commit()
    with pytest.raises(StoreError, match="is damaged"):
        _found(database, "box")
    found = recovering.recover(database, NOW)
    assert found is not None
    assert found.saved["turns"] == 42
    assert _found(database, "box") == 40


@pytest.mark.parametrize("seed", range(8))
def test_doctor_tells_damage_in_plain_words(
    database: Path, seed: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    """SQLite's own lines are in the log alone."""
    monkeypatch.setattr(checks, "CHECKS", {"database": checks.CHECKS["database"]})
    damage(database, 0.2, seed)
    keep_log()
    told = CliRunner().invoke(commands, ["doctor"]).output
    line = next(each for each in told.splitlines() if each.startswith("BAD  database"))
    line = line.replace(str(database), "")
    of = r"in (the|what)|what it consists of|not in what"
    assert re.search(rf"is damaged( \(({of})|: save what can be read)", line), line
    assert not re.search(r"main|btree|Tree|malformed|\*\*\*|error code|Page|rowid", line), line
    assert "is damaged" in paths.log_file().read_text(encoding="utf-8")


def _found(path: Path, word: str) -> int:
    store = Store.open(path)
    try:
        return len(store.search(word))
    finally:
        store.close()


def test_databases_damaged_in_short(tmp_path: Path) -> None:
    """A little of the campaign; whole it is `python -m tests.hostile.databases`."""
    wrong, ended = campaign.run(tmp_path, rounds=12, seed=4)
    assert wrong == []
    assert ended["recovered"] > 2


def test_doctor_names_what_is_damaged(database: Path) -> None:
    """Whatever pages are, the check of the database says so in a line, with what mends it."""
    whole, told = database.read_bytes(), list[str]()
    for seed in range(6):
        database.write_bytes(whole)
        damage(database, 0.2, seed)
        told.append(checks._guarded("database", checks._database).found)
        assert not checks._guarded("database", checks._database).well
    assert all(str(database) in each for each in told)


def test_recover_reads_columns_by_their_place(database: Path) -> None:
    """A name that is damaged in the schema costs nothing."""
    with closing(sqlite3.connect(database)) as db:
        db.execute("PRAGMA writable_schema = ON")
        db.execute("UPDATE sqlite_master SET sql = replace(sql, 'utterance', 'utter\"nce')")
        db.execute("UPDATE sqlite_master SET sql = replace(sql, 'utter\"nce', '[utter\"nce]')")
        db.commit()
    found = recovering.recover(database, NOW)
    assert found is not None
    assert (found.saved["turns"], found.saved["effects"]) == (42, 42)
    assert kept(database) == (40, ["milk"], 1)


def test_recover_keeps_rows_that_have_the_same_number(tmp_path: Path) -> None:
    """A number that is damaged may be another row's; what is read again is no other row.

    The others keep theirs, for what they did is known by it.
    """
    new = opening.open_database(tmp_path / "new.db")
    told = ((1, "a"), (1, "b"), (1, "a"), (1, "b"), (2, "c"))
    rows = [{"id": n, "name": name, "started_at": "x", "last_at": "x"} for n, name in told]
    saved = recovering._saved(Remains({"sessions": rows}), new)
    assert saved == {"sessions": 3}
    found = new.execute("SELECT id, name FROM sessions ORDER BY id").fetchall()
    assert found == [(1, "a"), (2, "c"), (3, "b")]
    new.close()
