"""What is likely after which words: counted, mixed, pruned and written, it stays a probability."""

from __future__ import annotations

import math
from collections.abc import Iterator
from itertools import product

import numpy as np
import pytest

from assistant.speech.models import fst
from assistant.training import ngrams
from assistant.training.hearing import states
from assistant.training.ngrams import Ints, Model, Symbols
from assistant.training.utterances import spoken, text_of

WORDS = "wake me at seven ten please what time is it set the timer for a minute".split()
KNOWN = {word: number for number, word in enumerate(WORDS, 1)}
SYMBOLS = Symbols(np.arange(1, len(WORDS) + 1), len(WORDS) + 1)
"""The number after the last word's is a mark, which nobody says."""

ONE = ["wake me at seven", "wake me at ten please", "wake me", "what time is it", "at seven please"]
OTHER = ["set the timer for ten", "set the timer for a minute", "what is the time", "set it please"]


def row(lines: list[str]) -> Ints:
    return text_of(lines, KNOWN, SYMBOLS)


@pytest.fixture(scope="module")
def mixed() -> Model:
    return ngrams.mix([ngrams.estimate(row(ONE), SYMBOLS), ngrams.estimate(row(OTHER), SYMBOLS)],
                      [0.6, 0.4])  # fmt: skip


@pytest.fixture(scope="module")
def pruned(mixed: Model) -> Model:
    follows = ngrams.often([row(ONE), row(OTHER)], [0.6, 0.4], SYMBOLS)
    return ngrams.prune(mixed, follows, (0.002, 0.002))


def key(*numbers: int) -> int:
    whole = 0
    for number in numbers:
        whole = whole * SYMBOLS.base + number
    return whole


def beginnings() -> Iterator[tuple[int, ...]]:
    """Give everything that may stand before a word, seen or not."""
    yield ()
    first = [SYMBOLS.start, *KNOWN.values()]
    yield from product(first)
    yield from product(first, KNOWN.values())


@pytest.mark.parametrize("which", ["mixed", "pruned"])
def test_ngrams_chances_add_up_to_one(which: str, request: pytest.FixtureRequest) -> None:
    """After every two words, seen or not, something follows for sure; the mark never does."""
    model: Model = request.getfixturevalue(which)
    for before in beginnings():
        after = [*KNOWN.values(), SYMBOLS.end]
        keys = np.array([key(*before, word) for word in after])
        chances = model.chances(keys, len(before) + 1)

        assert (chances > 0).all()
        assert chances.sum() == pytest.approx(1.0)
        mark = np.array([key(*before, SYMBOLS.largest)])
        assert model.chances(mark, len(before) + 1)[0] == 0.0


def test_ngrams_prefer_what_was_said(mixed: Model) -> None:
    """A sentence of the texts is likelier than its words in another order."""
    said, torn = row(["wake me at seven please"]), row(["seven at please wake me"])

    assert ngrams.perplexity(mixed, said) < ngrams.perplexity(mixed, torn) / 3


