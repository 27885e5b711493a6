"""Saves what can be read of a damaged database into a new one; the damaged one is kept beside it.

Rows are read by their numbers, so that a page that can't be read costs its rows alone. Where not
even the schema can be, SQLite's own shell is asked to recover it (``.recover``), if it is there.
"""

from __future__ import annotations

import shutil
import sqlite3
import tempfile
import time
from collections.abc import Iterator
from contextlib import closing, suppress
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any, BinaryIO

from sqlite_utils import Database

from assistant.errors import StoreError
from assistant.store.migrations import migrations, tables
from assistant.store.opening import (
    FAILURES,
    be_file,
    damage,
    explained,
    open_database,
    says_damage,
    tolerant,
)
from assistant.store.replacing import beside, go_on, put, seized, set_aside, workshop

CHUNK = 200
"""Rows read at once."""

GAP = 50_000
"""Row numbers without a row that can be read, after which a table is taken to end."""

LEAST, MOST = -(1 << 63), (1 << 63) - 1
"""The row numbers there can be."""

LIMIT = 600.0
"""Seconds after which what was not read by then counts as unreadable."""

REFUSED = (sqlite3.IntegrityError, sqlite3.DataError)
"""What SQLite says of a row that no table of ours takes."""


@dataclass(frozen=True, slots=True)
class Recovered:
    """How many rows of each table were saved, and where the damaged file is kept."""

    saved: dict[str, int]
    aside: Path


def recover(database: Path, now: datetime) -> Recovered | None:
    """Build a new database of what can be read, and let it take the place of a damaged one.

    Until then that stays as it is, and is kept. Returns None, with nothing done, where nothing is
    damaged. Raises StoreError where nothing can be read, or others have it open.
    """
    database = database.resolve()
    be_file(database)
    try:
        with workshop(database) as folder:
            go_on(database)
            old, new = folder / "old.db", folder / "new.db"
            with seized(database) as data:
                _copy_bytes(data, database, old)
                if old.stat().st_size and not damaged(old):
                    return None
                saved = rebuild(old, new)
                if not any(saved.values()):
                    raise StoreError(
                        f"Nothing can be read of {database}: take a copy, see assistant restore; "
                        "the file was left as it is."
                    )
                aside = set_aside(database, data, "damaged", now)
                put(new, database)
            return Recovered(saved, aside)
    except (OSError, *FAILURES) as error:
        raise explained(database, error) from error


def damaged(copy: Path) -> bool:
    """Tell whether a copy of a database, made to be looked at, is damaged: the index of words and
    the names of columns too.

    Raises StoreError where it is none of ours, or of a newer version.
    """
    if damage(copy):
        return True
    db = open_database(copy)
    try:
        db.execute("INSERT INTO turns_fts (turns_fts) VALUES ('integrity-check')")
        ours = Database(memory=True, execute_plugins=False)
        migrations.apply(ours)
        names = "SELECT name FROM pragma_table_info(?)"
        for table in tables(ours):
            if [*db.execute(names, [table])] != [*ours.execute(names, [table])]:
                return True
    except sqlite3.Error as error:
        if not says_damage(error):
            raise
        return True
    finally:
        db.close()
    return False


def rebuild(old: Path, new: Path) -> dict[str, int]:
    """Make a new database of what can be read of an old one; return how many rows by table."""
    db = open_database(new)
    try:
        saved = _saved(old, db)
        db.execute("PRAGMA journal_mode = DELETE")
    finally:
        db.close()
    return saved


def _copy_bytes(data: BinaryIO, database: Path, copy: Path) -> None:
    with copy.open("wb") as file:
        shutil.copyfileobj(data, file)
    log = beside(database)[0]
    if log.exists():
        shutil.copyfile(log, beside(copy)[0])


def _saved(database: Path, new: Database) -> dict[str, int]:
    import subprocess

    saved = _copied(database, new)
    shell = shutil.which("sqlite3")
    if any(saved.values()) or shell is None:
        return saved
    with tempfile.TemporaryDirectory(prefix="assistant-") as folder:
        again = Path(folder, "again.db")
        command = [shell, str(database), ".recover"]
        with closing(sqlite3.connect(again)) as other, suppress(subprocess.TimeoutExpired):
            told = subprocess.run(command, capture_output=True, timeout=LIMIT / 2, check=False)
            with suppress(*FAILURES):
                other.executescript(told.stdout.decode("utf-8", "replace"))
        return _copied(again, new)


