"""How long a sentence may be read: no wording, however odd, keeps one waiting.

Every step counts as it takes up words anew. What takes no more steps than are said in earnest is
read on however slow or busy a machine; beyond, the processor time of the thread that reads counts.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from time import thread_time

EARNEST = 5_000
"""Steps that every sentence may take; what is said in earnest takes two thousand at most."""

STRIDE = 16
"""Words that are taken up at no more than the cost of one."""


class OutOfTimeError(BaseException):
    """Reading a sentence took longer than it may.

    No Exception, like what cancels a task elsewhere: what guards against a stranger's code would
    take it for that code's own, and go on.
    """


class _Clock:
    """Ends at a reading of ``thread_time``, in seconds, but for the first steps."""

    __slots__ = ("end", "steps")

    def __init__(self, end: float) -> None:
        self.end = end
        self.steps = 0


_CLOCK: ContextVar[_Clock | None] = ContextVar("pace", default=None)


@contextmanager
def within(seconds: float) -> Iterator[None]:
    """Let what is read in a block take so many seconds of the processor, and EARNEST steps.

    A block inside it gets no more than is left. What takes more raises OutOfTimeError.
    """
    outer, end = _CLOCK.get(), thread_time() + seconds
    token = _CLOCK.set(outer if outer and outer.end < end else _Clock(end))
    try:
        yield
    finally:
        _CLOCK.reset(token)


@contextmanager
def aside() -> Iterator[None]:
    """Let what is done in a block cost no time: what is learnt once, or bounded by itself."""
    clock, start = _CLOCK.get(), thread_time()
    token = _CLOCK.set(None)
    try:
        yield
    finally:
        _CLOCK.reset(token)
        if clock is not None:
            clock.end += thread_time() - start


def look(words: int = 1) -> None:
    """Take a step over so many words. Raises OutOfTimeError where the time is over."""
    clock = _CLOCK.get()
    if clock is not None and words > 0:
        clock.steps += 1 + words // STRIDE
        if clock.steps > EARNEST and thread_time() > clock.end:
            raise OutOfTimeError
