"""Words that were meant by others that are misspelt: one slip of the fingers, or two in long ones.

Slips are those of Damerau (1964): a letter too many, too few, another one, or two that changed
places; four in five misspellings are one of these.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable

from assistant.language.pace import look

SHORTEST = 4
"""Letters from which a word is corrected: "tmer" can be "timer", "set" could be anything."""

LONG = 8
"""Letters from which two slips are believed."""


def corrections(word: str, known: Collection[str]) -> list[str]:
    """Return the known words that a misspelt one may be, nearest first; [] where none is near.

    The first letter counts: few people get that wrong (Pollock and Zamora 1984). Of equally near
    ones those with the same last letter go first.
    """
    if len(word) < SHORTEST or not word.isalpha():
        return []
    look(len(known))
    most, letters = 2 if len(word) >= LONG else 1, set(word)
    near = [
        (slips(word, other, most), other[-1:] != word[-1:], other)
        for other in known
        if abs(len(other) - len(word)) <= most
        and other[:1] == word[:1]
        and len(other) >= SHORTEST
        # A slip takes away one letter and brings another at most.
        and len(letters.symmetric_difference(other)) <= 2 * most
    ]
    return [other for count, _, other in sorted(near) if count <= most]


def short_corrections(word: str, known: Iterable[str]) -> list[str]:
    """Return the known words that a word too short for ``corrections`` may be: "ad" is "add".

    So few letters are believed only where one is missing, or two changed places: with another
    letter they are another word.
    """
    if len(word) >= SHORTEST or not word.isalpha():
        return []
    near = (other for other in known if other[:1] == word[:1] and slips(word, other, 1) == 1)
    return sorted(o for o in near if len(o) == len(word) + 1 or sorted(o) == sorted(word))


def slips(left: str, right: str, most: int) -> int:
    """Return how many slips part two words (optimal string alignment); above ``most`` any more."""
    before: list[int] = []
    last = list(range(len(right) + 1))
    for i, a in enumerate(left, 1):
        row = [i]
        for j, b in enumerate(right, 1):
            cost = min(last[j] + 1, row[j - 1] + 1, last[j - 1] + (a != b))
            if i > 1 and j > 1 and a == right[j - 2] and left[i - 2] == b:
                cost = min(cost, before[j - 2] + 1)
            row.append(cost)
        if min(row) > most:
            return most + 1
        before, last = last, row
    return last[-1]
