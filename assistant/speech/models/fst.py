"""OpenFst files, read as far as it takes to tell whether one is whole, and which words it knows.

Vosk loads some files that were cut off without a word, and then hears nonsense. ``write`` makes one
of what can be said. Layouts as OpenFst 1.7 writes them (fst/fst.h, const-fst.h, vector-fst.h,
add-on.h, label-reachable.h, properties.h).
"""

from __future__ import annotations

import math
import struct
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from mmap import ACCESS_READ, mmap
from pathlib import Path

MAGIC = 2125659606
SYMBOLS_MAGIC = 2125658996
ADD_ON_MAGIC = 446681434

INPUT_SYMBOLS, OUTPUT_SYMBOLS, ALIGNED = 1, 2, 4
"""Bits of a header's flags."""

VERSION = 2
"""Of the type vector."""

ACCEPTOR = 0x1_5A81_0003
"""Its properties: expanded, mutable, in and out alike, no empty words, sorted, weighted."""

STATE, ARC, BOUNDARY = 20, 16, 16
"""Bytes of a state and of an arc of the type const, and what aligned ones begin at."""


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
    """Little-endian numbers and strings, one after another; EOFError at the end."""

    def __init__(self, data: mmap | bytes, at: int = 0) -> None:
        self.data = data
        self.at = at

    def take(self, layout: str) -> tuple[int, ...]:
        size = struct.calcsize("<" + layout)
        self.skip(size)
        return struct.unpack_from("<" + layout, self.data, self.at - size)

    def text(self) -> bytes:
        (length,) = self.take("i")
        self.skip(length)
        return bytes(self.data[self.at - length : self.at])

    def skip(self, size: int) -> None:
        if size < 0 or self.at + size > len(self.data):
            raise EOFError
        self.at += size

    def align(self) -> None:
        self.skip(-self.at % BOUNDARY)


def is_whole(path: Path) -> bool:
    """Tell whether the file is an FST with all its states and arcs; other types count as whole."""
    with _mapped(path) as data:
        try:
            _walk(_Reader(data))
        except EOFError:
            return False
    return True


def words(path: Path) -> dict[str, int]:
    """Return the words of the file's own output symbols with their numbers; maybe none."""
    with _mapped(path) as data:
        try:
            return _header(_Reader(data)).words
        except EOFError:
            return {}


def write(path: Path, states: Sequence[State]) -> None:
    """Write an automaton that begins in its first state, as the type vector."""
    kinds = b"".join(struct.pack("<i", len(name)) + name for name in (b"vector", b"standard"))
    arcs = sum(len(state.arcs) for state in states)
    sizes = struct.pack("<iiQqqq", VERSION, 0, ACCEPTOR, 0, len(states), arcs)
    with path.open("wb") as file:
        file.write(struct.pack("<i", MAGIC) + kinds + sizes)
        for state in states:
            cost = math.inf if state.end is None else state.end
            file.write(struct.pack("<fq", cost, len(state.arcs)))
            for arc in sorted(state.arcs, key=lambda arc: arc.word):
                file.write(struct.pack("<iifi", arc.word, arc.word, arc.cost, arc.state))


def largest_output(path: Path) -> int:
    """Return the largest output label of an FST of the type const; 0 for other types."""
    with _mapped(path) as data:
        reader = _Reader(data)
        header = _header(reader)
        if header.type != "const" or header.arcs < 1:
            return 0
        start = _const(reader, header)
        arcs = memoryview(data)[start : start + header.arcs * ARC].cast("i")
        try:
            with arcs[1::4] as labels:
                return max(labels)
        finally:
            arcs.release()


@contextmanager
def _mapped(path: Path) -> Iterator[mmap | bytes]:
    with path.open("rb") as file:
        if not path.stat().st_size:
            yield b""
            return
        with mmap(file.fileno(), 0, access=ACCESS_READ) as data:
            yield data


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


def _walk(reader: _Reader) -> None:
    header = _header(reader)
    if header.type.endswith("lookahead"):
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
    _walk(reader)
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
