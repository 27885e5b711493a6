"""Opens the database file: looked at first, copied before a migration, left alone when odd."""

from __future__ import annotations

import logging
import os
import sqlite3
import time
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager, suppress
from pathlib import Path
from urllib.parse import quote

from assistant import files
from assistant.errors import ForeignError, StoreError
from assistant.store.migrations import MADE_BY, NAME, apply, known
from assistant.store.replacing import free, go_on
from assistant.store.storable import Connection

log = logging.getLogger(__name__)

PATIENCE = 25.0
"""Seconds to wait for another process that is writing: longer than a skill may take that holds on
to the store because its turn was overtaken again and again.
"""

SAYS_NOTHING = (
    sqlite3.SQLITE_BUSY, sqlite3.SQLITE_CANTOPEN, sqlite3.SQLITE_FULL, sqlite3.SQLITE_INTERRUPT,
    sqlite3.SQLITE_IOERR, sqlite3.SQLITE_LOCKED, sqlite3.SQLITE_NOMEM, sqlite3.SQLITE_PERM,
    sqlite3.SQLITE_READONLY,
)  # fmt: skip
"""SQLite's errors that say nothing about the bytes of a file."""

VERSIONS = slice(18, 20)
"""Where a database says by which versions it can be written and read: 1, or 2 with a log."""

MAGIC = b"SQLite format 3\0"
"""What a database begins with (https://www.sqlite.org/fileformat.html)."""

DETAILS = 20
"""Lines of SQLite's about what is damaged that are logged."""

HELD = (
    ("turns_fts", "the index of words"), ("turns", "the turns"), ("sessions", "the sessions"),
    ("alarms", "the alarms"), ("claims", "the alarms"), ("memory", "what skills keep"),
    ("effects", "what can be undone"),
)  # fmt: skip
"""What tables hold, by a part of their names."""

TOLD = ("memory", "alarms")
"""The tables of which a reply tells that something is not there, which an index may say wrongly."""

FAILURES = (sqlite3.Error, UnicodeError)
"""What reading a database can raise; a damaged schema is no UTF-8, which Python says in its way."""

PAUSE = 0.01
"""Seconds between two tries where SQLite does not wait by itself."""


def open_database(path: Path) -> Connection:
    """Return a connection with every migration applied. Raises StoreError in one sentence."""
    try:
        files.folder(path.parent)
        be_file(path)
        go_on(path)
        applied = migrated(path)
        return _prepare(path, applied)
    except (OSError, *FAILURES) as error:
        raise explained(path, error) from error


def be_file(path: Path) -> None:
    """Raise StoreError where there is a folder, a pipe or the like."""
    if path.exists() and not path.is_file():
        raise StoreError(f"{path} is no file: move it away, or set ASSISTANT_HOME.")


def read_only(path: Path) -> Connection:
    """Return a connection that can't write, for the calling thread."""
    uri = f"file:{quote(str(path))}?mode=ro"
    return tolerant(sqlite3.connect(uri, uri=True, timeout=PATIENCE, factory=Connection))


def tolerant(connection: Connection) -> Connection:
    """Let text that is no UTF-8 be read, with a sign in place of what is wrong."""
    connection.text_factory = lambda raw: raw.decode("utf-8", "replace")
    return connection


def damage(path: Path) -> str:
    """Return in plain words what is wrong with the bytes of a database, "" where nothing is.

    SQLite's own words go to the log. Raises OSError or sqlite3.Error where that can't be told now.
    """
    with path.open("rb") as file:
        head = file.read(VERSIONS.stop)
    if head and not head.startswith(MAGIC):
        return "it is no database"
    if max(head[VERSIONS], default=1) > 2:
        return "it is of no known version"
    with closing(read_only(path)) as looked:
        wrong = _findings(looked, f"PRAGMA integrity_check({DETAILS})")
        if not wrong:
            return ""
        log.warning("%s is damaged: %s", path, "; ".join(wrong))
        sql = "SELECT name FROM sqlite_master WHERE type = 'table'"
        try:
            tables = [str(row[0]).replace("'", "''") for row in looked.execute(sql)]
        except FAILURES:
            return "what it consists of can't be read"
        bad = [name for name in tables if _findings(looked, f"PRAGMA integrity_check('{name}')")]
    held = dict.fromkeys(next((told for of, told in HELD if of in name), "") for name in bad)
    return f"in {listed}" if (listed := ", ".join(filter(None, held))) else "not in what it holds"


