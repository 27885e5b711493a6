"""Reads rows out of the pages of a database by themselves, whatever is left that leads to them.

The form of the bytes is SQLite's (https://www.sqlite.org/fileformat2.html), which never changes:
pages of one size, numbered from 1; rows in the leaves of a tree a table; what of a row does not
fit into its leaf in a chain of further pages. A page is told by its first byte.
"""

from __future__ import annotations

import struct
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from itertools import pairwise

from assistant.store.opening import MAGIC

Value = int | float | str | bytes | None
"""What a column holds."""

Row = tuple[int, list[Value]]
"""A row's number, and its columns as they are stored: one that is the number itself is None."""

INNER, LEAF = 5, 13
"""The first byte of pages that lead to others, and of those that hold rows."""

HEADS = {INNER: 12, LEAF: 8}
"""Bytes of such a page before the places of its cells."""

DEEPEST = 20
"""Pages one below the other in a tree, at most (SQLite's BTCURSOR_MAX_DEPTH)."""

USUAL = (4096, 0)
"""Bytes of a page, and how many of them are left unused at its end."""

WHOLE = {0: 0, 1: 1, 2: 2, 3: 3, 4: 4, 5: 6, 6: 8}
"""Bytes of an integer, by the number its kind is stored as."""

DAMAGED = (IndexError, ValueError, OverflowError, struct.error)
"""What reading bytes can raise that are not what they should be."""


Range = tuple[int, int]
"""A number that is too small, and the greatest one that is not."""

ALL = (-(1 << 63) - 1, (1 << 63) - 1)
"""The range of all numbers of rows."""


@dataclass(slots=True)
class Tree:
    """What one page leads to: its leaves, each with the range of its rows' numbers, and whether
    nothing on the way was damaged.
    """

    leaves: dict[int, Range] = field(default_factory=dict)
    sound: bool = True


