"""When each word was said: the way through the attention on which it is greatest.

As in Whisper's ``timing.py`` (find_alignment, dtw): the attention of the heads that follow the
sound, each normalized over the tokens and smoothed, then dynamic time warping.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence

import numpy as np

from assistant.speech.whisper.decoding import TICKS
from assistant.turn.hearing import Word

SMOOTH = 7
"""Ticks over which the middle value is taken."""


def timed_words(
    tokens: Sequence[int],
    logs: Sequence[float],
    attention: np.ndarray,
    decode: Callable[[list[int]], str],
    ticks: float,
) -> tuple[Word, ...]:
    """Return the words of tokens with times in seconds and probabilities.

    ``attention`` is [tokens, heads, S]; what is after ``ticks`` is no sound. A word's probability
    is that of its tokens together.
    """
    if not tokens:
        return ()
    starts = _starts(attention[:, :, : max(math.ceil(ticks), 2)])
    words: list[Word] = []
    for first, last in _words(tokens, decode):
        text = decode(list(tokens[first:last])).strip()
        end = starts[last] if last < len(tokens) else min(starts[last - 1] + TICKS, ticks)
        if text:
            sure = math.exp(sum(logs[first:last]))
            words.append(Word(text, _seconds(starts[first]), _seconds(end), round(sure, 3)))
    return tuple(words)


def _seconds(ticks: float) -> float:
    return round(ticks / TICKS, 3)


def _words(tokens: Sequence[int], decode: Callable[[list[int]], str]) -> list[tuple[int, int]]:
    """Return from which to which token each word goes; a blank begins one."""
    begins = [i for i, token in enumerate(tokens) if i == 0 or decode([token])[:1] == " "]
    return list(zip(begins, [*begins[1:], len(tokens)], strict=True))


def _starts(attention: np.ndarray) -> list[float]:
    """Return the tick at which each token begins."""
    shares = attention.transpose(1, 0, 2)
    spread = shares.std(axis=1, keepdims=True)
    normal = (shares - shares.mean(axis=1, keepdims=True)) / np.maximum(spread, 1e-6)
    path = _warped(-_smoothed(normal).mean(axis=0))
    found = [0.0] * attention.shape[0]
    for token, tick in reversed(path):
        found[token] = float(tick)
    return found


def _smoothed(shares: np.ndarray) -> np.ndarray:
    """Return the middle value around each tick."""
    half = SMOOTH // 2
    if shares.shape[-1] <= half:
        return shares
    padded = np.pad(shares, ((0, 0), (0, 0), (half, half)), mode="reflect")
    around = np.lib.stride_tricks.sliding_window_view(padded, SMOOTH, axis=-1)
    smooth: np.ndarray = np.median(around, axis=-1)
    return smooth


def _warped(cost: np.ndarray) -> list[tuple[int, int]]:
    """Return the cheapest way [tokens, ticks] from the first of both to the last of both.

    A step goes on by a token, a tick, or both (Sakoe and Chiba 1978).
    """
    rows, columns = cost.shape
    costs = cost.tolist()  # one number after the other: quicker without arrays
    total = [[math.inf] * (columns + 1) for _ in range(rows + 1)]
    total[0][0] = 0.0
    for above, row, here in zip(total, costs, total[1:], strict=False):
        for j, own in enumerate(row):
            here[j + 1] = own + min(above[j], above[j + 1], here[j])
    path, i, j = [], rows, columns
    while i > 0 and j > 0:
        path.append((i - 1, j - 1))
        steps = ((i - 1, j - 1), (i - 1, j), (i, j - 1))
        i, j = min(steps, key=lambda step: total[step[0]][step[1]])
    return path[::-1]
