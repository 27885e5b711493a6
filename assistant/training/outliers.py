"""Which inputs of each dense layer are far louder than the others, by a few sentences of our own.

Rounding a token to int8 by its loudest value leaves little for the rest; the engine keeps the
inputs named here apart, unrounded (Dettmers et al. 2022, arXiv 2208.07339, with fixed columns).
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn

from assistant.training.checkpoint import load_encoder, products, read_tokenizer

COUNT = 4
"""Columns kept apart in each layer: two halve the error, four take a tenth more, twelve no more."""


@torch.no_grad()
def loudest(
    float_folder: Path, sentences: Sequence[str], count: int = COUNT
) -> dict[str, NDArray[np.int32]]:
    """Return the loudest input columns (count,) of every dense layer, by the engine's names."""
    encoder, tokenizer = load_encoder(float_folder).eval(), read_tokenizer(float_folder)
    most: dict[str, Tensor] = {}
    hooks = [
        layer.register_forward_pre_hook(_watch(name, most, channels_first=_is_grouped(layer)))
        for name, layer in products(encoder).items()
    ]
    for text in sentences:
        ids = torch.tensor([tokenizer.encode(text).ids])
        encoder(ids, torch.ones_like(ids, dtype=torch.bool))
    for hook in hooks:
        hook.remove()
    return {
        f"{name}.outliers": np.sort(values.topk(count).indices.numpy().astype(np.int32))
        for name, values in most.items()
    }


def _is_grouped(layer: nn.Module) -> bool:
    return isinstance(layer, nn.Conv1d)


def _watch(
    name: str, most: dict[str, Tensor], *, channels_first: bool
) -> Callable[[nn.Module, tuple[Tensor, ...]], None]:
    """Return a hook that keeps the largest size of every input column."""

    def look(_: nn.Module, inputs: tuple[Tensor, ...]) -> None:
        found = inputs[0].abs().amax((0, 2) if channels_first else (0, 1))
        most[name] = torch.maximum(most[name], found) if name in most else found

    return look
