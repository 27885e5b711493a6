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
from assistant.language.facts import subject_of
from assistant.language.tokens import split

NAMES: ContextVar[Mapping[str, Sequence[str]] | None] = ContextVar("names", default=None)
"""By skill, the names that its memory has now."""

TEXTS: ContextVar[Mapping[str, Sequence[str]] | None] = ContextVar("texts", default=None)
"""By skill, the sentences that its memory has now, the newest last."""

ACTING = frozenset(("i", "we"))


class Kept(str):
    """A name under which the skill keeps something in its memory, as it is stored."""

    __slots__ = ()
    examples = ("camping", "wifi password", "christmas")


class Told(str):
    """A text that the skill keeps, which has every word that tells what a question is about."""

    __slots__ = ()
    examples = ("wifi password", "plumber come", "i owe tom")


@contextmanager
def keeping(
    names: Mapping[str, Sequence[str]], texts: Mapping[str, Sequence[str]] | None = None
) -> Iterator[None]:
    """Read the names of a block as those that skills keep something under, and its texts."""
    tokens = NAMES.set(names), TEXTS.set(texts)
    try:
        yield
    finally:
        NAMES.reset(tokens[0])
        TEXTS.reset(tokens[1])


def kept_name(skill: str, text: str, now: datetime) -> Kept | None:
    """Return the name of a skill's memory that a text is; case, article and number don't count."""
    names = (NAMES.get() or {}).get(skill, ())
    return next((Kept(name) for name in names if _same(name, text)), None)


def told_text(skill: str, text: str, now: datetime) -> Told | None:
    """Return the newest text a skill keeps that has all telling words of a question's rest.

    One word is too little, unless it is what the text is about, or what somebody did: "i | park".
    """
    asked = _stems(text)
    acts = bool(ACTING.intersection(word.text for word in split(text)))
    there = (TEXTS.get() or {}).get(skill, ())
    enough = (
        each
        for each in reversed(there)
        if asked and asked <= _stems(each) and (acts or len(asked) > 1 or _about(each, text))
    )
    return next((Told(each) for each in enough), None)


def _about(fact: str, text: str) -> bool:
    return _telling(subject_of(fact)) == _telling(text)


@lru_cache(maxsize=8192)
def _stems(text: str) -> frozenset[str]:
    """Return the telling words of a text, "parked" as "park" and "comes" as "come"."""
    return frozenset(stem for word in content_words(text) for stem in (word.removesuffix("ed"),))


def _same(name: str, text: str) -> bool:
    telling = _telling(name)
    return telling == _telling(text) if telling else name.casefold() == text.strip().casefold()


@lru_cache(maxsize=8192)
def _telling(text: str) -> frozenset[str]:
    """Return the words that tell a name, read once: every name is looked at in many turns."""
    return frozenset(content_words(text))
