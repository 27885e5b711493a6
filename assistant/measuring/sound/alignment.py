"""What was heard held against what was said, word by word (Levenshtein 1966)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

Pair = tuple[str | None, str | None]
"""A word said and the one heard for it; None where one was left out or put in."""


@dataclass(frozen=True, slots=True)
class Slips:
    """Counts of what went wrong over ``words`` that were said."""

    words: int = 0
    substitutions: int = 0
    insertions: int = 0
    deletions: int = 0

    def __add__(self, other: Slips) -> Slips:
        return Slips(
            self.words + other.words,
            self.substitutions + other.substitutions,
            self.insertions + other.insertions,
            self.deletions + other.deletions,
        )

    @property
    def rate(self) -> float:
        """Return the word error rate; 0 where nothing was said."""
        wrong = self.substitutions + self.insertions + self.deletions
        return wrong / self.words if self.words else 0.0


def slips(said: Sequence[str], heard: Sequence[str]) -> Slips:
    """Count the fewest changes that make what was heard of what was said."""
    pairs = aligned(said, heard)
    return Slips(
        len(said),
        sum(s is not None and h is not None and s != h for s, h in pairs),
        sum(s is None for s, _ in pairs),
        sum(h is None for _, h in pairs),
    )


def aligned(said: Sequence[str], heard: Sequence[str]) -> list[Pair]:
    """Return which word was heard for which, with the fewest changes."""
    table = _table(said, heard)
    pairs: list[Pair] = []
    i, j = len(said), len(heard)
    while i or j:
        if i and j and table[i][j] == table[i - 1][j - 1] + (said[i - 1] != heard[j - 1]):
            i, j = i - 1, j - 1
            pairs.append((said[i], heard[j]))
        elif i and table[i][j] == table[i - 1][j] + 1:
            i -= 1
            pairs.append((said[i], None))
        else:
            j -= 1
            pairs.append((None, heard[j]))
    return pairs[::-1]


def _table(said: Sequence[str], heard: Sequence[str]) -> list[list[int]]:
    """Return the fewest changes between all beginnings of both."""
    table = [list(range(len(heard) + 1))]
    for i, word in enumerate(said, start=1):
        row = [i]
        for j, other in enumerate(heard, start=1):
            above = table[-1]
            row.append(min(above[j - 1] + (word != other), above[j] + 1, row[-1] + 1))
        table.append(row)
    return table
