"""What SQLite can store of a text: not half of a pair of a character, which no encoding knows."""

from __future__ import annotations

import sqlite3
from collections.abc import Mapping, Sequence
from typing import Any


class Connection(sqlite3.Connection):
    """A connection that stores a replacement mark for what can't be stored."""

    def execute(self, sql: str, parameters: Any = (), /) -> sqlite3.Cursor:
        """Run a statement with its values made storable."""
        return super().execute(sql, _storable(parameters))


def _storable(parameters: Sequence[Any] | Mapping[str, Any]) -> Sequence[Any] | Mapping[str, Any]:
    if isinstance(parameters, Mapping):
        return {name: _whole(value) for name, value in parameters.items()}
    return [_whole(value) for value in parameters]


def _whole(value: Any) -> Any:
    """Return a text with U+FFFD for each half; two halves that stand together are the character."""
    if not isinstance(value, str) or value.isascii():
        return value
    return value.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
