"""The intent head: fitted on frozen sentence vectors, with a calibrated refusal.

A softmax regression on unit vectors ranks the intents; among the first few, being near to examples
counts too. Whether any skill covers the sentence at all is judged by a logistic regression on two
figures of the answer, the best intent's logit and the cosine of the nearest examples, fitted on
examples and background sentences that the regression did not see. No other head or score did better
over many skill sets, none was as even: data/background/REFUSAL.md has the table.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from assistant.turn import Candidate
from assistant.understanding.learning.regression import (
    Floats,
    logistic,
    sigmoid,
    softmax_regression,
)

FOLDS = 5
"""Parts the examples are split into to see how the head does on wordings left out."""

LOOKS = 15
"""How often the regression looks at all examples, where there are not too many."""

LEFT_OUT_LOOKS = 8
"""The same for each fit with a part left out."""

WORK = 1e8
"""Examples times intents times looks that a fit may cost."""

ASKED = 800
"""Left-out examples that the judge is fitted on, at most."""

FIRST = 5
"""Intents that are looked at again by their nearest examples."""

NEAREST = 3
"""Examples that count as the nearest."""

NEARNESS = 2.2
"""What a cosine of 1 adds to a logit, times the root of the examples an intent has."""

UNRELATED = 0.2
"""Share of what is said to an assistant that no skill covers: what confidences are told for."""

CLOSE = 0.7
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

    def by_intent(self) -> Labelled:
        """Return the rows sorted by intent."""
        return self.rows(np.argsort(self.intents, kind="stable"))

    def rows(self, chosen: NDArray[np.bool_] | NDArray[np.int64]) -> Labelled:
        """Return some of the rows."""
        return Labelled(self.vectors[chosen], self.intents[chosen], self.templates[chosen])


@dataclass(frozen=True)
class Judge:
    """What is believed: coefficients of logit, cosine and 1, and how sure it was where it is known.

    ``own`` are its chances for left-out examples, ``others`` those for background sentences.
    """

    beta: Floats
    own: Floats
    others: Floats

    def sure(self, figures: Floats) -> Floats:
        """Return the chance (n,) that an installed skill covers it and is found, of figures."""
        chances: Floats = sigmoid(figures @ self.beta).astype(np.float32)
        return chances

    def threshold(self, false_accepts: float) -> float:
        """Return how sure one must be so that at most such a share of background is accepted.

        Counted as conformal prediction does it, so that the share is kept on average over what is
        like the background, however few sentences there are.
        """
        allowed = int(false_accepts * (len(self.others) + 1))
        ranked = np.sort(self.others)[::-1]
        if allowed >= len(ranked):
            return 0.0
        return float(np.nextafter(ranked[allowed], np.float32(2)))

    def missed(self, false_accepts: float) -> float:
        """Return the share of left-out examples that are refused at that threshold."""
        if not len(self.own):
            return 0.0
        return float((self.own < self.threshold(false_accepts)).mean())


NO_JUDGE = Judge(np.zeros(3, np.float32), np.zeros(0, np.float32), np.zeros(0, np.float32))


@dataclass(frozen=True)
class IntentClassifier:
    """A fitted head: weights (d + 1, intents), and the examples sorted by intent."""

    names: tuple[str, ...]
    weights: Floats
    examples: Labelled
    judge: Judge = NO_JUDGE

    @classmethod
    def fit(cls, names: Sequence[str], examples: Labelled, background: Floats) -> IntentClassifier:
        """Fit on labelled unit vectors and background vectors (m, d); sorted by intent."""
        if not names:
            return cls((), np.zeros((examples.vectors.shape[1] + 1, 0), np.float32), examples)
        examples = examples.by_intent()
        head = cls.ranking(names, examples)
        judge = _calibrated(names, examples, background[_is_far(background, examples.vectors)])
        return cls(head.names, head.weights, examples, judge)

    @classmethod
    def ranking(
        cls, names: Sequence[str], examples: Labelled, most: int = LOOKS
    ) -> IntentClassifier:
        """Fit without a judge on examples by intent, looking at them so often at most."""
        sizes = np.bincount(examples.intents, minlength=len(names))
        weight = (1 / np.sqrt(np.maximum(sizes, 1)))[examples.intents].astype(np.float32)
        looks = int(np.clip(WORK / max(1, len(examples.vectors) * len(names)), 3, most))
        weights = softmax_regression(examples.vectors, examples.intents, len(names), weight, looks)
        return cls(tuple(names), weights, examples)

    def predict(self, vector: Floats, most: int = 5) -> list[Candidate]:
        """Return the likeliest intents, best first, for a unit vector (d,).

        The best one's confidence is the calibrated chance that it is right and that the sentence
        is not outside of all installed skills.
        """
        if not self.names:
            return []
        ranked, scores, figures = self.look(vector)
        sure = float(self.judge.sure(figures[None])[0])
        shares = np.exp(scores - scores[0])
        confidences = sure * shares / np.where(np.arange(len(ranked)) == 0, 1.0, shares.sum())
        return [
            Candidate(self.names[i], float(confidence))
            for i, confidence in list(zip(ranked, confidences, strict=True))[:most]
        ]

    def look(self, vector: Floats) -> tuple[NDArray[np.int64], Floats, Floats]:
        """Return the first intents, best first, their scores, and the judge's figures (3,)."""
        logits = vector @ self.weights[:-1] + self.weights[-1]
        first = np.argsort(-logits)[:FIRST]
        cosines = [self._cosines(i, vector) for i in first]
        near = np.array([_nearest(each) for each in cosines], np.float32)
        scores = logits[first] + self._nearness * near
        order = np.argsort(-scores, kind="stable")
        figures = np.array([logits[first[0]], _nearest(np.concatenate(cosines)), 1], np.float32)
        return first[order], scores[order], figures

    def likeness(self, intent: str, vector: Floats, neutral: Floats) -> tuple[float, ...]:
        """Return an intent's logit for a unit vector (d,), the cosine of the nearest examples of
        any, by how much its score is above all others', and logit and cosine for another (d,).
        """
        index = self.names.index(intent)
        ranked, scores, figures = self.look(vector)
        mine = scores[ranked == index]
        others = scores[ranked != index]
        margin = float(mine[0] - others.max()) if len(mine) and len(others) else 0.0
        logits = [
            float(v @ self.weights[:-1, index] + self.weights[-1, index]) for v in (vector, neutral)
        ]
        near = _nearest(self._cosines(index, neutral))
        return logits[0], float(figures[1]), margin, logits[1], near

    def likely(self, vectors: Floats) -> tuple[Floats, NDArray[np.bool_]]:
        """Return how likely unit vectors (n, d) mean any intent, and which are far from all."""
        figures = np.array([self.look(vector)[2] for vector in vectors], np.float32)
        return self.judge.sure(figures.reshape(-1, 3)), _is_far(vectors, self.examples.vectors)

    def harmless(self, intent: str, more: Floats) -> bool:
        """Tell whether further examples (n, d) of an intent make no other example ranked wrong."""
        index = self.names.index(intent)
        added = Labelled(
            np.concatenate([self.examples.vectors, more]),
            np.append(self.examples.intents, np.full(len(more), index)),
            np.append(self.examples.templates, np.full(len(more), -1)),
        )
        head = IntentClassifier.ranking(self.names, added.by_intent())
        return head._wrong(self.examples) <= self._wrong(self.examples)

    def _wrong(self, asked: Labelled) -> int:
        return len(self.misplaced(asked))

    def misplaced(self, asked: Labelled | None = None, least: float = 0.0) -> dict[int, str]:
        """Return the rows of examples that are ranked first for another intent, with its name.

        By ``least`` in logits at the least; of its own examples, where no others are given.
        """
        asked = asked or self.examples
        logits = asked.vectors @ self.weights[:-1] + self.weights[-1]
        rows, first = np.arange(len(logits)), logits.argmax(axis=1)
        ahead = logits[rows, first] - logits[rows, asked.intents]
        wrong = np.flatnonzero((first != asked.intents) & (ahead >= least))
        return {int(i): self.names[first[i]] for i in wrong}

    def nearest(self, intent: str, vector: Floats, most: int = 1) -> list[tuple[int, float]]:
        """Return the rows of an intent's examples nearest to a unit vector (d,), with cosines."""
        index = self.names.index(intent)
        cosines = self._cosines(index, vector)
        first = np.argsort(-cosines)[:most]
        return [(int(self._starts[index] + i), float(cosines[i])) for i in first]

    def _cosines(self, intent: int | np.int64, vector: Floats) -> Floats:
        rows = slice(self._starts[intent], self._starts[intent + 1])
        cosines: Floats = self.examples.vectors[rows] @ vector
        return cosines

    @cached_property
    def _starts(self) -> NDArray[np.int64]:
        return np.searchsorted(self.examples.intents, np.arange(len(self.names) + 1))

    @cached_property
    def _nearness(self) -> float:
        return float(NEARNESS * (len(self.examples.vectors) / len(self.names)) ** 0.5)


