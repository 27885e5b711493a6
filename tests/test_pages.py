"""What is read out of the pages of a database, against what SQLite reads."""

from __future__ import annotations

import random
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from assistant.store.logged import logged_bytes
from assistant.store.pages import Pages, pages

VALUES = (
    None, 0, 1, -1, 127, -128, 40_000, -8_000_000, 1 << 31, -(1 << 45), (1 << 63) - 1, 0.5, -1e308,
    "", "word", "ä" * 700, b"", b"\0\xff" * 900, "x" * 9_000,
)  # fmt: skip
"""Values of all kinds a column can be stored as, of those that go on in further pages too."""

NUMBERS = (-(1 << 62), -1, 1, 2, 200, 20_000, 1 << 40, (1 << 63) - 1)
"""Numbers of rows of all lengths."""


def made(path: Path, size: int) -> None:
    """Make a database with pages of a size."""
    with closing(sqlite3.connect(path)) as db:
        db.execute(f"PRAGMA page_size = {size}")
        db.execute("CREATE TABLE t (a, b, c)")
        for number in NUMBERS:
            for n, value in enumerate(VALUES):
                row = [number // 2 + n, number, value, VALUES[-n]]
                db.execute("INSERT OR IGNORE INTO t (rowid, a, b, c) VALUES (?, ?, ?, ?)", row)
        db.commit()


def read(path: Path) -> list[tuple[object, ...]]:
    """Return what SQLite reads."""
    with closing(sqlite3.connect(path)) as db:
        return db.execute("SELECT rowid, a, b, c FROM t ORDER BY rowid").fetchall()


def found(held: Pages) -> list[tuple[object, ...]]:
    """Return what the pages that the table begins with lead to."""
    tree = held.tree(2)
    assert tree.sound
    assert all(map(held.sound, tree.leaves))
    return [(number, *row) for leaf in tree.leaves for number, row in held.rows(leaf)]


@pytest.mark.parametrize("size", [512, 1024, 4096, 65_536])
def test_pages_are_read_as_sqlite_reads_them(tmp_path: Path, size: int) -> None:
    """Every kind of value and number, in pages of every size."""
    path = tmp_path / "some.db"
    made(path, size)
    assert found(pages(path.read_bytes())) == read(path)


@pytest.mark.parametrize("head", [b"\0" * 100, b"\xff" * 100])
def test_pages_without_a_head_are_of_the_usual_size(tmp_path: Path, head: bytes) -> None:
    """What the first bytes say of all others is not needed."""
    path = tmp_path / "some.db"
    made(path, 4096)
    before = read(path)
    assert found(pages(head + path.read_bytes()[100:])) == before


def test_pages_of_a_head_that_lies(tmp_path: Path) -> None:
    """Of two sizes the one counts with which there is more to read."""
    path = tmp_path / "some.db"
    made(path, 4096)
    data = bytearray(path.read_bytes())
    data[16:18] = (512).to_bytes(2)
    assert found(pages(bytes(data))) == read(path)


def test_pages_with_a_log_are_as_of_its_last_transaction(tmp_path: Path) -> None:
    """One that is torn, or was not ended, does not count, nor does what lies behind it."""
    path = tmp_path / "some.db"
    made(path, 1024)
    with closing(sqlite3.connect(path, isolation_level=None)) as db:
        db.execute("PRAGMA journal_mode = WAL")
        states = [read(path)]
        lengths = [0]
        for n in range(12):
            db.execute("BEGIN")
            db.execute("DELETE FROM t WHERE rowid % 12 = ?", [n])
            db.execute("INSERT INTO t (a, b) VALUES (?, ?)", [n, f"{n}" * 3_000])
            db.execute("COMMIT")
            states.append(read(path))
            lengths.append(path.with_name("some.db-wal").stat().st_size)
        data, log = path.read_bytes(), path.with_name("some.db-wal").read_bytes()
    copy, beside = tmp_path / "copy.db", tmp_path / "copy.db-wal"
    copy.write_bytes(data)
    chance = random.Random(7)
    for length in (*lengths, *(chance.randrange(len(log)) for _ in range(20))):
        beside.write_bytes(log[:length])
        last = max(n for n, each in enumerate(lengths) if each <= length)
        assert found(pages(logged_bytes(copy))) == states[last]
    for _ in range(20):
        at = chance.randrange(32, len(log))
        beside.write_bytes(log[:at] + bytes([log[at] ^ 1]) + log[at + 1 :])
        last = max(n for n, each in enumerate(lengths) if each <= at)
        assert found(pages(logged_bytes(copy))) == states[last]


def test_pages_that_are_damaged_end_in_nothing_worse(tmp_path: Path) -> None:
    """Whatever bytes there are, rows are read or not, soon."""
    path = tmp_path / "some.db"
    made(path, 512)
    whole, chance = path.read_bytes(), random.Random(3)
    for _ in range(300):
        data = bytearray(whole)
        for _ in range(chance.choice((1, 20, 400))):
            data[chance.randrange(len(data))] = chance.randrange(256)
        held = Pages(bytes(data[: chance.randrange(len(data))]), 512, 0)
        for root in range(held.count + 2):
            held.tree(root)
        for leaf in held.leaves():
            held.rows(leaf)
            held.sound(leaf)


def test_pages_that_lead_back_are_not_sound(tmp_path: Path) -> None:
    """A page that leads to itself, or above, is followed once."""
    path = tmp_path / "some.db"
    made(path, 512)
    data = bytearray(path.read_bytes())
    data[512 + 8 : 512 + 12] = (2).to_bytes(4)
    tree = Pages(bytes(data), 512, 0).tree(2)
    assert not tree.sound
    assert tree.leaves
