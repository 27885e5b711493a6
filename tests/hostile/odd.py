"""What hostile files have in common: odd values, odd bytes, and what lies where a file should."""

from __future__ import annotations

import copy
import os
import random
import resource
import signal
import socket
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

import psutil

MEMORY = 4_000_000_000
"""Bytes of addresses that what is tried may take more than there are."""

VALUES: tuple[Any, ...] = (
    None, True, False, 0, 1, -1, 3, 10**9, -(10**9), 10**30, 1e308, float("nan"), float("inf"), 0.5,
    "", "12", "x" * 5_000, "\ud800", "\x1b]52;c;eA==\x07", "../../x", [], {}, [1, 2], {"a": 1},
    [[[[]]]],
)  # fmt: skip
"""Values where another is expected."""


def paths_in(data: Any, above: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    """Return the ways to the values of nested tables and lists; of long ones the first few."""
    keys = (
        list(data) if isinstance(data, dict) else range(len(data) if isinstance(data, list) else 0)
    )
    found = [above] if above else []
    for key in list(keys)[:40]:
        found += paths_in(data[key], (*above, key))
    return found


def with_odd_value(data: Any, chance: random.Random) -> Any:
    """Return nested tables with one value changed, taken out or doubled."""
    made = copy.deepcopy(data)
    ways = paths_in(made)
    if not ways:
        return chance.choice(VALUES)
    *way, last = chance.choice(ways)
    place = made
    for key in way:
        place = place[key]
    if chance.random() < 0.2:
        del place[last]
    elif isinstance(place, dict) and chance.random() < 0.1:
        place[f"{last}x"] = place.pop(last)
    else:
        place[last] = chance.choice(VALUES)
    return made


def bytes_of(data: bytes, chance: random.Random) -> bytes:
    """Return bytes that were flipped, cut, grown, or are others."""
    made = bytearray(data)
    kind = chance.randrange(6)
    if kind == 0:
        for _ in range(chance.choice((1, 5, 50))):
            made[chance.randrange(len(made))] ^= 1 << chance.randrange(8)
    elif kind == 1:
        del made[chance.randrange(len(made)) :]
    elif kind == 2:
        made += chance.randbytes(chance.randrange(1, 9_000))
    elif kind == 3:
        at = chance.randrange(len(made))
        made[at : at + 64] = chance.randbytes(64)
    elif kind == 4:
        return chance.choice(
            (b"", b"\0" * 9_000, b"[" * 99_999, b"\xef\xbb\xbf" + data, b"{}", b"[]")
        )
    else:
        return chance.randbytes(chance.randrange(2_000))
    return bytes(made)


def _pipe(path: Path) -> None:
    os.mkfifo(path)


def _socket(path: Path) -> None:
    here = Path.cwd()
    os.chdir(path.parent)  # the name of a socket may only be short
    try:
        with socket.socket(socket.AF_UNIX) as made:
            made.bind(path.name)
    finally:
        os.chdir(here)


def _vast(path: Path) -> None:
    with path.open("wb") as file:
        file.truncate(1 << 42)


PLACES: dict[str, Callable[[Path], object]] = {
    "nothing": lambda path: None,
    "a folder": lambda path: path.mkdir(),
    "a pipe": _pipe,
    "a socket": _socket,
    "an endless device": lambda path: path.symlink_to("/dev/zero"),
    "a link to itself": lambda path: path.symlink_to(path),
    "a vast file": _vast,
}
"""What may lie in the place of a file."""


def put(path: Path, chance: random.Random) -> str:
    """Put something else in the place of a file; return what."""
    name = chance.choice(list(PLACES))
    path.unlink()
    PLACES[name](path)
    return name


@contextmanager
def within(seconds: float) -> Iterator[None]:
    """Raise TimeoutError in the block where it takes longer, MemoryError where it takes a lot."""

    def late(*_: object) -> None:
        raise TimeoutError(f"it took over {seconds:g} s")

    least, most = resource.getrlimit(resource.RLIMIT_AS)
    now = psutil.Process().memory_info().vms
    with suppress(OSError, ValueError):  # not every system takes it
        resource.setrlimit(resource.RLIMIT_AS, (now + MEMORY, most))
    before = signal.signal(signal.SIGALRM, late)
    signal.setitimer(signal.ITIMER_REAL, seconds)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, before)
        resource.setrlimit(resource.RLIMIT_AS, (least, most))


def is_sentence(text: str) -> bool:
    """Tell whether a text reads as a sentence or two on one line, ended or with a command."""
    ended = text.endswith((".", "”")) or ": " in text
    return ended and "\n" not in text and "Traceback" not in text and len(text) < 1_000
