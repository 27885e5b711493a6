"""Lets a file take the place of a database, where SQLite can't write over it: it is damaged.

A database is two files, itself and its log, and no system renames two at once. So what is to take
its place is first named as such, whole and on the disk, and whoever opens the database next goes
on from there if this program is killed (redo; Gray and Reuter, Transaction Processing, 1993).
"""

from __future__ import annotations

import itertools
import os
import re
import shutil
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager, nullcontext
from datetime import datetime
from pathlib import Path
from typing import BinaryIO

from assistant import files
from assistant.errors import StoreError

HOLD = 5.0
"""Seconds to wait until nobody has a database open."""

LOCK_BYTES = (0x40000000, 512)
"""Where SQLite's locks lie in a file, and how many bytes they are: whoever has a database with a
log open shares one of them (https://www.sqlite.org/fileformat.html, "The Lock-Byte Page").
"""


def beside(database: Path) -> tuple[Path, ...]:
    """Return what SQLite keeps beside an open database: its log, and the log's index."""
    return tuple(database.with_name(database.name + end) for end in ("-wal", "-shm"))


def ready(database: Path) -> Path:
    """Return where a file lies that is to take the place of a database."""
    return database.with_name(f"{database.name}.ready")


@contextmanager
def workshop(database: Path) -> Iterator[Path]:
    """Give an empty folder beside a database, to one program at a time. Raises OSError.

    A StoreError of a file in it is one of the database: nobody knows the file.
    """
    with files.alone(database):
        folder = database.with_name(f"{database.name}.work")
        shutil.rmtree(folder, ignore_errors=True)
        folder.mkdir(mode=files.OWN_FOLDER)
        try:
            yield folder
        except StoreError as error:
            told = re.sub(
                re.escape(str(folder)) + r"[/\\]\w+\.db", lambda _: str(database), str(error)
            )
            raise StoreError(told) from error
        finally:
            shutil.rmtree(folder, ignore_errors=True)


@contextmanager
def seized(database: Path) -> Iterator[BinaryIO]:
    """Let nobody else have a database open for a block, whatever its bytes are; give its bytes.

    Raises StoreError where others have it open; nothing else may open the file in the block, for
    the locks of a process go when it closes a file.
    """
    end = time.monotonic() + HOLD
    while True:
        with database.open("r+b") as file:
            if _locked(file) and os.path.samestat(os.fstat(file.fileno()), database.stat()):
                yield file
                return
        if time.monotonic() > end:
            raise StoreError(
                f"Another program has the database {database} open: close it, an open chat too, "
                "and say this again."
            )
        time.sleep(0.05)


def put(new: Path, database: Path) -> None:
    """Let a file take the place of a database that is seized, and of its log."""
    with new.open("rb+") as file:
        os.fsync(file.fileno())
    new.replace(ready(database))
    files.settle(database.parent)
    _finish(database)


def go_on(database: Path) -> None:
    """Do the rest where a program was killed in ``put``."""
    if not ready(database).exists():
        return
    with seized(database) if database.exists() else nullcontext():
        if ready(database).exists():
            _finish(database)


def _finish(database: Path) -> None:
    for each in beside(database):
        each.unlink(missing_ok=True)
    ready(database).replace(database)
    files.settle(database.parent)


def set_aside(database: Path, data: BinaryIO, why: str, now: datetime) -> Path:
    """Keep the bytes of a database that is seized, and of its log, under another name beside it."""
    aside = free(database.with_name(f"{database.name}.{why}-{now:%Y%m%d-%H%M%S}"))
    log, kept = beside(database)[0], beside(aside)[0]
    if log.exists():
        with files.replacing(kept) as copy, log.open("rb") as source:
            shutil.copyfileobj(source, copy)
    data.seek(0)
    with files.replacing(aside) as copy:
        shutil.copyfileobj(data, copy)
    return aside


def free(path: Path) -> Path:
    """Return a name that nothing has, nor its log: this one, or one with a number behind it."""
    names = (path.with_name(f"{path.name}-{n}" if n > 1 else path.name) for n in itertools.count(1))
    return next(each for each in names if not any(file.exists() for file in (each, *beside(each))))


def _locked(file: BinaryIO) -> bool:
    if sys.platform == "win32":  # which lets nobody rename over a file that is open
        return True
    import fcntl

    start, length = LOCK_BYTES
    try:
        fcntl.lockf(file, fcntl.LOCK_EX | fcntl.LOCK_NB, length, start)
    except OSError:
        return False
    return True
