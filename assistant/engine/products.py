"""The six products of each layer as they lie in an encoder's file: whole, or in blocks.

A dense product has NAME.weight (out, in / groups) int8. A sparse one has in its place NAME.blocks
(kept, R, 4) int8, NAME.places (kept,) uint16 and NAME.counts (out / R,) int32: each R outputs keep
so many blocks, one after another, and each block reads the four inputs at its place.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from assistant.engine.blocks import Blocks
from assistant.engine.checkpoint import Config
from assistant.engine.safetensors import Array
from assistant.errors import CheckpointError

PARTS = {
    "query": "q_groups",
    "key": "k_groups",
    "value": "v_groups",
    "attention_output": "post_attention_groups",
    "intermediate": "intermediate_groups",
    "output": "output_groups",
}
"""The products of a layer, and the names of their groups among the sizes."""


@dataclass(frozen=True, slots=True)
class Product:
    """A product's name in the file, its outputs, the inputs each reads, and its groups."""

    name: str
    outs: int
    width: int
    groups: int


def shape_of(config: Config, part: str) -> tuple[int, int]:
    """Return how many outputs a product has, and how many inputs each of them reads."""
    outs = config.intermediate if part == "intermediate" else config.hidden
    ins = config.intermediate if part == "output" else config.hidden
    return outs, ins // groups_of(config, part)


def products_of(config: Config) -> Iterator[Product]:
    """Give the products of every layer in the order in which they are computed."""
    for layer in range(config.layers):
        for part in PARTS:
            name = f"layers.{layer}.{part}"
            yield Product(name, *shape_of(config, part), groups_of(config, part))


def is_sparse(encoder: Mapping[str, Array], name: str) -> bool:
    """Tell whether a product lies in blocks."""
    return f"{name}.blocks" in encoder


def whole(encoder: Mapping[str, Array], name: str, width: int) -> NDArray[np.int8]:
    """Return a product's weights (out, width) int8, those of no block being 0.

    Raises CheckpointError where its blocks do not fit together.
    """
    if not is_sparse(encoder, name):
        return encoder[f"{name}.weight"]
    kept, places, counts = (encoder[f"{name}.{part}"] for part in ("blocks", "places", "counts"))
    blocks = Blocks(kept, places, counts, width)
    if fault := blocks.fault(len(encoder[f"{name}.scale"])):
        raise CheckpointError(f"{name} can't be read, {fault}: install the checkpoint again.")
    return blocks.dense()


def groups_of(config: Config, part: str) -> int:
    """Return how many groups the inputs and outputs of a product are cut into."""
    groups: int = getattr(config, PARTS[part])
    return groups
