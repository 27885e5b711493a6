"""Words of windows joined to those of the recording: in order, each of them once."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from assistant.turn.hearing import Word

NEAR = 1.0
"""Seconds by which two windows may differ about when a word was said."""

SHORTEST = 0.02
"""Seconds of a word, at least."""


def joined(before: Sequence[Word], after: Sequence[Word], begin: float, end: float) -> list[Word]:
    """Return the words of two windows that both heard what is between ``begin`` and ``end``.

    They go over from one to the other at a word that both have, the nearest to the middle, for a
    window is the surest where it has sound on both sides; else at the middle.
    """
    middle = (begin + end) / 2
    shared = [
        (i, j)
        for i, one in enumerate(before)
        if one.end > begin
        for j, other in enumerate(after)
        if other.start < end and _key(one) == _key(other) and abs(one.start - other.start) < NEAR
    ]
    if shared:
        i, j = min(shared, key=lambda pair: _far(before, after, pair, middle))
        return [*before[: i + 1], *after[j + 1 :]]
    return [
        *(word for word in before if word.start + word.end < 2 * middle),
        *(word for word in after if word.start + word.end >= 2 * middle),
    ]


def _far(
    before: Sequence[Word], after: Sequence[Word], pair: tuple[int, int], middle: float
) -> tuple[bool, float]:
    """Return how good a place for going over a word is that both have; less is better."""
    i, j = pair
    alone = not any(
        0 <= i + step < len(before)
        and 0 <= j + step < len(after)
        and _key(before[i + step]) == _key(after[j + step])
        for step in (-1, 1)
    )
    return alone, abs(before[i].start - middle)


def _key(word: Word) -> str:
    return "".join(sign for sign in word.text.casefold() if sign.isalnum())


def in_order(words: Iterable[Word], end: float, since: float = 0.0) -> list[Word]:
    """Return words with times that never go back, each of some length, none after ``end``."""
    found: list[Word] = []
    for word in words:
        start = min(max(word.start, since), max(end - SHORTEST, 0.0))
        since = min(max(word.end, start + SHORTEST), max(end, SHORTEST))
        found.append(Word(word.text, round(start, 3), round(since, 3), word.confidence))
    return found
