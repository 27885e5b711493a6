"""Float folders become int8 folders."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from assistant.engine import Encoder, safetensors
from assistant.engine.checkpoint import read_int8, write_float
from assistant.engine.layers import Linear, weights_of
from assistant.errors import CheckpointError
from assistant.training.quantize import per_row, quantize
from tests import checkpoints


def test_quantize_rows_to_half_a_step() -> None:
    """Every weight is kept within half a step of its row's scale, and zeros stay zeros."""
    weight = np.random.default_rng(0).standard_normal((6, 50)).astype(np.float32)
    weight[3] = 0

    whole, scale = per_row(weight)

    assert whole.dtype == np.int8
    assert (np.abs(whole * scale[:, None] - weight) <= scale[:, None] * 0.5001).all()
    assert not whole[3].any()


def test_quantize_stores_equal_halves_once(tmp_path: Path) -> None:
    """Word vectors of two equal halves are stored once; others are stored whole."""
    sizes = checkpoints.config("distilbert")
    same = checkpoints.write(tmp_path / "same", sizes)
    other = checkpoints.write(tmp_path / "other", sizes)
    arrays = checkpoints.arrays(sizes)
    arrays["embeddings.word_embeddings.weight"][5, 0] += 1
    write_float(other, sizes, arrays)

    once, whole = (read_int8(quantize(f, tmp_path / f"{f.name}-int8")) for f in (same, other))

    assert (once.tile, once.embeddings["word.weight"].shape[1]) == (2, sizes.hidden // 2)
    assert (whole.tile, whole.embeddings["word.weight"].shape[1]) == (1, sizes.hidden)


@pytest.mark.parametrize("prefix", ["distilbert.", "transformer."])
def test_quantize_keeps_heads_apart(tmp_path: Path, prefix: str) -> None:
    """A checkpoint with a head gives the same encoder, and its head in a file of its own."""
    kind = "squeezebert" if prefix == "transformer." else "distilbert"
    sizes = checkpoints.config(kind)
    bare = checkpoints.write(tmp_path / "bare", sizes)
    headed = checkpoints.write(tmp_path / "headed", sizes)
    named = {prefix + name: value for name, value in checkpoints.arrays(sizes).items()}
    head = {"classifier.weight": np.ones((2, 32), np.float32)}
    write_float(headed, sizes, named | head)

    quantize(bare, tmp_path / "a")
    quantize(headed, tmp_path / "b")

    assert read_int8(tmp_path / "a").fingerprint == read_int8(tmp_path / "b").fingerprint
    assert not (tmp_path / "a" / "head-model.safetensors").exists()
    found = safetensors.read(tmp_path / "b" / "head-model.safetensors")
    np.testing.assert_array_equal(found["classifier.weight"], head["classifier.weight"])


def test_quantize_names_a_missing_parameter(tmp_path: Path) -> None:
    """A float folder that lacks a parameter is refused by the parameter's name."""
    sizes = checkpoints.config("distilbert")
    folder = checkpoints.write(tmp_path / "float", sizes)
    arrays = checkpoints.arrays(sizes)
    del arrays["transformer.layer.1.ffn.lin2.weight"]
    write_float(folder, sizes, arrays)

    with pytest.raises(CheckpointError, match=r"transformer\.layer\.1\.ffn\.lin2\.weight"):
        quantize(folder, tmp_path / "int8")


@pytest.mark.parametrize("groups", [1, 2])
def test_quantize_outliers_kept_apart_come_nearer(groups: int) -> None:
    """Two loud inputs, one in each half, cost the others their precision unless kept apart."""
    chance = np.random.default_rng(4)
    exact = chance.standard_normal((6, 32 // groups)).astype(np.float32)
    x = chance.standard_normal((9, 32)).astype(np.float32)
    x[:, [5, 21]] *= 60
    weight, scale = per_row(exact)
    wanted = np.concatenate(
        [
            part @ rows.T
            for part, rows in zip(np.split(x, groups, 1), np.split(exact, groups), strict=True)
        ],
        axis=1,
    )
    bias, columns = np.zeros(6, np.float32), np.array([5, 21], np.int32)
    loud = weights_of(columns, weight, scale, groups)

    plain = Linear(weight, scale, bias, groups)(x)
    apart = Linear(weight, scale, bias, groups, columns, loud)(x)

    assert np.abs(apart - wanted).mean() < 0.6 * np.abs(plain - wanted).mean()


def test_quantize_writes_outliers_the_engine_reads(tmp_path: Path) -> None:
    """Columns named while quantizing are read back; those that are no inputs are refused."""
    sizes = checkpoints.config("squeezebert")
    folder = checkpoints.write(tmp_path / "float", sizes)
    name = "layers.0.value.outliers"
    columns = np.array([1, 17], np.int32)

    out = quantize(folder, tmp_path / "int8", outliers={name: columns})
    Encoder.load(out)
    np.testing.assert_array_equal(read_int8(out).encoder[name], columns)

    quantize(folder, out, outliers={name: np.array([1, sizes.hidden], np.int32)})
    with pytest.raises(CheckpointError, match="some beyond"):
        Encoder.load(out)
