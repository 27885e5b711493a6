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

from assistant.engine.blocks import TYPES, Blocks
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
    """A product's name in the file, its outputs, its inputs, and the groups of both."""

    name: str
    outs: int
    ins: int
    groups: int

    @property
    def width(self) -> int:
        """Return how many inputs each output reads."""
        return self.ins // self.groups


def product_of(config: Config, layer: int, part: str) -> Product:
    """Return one of the products of a layer."""
    outs = config.intermediate if part == "intermediate" else config.hidden
    ins = config.intermediate if part == "output" else config.hidden
    groups: int = getattr(config, PARTS[part])
    return Product(f"layers.{layer}.{part}", outs, ins, groups)


def products_of(config: Config) -> Iterator[Product]:
    """Give the products of every layer in the order in which they are computed."""
    for layer in range(config.layers):
        yield from (product_of(config, layer, part) for part in PARTS)


def is_sparse(encoder: Mapping[str, Array], name: str) -> bool:
    """Tell whether a product lies in blocks."""
    return f"{name}.blocks" in encoder


def blocks_of(encoder: Mapping[str, Array], product: Product) -> Blocks:
    """Return the blocks of a sparse product.

    Raises CheckpointError where they do not fit together, or a weight is there beside them.
    """
    arrays = {part: encoder.get(f"{product.name}.{part}") for part in TYPES}
    missing = [part for part, array in arrays.items() if array is None]
    if missing:
        raise _unread(product, f"it has no {' and no '.join(missing)}")
    if f"{product.name}.weight" in encoder:
        raise _unread(product, "it has both a weight and blocks")
    blocks = Blocks(**arrays, width=product.width)  # type: ignore[arg-type]
    if fault := blocks.fault(product.outs, product.groups):
        raise _unread(product, fault)
    return blocks


def _unread(product: Product, fault: str) -> CheckpointError:
    return CheckpointError(f"{product.name} can't be read, {fault}: install it again.")


def whole(encoder: Mapping[str, Array], product: Product) -> NDArray[np.int8]:
    """Return a product's weights (out, width) int8, those of no block being 0.

    Raises CheckpointError where its blocks do not fit together.
    """
    if not is_sparse(encoder, product.name):
        return encoder[f"{product.name}.weight"]
    return blocks_of(encoder, product).dense()
