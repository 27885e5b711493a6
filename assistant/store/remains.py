"""Which rows of ours the bytes of a damaged database still hold.

A leaf that a table's tree leads to is that table's; a row of one that nothing leads to any more is
told by how many columns it has and of which kinds. A page that is damaged costs its own rows alone.
"""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import suppress
from dataclasses import field
from functools import cache
from operator import itemgetter
from pathlib import Path

from assistant.language.records import dataclass
from assistant.store.logged import logged_bytes
from assistant.store.migrations import apply, in_memory, known, tables
from assistant.store.pages import ALL, Pages, Row, Tree, Value, pages
from assistant.store.storable import Connection

KINDS: dict[str, tuple[type, ...]] = {"INTEGER": (int,), "REAL": (int, float), "TEXT": (str,)}
"""What values a column of a type has."""

JSON = {"memory": 2}
"""The column that is JSON, of a table that another one looks like."""


Doubt = tuple[bool, bool, bool, bool]
"""Whether a row does not look like one of its table, has a number that is not its leaf's, lies in
a leaf that is damaged, or in one that nothing leads to: of two rows with one number it is that of
the one with less doubt.
"""


@dataclass(frozen=True, slots=True)
class Column:
    """A column of a table: of which type, whether it must not be empty, whether it is the number
    of the row.
    """

    name: str
    kind: str
    needed: bool
    number: bool


@dataclass(frozen=True, slots=True)
class Shape:
    """A table as it is now, and how many columns rows of it had since the first version."""

    columns: list[Column]
    widths: frozenset[int]

    def fits(self, row: Sequence[Value]) -> bool:
        """Tell whether a row may be one of this table."""
        return len(row) in self.widths and all(map(_fits, row, self.columns))

    def named(self, row: Row) -> dict[str, Value]:
        """Return what a row holds by the names of its columns: by place, for they are only added
        at the end.
        """
        number, values = row
        given = {c.name: v for c, v in zip(self.columns, values, strict=False)}
        return given | {column.name: number for column in self.columns if column.number}


@dataclass(frozen=True, slots=True)
class Remains:
    """Rows by table, each with its values by column, those last that look least like such a row;
    and the tables that lack nothing.
    """

    rows: dict[str, list[dict[str, Value]]]
    whole: set[str] = field(default_factory=set)


def remains(database: Path) -> Remains:
    """Return what the bytes of a database hold of ours. Raises OSError."""
    held, shapes = pages(logged_bytes(database)), _shapes()
    roots = _roots(held)
    if roots and not roots.keys() & shapes.keys():
        return Remains({})  # another program's
    trees = {table: held.tree(root) for table, root in roots.items()}
    rows: dict[str, list[dict[str, Value]]] = {table: [] for table in shapes}
    sound, doubted = cache(held.sound), set[str]()
    for doubt, table, row in sorted(_placed(held, trees, shapes, sound), key=itemgetter(0)):
        rows[table].append(shapes[table].named(row))
        doubted |= {table} if any(doubt) else set()
    ours = {table: tree for table, tree in trees.items() if table in shapes}
    whole = {table for table, tree in ours.items() if tree.sound and all(map(sound, tree.leaves))}
    return Remains(rows, whole - doubted)


def _placed(
    held: Pages, trees: dict[str, Tree], shapes: dict[str, Shape], sound: Callable[[int], bool]
) -> Iterator[tuple[Doubt, str, Row]]:
    """Give the rows that can be read, each with its table, and how much that is to be doubted."""
    for leaf, owner in _owned(held, trees):
        if owner and owner not in shapes and trees[owner].sound:
            continue
        damaged = not sound(leaf)
        low, high = trees[owner].leaves[leaf] if owner else ALL
        for row in held.rows(leaf, len(shapes[owner].columns) if owner in shapes else None):
            number, values = row
            table = _table_of(values, shapes, owner)
            if table in shapes:
                odd, outside = not shapes[table].fits(values), not low < number <= high
                yield (odd, outside, damaged, table != owner), table, row


def _roots(held: Pages) -> dict[str, int]:
    """Return the first page of each table that what is left of the schema names."""
    found: dict[str, int] = {}
    for leaf in held.leaves():
        for _, row in held.rows(leaf):
            match row:
                # Of SQLite's own table of what there is: type, name, table, first page, SQL.
                case ["table", str(name), str(), int(root), str()]:
                    found[name] = root
    return found


def _owned(held: Pages, trees: dict[str, Tree]) -> Iterator[tuple[int, str | None]]:
    """Give each leaf, and the table it belongs to: one leads to it and no other does."""
    claims: dict[int, list[str]] = defaultdict(list)
    for table, tree in trees.items():
        for leaf in tree.leaves:
            claims[leaf].append(table)
    for leaf in held.leaves():
        yield leaf, claims[leaf][0] if len(claims[leaf]) == 1 else None


def _table_of(row: Sequence[Value], shapes: dict[str, Shape], owner: str | None) -> str | None:
    """Return the table of a row: one that it fits, best that of its leaf; else that anyway.

    A damaged page may lead to leaves of another table. JSON tells two apart that look alike.
    """
    fits = [table for table, shape in shapes.items() if shape.fits(row)]
    for table in fits:
        if table in JSON and _is_json(row[JSON[table]]):
            return table
    if owner in fits or not fits:
        return owner
    return next((table for table in fits if table not in JSON), fits[0])


def _is_json(value: Value) -> bool:
    with suppress(ValueError):
        json.loads(str(value))
        return True
    return False


def _fits(value: Value, column: Column) -> bool:
    if value is None:
        return column.number or not column.needed
    return not column.number and isinstance(value, KINDS[column.kind])


@cache
def _shapes() -> dict[str, Shape]:
    """Return the tables of this version, in the order they were made."""
    db = in_memory()
    widths: dict[str, set[int]] = defaultdict(set)
    for step in (*known()[1:], None):
        apply(db, step)
        for table in tables(db):
            widths[table].add(len(_columns(db, table)))
    return {table: Shape(_columns(db, table), frozenset(widths[table])) for table in tables(db)}


def _columns(db: Connection, table: str) -> list[Column]:
    rows: Iterable[tuple[str, str, int, int]] = db.execute(
        'SELECT name, type, "notnull", pk FROM pragma_table_info(?)', [table]
    )
    return [
        Column(name, kind, bool(needed), bool(key) and kind == "INTEGER")
        for name, kind, needed, key in rows
    ]
