"""Slots by a linear tagger on frozen token vectors: learnt in seconds, without torch.

Every word is told by the vector of its first piece, those of its neighbours, the mean of the
sentence's, and hashed features of its letters; a chain over the BIO tags learns which follows
which. It is learnt on the first principal components and written out for whole vectors. N is the
number of words, C the width of a vector, K that of its components, L the tags.
"""

from __future__ import annotations

import re
import zlib
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from assistant.engine.encoder import TokenVectors
from assistant.understanding.learning import crf as chain
from assistant.understanding.learning.features import first_pieces, runs, tag_moves, viterbi

Floats = NDArray[np.float32]
Tokens = Callable[[Sequence[str]], list[TokenVectors]]

FORM = 3
"""Changes when what a tagger holds does, so that none is read from an older cache."""

BUCKETS = 16_384
"""Places that features of letters are hashed to."""

SHARE, MANY, FEW = 3, 2_000, 256
"""One in so many principal components is learnt on, but of few sentences at most the last number:
more of them did worse."""

RATE, LETTERS_RATE = 2e-3, 6e-2
"""The highest learning rates: Adam's for vectors, AdaGrad's for letters."""

DECAY = 0.01

FORGET, FORGET_LETTERS = 0.1, 0.3
"""Share of the features left out at each look."""

BATCH = 32
"""Sentences a step."""

STEPS = 250
"""Steps at least, however few sentences there are."""

PART = 256
"""Sentences encoded together."""


@dataclass(frozen=True)
class Tagger:
    """A fitted tagger: weights (4 (C + 1), L), of letters (BUCKETS, L), and steps (L + 1, L)."""

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
        vectors = tokens.vectors[[row for row, _, _ in words]].astype(np.float32)
        dense = around(vectors, [len(words)])
        places = letters_of([text[start:end] for _, start, end in words])
        scores = dense @ self.weights + self.letters[places].sum(axis=1)
        names = [self.tags[i] for i in viterbi(scores.astype(np.float32), self.moves)]
        return [(words[a][1], words[b - 1][2], names[a][2:]) for a, b in runs(names)]


@dataclass(frozen=True)
class _Words:
    """The words of all sentences, one after another: vectors (N, C or K), letters (N, 10), tags."""

    vectors: NDArray[np.float16]
    letters: NDArray[np.int32]
    tags: NDArray[np.int64]
    starts: NDArray[np.int64]

    def of(self, sentences: NDArray[np.int64]) -> tuple[NDArray[np.int64], list[int]]:
        """Return the places of some sentences' words, and how many words each has."""
        bounds = [(self.starts[i], self.starts[i + 1]) for i in sentences]
        return np.concatenate([np.arange(a, b) for a, b in bounds]), [int(b - a) for a, b in bounds]


def fit(
    texts: Sequence[str], tags: Sequence[Sequence[str]], tokens: Tokens, epochs: int = 8
) -> Tagger:
    """Fit on texts of blank-parted words and the tag of every word."""
    names = ("O", *sorted({tag for row in tags for tag in row} - {"O"}))
    words = _words(texts, tags, tokens, {name: i for i, name in enumerate(names)})
    middle, basis = _components(words.vectors, many=len(texts) > MANY)
    narrow = np.concatenate([_narrowed(part, middle, basis) for part in _parts(words.vectors)])
    learner = _Learner(_Words(narrow, words.letters, words.tags, words.starts), names)
    learner.learn(epochs)
    weights = _written_out(learner.weights, middle, basis)
    return Tagger(names, weights, learner.letters, learner.moves, tokens)


def _words(
    texts: Sequence[str], tags: Sequence[Sequence[str]], tokens: Tokens, numbers: dict[str, int]
) -> _Words:
    vectors, letters, answers, starts = [], [], [], [0]
    for at in range(0, len(texts), PART):
        part = texts[at : at + PART]
        for text, row, told in zip(part, tags[at : at + PART], tokens(part), strict=True):
            words = first_pieces(text, told)
            if not words:
                continue
            by_start = dict(zip(_starts(text), row, strict=True))
            vectors.append(told.vectors[[w[0] for w in words]].astype(np.float16))
            letters.append(letters_of([text[a:b] for _, a, b in words]))
            answers += [numbers[by_start[start]] for _, start, _ in words]
            starts.append(len(answers))
    whole = np.concatenate(vectors)
    return _Words(whole, np.concatenate(letters), np.array(answers), np.array(starts))


