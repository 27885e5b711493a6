"""Damaged databases: whatever their bytes are, what is said is true, and nothing ends in an error.

python -m tests.hostile.databases --rounds 1000 --seed 1
python -m tests.hostile.databases --seed 1 --only 310

What must be saved is told by two judges: what SQLite reads by itself, and which pages are as they
were (``holding``), whatever SQLite makes of them.
"""

from __future__ import annotations

import contextlib
import io
import logging
import os
import random
import shutil
import sqlite3
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import closing
from datetime import UTC, datetime
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from assistant import assembly
from assistant.errors import AssistantError
from assistant.skill.registry import Registry
from assistant.store import recovering
from assistant.store.migrations import tables
from assistant.store.opening import FAILURES, open_database
from tests import once
from tests.hostile import campaign, holding

SAID = (
    "what is on my shopping list", "list my alarms", "add tea to my shopping list",
    "what is 2 plus 2",
)  # fmt: skip
"""What is said to each."""

EMPTY = ("list is empty", "No alarm")
"""What must never be answered, for there is something."""

LONG = 20.0
"""Seconds after which a run counts as one that hangs."""


def make(home: Path) -> Path:
    """Fill a home by talking; return its database, with all it holds in one file."""
    os.environ["ASSISTANT_HOME"] = str(home)
    from assistant.testing import Conversation

    say = Conversation()
    for n in range(60):
        say(f"note that box {n} is in the loft with {'many ' * (n % 7)}things")
    for text in ("add milk and eggs to my shopping list", "wake me up every day at 7"):
        say(text)
    say.close()
    database = home / "assistant.db"
    with closing(sqlite3.connect(database)) as db:
        db.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    return database


def _flips(data: bytearray, chance: random.Random) -> None:
    for _ in range(chance.choice((1, 5, 50, 500))):
        data[chance.randrange(len(data))] ^= 1 << chance.randrange(8)


