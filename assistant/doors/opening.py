"""Knows which doors are open: a chat leaves its process number in the home while it runs."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from assistant import paths


def folder() -> Path:
    """Return where open doors are noted."""
    return paths.cache() / "doors"


@contextmanager
def open_door() -> Iterator[None]:
    """Note this process as one that rings alarms, for as long as the block runs."""
    note = folder() / str(os.getpid())
    # A home that can't be written still lets one chat; then `say` just can't see the door.
    with suppress(OSError):
        note.parent.mkdir(parents=True, exist_ok=True)
        note.touch()
    try:
        yield
    finally:
        with suppress(OSError):
            note.unlink()


def any_open() -> bool:
    """Tell whether a chat is open now that will ring what is due."""
    import psutil

    if not folder().is_dir():
        return False
    for note in folder().iterdir():
        if note.name.isdigit() and psutil.pid_exists(int(note.name)):
            return True
        with suppress(OSError):
            note.unlink()
    return False
