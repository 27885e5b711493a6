"""The intent head: fitted on frozen sentence vectors in closed form, with calibrated refusal.

Ridge regression of one-hot intents (and of "none of these", from background sentences) on unit
vectors, every intent weighing the same. Whether the best intent may be believed is a logistic
regression on four figures of the answer, fitted on folds that leave whole examples out, so that it
speaks for wordings that are not among the examples. On installed skill sets it beat nearest
neighbours and a plain threshold; see data/README.md for the table.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from assistant.turn import Candidate

Floats = NDArray[np.float32]

PENALTY = 1.0
"""Ridge penalty, in units of the mean weight of an intent."""

FOLDS = 5
"""Parts the examples are split into to see how the head does on wordings left out."""

SHARP = 12.0
"""Steepness of the softmax that shares confidence among runners-up."""

CLOSE = 0.8
"""Background sentences with a greater cosine to an example are no background for these skills."""


@dataclass(frozen=True)
class Labelled:
    """Sentence vectors (n, d) with the intent (index) and the template (number) of each."""

    vectors: Floats
    intents: NDArray[np.int64]
    templates: NDArray[np.int64]

    @classmethod
    def of(cls, vectors: Floats, intents: Sequence[int], templates: Sequence[int]) -> Labelled:
        """Return vectors labelled by plain numbers."""
        return cls(vectors, np.array(intents, np.int64), np.array(templates, np.int64))


@dataclass(frozen=True)
class IntentClassifier:
    """A fitted head: weights (d + 1, intents + 1), the last column being "none of these"."""

    names: tuple[str, ...]
    weights: Floats
    examples: Labelled
    starts: NDArray[np.int64]
    judge: Floats

    @classmethod
    def fit(cls, names: Sequence[str], examples: Labelled, background: Floats) -> IntentClassifier:
        """Fit on labelled unit vectors and background vectors (m, d); sorted by intent."""
        if not names:
            nothing = np.zeros((examples.vectors.shape[1] + 1, 1), np.float32)
            return cls((), nothing, examples, np.zeros(1, np.int64), np.zeros(5, np.float32))
        order = np.argsort(examples.intents, kind="stable")
        examples = Labelled(
            examples.vectors[order], examples.intents[order], examples.templates[order]
        )
        background = _far_from(background, examples.vectors)
        starts = np.searchsorted(examples.intents, np.arange(len(names) + 1))
        solve = _Ridge(examples, background, len(names))
        head = cls(tuple(names), solve.all(), examples, starts, np.zeros(5, np.float32))
        judge = _calibrate(head, solve, background)
        return cls(head.names, head.weights, examples, starts, judge)

    def predict(self, vector: Floats, most: int = 5) -> list[Candidate]:
        """Return the likeliest intents, best first, for a unit vector (d,).

        The best one's confidence is the calibrated chance that it is right and that the sentence
        is not outside of all installed skills.
        """
        if not self.names:
            return []
        scores = _extended(vector[None]) @ self.weights
        figures = self._figures(scores, vector[None], self.examples.vectors)
        sure = float(_sigmoid(figures @ self.judge)[0])
        ranked = np.argsort(-scores[0, :-1])[:most]
        shares = np.exp(SHARP * (scores[0, ranked] - scores[0, ranked[0]]))
        confidences = sure * shares / np.where(np.arange(len(ranked)) == 0, 1.0, shares.sum())
        return [
            Candidate(self.names[i], float(confidence))
            for i, confidence in zip(ranked, confidences, strict=True)
        ]

    def nearest(self, intent: str, vector: Floats) -> tuple[int, float]:
        """Return the row of an intent's example nearest to a unit vector (d,), and its cosine."""
        index = self.names.index(intent)
        start, end = self.starts[index], self.starts[index + 1]
        cosines = self.examples.vectors[start:end] @ vector
        best = int(cosines.argmax())
        return int(start) + best, float(cosines[best])

    def _figures(
        self, scores: Floats, vectors: Floats, examples: Floats, masks: Floats | None = None
    ) -> Floats:
        """Return what the judge looks at (n, 5): score, lead, none, nearest cosine, 1."""
        inside = scores[:, :-1]
        best = inside.argmax(axis=1)
        top = inside[np.arange(len(inside)), best]
        second = _second(inside, best)
        nearest = np.empty(len(scores), np.float32)
        for row, intent in enumerate(best):
            rows = slice(self.starts[intent], self.starts[intent + 1])
            cosines = examples[rows] @ vectors[row]
            if masks is not None:
                cosines = np.where(masks[row, rows] > 0, cosines, -1)
            nearest[row] = cosines.max(initial=-1)
        ones = np.ones(len(scores), np.float32)
        return np.stack([top, top - second, scores[:, -1], nearest, ones], 1).astype(np.float32)


