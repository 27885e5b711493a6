"""Ordinals: "3rd", "twenty first", "one hundred and third", "the last but one"."""

from __future__ import annotations

from datetime import datetime

from assistant.language.counting import (
    ENDINGS,
    ORDINALS,
    POWERS,
)
from assistant.language.tokens import Words, phrase, touching, word
from assistant.language.values.wholes import MOST_DIGITS, groups


def ordinal(words: Words, i: int, now: datetime | None = None) -> tuple[int, int] | None:
    """Read an ordinal: "3rd", "twenty first" (without "the"); "last" is -1, "second last" -2."""
    text = word(words, i)
    digits = text.replace(",", "")
    if digits.isdecimal() and len(digits) <= MOST_DIGITS:
        ends = word(words, i + 1) in ENDINGS and touching(words, i + 1)
        return (int(digits), i + 2) if ends else None
    if text in ("second", "next"):
        for behind in (("last",), ("to", "last")):
            end = phrase(words, i + 1, *behind)
            if end:
                return -2, end
    if text in ORDINALS:
        return ORDINALS[text], i + 1
    return _spoken_ordinal(words, i)


def _spoken_ordinal(words: Words, i: int) -> tuple[int, int] | None:
    """Read "one hundred and third", "twenty first": a number whose last word is ordered."""
    for reading in (_whole_before(words, i), (0, i)):
        if reading is None:
            continue
        value, j = reading
        j = j + 1 if word(words, j) in ("-", "and") and j > i else j
        last = word(words, j)
        if last in POWERS:
            return (value or 1) * POWERS[last], j + 1
        step = ORDINALS.get(last, -1)
        size = 10 if value % 100 and value % 10 == 0 else 100
        if 0 < step < size and value and (value % 100 == 0 or size == 10):
            return value + step, j + 1
    return None


def _whole_before(words: Words, i: int) -> tuple[int, int] | None:
    """Read the whole number before an ordinal's last word; "a hundred and third" has one too."""
    reading = groups(words, i)
    if reading is None or reading[0] != int(reading[0]):
        return None
    return int(reading[0]), reading[1]
