"""Sums inside sentences: whole or not at all, wherever one may begin."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime

from assistant.language.tokens import LONGEST, Found, Words, split, touching, word
from assistant.language.values.climbing import (
    FUNCTIONS_AT,
    INFIX_AT,
    LAST,
    OPENING,
    OPERATORS,
    TELLING,
    Reading,
)
from assistant.language.values.formulas import Formula
from assistant.language.values.numbers import SPOKEN_NUMBERS
from assistant.language.values.wholes import is_figure
from assistant.language.words import FILLER, MARKS

COUNTING = TELLING - {"-", "minus", "negative"}
"""Words of numbers and functions: signs alone make no formula."""

BEGINNING = OPERATORS | TELLING | {"the", "and", "then", "take", "knock"}
BEGINNING |= {name.split()[0] for name in (*LAST, *OPENING)}
"""Words that a formula may begin with."""

ALONE = FILLER | MARKS | {"and", "then", "now"}
"""What may stand before a formula that goes on from the last result."""

SIGNS = frozenset(INFIX_AT) - {"to", "add", "take"} | {"point", ")", "%", "percent"}
"""Words and signs beside a formula that make it a piece of another."""


def find(text: str, now: datetime, wording: Collection[str] = ()) -> list[Found]:
    """Return the formulas inside a text, the longest of each place; no pieces of longer ones."""
    words = split(text) if len(text) <= LONGEST else Words()
    found: list[Found] = []
    does = any(w.text in OPERATORS for w in words)
    counts = any(w.text[0].isdecimal() or w.text in COUNTING for w in words)
    i = 0 if does and counts else len(words)
    reading = Reading(words)
    while i < len(words):
        read = _found_at(reading, i)
        if read and read[0] and not _is_piece(words, i, read[1], wording):
            start, end = words[i].start, words[read[1] - 1].end
            if not read[0].running or not _goes_on_from_words(words, i):
                found.append(Found(read[0], text[start:end], start, end))
        i = read[1] if read else i + 1
    return found


def _found_at(reading: Reading, i: int) -> tuple[Formula | None, int] | None:
    """Return the longest formula that begins with word ``i``, and the place after it.

    Of what reads as one and is none, as a date in figures, no piece is looked at again.
    """
    words = reading.words
    if words[i].text[0].isalpha() and words[i].text not in BEGINNING:
        return None
    ends = reading.ends(i)
    for j in ends:
        formula = Formula.parse(words.source[words[i].start : words[j - 1].end])
        if formula is not None:
            return formula, j
    return (None, ends[0]) if ends else None


def _is_piece(words: Words, i: int, j: int, wording: Collection[str]) -> bool:
    """Tell whether numbers or signs beside words[i:j] belong to it, so that it is half a sum."""
    before, after = word(words, i - 1) if i else "", word(words, j)
    if touching(words, i) and (before[-1].isalnum() or before in ",.:^!"):
        return True
    k = j
    while word(words, k) in ("and", "then", ","):
        k += 1
    return (
        ((_counts(before) or before in FUNCTIONS_AT) and before not in wording)
        or (touching(words, j) and after[0] not in "!?;'\"" and not _ends_there(words, j))
        or (_counts(word(words, k)) and (k == j or word(words, k) in SIGNS - {"-"}))
    )


def _ends_there(words: Words, j: int) -> bool:
    """Tell whether a mark that touches a formula ends it: "2 + 3," but not "2 + 3,5"."""
    return word(words, j) in (",", ".", "=", ")") and not (
        touching(words, j + 1) and is_figure(word(words, j + 1))
    )


def _counts(text: str) -> bool:
    return text in SIGNS or text in SPOKEN_NUMBERS or is_figure(text)


def _goes_on_from_words(words: Words, i: int) -> bool:
    """Tell whether "plus 3" follows what it is added to, which was not read: "5 feet plus 3"."""
    first = i + 1 if word(words, i) in ("and", "then") else i
    first = first + 1 if word(words, first) == "then" else first
    return word(words, first) in INFIX_AT and any(w.text not in ALONE for w in words[:i])
