"""Fold an encoder that grew by duplication to half its width, and lay it out again with zeros.

``expand`` doubles a vector h to [h, h]; training lets the copies drift apart a little. Folding
takes both for the mean of them: outputs are averaged, weights that read both are summed; of word
vectors, which are equal in both, the first copy is kept. What comes out is a DistilBERT of half the
width for either architecture, SqueezeBERT's groups being copies of each other. Laid out again, no
weight reads a second copy but those of a second group, the second half of a head's dimensions and
of DistilBERT's intermediate layer is empty, and what is added to the residual is written twice.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import torch
from torch import Tensor

from assistant.engine.checkpoint import Config
from assistant.training.checkpoint import Weights
from assistant.training.quantize import LAYERS

ALIKE = 0.9
"""Cosine from which the copies in a matrix count as such."""


@dataclass(frozen=True)
class Copies:
    """Where a product's copies lie: in the whole, in each head, or nowhere (0).

    ``reads``, ``writes``: "whole", "heads" or "". ``twice``: what is written is read in both
    copies; else the second stays empty.
    """

    reads: str
    writes: str
    twice: bool = False
    scale: float = 1.0


SCORES = math.sqrt(2)
"""Queries of half the dimensions, whose scores are divided by the root of the whole."""

DISTILBERT = {
    "query": Copies("whole", "heads", scale=SCORES),
    "key": Copies("whole", "heads"),
    "value": Copies("whole", "heads"),
    "attention_output": Copies("heads", "whole", twice=True),
    "intermediate": Copies("whole", "whole"),
    "output": Copies("whole", "whole", twice=True),
}
SQUEEZEBERT = {
    "query": Copies("", "heads", scale=SCORES),
    "key": Copies("", "heads"),
    "value": Copies("", "heads"),
    "attention_output": Copies("heads", "whole", twice=True),
    "intermediate": Copies("", "whole", twice=True),
    "output": Copies("", "whole", twice=True),
}
COPIES = {"distilbert": DISTILBERT, "squeezebert": SQUEEZEBERT}


def _parts(where: str, heads: int) -> int:
    return heads if where == "heads" else 1


def is_doubled(config: Config, weights: Weights) -> bool:
    """Tell whether an encoder's outputs come twice everywhere, so that folding it loses little."""
    grouped = {config.q_groups, config.k_groups, config.v_groups}
    grouped |= {config.intermediate_groups, config.output_groups}
    fitting = config.architecture == "distilbert" or (
        grouped == {2} and config.post_attention_groups == 1 and config.heads % 2 == 0
    )
    halves = (config.hidden, config.intermediate, config.hidden // config.heads)
    if not fitting or any(size % 2 for size in halves):
        return False
    words = weights["embeddings.word_embeddings.weight"]
    return torch.equal(*words.chunk(2, dim=1)) and all(
        _alike(weight, copies, config.heads) for weight, copies in _products(config, weights)
    )


def _products(config: Config, weights: Weights) -> list[tuple[Tensor, Copies]]:
    prefix, parts = LAYERS[config.architecture]
    return [
        (weights[f"{prefix}{i}.{parts[ours]}.weight"].flatten(1), copies)
        for i in range(config.layers)
        for ours, copies in COPIES[config.architecture].items()
    ]


def _alike(weight: Tensor, copies: Copies, heads: int) -> bool:
    read = both(weight, _parts(copies.reads, heads)) if copies.reads else weight
    pairs = read.reshape(_parts(copies.writes, heads), 2, -1)
    one, other = pairs[:, 0].flatten(), pairs[:, 1].flatten()
    return float(torch.nn.functional.cosine_similarity(one, other, dim=0)) > ALIKE


def both(weight: Tensor, parts: int) -> Tensor:
    """Sum the two copies that weights (m, n) read, in each of ``parts`` stretches: (m, n / 2)."""
    return weight.reshape(len(weight), parts, 2, -1).sum(2).flatten(1)


def mean(rows: Tensor, parts: int = 1) -> Tensor:
    """Average the two copies of outputs (m, ...), in each of ``parts`` stretches: (m / 2, ...)."""
    return rows.reshape(parts, 2, -1, *rows.shape[1:]).mean(1).flatten(0, 1)


def doubled(rows: Tensor, parts: int, *, twice: bool) -> Tensor:
    """Put a copy, or as many zeros, behind each of ``parts`` stretches of outputs (m, ...)."""
    stretches = rows.reshape(parts, -1, *rows.shape[1:])
    behind = stretches if twice else torch.zeros_like(stretches)
    return torch.cat([stretches, behind], dim=1).flatten(0, 1)


def fold(config: Config, weights: Weights) -> tuple[Config, Weights]:
    """Return a doubled encoder as a DistilBERT of half its width, heads and layers as many."""
    out = {
        name: value[..., : config.hidden // 2].contiguous()
        for name, value in weights.items()
        if name.startswith("embeddings.") and "token_type" not in name
    }
    prefix, names = LAYERS[config.architecture]
    _, plain = LAYERS["distilbert"]
    for i in range(config.layers):
        for ours, theirs in names.items():
            here, there = f"{prefix}{i}.{theirs}", f"transformer.layer.{i}.{plain[ours]}"
            copies = COPIES[config.architecture].get(ours, Copies("", "whole"))
            weight, bias = weights[f"{here}.weight"], weights[f"{here}.bias"]
            weight = weight.flatten(1) if weight.ndim > 1 else weight
            if copies.reads:
                weight = both(weight, _parts(copies.reads, config.heads))
            parts = _parts(copies.writes, config.heads)
            out[f"{there}.weight"] = copies.scale * mean(weight, parts)
            out[f"{there}.bias"] = copies.scale * mean(bias, parts)
    half = Config(
        "distilbert",
        vocab_size=config.vocab_size,
        positions=config.positions,
        hidden=config.hidden // 2,
        layers=config.layers,
        heads=config.heads,
        intermediate=config.intermediate // 2,
        norm_eps=config.norm_eps,
    )
    return half, out


def lay_out(config: Config, weights: Weights, like: Weights) -> Weights:
    """Return a folded encoder in the shapes of ``config``: the same vectors, twice over.

    What folding leaves aside, token types and a pooler, is taken from ``like``.
    """
    out = dict(like)
    out |= {
        name: torch.cat([value, value], dim=-1)
        for name, value in weights.items()
        if name.startswith("embeddings.")
    }
    prefix, names = LAYERS[config.architecture]
    _, plain = LAYERS["distilbert"]
    for i in range(config.layers):
        for ours, theirs in names.items():
            here, there = f"transformer.layer.{i}.{plain[ours]}", f"{prefix}{i}.{theirs}"
            copies = COPIES[config.architecture].get(ours, Copies("", "whole", twice=True))
            weight, bias = weights[f"{here}.weight"], weights[f"{here}.bias"]
            if copies.reads:
                read = _parts(copies.reads, config.heads)
                weight = doubled(weight.T, read, twice=False).T
            parts = _parts(copies.writes, config.heads)
            weight = copies.scale * doubled(weight, parts, twice=copies.twice)
            shape = like[f"{there}.weight"].shape
            out[f"{there}.weight"] = weight.reshape(shape).contiguous()
            out[f"{there}.bias"] = copies.scale * doubled(bias, parts, twice=copies.twice)
    return out
