"""Opens the database file: looked at first, backed up before a migration, left alone when odd."""

from __future__ import annotations

import os
import sqlite3
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from urllib.parse import quote

from sqlite_utils import Database

from assistant import files
from assistant.errors import StoreError
from assistant.store.migrations import migrations
from assistant.store.storable import Connection

PATIENCE = 25.0
"""Seconds to wait for another process that is writing: longer than a skill may take that holds on
to the store because its turn was overtaken again and again.
"""

FAILURES = (sqlite3.Error, UnicodeError)
"""What reading a database can raise; a damaged schema is no UTF-8, which Python says in its way."""

PAUSE = 0.01
"""Seconds between two tries where SQLite does not wait by itself."""


def open_database(path: Path) -> Database:
    """Return a connection with every migration applied. Raises StoreError in one sentence."""
    try:
        files.folder(path.parent)
        if path.exists() and not path.is_file():
            raise StoreError(f"{path} is no file: move it away, or set ASSISTANT_HOME.")
        applied = _look(path)
        return _prepare(path, applied)
    except (OSError, *FAILURES) as error:
        raise explained(path, error) from error


def read_only(path: Path) -> sqlite3.Connection:
    """Return a connection that can't write, for the calling thread."""
    uri = f"file:{quote(str(path))}?mode=ro"
    return tolerant(sqlite3.connect(uri, uri=True, timeout=PATIENCE, factory=Connection))


def tolerant(connection: sqlite3.Connection) -> sqlite3.Connection:
    """Let text that is no UTF-8 be read, with a sign in place of what is wrong."""
    connection.text_factory = lambda raw: raw.decode("utf-8", "replace")
    return connection


def explained(path: Path, error: Exception) -> StoreError:
    """Return what went wrong as one sentence with what to do."""
    text = str(error)
    if isinstance(error, OSError):
        return StoreError(
            f"The database {path} can't be used ({error.strerror}): check the folder's rights, or "
            "set ASSISTANT_HOME to a folder of yours."
        )
    if "locked" in text or "busy" in text:
        return StoreError(f"Another program holds the database {path}: try again when it is done.")
    broken = ("not a database", "malformed", "corrupt")
    if isinstance(error, UnicodeError) or any(word in text for word in broken):
        return StoreError(
            f"The database {path} is damaged ({text}): save what can be read with assistant doctor "
            "--recover, or take a copy with assistant restore."
        )
    if "full" in text:
        return StoreError(f"There is no room left for the database {path}: free some disk space.")
    if "readonly" in text or "unable to open" in text:
        return StoreError(f"The database {path} can't be written: check the rights of its folder.")
    return StoreError(f"The database {path} gives an error ({text}): run assistant doctor.")


def _look(path: Path) -> set[str]:
    """Return the migrations a file has, without touching it. Raises StoreError for a newer one."""
    if not path.exists() or path.stat().st_size == 0:
        return set()
    with closing(read_only(path)) as connection:
        tables = {row[0] for row in connection.execute("SELECT name FROM sqlite_master")}
        if migrations.migrations_table not in tables:
            if tables:
                raise StoreError(
                    f"{path} is a database of another program: move it away, or set ASSISTANT_HOME."
                )
            return set()
        rows = connection.execute(
            f"SELECT name FROM {migrations.migrations_table} WHERE migration_set = ?",  # noqa: S608
            [migrations.name],
        )
        applied = {row[0] for row in rows}
    newer = applied - set(known())
    if newer:
        raise StoreError(
            f"{path} was written by a newer version ({', '.join(sorted(newer))}): update the "
            "assistant; the file was left as it is."
        )
    return applied


def known() -> list[str]:
    """Return the names of the migrations this version has."""
    empty = Database(memory=True, execute_plugins=False)
    return [migration.name for migration in migrations.pending(empty)]


def _prepare(path: Path, applied: set[str]) -> Database:
    db = connect(path)
    try:
        if applied != set(known()):
            _migrate(path, db, applied)
    except BaseException:
        db.close()
        raise
    return db


def connect(path: Path) -> Database:
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
    except BaseException:
        connection.close()
        raise
    return Database(tolerant(connection), execute_plugins=False)


@contextmanager
def waiting(db: Database, seconds: float) -> Iterator[None]:
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


def _migrate(path: Path, db: Database, applied: set[str]) -> None:
    """Bring a file to this version, alone, with a copy of what it was."""
    if applied:
        copy_to(path, path.with_name(f"{path.name}.backup-v{len(applied)}"))
    db.execute("BEGIN IMMEDIATE")
    try:
        migrations.apply(db)
    except BaseException:
        db.execute("ROLLBACK")
        raise
    db.execute("COMMIT")


def copy_to(database: Path, target: Path) -> None:
    """Copy a database page by page, while others write, over a file of its owner's alone."""
    os.close(os.open(target, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, files.OWN_FILE))
    with closing(read_only(database)) as source, closing(sqlite3.connect(target)) as copy:
        source.backup(copy)
        copy.execute("PRAGMA journal_mode = DELETE")


def beside(database: Path) -> tuple[Path, ...]:
    """Return what SQLite keeps beside an open database: its log, and the log's index."""
    return tuple(database.with_name(database.name + end) for end in ("-wal", "-shm"))
