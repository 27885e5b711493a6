"""The connections to one file: each is lent to one thread at a time, and opened when none is free.

So threads that share a store never wait for one another to read.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from assistant.store.kept import Kept
from assistant.store.storable import Connection


class Connections:
    """Begins with one connection; ``connect`` opens further ones."""

    def __init__(self, first: Connection, connect: Callable[[], Connection]) -> None:
        self._connect = connect
        self._free = [first]
        self._every = {first: Kept(first)}
        self._lock = threading.Lock()

    @contextmanager
    def lent(self) -> Iterator[Connection]:
        """Give a connection of one's own for a block."""
        db = self._take()
        try:
            yield db
        finally:
            with self._lock:
                self._free.append(db)

    def kept(self, db: Connection) -> Kept:
        """Return what was read of memory through a lent connection, and may still be good."""
        return self._every[db]

    def close(self) -> None:
        """Close all of them."""
        with self._lock:
            every, self._every, self._free = self._every, {}, []
        for db in every:
            db.close()

    def _take(self) -> Connection:
        with self._lock:
            if self._free:
                return self._free.pop()
        db = self._connect()
        with self._lock:
            self._every[db] = Kept(db)
        return db
