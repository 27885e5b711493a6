"""Figures of how well labels, spans and similarities were told: plain NumPy, no printing."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Sequence

import numpy as np
from numpy.typing import NDArray

Span = tuple[int, int, str]
"""Start and end in the text, and the type."""


def accuracy(expected: Sequence[str], given: Sequence[str]) -> float:
    """Return the share of right answers."""
    return macro([float(e == g) for e, g in zip(expected, given, strict=True)])


def calibration_error(right: Sequence[bool], confidence: Sequence[float], bins: int = 10) -> float:
    """Return the expected calibration error: |confidence - accuracy| over equal bins."""
    return sum(
        abs(sure - share) * rows for sure, share, rows in reliability(right, confidence, bins)
    )


def reliability(
    right: Sequence[bool], confidence: Sequence[float], bins: int = 10
) -> list[tuple[float, float, float]]:
    """Return (mean confidence, accuracy, share of the rows) of every bin that has rows."""
    sure, good = np.asarray(confidence, float), np.asarray(right, float)
    place = np.minimum((sure * bins).astype(int), bins - 1)
    return [
        (float(sure[place == b].mean()), float(good[place == b].mean()), float((place == b).mean()))
        for b in range(bins)
        if (place == b).any()
    ]


def auroc(inside: Sequence[float], outside: Sequence[float]) -> float:
    """Return the chance that an in-scope sentence is believed more than an out-of-scope one."""
    ranks = _ranks(np.concatenate([np.asarray(inside, float), np.asarray(outside, float)]))
    above = ranks[: len(inside)].sum() - len(inside) * (len(inside) + 1) / 2
    return float(above / (len(inside) * len(outside)))


def recall_at(inside: Sequence[float], outside: Sequence[float], refused: float = 0.04) -> float:
    """Return the share of out-of-scope refused at the threshold that refuses a share in scope."""
    least = np.quantile(np.asarray(inside, float), refused)
    return float((np.asarray(outside, float) < least).mean())


def refusals(
    inside: Sequence[float], outside: Sequence[float], points: int = 200
) -> list[tuple[float, float]]:
    """Return (share in scope kept, share out of scope accepted) as the threshold falls."""
    kept, out = np.sort(np.asarray(inside, float)), np.sort(np.asarray(outside, float))
    steps = np.unique(np.quantile(np.concatenate([kept, out]), np.linspace(0, 1, points)))[::-1]
    return [(float((kept >= step).mean()), float((out >= step).mean())) for step in steps]


def by_label(
    expected: Sequence[str], given: Sequence[str]
) -> dict[str, tuple[float, float, float, int]]:
    """Return (precision, recall, F1, rows) of every label that is expected somewhere."""
    wanted, said = Counter(expected), Counter(given)
    both = Counter(e for e, g in zip(expected, given, strict=True) if e == g)
    return {name: (*_scores(both[name], said[name], wanted[name]), wanted[name]) for name in wanted}


def macro(scores: Collection[float]) -> float:
    """Return the mean, 0 of nothing."""
    return float(np.mean(list(scores))) if scores else 0.0


def spans(
    expected: Sequence[Collection[Span]], given: Sequence[Collection[Span]]
) -> dict[str, tuple[float, float, float, int]]:
    """Return (precision, recall, F1, spans expected) over all types as "", and of every type.

    A span is right when start, end and type are (the CoNLL shared task's measure).
    """
    wanted: Counter[str] = Counter()
    said: Counter[str] = Counter()
    both: Counter[str] = Counter()
    for gold, found in zip(expected, given, strict=True):
        for counter, each in ((wanted, gold), (said, found), (both, set(gold) & set(found))):
            counter.update(kind for _, _, kind in each)
            counter[""] += len(each)
    kinds = sorted({*wanted, *said})
    return {kind: (*_scores(both[kind], said[kind], wanted[kind]), wanted[kind]) for kind in kinds}


def spearman(left: Sequence[float], right: Sequence[float]) -> float:
    """Return the rank correlation, equal values sharing their mean rank; 0 for a constant."""
    a, b = _ranks(np.asarray(left, float)), _ranks(np.asarray(right, float))
    a, b = a - a.mean(), b - b.mean()
    length = float(np.sqrt((a @ a) * (b @ b)))
    return float(a @ b) / length if length else 0.0


def _scores(both: int, said: int, wanted: int) -> tuple[float, float, float]:
    precision = both / said if said else 0.0
    recall = both / wanted if wanted else 0.0
    f1 = 2 * both / (said + wanted) if said + wanted else 0.0
    return precision, recall, f1


def _ranks(values: NDArray[np.float64]) -> NDArray[np.float64]:
    _, place, count = np.unique(values, return_inverse=True, return_counts=True)
    last = np.cumsum(count)
    means: NDArray[np.float64] = (last - (count - 1) / 2)[place]
    return means
