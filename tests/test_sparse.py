"""Sparse products: stored in blocks, read back whole, and computed alike by every engine."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from assistant.engine import blocks, native, safetensors
from assistant.engine.blocks import Blocks
from assistant.engine.checkpoint import ENCODER, Config
from assistant.engine.encoder import Encoder
from assistant.errors import CheckpointError
from assistant.training.quantize import quantize
from tests import checkpoints
from tests.test_native import KERNELS, both, built, environment, products

__all__ = ["environment"]
PRODUCTS = ("query", "key", "value", "attention_output", "intermediate", "output")


def thinned(weight: np.ndarray, rows: int, share: float, chance: np.random.Generator) -> np.ndarray:
    """Return a weight (out, width) of whose blocks only a share is left."""
    outs, width = weight.shape
    kept = chance.random((outs // rows, width // 4)) < share
    return weight * np.repeat(np.repeat(kept, rows, axis=0), 4, axis=1).astype(weight.dtype)


def folder_of(folder: Path, rows: int, grown: bool, **others: int) -> Path:
    """Write an int8 folder with sparse products; a grown one uses half of its sizes, as ours do."""
    groups, seed, loud = others.get("groups", 1), others.get("seed", 0), others.get("loud", 0)
    hidden, heads, wide = 128, 2, 192
    names = "q k v post_attention intermediate output".split()
    cut = {f"{name}_groups": groups for name in names}
    sizes = Config("squeezebert", len(checkpoints.WORDS), 512, hidden, 2, heads, wide, **cut)
    chance = np.random.default_rng(seed)
    written = quantize(checkpoints.write(folder / "float", sizes, seed), folder / "int8")
    path = written / ENCODER
    arrays = {name: array.copy() for name, array in safetensors.read(path).items()}
    for layer in range(2):
        for i, part in enumerate(PRODUCTS):
            name = f"layers.{layer}.{part}"
            weight = thinned(arrays.pop(f"{name}.weight"), rows, 0.6, chance)
            if grown:
                grow(weight, arrays[f"{name}.scale"], arrays[f"{name}.bias"], part, heads)
            if loud and i != 1:
                arrays[f"{name}.outliers"] = np.arange(loud, dtype=np.int32)
            dense = others.get("dense", -1) == i
            arrays |= (
                {f"{name}.weight": weight}
                if dense
                else blocks.named(name, blocks.packed(weight, rows))
            )
    safetensors.write(path, arrays)
    return written


def grow(weight: np.ndarray, scale: np.ndarray, bias: np.ndarray, part: str, heads: int) -> None:
    """Leave of a product what a grown and pruned one has: half of its inputs and outputs."""
    outs, width = weight.shape
    weight[:, width // 2 :] = 0
    if part in PRODUCTS[:3]:
        head = np.arange(outs) % (outs // heads) >= outs // heads // 2
        weight[head], bias[head] = 0, 0
    elif part == "intermediate":
        weight[outs // 2 :], bias[outs // 2 :] = 0, 0
        bias[-1] = 0.75  # one that has only a bias
    else:
        for array in (weight, scale, bias):
            array[outs // 2 :] = array[: outs // 2]


@settings(max_examples=60, deadline=None)
@given(data=st.data())
def test_blocks_are_the_weight(data: st.DataObject) -> None:
    rows = data.draw(st.sampled_from(blocks.SHAPES))
    outs, width = rows * data.draw(st.integers(1, 9)), 4 * data.draw(st.integers(1, 20))
    chance = np.random.default_rng(data.draw(st.integers(0, 2**32)))
    full = chance.integers(-128, 128, (outs, width)).astype(np.int8)
    weight = thinned(full, rows, data.draw(st.floats(0, 1)), chance)

    kept = blocks.packed(weight, rows)

    assert kept.fault(outs) == ""
    assert kept.blocks.any(axis=(1, 2)).all()
    assert np.array_equal(kept.dense(), weight)


@pytest.mark.parametrize(("outs", "width", "rows"), [(12, 8, 8), (8, 6, 8), (8, 8, 2)])
def test_what_is_no_blocks_is_not_packed(outs: int, width: int, rows: int) -> None:
    with pytest.raises(ValueError, match="no blocks"):
        blocks.packed(np.ones((outs, width), np.int8), rows)


@built
@pytest.mark.parametrize("isa", KERNELS)
@settings(max_examples=60, deadline=None)
@given(data=st.data())
def test_sums_of_blocks_are_the_integer_sums(isa: str, data: st.DataObject) -> None:
    rows = data.draw(st.sampled_from(blocks.SHAPES))
    groups, tokens = data.draw(st.sampled_from([1, 2, 4])), data.draw(st.integers(0, 70))
    width, share = 4 * data.draw(st.integers(1, 50)), rows * data.draw(st.integers(1, 20))
    chance = np.random.default_rng(data.draw(st.integers(0, 2**32)))
    x = chance.integers(-127, 128, (tokens, groups * width)).astype(np.int8)
    full = chance.integers(-128, 128, (groups * share, width)).astype(np.int8)
    weight = thinned(full, rows, data.draw(st.sampled_from([0, 0.1, 0.5, 1])), chance)
    if data.draw(st.booleans()):
        weight[share // 2 // rows * rows :] = weight[: len(weight) - share // 2 // rows * rows]
    kept = blocks.packed(weight, rows)

    given = (kept.blocks, kept.places, kept.counts)
    found = native._core.sums(x, given, len(weight), groups, isa)

    assert np.array_equal(found, products(x, weight, groups))


@built
@pytest.mark.parametrize("isa", KERNELS)
@pytest.mark.parametrize("rows", blocks.SHAPES)
@pytest.mark.parametrize(
    ("grown", "others"),
    [
        (False, {}),
        (False, {"groups": 4, "dense": 0}),
        (False, {"groups": 2, "loud": 2}),
        (True, {}),
        (True, {"dense": 1}),
        (True, {"dense": 4, "loud": 3}),
        (True, {"dense": 5}),
    ],
)
def test_sparse_encoders_give_the_same_bits(
    tmp_path: Path, environment, isa: str, rows: int, grown: bool, others: dict[str, int]
) -> None:
    folder = folder_of(tmp_path, rows, grown, **others)
    ours, oracle = both(folder, environment, isa, threads=2)
    chance = np.random.default_rng(1)
    for lengths in ([1], [3], [4], [5], [8], [11], [16], [20], [31], [70], [9, 30, 2, 17]):
        ids = [chance.integers(0, 11, length) for length in lengths]
        for mine, theirs in zip(ours.run(ids), oracle.run(ids), strict=True):
            assert np.array_equal(mine, theirs), lengths


def test_numpy_computes_what_a_dense_checkpoint_gives(tmp_path: Path, environment) -> None:
    environment.setenv(native.ENGINE, "numpy")
    sparse = folder_of(tmp_path, 8, grown=True)
    found = Encoder.load(sparse).run([np.arange(9)])[0]
    arrays = {name: array.copy() for name, array in safetensors.read(sparse / ENCODER).items()}
    for name in [name.removesuffix(".blocks") for name in arrays if name.endswith(".blocks")]:
        parts = [arrays.pop(f"{name}.{part}") for part in ("blocks", "places", "counts")]
        width = 192 if name.endswith(".output") else 128
        arrays[f"{name}.weight"] = Blocks(*parts, width=width).dense()
    safetensors.write(sparse / ENCODER, arrays)
    assert np.array_equal(Encoder.load(sparse).run([np.arange(9)])[0], found)


def _with(name: str, change: Callable[[np.ndarray], np.ndarray]) -> Callable[[dict], None]:
    def damage(arrays: dict[str, np.ndarray]) -> None:
        arrays[name] = change(arrays[name].copy())

    return damage


def _changed(at: int, value: int) -> Callable[[np.ndarray], np.ndarray]:
    def change(array: np.ndarray) -> np.ndarray:
        array.reshape(-1)[at] = value
        return array

    return change


DAMAGE = {
    "place beyond": _with("b.places", _changed(-1, 60_000)),
    "places not rising": _with("b.places", lambda a: a * 0),
    "too few places": _with("b.places", lambda a: a[:-1]),
    "too many places": _with("b.places", lambda a: np.append(a, a[-1:])),
    "places of another type": _with("b.places", lambda a: a.astype(np.int32)),
    "count below zero": _with("b.counts", _changed(0, -1)),
    "count too large": _with("b.counts", _changed(0, 2**31 - 1)),
    "counts that do not add up": _with("b.counts", lambda a: a * 0),
    "too few counts": _with("b.counts", lambda a: a[:-1]),
    "blocks missing one": _with("b.blocks", lambda a: a[:-1]),
    "blocks of five inputs": _with("b.blocks", lambda a: np.pad(a, ((0, 0), (0, 0), (0, 1)))),
    "blocks of two outputs": _with("b.blocks", lambda a: a[:, :2]),
    "flat blocks": _with("b.blocks", lambda a: a.reshape(-1)),
    "both": lambda arrays: arrays.update({"b.weight": np.zeros((128, 128), np.int8)}),
    "no places": lambda arrays: arrays.pop("b.places"),
}


@pytest.mark.parametrize("kind", DAMAGE)
def test_damaged_blocks_are_told_in_a_sentence(tmp_path: Path, kind: str) -> None:
    folder = folder_of(tmp_path, 8, grown=False)
    here = "layers.1.attention_output."
    arrays = {
        name.replace(here, "b."): array
        for name, array in safetensors.read(folder / ENCODER).items()
    }
    DAMAGE[kind](arrays)
    damaged = {
        name.replace("b.", here, 1) if name.startswith("b.") else name: array
        for name, array in arrays.items()
    }
    safetensors.write(folder / ENCODER, damaged)
    with pytest.raises(CheckpointError, match=r"layers\.1\.attention_output.*again"):
        Encoder.load(folder)


@built
@pytest.mark.parametrize("kind", sorted(set(DAMAGE) - {"both", "no places"}))
def test_the_engine_checks_blocks_by_itself(kind: str) -> None:
    """It is also handed arrays that nobody looked at."""
    chance = np.random.default_rng(0)
    weight = thinned(chance.integers(-9, 9, (64, 64)).astype(np.int8), 8, 0.5, chance)
    kept = blocks.packed(weight, 8)
    arrays = {"b.blocks": kept.blocks, "b.places": kept.places, "b.counts": kept.counts}
    DAMAGE[kind](arrays)
    given = tuple(np.ascontiguousarray(array) for array in arrays.values())
    with pytest.raises((ValueError, TypeError)):
        native._core.sums(np.ones((3, 64), np.int8), given, 64)


@built
@pytest.mark.parametrize(("width", "groups"), [(66, 1), (64, 16)])
def test_the_engine_takes_no_halves_of_blocks(width: int, groups: int) -> None:
    kept = blocks.packed(np.ones((64, 4), np.int8), 8)
    given = (kept.blocks, kept.places, kept.counts)
    with pytest.raises(ValueError, match="whole blocks"):
        native._core.sums(np.ones((3, width), np.int8), given, 64, groups)


def test_what_is_mostly_zero_is_quantized_to_blocks(tmp_path: Path) -> None:
    """What is not stays dense, and both give the vectors of a dense checkpoint."""
    sizes = Config("distilbert", len(checkpoints.WORDS), 512, 32, 2, 4, 64)
    source = checkpoints.write(tmp_path / "float", sizes)
    arrays = {n: a.copy() for n, a in safetensors.read(source / "model.safetensors").items()}
    for i, share in enumerate((0.5, 0.9)):
        name = f"transformer.layer.{i}.ffn.lin1.weight"
        arrays[name] = thinned(arrays[name], 8, share, np.random.default_rng(2))
    safetensors.write(source / "model.safetensors", arrays)

    sparse = quantize(source, tmp_path / "sparse", rows=8)
    plain = quantize(source, tmp_path / "plain")

    stored = safetensors.read(sparse / ENCODER)
    assert {name for name in stored if name.endswith(("blocks", "places", "counts"))} == {
        f"layers.0.intermediate.{part}" for part in ("blocks", "places", "counts")
    }
    assert "layers.0.intermediate.weight" not in stored
    ids = [np.arange(11)]
    assert np.array_equal(Encoder.load(sparse).run(ids)[0], Encoder.load(plain).run(ids)[0])
