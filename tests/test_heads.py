"""A head that was fitted before is taken from its file, unless anything about it is another."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from assistant.understanding.learning import heads
from assistant.understanding.learning.classifier import IntentClassifier, Labelled

NAMES = ("a.one", "a.two")


def world(seed: int) -> tuple[Labelled, np.ndarray]:
    """Return examples of two intents, not in their order, and background."""
    chance = np.random.default_rng(seed)
    rows = chance.standard_normal((24, 8)).astype(np.float32)
    rows /= np.linalg.norm(rows, axis=1, keepdims=True)
    return Labelled.of(rows[:16], [0, 1] * 8, list(range(16))), rows[16:]


def never(*_: object) -> IntentClassifier:
    """Fail where a head is fitted."""
    raise AssertionError("fitted again")


def test_heads_are_fitted_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """What was kept says of a vector exactly what was fitted."""
    examples, background = world(1)
    first = heads.fitted(tmp_path / "cache" / "head.npz", NAMES, examples, background)
    monkeypatch.setattr(IntentClassifier, "fit", never)
    again = heads.fitted(tmp_path / "cache" / "head.npz", NAMES, examples, background)
    assert [again.predict(v) for v in background] == [first.predict(v) for v in background]
    assert again.judge.threshold(0.2) == first.judge.threshold(0.2)
    assert again.judge.missed(0.2) == first.judge.missed(0.2)


def test_heads_of_other_examples_or_background_are_fitted(tmp_path: Path) -> None:
    """One sentence more or less, and it is another head."""
    examples, background = world(1)
    path = tmp_path / "head.npz"
    first = heads.fitted(path, NAMES, examples, background)
    other = heads.fitted(path, NAMES, examples.rows(np.arange(15)), background)
    assert not np.array_equal(first.weights, other.weights)
    fewer = heads.fitted(path, NAMES, examples, background[:4])
    assert len(fewer.judge.others) < len(first.judge.others)
    assert heads.fitted(path, ("a.one", "b.two"), examples, background).names[1] == "b.two"


@pytest.mark.parametrize("content", [b"", b"PK", b"\x00" * 300])
def test_heads_damaged_are_fitted_anew(tmp_path: Path, content: bytes) -> None:
    """A damaged file is replaced; so is what can't be kept at all passed over."""
    examples, background = world(2)
    path = tmp_path / "head.npz"
    path.write_bytes(content)
    head = heads.fitted(path, NAMES, examples, background)
    assert path.read_bytes() != content
    (tmp_path / "file").write_text("")
    unkept = heads.fitted(tmp_path / "file" / "head.npz", NAMES, examples, background)
    assert np.array_equal(unkept.weights, head.weights)