def _findings(looked: sqlite3.Connection, check: str) -> list[str]:
    """Return the lines of what a check finds. Raises sqlite3.Error where it is not the bytes."""
    try:
        found = [str(row[0]) for row in looked.execute(check)]
    except UnicodeError as error:
        return [str(error)]
    except sqlite3.Error as error:
        if not says_damage(error):
            raise
        return [str(error)]
    return [] if found == ["ok"] else found


def says_damage(error: sqlite3.Error) -> bool:
    """Tell whether an error of reading is one of the bytes, not of the moment or of rights."""
    return getattr(error, "sqlite_errorcode", 0) & 0xFF not in SAYS_NOTHING


def explained(path: Path, error: Exception) -> StoreError:
    """Return what went wrong as one sentence with what to do."""
    text = str(error)
    if isinstance(error, OSError):
        return StoreError(
            f"The database {path} can't be used ({error.strerror or error}): check the folder's "
            "rights, or set ASSISTANT_HOME to a folder of yours."
        )
    if "locked" in text or "busy" in text:
        return StoreError(f"Another program holds the database {path}: try again when it is done.")
    damaging = ("not a database", "malformed", "corrupt")
    if isinstance(error, UnicodeError) or any(word in text for word in damaging):
        log.warning("%s is damaged: %s", path, text)
        return broken(path)
    if "full" in text:
        return StoreError(f"There is no room left for the database {path}: free some disk space.")
    if "readonly" in text or "unable to open" in text:
        return StoreError(f"The database {path} can't be written: check the rights of its folder.")
    return StoreError(f"The database {path} gives an error ({text}): run assistant doctor.")


def broken(path: Path) -> StoreError:
    """Return that a database is damaged, with what to do."""
    return StoreError(
        f"The database {path} is damaged: save what can be read with assistant doctor --recover, "
        "or take a copy with assistant restore."
    )


def migrated(path: Path) -> set[str]:
    """Return the migrations a file has, without touching it: none where it is empty.

    Raises StoreError for one of a newer version, of another program, or that only looks empty.
    """
    if not path.exists() or path.stat().st_size == 0:
        return set()
    with closing(read_only(path)) as connection:
        tables = {row[0] for row in connection.execute("SELECT name FROM sqlite_master")}
        if MADE_BY not in tables:
            if _findings(connection, "PRAGMA integrity_check(1)"):
                raise broken(path)  # there are pages that nothing leads to, tables of ours maybe
            if tables:
                raise ForeignError(
                    f"{path} is a database of another program: move it away, or set ASSISTANT_HOME."
                )
            return set()
        rows = connection.execute(
            f"SELECT name FROM {MADE_BY} WHERE migration_set = ?",  # noqa: S608
            [NAME],
        )
        applied = {row[0] for row in rows}
    newer = applied - set(known())
    if newer:
        raise StoreError(
            f"{path} was written by a newer version ({', '.join(sorted(newer))}): update the "
            "assistant; the file was left as it is."
        )
    return applied


def _prepare(path: Path, applied: set[str]) -> Connection:
    db = connect(path)
    try:
        if applied:
            _look_through(path, db)
        if applied != set(known()):
            _migrate(path, db)
    except BaseException:
        db.close()
        raise
    return db


def _look_through(path: Path, db: Connection) -> None:
    """Raise StoreError where a table of TOLD and what it is found by disagree: 1 ms in all for
    some thousand rows.

    A value that is not of its column's kind, of which newer versions of SQLite tell too, is read.
    """
    for table in TOLD:
        wrong = _findings(db, f"PRAGMA integrity_check('{table}')")
        if any(" value in " not in line for line in wrong):
            log.warning("%s is damaged: %s", path, "; ".join(wrong))
            raise broken(path)


