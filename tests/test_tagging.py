"""The chain over tags learns what the definition says, and the tagger what its sentences show."""

from __future__ import annotations

import itertools
import re

import numpy as np
import pytest

from assistant.engine.encoder import TokenVectors
from assistant.understanding.learning import crf as chain
from assistant.understanding.learning import tagging

LENGTHS = [3, 1, 4]


def likelihood(scores, lengths, answers, moves) -> float:
    """Return the mean of -log P(answers) by adding up every path there is."""
    tags, at, total = scores.shape[1], 0, 0.0
    for length in lengths:
        part, right = scores[at : at + length], answers[at : at + length]

        def told(path, part=part):
            steps = [moves[-1, path[0]], *(moves[a, b] for a, b in itertools.pairwise(path))]
            return sum(part[i, tag] for i, tag in enumerate(path)) + sum(steps)

        every = [told(path) for path in itertools.product(range(tags), repeat=length)]
        total += np.logaddexp.reduce(every) - told(right)
        at += length
    return total / len(lengths)


def test_chain_slopes_are_those_of_the_likelihood() -> None:
    """Every slope agrees with the difference a small change makes to the sum over all paths."""
    chance = np.random.default_rng(3)
    scores = chance.standard_normal((sum(LENGTHS), 3))
    moves = chance.standard_normal((4, 3))
    answers = chance.integers(0, 3, sum(LENGTHS))

    by_word, by_move = chain.slopes(
        scores.astype(np.float32), LENGTHS, answers, moves.astype(np.float32)
    )

    for values, slopes in ((scores, by_word), (moves, by_move)):
        for place in np.ndindex(values.shape):
            was = values[place]
            values[place] = was + 1e-4
            more = likelihood(scores, LENGTHS, answers, moves)
            values[place] = was - 1e-4
            less = likelihood(scores, LENGTHS, answers, moves)
            values[place] = was
            assert slopes[place] == pytest.approx((more - less) / 2e-4, abs=1e-4)


def test_chain_gives_no_chance_to_steps_that_cannot_be() -> None:
    """A step that is forbidden keeps a slope of nothing."""
    moves = np.zeros((3, 2), np.float32)
    moves[0, 1] = moves[-1, 1] = -1e9

    by_word, by_move = chain.slopes(np.zeros((2, 2), np.float32), [2], np.zeros(2, int), moves)

    assert by_move[0, 1] == 0
    np.testing.assert_allclose(by_word, 0, atol=1e-6)


def test_tagging_around_stops_at_the_ends_of_sentences() -> None:
    """No word sees another sentence, and a 1 tells whether there is a word beside it."""
    vectors = np.array([[1.0], [2.0], [5.0]], np.float32)

    told = tagging.around(vectors, [2, 1])

    assert told.tolist() == [
        [1, 1, 0, 0, 2, 1, 3, 2],
        [2, 1, 1, 1, 0, 0, 3, 2],
        [5, 1, 0, 0, 0, 0, 10, 2],
    ]


def test_tagging_letters_tell_words_and_neighbours() -> None:
    """The same word between other words shares some places, not all."""
    here, there = tagging.letters_of(["from", "oslo", "to"]), tagging.letters_of(["oslo"])

    assert here.shape == (3, 10)
    assert set(here[1][:4]) == set(there[0][:4])
    beside = [4, 5, 8, 9]
    assert set(here[1][beside]).isdisjoint(there[0][beside])
    assert tagging.letters_of([]).shape == (0, 10)


def test_tagging_learns_on_components_what_whole_vectors_give() -> None:
    """Weights learnt on centred components give the same scores for the vectors themselves."""
    chance = np.random.default_rng(1)
    vectors = (chance.standard_normal((40, 12)) + 3).astype(np.float16)
    middle, basis = tagging._components(vectors, many=False)
    narrow = (vectors.astype(np.float32) - middle) @ basis
    weights = chance.standard_normal((4 * (basis.shape[1] + 1), 3)).astype(np.float32)

    wide = tagging.around(vectors.astype(np.float32), [15, 25])
    written_out = wide @ tagging._written_out(weights, middle, basis)

    np.testing.assert_allclose(written_out, tagging.around(narrow, [15, 25]) @ weights, atol=1e-3)


def test_tagging_learns_which_slot_follows_which() -> None:
    """Of two holes that look alike the first and the second are told apart by their order."""

    def tokens(texts):
        made = []
        for text in texts:
            spots = [m.span() for m in re.finditer(r"\S+", text)]
            vectors = np.zeros((len(spots), 4), np.float32)
            vectors[:, 0] = [text[a:b] == "then" for a, b in spots]
            made.append(TokenVectors(vectors, np.array(spots).reshape(-1, 2), vectors.mean(0)))
        return made

    texts = [f"{a} {b} then {c}" for a, b, c in ("abc", "def", "gah", "hbe", "cfd")]
    tagger = tagging.fit(texts, [["B-one", "B-two", "O", "B-two"]] * 5, tokens)

    assert [name for _, _, name in tagger.spans(["x y then z"])[0]] == ["one", "two", "two"]
    again = tagging.fit(texts, [["B-one", "B-two", "O", "B-two"]] * 5, tokens)
    np.testing.assert_array_equal(tagger.weights, again.weights)


@pytest.mark.parametrize("rows", [5, 40])
def test_tagging_principal_directions_are_those_of_the_spread(rows: int) -> None:
    """Through rows or through columns, the same variances and directions come out."""
    drawn = np.random.default_rng(rows).standard_normal((rows, 12)).astype(np.float32)
    centred = drawn - drawn.mean(axis=0)

    spread, directions = tagging._principal(centred)

    whole = np.linalg.svd(centred, compute_uv=False) ** 2 / rows
    np.testing.assert_allclose(spread, whole[: len(spread)], rtol=1e-3)
    np.testing.assert_allclose(directions.T @ directions, np.eye(len(spread)), atol=1e-3)
    back = centred @ directions @ directions.T
    np.testing.assert_allclose(back, centred, atol=1e-3)
