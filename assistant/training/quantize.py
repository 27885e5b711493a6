"""Float checkpoints to int8: one scale an output channel, word vectors one scale a word.

Needs no torch. The published parameter names are translated here, so that the engine knows one set.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from assistant.engine import safetensors
from assistant.engine.checkpoint import (
    TOKENIZER,
    Config,
    Head,
    read_config,
    read_float,
    read_int8,
    write_int8,
    write_sharing,
)
from assistant.engine.safetensors import Array
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


def quantize(
    float_folder: Path, out: Path, tile: int = 2, outliers: Mapping[str, Array] | None = None
) -> Path:
    """Quantize a published-style folder; return the int8 folder.

    Word vectors that are ``tile`` equal copies side by side are stored once. Parameters outside the
    encoder go into head-model.safetensors as they are. ``outliers`` are inputs of the encoder's
    layers to be kept apart, as ``outliers.loudest`` finds them. Raises CheckpointError.
    """
    config, arrays = read_float(float_folder)
    named = {PREFIX.sub("", name): array for name, array in arrays.items()}
    embeddings, tile = _embeddings(named, config, tile)
    encoder = _encoder(named, config) | dict(outliers or {})
    tokenizer = (float_folder / TOKENIZER).read_bytes()
    heads = _heads(float_folder) if read_config(float_folder).get("heads") else {}
    write_int8(out, config, tile, embeddings, encoder, tokenizer, heads)
    head = {name: array for name, array in named.items() if not _of_encoder(name, config)}
    if head:
        safetensors.write(out / "head-model.safetensors", head)
    return out


def quantize_sharing(
    float_folder: Path, words: Path, out: Path, outliers: Mapping[str, Array] | None = None
) -> Path:
    """Quantize a folder with heads that shares the words of the int8 folder ``words`` beside it.

    Raises CheckpointError when its word vectors are not those, or it has no heads.
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
    heads = _heads(float_folder)
    encoder = _encoder(named, config) | dict(outliers or {})
    write_sharing(out, config, words, encoder, heads)
    return out


def _heads(folder: Path) -> dict[str, Head]:
    """Read the heads that training left beside a float encoder."""
    told = read_config(folder).get("heads") or {}
    if not told:
        raise CheckpointError(f"{folder} names no heads in its config.json: train it with heads.")
    heads = {}
    for name, data in told.items():
        arrays = safetensors.read(folder / f"head-{name}.safetensors")
        weight, bias = (np.ascontiguousarray(arrays[n], np.float32) for n in ("weight", "bias"))
        heads[name] = Head(tuple(data["labels"]), data["pooling"], weight, bias)
    return heads


def per_row(weight: Array) -> tuple[NDArray[np.int8], NDArray[np.float32]]:
    """Return int8 values (rows, n) and the scale (rows,) of each row: value × scale ≈ weight."""
    largest = np.abs(weight).max(axis=1)
    scale = (np.maximum(largest, 1e-30) / 127).astype(np.float32)
    return np.rint(weight / scale[:, None]).astype(np.int8), scale


def _embeddings(
    named: Mapping[str, Array], config: Config, tile: int
) -> tuple[dict[str, Array], int]:
    words = _take(named, "embeddings.word_embeddings.weight")
    copies = np.split(words, tile, axis=1) if config.hidden % tile == 0 else []
    if not copies or any(not np.array_equal(copies[0], copy) for copy in copies):
        copies, tile = [words], 1
    stored, scale = per_row(copies[0])
    position = _take(named, "embeddings.position_embeddings.weight").astype(np.float32)
    if config.architecture == "squeezebert":
        # The assistant speaks in single sentences, whose token type is always 0.
        position = position + _take(named, "embeddings.token_type_embeddings.weight")[0]
    return {
        "word.weight": stored,
        "word.scale": scale,
        "position": position.astype(np.float32),
        "norm.weight": _take(named, "embeddings.LayerNorm.weight").astype(np.float32),
        "norm.bias": _take(named, "embeddings.LayerNorm.bias").astype(np.float32),
    }, tile


def _encoder(named: Mapping[str, Array], config: Config) -> dict[str, Array]:
    prefix, parts = LAYERS[config.architecture]
    made: dict[str, Array] = {}
    for i in range(config.layers):
        for ours, theirs in parts.items():
            name, source = f"layers.{i}.{ours}", f"{prefix}{i}.{theirs}"
            weight = _take(named, source + ".weight")
            made[name + ".bias"] = _take(named, source + ".bias").astype(np.float32)
            if ours.endswith("norm"):
                made[name + ".weight"] = weight.astype(np.float32)
            else:
                flat = weight.reshape(weight.shape[0], -1)
                made[name + ".weight"], made[name + ".scale"] = per_row(flat)
    return made


def _of_encoder(name: str, config: Config) -> bool:
    return (
        name.startswith(("embeddings.", LAYERS[config.architecture][0])) or "position_ids" in name
    )


def _take(named: Mapping[str, Array], name: str) -> Array:
    if name not in named:
        raise CheckpointError(f"The checkpoint has no parameter {name}; it can't be quantized.")
    return named[name]
