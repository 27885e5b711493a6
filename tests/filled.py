"""A database in which something was said, and what becomes of it."""

from __future__ import annotations

import random
import sqlite3
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path

import pytest

from assistant import files, paths
from assistant.store import Store
from assistant.testing import Conversation

NOW = datetime(2026, 11, 29, 10, tzinfo=UTC)


@pytest.fixture(scope="session")
def conversed(tmp_path_factory: pytest.TempPathFactory) -> bytes:
    """Give the bytes of the database of a home in which something was said."""
    with pytest.MonkeyPatch.context() as patched:
        patched.setenv("ASSISTANT_HOME", str(tmp_path_factory.mktemp("filled")))
        say = Conversation()
        for n in range(40):
            say(f"note that box {n} is in the loft")
        say("add milk to my shopping list")
        say("set a tea timer for 5 hours")
        say.close()
        return paths.database().read_bytes()


@pytest.fixture
def database(conversed: bytes) -> Path:
    """Give the database of a home in which something was said."""
    files.write(paths.database(), "")
    paths.database().write_bytes(conversed)
    return paths.database()


def kept(path: Path) -> tuple[int, list[str], int]:
    """Return how many notes there are, the shopping list and how many alarms wait."""
    store = Store.open(path)
    try:
        notes, lists = (store.reader().memory(name) for name in ("notes", "lists"))
        return len(notes), lists["shopping"], len(store.pending())
    finally:
        store.close()


def damage(path: Path, share: float, seed: int) -> None:
    """Overwrite a share of the pages behind the first one."""
    chance, data = random.Random(seed), bytearray(path.read_bytes())
    for at in range(4096, len(data), 4096):
        if chance.random() < share:
            data[at : at + 4096] = chance.randbytes(4096)
    path.write_bytes(data)


BEFORE = (
    "DROP TABLE claims",
    *(f"ALTER TABLE turns DROP COLUMN {column}" for column in ("back", "taken", "question")),
)
"""What leaves a database as it was before the third step."""


def age(database: Path) -> None:
    """Make a database one of two versions before this one."""
    with closing(sqlite3.connect(database)) as db:
        for statement in BEFORE:
            db.execute(statement)
        db.execute("DELETE FROM _sqlite_migrations WHERE name > 'm003'")
        db.commit()
