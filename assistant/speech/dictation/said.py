"""Words as people write them turned into those that were said, each with its time."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from difflib import SequenceMatcher

from assistant.language.spoken import as_said
from assistant.turn.hearing import Word

MOST = 60
"""Words that are turned at once, where no sentence ends before."""


def as_spoken(words: Iterable[Word]) -> Iterator[Word]:
    """Yield the words that were said, in small letters: "7:30" is "seven thirty".

    Those that one written word stands for share its time.
    """
    for sentence in _sentences(words):
        yield from _turned(sentence)


def _sentences(words: Iterable[Word]) -> Iterator[list[Word]]:
    sentence: list[Word] = []
    for word in words:
        sentence.append(word)
        if len(sentence) == MOST or word.text.endswith((".", "?", "!")):
            yield sentence
            sentence = []
    if sentence:
        yield sentence


def _turned(words: Sequence[Word]) -> Iterator[Word]:
    """Yield the words of a sentence; those that stay the same hold the others in their places."""
    parts = [(i, p) for i, word in enumerate(words) for p in as_said(word.text).split() or [""]]
    said = as_said(" ".join(word.text for word in words)).split()
    spoken: list[list[str]] = [[] for _ in words]
    matcher = SequenceMatcher(None, [part for _, part in parts], said, autojunk=False)
    for _kind, i, j, first, last in matcher.get_opcodes():
        over = [place for place, _ in parts[i:j]] or [parts[max(i - 1, 0)][0]]
        for k in range(first, last):
            spoken[over[(k - first) * len(over) // (last - first)]].append(said[k])
    for word, texts in zip(words, spoken, strict=True):
        step = (word.end - word.start) / max(len(texts), 1)
        for k, text in enumerate(texts):
            start = word.start + k * step
            yield Word(text, round(start, 3), round(start + step, 3), word.confidence)
