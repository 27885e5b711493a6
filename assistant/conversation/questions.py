"""Open questions: how they are kept, and how often they are put again."""

from __future__ import annotations

from typing import Any

MAX_TRIES = 2
"""How often a question is put again before it is let go."""


def keep(values: dict[str, Any]) -> dict[str, Any]:
    """Return the values as plain JSON, to wait with a question."""
    from assistant.language.values import to_json

    return {name: to_json(value) for name, value in values.items()}