def _calibrated(names: Sequence[str], examples: Labelled, background: Floats) -> Judge:
    """Return the judge, fitted on answers about sentences left out of the ranking's fit.

    With very many examples one part left out tells enough.
    """
    fold = _folds(examples.templates)
    few = len(examples.vectors) * len(names) < WORK / (2 * FOLDS * LOOKS)
    figures, right = [], []
    for part in range(FOLDS if few else 1):
        asked = np.flatnonzero(fold == part)
        kept = fold != part
        if not len(asked) or not kept.any():
            continue
        head = IntentClassifier.ranking(names, examples.rows(kept), LEFT_OUT_LOOKS)
        asked = asked[:: max(1, len(asked) * (FOLDS if few else 1) // ASKED)]
        others = background[part::FOLDS] if few else background
        for vector, truth in zip(
            [*examples.vectors[asked], *others],
            [*examples.intents[asked], *[-1] * len(others)],
            strict=True,
        ):
            ranked, _, told = head.look(vector)
            figures.append(told)
            right.append(int(truth >= 0) + int(ranked[0] == truth))
    return _judge(np.array(figures, np.float32).reshape(-1, 3), np.array(right))


def _judge(figures: Floats, right: NDArray[np.int64]) -> Judge:
    """Fit the judge on figures (n, 3) of background (0), wrong (1) and right (2) answers."""
    if not len(figures):
        return NO_JUDGE
    middle, spread = figures[:, :2].mean(axis=0), np.maximum(figures[:, :2].std(axis=0), 1e-3)
    scaled = np.concatenate([(figures[:, :2] - middle) / spread, figures[:, 2:]], axis=1)
    known = right != 1
    fitted = logistic(scaled[known], (right[known] == 2).astype(np.float32))
    slopes = np.maximum(fitted[:2], 0) / spread
    usual = np.log((1 - UNRELATED) / UNRELATED)  # the regression saw both equally often
    beta = np.array([*slopes, fitted[2] - slopes @ middle + usual], np.float32)
    chances = sigmoid(figures @ beta).astype(np.float32)
    return Judge(beta, chances[right > 0], chances[right == 0])


def _folds(groups: NDArray[np.int64]) -> NDArray[np.int64]:
    """Return a fold for every row, the same for the rows of one template."""
    _, index = np.unique(groups, return_inverse=True)
    return index % FOLDS


def _nearest(cosines: Floats) -> float:
    """Return the mean of the greatest few cosines; -1 where there are none."""
    if not len(cosines):
        return -1.0
    few = min(NEAREST, len(cosines))
    return float(np.partition(cosines, -few)[-few:].mean())


def _is_far(background: Floats, examples: Floats) -> NDArray[np.bool_]:
    """Return which vectors (n, d) are so far from all examples that they may be background."""
    if not len(examples) or not len(background):
        return np.ones(len(background), bool)
    far: NDArray[np.bool_] = (background @ examples.T).max(axis=1) < CLOSE
    return far


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
