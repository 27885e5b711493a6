"""What skills keep, as one connection reads it: read once, and good until another one writes."""

from __future__ import annotations

import json
import logging
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any, cast

from assistant.skill.memory import M, Made
from assistant.store.ledger import Connection

log = logging.getLogger(__name__)

Change = tuple[str, str, str | None]
"""A skill, a key, and its JSON now, None where it is gone."""


@dataclass(slots=True)
class _Shelf:
    """A skill's keys in the order they were written, their JSON where all of it was asked for, and
    what was made of the keys or of all, each with the rows that it lacks.
    """

    keys: dict[str, None]
    rows: dict[str, str] | None = None
    made: dict[Callable[[], Made], tuple[Made, dict[str, str | None]]] = field(default_factory=dict)
    names: tuple[str, ...] | None = None

    def change(self, key: str, row: str | None) -> None:
        """Follow a change; what is written anew comes last, as in the table."""
        self.names = None
        self.keys.pop(key, None)
        if row is not None:
            self.keys[key] = None
        if self.rows is not None:
            self.rows.pop(key, None)
            if row is not None:
                self.rows[key] = row
        for _, lacks in self.made.values():
            lacks.pop(key, None)
            lacks[key] = row


class Kept:
    """Reads the memory of skills, inside transactions that ``begin`` here."""

    def __init__(self, db: Connection) -> None:
        self._db = db
        self._version: int | None = None
        self._shelves: dict[str, _Shelf] = {}

    def begin(self) -> None:
        """Forget what was read before another connection wrote, inside a transaction.

        SQLite's data version tells so as of the state that the transaction reads.
        """
        (version,) = self._db.execute("PRAGMA data_version").fetchone()
        if version != self._version:
            self._shelves.clear()
            self._version = version

    @contextmanager
    def changing(self, changes: Iterable[Change]) -> Iterator[None]:
        """Follow what a block commits; where it is cut short all is read anew."""
        version, self._version = self._version, None
        yield
        for skill, key, row in changes:
            if skill in self._shelves:
                self._shelves[skill].change(key, row)
        self._version = version

    def drop(self) -> None:
        """Forget what was read, for something else has written through this connection."""
        self._version = None

    def keys(self, skill: str) -> tuple[str, ...]:
        """Return the keys of a skill, in the order they were written."""
        shelf = self._shelf(skill)
        if shelf.names is None:
            shelf.names = tuple(shelf.keys)
        return shelf.names

    def value(self, skill: str, key: str) -> Any:
        """Return one value of a skill, alone where not all were read. Raises KeyError for none."""
        shelf = self._shelves.get(skill)
        if shelf and shelf.rows is not None:
            return parsed([(key, shelf.rows[key])])[key]
        sql = "SELECT value FROM memory WHERE skill = ? AND key = ?"
        row = self._db.execute(sql, [skill, key]).fetchone()
        return parsed([(key, row[0])] if row else [])[key]

    def values(self, skill: str) -> dict[str, Any]:
        """Return all that a skill keeps, by key."""
        return parsed(self._whole(skill)[1].items())

    def made(self, skill: str, kind: Callable[[], M]) -> M:
        """Return what is made of all that a skill keeps, made once and then of what changed."""
        shelf, rows = self._whole(skill)
        return _made(shelf, kind, lambda: rows, parsed)

    def made_of_keys(self, skill: str, kind: Callable[[], M]) -> M:
        """Return the same of the keys alone, each with the value None."""
        shelf = self._shelf(skill)
        return _made(shelf, kind, lambda: dict.fromkeys(shelf.keys, ""), _unread)

    def _shelf(self, skill: str) -> _Shelf:
        if skill not in self._shelves:
            sql = "SELECT key FROM memory WHERE skill = ? ORDER BY rowid"
            keys = dict.fromkeys(key for (key,) in self._db.execute(sql, [skill]))
            self._shelves[skill] = _Shelf(keys)
        return self._shelves[skill]

    def _whole(self, skill: str) -> tuple[_Shelf, dict[str, str]]:
        shelf = self._shelves.get(skill)
        if shelf is None or shelf.rows is None:
            sql = "SELECT key, value FROM memory WHERE skill = ? ORDER BY rowid"
            rows = dict(self._db.execute(sql, [skill]).fetchall())
            shelf = self._shelf(skill)
            shelf.rows = rows
        assert shelf.rows is not None
        return shelf, shelf.rows


def _made(
    shelf: _Shelf,
    kind: Callable[[], M],
    rows: Callable[[], Mapping[str, str]],
    read: Callable[[Iterable[tuple[str, str]]], dict[str, Any]],
) -> M:
    made, lacks = shelf.made.get(kind) or (kind(), rows())
    if lacks or kind not in shelf.made:
        written = ((key, row) for key, row in lacks.items() if row is not None)
        made = made.changed(read(written), [key for key in lacks if lacks[key] is None])
        shelf.made[kind] = made, {}
    return cast("M", made)


def _unread(rows: Iterable[tuple[str, str]]) -> dict[str, Any]:
    return dict.fromkeys(key for key, _ in rows)


def parsed(rows: Iterable[tuple[str, str]]) -> dict[str, Any]:
    """Return the values of rows that can be read; a damaged one stays in the file."""
    found: dict[str, Any] = {}
    for key, row in rows:
        try:
            found[key] = json.loads(row)
        except (ValueError, TypeError):
            log.warning("a value of memory can't be read")
    return found
