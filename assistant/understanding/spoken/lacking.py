"""Whether a way of taking what was heard leaves a word of it out.

The words of both are aligned by their sounds (an edit distance; two words may be one: "time er",
"timer"). A word may have been another, but one that nothing stands for was left out.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import cache, lru_cache

from assistant.language.content import EMPTY
from assistant.language.sounds import likeness
from assistant.language.words import ASKED
from assistant.understanding.spoken.paths import ANYWHERE, AROUND
from assistant.understanding.spoken.plan import undone

PASSED = frozenset().union(EMPTY - ASKED, ANYWHERE, *AROUND)
"""Words that say nothing by themselves: they may be missing, and stand for nothing else."""

MISSING = 0.5
"""What a word costs that has no other; one for another costs what they are unlike, 0 to 1."""

ALIKE = 0.5
"""How alike a word that says nothing must be to one that does, to be what was misheard as it."""

Step = tuple[int, int, float, bool]
"""Words of what was heard and of the way, what it costs that they are the same, and whether it
leaves one out."""


def leaves_out(way: str, heard: str) -> bool:
    """Tell whether a word was heard that nothing of a way stands for."""
    said, meant = undone(heard), undone(way)

    @cache
    def rest(i: int, j: int) -> tuple[float, bool]:
        """Return the least cost from there on, and whether a word is left out then."""
        if i == len(said) and j == len(meant):
            return 0.0, False
        found = []
        for m, n, cost, out in _steps(said[i : i + 2], meant[j : j + 2]):
            on, later = rest(i + m, j + n)
            found.append((cost + on, out or later))
        return min(found)

    return rest(0, 0)[1]


def _steps(said: Sequence[str], meant: Sequence[str]) -> Iterator[Step]:
    """Give what may be done with the next words."""
    if said:
        empty = said[0] in PASSED
        yield 1, 0, 0.0 if empty else MISSING, not empty
    if meant:
        yield 0, 1, 0.0 if meant[0] in PASSED else MISSING, False
    if said and meant:
        like = _like(said[0], meant[0])
        if like >= ALIKE or not (meant[0] in PASSED) ^ (said[0] in PASSED):
            yield 1, 1, 1 - like, False
        yield from _joined(said, meant)


def _joined(said: Sequence[str], meant: Sequence[str]) -> Iterator[Step]:
    """Give two words that may be one, where they are more like it than either of them alone."""
    for m, n in ((2, 1), (1, 2)):
        if len(said) < m or len(meant) < n:
            continue
        two, one = (said, meant[:1]) if m == 2 else (meant, said[:1])
        like = _like(" ".join(two), one[0])
        if like > max(_like(word, one[0]) for word in two):
            yield m, n, 1 - like, False


@lru_cache(4_096)  # the ways of one hearing have most words in common
def _like(one: str, other: str) -> float:
    return likeness(one.split(), other.split())
