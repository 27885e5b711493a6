"""Where products lie in blocks the others compute with the same weights, and floors tell both."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from assistant.engine import safetensors
from assistant.engine.blocks import named, packed
from assistant.engine.checkpoint import ENCODER, read_int8
from assistant.engine.products import Product, products_of, whole
from assistant.errors import CheckpointError
from assistant.measuring.engines.floor import has_blocks, kept_of, weights_of
from tests.test_native import small

ROWS = 8


def in_blocks(weight: np.ndarray) -> dict[str, np.ndarray]:
    """Return a weight (out, width) as blocks of ROWS outputs, those of zeros left out."""
    return {name[2:]: array for name, array in named("a", packed(weight, ROWS)).items()}


@pytest.fixture
def pair(tmp_path: Path) -> tuple[Path, Path]:
    """Return two folders of the same weights, many of them 0: dense, and partly in blocks."""
    dense, sparse = (small(tmp_path / name) for name in ("dense", "sparse"))
    chance = np.random.default_rng(0)
    stored = read_int8(dense)
    arrays = dict(stored.encoder)
    mixed = dict(arrays)
    for place, product in enumerate(products_of(stored.config)):
        name = f"{product.name}.weight"
        quads = arrays[name].reshape(product.outs // ROWS, ROWS, -1, 4)
        quads = quads * chance.integers(0, 2, (len(quads), 1, quads.shape[2], 1), np.int8)
        arrays[name] = mixed[name] = quads.reshape(product.outs, product.width)
        if place % 2:
            del mixed[name]
            blocks = in_blocks(arrays[name])
            mixed |= {f"{product.name}.{part}": array for part, array in blocks.items()}
    safetensors.write(dense / ENCODER, arrays)
    safetensors.write(sparse / ENCODER, mixed)
    return dense, sparse


def test_products_are_those_of_the_file(pair: tuple[Path, Path]) -> None:
    """Sizes told from the configuration are the sizes that lie there."""
    stored = read_int8(pair[0])
    shapes = {f"{p.name}.weight": (p.outs, p.width) for p in products_of(stored.config)}

    found = {name: array.shape for name, array in stored.encoder.items() if array.ndim == 2}
    assert found == shapes


def test_blocks_are_widened_to_the_weights_they_were_made_of(pair: tuple[Path, Path]) -> None:
    dense, sparse = (read_int8(folder) for folder in pair)

    for product in products_of(dense.config):
        widened = whole(sparse.encoder, product)
        assert np.array_equal(widened, dense.encoder[f"{product.name}.weight"])


@pytest.mark.parametrize(
    ("counts", "places"),
    [((2, 0), (0, 2)), ((3, 0), (0, 1)), ((-1, 3), (0, 1)), ((1, 2), (0, 1))],
)
def test_blocks_that_do_not_fit_are_told_of(
    counts: tuple[int, ...], places: tuple[int, ...]
) -> None:
    arrays = {
        "a.blocks": np.ones((2, ROWS, 4), np.int8),
        "a.places": np.array(places, np.uint16),
        "a.counts": np.array(counts, np.int32),
        "a.scale": np.ones(2 * ROWS, np.float32),
    }

    with pytest.raises(CheckpointError, match="a can't be read"):
        whole(arrays, Product("a", 2 * ROWS, 8, 1))


def test_floors_are_of_all_weights_and_of_those_kept(pair: tuple[Path, Path]) -> None:
    dense, sparse = pair
    config = read_int8(dense).config
    size = sum(product.outs * product.width for product in products_of(config))

    assert np.array_equal(weights_of(dense), weights_of(sparse))
    assert len(weights_of(sparse)) == size
    assert has_blocks(sparse)
    assert not has_blocks(dense)
    read, kept = kept_of(sparse)
    arrays = read_int8(sparse).encoder
    blocks = sum(array.size for name, array in arrays.items() if name.endswith("blocks"))
    whole_ones = sum(a.size for a in arrays.values() if a.dtype == np.int8 and a.ndim == 2)
    assert kept == blocks + whole_ones < size
    assert len(read) == kept + sum(
        array.nbytes for name, array in arrays.items() if name.endswith("places")
    )


def test_floor_counts_what_outputs_have_in_common_once(pair: tuple[Path, Path]) -> None:
    """The second half of a product's outputs is a copy of the first: no more is to be read."""
    folder = pair[1]
    arrays = dict(read_int8(folder).encoder)
    name = "layers.0.attention_output"
    product = next(p for p in products_of(read_int8(folder).config) if p.name == name)
    once = whole(arrays, product)[: product.outs // 4]  # a half of the first group
    _, before = kept_of(folder)
    old = arrays.pop(f"{name}.weight", None)
    was = arrays[f"{name}.blocks"].size if old is None else old.size
    arrays |= {f"{name}.{part}": a for part, a in in_blocks(np.tile(once, (4, 1))).items()}
    safetensors.write(folder / ENCODER, arrays)

    # Each group of outputs reads its own inputs, so that only the copy within a group is free.
    assert kept_of(folder)[1] == before - was + 2 * in_blocks(once)["blocks"].size


def test_others_are_given_the_weights_of_blocks(pair: tuple[Path, Path]) -> None:
    """What is exported to another runtime is the same from blocks as from whole weights."""
    torch = pytest.importorskip("torch")
    from assistant.training.restore import restored

    dense, sparse = (restored(folder).state_dict() for folder in pair)
    stored = [name for name in dense if not name.startswith("pooler.")]  # drawn anew each time

    assert len(stored) > 30
    assert all(torch.equal(dense[name], sparse[name]) for name in stored)
