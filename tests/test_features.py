"""Sentiment and entities from heads on a shared encoder."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest

from assistant.engine.checkpoint import Head, fingerprint, read_float, read_heads, write_sharing
from assistant.engine.encoder import Encoder
from assistant.errors import CheckpointError
from assistant.training.quantize import _encoder, quantize
from assistant.understanding.learning import features
from assistant.understanding.learning.features import Features, runs, viterbi
from tests import checkpoints

TAGS = ("O", "B-duration", "I-duration")


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Return a SqueezeBERT with both heads that shares the words of a DistilBERT beside it."""
    sizes = checkpoints.config("distilbert")
    words = quantize(checkpoints.write(tmp_path / "float", sizes), tmp_path / "intent")
    squeeze = checkpoints.config("squeezebert", groups=2)
    config, arrays = read_float(checkpoints.write(tmp_path / "float-squeeze", squeeze, seed=1))
    draw = np.random.default_rng(2)
    heads = {
        name: Head(labels, pooling, draw.standard_normal((3, 32), np.float32), np.zeros(3, "f4"))
        for name, labels, pooling in (
            ("sentiment", ("positive", "negative", "neutral"), "mean"),
            ("entities", TAGS, "tokens"),
        )
    }
    write_sharing(tmp_path / "features", config, words, _encoder(arrays, config), heads)
    return tmp_path / "features"


def test_features_share_words_and_keep_heads(folder: Path) -> None:
    """The folder has no word vectors of its own, and its fingerprint covers all it uses."""
    assert not (folder / "embeddings.safetensors").exists()
    assert Encoder.load(folder).fingerprint == fingerprint(folder)
    assert read_heads(folder, 32)["entities"].labels == TAGS

    head = folder / "head-entities.safetensors"
    head.write_bytes(head.read_bytes()[:-1] + b"\x7f")

    assert fingerprint(folder) != Encoder.load(folder).fingerprint


def test_features_read_what_the_heads_say(folder: Path) -> None:
    """The chances are the softmax of the head on the mean, in the order of their names."""
    reading = Features.load(folder).read(["set a timer"])[0]

    encoder, head = Encoder.load(folder), read_heads(folder, 32)["sentiment"]
    scores = head.weight @ encoder.tokens(["set a timer"])[0].mean
    chances = np.exp(scores) / np.exp(scores).sum()
    assert np.allclose(reading.sentiment, chances[[1, 2, 0]], atol=1e-5)
    assert reading.mood == ("positive", "negative", "neutral")[int(chances.argmax())]


def test_features_spans_are_places_in_the_text(folder: Path) -> None:
    """Entities are whole words of the text, without the marks after them."""
    text = "set a timer for ten minutes? ten."
    for entity in Features.load(folder).read([text])[0].entities:
        assert text[entity.start : entity.end] == entity.text
        assert entity.text[-1] not in "?."
        assert 0 < entity.confidence <= 1


@pytest.mark.parametrize("text", ["", "  ", "😀", "\u202e", "a" * 5000])
def test_features_read_any_text(folder: Path, text: str) -> None:
    """Nothing that can be typed breaks the reading."""
    assert sum(Features.load(folder).read([text])[0].sentiment) == pytest.approx(1, abs=1e-3)


def test_features_best_path_never_starts_inside() -> None:
    """Where I- would win word by word, the path still begins with B-."""
    scores = np.log(np.array([[0.2, 0.3, 0.5], [0.2, 0.1, 0.7]], np.float32))

    assert viterbi(scores, features.tag_moves(TAGS)) == [1, 2]


def test_features_runs_are_spans() -> None:
    """B- begins a span, I- of the same type goes on, anything else ends it."""
    assert runs(["O", "B-a", "I-a", "B-a", "I-b", "O", "I-a"]) == [(1, 3), (3, 4), (4, 5), (6, 7)]


@pytest.mark.parametrize(
    ("change", "told"),
    [
        ({"embeddings": "../intent"}, "embeddings"),
        ({"embeddings": "gone"}, "gone"),
    ],
)
def test_features_wrong_neighbour_is_a_sentence(
    folder: Path, change: dict[str, str], told: str
) -> None:
    """A folder whose words are elsewhere, or nowhere, is told."""
    data = json.loads((folder / "config.json").read_text())
    data["int8"] |= change
    (folder / "config.json").write_text(json.dumps(data))

    with pytest.raises(CheckpointError, match=told):
        Features.load(folder)


def test_features_without_a_head_are_a_sentence(folder: Path) -> None:
    """A head of other sizes, or none at all, is told; one of the two is enough."""
    data = json.loads((folder / "config.json").read_text())
    data["heads"]["entities"]["labels"].append("B-place")
    (folder / "config.json").write_text(json.dumps(data))
    with pytest.raises(CheckpointError, match="4 labels"):
        Features.load(folder)

    del data["heads"]["entities"]
    (folder / "config.json").write_text(json.dumps(data))
    assert Features.load(folder).read(["set a timer"])[0].entities == ()

    data["heads"] = {}
    (folder / "config.json").write_text(json.dumps(data))
    with pytest.raises(CheckpointError, match="no head for"):
        Features.load(folder)
