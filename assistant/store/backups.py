"""Copies of the database from good days, and the way back to one of them.

SQLite copies page by page while others write (its backup API); what was copied is looked over
before it takes the place of an older copy.
"""

from __future__ import annotations

import re
import sqlite3
from contextlib import closing
from datetime import date, datetime
from pathlib import Path

from assistant import files
from assistant.errors import ForeignError, StoreError
from assistant.store.opening import (
    FAILURES,
    PAUSE,
    be_file,
    broken,
    connect,
    copy_pages,
    copy_to,
    damage,
    explained,
    migrated,
    open_database,
    waiting,
)
from assistant.store.replacing import free, go_on, put, seized, set_aside, workshop

DAYS = 7
"""Days of which a copy is kept, the newest."""

FORM = "assistant-%Y-%m-%d.db"

DAILY = re.compile(r"assistant-\d{4}-\d\d-\d\d\.db")
"""Names of the copies of the days; those made by hand have the time as well, and stay."""


def folder(database: Path) -> Path:
    """Return where the copies of a database are."""
    return database.parent / "backups"


def copies(database: Path) -> list[Path]:
    """Return the copies there are, the newest first."""
    found = folder(database)
    return sorted(found.glob("assistant-*.db"), reverse=True) if found.is_dir() else []


def back_up_daily(database: Path, today: date) -> Path | None:
    """Copy a database once a day; return the copy, None where there is one or nothing to copy.

    Of older copies DAYS stay. Raises StoreError in one sentence.
    """
    target = folder(database) / today.strftime(FORM)
    if target.exists() or not database.exists():
        return None
    back_up(database, target)
    daily = [each for each in copies(database) if DAILY.fullmatch(each.name)]
    for old in daily[DAYS:]:
        old.unlink(missing_ok=True)
    return target


def back_up(database: Path, target: Path) -> None:
    """Copy a database to a file, which it takes the place of once it is whole."""
    try:
        if target.exists() and target.samefile(database):
            raise StoreError(f"{target} is the database itself: name another file.")
        files.folder(target.parent)
        copy_to(database, target, lambda copy: _undamaged(copy, database))
    except (OSError, *FAILURES) as error:
        raise explained(database, error) from error


def is_copy(path: Path) -> bool:
    """Tell whether a file is a database of ours, or empty: another copy may take its place."""
    try:
        _usable(path)
    except (StoreError, OSError, *FAILURES):
        return False
    return True


def restore(database: Path, source: Path, now: datetime) -> Path | None:
    """Let a database be what a copy holds; return where what it was before is kept, None for none.

    Others that have it open see it change, whole or not at all, and nothing they write is lost: it
    is in the one or the other. Raises StoreError where the copy is none of this version or damaged,
    or the database is in use; nothing is changed then.
    """
    database = database.resolve()
    be_file(database)
    try:
        if not _usable(source):
            raise StoreError(f"{source} holds nothing of the assistant's: {TAKE}.")
        with workshop(database) as folder:
            new = folder / "new.db"
            copy_to(source, new)
            open_database(new).close()
            go_on(database)
            if not database.exists() or not damage(database):
                return _write_over(database, new, now)
            with seized(database) as old:
                aside = set_aside(database, old, WHY, now)
                put(new, database)
            return aside
    except (OSError, *FAILURES) as error:
        raise explained(database, error) from error


WHY = "before-restore"
"""What a database is called that was set aside for a copy."""


def _write_over(database: Path, new: Path, now: datetime) -> Path | None:
    """Write a copy over a database, in one transaction with keeping what it was."""
    kept = list[Path]()
    there = database.exists() and database.stat().st_size

    def keep() -> None:
        if there:
            aside = free(database.with_name(f"{database.name}.{WHY}-{now:%Y%m%d-%H%M%S}"))
            copy_to(database, aside)
            kept.append(aside)

    live = connect(database)
    try:
        live.execute("PRAGMA synchronous = FULL")
        with waiting(live, PAUSE), closing(sqlite3.connect(new)) as copy:
            copy_pages(copy, live, keep)
    finally:
        live.close()
    return kept[0] if kept else None


TAKE = "assistant restore lists the copies there are"


def _undamaged(copy: Path, database: Path) -> None:
    """Raise StoreError where the copy of a database is damaged, for it is itself then."""
    if damage(copy):
        raise broken(database)


def _usable(source: Path) -> bool:
    """Tell whether a file holds what this version can read. Raises StoreError where it is damaged,
    another program's or newer.
    """
    try:
        if wrong := damage(source):
            raise StoreError(f"The copy {source} is damaged ({wrong}): take another one.")
        return bool(migrated(source))
    except ForeignError as error:
        raise StoreError(f"{source} is a database of another program: {TAKE}.") from error
    except sqlite3.Error as error:
        raise explained(source, error) from error
