"""What skills keep, as one connection reads it: read once, and good until another one writes."""

from __future__ import annotations

import json
import logging
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any, cast

from assistant.skill.memory import M, Made
from assistant.store.storable import Connection

log = logging.getLogger(__name__)

Change = tuple[str, str, str | None]
"""A skill, a key, and its JSON now, None where it is gone."""


@dataclass(slots=True)
class _Shelf:
    """A skill's JSON by key in the order it was written, "" where not ``whole``, and what was made
    of the keys or of all, each with the rows that it lacks.
    """

    rows: dict[str, str] = field(default_factory=dict)
    whole: bool = False
    made: dict[Callable[[], Made], tuple[Made, dict[str, str | None]]] = field(default_factory=dict)
    names: tuple[str, ...] | None = None

    def change(self, key: str, row: str | None) -> None:
        """Follow a change; what is written anew comes last, as in the table."""
        self.names = None
        for _, lacks in self.made.values():  # before the rows, from which it is done anew if cut
            lacks.pop(key, None)
            lacks[key] = row
        self.rows.pop(key, None)
        if row is not None:
            self.rows[key] = row

    def follow(self, now: Mapping[str, str]) -> bool:
        """Change what differs from the rows of now; tell whether the order is theirs then."""
        for key in self.rows.keys() - now:
            self.change(key, None)
        for key, row in now.items():
            if self.rows.get(key) != row:
                self.change(key, row)
        return [*self.rows] == [*now]


class Kept:
    """Reads the memory of skills, inside transactions that ``begin`` here."""

    def __init__(self, db: Connection) -> None:
        self._db = db
        self._version: int | None = None
        self._shelves: dict[str, _Shelf] = {}
        self._stale = set[str]()

    def begin(self) -> None:
        """Compare what was read with what is stored where another connection wrote meanwhile.

        SQLite's data version tells so as of the state that the transaction reads.
        """
        (version,) = self._db.execute("PRAGMA data_version").fetchone()
        if version != self._version:
            self._stale |= self._shelves.keys()
            self._version = version

    @contextmanager
    def changing(self, changes: Iterable[Change]) -> Iterator[None]:
        """Follow what a block commits; where it is cut short all is compared anew."""
        version, self._version = self._version, None
        yield
        for skill, key, row in changes:
            if skill in self._shelves:
                self._shelves[skill].change(key, row)
        self._version = version

    def drop(self) -> None:
        """Forget what was read, for something else has written through this connection."""
        self._shelves.clear()

    def keys(self, skill: str) -> tuple[str, ...]:
        """Return the keys of a skill, in the order they were written."""
        shelf = self._shelf(skill)
        if shelf.names is None:
            shelf.names = tuple(shelf.rows)
        return shelf.names

    def value(self, skill: str, key: str) -> Any:
        """Return one value of a skill, alone where not all were read. Raises KeyError for none."""
        shelf = self._shelves.get(skill)
        if shelf and shelf.whole and skill not in self._stale:
            return parsed([(key, shelf.rows[key])])[key]
        sql = "SELECT value FROM memory WHERE skill = ? AND key = ?"
        row = self._db.execute(sql, [skill, key]).fetchone()
        return parsed([(key, row[0])] if row else [])[key]

    def values(self, skill: str) -> dict[str, Any]:
        """Return all that a skill keeps, by key."""
        return parsed(self._shelf(skill, whole=True).rows.items())

    def made(self, skill: str, kind: Callable[[], M]) -> M:
        """Return what is made of all that a skill keeps, made once and then of what changed."""
        return _made(self._shelf(skill, whole=True), kind, parsed)

    def made_of_keys(self, skill: str, kind: Callable[[], M]) -> M:
        """Return the same of the keys alone, each with the value None."""
        return _made(self._shelf(skill), kind, _unread)

    def _shelf(self, skill: str, *, whole: bool = False) -> _Shelf:
        """Return a shelf as it is stored now; of one that was read before only what differs is new.

        All rows are compared: the place of one that is gone may be another's by now.
        """
        if skill not in self._shelves:
            self._shelves[skill] = _Shelf()
            self._stale.add(skill)
        shelf = self._shelves[skill]
        if skill in self._stale:
            if not shelf.follow(now := self._rows(skill, shelf.whole)):
                shelf = self._shelves[skill] = _Shelf(now, shelf.whole)
            self._stale.discard(skill)
        if whole and not shelf.whole:
            shelf.rows, shelf.whole = self._rows(skill, whole), True
        return shelf

    def _rows(self, skill: str, whole: bool) -> dict[str, str]:
        values = "value" if whole else "''"
        sql = f"SELECT key, {values} FROM memory WHERE skill = ? ORDER BY rowid"  # noqa: S608
        return dict(self._db.execute(sql, [skill]).fetchall())


def _made(
    shelf: _Shelf,
    kind: Callable[[], M],
    read: Callable[[Iterable[tuple[str, str]]], dict[str, Any]],
) -> M:
    there = shelf.made.get(kind)
    made, lacks = there or (kind(), dict[str, str | None](shelf.rows))
    if lacks or there is None:
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
