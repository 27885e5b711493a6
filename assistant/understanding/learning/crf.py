"""A linear chain over tags (a conditional random field), learnt in NumPy.

Source: Lafferty, McCallum and Pereira 2001. A sentence's score is that of its tags at their words
plus that of every step from tag to tag; learnt is the likelihood of whole sentences. L is the
number of tags, N of words, B of sentences.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float32]


def slopes(
    scores: Floats, lengths: Sequence[int], answers: NDArray[np.int64], moves: Floats
) -> tuple[Floats, Floats]:
    """Return how the loss of sentences packed one after another changes with scores and moves.

    ``scores`` (N, L) are of the words, ``answers`` (N,) their tags, ``moves`` (L + 1, L) the steps,
    the last row being the start. The loss is the mean over sentences of -log P(answers).
    """
    told, words = _padded(scores, lengths)
    steps = np.exp(moves[:-1])
    first = np.exp(moves[-1])
    forward, backward, pairs = _passes(told, words, first, steps)
    chance = forward * backward
    chance /= chance.sum(axis=2, keepdims=True)
    by_word = chance.transpose(1, 0, 2)[words.T]
    by_word[np.arange(len(answers)), answers] -= 1
    by_move = np.concatenate([pairs * steps, chance[0].sum(axis=0, keepdims=True)])
    np.add.at(by_move, (_before(lengths, answers, len(steps)), answers), -1)
    count = np.float32(len(lengths))
    return (by_word / count).astype(np.float32), (by_move / count).astype(np.float32)


def _padded(scores: Floats, lengths: Sequence[int]) -> tuple[Floats, NDArray[np.bool_]]:
    """Return exp of the scores, each word's greatest being 1, as (T, B, L), and where words are."""
    words = np.arange(max(lengths))[:, None] < np.asarray(lengths)[None]  # (T, B)
    told = np.ones((len(lengths), len(words), scores.shape[1]), np.float32)
    told[words.T] = np.exp(scores - scores.max(axis=1, keepdims=True))
    return told.transpose(1, 0, 2), words


def _passes(
    told: Floats, words: NDArray[np.bool_], first: Floats, steps: Floats
) -> tuple[Floats, Floats, Floats]:
    """Return what is known from the left and the right of each word, and the sums over pairs."""
    forward, backward = np.empty_like(told), np.ones_like(told)
    forward[0] = _unit(first * told[0])
    for i in range(1, len(told)):
        here = _unit((forward[i - 1] @ steps) * told[i])
        forward[i] = np.where(words[i, :, None], here, forward[i - 1])
    pairs = np.zeros_like(steps)
    for i in range(len(told) - 1, 0, -1):
        right = told[i] * backward[i]
        back = right @ steps.T
        whole = (forward[i - 1] * back).sum(axis=1, keepdims=True)
        share = np.where(words[i, :, None], 1 / np.maximum(whole, 1e-30), 0)
        pairs += (forward[i - 1] * share).T @ right
        backward[i - 1] = np.where(words[i, :, None], _unit(back), 1)
    return forward, backward, pairs


def _unit(rows: Floats) -> Floats:
    """Return rows that sum to one."""
    made: Floats = rows / np.maximum(rows.sum(axis=1, keepdims=True), 1e-30)
    return made


def _before(lengths: Sequence[int], answers: NDArray[np.int64], start: int) -> NDArray[np.int64]:
    """Return the tag before each word, ``start`` before the first of a sentence."""
    before = np.concatenate([[start], answers[:-1]])
    before[np.cumsum([0, *lengths])[:-1]] = start
    return before
