"""All that can be said now as one graph of words, and the way through it nearest to what was heard.

N is the number of places, A of arcs between them, V of words. A place stands for one word: one of
a template's own, one of the words a typed slot is said with, or any word where a slot takes any.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from assistant.understanding.matching import CONTRACTED, HEADS, WHOLE
from assistant.understanding.spoken.sounds import Lexicon, size
from assistant.understanding.templates import Hole, OneOf, Template, Word

if TYPE_CHECKING:
    from assistant.understanding.templates import Node

Ints = NDArray[np.int64]
Floats = NDArray[np.float32]

ANY, OTHER = 0.12, 0.5
"""What a word costs where any word may stand, as a share of leaving it out: a template's own word
that sounds the same is nearer. More where words are known that are likelier to be meant."""

TYPED = 0.05
"""What a word of a typed slot costs: fewer are nearer."""

POLITE = frozenset(
    "please hey hi hello ok okay so well just um uh er assistant computer thanks you could would "
    "can will kindly now".split()
)
PASSED_OVER = 0.25
"""Words of politeness, and what one of them too many costs."""

SKIPS = 3
"""Words in a row that may have been missed."""

START = 0

STAYS = -2
"""Where one came from when a heard word was one too many."""

UNSAYABLE = "?"
"""What a word without letters is read as."""


@dataclass(frozen=True, slots=True)
class Filling:
    """What a slot is said with: whole ``wordings``, a loop of ``words``, or any words at all."""

    wordings: tuple[str, ...] = ()
    words: tuple[str, ...] = ()
    anything: bool = False


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


def undone(text: str) -> list[str]:
    """Return a text's words, lower case, contractions undone; one without letters is "?"."""
    words: list[str] = []
    for raw in re.findall(r"[^\s-]+", text.lower()):
        word = raw.strip('.,!?;:"“”()')
        if word and not any(sign.isalpha() for sign in word):
            words.append(UNSAYABLE)
        elif word:
            words += _apart(word)
    return words


def _apart(word: str) -> list[str]:
    if word in WHOLE and word != "an":
        return WHOLE[word].split()
    for ending, full in CONTRACTED.items():
        if word.endswith(ending) and word.removesuffix(ending) in HEADS:
            return [word.removesuffix(ending), full]
    return [word]


class Paths:
    """The graph of the templates; ``nearest`` finds the way nearest to what was heard."""

    def __init__(
        self,
        templates: Iterable[tuple[str, Template]],
        fillings: Mapping[str, Mapping[str, Filling]],
    ) -> None:
        """Build it of (intent, template) and, for each intent, what its slots are said with."""
        plan = _Plan()
        for intent, template in templates:
            plan.add(intent, template, fillings.get(intent, {}))
        self._lay(plan)

    def nearest(self, heard: Sequence[str], most: int = 3) -> list[Way]:
        """Return up to ``most`` ways, the nearest first, one an intent."""
        if not heard or len(self._src) == 0:
            return []
        walk = _Walk(self, heard)
        return walk.best(most)

    def _lay(self, plan: _Plan) -> None:
        """Turn the plan into arrays, the arcs sorted by where they lead."""
        words = sorted({word for kind in plan.kinds for word in kind})
        self.lexicon = Lexicon(words)
        self.kinds = plan.kinds
        arcs = np.array(sorted((j, i) for i, j in plan.arcs), np.int64).reshape(-1, 2)
        self._src, dst = arcs[:, 1], arcs[:, 0]
        self._reached, self._first, counts = np.unique(dst, return_index=True, return_counts=True)
        self._segment = np.repeat(np.arange(len(counts)), counts)
        self._ends = plan.ends
        count = len(plan.kinds)
        self.literal = np.full(count, -1, np.int64)
        self.free = np.zeros(count, np.float32)
        self._classes: list[tuple[Ints, Ints]] = []
        self._sort(plan)

    def _sort(self, plan: _Plan) -> None:
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

    def costs(self, word: str) -> tuple[Floats, Ints]:
        """Return what it costs each place (N,) to be the heard word, and the word it is then.

        The word is a number of the lexicon, -1 for the heard one itself.
        """
        far = self.lexicon.distances(word)
        cost = np.full(len(self.kinds), np.inf, np.float32)
        said = np.full(len(self.kinds), -1, np.int64)
        cost[self._literals] = far[self.literal[self._literals]]
        said[self._literals] = self.literal[self._literals]
        for places, words in self._classes:
            best = words[int(far[words].argmin())]
            cost[places], said[places] = far[best] + TYPED, best
        cost[self._free] = self.free[self._free] * size(word)
        return cost, said

    def step(self, before: Floats) -> tuple[Floats, Ints]:
        """Return the least cost (N,) over the arcs into each place, and where it came from."""
        along = before[self._src]
        least = np.full(len(before), np.inf, np.float32)
        came = np.full(len(before), -1, np.int64)
        best = np.minimum.reduceat(along, self._first)
        where = np.where(along == best[self._segment], np.arange(len(along)), -1)
        least[self._reached] = best
        came[self._reached] = self._src[np.maximum.reduceat(where, self._first)]
        return least, came


