"""What was talked about: the turns of the last minutes, which words may refer to."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Sequence
from datetime import datetime, timedelta
from functools import cached_property
from itertools import takewhile

from assistant.errors import StoreError
from assistant.turn import Turn

BACK = 12
"""How many turns are read at most; those in which something was understood count elsewhere."""

LATELY = timedelta(minutes=15)
"""For how long something that was said is talked about."""


class Talk(Collection[Turn]):
    """The turns of the last minutes, newest first: read where a sentence asks for them, once.

    What can't be read was not talked about.
    """

    def __init__(self, read: Callable[[int], Sequence[Turn]], now: datetime) -> None:
        self._read = read
        self._now = now

    @cached_property
    def _turns(self) -> Sequence[Turn]:
        try:
            newest = reversed(self._read(BACK))
        except StoreError:
            return ()
        return tuple(takewhile(lambda turn: _is_late(turn, self._now), newest))

    def __contains__(self, turn: object) -> bool:
        return turn in self._turns

    def __len__(self) -> int:
        return len(self._turns)

    def __iter__(self) -> Iterator[Turn]:
        return iter(self._turns)


def _is_late(turn: Turn, now: datetime) -> bool:
    """Tell whether a turn is of the last minutes."""
    return now - turn.utterance.heard_at <= LATELY
