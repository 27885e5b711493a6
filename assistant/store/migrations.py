"""The schema, as a list of steps that are only ever added to; a released step never changes."""

from __future__ import annotations

import sqlite3
from typing import TYPE_CHECKING

from assistant.store.storable import Connection

if TYPE_CHECKING:
    from sqlite_utils import Database

NAME = "assistant"
"""What the steps are called together, in a file that may have others."""

MADE_BY = "_sqlite_migrations"
"""The table of the steps that a file has, which sqlite-utils keeps."""


def known() -> list[str]:
    """Return the names of the steps this version has."""
    return [step.__name__ for step in STEPS]


def apply(db: Connection, before: str | None = None) -> None:
    """Take the steps that a file has not, all or those before one.

    The library is loaded for that alone: with it comes NumPy, longer than a question takes.
    """
    from sqlite_utils import Database, Migrations

    migrations = Migrations(NAME)
    migrations.migrations_table = MADE_BY
    for step in STEPS:
        migrations()(step)
    migrations.apply(Database(db, execute_plugins=False), stop_before=before)


def in_memory() -> Connection:
    """Return an empty database that is no file."""
    return sqlite3.connect(":memory:", factory=Connection)


def tables(db: Connection) -> list[str]:
    """Return the tables of what is remembered, in the order they were made: none refers to one
    behind it.
    """
    others = (MADE_BY, "sqlite_", "turns_fts")
    found = db.execute("SELECT name FROM sqlite_master WHERE type = 'table'")
    return [name for (name,) in found if not name.startswith(others)]


def m001_initial(db: Database) -> None:
    """Sessions, turns with their effects, alarms, memory, and a full-text index of the turns."""
    db.execute("""
        CREATE TABLE sessions (
            id INTEGER PRIMARY KEY,
            name TEXT NOT NULL,
            started_at TEXT NOT NULL,
            last_at TEXT NOT NULL,
            open_question TEXT
        )""")
    db.execute("CREATE INDEX sessions_name ON sessions (name)")
    db.execute("""
        CREATE TABLE turns (
            id INTEGER PRIMARY KEY AUTOINCREMENT,
            session_id INTEGER NOT NULL REFERENCES sessions (id) ON DELETE CASCADE,
            heard_at TEXT NOT NULL,
            text TEXT NOT NULL,
            utterance TEXT NOT NULL,
            understanding TEXT NOT NULL,
            intent TEXT,
            reply TEXT NOT NULL,
            speech TEXT NOT NULL,
            outcome TEXT NOT NULL,
            undoes INTEGER
        )""")
    db.execute("CREATE INDEX turns_session ON turns (session_id, id)")
    db.execute("""
        CREATE TABLE effects (
            id INTEGER PRIMARY KEY,
            turn_id INTEGER NOT NULL REFERENCES turns (id) ON DELETE CASCADE,
            target TEXT NOT NULL,
            skill TEXT NOT NULL,
            key TEXT NOT NULL,
            before TEXT,
            after TEXT
        )""")
    db.execute("CREATE INDEX effects_turn ON effects (turn_id)")
    db.execute("""
        CREATE TABLE alarms (
            id TEXT PRIMARY KEY,
            skill TEXT NOT NULL,
            due_utc TEXT NOT NULL,
            zone TEXT NOT NULL,
            message TEXT NOT NULL,
            label TEXT NOT NULL,
            state TEXT NOT NULL,
            set_at TEXT NOT NULL
        )""")
    db.execute("CREATE INDEX alarms_due ON alarms (state, due_utc)")
    db.execute("""
        CREATE TABLE memory (
            skill TEXT NOT NULL,
            key TEXT NOT NULL,
            value TEXT NOT NULL,
            PRIMARY KEY (skill, key)
        )""")
    db["turns"].enable_fts(["text", "reply"], create_triggers=True, tokenize="unicode61")  # type: ignore[union-attr]


def m002_repeating(db: Database) -> None:
    """Alarms that repeat (RFC 5545 text), are paused (seconds left) and tell when they rang."""
    for column in ("repeat TEXT", "left REAL", "rung_at TEXT"):
        db.execute(f"ALTER TABLE alarms ADD COLUMN {column}")


def m003_claims(db: Database) -> None:
    """What a door has taken to tell, until it has: who took it and when; told rows are gone."""
    db.execute("""
        CREATE TABLE claims (
            alarm TEXT PRIMARY KEY,
            door TEXT NOT NULL,
            at TEXT NOT NULL
        )""")


def m004_ways_back(db: Database) -> None:
    """Of turns: "undo" or "redo" where taking back others was all they did, which others in which
    order and what those had been (JSON), and the question that was left open.

    Of an older file only the first that was taken back is known.
    """
    for column in ("back", "taken", "question"):
        db.execute(f"ALTER TABLE turns ADD COLUMN {column} TEXT")
    db.execute("""
        UPDATE turns SET taken = json_array(json_array(undoes, 'answered')),
            back = CASE WHEN json_valid(understanding)
                AND json_extract(understanding, '$.parser') = 'correction'
                THEN NULL ELSE 'undo' END
        WHERE undoes IS NOT NULL""")


STEPS = (m001_initial, m002_repeating, m003_claims, m004_ways_back)
