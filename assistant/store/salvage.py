"""What is left of a database that can't be used as it is: a copy that is only read.

A full disk, a home that can't be written, a file that is damaged: what was stored is still told,
and nothing is said to be kept. What can't be read at all is not taken for empty.
"""

from __future__ import annotations

import shutil
from collections.abc import Callable, Sequence
from contextlib import suppress
from pathlib import Path
from typing import Any, NoReturn

from assistant.errors import StoreError
from assistant.skill.given import Alarm
from assistant.skill.memory import M
from assistant.store.opening import FAILURES
from assistant.store.recovering import damaged, rebuild
from assistant.store.replacing import beside
from assistant.turn import OpenQuestion, Turn

READS = "Until then I can only tell what is stored; nothing new is kept."
LOST = "Until then what is stored can't be read, and nothing is kept."


def readable_copy(path: Path, folder: Path) -> Path | None:
    """Return a copy in a folder that can be read, mended where it is damaged; None for none."""
    copy, mended = folder / path.name, folder / f"mended-{path.name}"
    try:
        if not path.is_file():
            return None
        for each in (path, *beside(path)[:1]):
            if each.is_file():
                shutil.copyfile(each, folder / each.name)
        with suppress(StoreError):
            if not damaged(copy):
                return copy
        return mended if any(rebuild(copy, mended).saved.values()) else None
    except (OSError, *FAILURES, StoreError):
        return None


class Unreadable:
    """A ``Reader`` of what can't be read: each look says so."""

    def __init__(self, trouble: str) -> None:
        self._trouble = trouble

    def memory(self, skill: str) -> dict[str, Any]:
        """Raise StoreError."""
        self._tell()

    def keys(self, skill: str) -> list[str]:
        """Raise StoreError."""
        self._tell()

    def value(self, skill: str, key: str) -> Any:
        """Raise StoreError."""
        self._tell()

    def made(self, skill: str, kind: Callable[[], M]) -> M:
        """Raise StoreError."""
        self._tell()

    def alarms(self) -> list[Alarm]:
        """Raise StoreError."""
        self._tell()

    def turns(self, session_id: int, limit: int) -> list[Turn]:
        """Return none: those of now are not kept."""
        return []

    def undoable(self, session_id: int) -> Turn | None:
        """Return none."""
        return None

    def changes(self, session_id: int, limit: int) -> list[Turn]:
        """Return none."""
        return []

    def undos(self, session_id: int, limit: int) -> list[Turn]:
        """Return none."""
        return []

    def taken(self, turn_id: int) -> list[int]:
        """Return none."""
        return []

    def redone(self, session_id: int) -> list[int]:
        """Return none."""
        return []

    def conflicts(self, turn_ids: Sequence[int]) -> dict[int, str]:
        """Return none."""
        return {}

    def waited(self, turn_id: int) -> OpenQuestion | None:
        """Return none."""
        return None

    def replaced(self, turn_id: int) -> list[int]:
        """Return none."""
        return []

    def without(self, turn_ids: Sequence[int]) -> Unreadable:
        """Return the same."""
        return self

    def _tell(self) -> NoReturn:
        raise StoreError(self._trouble)
