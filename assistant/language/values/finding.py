"""Values inside sentences, and values that are a whole text."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from assistant.language.tokens import LONGEST, Found, Reader, Word, Words, split
from assistant.language.words import FILLER, MARKS


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
    words = split(text) if len(text) <= LONGEST else Words()
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
    return word.text in FILLER or word.text in MARKS


def _safely(read: Reader, words: Words, i: int, now: datetime) -> tuple[Any, int] | None:
    """Read; a date or number outside what Python can hold is no value."""
    try:
        return read(words, i, now)
    except (OverflowError, ValueError):
        return None