def _copied(source: Path, new: Database) -> dict[str, int]:
    """Copy the rows that can be read; return how many of each table."""
    saved = dict.fromkeys(tables(new), 0)
    new.execute("PRAGMA foreign_keys = OFF")
    with closing(sqlite3.connect(f"{source.resolve().as_uri()}?mode=ro", uri=True)) as old:
        tolerant(old)
        end = time.monotonic() + LIMIT
        old.set_progress_handler(lambda: time.monotonic() > end, 10_000)
        for table in saved:
            there, ours = _columns(old, new, table)
            new.execute("BEGIN")
            for row in _rows(old, table, there) if there else ():
                with suppress(*REFUSED):
                    saved[table] += _insert(new, table, ours, row)
            new.execute("COMMIT")
    _adopt(new)
    counted = "SELECT count(*) FROM "
    return {table: saved[table] and new.execute(counted + table).fetchone()[0] for table in saved}


def _insert(new: Database, table: str, columns: list[str], row: tuple[Any, ...]) -> int:
    """Insert a row once, under a number of its own where another one has its; return how many."""
    marks, names = ", ".join("?" * len(columns)), ", ".join(columns)
    sql = f"INSERT OR IGNORE INTO {table} ({names}) VALUES ({marks})"  # noqa: S608
    count = new.execute(sql, row).rowcount
    if count or columns[0] != "id" or not isinstance(row[0], int):
        return count
    there = " AND ".join(f"{column} IS ?" for column in columns)
    same = there.partition(" AND ")[2]
    for where, given in ((there, row), (same, row[1:])):
        if new.execute(f"SELECT 1 FROM {table} WHERE {where}", given).fetchone():  # noqa: S608
            return 0
    return new.execute(sql, (None, *row[1:])).rowcount


def _adopt(new: Database) -> None:
    """Give turns whose session is lost one of their own, and drop what refers to nothing."""
    new.execute("UPDATE turns SET session_id = 0 WHERE typeof(session_id) != 'integer'")
    new.execute(
        """INSERT INTO sessions (id, name, started_at, last_at)
        SELECT session_id, 'recovered', min(heard_at), max(heard_at) FROM turns
        WHERE session_id NOT IN (SELECT id FROM sessions) GROUP BY session_id"""
    )
    new.execute("DELETE FROM effects WHERE turn_id NOT IN (SELECT id FROM turns)")


def _columns(old: sqlite3.Connection, new: Database, table: str) -> tuple[list[str], list[str]]:
    """Return the columns that both have, as the old table and as ours names them.

    They are told by their place, for columns are only ever added, and a name may be damaged; none
    where the old table can't be read.
    """
    try:
        there = [row[1].replace('"', '""') for row in old.execute(f"PRAGMA table_info({table})")]
    except FAILURES:
        return [], []
    ours = [row[1] for row in new.execute(f"PRAGMA table_info({table})")]
    both = [*zip(there, ours, strict=False)]
    return [f'"{name}"' for name, _ in both], [name for _, name in both]


def _rows(old: sqlite3.Connection, table: str, columns: list[str]) -> Iterator[tuple[Any, ...]]:
    """Give the rows that can be read, by their numbers."""
    sql = f"SELECT rowid, {', '.join(columns)} FROM {table} WHERE rowid > ? ORDER BY rowid LIMIT ?"  # noqa: S608
    one = f"SELECT {', '.join(columns)} FROM {table} WHERE rowid = ?"  # noqa: S608
    at, missed = LEAST, 0
    while missed < GAP and at < MOST:
        try:
            found = old.execute(sql, [at, CHUNK]).fetchall()
        except FAILURES:
            at = max(at, 0)  # no row of ours has a number below
            for number in range(at + 1, min(at + CHUNK, MOST) + 1):
                row = _row(old, one, number)
                missed = 0 if row else missed + 1
                if row:
                    yield row
            at += CHUNK
            continue
        if not found:
            return
        yield from (row[1:] for row in found)
        furthest = max(row[0] for row in found)
        # A damaged tree may lead back to rows that were read: then it is gone on past them.
        missed = 0 if furthest > at else missed + CHUNK
        at = furthest if furthest > at else at + CHUNK


def _row(old: sqlite3.Connection, sql: str, number: int) -> tuple[Any, ...] | None:
    try:
        found: tuple[Any, ...] | None = old.execute(sql, [number]).fetchone()
    except FAILURES:
        return None
    return found
