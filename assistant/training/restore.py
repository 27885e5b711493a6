"""An int8 folder back to floats, to train on from what is shipped."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray

from assistant.engine import Encoder as EngineEncoder
from assistant.engine.checkpoint import WEIGHTS, Quantized, read_int8
from assistant.engine.products import PARTS, product_of, whole
from assistant.training.checkpoint import Encoder, Weights, fill, load_encoder
from assistant.training.heads import ENCODERS
from assistant.training.quantize import LAYERS


def opened(folder: Path) -> Encoder:
    """Return the encoder of a float or an int8 folder as floats. Raises CheckpointError."""
    return load_encoder(folder) if (folder / WEIGHTS).exists() else restored(folder)


def restored(folder: Path) -> Encoder:
    """Return the encoder of an int8 folder as floats. Raises CheckpointError."""
    EngineEncoder.load(folder)  # tells what is missing or of another shape
    stored = read_int8(folder)
    encoder = ENCODERS[stored.config.architecture](stored.config)
    fresh = encoder.state_dict()
    for name in fresh:
        if "token_type" in name:  # its first row is a part of the stored positions
            fresh[name] = torch.zeros_like(fresh[name])
    fill(encoder, fresh | _embeddings(stored) | _layers(stored, fresh), str(folder))
    return encoder


def _embeddings(stored: Quantized) -> Weights:
    arrays = stored.embeddings
    words = np.asarray(arrays["word.weight"], np.float32) * arrays["word.scale"][:, None]
    return {
        "embeddings.word_embeddings.weight": _tensor(np.tile(words, (1, stored.tile))),
        "embeddings.position_embeddings.weight": _tensor(arrays["position"]),
        "embeddings.LayerNorm.weight": _tensor(arrays["norm.weight"]),
        "embeddings.LayerNorm.bias": _tensor(arrays["norm.bias"]),
    }


def _layers(stored: Quantized, fresh: Weights) -> Weights:
    prefix, parts = LAYERS[stored.config.architecture]
    found: Weights = {}
    for layer in range(stored.config.layers):
        for ours, theirs in parts.items():
            name, target = f"layers.{layer}.{ours}", f"{prefix}{layer}.{theirs}"
            weight = _weight(stored, layer, ours)
            found[f"{target}.weight"] = _tensor(weight).view(fresh[f"{target}.weight"].shape)
            found[f"{target}.bias"] = _tensor(stored.encoder[f"{name}.bias"])
    return found


def _weight(stored: Quantized, layer: int, part: str) -> NDArray[Any]:
    """Return a norm's weights (out,), or a product's (out, in / groups), as floats."""
    name = f"layers.{layer}.{part}"
    if part not in PARTS:
        return stored.encoder[f"{name}.weight"]
    weight = whole(stored.encoder, product_of(stored.config, layer, part))
    return weight * stored.encoder[f"{name}.scale"][:, None]


def _tensor(array: NDArray[Any]) -> torch.Tensor:
    return torch.from_numpy(np.array(array, np.float32))
