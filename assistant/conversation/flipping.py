"""The smallest change of a sentence's words that would have changed what is made of it.

A change counts only once the changed sentence was read; how many are tried is bounded.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from difflib import SequenceMatcher
from itertools import combinations

from assistant.language.records import dataclass
from assistant.language.tokens import Word, split
from assistant.turn import Understanding
from assistant.understanding.parsers.chain import LONGEST

TRIES = 200
"""Changed sentences that are read, at most."""

SECONDS = 2.0
"""Time of the processor for reading them. One counts as no more than a sentence may be read for:
what is beyond is learnt for an intent, once."""

PATIENCE = 6.0
"""Seconds after which no further one is read, learning and other programs included."""

Weight = Callable[[Understanding], int]
"""Tells of what a changed sentence means whether it is another thing: 2 for one that would be done,
1 for one that would not, 0 for none."""


@dataclass(frozen=True, slots=True)
class Change:
    """A sentence without the words that are ``gone``, or with one ``instead`` of one of them."""

    text: str
    gone: tuple[str, ...]
    instead: str = ""


@dataclass(frozen=True, slots=True)
class Search:
    """What was found, with what the changed sentence means, after how many were ``tried``."""

    change: Change | None = None
    meant: Understanding | None = None
    tried: int = 0


def search(
    changes: Iterable[Change],
    read: Callable[[str], Understanding],
    weigh: Weight,
    stop: Callable[[], bool],
) -> Search:
    """Read changed sentences, those with fewer changes first, until one means another thing.

    Of as many changes one that would be done comes before one that would not.
    """
    best, tried, spent, end = Search(), 0, 0.0, time.monotonic() + PATIENCE
    for change in changes:
        if best.change and len(change.gone) > len(best.change.gone):
            break
        if tried >= TRIES or spent >= SECONDS or time.monotonic() >= end or stop():
            break
        tried, start = tried + 1, time.thread_time()
        meant = read(change.text)
        spent += min(time.thread_time() - start, LONGEST)
        weight = weigh(meant)
        if weight and not best.change:
            best = Search(change, meant)
        if weight > 1:
            best = Search(change, meant)
            break
    return Search(best.change, best.meant, tried)


def changes(
    text: str, suspects: Sequence[tuple[int, int]], examples: Sequence[str]
) -> Iterator[Change]:
    """Give each change once, the fewest words first, and of them those that promise most.

    ``suspects`` are places of words that nothing explained, ``examples`` of what else may be meant.
    """
    words = [word for word in split(text) if any(map(str.isalnum, word.text))]
    seen = {text}
    for change in _in_order(text, words, suspects, examples):
        if change.text and change.text not in seen:
            seen.add(change.text)
            yield change


def _in_order(
    text: str, words: Sequence[Word], suspects: Sequence[tuple[int, int]], examples: Sequence[str]
) -> Iterator[Change]:
    left = [w for w in words if any(start < w.end and w.start < end for start, end in suspects)]
    others = [word for word in words if word not in left]
    said = [[w.said for w in split(e) if any(map(str.isalnum, w.text))] for e in examples]
    yield from (_without(text, [word]) for word in (*left, *others))
    for example in said:
        yield from (_with(text, word, new) for word, new in _beside(words, example))
    for example in said:
        yield from (_with(text, word, new) for new in example for word in (*left, *others))
    yield from (_without(text, pair) for pair in combinations((*left, *others), 2))


def _beside(words: Sequence[Word], example: Sequence[str]) -> Iterator[tuple[Word, str]]:
    """Give the words of an example that stand where a sentence has others; heads come last."""
    texts = [word.text for word in words]
    matcher = SequenceMatcher(None, texts, [each.lower() for each in example], autojunk=False)
    for kind, i, i_end, j, j_end in matcher.get_opcodes():
        if kind == "replace":
            yield from zip(reversed(words[i:i_end]), reversed(example[j:j_end]), strict=False)


def _without(text: str, gone: Sequence[Word]) -> Change:
    ordered = sorted(gone, key=lambda word: word.start)
    for word in reversed(ordered):
        text = text[: word.start] + " " + text[word.end :]
    return Change(" ".join(text.split()), tuple(word.said for word in ordered))


def _with(text: str, word: Word, instead: str) -> Change:
    return Change(text[: word.start] + instead + text[word.end :], (word.said,), instead)
