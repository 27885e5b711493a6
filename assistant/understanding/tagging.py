"""Slots by a linear tagger on frozen token vectors: learnt in seconds, without torch.

A softmax regression over BIO tags on the vector of every word's first piece, those of its
neighbours, and hashed features of its letters; the best path is found by Viterbi with learnt steps
from tag to tag. n is the number of words, C the width of a vector, L the tags.
"""

from __future__ import annotations

import re
import zlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from assistant.engine.encoder import TokenVectors
from assistant.understanding.features import first_pieces, runs, tag_moves, viterbi

Floats = NDArray[np.float32]
Tokens = Callable[[Sequence[str]], list[TokenVectors]]

BUCKETS = 2048
"""Places that features of letters are hashed to."""

RATE = 2e-3
"""Adam's highest learning rate."""

BATCH = 256
"""Words a step."""

STEPS = 250
"""Steps at least, however few words there are."""


@dataclass(frozen=True)
class Tagger:
    """A fitted tagger: weights (features, L) and steps (L + 1, L) from tag to tag."""

    tags: tuple[str, ...]
    weights: Floats
    letters: Floats
    moves: Floats
    tokens: Tokens

    def spans(self, texts: Sequence[str]) -> list[list[tuple[int, int, str]]]:
        """Return (start, end, slot) of what is found in each text."""
        return [self._spans(t, v) for t, v in zip(texts, self.tokens(texts), strict=True)]

    def _spans(self, text: str, tokens: TokenVectors) -> list[tuple[int, int, str]]:
        words = first_pieces(text, tokens)
        if not words:
            return []
        dense = around(tokens.vectors[[row for row, _, _ in words]])
        places = letters_of([text[start:end] for _, start, end in words])
        scores = dense @ self.weights + self.letters[places].sum(axis=1)
        logs = scores - np.log(np.exp(scores - scores.max(1, keepdims=True)).sum(1, keepdims=True))
        names = [self.tags[i] for i in viterbi(logs.astype(np.float32), self.moves)]
        return [(words[a][1], words[b - 1][2], names[a][2:]) for a, b in runs(names)]


def fit(
    texts: Sequence[str], tags: Sequence[Sequence[str]], tokens: Tokens, epochs: int = 8
) -> Tagger:
    """Fit on texts of blank-parted words and the tag of every word."""
    names = ("O", *sorted({tag for row in tags for tag in row} - {"O"}))
    numbers = {name: i for i, name in enumerate(names)}
    dense, places, answers = [], [], []
    for text, row, vectors in zip(texts, tags, tokens(texts), strict=True):
        words = first_pieces(text, vectors)
        starts = dict(zip(_starts(text), row, strict=True))
        dense.append(around(vectors.vectors[[w[0] for w in words]]))
        places.append(letters_of([text[a:b] for _, a, b in words]))
        answers += [numbers[starts[start]] for _, start, _ in words]
    x, y = np.concatenate(dense), np.array(answers)
    weights, letters = _regression(x, np.concatenate(places), y, len(names), epochs)
    return Tagger(names, weights, letters, tag_moves(names) + _steps(tags, numbers), tokens)


def around(vectors: Floats) -> Floats:
    """Return each word's vector beside those before and after it: (n, 3 C + 1), a 1 at the end."""
    nothing = np.zeros_like(vectors[:1])
    before, after = np.concatenate([nothing, vectors[:-1]]), np.concatenate([vectors[1:], nothing])
    ones = np.ones((len(vectors), 1), np.float32)
    return np.concatenate([vectors, before, after, ones], axis=1).astype(np.float32)


def letters_of(words: Sequence[str]) -> NDArray[np.int64]:
    """Return the places (n, 6) of each word's features of letters, by hashing."""
    low = [word.casefold() for word in words]
    rows = []
    for i, word in enumerate(low):
        shape = re.sub(r"[a-z]+", "x", re.sub(r"\d+", "9", word))
        left = low[i - 1] if i else "<"
        right = low[i + 1] if i + 1 < len(low) else ">"
        told = (f"w{word}", f"s{shape}", f"e{word[-3:]}", f"l{left}", f"r{right}", f"b{word[:3]}")
        rows.append([zlib.crc32(t.encode()) % BUCKETS for t in told])
    return np.array(rows, np.int64).reshape(-1, 6)


def _starts(text: str) -> list[int]:
    return [match.start() for match in re.finditer(r"\S+", text)]


def _steps(tags: Sequence[Sequence[str]], numbers: dict[str, int]) -> Floats:
    """Return the log chance (L + 1, L) of each step, softened, divided by two.

    The regression has seen the neighbours already, so half of it is enough.
    """
    count = np.full((len(numbers) + 1, len(numbers)), 0.1, np.float32)
    for row in tags:
        before = len(numbers)
        for tag in row:
            count[before, numbers[tag]] += 1
            before = numbers[tag]
    steps: Floats = 0.5 * np.log(count / count.sum(axis=1, keepdims=True))
    return steps


def _regression(
    x: Floats, places: NDArray[np.int64], y: NDArray[np.int64], classes: int, epochs: int
) -> tuple[Floats, Floats]:
    """Return weights (features, classes) and those of letters (BUCKETS, classes), by Adam."""
    chance = np.random.default_rng(0)
    parts = [np.zeros((x.shape[1], classes), np.float32), np.zeros((BUCKETS, classes), np.float32)]
    adam = _Adam(parts)
    parts_of = -(-len(x) // BATCH)
    epochs = max(epochs, -(-STEPS // parts_of))
    total = epochs * parts_of
    for _ in range(epochs):
        for rows in np.array_split(chance.permutation(len(x)), parts_of):
            scores = x[rows] @ parts[0] + parts[1][places[rows]].sum(axis=1)
            wrong = np.exp(scores - scores.max(axis=1, keepdims=True))
            wrong /= wrong.sum(axis=1, keepdims=True)
            wrong[np.arange(len(rows)), y[rows]] -= 1
            wrong /= len(rows)
            slope = np.zeros_like(parts[1])
            np.add.at(slope, places[rows], wrong[:, None])
            adam.step([x[rows].T @ wrong, slope], RATE * (1 - adam.done / total))
    return parts[0], parts[1]


class _Adam:
    """Adam (Kingma and Ba 2015) with decoupled decay, over arrays changed in place."""

    def __init__(self, parts: list[Floats]) -> None:
        self.parts = parts
        self.means = [np.zeros_like(part) for part in parts]
        self.squares = [np.zeros_like(part) for part in parts]
        self.done = 0

    def step(self, slopes: list[Floats], rate: float) -> None:
        """Go one step down."""
        self.done += 1
        first, second = 1 - 0.9**self.done, 1 - 0.999**self.done
        for part, mean, square, slope in zip(
            self.parts, self.means, self.squares, slopes, strict=True
        ):
            mean[:] += 0.1 * (slope - mean)
            square[:] += 0.001 * (slope * slope - square)
            part[:] -= rate * (mean / first / (np.sqrt(square / second) + 1e-8) + 0.01 * part)