class _Plan:
    """The graph while it is made. A place's kind is its words; none means any word."""

    def __init__(self) -> None:
        self.kinds: list[tuple[str, ...]] = [()]
        self.loose: dict[int, float] = {}
        self.arcs: set[tuple[int, int]] = set()
        self.ends: list[tuple[str, Ints]] = []

    def add(self, intent: str, template: Template, fillings: Mapping[str, Filling]) -> None:
        """Add a template's places; ``ends`` keeps where it may end."""
        last = self._sequence(template.nodes, {START}, fillings)
        if last - {START}:
            self.ends.append((intent, np.array(sorted(last - {START}), np.int64)))

    def _sequence(
        self, nodes: Sequence[Node], before: set[int], fillings: Mapping[str, Filling]
    ) -> set[int]:
        """Append nodes after some places; return the places they end with."""
        for node in nodes:
            if isinstance(node, Word):
                for word in undone(node.text):
                    # What has no letters is never said.
                    before = set() if word == UNSAYABLE else {self._place((word,), before)}
            elif isinstance(node, Hole):
                before = self._hole(fillings.get(node.name, Filling(anything=True)), before)
            else:
                before = self._one_of(node, before, fillings)
        return before

    def _one_of(self, node: OneOf, before: set[int], fillings: Mapping[str, Filling]) -> set[int]:
        after: set[int] = set(before) if node.optional else set()
        for option in node.options:
            after |= self._sequence(option, before, fillings)
        return after

    def _hole(self, filling: Filling, before: set[int]) -> set[int]:
        after: set[int] = set()
        for wording in filling.wordings:
            last = before
            for word in undone(wording):
                last = {self._place((word,), last)}
            after |= last
        if filling.words:
            after.add(self._loop(filling.words, before))
        if filling.anything:
            loop = self._loop((), before)
            self.loose[loop] = OTHER if filling.wordings else ANY
            after.add(loop)
        return after

    def _loop(self, words: tuple[str, ...], before: set[int]) -> int:
        place = self._place(words, before)
        self.arcs.add((place, place))
        return place

    def _place(self, kind: tuple[str, ...], before: set[int]) -> int:
        self.kinds.append(kind)
        place = len(self.kinds) - 1
        self.arcs.update((each, place) for each in before)
        return place


class _Walk:
    """One alignment: a layer after each heard word, each with rounds of words that were missed."""

    def __init__(self, paths: Paths, heard: Sequence[str]) -> None:
        self._paths = paths
        self._heard = heard
        self._layers: list[tuple[str, Ints, Ints | None]] = []
        cost = np.full(len(paths.kinds), np.inf, np.float32)
        cost[START] = 0.0
        cost = self._missed(cost)
        for word in heard:
            cost = self._missed(self._said(cost, word))
        self.cost = cost

    def _said(self, before: Floats, word: str) -> Floats:
        """Let a heard word be one on the way, or one too many."""
        paths = self._paths
        least, came = paths.step(before)
        there, said = paths.costs(word)
        onward = least + there
        extra = before + (PASSED_OVER if word in POLITE else size(word))
        stays = extra < onward
        came = np.where(stays, STAYS, came)
        self._layers.append((word, came, said))
        return np.where(stays, extra, onward).astype(np.float32)

    def _missed(self, cost: Floats) -> Floats:
        """Let words of the way have been missed, up to ``SKIPS`` in a row."""
        paths = self._paths
        for _ in range(SKIPS):
            least, came = paths.step(cost)
            over = least + paths.skip
            better = over < cost
            self._layers.append(("", np.where(better, came, STAYS), None))
            cost = np.where(better, over, cost).astype(np.float32)
        return cost

    def best(self, most: int) -> list[Way]:
        """Return the nearest ways, one an intent."""
        found: dict[str, tuple[float, int]] = {}
        for intent, places in self._paths._ends:
            place = int(places[self.cost[places].argmin()])
            cost = float(self.cost[place])
            if cost < found.get(intent, (np.inf, 0))[0]:
                found[intent] = (cost, place)
        ranked = sorted(found.items(), key=lambda item: item[1][0])[:most]
        return [self._way(intent, place, cost) for intent, (cost, place) in ranked]

    def _way(self, intent: str, place: int, cost: float) -> Way:
        """Read the words off the way that led to a place."""
        words: list[str] = []
        literal = free = 0.0
        lexicon = self._paths.lexicon.words
        for heard, came, said in reversed(self._layers):
            source = int(came[place])
            if source == STAYS:
                continue
            if said is not None and said[place] < 0:
                words.append(heard)
                free += float(self._paths.free[place]) * size(heard)
            else:
                word = lexicon[self._paths.literal[place] if said is None else said[place]]
                words.append(word)
                literal += size(word)
            place = source
        text = " ".join(reversed(words))
        return Way(intent, text, round(cost, 3), round(literal, 3), round(free, 3))
