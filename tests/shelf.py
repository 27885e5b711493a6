"""A memory's store that is a plain dictionary."""

from __future__ import annotations

import copy
from typing import Any


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