class _Ridge:
    """The normal equations of the weighted ridge regression, with folds taken out cheaply."""

    def __init__(self, examples: Labelled, background: Floats, count: int) -> None:
        self.x = _extended(np.concatenate([examples.vectors, background]))
        self.labels = np.concatenate([examples.intents, np.full(len(background), count)])
        self.groups = np.concatenate([examples.templates, -1 - np.arange(len(background))])
        sizes = np.bincount(self.labels, minlength=count + 1)
        self.weight = (1 / np.maximum(sizes, 1))[self.labels].astype(np.float32)
        # Background stands for everything else there is, so it weighs as much as the intents' root.
        self.weight[self.labels == count] *= np.float32(max(1.0, count**0.5))
        self.targets = np.eye(count + 1, dtype=np.float32)[self.labels]
        self.gram = self._gram(slice(None))
        self.moment = self._moment(slice(None))
        self.penalty = np.float32(PENALTY * self.weight.sum() / self.x.shape[1])

    def all(self) -> Floats:
        """Return the weights (d + 1, intents + 1) fitted on everything."""
        return self._solve(self.gram, self.moment)

    def without(self, rows: NDArray[np.bool_]) -> Floats:
        """Return the weights fitted without some rows."""
        return self._solve(self.gram - self._gram(rows), self.moment - self._moment(rows))

    def _gram(self, rows: slice | NDArray[np.bool_]) -> Floats:
        x = self.x[rows]
        gram: Floats = (x * self.weight[rows, None]).T @ x
        return gram

    def _moment(self, rows: slice | NDArray[np.bool_]) -> Floats:
        moment: Floats = (self.x[rows] * self.weight[rows, None]).T @ self.targets[rows]
        return moment

    def _solve(self, gram: Floats, moment: Floats) -> Floats:
        ridge = gram + self.penalty * np.eye(len(gram), dtype=np.float32)
        return np.linalg.solve(ridge, moment).astype(np.float32)


def _calibrate(head: IntentClassifier, solve: _Ridge, background: Floats) -> Floats:
    """Return the judge's coefficients (5,), from answers about sentences left out of the fit."""
    fold = _folds(solve.groups)
    figures, right = [], []
    for part in range(FOLDS):
        rows = fold == part
        if not rows.any():
            continue
        scores = solve.x[rows] @ solve.without(rows)
        vectors = solve.x[rows, :-1]
        seen = np.zeros((rows.sum(), len(head.examples.intents)), np.float32)
        seen[:] = fold[: len(head.examples.intents)] != part
        figures.append(head._figures(scores, vectors, head.examples.vectors, seen))
        right.append(scores[:, :-1].argmax(axis=1) == solve.labels[rows])
    if not figures:
        return np.zeros(5, np.float32)
    return _logistic(np.concatenate(figures), np.concatenate(right).astype(np.float32))


def _folds(groups: NDArray[np.int64]) -> NDArray[np.int64]:
    """Return a fold for every row, the same for the rows of one template."""
    _, index = np.unique(groups, return_inverse=True)
    return index % FOLDS


def _logistic(x: Floats, y: Floats, steps: int = 25, penalty: float = 0.3) -> Floats:
    """Return the coefficients of a logistic regression, both classes weighing the same."""
    share = np.where(y > 0, 0.5 / max(y.sum(), 1), 0.5 / max((1 - y).sum(), 1)) * len(y)
    beta = np.zeros(x.shape[1])
    ridge = penalty * np.eye(x.shape[1])
    ridge[-1, -1] = 1e-6
    for _ in range(steps):
        p = _sigmoid(x @ beta)
        slope = x.T @ (share * (y - p)) - ridge @ beta
        curve = (x * (share * p * (1 - p))[:, None]).T @ x + ridge
        beta = beta + np.linalg.solve(curve, slope)
    return beta.astype(np.float32)


def _second(scores: Floats, best: NDArray[np.int64]) -> Floats:
    if scores.shape[1] < 2:
        return np.zeros(len(scores), np.float32)
    others = scores.copy()
    others[np.arange(len(scores)), best] = -np.inf
    result: Floats = others.max(axis=1)
    return result


def _far_from(background: Floats, examples: Floats) -> Floats:
    if not len(examples) or not len(background):
        return background
    far: Floats = background[(background @ examples.T).max(axis=1) < CLOSE]
    return far


def _extended(x: Floats) -> Floats:
    return np.concatenate([x, np.ones((len(x), 1), np.float32)], axis=1).astype(np.float32)


def _sigmoid(x: NDArray[Any]) -> NDArray[Any]:
    result: NDArray[Any] = 1 / (1 + np.exp(-np.clip(x, -30, 30)))
    return result


def by_intent(
    sentences: Mapping[str, Sequence[Sequence[str]]],
) -> tuple[list[str], list[int], list[int]]:
    """Flatten {intent: sentences of each template}: sentences, intents, template numbers."""
    flat: list[str] = []
    intents: list[int] = []
    templates: list[int] = []
    for index, groups in enumerate(sentences.values()):
        for group in groups:
            number = templates[-1] + 1 if templates else 0
            flat += group
            intents += [index] * len(group)
            templates += [number] * len(group)
    return flat, intents, templates
