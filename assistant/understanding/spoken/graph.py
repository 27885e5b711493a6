"""What can be said as an automaton over spoken words, for an ear that hears nothing else.

The places of a plan are one as they stand, but many lead on by one word; sets of them are made the
states (the subset construction), so that a recognizer follows one path for one sentence. Then come
the ways in which people say the same: "what's" for "what is", "a" for "an", a "please" around it.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence

from assistant.language.words import CONTRACTED, HEADS, WHOLE
from assistant.turn import WordGraph
from assistant.understanding.spoken.phrases import ANYTHING
from assistant.understanding.spoken.plan import START, Plan

BEFORE = ("please", "hey", "okay", "can you", "could you", "would you", "will you")
AFTER = ("please", "thanks", "thank you", "for me", "now")
"""What politeness puts around a request."""

Row = dict[str, int]


def word_graph(plan: Plan, sounds_like: Mapping[str, str]) -> WordGraph | None:
    """Return the automaton of a plan; None where nothing can be said.

    ``sounds_like`` are words that may be heard as others: those lead on as they do.
    """
    rows, ends = _determined(plan)
    if not ends:
        return None
    for said, heard in _wordings(sounds_like):
        _also(rows, said, heard)
    _politely(rows, ends)
    return WordGraph(tuple(rows), frozenset(ends))


def _determined(plan: Plan) -> tuple[list[Row], set[int]]:
    """Return the arcs of each state and the states where a sentence may end."""
    leads = defaultdict(set)
    for before, place in plan.arcs:
        leads[before].add(place)
    last = {place for _, places in plan.ends for place in places}
    states = {frozenset((START,)): 0}
    waiting = list(states)
    rows: list[Row] = []
    for state in waiting:  # grows while it is gone through
        after: dict[str, set[int]] = defaultdict(set)
        for place in {each for before in state for each in leads[before]}:
            for word in plan.kinds[place] or (ANYTHING,):
                after[word].add(place)
        rows.append({})
        for word, places in after.items():
            reached = frozenset(places)
            if reached not in states:
                states[reached] = len(states)
                waiting.append(reached)
            rows[-1][word] = states[reached]
    return rows, {number for state, number in states.items() if state & last}


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


def _also(rows: list[Row], said: Sequence[str], heard: Sequence[str]) -> None:
    """Let other words lead where some words lead."""
    for state in range(len(rows)):
        end: int | None = state
        for word in said:
            end = rows[end].get(word) if end is not None else None
        if end is not None:
            _lead(rows, state, heard, end)


def _lead(rows: list[Row], state: int, words: Sequence[str], end: int) -> None:
    """Lay a way of words from one state to another, unless its words lead elsewhere already."""
    for word in words[:-1]:
        if word not in rows[state]:
            rows[state][word] = len(rows)
            rows.append({})
        state = rows[state][word]
    rows[state].setdefault(words[-1], end)


def _politely(rows: list[Row], ends: set[int]) -> None:
    """Let words of politeness stand before and after a sentence."""
    for phrase in BEFORE:
        _lead(rows, 0, phrase.split(), 0)
    after = len(rows)
    rows.append({})
    for phrase in AFTER:
        for state in ends:
            _lead(rows, state, phrase.split(), after)
    ends.add(after)
