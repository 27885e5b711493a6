"""What takes long in a turn is done once, though the turn begins anew where it was overtaken."""

from __future__ import annotations

from collections.abc import Callable, Hashable
from typing import TypeVar

from assistant.turn import Utterance

MOST = 16
"""Results that are kept, the newest: a turn that could not be kept may leave its own."""

T = TypeVar("T")


class Once:
    """Keeps what was done for an utterance until its turn is over."""

    def __init__(self) -> None:
        self._kept: dict[tuple[int, Hashable], tuple[Utterance, object]] = {}

    def get(self, said: Utterance, what: Hashable, make: Callable[[], T]) -> T:
        """Return what was made for this very utterance, made now where it was not.

        Two that say the same are not the same: each is a turn of its own.
        """
        found = self._kept.get((id(said), what))
        if found is not None and found[0] is said:
            return found[1]  # type: ignore[return-value]
        made = make()
        self._kept[id(said), what] = (said, made)
        for old in [*self._kept][:-MOST]:
            self._kept.pop(old, None)
        return made

    def over(self, said: Utterance) -> None:
        """Let go of what was made for an utterance."""
        for each in [*self._kept]:
            if each[0] == id(said):
                self._kept.pop(each, None)
