"""The intent head on made-up vectors: right near its examples, doubtful away from them."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from assistant.measuring import evaluation
from assistant.understanding.learning import vectors
from assistant.understanding.learning.classifier import IntentClassifier, Judge, Labelled, by_intent
from assistant.understanding.learning.regression import softmax_regression

WIDTH = 64


def around(centre: np.ndarray, count: int, chance: np.random.Generator) -> np.ndarray:
    """Return unit vectors near a centre."""
    rows = centre + 0.6 * chance.standard_normal((count, WIDTH)) / WIDTH**0.5
    return (rows / np.linalg.norm(rows, axis=1, keepdims=True)).astype(np.float32)


@pytest.fixture(scope="module")
def world() -> tuple[IntentClassifier, np.ndarray, np.ndarray]:
    """Return a head of eight intents, their centres, and background it never saw."""
    chance = np.random.default_rng(3)
    centres = chance.standard_normal((8, WIDTH))
    centres /= np.linalg.norm(centres, axis=1, keepdims=True)
    rows = np.concatenate([around(c, 12, chance) for c in centres])
    other = chance.standard_normal((300, WIDTH))
    other = (other / np.linalg.norm(other, axis=1, keepdims=True)).astype(np.float32)
    labelled = Labelled.of(rows, list(np.repeat(range(8), 12)), list(range(96)))
    head = IntentClassifier.fit([f"s.i{i}" for i in range(8)], labelled, other[:200])
    return head, centres, other[200:]


def test_classifier_knows_its_own(world: tuple[IntentClassifier, np.ndarray, np.ndarray]) -> None:
    """Fresh vectors near an intent get that intent, with confidence."""
    head, centres, _ = world
    chance = np.random.default_rng(4)
    for i, centre in enumerate(centres):
        best = head.predict(around(centre, 1, chance)[0])[0]
        assert best.intent == f"s.i{i}"
        assert best.confidence > 0.5


def test_classifier_refuses_the_rest(
    world: tuple[IntentClassifier, np.ndarray, np.ndarray],
) -> None:
    """Of vectors from nowhere in particular hardly any is believed."""
    head, _, other = world
    believed = [head.predict(vector)[0].confidence >= 0.5 for vector in other]

    assert np.mean(believed) < 0.05


def test_classifier_confidences_are_shares(
    world: tuple[IntentClassifier, np.ndarray, np.ndarray],
) -> None:
    """Candidates come best first, each confidence lies in [0, 1]."""
    head, centres, _ = world
    ranked = head.predict(centres[0].astype(np.float32))
    confidences = [c.confidence for c in ranked]

    assert len(ranked) == 5
    assert confidences[0] == max(confidences)
    assert all(0 <= c <= 1 for c in confidences)


@pytest.mark.parametrize("intents", [1, 2])
def test_classifier_of_few_intents(intents: int) -> None:
    """One skill with one intent is enough to fit, and so is no background."""
    chance = np.random.default_rng(5)
    rows = around(chance.standard_normal(WIDTH), 3 * intents, chance)
    labelled = Labelled.of(rows, sorted(list(range(intents)) * 3), list(range(3 * intents)))
    names = [f"s.i{i}" for i in range(intents)]
    head = IntentClassifier.fit(names, labelled, np.zeros((0, WIDTH), np.float32))

    assert head.predict(rows[0])[0].intent in names


def test_classifier_of_no_intent_refuses() -> None:
    """Without any skill nothing is likely."""
    none = Labelled.of(np.zeros((0, WIDTH), np.float32), [], [])
    head = IntentClassifier.fit([], none, np.eye(3, WIDTH, dtype=np.float32))

    assert head.predict(np.eye(1, WIDTH, dtype=np.float32)[0]) == []


def test_classifier_flattens_by_template() -> None:
    """Sentences carry the number of their template, so that folds leave whole ones out."""
    flat = by_intent({"a": [["x", "y"], ["z"]], "b": [["w"]]})

    assert flat == (["x", "y", "z", "w"], [0, 0, 0, 1], [0, 0, 1, 2])


def test_evaluation_figures() -> None:
    """The figures are what their names say, on answers small enough to count by hand."""
    said = evaluation.Answers(("a", "a", "b"), ("a", "b", "b"), np.array([0.9, 0.4, 0.8], "f4"))
    told = evaluation.figures(said, np.array([0.1, 0.85], "f4"), threshold=0.5)

    assert told["accuracy"] == pytest.approx(2 / 3)
    assert told["macro_f1"] == pytest.approx(2 / 3)
    assert told["kept_and_right"] == pytest.approx(2 / 3)
    assert told["kept_and_wrong"] == 0
    assert told["oos_auroc"] == pytest.approx(4 / 6)
    assert told["oos_accepted"] == 0.5


def test_evaluation_few_is_the_same_for_a_seed() -> None:
    """Few-shot rows are so many an intent, and the seed decides which."""
    rows = [(f"t{i}", "ab"[i % 2]) for i in range(40)]

    assert evaluation.few(rows, 5, 1) == evaluation.few(rows, 5, 1) != evaluation.few(rows, 5, 2)
    assert len(evaluation.few(rows, 5, 1)) == 10


class Counter:
    """An encoder that counts what it is asked for."""

    hidden = 4

    def __init__(self, fingerprint: str = "f") -> None:
        self.fingerprint = fingerprint
        self.asked: list[str] = []

    def encode(self, texts: list[str]) -> np.ndarray:
        """Return made-up vectors."""
        self.asked += texts
        return np.array([[len(t), 1, 2, 3] for t in texts], np.float32)


def test_vectors_are_computed_once(tmp_path: Path) -> None:
    """A sentence is encoded once for a checkpoint, over restarts too, whatever its case."""
    own = tmp_path / "home" / "v.npz"
    first, second, other = Counter(), Counter(), Counter("g")
    one = vectors.VectorCache(first, tmp_path / "none", own).vectors(["Hi there", "hi  THERE"])  # type: ignore[arg-type]
    two = vectors.VectorCache(second, tmp_path / "none", own).vectors(["hi there"])  # type: ignore[arg-type]
    vectors.VectorCache(other, tmp_path / "none", own).vectors(["hi there"])  # type: ignore[arg-type]

    assert (len(first.asked), len(second.asked), len(other.asked)) == (1, 0, 1)
    assert np.allclose(one[0], two[0])
    assert np.allclose(np.linalg.norm(one, axis=1), 1)


@pytest.mark.parametrize("damage", [b"", b"no archive", b"PK\x03\x04broken"])
def test_vectors_damaged_cache_is_made_anew(tmp_path: Path, damage: bytes) -> None:
    """A damaged file costs time and nothing else."""
    own = tmp_path / "v.npz"
    own.write_bytes(damage)
    encoder = Counter()

    assert vectors.VectorCache(encoder, own, own).vectors(["a"]).shape == (1, 4)  # type: ignore[arg-type]


def test_vectors_home_that_cannot_be_written(tmp_path: Path) -> None:
    """Without a writable home sentences are encoded all the same."""
    blocked = tmp_path / "file"
    blocked.write_text("", encoding="utf-8")
    cache = vectors.VectorCache(Counter(), blocked, blocked / "v.npz")  # type: ignore[arg-type]

    assert cache.vectors(["a", "b"]).shape == (2, 4)


def test_classifier_keeps_its_budget(
    world: tuple[IntentClassifier, np.ndarray, np.ndarray],
) -> None:
    """Fresh sentences from nowhere pass no oftener than allowed; a larger budget misses less."""
    head, _, other = world
    sure = np.array([head.predict(vector, most=1)[0].confidence for vector in other])
    budgets = (0.0, 0.01, 0.05, 0.2, 0.5)
    thresholds = [head.judge.threshold(budget) for budget in budgets]
    missed = [head.judge.missed(budget) for budget in budgets]

    assert thresholds == sorted(thresholds, reverse=True)
    assert missed == sorted(missed, reverse=True)
    for budget, threshold in zip(budgets, thresholds, strict=True):
        assert np.mean(sure >= threshold) <= budget + 0.08


def test_judge_counts_its_threshold() -> None:
    """Of 99 background sentences a budget of 3 in 100 lets three pass, and no budget none."""
    others = np.arange(1, 100, dtype=np.float32) / 100
    judge = Judge(np.zeros(3, np.float32), np.array([0.5, 0.98], np.float32), others)

    assert (others >= judge.threshold(0.03)).sum() == 3
    assert (others >= judge.threshold(0.0)).sum() == 0
    assert judge.missed(0.03) == 0.5
    assert judge.threshold(1.0) == 0.0


def test_classifier_prefers_the_nearest_example() -> None:
    """Between two intents the regression can't part, a sentence like an example gets its intent."""
    chance = np.random.default_rng(8)
    rows = chance.standard_normal((20, WIDTH)).astype(np.float32)
    rows /= np.linalg.norm(rows, axis=1, keepdims=True)
    labels = [i % 2 for i in range(20)]
    head = IntentClassifier.fit(
        ["s.a", "s.b"], Labelled.of(rows, labels, list(range(20))), rows[:0]
    )

    found = [head.predict(row)[0].intent for row in rows]

    assert found == [("s.a", "s.b")[label] for label in labels]


def test_regression_parts_what_means_cannot() -> None:
    """Two classes with one mean and different spreads of a third are told apart by direction."""
    chance = np.random.default_rng(2)
    x = chance.standard_normal((300, 8)).astype(np.float32)
    x[:, 0] *= 4
    x /= np.linalg.norm(x, axis=1, keepdims=True)
    labels = (x[:, 1] + 0.05 * x[:, 0] > 0).astype(np.int64)

    weights = softmax_regression(x, labels, 2, np.ones(300, np.float32), 40)

    found = (x @ weights[:-1] + weights[-1]).argmax(axis=1)
    assert np.mean(found == labels) > 0.97


@pytest.mark.parametrize("looks", [1, 2, 20])
def test_regression_never_gets_worse(looks: int) -> None:
    """However few looks are allowed, the weights are finite and tell the classes apart."""
    x = np.eye(6, dtype=np.float32)
    labels = np.array([0, 0, 1, 1, 2, 2])

    weights = softmax_regression(x, labels, 3, np.ones(6, np.float32), looks)

    assert np.isfinite(weights).all()
    assert ((x @ weights[:-1] + weights[-1]).argmax(axis=1) == labels).all()
