"""The bytes of a database with those of its log laid over, as SQLite would read them."""

from __future__ import annotations

import struct
from collections.abc import Iterator
from pathlib import Path

from assistant.store.replacing import beside

HEAD, FRAME = 32, 24
"""Bytes before the frames of a log, and before the page in each."""

MAGIC = 0x377F0682
"""What a log begins with; one more where its sums are of numbers with the highest byte first
(https://www.sqlite.org/fileformat2.html, "The Write-Ahead Log").
"""

WORD = 0xFFFFFFFF


def logged_bytes(database: Path) -> bytes:
    """Return the bytes of a database as of the last transaction in its log. Raises OSError."""
    log = beside(database)[0]
    data = database.read_bytes()
    return _laid_over(data, log.read_bytes()) if log.exists() else data


def _laid_over(data: bytes, log: bytes) -> bytes:
    whole, written = bytearray(data), dict[int, bytes]()
    for number, page, size in _frames(log):
        written[number] = page
        if size:
            length = size * len(page)
            whole += bytes(max(0, length - len(whole)))
            for each, its in written.items():
                whole[(each - 1) * len(its) : each * len(its)] = its
            del whole[length:]
            written.clear()
    return bytes(whole)


def _frames(log: bytes) -> Iterator[tuple[int, bytes, int]]:
    """Give (a page's number, its bytes, how many pages there are if that ends a transaction)."""
    if len(log) < HEAD:
        return
    magic, _, size, _, *salts, one, two = struct.unpack_from(">8I", log)
    order = ">" if magic & 1 else "<"
    if magic & ~1 != MAGIC or not 512 <= size <= 1 << 16:
        return
    sums = _sums(log[: HEAD - 8], order, (0, 0))
    if sums != (one, two):
        return
    for at in range(HEAD, len(log) - FRAME - size + 1, FRAME + size):
        number, pages, *told = struct.unpack_from(">6I", log, at)
        page = log[at + FRAME : at + FRAME + size]
        sums = _sums(page, order, _sums(log[at : at + 8], order, sums))
        if told != [*salts, *sums] or not number:
            return
        yield number, page, pages


def _sums(data: bytes, order: str, sums: tuple[int, int]) -> tuple[int, int]:
    one, two = sums
    words = struct.unpack(f"{order}{len(data) // 4}I", data)
    for first, second in zip(words[::2], words[1::2], strict=True):
        one = (one + first + two) & WORD
        two = (two + second + one) & WORD
    return one, two
