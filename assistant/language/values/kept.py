"""Names that a skill keeps something under: what was stored decides which words are one.

"Add a tent to camping" names a list only where there is a camping list.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import datetime
from functools import lru_cache

from assistant.language.content import content_words

NAMES: ContextVar[Mapping[str, Sequence[str]] | None] = ContextVar("names", default=None)
"""By skill, the names that its memory has now."""


class Kept(str):
    """A name under which the skill keeps something in its memory, as it is stored."""

    __slots__ = ()
    examples = ("camping", "wifi password", "christmas")


@contextmanager
def keeping(names: Mapping[str, Sequence[str]]) -> Iterator[None]:
    """Read the names of a block as those that skills keep something under."""
    token = NAMES.set(names)
    try:
        yield
    finally:
        NAMES.reset(token)


def kept_name(skill: str, text: str, now: datetime) -> Kept | None:
    """Return the name of a skill's memory that a text is; case, article and number don't count."""
    names = (NAMES.get() or {}).get(skill, ())
    return next((Kept(name) for name in names if _same(name, text)), None)


def _same(name: str, text: str) -> bool:
    telling = _telling(name)
    return telling == _telling(text) if telling else name.casefold() == text.strip().casefold()


@lru_cache(maxsize=8192)
def _telling(text: str) -> frozenset[str]:
    """Return the words that tell a name, read once: every name is looked at in many turns."""
    return frozenset(content_words(text))
