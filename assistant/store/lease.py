"""Lets the turns of a process go one after another, so that none is overtaken by the next."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager


class Lease:
    """A lock that lapses: one who keeps it for longer goes on, but keeps nobody waiting."""

    def __init__(self, seconds: float) -> None:
        self._seconds = seconds
        self._changed = threading.Condition()
        self._holder = object()
        self._until = 0.0

    @contextmanager
    def held(self) -> Iterator[None]:
        """Wait for those before, as long as theirs lasts, and hold it for a block."""
        mine = object()
        with self._changed:
            while (left := self._until - time.monotonic()) > 0:
                self._changed.wait(left)
            self._holder, self._until = mine, time.monotonic() + self._seconds
        try:
            yield
        finally:
            with self._changed:
                if self._holder is mine:
                    self._until = 0.0
                    self._changed.notify()
