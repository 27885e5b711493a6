"""Words with their places, and the little parsers over them.

A reader is a function ``(words, i, now) -> (value, j) | None``: the longest reading that starts at
word ``i``, and the place after it.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

LONGEST = 2_000
"""Characters that are looked at; more is no value."""

_WORD = re.compile(
    r"\d{1,3}(?:,\d{3})+(?:\.\d+)?|\d+(?:\.\d+)?|[^\W\d_]+(?:['’][^\W\d_]+)*['’]?|[^\w\s]"
)


@dataclass(frozen=True, slots=True)
class Word:
    """A lower-case word, number or sign at ``source[start:end]``."""

    text: str
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Found:
    """A value and the words it was read from, at ``source[start:end]``."""

    value: Any
    text: str
    start: int
    end: int


Words = Sequence[Word]
Reader = Callable[[Words, int, datetime], "tuple[Any, int] | None"]

FILLER = frozenset(
    "a about around at by for from i i'd i'll in is it its it's just make maybe of on oh please "
    "roughly say so some the to um uh until well with that's that then want like ok okay exactly "
    "let's".split()
)
"""Words around a value that add nothing to it, in an answer such as "make it about ten, please"."""


def split(text: str) -> list[Word]:
    """Return the words of a text, lower-case, with their places in it."""
    text = text[:LONGEST]
    return [
        Word(m.group().lower().replace("’", "'"), m.start(), m.end()) for m in _WORD.finditer(text)
    ]


def word(words: Words, i: int) -> str:
    """Return the word at a place, "" past the end."""
    return words[i].text if 0 <= i < len(words) else ""


def phrase(words: Words, i: int, *wanted: str) -> int | None:
    """Return the place after the wanted words if they stand at ``i``."""
    for k, text in enumerate(wanted):
        if word(words, i + k) != text:
            return None
    return i + len(wanted)


def touching(words: Words, i: int) -> bool:
    """Tell whether word ``i`` follows the one before it without a space."""
    return 0 < i < len(words) and words[i - 1].end == words[i].start


def find_all(text: str, now: datetime, read: Reader) -> list[Found]:
    """Return what a reader finds in a text: leftmost, longest, not overlapping."""
    words = split(text)
    found: list[Found] = []
    i = 0
    while i < len(words):
        reading = _safely(read, words, i, now)
        if reading is None or reading[1] <= i:
            i += 1
            continue
        value, j = reading
        start, end = words[i].start, words[j - 1].end
        found.append(Found(value, text[start:end], start, end))
        i = j
    return found


def read_whole(text: str, now: datetime, read: Reader) -> Any | None:
    """Return the value if the text is nothing but that value and filler words."""
    words = split(text) if len(text) <= LONGEST else []
    for i in range(len(words)):
        reading = _safely(read, words, i, now)
        if reading is not None:
            value, j = reading
            around = [*words[:i], *words[j:]]
            return value if all(_is_filler(w) for w in around) else None
        if not _is_filler(words[i]):
            return None
    return None


def _is_filler(word: Word) -> bool:
    return word.text in FILLER or word.text in ",.!?;"


def _safely(read: Reader, words: Words, i: int, now: datetime) -> tuple[Any, int] | None:
    """Read; a date or number outside what Python can hold is no value."""
    try:
        return read(words, i, now)
    except (OverflowError, ValueError):
        return None
