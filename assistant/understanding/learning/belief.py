"""How far to believe that a sentence means an intent: a judge that learnt it on public intents.

It looks at figures of the reading (``understanding/evidence.py``) and at the products of each two,
for one alone may be great for a stranger's reason. What it learnt of is told in its card.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from assistant.errors import CheckpointError
from assistant.understanding.learning.regression import Floats, logistic, sigmoid

FIGURES = (
    "logit", "nearest", "margin", "neutral logit", "neutral nearest", "free",
    "least like", "mean like", "unlike", "function words only",
    "said like", "example like", "example least like", "example unlike",
    "unexplained", "closed unexplained", "complete", "against", "words",
)  # fmt: skip
"""What the judge is told, in its order."""

FARTHEST = 4.0
"""Spreads from the middle beyond which a figure counts no more."""

LEAST = 0.01
"""Spread that a figure has at least, so that one which was always the same says nothing."""

PENALTY = 20.0
"""Weight of the squared coefficients, in rows."""


@dataclass(frozen=True)
class Belief:
    """The figures' middles and spreads (k,), and a coefficient of each product."""

    middles: Floats
    spreads: Floats
    weights: Floats

    @classmethod
    def load(cls, path: Path) -> Belief:
        """Read a judge of FIGURES. Raises CheckpointError, one sentence, if it is none."""
        try:
            data = json.loads(path.read_text(encoding="utf-8"))
            names = tuple(data["figures"])
            read = [np.array(data[key], np.float32) for key in ("middles", "spreads", "weights")]
        except (OSError, ValueError, KeyError, TypeError) as error:
            raise CheckpointError(
                f"The judge {path} can't be read ({error}): install it again."
            ) from error
        if names != FIGURES or [len(each) for each in read] != [
            len(FIGURES), len(FIGURES), _products(len(FIGURES))
        ]:  # fmt: skip
            raise CheckpointError(f"The judge {path} is of other figures: install it again.")
        return cls(*read)

    def save(self, path: Path) -> None:
        """Write it where ``load`` finds it."""
        data = {
            "figures": list(FIGURES),
            "middles": _rounded(self.middles),
            "spreads": _rounded(self.spreads),
            "weights": _rounded(self.weights),
        }
        path.write_text(json.dumps(data, indent=1) + "\n", encoding="utf-8")

    @classmethod
    def fit(cls, figures: Floats, right: Floats) -> Belief:
        """Learn from figures (n, k) of readings that were right (1) or not (0)."""
        middles = figures.mean(axis=0)
        spreads = np.maximum(figures.std(axis=0), LEAST)
        judge = cls(middles, spreads, np.zeros(_products(len(FIGURES)), np.float32))
        learnt = logistic(judge._rows(figures), right, penalty=PENALTY)
        return cls(middles, spreads, learnt)

    def chances(self, figures: Floats) -> Floats:
        """Return the chance (n,) that each reading is right, of its figures (n, k)."""
        chances: Floats = sigmoid(self._rows(figures) @ self.weights).astype(np.float32)
        return chances

    def _rows(self, figures: Floats) -> Floats:
        """Return the figures, scaled, the products of each two and 1: (n, products)."""
        scaled = np.clip((figures - self.middles) / self.spreads, -FARTHEST, FARTHEST)
        left, right = np.triu_indices(scaled.shape[1])
        one = np.ones((len(scaled), 1), np.float32)
        rows: Floats = np.concatenate([scaled, scaled[:, left] * scaled[:, right], one], axis=1)
        return rows


def _products(figures: int) -> int:
    return figures + figures * (figures + 1) // 2 + 1


def _rounded(values: Floats) -> list[float]:
    return [round(float(value), 5) for value in values]
