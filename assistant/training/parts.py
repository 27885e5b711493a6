"""What both architectures share: dropouts, equal parts, and the mean over tokens."""

from __future__ import annotations

from dataclasses import dataclass

import torch
from torch import Tensor


@dataclass(frozen=True)
class Dropouts:
    """Shares of values dropped while training; the running engine never needs them."""

    hidden: float = 0.1
    attention: float = 0.1
    sequence_head: float = 0.2  # DistilBERT's sequence head
    span_head: float = 0.1  # DistilBERT's span head


def divide(width: int, parts: int) -> int:
    """Return ``width / parts``; ValueError with both numbers unless it is whole."""
    if parts < 1 or width % parts:
        raise ValueError(f"a width of {width} cannot be cut into {parts} equal parts")
    return width // parts


def mean_pool(vectors: Tensor, mask: Tensor) -> Tensor:
    """Average vectors (B, T, C) over the tokens of ``mask`` (B, T), scaled to length 1: (B, C)."""
    weights = mask.to(vectors.dtype).unsqueeze(-1)  # (B, T, 1)
    total = (vectors * weights).sum(dim=1)  # (B, C)
    return torch.nn.functional.normalize(total, dim=-1)