def test_ngrams_count_nothing_over_a_gap() -> None:
    """Words on both sides of one that is not known never stood together."""
    model = ngrams.estimate(row(["wake nobody me at", "wake nobody me at"]), SYMBOLS)
    pairs = model.levels[1].keys.tolist()

    assert key(KNOWN["me"], KNOWN["at"]) in pairs
    assert key(KNOWN["wake"], KNOWN["me"]) not in pairs
    assert all(k % SYMBOLS.base != SYMBOLS.gap for level in model.levels for k in level.keys)
    whole = ngrams.mix([model], [1.0])
    assert all(k // SYMBOLS.base != SYMBOLS.gap for k in whole.levels[1].keys.tolist())


def test_ngrams_weights_go_to_the_text_that_fits() -> None:
    """What is like one text alone is explained by that one."""
    models = [ngrams.estimate(row(lines), SYMBOLS) for lines in (ONE, OTHER)]
    weights = ngrams.weigh(models, row(["set the timer for a minute please", "set the timer"]))

    assert sum(weights) == pytest.approx(1.0)
    assert weights[1] > 0.9


def test_ngrams_pruning_drops_what_tells_least(mixed: Model, pruned: Model) -> None:
    """Fewer sequences are left, what begins a longer one is, and it costs little."""
    assert len(pruned.levels[2].keys) < len(mixed.levels[2].keys)
    assert len(pruned.levels[1].keys) < len(mixed.levels[1].keys)
    assert set(pruned.levels[2].keys // SYMBOLS.base) <= set(pruned.levels[1].keys)
    text = row(ONE + OTHER)
    assert ngrams.perplexity(pruned, text) < 1.5 * ngrams.perplexity(mixed, text)


def test_graph_costs_what_the_model_says(pruned: Model) -> None:
    """The way a recognizer takes costs the negative logarithm of the sentence's chance."""
    graph = states(pruned)
    for sentence in ("wake me at ten", "set the timer for seven minute please", "it it it", "is"):
        numbers = [KNOWN[word] for word in sentence.split()]
        at, cost = 0, 0.0
        for number in numbers:
            at, spent = _led(graph, at, number)
            cost += spent
        cost += _ended(graph, at)
        text = np.array([SYMBOLS.start, *numbers, SYMBOLS.end])

        assert cost == pytest.approx(-np.log(ngrams.each_chance(pruned, text)).sum())


def test_graph_is_one_that_a_recognizer_takes(pruned: Model) -> None:
    """No number twice in a state, one way back from each but that of no words, all ways lead on."""
    graph = states(pruned)
    for number, state in enumerate(graph):
        words = [arc.word for arc in state.arcs]
        assert len(set(words)) == len(words)
        assert all(0 <= arc.state < len(graph) and math.isfinite(arc.cost) for arc in state.arcs)
        bare = [n for n, each in enumerate(graph) if fst.NO_WORD not in [a.word for a in each.arcs]]
        assert (number in bare) == (fst.NO_WORD not in words)
    assert len(bare) == 1


def _led(graph: list[fst.State], at: int, word: int) -> tuple[int, float]:
    cost = 0.0
    while True:
        ways = {arc.word: arc for arc in graph[at].arcs}
        arc = ways.get(word, ways.get(fst.NO_WORD))
        assert arc is not None
        at, cost = arc.state, cost + arc.cost
        if arc.word == word:
            return at, cost


def _ended(graph: list[fst.State], at: int) -> float:
    cost, end = 0.0, graph[at].end
    while end is None:
        back = next(arc for arc in graph[at].arcs if arc.word == fst.NO_WORD)
        at, cost = back.state, cost + back.cost
        end = graph[at].end
    return cost + end


@pytest.mark.parametrize(
    ("written", "said"),
    [
        ("Set an alarm for 6:30 pm!", "set an alarm for six thirty p m"),
        ("wake me at 7am", "wake me at seven a m"),
        ("call at five am", "call at five a m"),
        ("i am late", "i am late"),
        ("the 2nd and the 31st", "the second and the thirty first"),
        ("in 1984, or 350", "in nineteen eighty four or three hundred and fifty"),
        ("2003 of 3000", "two thousand and three of three thousand"),
        ("do n't stop, that 's it", "don't stop that's it"),
        ("15 % of “80”", "fifteen percent of eighty"),
        ("turn-key and/or", "turn key and or"),
    ],
)  # fmt: skip
def test_written_text_is_read_as_it_is_said(written: str, said: str) -> None:
    """Figures, signs, half days and torn contractions become words."""
    assert [" ".join(words) for words in spoken(written)] == [said]


def test_sentences_of_a_line_are_parted() -> None:
    """What follows on the end of a sentence is another one."""
    assert list(spoken("It rains. 'Go!' Why?")) == [["it", "rains"], ["go"], ["why"]]
