"""How long a sentence may be read: no wording, however odd, keeps one waiting.

Every step looks at the time as it takes up words anew. Only the processor time of the thread that
reads counts, so that a busy machine refuses nothing.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from time import thread_time


class OutOfTimeError(BaseException):
    """Reading a sentence took longer than it may.

    No Exception, like what cancels a task elsewhere: what guards against a stranger's code would
    take it for that code's own, and go on.
    """


class _Clock:
    """Ends at a reading of ``thread_time``, in seconds."""

    __slots__ = ("end",)

    def __init__(self, end: float) -> None:
        self.end = end


_CLOCK: ContextVar[_Clock | None] = ContextVar("pace", default=None)


@contextmanager
def within(seconds: float) -> Iterator[None]:
    """Let what is read in a block take so many seconds of the processor; a block inside it, no more
    than is left. What looks at the time then raises OutOfTimeError.
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
    if clock is None:
        yield
        return
    kept, clock.end = clock.end, float("inf")
    try:
        yield
    finally:
        clock.end = kept + thread_time() - start


def look() -> None:
    """Raise OutOfTimeError where the time is over."""
    clock = _CLOCK.get()
    if clock is not None and thread_time() > clock.end:
        raise OutOfTimeError
