"""The head that was fitted last, kept by all that it was fitted on and how."""

from __future__ import annotations

import hashlib
import logging
import os
from collections.abc import Sequence
from pathlib import Path

import numpy as np

from assistant.understanding.learning import classifier, regression
from assistant.understanding.learning.classifier import IntentClassifier, Judge, Labelled
from assistant.understanding.learning.regression import Floats

log = logging.getLogger(__name__)


def fitted(
    path: Path, names: Sequence[str], examples: Labelled, background: Floats
) -> IntentClassifier:
    """Return the head kept in a file if it is of these; else fit it, and keep it there instead.

    A folder that can't be written costs only time.
    """
    key = _key(names, examples, background)
    kept = _load(path, key, names, examples)
    if kept is not None:
        return kept
    head = IntentClassifier.fit(names, examples, background)
    try:
        _save(path, key, head)
    except OSError:
        log.warning("the head can't be kept in %s", path, exc_info=True)
    return head


def _key(names: Sequence[str], examples: Labelled, background: Floats) -> str:
    """Return the hash of everything a head depends on, its own code too."""
    told = hashlib.blake2b(digest_size=16)
    for module in (classifier, regression):
        told.update(Path(str(module.__file__)).read_bytes())
    told.update("\n".join(names).encode())
    for array in (examples.vectors, examples.intents, examples.templates, background):
        told.update(np.ascontiguousarray(array).tobytes())
    return told.hexdigest()


def _load(
    path: Path, key: str, names: Sequence[str], examples: Labelled
) -> IntentClassifier | None:
    try:
        with np.load(path, allow_pickle=False) as data:
            if str(data["key"]) != key:
                return None
            judge = Judge(data["beta"], data["own"], data["others"])
            return IntentClassifier(tuple(names), data["weights"], examples.by_intent(), judge)
    except FileNotFoundError:
        return None
    except Exception:  # a damaged file of any kind is made anew
        log.warning("the head in %s can't be read", path, exc_info=True)
        return None


def _save(path: Path, key: str, head: IntentClassifier) -> None:
    """Write a head to a file, whole or not at all."""
    path.parent.mkdir(parents=True, exist_ok=True)
    part = path.with_name(f"{path.name}.{os.getpid()}.part")
    judge = head.judge
    with part.open("wb") as file:
        np.savez(
            file,
            key=key,
            weights=head.weights,
            beta=judge.beta,
            own=judge.own,
            others=judge.others,
        )
    part.replace(path)
