"""Messages over two pipes: to a worker whole values, from it nothing but JSON.

A worker runs strangers' code: what it sends is read as data, and only as much as is likely.
"""

from __future__ import annotations

import json
import os
import pickle
import struct
from typing import Any

LENGTH = struct.Struct("<I")

LONGEST = 8_000_000
"""Bytes of a message from a worker, at most."""

DEEPEST = 60
"""Lists and tables in one another in it, at most."""

DIGITS = 18
"""Digits of a whole number in it, at most."""


class ClosedError(Exception):
    """The other end is gone, or what it sent is no message."""


class Pipes:
    """One end of a pair of pipes, by their file descriptors; bytes in, bytes out."""

    def __init__(self, reads: int, writes: int) -> None:
        self.reads = reads
        self.writes = writes

    def send(self, data: bytes) -> None:
        """Send a message whole. Raises ClosedError."""
        left = memoryview(LENGTH.pack(len(data)) + data)
        try:
            while left:
                left = left[os.write(self.writes, left) :]
        except OSError as error:
            raise ClosedError(str(error)) from error

    def receive(self, longest: int = 1 << 31) -> bytes:
        """Wait for a message and return it. Raises ClosedError."""
        (length,) = LENGTH.unpack(self._exactly(LENGTH.size))
        if length > longest:
            raise ClosedError(f"a message of {length} bytes")
        return self._exactly(length)

    def _exactly(self, count: int) -> bytes:
        parts: list[bytes] = []
        while count:
            try:
                part = os.read(self.reads, min(count, 1 << 20))
            except OSError as error:
                raise ClosedError(str(error)) from error
            if not part:
                raise ClosedError("the end")
            parts.append(part)
            count -= len(part)
        return b"".join(parts)

    def close(self) -> None:
        """Close both."""
        os.close(self.reads)
        os.close(self.writes)


class ToWorker(Pipes):
    """The assistant's end."""

    def tell(self, value: object) -> None:
        """Send a value."""
        self.send(pickle.dumps(value))

    def hear(self) -> dict[str, Any]:
        """Wait for what the worker says. Raises ClosedError for what is no JSON object."""
        try:
            said = json.loads(self.receive(LONGEST), parse_int=_integer)
        except (ValueError, RecursionError) as error:
            raise ClosedError(f"no message: {error}") from error
        if not isinstance(said, dict) or not _flat(said, DEEPEST):
            raise ClosedError("no message")
        return said


def _integer(digits: str) -> int:
    """Return a number that a database can hold. Raises ValueError."""
    if len(digits) > DIGITS:
        raise ValueError("a number of too many digits")
    return int(digits)


def _flat(value: Any, levels: int) -> bool:
    """Tell whether a value of JSON has at most so many levels."""
    if not isinstance(value, list | dict):
        return True
    inside = value.values() if isinstance(value, dict) else value
    return levels > 0 and all(_flat(each, levels - 1) for each in inside)


class ToHost(Pipes):
    """The worker's end."""

    def tell(self, said: dict[str, Any]) -> None:
        """Send a JSON object."""
        self.send(json.dumps(said).encode())

    def hear(self) -> Any:
        """Wait for a value; whoever sends it is trusted."""
        return pickle.loads(self.receive())  # noqa: S301 - only the assistant writes to this end
