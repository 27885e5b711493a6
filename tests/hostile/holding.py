"""Which rows a damaged copy of a database still holds, told without the code that recovers them.

A row lies on pages: where one of them is zeros, SQLite can't read it. Pages that only lead to rows
are no part of them; a row is held where all of its own pages are what they were.
"""

from __future__ import annotations

import sqlite3
import tempfile
from collections.abc import Sequence
from contextlib import closing, suppress
from pathlib import Path

from assistant.store.opening import FAILURES

PAGE = 4096
"""Bytes of a page."""

INNER = 5
"""What a page begins with that leads to others and holds no row
(https://www.sqlite.org/fileformat2.html, "B-tree Pages").
"""

Row = tuple[str, tuple[object, ...]]
"""A table, and what a row of it holds."""


def pages_of(whole: bytes, tables: Sequence[str]) -> dict[Row, set[int]]:
    """Return the pages, from 0, that each row of a whole database lies on."""
    there = {number: row for number, row in _read(whole, tables).items() if row}
    on: dict[tuple[str, int], set[int]] = {number: set() for number in there}
    for page in range(len(whole) // PAGE):
        if whole[PAGE * page + (100 if page == 0 else 0)] == INNER:
            continue
        without = bytearray(whole)
        without[PAGE * page : PAGE * (page + 1)] = bytes(PAGE)
        left = _read(bytes(without), tables)
        gone = {number for number, row in there.items() if left.get(number) != row}
        if len({table for table, _ in gone}) == 1:  # one of several tables is the schema's
            for number in gone:
                on[number].add(page)
    return {(number[0], there[number]): on[number] for number in there}


def held(pages: dict[Row, set[int]], whole: bytes, damaged: bytes) -> set[Row]:
    """Return the rows that a damaged copy of a whole database holds as they were."""
    cuts = range(0, len(whole), PAGE)
    same = {n for n, at in enumerate(cuts) if whole[at : at + PAGE] == damaged[at : at + PAGE]}
    rows = {row for row, on in pages.items() if on <= same}
    turns = {row[0] for table, row in rows if table == "turns"}
    # What a turn did is of use, and can be kept, with the turn alone: each refers to one.
    return {(table, row) for table, row in rows if table != "effects" or row[1] in turns}


def stored(database: Path, tables: Sequence[str]) -> set[Row]:
    """Return the rows of a database."""
    with closing(sqlite3.connect(database)) as db:
        return {
            (table, row)
            for table in tables
            for row in db.execute(f"SELECT * FROM {table}").fetchall()
        }


def _read(data: bytes, tables: Sequence[str]) -> dict[tuple[str, int], tuple[object, ...]]:
    """Return the rows that SQLite reads, one by one, by table and number."""
    found: dict[tuple[str, int], tuple[object, ...]] = {}
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, "read.db")
        path.write_bytes(data)
        with closing(sqlite3.connect(path)) as db:
            for table in tables:
                for number in range(1, 200):
                    sql = f"SELECT * FROM {table} WHERE rowid = ?"
                    with suppress(*FAILURES):
                        row = db.execute(sql, [number]).fetchone()
                        if row:
                            found[table, number] = row
    return found
