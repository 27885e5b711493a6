"""A file that several processes open for the first time at once."""

from __future__ import annotations

import sqlite3
import threading
from pathlib import Path

from assistant.store import Store

HELD = 0.4
"""Seconds the other one holds a file that is not logged ahead yet."""


def test_store_waits_for_another_that_makes_the_file(tmp_path: Path) -> None:
    """Who comes second waits its turn, instead of keeping its conversation nowhere."""
    path = tmp_path / "assistant.db"
    other = sqlite3.connect(path, isolation_level=None, check_same_thread=False)
    other.execute("BEGIN IMMEDIATE")
    release = threading.Timer(HELD, lambda: other.execute("COMMIT"))
    release.start()
    try:
        store = Store.open(path)
        assert store.session("mine").id == 1
        store.close()
    finally:
        release.join()
        other.close()


def test_store_many_open_at_once(tmp_path: Path) -> None:
    """Eight threads that make one file together all find it made."""
    begin = threading.Barrier(8)
    opened: list[int] = []

    def make(name: str, path: Path) -> None:
        begin.wait(timeout=10)
        store = Store.open(path)
        opened.append(store.session(name).id)
        store.close()

    for round_ in range(5):
        path = tmp_path / f"{round_}.db"
        makers = [threading.Thread(target=make, args=(f"s{n}", path)) for n in range(8)]
        for maker in makers:
            maker.start()
        for maker in makers:
            maker.join(timeout=30)

    assert sorted(opened) == sorted(list(range(1, 9)) * 5)