def _pages(data: bytearray, chance: random.Random) -> None:
    for _ in range(chance.choice((1, 2, 5))):
        at = 4096 * chance.randrange(len(data) // 4096)
        data[at : at + 4096] = chance.randbytes(4096)


def _cut(data: bytearray, chance: random.Random) -> None:
    del data[chance.randrange(len(data)) :]


def _foreign(data: bytearray, chance: random.Random) -> None:
    data[:] = chance.choice((b"", b"hello", b"%PDF-1.7\n", b"\0" * 9_000, chance.randbytes(20_000)))


def _grown(data: bytearray, chance: random.Random) -> None:
    data += chance.randbytes(chance.randrange(1, 20_000))


def _zeros(data: bytearray, chance: random.Random) -> None:
    for _ in range(chance.choice((1, 2, 5))):
        at = 4096 * chance.randrange(len(data) // 4096)
        data[at : at + 4096] = bytes(4096)


def _leading(data: bytearray, chance: random.Random) -> None:
    """Damage the pages without which SQLite finds no others, a little or wholly."""
    starts = range(0, len(data), 4096)
    for at in [at for at in starts if at == 0 or data[at] == holding.INNER]:
        if chance.random() < 0.5:
            for _ in range(chance.choice((1, 5, 50))):
                data[at + chance.randrange(200)] ^= 1 << chance.randrange(8)
        elif chance.random() < 0.3:
            data[at : at + 4096] = chance.randbytes(4096)


DAMAGES: tuple[Callable[[bytearray, random.Random], None], ...] = (
    _flips, _flips, _pages, _cut, _foreign, _grown, _zeros, _leading,
)  # fmt: skip


ODD = (None, "", "{", "[]", "null", 7, -1e308, b"\xff\xfe", "x" * 5_000, "\x1b]52;c;eA==\x07")
"""Values that no column is written with."""


def odd(database: Path, chance: random.Random) -> None:
    """Write values of odd kinds into the columns of a whole database."""
    with closing(sqlite3.connect(database, isolation_level=None)) as db:
        there = recovered_tables()
        for _ in range(chance.choice((1, 3, 10))):
            table = chance.choice(there)
            columns = [row[1] for row in db.execute(f"PRAGMA table_info({table})")]
            value = chance.choice(ODD)
            where = f"rowid = (SELECT rowid FROM {table} ORDER BY random() LIMIT 1)"
            with contextlib.suppress(sqlite3.Error):
                db.execute(
                    f"UPDATE {table} SET {chance.choice(columns)} = ? WHERE {where}", [value]
                )


def say(home: Path) -> tuple[str, str]:
    """Say SAID in a home; return what was told, and what went wrong."""
    from assistant.doors.shell import answer_all

    os.environ["ASSISTANT_HOME"] = str(home)
    out, err, start = io.StringIO(), io.StringIO(), time.monotonic()
    try:
        with contextlib.redirect_stdout(out), contextlib.redirect_stderr(err):
            answer_all(SAID, "shell", False, ())
    except AssistantError as error:
        return out.getvalue() + str(error), ""
    except BaseException as error:  # noqa: BLE001 - whatever it is, it is told
        return out.getvalue(), f"ended in {error!r}"
    if time.monotonic() - start > LONG:
        return out.getvalue(), "took too long"
    return out.getvalue() + err.getvalue(), ""


@contextlib.contextmanager
def _skills_once() -> Iterator[None]:
    """Share what is made of the bundled skills, which no damage concerns, in a block."""
    registry = assembly.registry

    def bundled(*given: Any, **named: Any) -> Registry:
        return registry(*given, **{**named, "packages": False})

    with pytest.MonkeyPatch.context() as patch:
        once.share(patch)
        patch.setattr(assembly, "registry", bundled)
        yield


@cache
def recovered_tables() -> list[str]:
    """Return the tables of a database of this version."""
    with tempfile.TemporaryDirectory() as folder:
        db = open_database(Path(folder, "new.db"))
        try:
            return tables(db)
        finally:
            db.close()


def _readable(database: Path) -> int:
    """Return how many rows SQLite reads, each once, that lack nothing a table of ours needs: of
    what a turn did, the turn too.
    """
    count, turns = 0, set[object]()
    for table in recovered_tables():
        with contextlib.suppress(*FAILURES), closing(sqlite3.connect(database)) as db:
            db.text_factory = bytes
            rows = db.execute(f"SELECT * FROM {table}").fetchall()
            needed = [
                row[0] for row in db.execute(f"PRAGMA table_info({table})") if row[3] and not row[5]
            ]
            full = [row for row in {*rows} if all(row[n] is not None for n in needed)]
            turns |= {row[0] for row in full if table == "turns"}
            count += sum(table != "effects" or row[1] in turns for row in full)
    return count


def _recovered(copy: Path, held: set[holding.Row]) -> tuple[str, str]:
    """Recover a copy; return how that ended, and what was lost in words."""
    before = _readable(copy)
    try:
        found = recovering.recover(copy, datetime.now(UTC))
    except AssistantError:
        lost = f"{before} rows could be read and {len(held)} were whole, none was saved"
        return "nothing to recover", lost if before or held else ""
    except Exception as error:  # noqa: BLE001 - whatever it is, it is told
        return "failed", f"recovery ended in {error!r}"
    if found is None:
        return "whole", ""
    saved = sum(found.saved.values())
    if saved < before:
        return "recovered", f"{before} rows could be read, {saved} were saved"
    lost = held - holding.stored(copy, recovered_tables())
    names = Counter(table for table, _ in lost)
    return "recovered", f"rows whose pages are whole were not saved: {names}" if lost else ""


@_skills_once()
def run(
    folder: Path, rounds: int, seed: int, only: int | None = None
) -> tuple[list[str], Counter[str]]:
    """Damage copies of a home; return what went wrong, and how it ended how often."""
    chance, wrong, ended = random.Random(seed), list[str](), Counter[str]()
    log = logging.getLogger("assistant")
    log.addHandler(logging.NullHandler())  # as doors keep it: tracebacks go to the log
    log.propagate = False
    whole = make(folder / "whole").read_bytes()
    pages = holding.pages_of(whole, recovered_tables())
    for n in range(rounds):
        home = folder / f"home{n}"
        home.mkdir()
        database, data = home / "assistant.db", bytearray(whole)
        damage = chance.choice((*DAMAGES, None))
        if damage is not None:
            damage(data, chance)
        database.write_bytes(data)
        if damage is None:
            odd(database, chance)
        if only in (None, n):
            held = holding.held(pages, whole, bytes(data)) if damage else set()
            trouble, told, end = _judged(database, held, damaged=damage is not None and bool(data))
            ended[end] += 1
            if trouble:
                name = damage.__name__ if damage else "_odd"
                wrong.append(f"round {n} ({name}): {trouble}: {told[-300:]!r}")
        shutil.rmtree(home)
    return wrong, ended


def _judged(database: Path, held: set[holding.Row], *, damaged: bool) -> tuple[str, str, str]:
    """Talk to a home and recover a copy; return what was wrong, what was told, and how it ended."""
    copy = database.with_name("copy.db")
    shutil.copyfile(database, copy)
    told, trouble = say(database.parent)
    if damaged:
        empty = next((each for each in EMPTY if each in told), "")
        trouble = trouble or (f"“{empty}” was told" if empty else "")
    if "Traceback" in told:
        trouble = trouble or "a traceback was told"
    end, lost = _recovered(copy, held)
    return trouble or lost, told, end


if __name__ == "__main__":
    campaign.main(__doc__, "databases", "damaged databases", run, 100, run)
