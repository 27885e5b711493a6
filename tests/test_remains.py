"""What is saved where the pages that lead to rows are damaged, and what is told meanwhile."""

from __future__ import annotations

import random
import sqlite3
from contextlib import closing
from functools import cache
from pathlib import Path

import pytest

from assistant import paths
from assistant.doors.shell import answer_all
from assistant.errors import StoreError
from assistant.store import Store, recovering
from assistant.store.forgetting import What
from assistant.store.remains import remains
from tests.filled import NOW, conversed, database, kept
from tests.hostile import holding
from tests.hostile.databases import recovered_tables

__all__ = ["conversed", "database"]

PAGE = holding.PAGE


@cache
def lying(whole: bytes) -> dict[holding.Row, set[int]]:
    """Return the pages that the rows of a whole database lie on."""
    return holding.pages_of(whole, recovered_tables())


def overwrite(path: Path, numbers: set[int], fill: bytes) -> None:
    """Fill pages, from 0, of a file."""
    data = bytearray(path.read_bytes())
    for number in numbers:
        data[PAGE * number : PAGE * (number + 1)] = fill
    path.write_bytes(data)


def leading(whole: bytes) -> set[int]:
    """Return the pages on which no row of ours lies."""
    return set(range(len(whole) // PAGE)) - set().union(*lying(whole).values())


def first_page(path: Path, table: str) -> int:
    """Return the page, from 0, that all others of a table are found by."""
    with closing(sqlite3.connect(path)) as db:
        (number,) = db.execute("SELECT rootpage FROM sqlite_master WHERE name = ?", [table])
    return int(number[0]) - 1


@pytest.mark.parametrize(
    "fill", [bytes(PAGE), random.Random(1).randbytes(PAGE)], ids=["zeros", "chance"]
)
def test_remains_without_what_leads_to_them(database: Path, conversed: bytes, fill: bytes) -> None:
    """Each page on which no row lies may be lost, and all of them at once: no row is."""
    there = holding.stored(database, recovered_tables())
    for numbers in (*({each} for each in leading(conversed)), leading(conversed)):
        database.write_bytes(conversed)
        overwrite(database, numbers, fill)
        if recovering.recover(database, NOW) is not None:
            assert holding.stored(database, recovered_tables()) == there, numbers


@pytest.mark.parametrize("seed", range(4))
def test_remains_of_other_pages(database: Path, conversed: bytes, seed: int) -> None:
    """Half of all pages are lost: what lies on the others is saved, as it was."""
    chance = random.Random(seed)
    pages = range(len(conversed) // PAGE)
    lost = set(chance.sample(pages, len(pages) // 2))
    overwrite(database, lost, chance.randbytes(PAGE))
    held = holding.held(lying(conversed), conversed, database.read_bytes())
    assert held
    assert recovering.recover(database, NOW) is not None
    assert held <= holding.stored(database, recovered_tables())


@pytest.mark.parametrize("share", [0.3, 0.7, 0.99])
def test_remains_of_a_file_cut_short(database: Path, conversed: bytes, share: float) -> None:
    """SQLite reads nothing of it; what is there is saved."""
    database.write_bytes(conversed[: int(len(conversed) * share)])
    held = holding.held(lying(conversed), conversed, database.read_bytes())
    assert recovering.recover(database, NOW) is not None
    assert held <= holding.stored(database, recovered_tables())


def test_remains_in_a_log(database: Path, conversed: bytes) -> None:
    """What is in the log alone is saved, though the file has no head to read it by."""
    store = Store.open(database)
    store.rename(store.session("later").id, "in the log alone")
    data, log = database.read_bytes(), database.with_name("assistant.db-wal").read_bytes()
    store.close()
    database.write_bytes(bytes(PAGE) + data[PAGE:])
    database.with_name("assistant.db-wal").write_bytes(log)
    assert recovering.recover(database, NOW) is not None
    names = {row[1] for table, row in holding.stored(database, ["sessions"])}
    assert "in the log alone" in names
    assert kept(database) == (40, ["milk"], 1)


def test_remains_tell_two_tables_apart_that_look_alike(database: Path) -> None:
    """What skills keep is three texts, and so is what a door has taken to tell."""
    with closing(sqlite3.connect(database)) as db:
        db.execute("INSERT INTO claims VALUES ('tea', 'a door', '2026-11-29T10:00:00+00:00')")
        db.commit()
        there = {table: db.execute(f"SELECT * FROM {table}").fetchall() for table in ("claims",)}
    overwrite(database, leading(database.read_bytes()), bytes(PAGE))
    found = remains(database).rows
    assert [tuple(row.values()) for row in found["claims"]] == there["claims"]
    assert len(found["memory"]) == 41


def test_remains_have_nothing_that_was_forgotten(database: Path) -> None:
    """Pages that nothing leads to any more are read; what was forgotten is in none of them."""
    store = Store.open(database)
    store.forget(What(about="box"))
    store.wipe()
    store.close()
    overwrite(database, {0}, b"\xff" * PAGE)
    found = recovering.recover(database, NOW)
    assert found is not None
    assert found.saved["turns"] == 2
    assert "box" not in str(holding.stored(database, recovered_tables()))


def test_remains_of_another_program_are_left_alone(tmp_path: Path) -> None:
    """Its tables may look like ours; where it says what they are, they are not taken."""
    path = tmp_path / "other.db"
    with closing(sqlite3.connect(path)) as db:
        db.execute("CREATE TABLE shelf (a TEXT, b TEXT, c TEXT)")
        db.executemany("INSERT INTO shelf VALUES (?, ?, ?)", [("lists", "shopping", "[]")] * 50)
        db.execute("CREATE TABLE other AS SELECT * FROM shelf")
        db.commit()
    data = path.read_bytes()
    path.write_bytes(data[:PAGE] + random.Random(2).randbytes(PAGE) + data[2 * PAGE :])
    with pytest.raises(StoreError):
        recovering.recover(path, NOW)


def test_remains_of_a_page_that_leads_elsewhere(database: Path) -> None:
    """Rows are told by what they look like where a table leads to those of another one."""
    there = holding.stored(database, recovered_tables())
    data = bytearray(database.read_bytes())
    effects, memory = (first_page(database, each) for each in ("effects", "memory"))
    data[PAGE * effects + 8 : PAGE * effects + 12] = (memory + 1).to_bytes(4)
    database.write_bytes(data)
    assert recovering.recover(database, NOW) is not None
    assert holding.stored(database, recovered_tables()) == there


def test_remains_that_may_not_be_all_are_not_told_as_all(
    database: Path, conversed: bytes, capfd: pytest.CaptureFixture[str]
) -> None:
    """A list is told where it is found; where it is not, that it can't be read."""
    lists = next(
        on for row, on in lying(conversed).items() if row[0] == "memory" and row[1][0] == "lists"
    )
    head = {0} | ({first_page(database, "memory")} - lists)
    for lost, told, never in (
        (head, "- milk", "can't be read"),
        (head | lists, "can't be read", "- milk"),
    ):
        database.write_bytes(conversed)
        overwrite(database, lost, bytes(PAGE))
        before = database.read_bytes()
        answer_all(["what is on my shopping list"], "shell", False, ())
        out = capfd.readouterr().out
        assert told in out
        assert never not in out
        assert "empty" not in out
        assert paths.database().read_bytes() == before


@pytest.mark.parametrize("index", ["sqlite_autoindex_memory_1", "alarms_due"])
def test_remains_that_an_index_hides_are_told(
    database: Path, capfd: pytest.CaptureFixture[str], index: str
) -> None:
    """A list is not empty, and a timer set, though the index it is found by says otherwise."""
    at = PAGE * first_page(database, index)
    data = bytearray(database.read_bytes())
    for word in (b"lists", b"pending"):
        data[at : at + PAGE] = data[at : at + PAGE].replace(word, b"m" + word[1:])
    database.write_bytes(data)
    answer_all(["what is on my shopping list", "list my timers"], "shell", False, ())
    told = capfd.readouterr()
    assert "- milk" in told.out
    assert "Tea timer" in told.out
    assert "doctor --recover" in told.err
    assert database.read_bytes() == bytes(data)
    found = recovering.recover(database, NOW)
    assert found is not None
    assert (found.saved["memory"], found.saved["alarms"]) == (41, 1)


def test_remains_of_odd_values_are_no_damage(database: Path) -> None:
    """A value of another kind than its column's is read as it is, and opens again."""
    with closing(sqlite3.connect(database)) as db:
        db.execute("UPDATE alarms SET left = 'much', message = 7")
        db.commit()
    Store.open(database).close()


def test_remains_that_nothing_leads_to_are_no_empty_file(
    database: Path, conversed: bytes, capfd: pytest.CaptureFixture[str]
) -> None:
    """Where SQLite finds no table at all, and says nothing, no new file is made of it."""
    data = bytearray(conversed)
    data[100:108] = bytes([13, 0, 0, 0, 0, 16, 0, 0])  # a leaf without a row
    database.write_bytes(data)
    with closing(sqlite3.connect(database)) as db:
        assert db.execute("SELECT count(*) FROM sqlite_master").fetchone() == (0,)
    answer_all(["what is on my shopping list", "list my timers"], "shell", False, ())
    told = capfd.readouterr()
    assert "empty" not in told.out
    assert "Tea timer" in told.out
    assert database.read_bytes() == bytes(data)
    assert recovering.recover(database, NOW) is not None
    assert kept(database) == (40, ["milk"], 1)


def test_remains_are_ours_though_the_schema_is_damaged(database: Path) -> None:
    """A damaged file that lacks what tells it is ours is not called another program's."""
    with closing(sqlite3.connect(database)) as db:
        db.execute("PRAGMA writable_schema = ON")
        db.execute("DELETE FROM sqlite_master WHERE tbl_name = '_sqlite_migrations'")
        db.commit()
    with pytest.raises(StoreError, match=r"is damaged: .* --recover"):
        Store.open(database)
    assert recovering.recover(database, NOW) is not None
    assert kept(database) == (40, ["milk"], 1)


@pytest.mark.parametrize("column", ["due_utc", "set_at", "state"])
def test_remains_of_an_alarm_that_is_changed_are_not_no_alarm(
    database: Path, capfd: pytest.CaptureFixture[str], column: str
) -> None:
    """One that can't be read any more, of a file that is damaged, is not passed over."""
    with closing(sqlite3.connect(database)) as db:
        db.execute(f"UPDATE alarms SET {column} = 'x' || {column}")
        db.commit()
    overwrite(database, {first_page(database, "alarms_due")}, bytes(PAGE))
    answer_all(["list my timers"], "shell", False, ())
    out = capfd.readouterr().out
    assert "can't be read" in out
    assert "No timer" not in out


def test_remains_of_a_list_that_is_changed_are_not_empty(
    database: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    """A value that is no JSON any more, in a file that is damaged, is not told as none."""
    with closing(sqlite3.connect(database)) as db:
        db.execute("UPDATE memory SET value = '[milk' WHERE skill = 'lists'")
        db.commit()
    overwrite(database, {first_page(database, "sqlite_autoindex_memory_1")}, bytes(PAGE))
    answer_all(["what is on my shopping list"], "shell", False, ())
    out = capfd.readouterr().out
    assert "can't be read" in out
    assert "empty" not in out
