"""How well intents are told apart, and how well the rest is refused: figures, no printing."""

from __future__ import annotations

import random
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from assistant.labelled import metrics
from assistant.understanding.learning.classifier import FOLDS, IntentClassifier, Labelled

Floats = NDArray[np.float32]
Encode = Callable[[Sequence[str]], Floats]


@dataclass(frozen=True, slots=True)
class Answers:
    """What a head said about sentences: the intent expected and given, and its confidence."""

    expected: tuple[str, ...]
    given: tuple[str, ...]
    confidence: Floats


def answers(expected: Sequence[str], given: Sequence[str], confidence: Sequence[float]) -> Answers:
    """Return answers that were given as plain lists."""
    return Answers(tuple(expected), tuple(given), floats(confidence))


def floats(values: Sequence[float]) -> Floats:
    """Return numbers as an array."""
    return np.asarray(values, np.float32)


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


@dataclass(frozen=True, slots=True)
class HeldOut:
    """Answers about examples a head never saw, and its confidences in left-out background.

    ``asked`` are the rows of the examples in the order of the answers; ``threshold`` is the mean of
    the folds' for the budget of false accepts.
    """

    answers: Answers
    asked: NDArray[np.int64]
    outside: Floats
    threshold: float


def hold_out(
    names: Sequence[str], examples: Labelled, background: Floats, false_accepts: float
) -> HeldOut:
    """Ask heads about what they never saw: whole examples with every sentence sampled of them.

    A fifth of the background is left out each time too and stands for what no skill covers.
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
        strangers = background[apart == part]
        outside.append(ask(head, strangers, [""] * len(strangers)).confidence)
    whole = Answers(
        tuple(e for a in said for e in a.expected),
        tuple(g for a in said for g in a.given),
        np.concatenate([a.confidence for a in said]),
    )
    asked = np.concatenate([np.flatnonzero(fold == part) for part in range(FOLDS)])
    return HeldOut(whole, asked, np.concatenate(outside), float(np.mean(thresholds)))


def curve(
    names: Sequence[str], examples: Labelled, steps: Sequence[int]
) -> tuple[tuple[int, float, float], ...]:
    """Return (examples an intent, mean accuracy over folds, standard deviation), cross-validated.

    Examples are those of the skills' files, each with every sentence sampled of it.
    """
    fold = examples.templates % FOLDS
    nothing = np.zeros((0, examples.vectors.shape[1]), np.float32)
    points = []
    for count in steps:
        shares, fewer = [], False
        for part in range(FOLDS):
            kept = (fold != part) & _first(examples, fold != part, count)
            fewer = fewer or int(kept.sum()) < int((fold != part).sum())
            head = IntentClassifier.fit(names, examples.rows(kept), nothing)
            expected = [names[i] for i in examples.intents[fold == part]]
            told = ask(head, examples.vectors[fold == part], expected)
            shares.append(metrics.accuracy(told.expected, told.given))
        points.append((count, float(np.mean(shares)), float(np.std(shares, ddof=1))))
        if not fewer:
            break
    return tuple(points)


def _first(examples: Labelled, among: NDArray[np.bool_], count: int) -> NDArray[np.bool_]:
    """Tell which rows are of the first so many examples of their intents, among some."""
    kept = np.zeros(len(among), bool)
    for intent in np.unique(examples.intents):
        own = among & (examples.intents == intent)
        first = np.unique(examples.templates[own])[:count]
        kept |= own & np.isin(examples.templates, first)
    return kept


def figures(said: Answers, outside: Floats | None, threshold: float | None) -> dict[str, float]:
    """Return the figures by name: those about refusal where there are out-of-scope sentences.

    Those of what would be done where there is a ``threshold`` of confidence.
    """
    right = np.array([e == g for e, g in zip(said.expected, said.given, strict=True)])
    sure = said.confidence.tolist()
    scores = metrics.by_label(said.expected, said.given)
    told = {
        "accuracy": float(right.mean()),
        "macro_f1": metrics.macro([score[2] for score in scores.values()]),
        "ece": metrics.calibration_error(right.tolist(), sure),
    }
    if outside is not None and len(outside):
        told["oos_auroc"] = metrics.auroc(sure, outside.tolist())
        told["oos_recall_at_4"] = metrics.recall_at(sure, outside.tolist())
    if threshold is not None:
        believed = said.confidence >= threshold
        told["threshold"] = threshold
        told["missed"] = float((~believed).mean())
        told["kept_and_right"] = float((believed & right).mean())
        told["kept_and_wrong"] = float((believed & ~right).mean())
        if outside is not None and len(outside):
            told["oos_accepted"] = float((outside >= threshold).mean())
    return told
