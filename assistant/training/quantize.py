"""Float checkpoints to int8: one scale an output channel, word vectors one scale a word.

Needs no torch. The published parameter names are translated here, so that the engine knows one set.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from assistant.engine import blocks, safetensors
from assistant.engine.checkpoint import (
    CONFIG,
    Config,
    read_float,
    read_heads,
    read_int8,
    sound,
    write_int8,
    write_sharing,
)
from assistant.engine.products import Product, product_of
from assistant.engine.safetensors import Array
from assistant.engine.tokenizer import read_tokenizer
from assistant.errors import CheckpointError

DISTILBERT_LAYER = {
    "query": "attention.q_lin",
    "key": "attention.k_lin",
    "value": "attention.v_lin",
    "attention_output": "attention.out_lin",
    "attention_norm": "sa_layer_norm",
    "intermediate": "ffn.lin1",
    "output": "ffn.lin2",
    "output_norm": "output_layer_norm",
}
SQUEEZEBERT_LAYER = {
    "query": "attention.query",
    "key": "attention.key",
    "value": "attention.value",
    "attention_output": "post_attention.conv1d",
    "attention_norm": "post_attention.layernorm",
    "intermediate": "intermediate.conv1d",
    "output": "output.conv1d",
    "output_norm": "output.layernorm",
}
LAYERS = {
    "distilbert": ("transformer.layer.", DISTILBERT_LAYER),
    "squeezebert": ("encoder.layers.", SQUEEZEBERT_LAYER),
}
"""Our names of a layer's parts, and theirs in each architecture."""

PREFIX = re.compile(r"^(distilbert|transformer(?=\.embeddings|\.encoder))\.")
"""What heads' checkpoints put before the encoder's names."""


SPARSE = 0.3
"""Share of a product's blocks that must be zero for it to be stored without them."""


def quantize(
    float_folder: Path,
    out: Path,
    tile: int = 2,
    outliers: Mapping[str, Array] | None = None,
    rows: int = 0,
) -> Path:
    """Quantize a published-style folder; return the int8 folder.

    Word vectors that are ``tile`` equal copies side by side are stored once. Parameters outside the
    encoder go into head-model.safetensors as they are. ``outliers`` are inputs of the encoder's
    layers to be kept apart, as ``outliers.loudest`` finds them. Products that are zero in many
    blocks of ``rows`` (4 or 8) outputs by four inputs are stored without those; 0 stores all
    densely. Raises CheckpointError.
    """
    config, arrays = read_float(float_folder)
    named = {PREFIX.sub("", name): array for name, array in arrays.items()}
    embeddings, tile = _embeddings(named, config, tile)
    encoder = _encoder(named, config, rows) | dict(outliers or {})
    tokenizer = read_tokenizer(float_folder)
    heads = read_heads(float_folder, config.hidden)
    write_int8(out, config, tile, embeddings, encoder, tokenizer, heads)
    head = {name: array for name, array in named.items() if not _of_encoder(name, config)}
    if head:
        safetensors.write(out / "head-model.safetensors", head)
    return out


def quantize_sharing(
    float_folder: Path,
    words: Path,
    out: Path,
    outliers: Mapping[str, Array] | None = None,
    rows: int = 0,
) -> Path:
    """Quantize a folder with heads that shares the words of the int8 folder ``words`` beside it.

    ``rows`` is that of ``quantize``. Raises CheckpointError when its word vectors are not those, or
    it has no heads.
    """
    config, arrays = read_float(float_folder)
    named = {PREFIX.sub("", name): array for name, array in arrays.items()}
    shared = read_int8(words)
    mine, tile = _embeddings(named, config, shared.tile)
    differing = [n for n, a in mine.items() if not np.array_equal(a, shared.embeddings[n])]
    if differing or tile != shared.tile:
        raise CheckpointError(
            f"{float_folder} has other word vectors than {words} ({', '.join(differing)}): train "
            "with frozen embeddings from the same start, or quantize it on its own."
        )
    heads = read_heads(float_folder, config.hidden)
    if not heads:
        raise CheckpointError(
            f"{float_folder} names no heads in its config.json: train it with heads."
        )
    encoder = _encoder(named, config, rows) | dict(outliers or {})
    write_sharing(out, config, words, encoder, heads)
    return out


