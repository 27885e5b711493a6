"""Saves what can be read of a damaged database into a new one; the damaged one is kept beside it.

Rows are read out of the pages of the file by themselves, not by SQLite: it gives up a whole table
for one page that leads to others, and a whole file for a few bytes of its head.
"""

from __future__ import annotations

import shutil
import sqlite3
from contextlib import suppress
from datetime import datetime
from pathlib import Path
from typing import BinaryIO

from assistant.errors import StoreError
from assistant.language.records import dataclass
from assistant.store.migrations import apply, in_memory, tables
from assistant.store.opening import (
    FAILURES,
    be_file,
    damage,
    explained,
    open_database,
    says_damage,
)
from assistant.store.pages import Value
from assistant.store.remains import Remains, remains
from assistant.store.replacing import beside, go_on, put, seized, set_aside, workshop
from assistant.store.storable import Connection

REFUSED = (sqlite3.IntegrityError, sqlite3.DataError)
"""What SQLite says of a row that no table of ours takes."""


@dataclass(frozen=True, slots=True)
class Rebuilt:
    """How many rows of each table were saved, and the tables of which none is missing."""

    saved: dict[str, int]
    whole: set[str]


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
                saved = rebuild(old, new).saved
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
        ours = in_memory()
        apply(ours)
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


def rebuild(old: Path, new: Path) -> Rebuilt:
    """Make a new database of what can be read of an old one. Raises OSError too."""
    found = remains(old)
    db = open_database(new)
    try:
        saved = _saved(found, db)
        db.execute("PRAGMA journal_mode = DELETE")
    finally:
        db.close()
    return Rebuilt(saved, found.whole)


def _copy_bytes(data: BinaryIO, database: Path, copy: Path) -> None:
    with copy.open("wb") as file:
        shutil.copyfileobj(data, file)
    log = beside(database)[0]
    if log.exists():
        shutil.copyfile(log, beside(copy)[0])


def _saved(found: Remains, new: Connection) -> dict[str, int]:
    """Insert the rows that were found; return how many of each table."""
    new.execute("PRAGMA foreign_keys = OFF")
    new.execute("BEGIN")
    for table, rows in found.rows.items():
        again = [row for row in rows if not _insert(new, table, row)]
        for row in again:  # with a number behind those of all others
            _insert_other(new, table, row)
    _adopt(new)
    new.execute("COMMIT")
    counted = "SELECT count(*) FROM "
    return {table: new.execute(counted + table).fetchone()[0] for table in found.rows}


def _insert(new: Connection, table: str, row: dict[str, Value]) -> bool:
    """Insert a row where its number is free; tell whether it was, or no table takes the row."""
    marks, names = ", ".join("?" * len(row)), ", ".join(row)
    sql = f"INSERT OR IGNORE INTO {table} ({names}) VALUES ({marks})"  # noqa: S608
    with suppress(*REFUSED):
        return new.execute(sql, [*row.values()]).rowcount > 0
    return True


def _insert_other(new: Connection, table: str, row: dict[str, Value]) -> None:
    """Insert a row under a number of its own, unless it is there already, or has none."""
    if not isinstance(row.get("id"), int):
        return
    others = {name: value for name, value in row.items() if name != "id"}
    same = " AND ".join(f"{name} IS ?" for name in others)
    for where, given in ((f"id IS ? AND {same}", [row["id"]]), (same, [])):
        look = f"SELECT 1 FROM {table} WHERE {where}"  # noqa: S608
        if new.execute(look, [*given, *others.values()]).fetchone():
            return
    _insert(new, table, others)


def _adopt(new: Connection) -> None:
    """Give turns whose session is lost one of their own, and drop what refers to nothing."""
    new.execute("UPDATE turns SET session_id = 0 WHERE typeof(session_id) != 'integer'")
    new.execute(
        """INSERT INTO sessions (id, name, started_at, last_at)
        SELECT session_id, 'recovered', min(heard_at), max(heard_at) FROM turns
        WHERE session_id NOT IN (SELECT id FROM sessions) GROUP BY session_id"""
    )
    new.execute("DELETE FROM effects WHERE turn_id NOT IN (SELECT id FROM turns)")
