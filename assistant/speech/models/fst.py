"""OpenFst files, read as far as it takes to tell whether one is whole, and which words it knows.

Vosk loads some files that were cut off without a word, and then hears nonsense. ``write`` makes one
of what can be said. Layouts as OpenFst 1.7 writes them (fst/fst.h, const-fst.h, vector-fst.h,
add-on.h, label-reachable.h, properties.h).
"""

from __future__ import annotations

import math
import os
import struct
from collections.abc import Sequence
from dataclasses import dataclass
from io import BufferedReader
from pathlib import Path

from assistant import files

MAGIC = 2125659606
SYMBOLS_MAGIC = 2125658996
ADD_ON_MAGIC = 446681434

INPUT_SYMBOLS, OUTPUT_SYMBOLS, ALIGNED = 1, 2, 4
"""Bits of a header's flags."""

VERSION = 2
"""Of the type const."""

NO_WORD = 0
"""The number of the way on that no word is said on."""

ACCEPTOR = 0x1_5001_0001
"""Properties: expanded, in and out alike, sorted, weighted."""

SILENT, SPOKEN = 0x0540_0000, 0x0A80_0000
"""Added to them where there are ways without a word, and where there are none."""

STATE, ARC, BOUNDARY = 20, 16, 16
"""Bytes of a state and of an arc of the type const, and what aligned ones begin at."""

LONGEST = 10_000
"""Bytes of a word or a name, at most."""

AT_ONCE = 1 << 16
"""Arcs that are read at once."""


@dataclass(frozen=True)
class Header:
    """What an FST says of itself, and the words of its output symbols."""

    type: str
    aligned: bool
    states: int
    arcs: int
    words: dict[str, int]


@dataclass(frozen=True)
class Arc:
    """A way from one state to another by a word's number, at a cost (a negative logarithm)."""

    word: int
    cost: float
    state: int


@dataclass(frozen=True)
class State:
    """The arcs that leave it, and what it costs to end here, None where no sentence may."""

    arcs: Sequence[Arc]
    end: float | None


class _Reader:
    """Little-endian numbers and strings, one after another; EOFError at the end.

    The file is not mapped: one that is cut short meanwhile would end the process.
    """

    def __init__(self, file: BufferedReader) -> None:
        self.file = file
        self.at = 0
        self._size = os.fstat(file.fileno()).st_size

    def take(self, layout: str) -> tuple[int, ...]:
        return struct.unpack("<" + layout, self.bytes(struct.calcsize("<" + layout)))

    def text(self) -> bytes:
        (length,) = self.take("i")
        if length > LONGEST:
            raise EOFError
        return self.bytes(length)

    def bytes(self, size: int) -> bytes:
        self._pass(size)
        data = self.file.read(size)
        if len(data) < size:
            raise EOFError
        return data

    def skip(self, size: int) -> None:
        self._pass(size)
        self.file.seek(size, os.SEEK_CUR)

    def align(self) -> None:
        self.skip(-self.at % BOUNDARY)

    def _pass(self, size: int) -> None:
        if size < 0 or self.at + size > self._size:
            raise EOFError
        self.at += size


def is_whole(path: Path) -> bool:
    """Tell whether the file is an FST with all its states and arcs; other types count as whole."""
    with files.opened(path) as file:
        try:
            _walk(_Reader(file))
        except EOFError:
            return False
    return True


def words(path: Path) -> dict[str, int]:
    """Return the words of the file's own output symbols with their numbers; maybe none."""
    with files.opened(path) as file:
        try:
            return _header(_Reader(file)).words
        except EOFError:
            return {}


def write(path: Path, states: Sequence[State]) -> None:
    """Write an automaton that begins in its first state, as the type const."""
    kinds = b"".join(struct.pack("<i", len(name)) + name for name in (b"const", b"standard"))
    silent = any(arc.word == NO_WORD for state in states for arc in state.arcs)
    properties = ACCEPTOR | (SILENT if silent else SPOKEN)
    arcs = sum(len(state.arcs) for state in states)
    sizes = struct.pack("<iiQqqq", VERSION, 0, properties, 0, len(states), arcs)
    with path.open("wb") as file:
        file.write(struct.pack("<i", MAGIC) + kinds + sizes)
        first = 0
        for state in states:
            cost = math.inf if state.end is None else state.end
            without = sum(arc.word == NO_WORD for arc in state.arcs)
            file.write(struct.pack("<fIIII", cost, first, len(state.arcs), without, without))
            first += len(state.arcs)
        for state in states:
            for arc in sorted(state.arcs, key=lambda arc: arc.word):
                file.write(struct.pack("<iifi", arc.word, arc.word, arc.cost, arc.state))


def largest_output(path: Path) -> int:
    """Return the largest output label of an FST of the type const; 0 for other types."""
    with files.opened(path) as file:
        reader = _Reader(file)
        header = _header(reader)
        if header.type != "const" or header.arcs < 1:
            return 0
        file.seek(_const(reader, header))
        largest, left = 0, header.arcs
        while left and (arcs := file.read(min(left, AT_ONCE) * ARC)):
            left -= len(arcs) // ARC
            largest = max(largest, *memoryview(arcs).cast("i")[1::4])
    return largest


def _header(reader: _Reader) -> Header:
    if reader.take("i") != (MAGIC,):
        raise EOFError
    kind = reader.text().decode("ascii", "replace")
    reader.text()
    version, flags, _properties, _start, states, arcs = reader.take("iiQqqq")
    if flags & INPUT_SYMBOLS:
        _symbols(reader)
    known = _symbols(reader) if flags & OUTPUT_SYMBOLS else {}
    aligned = bool(flags & ALIGNED) or version == 1
    return Header(kind, aligned, states, arcs, known)


def _symbols(reader: _Reader) -> dict[str, int]:
    if reader.take("i") != (SYMBOLS_MAGIC,):
        raise EOFError
    reader.text()
    _available, size = reader.take("qq")
    found = {}
    for _ in range(size):
        word = reader.text().decode("utf-8", "replace")
        (found[word],) = reader.take("q")
    return found


def _walk(reader: _Reader, *, within: bool = False) -> None:
    header = _header(reader)
    if header.type.endswith("lookahead"):
        if within:
            raise EOFError
        _add_on(reader)
    elif header.type == "const":
        _const(reader, header)


def _const(reader: _Reader, header: Header) -> int:
    """Go past the states and arcs; return where the arcs begin."""
    if header.aligned:
        reader.align()
    reader.skip(header.states * STATE)
    if header.aligned:
        reader.align()
    reader.skip(header.arcs * ARC)
    return reader.at - header.arcs * ARC


def _add_on(reader: _Reader) -> None:
    """Go past an FST with look-ahead tables: how each state reaches which labels."""
    if reader.take("i") != (ADD_ON_MAGIC,):
        raise EOFError
    _walk(reader, within=True)
    if not any(reader.take("b")):
        return
    for _side in ("input", "output"):
        if any(reader.take("b")):
            _reachable(reader)


def _reachable(reader: _Reader) -> None:
    _input, relabelled = reader.take("bb")
    if relabelled:
        (pairs,) = reader.take("q")
        reader.skip(pairs * 8)
    _final, sets = reader.take("iq")
    for _ in range(sets):
        (intervals,) = reader.take("q")
        reader.skip(intervals * 8 + 4)