def around(vectors: Floats, lengths: Sequence[int]) -> Floats:
    """Return each word's vector, those beside it and the sentence's mean: (N, 4 (C + 1)).

    Each has a 1 at its end where it is there: a sentence's first word has none before it.
    """
    here = np.concatenate([vectors, np.ones((len(vectors), 1), vectors.dtype)], axis=1)
    before, after = np.zeros_like(here), np.zeros_like(here)
    before[1:], after[:-1] = here[:-1], here[1:]
    edges = np.cumsum([0, *lengths])
    before[edges[:-1]], after[edges[1:] - 1] = 0, 0
    sums = np.add.reduceat(here, edges[:-1], axis=0)
    means = sums * (2 / np.asarray(lengths, np.float32))[:, None]  # twice, to be learnt sooner
    return np.concatenate([here, before, after, np.repeat(means, lengths, axis=0)], axis=1)


def letters_of(words: Sequence[str]) -> NDArray[np.int32]:
    """Return the places (N, 10) of the features of each word's letters and neighbours, hashed."""
    low = ["<", "<", *(word.casefold() for word in words), ">", ">"]
    rows = [
        [zlib.crc32(told.encode("utf-8", "replace")) % BUCKETS for told in _told(low[i : i + 5])]
        for i in range(len(words))
    ]
    return np.array(rows, np.int32).reshape(-1, 10)


def _told(words: Sequence[str]) -> Iterator[str]:
    """Give the features of the word in the middle of five."""
    far, left, word, right, next_but_one = words
    yield from (f"w{word}", f"b{word[:3]}", f"e{word[-3:]}")
    yield "s" + re.sub(r"[a-z]+", "x", re.sub(r"\d+", "9", word))
    yield from (f"l{left}", f"r{right}", f"L{far}", f"R{next_but_one}")
    yield from (f"p{left} {word}", f"n{word} {right}")


def _starts(text: str) -> list[int]:
    return [match.start() for match in re.finditer(r"\S+", text)]


def _parts(rows: NDArray[np.float16], size: int = 8192) -> Iterator[NDArray[np.float16]]:
    for at in range(0, len(rows), size):
        yield rows[at : at + size]


