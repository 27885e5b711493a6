"""Softmax and logistic regression in NumPy: what the intent head and its judge are fitted with."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float32]

SCALE = 3.0
"""Unit vectors are stretched by it before the regression: the penalty is for that length."""

PENALTY = 0.3
"""Weight of the squared coefficients, in rows."""

START = 15.0
"""Length of the directions that the search starts from: the means of the intents."""

MEMORY = 8
"""Steps that L-BFGS remembers."""

Slope = Callable[[Floats], tuple[float, Floats]]


def softmax_regression(
    vectors: Floats, labels: NDArray[np.int64], classes: int, weight: Floats, looks: int
) -> Floats:
    """Return weights (d + 1, classes) for unit vectors (n, d); the last row is the bias.

    Found by L-BFGS (Nocedal 1980) that starts at the class means, which are nearly there, and may
    look at all rows ``looks`` times.
    """
    width = vectors.shape[1]
    rows = np.concatenate([vectors * np.float32(SCALE), np.ones((len(vectors), 1), np.float32)], 1)
    start = np.zeros((width + 1, classes), np.float32)
    start[:width] = (_means(vectors, labels, classes) * np.float32(START / SCALE)).T
    found = _descend(_objective(rows, labels, weight), start, looks)
    found[:width] *= np.float32(SCALE)
    return found


def logistic(x: Floats, y: Floats, steps: int = 25, penalty: float = 0.3) -> Floats:
    """Return the coefficients of a logistic regression, both classes weighing the same."""
    share = np.where(y > 0, 0.5 / max(y.sum(), 1), 0.5 / max((1 - y).sum(), 1)) * len(y)
    beta = np.zeros(x.shape[1])
    ridge = penalty * np.eye(x.shape[1])
    ridge[-1, -1] = 1e-6
    for _ in range(steps):
        p = sigmoid(x @ beta)
        slope = x.T @ (share * (y - p)) - ridge @ beta
        curve = (x * (share * p * (1 - p))[:, None]).T @ x + ridge
        beta = beta + np.linalg.solve(curve, slope)
    return beta.astype(np.float32)


def sigmoid(x: NDArray[Any]) -> NDArray[Any]:
    """Return 1 / (1 + exp(-x))."""
    result: NDArray[Any] = 1 / (1 + np.exp(-np.clip(x, -30, 30)))
    return result


def _means(vectors: Floats, labels: NDArray[np.int64], classes: int) -> Floats:
    """Return the direction of each class (classes, d), less what all have in common."""
    one = np.zeros((classes, len(vectors)), np.float32)
    one[labels, np.arange(len(vectors))] = 1
    sums = one @ vectors
    unit = sums / np.maximum(np.linalg.norm(sums, axis=1, keepdims=True), 1e-9)
    means: Floats = (unit - unit.mean(axis=0)).astype(np.float32)
    return means


def _objective(rows: Floats, labels: NDArray[np.int64], weight: Floats) -> Slope:
    """Return the function from weights to the penalised loss and its gradient."""
    at, total = np.arange(len(rows)), float(weight.sum())
    share = (weight / np.float32(total)).astype(np.float32)
    ridge = np.float32(PENALTY / total)

    def slope(coefficients: Floats) -> tuple[float, Floats]:
        logits = rows @ coefficients  # (n, classes)
        logits -= logits.max(axis=1, keepdims=True)
        right = logits[at, labels].copy()
        np.exp(logits, out=logits)
        sums = logits.sum(axis=1, keepdims=True)
        loss = float((share * (np.log(sums[:, 0]) - right)).sum())
        logits /= sums
        logits[at, labels] -= 1
        logits *= share[:, None]
        gradient = rows.T @ logits
        gradient[:-1] += ridge * coefficients[:-1]
        return loss + float(ridge) / 2 * float(np.square(coefficients[:-1]).sum()), gradient

    return slope


def _descend(slope: Slope, at: Floats, looks: int) -> Floats:
    """Go downhill from ``at``, calling ``slope`` at most so often."""
    loss, gradient = slope(at)
    past: list[tuple[Floats, Floats]] = []
    looked = 1
    while looked < looks:
        way = _direction(gradient, past)
        down = float(np.vdot(gradient, way))
        length, better = np.float32(1), False
        while not better and looked < looks and length > 1e-3:
            there = at - length * way
            new_loss, new_gradient = slope(there)
            looked += 1
            better = new_loss <= loss - 1e-4 * float(length) * down
            length *= np.float32(0.4)
        if not better:
            break
        step, change = there - at, new_gradient - gradient
        if np.vdot(step, change) > 1e-12:
            past = [*past, (step, change)][-MEMORY:]
        at, loss, gradient = there, new_loss, new_gradient
    return at


def _direction(gradient: Floats, past: list[tuple[Floats, Floats]]) -> Floats:
    """Return the gradient times the curvature's inverse, as far as past steps tell it."""
    if not past:
        return 10 * gradient
    way = gradient.copy()
    shares = []
    for step, change in reversed(past):
        shares.append(np.vdot(step, way) / np.vdot(step, change))
        way -= shares[-1] * change
    step, change = past[-1]
    way *= np.vdot(step, change) / np.vdot(change, change)
    for (step, change), share in zip(past, reversed(shares), strict=True):
        way += (share - np.vdot(change, way) / np.vdot(step, change)) * step
    return way
