"""A memory's store that is a plain dictionary, and what is made of one."""

from __future__ import annotations

import copy
from collections.abc import Callable, Collection, Mapping
from typing import Any

from assistant.skill.memory import M


class Shelf(dict[str, Any]):
    """Holds one skill's values; what is read of it is a copy."""

    def memory(self, skill: str) -> dict[str, Any]:
        """Return all values."""
        return copy.deepcopy(dict(self))

    def value(self, skill: str, key: str) -> Any:
        """Return one value."""
        return copy.deepcopy(self[key])

    def keys(self, skill: str = "") -> Any:
        """Return the keys."""
        return [*super().keys()]

    def made(self, skill: str, kind: Callable[[], M]) -> M:
        """Return what is made of all values."""
        return kind().changed(self.memory(skill), ())


class Copy:
    """Made of what a skill keeps: the same."""

    def __init__(self, rows: dict[str, Any] | None = None) -> None:
        self.rows = rows or {}

    def changed(self, values: Mapping[str, Any], gone: Collection[str]) -> Copy:
        """Return it with what changed."""
        left = {k: v for k, v in self.rows.items() if k not in values and k not in gone}
        return Copy(left | dict(values))
