"""What can be said as an automaton over spoken words, for an ear that hears nothing else.

The places of a plan are one as they stand, but many lead on by one word. First come the ways in
which people say the same: what is put before and behind any request, "what's" for "what is", "a"
for "an". Then sets of places are made the states (the subset construction), so that a recognizer
follows one path for one sentence, and an example's own words are no hindrance to any of those ways.
States that lead on alike are made one in the end.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence

from assistant.language.words import AFTER, BEFORE, CONTRACTED, HEADS, WHOLE
from assistant.turn.hearing import WordGraph
from assistant.understanding.spoken.phrases import ANYTHING
from assistant.understanding.spoken.plan import START, Plan

Row = dict[str, set[int]]
"""Where each word leads from a place."""


def word_graph(plan: Plan, sounds_like: Mapping[str, str]) -> WordGraph | None:
    """Return the automaton of a plan; None where nothing can be said.

    ``sounds_like`` are words that may be heard as others: those lead on as they do.
    """
    places = _Places(plan)
    places.wrap()
    places.reword(_wordings(sounds_like))
    graph = minimal(places.determined())
    return graph if graph.ends else None


def minimal(graph: WordGraph) -> WordGraph:
    """Return the automaton with states made one that the same words lead to an end from.

    States are parted until none of a class leads elsewhere than another (Moore 1956); of the
    bundled skills a third of the states and a quarter of the arcs stay.
    """
    classes = [int(state in graph.ends) for state in range(len(graph.arcs))]
    count = len(set(classes))
    while True:
        seen: dict[tuple[int, frozenset[tuple[str, int]]], int] = {}
        classes = [
            seen.setdefault(
                (classes[state], frozenset((w, classes[to]) for w, to in row.items())), len(seen)
            )
            for state, row in enumerate(graph.arcs)
        ]
        if len(seen) == count:
            break
        count = len(seen)
    first: dict[int, int] = {}
    for state, kind in enumerate(classes):
        first.setdefault(kind, state)
    arcs = tuple(
        {word: classes[to] for word, to in graph.arcs[state].items()} for state in first.values()
    )
    return WordGraph(arcs, frozenset(classes[state] for state in graph.ends))


def _wordings(sounds_like: Mapping[str, str]) -> Iterable[tuple[list[str], list[str]]]:
    """Give words and how they may be heard instead."""
    for said, heard in sounds_like.items():
        yield said.split(), heard.split()
    for ending, full in CONTRACTED.items():
        for head in HEADS:
            yield [head, full], [head + ending]
    for heard, said in WHOLE.items():
        if heard != "an":
            yield said.split(), [heard]
    yield ["a"], ["an"]
    yield ["an"], ["a"]


class _Places:
    """Where the words lead from each place, by one word to several places."""

    def __init__(self, plan: Plan) -> None:
        self.rows: list[Row] = [defaultdict(set) for _ in plan.kinds]
        self.ends = {place for _, places in plan.ends for place in places}
        for before, place in plan.arcs:
            for word in plan.kinds[place] or (ANYTHING,):
                self.rows[before][word].add(place)

    def wrap(self) -> None:
        """Let what may be said around a request stand before and behind every sentence.

        Each phrase leads back to where it began, so that any may follow another.
        """
        for phrase in BEFORE:
            self._lay([START], phrase.split(), START)
        behind = self._new()
        self.ends.add(behind)
        for phrase in AFTER:
            self._lay(sorted(self.ends), phrase.split(), behind)

    def reword(self, wordings: Iterable[tuple[Sequence[str], Sequence[str]]]) -> None:
        """Let words lead where others lead that they are heard for."""
        saying: dict[str, list[int]] = defaultdict(list)
        for place, row in enumerate(self.rows):
            for word in row:
                saying[word].append(place)
        for said, heard in wordings:
            found: dict[int, list[int]] = defaultdict(list)
            for place in saying[said[0]]:
                for end in self._led(place, said):
                    found[end].append(place)
            for end, places in found.items():
                self._lay(places, heard, end)

    def _led(self, place: int, words: Sequence[str]) -> set[int]:
        """Return where words lead from a place."""
        reached = {place}
        for word in words:
            reached = {end for each in reached for end in self.rows[each].get(word, ())}
        return reached

    def _lay(self, places: Iterable[int], words: Sequence[str], end: int) -> None:
        """Lay one way of words from all of some places to another."""
        for word in reversed(words[1:]):
            before = self._new()
            self.rows[before][word].add(end)
            end = before
        for place in places:
            self.rows[place][words[0]].add(end)

    def _new(self) -> int:
        self.rows.append(defaultdict(set))
        return len(self.rows) - 1

    def determined(self) -> WordGraph:
        """Return the automaton whose states are the sets of places that words lead to."""
        states = {frozenset((START,)): 0}
        waiting = list(states)
        arcs: list[dict[str, int]] = []
        for state in waiting:  # grows while it is gone through
            arcs.append({})
            for word, places in self._after(state).items():
                reached = frozenset(places)
                if reached not in states:
                    states[reached] = len(states)
                    waiting.append(reached)
                arcs[-1][word] = states[reached]
        ends = frozenset(number for state, number in states.items() if state & self.ends)
        return WordGraph(tuple(arcs), ends)

    def _after(self, state: Iterable[int]) -> Row:
        """Return where each word leads from any of some places."""
        after: Row = defaultdict(set)
        for place in sorted(state):
            for word, places in self.rows[place].items():
                after[word] |= places
        return after