def per_row(weight: Array) -> tuple[NDArray[np.int8], NDArray[np.float32]]:
    """Return int8 values (rows, n) and the scale (rows,) of each row: value × scale ≈ weight."""
    largest = np.abs(weight).max(axis=1)
    scale = (np.maximum(largest, 1e-30) / 127).astype(np.float32)
    return np.rint(weight / scale[:, None]).astype(np.int8), scale


def _embeddings(
    named: Mapping[str, Array], config: Config, tile: int
) -> tuple[dict[str, Array], int]:
    width = config.hidden
    words = _take(named, "embeddings.word_embeddings.weight", config.vocab_size, width)
    copies = np.split(words, tile, axis=1) if config.hidden % tile == 0 else []
    if not copies or any(not np.array_equal(copies[0], copy) for copy in copies):
        copies, tile = [words], 1
    stored, scale = per_row(copies[0])
    position = _take(named, "embeddings.position_embeddings.weight", config.positions, width)
    if config.architecture == "squeezebert":
        # The assistant speaks in single sentences, whose token type is always 0.
        types = "embeddings.token_type_embeddings.weight"
        position = position + _take(named, types, config.token_types, width)[0]
    return {
        "word.weight": stored,
        "word.scale": scale,
        "position": position,
        "norm.weight": _take(named, "embeddings.LayerNorm.weight", width),
        "norm.bias": _take(named, "embeddings.LayerNorm.bias", width),
    }, tile


def _encoder(named: Mapping[str, Array], config: Config, rows: int = 0) -> dict[str, Array]:
    prefix, parts = LAYERS[config.architecture]
    made: dict[str, Array] = {}
    for i in range(config.layers):
        for ours, theirs in parts.items():
            name, source = f"layers.{i}.{ours}", f"{prefix}{i}.{theirs}"
            if ours.endswith("norm"):
                outs = config.hidden
                made[name + ".weight"] = _take(named, source + ".weight", outs)
            else:
                product = product_of(config, i, ours)
                outs = product.outs
                weight = _take(named, source + ".weight", outs, product.width)
                stored, made[name + ".scale"] = per_row(weight)
                made |= _stored(product, stored, rows)
            made[name + ".bias"] = _take(named, source + ".bias", outs)
    return made


def _stored(product: Product, weight: NDArray[np.int8], rows: int) -> dict[str, Array]:
    """Return a product's weight (out, in / groups) as it is stored, in blocks if many are zero."""
    share = product.outs // product.groups
    if rows and share % rows == 0 and product.width % blocks.QUAD == 0:
        kept = blocks.packed(weight, rows)
        if kept.blocks.size <= (1 - SPARSE) * weight.size:
            return blocks.named(product.name, kept)
    return {f"{product.name}.weight": weight}


def _of_encoder(name: str, config: Config) -> bool:
    return (
        name.startswith(("embeddings.", LAYERS[config.architecture][0])) or "position_ids" in name
    )


def _take(named: Mapping[str, Array], name: str, *shape: int) -> NDArray[np.float32]:
    """Return a parameter as floats of a shape. Raises CheckpointError where it is another."""
    if name not in named:
        raise CheckpointError(f"The checkpoint has no parameter {name}; it can't be quantized.")
    array = named[name]
    if array.shape not in (shape, (*shape, 1)):  # a convolution over one place is a product
        raise CheckpointError(
            f"The checkpoint's {name} has the shape {array.shape}, where its {CONFIG} says {shape}."
        )
    if array.dtype.kind != "f" or not sound(array):
        raise CheckpointError(
            f"The checkpoint's {name} has weights that are no numbers, or none that can be."
        )
    return np.ascontiguousarray(array, np.float32).reshape(shape)
