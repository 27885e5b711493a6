"""Homes that are filled, aged and damaged, and what is in them."""

from __future__ import annotations

import os
import shutil
import sqlite3
import sys
import tempfile
from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress
from datetime import date
from pathlib import Path

import click

from assistant import paths
from assistant.cli import commands
from assistant.errors import AssistantError
from assistant.store import Store, backups
from assistant.store.opening import damage
from assistant.store.replacing import beside, ready
from assistant.testing import Conversation
from assistant.turn import Utterance
from tests import filled

WORD = "zanzibar"
"""What is forgotten."""

DAY = "2026-11-01"
"""The day of the copy that is gone back to."""


def run_command(*given: str) -> str:
    """Run a command line of the assistant; return what it told, or why it refused."""
    out = sys.stdout
    with tempfile.TemporaryFile("w+", encoding="utf-8") as told:
        sys.stdout = told
        try:
            with suppress(SystemExit):
                commands.main([*given], prog_name="assistant", standalone_mode=False)
        except (AssistantError, click.ClickException) as error:
            print(error)
        finally:
            sys.stdout = out
        told.seek(0)
        return told.read()


def talk(home: Path) -> None:
    """Fill a home: notes, a list, a timer, some of it about WORD; with a copy of before."""
    base = home.with_name("talked")
    if not base.exists():
        with lived_in(base):
            _talk(base)
    shutil.copytree(base, home, dirs_exist_ok=True)


@contextmanager
def lived_in(home: Path) -> Iterator[None]:
    """Let a folder be the home for a block."""
    before = os.environ["ASSISTANT_HOME"]
    os.environ["ASSISTANT_HOME"] = str(home)
    try:
        yield
    finally:
        os.environ["ASSISTANT_HOME"] = before


def _talk(home: Path) -> None:
    say = Conversation()
    for n in range(12):
        say(f"note that box {n} is in the loft")
    say("add milk to my shopping list")
    backups.back_up_daily(paths.database(), date.fromisoformat(DAY))
    say("add eggs to my shopping list")
    for text in (f"note that {WORD} is far", f"remind me to call {WORD} at 5 pm"):
        say(text)
    say("set a tea timer for 5 hours")
    session = say.assistant.open_session("travel")
    say.assistant.respond(Utterance(f"{WORD} {WORD}", say.clock()), session.id)
    say.close()
    merge(paths.database())
    (home / "assistant.log").write_text(f"a line\na line about {WORD}\n", encoding="utf-8")
    (home / "assistant.log").chmod(0o600)


def merge(database: Path) -> None:
    """Put all that is kept into the one file."""
    with closing(sqlite3.connect(database)) as db:
        db.execute("PRAGMA wal_checkpoint(TRUNCATE)")


def damaged(home: Path) -> None:
    """Fill a home, and damage some pages of its database, which has a log with more; keep them."""
    talk(home)
    database = paths.database()
    files = [database, beside(database)[0]]
    say = Conversation()
    say("note that the newest is in the log")
    data = [each.read_bytes() for each in files]
    say.close()
    for each, content in zip(files, data, strict=True):
        each.write_bytes(content)
        each.chmod(0o600)
    filled.damage(database, 0.1, seed=3)
    for each in files:
        shutil.copyfile(each, home / f"was{each.suffix}")


def swapped(home: Path) -> bool:
    """Tell whether another database has taken the place of what ``damaged`` made, or is to."""
    database = paths.database()
    return ready(database).exists() or database.read_bytes() != (home / "was.db").read_bytes()


def kept_whole(home: Path, why: str) -> bool:
    """Tell whether what ``damaged`` made was set aside, byte for byte, its log too."""
    was = [(home / name).read_bytes() for name in ("was.db", "was.db-wal")]
    there = [(each, beside(each)[0]) for each in asides(home, why)]
    return was in [[each.read_bytes() for each in both if each.exists()] for both in there]


def aged(home: Path) -> None:
    """Fill a home of the version before."""
    talk(home)
    filled.age(paths.database())
    merge(paths.database())


def listed(database: Path) -> list[str]:
    """Return the shopping list."""
    store = Store.open(database)
    try:
        found: list[str] = store.reader().memory("lists")["shopping"]
        return found
    finally:
        store.close()


def counts(database: Path) -> dict[str, int]:
    """Return how many rows there are of what is kept."""
    store = Store.open(database)
    store.close()
    with closing(sqlite3.connect(database)) as db:
        tables = ("sessions", "turns", "effects", "alarms", "memory")
        sql = "SELECT count(*) FROM {}"
        return {each: db.execute(sql.format(each)).fetchone()[0] for each in tables}


def torn(found: Iterator[Path]) -> str:
    """Return which of some copies is no whole database."""
    wrong = [f"{each.name}: {damage(each)}" for each in found if damage(each)]
    return "; ".join(wrong)


def asides(home: Path, why: str) -> list[Path]:
    """Return what was set aside."""
    return [p for p in home.glob(f"assistant.db.{why}*") if not p.name.endswith(("-wal", "-shm"))]


def left(home: Path) -> str:
    """Return in which files WORD is left, in words."""
    files = [each for each in home.rglob("*") if each.is_file()]
    found = [each.name for each in files if WORD.encode() in each.read_bytes().lower()]
    return f"left in {found}" if found else ""
