"""The head that was fitted last, kept by all that it was fitted on and how."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path

import numpy as np

from assistant.understanding.learning import classifier, regression
from assistant.understanding.learning.classifier import IntentClassifier, Judge, Labelled
from assistant.understanding.learning.kept import kept, key_of
from assistant.understanding.learning.regression import Floats

ARRAYS = ("weights", "beta", "own", "others")
"""What is kept of a head."""


def fitted(
    path: Path, names: Sequence[str], examples: Labelled, background: Floats
) -> IntentClassifier:
    """Return the head kept in a file if it is of these; else fit it, and keep it there instead."""

    def fit() -> dict[str, Floats]:
        head = IntentClassifier.fit(names, examples, background)
        judge = head.judge
        return dict(zip(ARRAYS, (head.weights, judge.beta, judge.own, judge.others), strict=True))

    key = key_of(_depends(names, examples, background))
    found = kept(path, key, ARRAYS, fit)
    weights, *judged = (found[name] for name in ARRAYS)
    return IntentClassifier(tuple(names), weights, examples.by_intent(), Judge(*judged))


def _depends(names: Sequence[str], examples: Labelled, background: Floats) -> Iterator[bytes]:
    """Give everything a head depends on, its own code too."""
    for module in (classifier, regression):
        yield Path(str(module.__file__)).read_bytes()
    yield "\n".join(names).encode()
    for array in (examples.vectors, examples.intents, examples.templates, background):
        yield np.ascontiguousarray(array).tobytes()
