"""How likely a word is after two others: counted, smoothed, mixed of several texts, and pruned.

A text is one row of numbers: each sentence begins with ``start`` and ends with ``end``, and words
that are not known stand as one ``gap``, over which nothing is counted. A sequence of n words is one
number too, its key: the words are its digits to the base ``Symbols.base``. Arrays are sorted by it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]

ORDER = 3
"""Words of the longest sequence that is counted."""

LEAST = 1e-9
"""A share that is divided by, at least: rounding may leave nothing of it."""

ROUNDS = 60
"""Of weighing texts; the weights stand still long before."""


@dataclass(frozen=True)
class Symbols:
    """The numbers of words, of which only ``words`` can be said, and of what stands around them."""

    words: Ints
    largest: int

    @property
    def start(self) -> int:
        """Return what begins a sentence."""
        return self.largest + 1

    @property
    def end(self) -> int:
        """Return what ends it."""
        return self.largest + 2

    @property
    def gap(self) -> int:
        """Return what stands for words that are not known."""
        return self.largest + 3

    @property
    def base(self) -> int:
        """Return how many numbers there are."""
        return self.largest + 4


@dataclass(frozen=True)
class Level:
    """Sequences of one length by their keys, each with a number."""

    keys: Ints
    values: Floats

    def get(self, keys: Ints, otherwise: float) -> Floats:
        """Return the numbers of some keys, in their order."""
        if not len(self.keys):
            return np.full(len(keys), otherwise)
        at = np.minimum(np.searchsorted(self.keys, keys), len(self.keys) - 1)
        return np.where(self.keys[at] == keys, self.values[at], otherwise)


@dataclass(frozen=True)
class Model:
    """A back-off model. ``levels[n]`` has the chances of the last of n + 1 words after the others;
    ``rests[n]`` by what the chances of all other words are multiplied after n + 1 words.
    """

    symbols: Symbols
    levels: tuple[Level, ...]
    rests: tuple[Level, ...]

    def chances(self, keys: Ints, length: int) -> Floats:
        """Return the chance of the last word of each sequence of ``length`` words, (N,)."""
        found = self.levels[length - 1].get(keys, 0.0)
        unseen = np.flatnonzero(found == 0.0)
        if length == 1 or not len(unseen):
            return found
        missing = keys[unseen]
        rest = self.rests[length - 2].get(missing // self.symbols.base, 1.0)
        shorter = missing % self.symbols.base ** (length - 1)
        found[unseen] = rest * self.chances(shorter, length - 1)
        return found


def windows(text: Ints, length: int, symbols: Symbols) -> Ints:
    """Return the keys of all sequences of a length; only the first may be a start or a gap."""
    count = len(text) - length + 1
    if count < 1:
        return np.zeros(0, np.int64)
    keys = np.zeros(count, np.int64)
    sound = np.ones(count, bool)
    for place in range(length):
        part = text[place : place + count]
        keys = keys * symbols.base + part
        if place:
            sound &= (part != symbols.start) & (part != symbols.gap)
        if place < length - 1:
            sound &= part != symbols.end
    if length == 1:
        sound = (text != symbols.start) & (text != symbols.gap)
    return keys[sound]


def estimate(text: Ints, symbols: Symbols) -> Model:
    """Return the interpolated Kneser-Ney model of a text, with three discounts a length.

    Chen and Goodman 1999, section 3; a sequence that is no longest one counts by how many words
    stand before it, but for those that nothing can stand before.
    """
    counted = [
        np.unique(windows(text, n, symbols), return_counts=True) for n in range(1, ORDER + 1)
    ]
    even = Level(np.sort(np.append(symbols.words, symbols.end)), np.zeros(len(symbols.words) + 1))
    levels: list[Level] = []
    rests: list[Level] = []
    for at, (keys, raw) in enumerate(counted):
        counts = raw if at == ORDER - 1 else _before(keys, raw, counted[at + 1][0], at + 1, symbols)
        lower = Model(symbols, tuple(levels), tuple(rests))
        told = _smoothed(keys, counts, at + 1, lower)
        levels.append(told[0] if at else _over_all(even, told[0], told[1]))
        if at:
            rests.append(told[1])
    return Model(symbols, tuple(levels), tuple(rests))


def mix(models: Sequence[Model], weights: Sequence[float]) -> Model:
    """Return the model whose chances are the weighted means of others, for all they have seen."""
    symbols = models[0].symbols
    levels: list[Level] = []
    for length in range(1, ORDER + 1):
        keys = np.unique(np.concatenate([model.levels[length - 1].keys for model in models]))
        keys = keys[keys // symbols.base ** (length - 1) != symbols.gap]
        parts = (w * m.chances(keys, length) for m, w in zip(models, weights, strict=True))
        levels.append(Level(keys, np.sum(list(parts), axis=0)))
    return rested(symbols, levels)


def rested(symbols: Symbols, levels: Sequence[Level]) -> Model:
    """Return the model of some chances, in which those after every sequence add up to one."""
    rests: list[Level] = []
    for length in range(2, len(levels) + 1):
        lower = Model(symbols, tuple(levels[: length - 1]), tuple(rests))
        held = _Held(levels[length - 1], length, lower)
        rests.append(Level(held.histories, held.left / held.left_lower))
    return Model(symbols, tuple(levels), tuple(rests))


def weigh(models: Sequence[Model], text: Ints) -> list[float]:
    """Return with which weights a mixture finds a text likeliest (expectation maximisation)."""
    told = np.array([each_chance(model, text) for model in models])
    weights = np.full(len(models), 1.0 / len(models))
    for _ in range(ROUNDS):
        parts = weights[:, None] * told
        weights = (parts / parts.sum(0)).mean(1)
    return [float(weight) for weight in weights]


def perplexity(model: Model, text: Ints) -> float:
    """Return among how many words a model seems to choose, on a text without its gaps."""
    return float(np.exp(-np.log(each_chance(model, text)).mean()))


def each_chance(model: Model, text: Ints) -> Floats:
    """Return the chance of each word of a text after the two before it, as far as these go."""
    symbols = model.symbols
    short = windows(text, 2, symbols)
    first = np.isin(short // symbols.base, (symbols.start, symbols.gap))
    parts = (model.chances(short[first], 2), model.chances(windows(text, 3, symbols), 3))
    return np.concatenate(parts)


def often(texts: Sequence[Ints], weights: Sequence[float], symbols: Symbols) -> list[Level]:
    """Return how large a share of the words follows on each sequence of one word, and of two."""
    return [_shares(texts, weights, length, symbols) for length in range(1, ORDER)]


def prune(model: Model, follows: Sequence[Level], thresholds: Sequence[float]) -> Model:
    """Drop sequences without which the model tells hardly more (Stolcke 1998), the longest first.

    ``thresholds`` are, for two words and for three, what a sequence must add at least to the mean
    logarithm of a word's chance. What begins a longer one that stays must stay.
    """
    levels = list(model.levels)
    for length in range(ORDER, 1, -1):
        level = levels[length - 1]
        lower = rested(model.symbols, levels[: length - 1])
        held = _Held(level, length, lower)
        keep = held.gain(follows[length - 2]) >= thresholds[length - 2]
        if length < ORDER:
            needed = np.unique(levels[length].keys // model.symbols.base)
            keep |= np.isin(level.keys, needed)
        levels[length - 1] = Level(level.keys[keep], level.values[keep])
    return rested(model.symbols, levels)


class _Held:
    """What the sequences after each beginning hold of all chances, and what is left to others."""

    def __init__(self, level: Level, length: int, lower: Model) -> None:
        base = lower.symbols.base
        self.level = level
        self.histories, self.which = np.unique(level.keys // base, return_inverse=True)
        self.lower = lower.chances(level.keys % base ** (length - 1), length - 1)
        self.left = np.maximum(1.0 - self._sum(level.values), LEAST)
        self.left_lower = np.maximum(1.0 - self._sum(self.lower), LEAST)

    def gain(self, follows: Level) -> Floats:
        """Return by how much dropping each sequence makes the mean logarithm less."""
        left, lower = self.left[self.which], self.left_lower[self.which]
        chance = self.level.values
        rest, new = left / lower, (left + chance) / (lower + self.lower)
        change = chance * (np.log(self.lower * new) - np.log(chance))
        change += left * (np.log(new) - np.log(rest))
        gained: Floats = -follows.get(self.histories, 0.0)[self.which] * change
        return gained

    def _sum(self, values: Floats) -> Floats:
        return np.bincount(self.which, values, len(self.histories)).astype(np.float64)


def _before(keys: Ints, raw: Ints, longer: Ints, length: int, symbols: Symbols) -> Ints:
    """Return how many words stand before each sequence; its count where nothing can."""
    ends, counts = np.unique(longer % symbols.base**length, return_counts=True)
    before = Level(ends, counts.astype(np.float64)).get(keys, 0.0).astype(np.int64)
    return np.where(before > 0, before, raw)


def _smoothed(keys: Ints, counts: Ints, length: int, lower: Model) -> tuple[Level, Level]:
    """Return the chances of sequences, and what is left to others after each beginning."""
    base = lower.symbols.base
    histories, which = np.unique(keys // base, return_inverse=True)
    total = np.bincount(which, counts, len(histories))
    less = _discounts(counts)[np.minimum(counts, 3)]
    rest = np.bincount(which, less, len(histories)) / total
    chances = (counts - less) / total[which]
    if length > 1:
        chances += rest[which] * lower.chances(keys % base ** (length - 1), length - 1)
    return Level(keys, chances), Level(histories, rest)


def _over_all(even: Level, told: Level, rest: Level) -> Level:
    """Return the chances of single words, what is left spread evenly over all there are."""
    share = float(rest.values[0]) / len(even.keys)
    return Level(even.keys, told.get(even.keys, 0.0) + share)


def _discounts(counts: Ints) -> Floats:
    """Return what is taken off counts of 0, 1, 2 and more, (4,)."""
    ones, twos, threes, fours = (max(int((counts == n).sum()), 1) for n in (1, 2, 3, 4))
    share = ones / (ones + 2 * twos)
    less = (
        1 - 2 * share * twos / ones,
        2 - 3 * share * threes / twos,
        3 - 4 * share * fours / threes,
    )
    return np.array([0.0, *(min(max(d, 0.1), n - 0.1) for n, d in enumerate(less, 1))])


def _shares(
    texts: Sequence[Ints], weights: Sequence[float], length: int, symbols: Symbols
) -> Level:
    parts = [np.unique(windows(text, length + 1, symbols) // symbols.base, return_counts=True)
             for text in texts]  # fmt: skip
    keys = np.unique(np.concatenate([found for found, _ in parts]))
    whole = np.zeros(len(keys))
    for (found, counts), weight in zip(parts, weights, strict=True):
        whole += Level(found, weight * counts / counts.sum()).get(keys, 0.0)
    return Level(keys, whole)
