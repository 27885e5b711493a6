"""The sentences that a second hearing has in mind: few, that bring many of the words to be heard.

The same words and skills give the same hints.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from assistant.language.spoken import as_sentence
from assistant.understanding.spoken.phrases import ANYTHING

MOST_WORDS = 70
"""Words of all hints together."""

LOOKED_AT = 4_000
"""Sentences that are looked at."""

SHORT = 2
"""What a sentence weighs beside its words, so that long ones with few new words are not taken."""


def hints(answers: Sequence[str], sentences: Iterable[str]) -> tuple[str, ...]:
    """Return answers to an open question, then sentences, until they have so many words."""
    made: dict[str, None] = {}
    for answer in answers:
        if _words(made) + len(answer.split()) <= MOST_WORDS // 2:
            made[_written(answer)] = None
    left = {each: set(each.split()) for each in list(sentences)[:LOOKED_AT] if ANYTHING not in each}
    known: set[str] = set()
    while left and _words(made) < MOST_WORDS:
        best = max(left, key=lambda each: (_gain(left[each], known), each))
        if not left[best] - known:
            break
        known |= left.pop(best)
        made[_written(best)] = None
    return tuple(made)


def _gain(words: set[str], known: set[str]) -> float:
    return len(words - known) / (len(words) + SHORT)


def _words(made: Iterable[str]) -> int:
    return sum(len(each.split()) for each in made)


def _written(sentence: str) -> str:
    return as_sentence(sentence.rstrip(".")) + "."
