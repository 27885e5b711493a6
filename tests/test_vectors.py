"""The cache of sentence vectors gives every vector asked for, however few it may keep."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from assistant.understanding.learning import vectors
from tests.hostile import odd


class Numbers:
    """Stands for an encoder: “sentence 7” becomes a vector that tells 7."""

    fingerprint = "numbers"
    hidden = 2

    def __init__(self) -> None:
        self.asked: list[int] = []

    def encode(self, texts):
        """Return a unit vector a text."""
        self.asked.append(len(texts))
        angles = np.array([int(text.split()[1]) / 100 for text in texts])
        return np.stack([np.cos(angles), np.sin(angles)], axis=1).astype(np.float32)


def test_vectors_of_more_sentences_than_are_kept(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A file larger than the cache is encoded in parts and whole, what was known before too."""
    monkeypatch.setattr(vectors, "MOST", 6)
    monkeypatch.setattr(vectors, "PART", 4)
    encoder = Numbers()
    cache = vectors.VectorCache(encoder, tmp_path / "none", tmp_path / "own.npz")  # type: ignore[arg-type]
    sentences = [f"sentence {i}" for i in range(11)]
    cache.vectors(sentences[:3])

    told = cache.vectors(sentences)

    angles = np.arange(11) / 100
    np.testing.assert_allclose(told, np.stack([np.cos(angles), np.sin(angles)], 1), atol=1e-3)
    assert encoder.asked == [3, 4, 4]
    assert len(vectors.load(tmp_path / "own.npz", "numbers")) <= 6


@pytest.mark.parametrize("what", odd.PLACES)
def test_vectors_whatever_lies_in_their_place(tmp_path: Path, what: str) -> None:
    """A cache that is a pipe, a folder or a device costs the time to encode."""
    odd.PLACES[what](tmp_path / "own.npz")
    with odd.within(10):
        cache = vectors.VectorCache(Numbers(), tmp_path / "none", tmp_path / "own.npz")  # type: ignore[arg-type]
        assert len(cache.vectors(["sentence 1", "sentence 2"])) == 2


def test_vectors_of_a_closed_file_are_read_again(tmp_path: Path) -> None:
    """Closing gives back its memory; what stands in it is not encoded afterwards either."""
    shipped, encoder = tmp_path / "shipped.npz", Numbers()
    said = ["sentence 1", "sentence 2"]
    vectors.save(shipped, "numbers", vectors.encoded(encoder, said))  # type: ignore[arg-type]
    cache = vectors.VectorCache(encoder, shipped, tmp_path / "own.npz")  # type: ignore[arg-type]
    before = cache.vectors(said)

    cache.close()

    np.testing.assert_array_equal(cache.vectors(said), before)
    assert encoder.asked == [2]
