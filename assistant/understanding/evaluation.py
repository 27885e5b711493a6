"""How well intents are told apart, and how well the rest is refused: figures, no printing."""

from __future__ import annotations

import random
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from assistant.understanding.classifier import FOLDS, IntentClassifier, Labelled

Floats = NDArray[np.float32]
Encode = Callable[[Sequence[str]], Floats]


@dataclass(frozen=True, slots=True)
class Answers:
    """What a head said about sentences: the intent expected and given, and its confidence."""

    expected: tuple[str, ...]
    given: tuple[str, ...]
    confidence: Floats


def ask(head: IntentClassifier, vectors: Floats, expected: Sequence[str]) -> Answers:
    """Return the head's best intent for each vector (n, d)."""
    best = [head.predict(vector, most=1)[0] for vector in vectors]
    confidence = np.array([candidate.confidence for candidate in best], np.float32)
    return Answers(tuple(expected), tuple(candidate.intent for candidate in best), confidence)


def fit(rows: Sequence[tuple[str, str]], background: Floats, encode: Encode) -> IntentClassifier:
    """Fit a head on (text, intent) rows, each row an example of its own."""
    names = sorted({intent for _, intent in rows})
    place = {name: i for i, name in enumerate(names)}
    intents = np.array([place[intent] for _, intent in rows], np.int64)
    vectors = encode([text for text, _ in rows])
    return IntentClassifier.fit(names, Labelled(vectors, intents, np.arange(len(rows))), background)


def made_up(intents: int, each: int, width: int = 768) -> IntentClassifier:
    """Fit a head on made-up vectors around one point an intent, to see what many of them cost."""
    chance = np.random.default_rng(0)
    centres = chance.standard_normal((intents, 1, width), np.float32)
    spread = chance.standard_normal((intents, each, width), np.float32)
    vectors = (centres + spread).reshape(-1, width)
    vectors /= np.linalg.norm(vectors, axis=1, keepdims=True)
    background = chance.standard_normal((300, width), np.float32)
    background /= np.linalg.norm(background, axis=1, keepdims=True)
    names = [f"made.up{i}" for i in range(intents)]
    labels = np.repeat(np.arange(intents), each)
    return IntentClassifier.fit(
        names, Labelled(vectors, labels, np.arange(len(labels))), background
    )


def few(rows: Sequence[tuple[str, str]], shots: int, seed: int) -> list[tuple[str, str]]:
    """Return ``shots`` rows of each intent, chosen by the seed."""
    chance = random.Random(seed)
    by_intent: dict[str, list[tuple[str, str]]] = {}
    for row in rows:
        by_intent.setdefault(row[1], []).append(row)
    return [
        row
        for name in sorted(by_intent)
        for row in chance.sample(by_intent[name], min(shots, len(by_intent[name])))
    ]


def accuracy(answers: Answers) -> float:
    """Return the share of right intents."""
    pairs = zip(answers.expected, answers.given, strict=True)
    return float(np.mean([expected == given for expected, given in pairs]))


def macro_f1(answers: Answers) -> float:
    """Return the mean over intents of the harmonic mean of precision and recall."""
    scores = []
    for name in sorted(set(answers.expected)):
        pairs = list(zip(answers.expected, answers.given, strict=True))
        both = sum(e == g == name for e, g in pairs)
        either = sum(e == name for e, _ in pairs) + sum(g == name for _, g in pairs)
        scores.append(2 * both / either if either else 0.0)
    return float(np.mean(scores))


def auroc(inside: Floats, outside: Floats) -> float:
    """Return the chance that an in-scope sentence is believed more than an out-of-scope one."""
    higher = (inside[:, None] > outside[None]).mean()
    return float(higher + 0.5 * (inside[:, None] == outside[None]).mean())


def recall_at(inside: Floats, outside: Floats, refused: float = 0.04) -> float:
    """Return the share of out-of-scope refused at the threshold that refuses a share in scope."""
    return float((outside < np.quantile(inside, refused)).mean())


def calibration_error(answers: Answers, bins: int = 10) -> float:
    """Return the expected calibration error: |confidence - accuracy| over equal bins."""
    right = np.array([e == g for e, g in zip(answers.expected, answers.given, strict=True)])
    place = np.minimum((answers.confidence * bins).astype(int), bins - 1)
    gaps = [
        abs(answers.confidence[place == b].mean() - right[place == b].mean()) * (place == b).mean()
        for b in range(bins)
        if (place == b).any()
    ]
    return float(sum(gaps))


def cross_validate(
    names: Sequence[str], examples: Labelled, background: Floats, false_accepts: float
) -> dict[str, float]:
    """Return figures of a head that never saw the examples it is asked about.

    Whole examples are left out, with every sentence sampled of them; a fifth of the background is
    left out too and stands for what no skill covers.
    """
    fold = examples.templates % FOLDS
    apart = np.arange(len(background)) % FOLDS
    said: list[Answers] = []
    outside: list[Floats] = []
    thresholds: list[float] = []
    for part in range(FOLDS):
        kept = fold != part
        head = IntentClassifier.fit(names, examples.rows(kept), background[apart != part])
        thresholds.append(head.judge.threshold(false_accepts))
        expected = [names[i] for i in examples.intents[~kept]]
        said.append(ask(head, examples.vectors[~kept], expected))
        outside.append(
            ask(head, background[apart == part], [""] * int((apart == part).sum())).confidence
        )
    answers = Answers(
        tuple(e for a in said for e in a.expected),
        tuple(g for a in said for g in a.given),
        np.concatenate([a.confidence for a in said]),
    )
    return figures(answers, np.concatenate(outside), float(np.mean(thresholds)))


def figures(answers: Answers, outside: Floats | None, threshold: float) -> dict[str, float]:
    """Return the figures by name, those about refusal where there are out-of-scope sentences."""
    believed = answers.confidence >= threshold
    right = np.array([e == g for e, g in zip(answers.expected, answers.given, strict=True)])
    told = {
        "accuracy": accuracy(answers),
        "macro_f1": macro_f1(answers),
        "ece": calibration_error(answers),
        "threshold": threshold,
        "missed": float((~believed).mean()),
        "kept_and_right": float((believed & right).mean()),
        "kept_and_wrong": float((believed & ~right).mean()),
    }
    if outside is not None and len(outside):
        told["oos_auroc"] = auroc(answers.confidence, outside)
        told["oos_recall_at_4"] = recall_at(answers.confidence, outside)
        told["oos_accepted"] = float((outside >= threshold).mean())
    return told