def _components(vectors: NDArray[np.float16], many: bool) -> tuple[Floats, Floats]:
    """Return the mean (C,) and the first principal components (C, K), scaled alike."""
    some = vectors[np.random.default_rng(0).permutation(len(vectors))[:20_000]].astype(np.float32)
    middle = some.mean(axis=0)
    spread, directions = _principal(some - middle)
    kept = max(1, len(spread) // SHARE if many else min(len(spread), FEW))
    spread, directions = spread[:kept], directions[:, :kept]
    basis: Floats = (directions / np.sqrt(max(float(spread.mean()), 1e-12))).astype(np.float32)
    return middle, basis


def _principal(centred: Floats) -> tuple[Floats, Floats]:
    """Return variances (K,) and directions (C, K), the largest first, of rows (n, C).

    Of fewer rows than columns they are found through the rows' own products, (n, n).
    """
    rows, width = centred.shape
    if rows >= width:
        spread, directions = np.linalg.eigh(centred.T @ centred / rows)
        return spread[::-1], directions[:, ::-1]
    spread, mixes = np.linalg.eigh(centred @ centred.T / rows)
    real = spread > 1e-6 * max(float(spread[-1]), 1e-12)
    if not real.any():  # all rows alike
        return spread[-1:], np.zeros((width, 1), np.float32)
    spread, mixes = spread[real][::-1], mixes[:, real][:, ::-1]
    directions = centred.T @ mixes / np.sqrt(spread * rows)
    return spread, directions


def _narrowed(vectors: NDArray[np.float16], middle: Floats, basis: Floats) -> NDArray[np.float16]:
    made: NDArray[np.float16] = ((vectors.astype(np.float32) - middle) @ basis).astype(np.float16)
    return made


def _written_out(weights: Floats, middle: Floats, basis: Floats) -> Floats:
    """Return weights (4 (C + 1), L) for whole vectors of those (4 (K + 1), L) for components."""
    parts = []
    for part in np.split(weights, 4):
        wide = basis @ part[:-1]
        parts += [wide, part[-1:] - middle[None] @ wide]
    return np.concatenate(parts).astype(np.float32)


class _Learner:
    """Learns the weights of components, of letters and of steps, sentence by sentence."""

    def __init__(self, words: _Words, names: Sequence[str]) -> None:
        self._words = words
        self._chance = np.random.default_rng(0)
        self._allowed = tag_moves(names)
        width = 4 * (words.vectors.shape[1] + 1)
        self.weights = np.zeros((width, len(names)), np.float32)
        self.letters = np.zeros((BUCKETS, len(names)), np.float32)
        self._steps = np.zeros_like(self._allowed)
        self._seen = np.zeros_like(self.letters)
        self._adam = _Adam([self.weights, self._steps])

    @property
    def moves(self) -> Floats:
        """Return the steps (L + 1, L) from tag to tag, those that can't be among them."""
        return self._steps + self._allowed

    def learn(self, epochs: int) -> None:
        """Look at every sentence so often, and more often where they are few."""
        sentences = len(self._words.starts) - 1
        batches = -(-sentences // BATCH)
        epochs = max(epochs, -(-STEPS // batches))
        for epoch in range(epochs):
            for at, chosen in enumerate(
                np.array_split(self._chance.permutation(sentences), batches)
            ):
                self._look(chosen, 1 - (epoch * batches + at) / (epochs * batches))

    def _look(self, chosen: NDArray[np.int64], pace: float) -> None:
        rows, lengths = self._words.of(chosen)
        dense = around(self._words.vectors[rows].astype(np.float32), lengths)
        dense *= self._kept(dense.shape, FORGET)
        places = self._words.letters[rows]
        kept = self._kept(places.shape, FORGET_LETTERS)
        scores = dense @ self.weights + np.einsum("nfl,nf->nl", self.letters[places], kept)
        wrong, steps = chain.slopes(scores, lengths, self._words.tags[rows], self.moves)
        self._adam.step([dense.T @ wrong, steps], RATE * pace)
        self._spell(places, kept, wrong, LETTERS_RATE * pace)

    def _kept(self, shape: tuple[int, ...], forget: float) -> Floats:
        """Return what features are multiplied with: 0 where they are left out."""
        left = self._chance.random(shape, dtype=np.float32) >= forget
        return left.astype(np.float32) / np.float32(1 - forget)

    def _spell(self, places: NDArray[np.int32], kept: Floats, wrong: Floats, rate: float) -> None:
        """Go a step down for the letters that were there (AdaGrad, Duchi et al. 2011)."""
        used, where = np.unique(places, return_inverse=True)
        slope = np.zeros((len(used), wrong.shape[1]), np.float32)
        np.add.at(
            slope, where.reshape(-1), (wrong[:, None] * kept[..., None]).reshape(-1, wrong.shape[1])
        )
        self._seen[used] += slope * slope
        self.letters[used] -= rate * slope / (np.sqrt(self._seen[used]) + 1e-3)


class _Adam:
    """Adam (Kingma and Ba 2015) over arrays changed in place; the first one decays."""

    def __init__(self, parts: list[Floats]) -> None:
        self.parts = parts
        self.means = [np.zeros_like(part) for part in parts]
        self.squares = [np.zeros_like(part) for part in parts]
        self.done = 0

    def step(self, slopes: list[Floats], rate: float) -> None:
        """Go one step down."""
        self.done += 1
        first, second = 1 - 0.9**self.done, 1 - 0.999**self.done
        self.parts[0][:] *= 1 - rate * DECAY
        for part, mean, square, slope in zip(
            self.parts, self.means, self.squares, slopes, strict=True
        ):
            mean[:] += 0.1 * (slope - mean)
            square[:] += 0.001 * (slope * slope - square)
            part[:] -= rate * (mean / first) / (np.sqrt(square / second) + 1e-8)
