"""Puts what was committed on the disk before it is acknowledged, one sync for all who wait for it.

SQLite's log is written at each commit, but synced by the system when it likes
(``synchronous=NORMAL``): a power cut would take the newest turns. One ``fsync`` covers every commit
before it (group commit; Gray and Reuter, Transaction Processing, 1993).
"""

from __future__ import annotations

import os
import threading
from contextlib import suppress
from pathlib import Path


class LogSync:
    """Syncs the write-ahead log of a database."""

    def __init__(self, database: Path) -> None:
        self._log = database.with_name(f"{database.name}-wal")
        self._counting = threading.Lock()
        self._syncing = threading.Lock()
        self._committed = 0
        self._synced = 0

    def __call__(self) -> None:
        """Return when what was committed before the call is on the disk. Raises OSError."""
        with self._counting:
            self._committed += 1
            mine = self._committed
        with self._syncing:
            if self._synced >= mine:  # another's sync was begun after my commit
                return
            upto = self._committed
            self._sync()
            self._synced = upto

    def _sync(self) -> None:
        # Without a log every commit was synced by itself, or another process has merged the log.
        with suppress(FileNotFoundError):
            log = os.open(self._log, os.O_RDWR)
            try:
                os.fsync(log)
            finally:
                os.close(log)
