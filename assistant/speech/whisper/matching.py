"""The sentences of a graph that a sound is likeliest to be: a beam search along its words.

All hypotheses write one token at a time, none that leads out of the graph; as the words are given,
what is heard wrongly in noise is found again where any of them fits it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace

import numpy as np

from assistant.speech.recognizer import UNKNOWN
from assistant.speech.whisper.checkpoint import Checkpoint
from assistant.speech.whisper.decoding import TICKS, left_over, middle
from assistant.speech.whisper.network import Network, Opened
from assistant.turn.hearing import WordGraph

BEAMS = 6
"""Hypotheses that go on after each token."""

NARROW = 9.0
"""How much less likely than the best a hypothesis may be that goes on."""

LONGEST = 60
"""Tokens of a sentence, at most."""

Encode = Callable[[str], Sequence[int]]


@dataclass(frozen=True)
class _Way:
    """A hypothesis: where it is in the graph, the tokens of the word that are still to come.

    ``reached`` is the tick of the sound that its words account for; ``over`` tells that its last
    word, and the full stop, are written.
    """

    words: tuple[str, ...]
    state: int
    coming: tuple[int, ...]
    score: float
    reached: float = 0.0
    over: bool = False


class Matcher:
    """Finds sentences; the tokens of words are kept from one search to the next."""

    def __init__(self, network: Network, of: Checkpoint, encode: Encode) -> None:
        self._network = network
        self._of = of
        self._encode = encode
        self._known: dict[str, tuple[int, ...]] = {}
        self._stop = next(iter(encode(".")))

    def likeliest(self, opened: Opened, graph: WordGraph) -> list[tuple[str, float]]:
        """Return sentences of a graph, best first.

        Their scores are log-likelihoods, less what they leave over of the sound.
        """
        last = round(opened.seconds * TICKS)
        step = self._network.on(opened, np.array([[self._of.timed]]), np.array([0]))
        ways = [_Way((), 0, (), 0.0)]
        found: dict[str, float] = {}
        for _ in range(LONGEST):
            logs = step.logs[:, -1]
            ways, rows, tokens = self._on(ways, logs, graph, found, last)
            if not ways or max(found.values(), default=-np.inf) >= ways[0].score:
                break
            keys, values = (each[:, rows] for each in step.past)
            step = self._network.step(
                opened.sound, np.array(tokens)[:, None], np.array([0]), (keys, values)
            )
            looks = step.attention[:, :, -1, : last + 1]
            ways = [_looking(way, look) for way, look in zip(ways, looks, strict=True)]
        return sorted(found.items(), key=lambda each: -each[1])

    def _on(
        self,
        ways: Sequence[_Way],
        logs: np.ndarray,
        graph: WordGraph,
        found: dict[str, float],
        last: int,
    ) -> tuple[list[_Way], list[int], list[int]]:
        """Return the ways that go on by one token, the rows they came from, and those tokens."""
        on: list[tuple[_Way, int, int]] = []
        for row, way in enumerate(ways):
            if way.over:
                ended = way.score + self._ending(logs[row]) - left_over(way.reached, last)
                text = " ".join(way.words)
                found[text] = max(ended, found.get(text, -np.inf))
                continue
            for next_, token in self._next(way, graph):
                score = way.score + float(logs[row, token])
                on.append((_Way(*next_[:3], score, way.reached, next_[3]), row, token))
        on.sort(key=lambda each: -each[0].score)
        kept = [each for each in on[:BEAMS] if each[0].score > on[0][0].score - NARROW]
        return [way for way, _, _ in kept], [row for _, row, _ in kept], [t for _, _, t in kept]

    def _next(
        self, way: _Way, graph: WordGraph
    ) -> Iterator[tuple[tuple[tuple[str, ...], int, tuple[int, ...], bool], int]]:
        """Give what a way may become by one token, and that token."""
        if way.coming:
            yield (way.words, way.state, way.coming[1:], False), way.coming[0]
            return
        if way.words and way.state in graph.ends:
            yield (way.words, way.state, (), True), self._stop
        for word, state in graph.arcs[way.state].items():
            if word != UNKNOWN:
                tokens = self._tokens(word, first=not way.words)
                yield ((*way.words, word), state, tokens[1:], False), tokens[0]

    def _tokens(self, word: str, *, first: bool) -> tuple[int, ...]:
        written = f"I{word[1:]}" if word == "i" or word.startswith("i'") else word
        written = f" {written[:1].upper()}{written[1:]}" if first else f" {written}"
        if written not in self._known:
            self._known[written] = tuple(self._encode(written))
        return self._known[written]

    def _ending(self, logs: np.ndarray) -> float:
        """Return how likely it is that nothing follows: the end, or a time."""
        times = np.logaddexp.reduce(logs[self._of.timed :])
        return float(np.logaddexp(logs[self._of.end], times))


def _looking(way: _Way, look: np.ndarray) -> _Way:
    """Return a way after it was seen where its newest token looks."""
    return way if way.over else replace(way, reached=max(way.reached, middle(look)))
