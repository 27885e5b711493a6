"""The sentences of a graph that a sound is likeliest to be: a beam search along its words.

All hypotheses write one token at a time, none that leads out of the graph; as the words are given,
what is heard wrongly in noise is found again where any of them fits it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace

import numpy as np

from assistant.language.spoken import as_sentence, lettered
from assistant.speech.recognizer import UNKNOWN
from assistant.speech.whisper.decoding import TICKS, Decoder, left_over, middle
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

    ``reached`` is the tick of the sound that its words account for.
    """

    words: tuple[str, ...]
    state: int
    coming: tuple[int, ...]
    score: float
    reached: float = 0.0


class Matcher:
    """Finds sentences; the tokens of words are kept from one search to the next."""

    def __init__(self, network: Network, decoder: Decoder, first: int, encode: Encode) -> None:
        """Begin each sentence with the token ``first``, the time 0."""
        self._network = network
        self._decoder = decoder
        self._first = first
        self._encode = encode
        self._known: dict[str, tuple[int, ...]] = {}

    def likeliest(self, opened: Opened, graph: WordGraph) -> list[tuple[str, float]]:
        """Return sentences of a graph, best first.

        Their scores are log-likelihoods, less what they leave over of the sound.
        """
        last = round(opened.seconds * TICKS)
        step = self._network.on(opened, np.array([[self._first]]), np.array([0]))
        ways = [_Way((), 0, (), 0.0)]
        found: dict[str, float] = {}
        for _ in range(LONGEST):
            logs = step.logs[:, -1]
            found |= self._ended(ways, logs, graph, last)
            ways, rows, tokens = self._on(ways, logs, graph)
            if not ways or max(found.values(), default=-np.inf) >= ways[0].score:
                break
            keys, values = (each[:, rows] for each in step.past)
            step = self._network.step(
                opened.sound, np.array(tokens)[:, None], np.array([0]), (keys, values)
            )
            looks = step.attention[:, :, -1, : last + 1]
            ways = [_looking(way, look) for way, look in zip(ways, looks, strict=True)]
        return sorted(found.items(), key=lambda each: -each[1])

    def _ended(
        self, ways: Sequence[_Way], logs: np.ndarray, graph: WordGraph, last: int
    ) -> dict[str, float]:
        """Return the sentences that may end here, with their scores."""
        return {
            " ".join(way.words): way.score
            + self._decoder.ending(logs[row])
            - left_over(way.reached, last)
            for row, way in enumerate(ways)
            if way.words and not way.coming and way.state in graph.ends
        }

    def _on(
        self, ways: Sequence[_Way], logs: np.ndarray, graph: WordGraph
    ) -> tuple[list[_Way], list[int], list[int]]:
        """Return the ways that go on by one token, the rows they came from, and those tokens."""
        on = [
            (replace(after, score=way.score + float(logs[row, token])), row, token)
            for row, way in enumerate(ways)
            for after, token in self._next(way, graph)
        ]
        on.sort(key=lambda each: -each[0].score)
        kept = [each for each in on[:BEAMS] if each[0].score > on[0][0].score - NARROW]
        return [way for way, _, _ in kept], [row for _, row, _ in kept], [t for _, _, t in kept]

    def _next(self, way: _Way, graph: WordGraph) -> Iterator[tuple[_Way, int]]:
        """Give what a way may become by one token, and that token."""
        if way.coming:
            yield replace(way, coming=way.coming[1:]), way.coming[0]
            return
        for word, state in graph.arcs[way.state].items():
            if word != UNKNOWN:
                first, *others = self._tokens(word, first=not way.words)
                words = (*way.words, word)
                yield _Way(words, state, tuple(others), way.score, way.reached), first

    def _tokens(self, word: str, *, first: bool) -> tuple[int, ...]:
        written = as_sentence(word) if first else lettered(word)
        if written not in self._known:
            self._known[written] = tuple(self._encode(f" {written}"))
        return self._known[written]


def _looking(way: _Way, look: np.ndarray) -> _Way:
    """Return a way after it was seen where its newest token looks."""
    return replace(way, reached=max(way.reached, middle(look)))
