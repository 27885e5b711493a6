"""What takes long in a turn is done once, though the turn begins anew where it was overtaken.

A turn that holds the store against all others lets go of it first.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Hashable
from contextlib import suppress
from functools import partial
from typing import TypeVar

from assistant.conversation.lesson import StoppedError
from assistant.errors import AssistantError, RaceError
from assistant.turn import Utterance

MOST = 16
"""Results that are kept, the newest: a turn that could not be kept may leave its own."""

OFTEN = 3
"""How often a turn lets go of the store: others may change each time what is to be made."""

T = TypeVar("T")


class HeldError(RaceError):
    """Something takes long while the store is held: the turn lets go of it, and is run anew."""

    def __init__(self, make: Callable[[], object]) -> None:
        super().__init__()
        self._make = make

    def meanwhile(self) -> None:
        """Make it; what goes wrong is told when it is asked for again."""
        with suppress(Exception):
            self._make()


class Once:
    """Keeps what was done for an utterance until its turn is over."""

    def __init__(self) -> None:
        self._kept: dict[tuple[int, Hashable], tuple[Utterance, object, Exception | None]] = {}
        self._put_off = Counter[int]()

    def get(
        self, said: Utterance, what: Hashable, make: Callable[[], T], *, held: bool = False
    ) -> T:
        """Return what was made for this very utterance, made now where it was not; what went wrong
        is raised each time.

        Two that say the same are not the same: each is a turn of its own. Raises HeldError where
        the store is ``held``.
        """
        found = self._kept.get((id(said), what))
        if found is None or found[0] is not said:
            if held and self._put_off[id(said)] < OFTEN:
                self._put_off[id(said)] += 1
                raise HeldError(partial(self.get, said, what, make))
            found = said, *_tried(make)
            self._kept[id(said), what] = found
            for old in [*self._kept][:-MOST]:
                self._kept.pop(old, None)
        if found[2] is not None:
            raise found[2]
        return found[1]  # type: ignore[return-value]

    def over(self, said: Utterance) -> None:
        """Let go of what was made for an utterance."""
        self._put_off.pop(id(said), None)
        for each in [*self._kept]:
            if each[0] == id(said):
                self._kept.pop(each, None)


def _tried(make: Callable[[], object]) -> tuple[object, Exception | None]:
    """Return what is made, or what is to be said to the user instead."""
    try:
        return make(), None
    except (AssistantError, StoppedError) as error:
        return None, error