class Pages:
    """The pages of the bytes of a database."""

    def __init__(self, data: bytes, size: int, unused: int) -> None:
        self._data = data
        self._size = size
        self._usable = size - unused
        self.count = len(data) // size

    def leaves(self) -> Iterator[int]:
        """Give the numbers of all pages that hold rows, in whichever tree."""
        for number in range(1, self.count + 1):
            if self._kind(number) == LEAF:
                yield number

    def rows(self, number: int, most: int | None = None) -> list[Row]:
        """Return the rows of a leaf that can be read; those that can't be with all their columns,
        with the first ``most``.
        """
        return [row for at in self._cells(number) if (row := self._row(number, at, most))]

    def tree(self, root: int) -> Tree:
        """Return what a page leads to."""
        found, seen = Tree(), set[int]()
        self._follow(root, found, seen, ALL, 0)
        return found

    def sound(self, number: int) -> bool:
        """Tell whether a leaf is in order: each row can be read, the numbers ascend, and cells,
        gaps and the room between account for all bytes.
        """
        rows = self.rows(number)
        ascend = all(before[0] < after[0] for before, after in pairwise(rows))
        return ascend and len(rows) == self._count(number) and self._filled(number)

    def _follow(self, number: int, found: Tree, seen: set[int], within: Range, depth: int) -> None:
        kind = self._kind(number)
        if number in seen or depth > DEEPEST or kind not in HEADS:
            found.sound = False
            return
        seen.add(number)
        if kind == LEAF:
            found.leaves[number] = within
            return
        below, last = list[tuple[int, Range]](), within[0]
        for cell in self._cells(number):
            with suppress(*DAMAGED):
                page, greatest = self._below(self._begin(number) + cell)
                found.sound &= last < greatest <= within[1]
                below.append((page, (last, greatest)))
                last = greatest
        found.sound &= len(below) == self._count(number)
        (furthest,) = struct.unpack_from(">I", self._data, self._head(number) + 8)
        for page, its in (*below, (furthest, (last, within[1]))):
            self._follow(page, found, seen, its, depth + 1)

    def _below(self, at: int) -> tuple[int, int]:
        """Return the page that a cell leads to, and the greatest number of a row there."""
        (page,) = struct.unpack_from(">I", self._data, at)
        return page, _signed(self._number(at + 4)[0])

    def _begin(self, number: int) -> int:
        return (number - 1) * self._size

    def _head(self, number: int) -> int:
        """Return where the head of a page begins: in the first one behind that of the file."""
        return self._begin(number) + (100 if number == 1 else 0)

    def _kind(self, number: int) -> int:
        return self._data[self._head(number)] if 0 < number <= self.count else 0

    def _count(self, number: int) -> int:
        return int.from_bytes(self._data[(at := self._head(number) + 3) : at + 2])

    def _cells(self, number: int) -> Iterator[int]:
        """Give where the cells of a page begin in it, as far as they lie in it.

        As SQLite does it passes over bits that would lead out of the page.
        """
        at = self._head(number) + HEADS[self._kind(number)]
        last = min(at + 2 * self._count(number), self._begin(number) + self._usable - 1)
        for place in range(at, last, 2):
            cell = int.from_bytes(self._data[place : place + 2]) & (self._size - 1)
            if 8 <= cell <= self._usable - 4:
                yield cell

    def _row(self, number: int, cell: int, most: int | None) -> Row | None:
        try:
            payload, at = self._number(self._begin(number) + cell)
            rowid, at = self._number(at)
            record = self._payload(at, payload, self._begin(number) + self._usable)
        except DAMAGED:
            return None
        for count in (None, most):
            with suppress(*DAMAGED):
                return _signed(rowid), _columns(record, count)
        return None

    def _local(self, payload: int) -> int:
        """Return how many bytes of a row lie in its leaf."""
        most = self._usable - 35
        if payload <= most:
            return payload
        least = (self._usable - 12) * 32 // 255 - 23
        filled = least + (payload - least) % (self._usable - 4)
        return filled if filled <= most else least

    def _payload(self, at: int, payload: int, end: int) -> bytes:
        local = self._local(payload)
        if payload > len(self._data) or at + local > end:
            raise ValueError("longer than there is room")
        parts, left, at = [self._data[at : at + local]], payload - local, at + local
        while left:
            (further,) = struct.unpack_from(">I", self._data, at)
            if not 1 < further <= self.count:
                raise ValueError("goes on nowhere")
            at = self._begin(further)
            part = min(left, self._usable - 4)
            parts.append(self._data[at + 4 : at + 4 + part])
            left -= part
        return b"".join(parts)

    def _number(self, at: int) -> tuple[int, int]:
        return _varint(self._data, at)

    def _filled(self, number: int) -> bool:
        head, start = self._head(number), self._begin(number)
        free, _, content = struct.unpack_from(">HHH", self._data, head + 1)
        gaps = self._data[head + 7]
        for _ in range(self._usable // 4):
            if not free:
                break
            if free > self._usable - 4:
                return False
            free, length = struct.unpack_from(">HH", self._data, start + free)
            gaps += length
        sizes = sum(self._length(start + cell) for cell in self._cells(number))
        return gaps + sizes == self._usable - (content or 1 << 16)

    def _length(self, at: int) -> int:
        """Return how many bytes of a leaf a cell takes."""
        payload, behind = self._number(at)
        behind = self._number(behind)[1]
        local = self._local(payload)
        return max(4, behind - at + local + (4 if payload > local else 0))


def pages(data: bytes) -> Pages:
    """Return the pages of a database's bytes: of the size its head tells, or else the usual one.

    The head may be damaged, so it is whichever finds more rows.
    """
    size = int.from_bytes(data[16:18])
    told = (1 << 16 if size == 1 else size, data[20] if len(data) > 20 else 0)
    fits = data.startswith(MAGIC) and told[0] in {1 << n for n in range(9, 17)} and told[1] < 32
    kinds = dict.fromkeys((told, USUAL) if fits else (USUAL,))
    tried = [Pages(data, *kind) for kind in kinds]
    return max(tried, key=_readable) if len(tried) > 1 else tried[0]


def _readable(each: Pages) -> int:
    return sum(len(each.rows(number, 1)) for number in each.leaves())


def _signed(number: int) -> int:
    return number - (1 << 64) if number >= 1 << 63 else number


def _varint(data: bytes, at: int) -> tuple[int, int]:
    """Return a number of one to nine bytes, and where it ends."""
    value = 0
    for place in range(at, at + 8):
        byte = data[place]
        value = value << 7 | byte & 127
        if byte < 128:
            return value, place + 1
    return value << 8 | data[at + 8], at + 9


def _columns(record: bytes, most: int | None) -> list[Value]:
    """Return the columns of a record, all or ``most`` of them. Raises what DAMAGED lists."""
    end, at = _varint(record, 0)
    kinds = list[int]()
    while at < end and len(kinds) != most:
        kind, at = _varint(record, at)
        kinds.append(kind)
    values, place = list[Value](), end
    for kind in kinds:
        value, length = _value(record, place, kind)
        values.append(value)
        place += length
    if place > len(record) or at > end or (at == end and place != len(record)):
        raise ValueError("not as long as it says")
    return values


def _value(record: bytes, at: int, kind: int) -> tuple[Value, int]:
    """Return a column of a kind, and how many bytes it takes."""
    if kind in WHOLE:
        length = WHOLE[kind]
        return int.from_bytes(record[at : at + length], signed=True) if kind else None, length
    if kind == 7:
        return float(struct.unpack_from(">d", record, at)[0]), 8
    if kind in (8, 9):
        return kind - 8, 0
    if kind in (10, 11):  # kept for SQLite's own use, which reads none
        return None, 0
    length = (kind - 12) // 2
    raw = record[at : at + length]
    return raw.decode("utf-8", "replace") if kind % 2 else raw, length
