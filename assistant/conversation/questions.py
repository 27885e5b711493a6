"""Open questions: how they are kept, and how often they are put again."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Any

from assistant.conversation.replies import Handled
from assistant.skill.given import Reopen
from assistant.turn import OpenQuestion

MAX_TRIES = 2
"""How often a question is put again before it is let go."""


def keep(values: dict[str, Any]) -> dict[str, Any]:
    """Return the values as plain JSON, to wait with a question."""
    from assistant.language.values import to_json

    return {name: to_json(value) for name, value in values.items()}


def reopened(
    handled: Handled, wanted: Sequence[object], waited: Callable[[int], OpenQuestion | None]
) -> Handled:
    """Put the question again that waited before a turn, where that is wanted and none is asked."""
    again = next((each for each in wanted if isinstance(each, Reopen)), None)
    if again is None or handled.question:
        return handled
    return replace(handled, question=waited(again.turn_id), reopened=True)