def connect(path: Path) -> Connection:
    """Return a further connection to a file that is open, for one thread at a time."""
    if not path.exists():  # what SQLite puts beside it has the rights it has
        os.close(os.open(path, os.O_RDWR | os.O_CREAT, files.OWN_FILE))
    connection = sqlite3.connect(
        path,
        timeout=PATIENCE,
        isolation_level=None,
        check_same_thread=False,
        factory=Connection,
    )
    try:
        _log_ahead(connection)
        # The log is synced for turns that changed something, see durable.py; the file is whole
        # after a power cut either way.
        connection.execute("PRAGMA synchronous = NORMAL")
        connection.execute("PRAGMA foreign_keys = ON")
        connection.execute("PRAGMA secure_delete = ON")
        connection.execute("PRAGMA recursive_triggers = ON")
    except BaseException:
        connection.close()
        raise
    return tolerant(connection)


@contextmanager
def waiting(db: Connection, seconds: float) -> Iterator[None]:
    """Wait for others so long in a block, instead of PATIENCE."""
    db.execute(f"PRAGMA busy_timeout = {seconds * 1000:.0f}")
    try:
        yield
    finally:
        db.execute(f"PRAGMA busy_timeout = {PATIENCE * 1000:.0f}")


def _log_ahead(connection: sqlite3.Connection) -> None:
    """Have writes logged ahead; SQLite asks no busy handler here, so another opening is awaited."""
    given_up = time.monotonic() + PATIENCE
    while True:
        try:
            connection.execute("PRAGMA journal_mode = WAL")
        except sqlite3.OperationalError as error:
            if "locked" not in str(error) or time.monotonic() > given_up:
                raise
            time.sleep(PAUSE)
        else:
            return


def _migrate(path: Path, db: Connection) -> None:
    """Bring a file to this version, alone, with a copy of what it was."""
    db.execute("BEGIN IMMEDIATE")
    try:
        applied = migrated(path)  # another program may have done it meanwhile
        if applied and applied != set(known()):
            copy_to(path, free(path.with_name(f"{path.name}.backup-v{len(applied)}")))
        apply(db)
    except BaseException:
        if db.in_transaction:
            db.execute("ROLLBACK")
        raise
    db.execute("COMMIT")


def copy_to(database: Path, target: Path, look: Callable[[Path], None] | None = None) -> None:
    """Copy a database page by page, while others write, in the place of a file.

    The copy is whole before it has that name, and its owner's alone; ``look`` may refuse it before.
    """
    part = files.part_of(target)
    try:
        os.close(os.open(part, os.O_WRONLY | os.O_CREAT | os.O_EXCL, files.OWN_FILE))
        with closing(read_only(database)) as source, closing(sqlite3.connect(part)) as copy:
            copy_pages(source, copy)
            copy.execute("PRAGMA journal_mode = DELETE")
        if look is not None:
            look(part)
        part.replace(target)
    finally:
        with suppress(OSError):
            part.unlink(missing_ok=True)
    files.settle(target.parent)


def copy_pages(
    source: sqlite3.Connection,
    target: sqlite3.Connection,
    begun: Callable[[], object] | None = None,
) -> None:
    """Copy one database over another in one transaction, waiting for others PATIENCE at most.

    ``begun`` is called when nobody else can write to the target any more, and nothing is written;
    the source is then one that nobody changes, for it is begun again where somebody does.
    """
    end = time.monotonic() + PATIENCE
    left = [begun] if begun else []

    def step(status: int, _left: int, _all: int) -> None:
        waits = status in (sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED)
        if waits and time.monotonic() > end:
            raise sqlite3.OperationalError("database is locked")
        if not waits and left:
            left.pop()()

    source.backup(target, pages=1 if begun else -1, progress=step, sleep=PAUSE)
