"""The sentences of a graph that a sound is likeliest to be: a beam search along its words.

All hypotheses write one token at a time, none that leads out of the graph; as the words are given,
what is heard wrongly in noise is found again where any of them fits it.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import NamedTuple

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


class _Leading(NamedTuple):
    """The words that lead on from a state: their first tokens; and word, state and all tokens."""

    firsts: np.ndarray
    on: list[tuple[str, int, tuple[int, ...]]]


class Matcher:
    """Finds sentences; what leads on from a state is kept from one search to the next."""

    def __init__(self, network: Network, decoder: Decoder, first: int, encode: Encode) -> None:
        """Begin each sentence with the token ``first``, the time 0."""
        self._network = network
        self._decoder = decoder
        self._first = first
        self._encode = encode
        self._known: dict[str, tuple[int, ...]] = {}
        self._graph: WordGraph | None = None
        self._led: dict[tuple[int, bool], _Leading] = {}

    def likeliest(self, opened: Opened, graph: WordGraph, least: float) -> list[tuple[str, float]]:
        """Return sentences of a graph, best first; the search ends where none can reach ``least``.

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
            if not ways or max((least, *found.values())) >= ways[0].score:
                break
            same = rows == list(range(step.past[0].shape[1]))
            keys, values = step.past if same else (each.take(rows, axis=1) for each in step.past)
            del step, logs  # tens of megabytes
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
            (score, row, at)
            for row, way in enumerate(ways)
            for score, at in self._best(way, logs[row], graph)
        ]
        on.sort(key=lambda each: -each[0])
        kept = [each for each in on[:BEAMS] if each[0] > on[0][0] - NARROW]
        made = [self._after(ways[row], score, at, graph) for score, row, at in kept]
        return [way for way, _ in made], [row for _, row, _ in kept], [token for _, token in made]

    def _best(self, way: _Way, logs: np.ndarray, graph: WordGraph) -> list[tuple[float, int]]:
        """Return the scores of the likeliest tokens that may follow, and their places there."""
        if way.coming:
            return [(way.score + float(logs[way.coming[0]]), 0)]
        scores = way.score + logs[self._leading(way, graph).firsts].astype(np.float64)
        best = np.argsort(-scores, kind="stable")[:BEAMS]
        return [(float(scores[at]), int(at)) for at in best]

    def _after(self, way: _Way, score: float, at: int, graph: WordGraph) -> tuple[_Way, int]:
        """Return what a way becomes by the token of a place, and that token."""
        if way.coming:
            return replace(way, coming=way.coming[1:], score=score), way.coming[0]
        word, state, (first, *others) = self._leading(way, graph).on[at]
        return _Way((*way.words, word), state, tuple(others), score, way.reached), first

    def _leading(self, way: _Way, graph: WordGraph) -> _Leading:
        """Return where the words that may come after a way lead."""
        if graph is not self._graph:
            self._graph, self._led = graph, {}
        key = way.state, not way.words
        if key not in self._led:
            on = [
                (word, state, self._tokens(word, first=key[1]))
                for word, state in graph.arcs[way.state].items()
                if word != UNKNOWN
            ]
            firsts = np.array([tokens[0] for _, _, tokens in on], np.int64)
            self._led[key] = _Leading(firsts, on)
        return self._led[key]

    def _tokens(self, word: str, *, first: bool) -> tuple[int, ...]:
        written = as_sentence(word) if first else lettered(word)
        if written not in self._known:
            self._known[written] = tuple(self._encode(f" {written}"))
        return self._known[written]


def _looking(way: _Way, look: np.ndarray) -> _Way:
    """Return a way after it was seen where its newest token looks."""
    return replace(way, reached=max(way.reached, middle(look)))
