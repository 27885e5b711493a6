"""Habits of speech that differ from place to place, for as long as a sentence is read."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Literal

Half = Literal["past", "to"]

HALF: ContextVar[Half] = ContextVar("half", default="past")
"""What the half of "half eight" is: half past eight, or half of the way to it."""


@contextmanager
def speaking(half: Half) -> Iterator[None]:
    """Read the hours of a block as one says them who speaks so."""
    token = HALF.set(half)
    try:
        yield
    finally:
        HALF.reset(token)
