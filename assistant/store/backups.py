"""Copies of the database from good days, and the way back to one of them.

SQLite copies page by page while others write (its backup API); what was copied is looked over
before it takes the place of an older copy.
"""

from __future__ import annotations

import os
import re
import sqlite3
from contextlib import closing, suppress
from datetime import date, datetime
from pathlib import Path

from assistant import files
from assistant.errors import StoreError
from assistant.store.opening import FAILURES, beside, copy_to, explained, open_database

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
    part = target.with_name(f"{target.name}.{os.getpid()}.part")
    try:
        if target.exists() and target.samefile(database):
            raise StoreError(f"{target} is the database itself: name another file.")
        files.folder(target.parent)
        copy_to(database, part)
        _whole(part)
        part.replace(target)
    except (OSError, *FAILURES) as error:
        raise explained(database, error) from error
    finally:
        with suppress(OSError):
            part.unlink(missing_ok=True)


def restore(database: Path, source: Path, now: datetime) -> Path | None:
    """Let a database be what a copy holds; return where what it was before is kept, None for none.

    Others that have it open see it change, whole or not at all. Raises StoreError where the copy is
    none of this version or damaged; nothing is changed then.
    """
    _whole(source)
    looked = source.with_name(f"{source.name}.{os.getpid()}.part")
    try:
        copy_to(source, looked)
        open_database(looked).close()
        aside = set_aside(database, "before-restore", now) if database.exists() else None
        _put(looked, database)
    except (OSError, *FAILURES) as error:
        raise explained(database, error) from error
    finally:
        for each in (looked, *beside(looked)):
            with suppress(OSError):
                each.unlink(missing_ok=True)
    return aside


def set_aside(database: Path, why: str, now: datetime) -> Path:
    """Keep the bytes of a database, and of its log, under another name beside it."""
    aside = database.with_name(f"{database.name}.{why}-{now:%Y%m%d-%H%M%S}")
    for end in ("", "-wal"):
        here = database.with_name(database.name + end)
        if here.exists():
            there = aside.with_name(aside.name + end)
            there.write_bytes(here.read_bytes())
            there.chmod(files.OWN_FILE)
    return aside


def _put(source: Path, database: Path) -> None:
    """Write a copy over a database; a damaged one, which can't be written, makes room for it."""
    try:
        with closing(sqlite3.connect(source)) as copy, closing(sqlite3.connect(database)) as live:
            copy.backup(live)
    except sqlite3.DatabaseError:
        for each in beside(database):
            each.unlink(missing_ok=True)
        source.replace(database)


def _whole(path: Path) -> None:
    """Raise StoreError where a file is no whole database."""
    try:
        with closing(sqlite3.connect(f"{path.resolve().as_uri()}?mode=ro", uri=True)) as looked:
            verdict = looked.execute("PRAGMA quick_check").fetchone()[0]
    except FAILURES as error:
        verdict = str(error)
    if verdict != "ok":
        raise StoreError(f"The copy {path} is damaged ({verdict}): take another one.")
