"""The way through what can be said that is nearest to what was heard.

N is the number of places, A of arcs between them, V of words.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise
from weakref import proxy

import numpy as np
from numpy.typing import NDArray

from assistant.language.records import dataclass
from assistant.language.sounds import Lexicon, size
from assistant.language.words import AFTER, BEFORE, HAILS, HESITATIONS, POLITE
from assistant.understanding.spoken.plan import START, Plan

Ints = NDArray[np.int64]
Words = NDArray[np.int32]
Floats = NDArray[np.float32]

TYPED = 0.05
"""What a word of a typed slot costs: fewer are nearer."""

ANYWHERE = HESITATIONS | HAILS | POLITE
AROUND = tuple(
    frozenset(word for phrase in phrases for word in phrase.split()) for phrases in (BEFORE, AFTER)
)
PASSED_OVER = 0.25
"""What a word too many costs that only fills a pause or, before and behind the rest, is polite."""

SKIPS = 3
"""Words in a row that may have been missed."""

STEPS_KEPT, WORDS_KEPT = 64, 64
"""Beginnings of what was heard that are kept, as hypotheses have most of them in common, and words:
150 and 75 kB each with the bundled skills."""


@dataclass(frozen=True, slots=True)
class Way:
    """Words that can be said, the intent they belong to, and how far from what was heard.

    ``literal`` is the size of those words that no free slot took: what the cost is to be held
    against. ``free`` is what the words in free slots cost.
    """

    intent: str
    text: str
    cost: float
    literal: float
    free: float


class Paths:
    """The graph of the templates; ``nearest`` finds the way nearest to what was heard."""

    def __init__(self, plan: Plan) -> None:
        """Turn the plan into arrays, the arcs sorted by where they lead."""
        words = sorted({word for kind in plan.kinds for word in kind})
        self.lexicon = Lexicon(words)
        self.kinds = plan.kinds
        count = len(plan.kinds)
        # A place that no arc leads to gets one from itself: at no cost is it ever reached.
        led = {j for _, j in plan.arcs}
        alone = ((place, place) for place in range(count) if place not in led)
        arcs = np.array(sorted((j, i) for i, j in (*plan.arcs, *alone)), np.int64)
        self._src = arcs[:, 1].copy()
        self._first = np.searchsorted(arcs[:, 0], np.arange(count + 1))
        self._ends = _ends(plan)
        self._last = np.array(sorted({place for _, ends in plan.ends for place in ends}), np.int64)
        self.literal = np.full(count, -1, np.int64)
        self.free = np.zeros(count, np.float32)
        self._classes: list[tuple[Ints, Ints]] = []
        self._costs: dict[str, tuple[Floats, Words]] = {}
        self._sort(plan)
        self._steps: dict[tuple[str, ...], _Step] = {}

    def nearest(self, heard: Sequence[str], most: int = 3) -> list[Way]:
        """Return up to ``most`` ways, the nearest first, one an intent."""
        if not heard or not self._ends:
            return []
        if len(self._steps) > STEPS_KEPT:
            self._steps.clear()
        step = self._step((), None)
        for i in range(len(heard)):
            step = self._step(tuple(heard[: i + 1]), step)
        return step.best(most)

    def _step(self, words: tuple[str, ...], before: _Step | None) -> _Step:
        """Return the step after some words; hypotheses that begin alike share it."""
        step = self._steps.get(words)
        if step is None:
            step = self._steps[words] = _Step(self, before, words[-1] if words else "")
        return step

    def _sort(self, plan: Plan) -> None:
        """Tell literal places, free ones and those of each class of words apart."""
        members: dict[tuple[str, ...], list[int]] = {}
        for place, kind in enumerate(plan.kinds):
            if place == START:
                continue
            if not kind:
                self.free[place] = plan.loose[place]
            elif len(kind) == 1:
                self.literal[place] = self.lexicon.place[kind[0]]
            else:
                members.setdefault(kind, []).append(place)
        for kind, places in members.items():
            words = np.array([self.lexicon.place[word] for word in kind], np.int64)
            self._classes.append((np.array(places, np.int64), words))
        self._literals = np.flatnonzero(self.literal >= 0)
        self._free = np.flatnonzero(self.free)
        skip = np.full(len(plan.kinds), np.inf, np.float32)
        skip[self._literals] = self.lexicon.sizes[self.literal[self._literals]]
        self.skip = skip

    def costs(self, word: str) -> tuple[Floats, Words]:
        """Return what it costs each place (N,) to be the heard word, and the word it is then.

        The word is a number of the lexicon, -1 for the heard one itself.
        """
        if word not in self._costs:
            if len(self._costs) >= WORDS_KEPT:
                self._costs.clear()
            self._costs[word] = self._measure(word)
        return self._costs[word]

    def _measure(self, word: str) -> tuple[Floats, Words]:
        far = self.lexicon.distances(word)
        cost = np.full(len(self.kinds), np.inf, np.float32)
        said = np.full(len(self.kinds), -1, np.int32)
        cost[self._literals] = far[self.literal[self._literals]]
        said[self._literals] = self.literal[self._literals]
        for places, words in self._classes:
            best = words[int(far[words].argmin())]
            cost[places], said[places] = far[best] + TYPED, best
        cost[self._free] = self.free[self._free] * size(word)
        return cost, said

    def too_many(self, word: str) -> Floats:
        """Return what it costs at each place (N,) that a heard word is one too many there."""
        least = PASSED_OVER if word in ANYWHERE else size(word)
        cost = np.full(len(self.kinds), least, np.float32)
        before, after = AROUND
        if word in before:
            cost[START] = min(least, PASSED_OVER)
        if word in after:
            cost[self._last] = min(least, PASSED_OVER)
        return cost

    def step(self, before: Floats) -> Floats:
        """Return the least cost (N,) over the arcs into each place."""
        least: Floats = np.minimum.reduceat(before[self._src], self._first[:-1])
        return least

    def came(self, before: Floats, place: int) -> int:
        """Return from where a place was reached at the least cost."""
        sources = self._src[self._first[place] : self._first[place + 1]]
        costs = before[sources]
        return int(sources[np.flatnonzero(costs == costs.min())[-1]])

    def ending(self, cost: Floats) -> list[tuple[str, int]]:
        """Return for each intent the place of the least cost among those where it may end."""
        return [(intent, int(places[cost[places].argmin()])) for intent, places in self._ends]


def _ends(plan: Plan) -> list[tuple[str, Ints]]:
    """Return the places where each intent may end, in the order of its templates."""
    places: dict[str, list[int]] = {}
    for intent, ends in plan.ends:
        places.setdefault(intent, []).extend(ends)
    return [(intent, np.array(each, np.int64)) for intent, each in places.items()]


class _Step:
    """The least cost (N,) of being at each place after the words so far.

    ``rounds`` are the costs after this word, and after each round of words that were missed. Which
    way one came is told by them: nothing else is kept.
    """

    def __init__(self, paths: Paths, before: _Step | None, word: str) -> None:
        # No cycle: the arrays are to go when they are dropped, not when the collector comes by.
        self._paths: Paths = proxy(paths)
        self._before = before
        self._word = word
        if before is None:
            cost = np.full(len(paths.kinds), np.inf, np.float32)
            cost[START] = 0.0
        else:
            cost = self._said(before.cost)
        self._rounds = [cost]
        for _ in range(SKIPS):
            self._rounds.append(np.minimum(cost := self._rounds[-1], paths.step(cost) + paths.skip))

    @property
    def cost(self) -> Floats:
        """Return the cost after the word and those missed after it, (N,)."""
        return self._rounds[-1]

    def _said(self, before: Floats) -> Floats:
        """Let the heard word be one on the way, or one too many."""
        there, _ = self._paths.costs(self._word)
        extra = before + self._paths.too_many(self._word)
        cost: Floats = np.minimum(extra, self._paths.step(before) + there)
        return cost

    def best(self, most: int) -> list[Way]:
        """Return the nearest ways, one an intent."""
        found = [
            (float(self.cost[place]), intent, place)
            for intent, place in self._paths.ending(self.cost)
        ]
        near = sorted((each for each in found if each[0] < np.inf), key=lambda each: each[0])
        return [self._way(intent, place, cost) for cost, intent, place in near[:most]]

    def _way(self, intent: str, place: int, cost: float) -> Way:
        """Read the words off the way that led to a place."""
        words: list[str] = []
        literal = free = 0.0
        step: _Step | None = self
        while step is not None:
            place, missed = step._missed(place)
            place, said, loose = step._came(place)
            words += [*missed, *said]
            free += loose * sum(map(size, said))
            literal += sum(map(size, missed if loose else (*missed, *said)))
            step = step._before
        text = " ".join(reversed(words))
        return Way(intent, text, round(cost, 3), round(literal, 3), round(free, 3))

    def _missed(self, place: int) -> tuple[int, list[str]]:
        """Return where one was before words were missed, and these, the last first."""
        words = []
        for after, before in pairwise(reversed(self._rounds)):
            if after[place] < before[place]:
                words.append(self._paths.lexicon.words[self._paths.literal[place]])
                place = self._paths.came(before, place)
        return place, words

    def _came(self, place: int) -> tuple[int, list[str], float]:
        """Return where one was before the heard word, what it is, and what a free one costs.

        No word where the heard one was one too many.
        """
        if self._before is None:
            return place, [], 0.0
        paths, before = self._paths, self._before.cost
        there, said = paths.costs(self._word)
        source = paths.came(before, place)
        if before[place] + paths.too_many(self._word)[place] < before[source] + there[place]:
            return place, [], 0.0
        if said[place] < 0:
            return source, [self._word], float(paths.free[place])
        return source, [paths.lexicon.words[said[place]]], 0.0
