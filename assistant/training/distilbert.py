"""DistilBERT in plain torch, with the parameter names of the published checkpoints.

Sources: Sanh et al. 2019 (arXiv 1910.01108); Vaswani et al. 2017 for the block. A text is a row of
token ids; B is the batch, T the longest text in it, C the width, nh the heads, hs = C / nh.
"""

from __future__ import annotations

import math

import torch
from torch import Tensor, nn

from assistant.engine.checkpoint import Config
from assistant.training.parts import Dropouts, divide


class Embeddings(nn.Module):
    """Words plus positions; there are no token types."""

    def __init__(self, config: Config, dropouts: Dropouts) -> None:
        super().__init__()
        self.word_embeddings = nn.Embedding(config.vocab_size, config.hidden, padding_idx=0)
        self.position_embeddings = nn.Embedding(config.positions, config.hidden)
        self.LayerNorm = nn.LayerNorm(config.hidden, eps=config.norm_eps)
        self.dropout = nn.Dropout(dropouts.hidden)

    def forward(self, ids: Tensor) -> Tensor:
        """Embed ids (B, T) as (B, T, C)."""
        places = torch.arange(ids.shape[1], device=ids.device)  # (T,)
        x = self.word_embeddings(ids) + self.position_embeddings(places)  # (B, T, C)
        return self.dropout(self.LayerNorm(x))  # type: ignore[no-any-return]


class SelfAttention(nn.Module):
    """Every token looks at every real token of its text."""

    def __init__(self, config: Config, dropouts: Dropouts) -> None:
        super().__init__()
        self.heads = config.heads
        self.head_size = divide(config.hidden, config.heads)
        self.q_lin = nn.Linear(config.hidden, config.hidden)
        self.k_lin = nn.Linear(config.hidden, config.hidden)
        self.v_lin = nn.Linear(config.hidden, config.hidden)
        self.out_lin = nn.Linear(config.hidden, config.hidden)
        self.dropout = nn.Dropout(dropouts.attention)

    def split(self, x: Tensor) -> Tensor:
        """Cut the width into heads: (B, T, C) to (B, nh, T, hs)."""
        return x.view(*x.shape[:2], self.heads, self.head_size).transpose(1, 2)

    def forward(self, x: Tensor, bias: Tensor) -> Tensor:
        """Attend over x (B, T, C); ``bias`` (B, 1, 1, T) is 0 for tokens and -inf for padding."""
        q = self.split(self.q_lin(x)) / math.sqrt(self.head_size)  # (B, nh, T, hs)
        k = self.split(self.k_lin(x))  # (B, nh, T, hs)
        v = self.split(self.v_lin(x))  # (B, nh, T, hs)
        scores = q @ k.transpose(-2, -1) + bias  # (B, nh, T, T)
        weights = self.dropout(scores.softmax(dim=-1))  # (B, nh, T, T)
        mixed = (weights @ v).transpose(1, 2).flatten(2)  # (B, T, C)
        return self.out_lin(mixed)  # type: ignore[no-any-return]


class FeedForward(nn.Module):
    """Two dense layers applied to each token alone."""

    def __init__(self, config: Config, dropouts: Dropouts) -> None:
        super().__init__()
        self.lin1 = nn.Linear(config.hidden, config.intermediate)
        self.lin2 = nn.Linear(config.intermediate, config.hidden)
        self.activation = nn.GELU()  # by erf, the only one a config may name
        self.dropout = nn.Dropout(dropouts.hidden)

    def forward(self, x: Tensor) -> Tensor:
        """Map (B, T, C) to (B, T, C) by way of the intermediate width."""
        wide = self.activation(self.lin1(x))  # (B, T, intermediate)
        return self.dropout(self.lin2(wide))  # type: ignore[no-any-return]


class TransformerBlock(nn.Module):
    """Attention, then the feed-forward part, each added to its input and then normalised."""

    def __init__(self, config: Config, dropouts: Dropouts) -> None:
        super().__init__()
        self.attention = SelfAttention(config, dropouts)
        self.sa_layer_norm = nn.LayerNorm(config.hidden, eps=config.norm_eps)
        self.ffn = FeedForward(config, dropouts)
        self.output_layer_norm = nn.LayerNorm(config.hidden, eps=config.norm_eps)

    def forward(self, x: Tensor, bias: Tensor) -> Tensor:
        """Run one block over (B, T, C)."""
        x = self.sa_layer_norm(self.attention(x, bias) + x)  # (B, T, C)
        return self.output_layer_norm(self.ffn(x) + x)  # type: ignore[no-any-return]


class Transformer(nn.Module):
    """The stack of blocks."""

    def __init__(self, config: Config, dropouts: Dropouts) -> None:
        super().__init__()
        self.layer = nn.ModuleList(TransformerBlock(config, dropouts) for _ in range(config.layers))

    def forward(self, x: Tensor, bias: Tensor) -> Tensor:
        """Run every block over (B, T, C)."""
        for block in self.layer:
            x = block(x, bias)  # (B, T, C)
        return x


class DistilBert(nn.Module):
    """The encoder: token ids in, one vector a token out."""

    def __init__(self, config: Config, dropouts: Dropouts | None = None) -> None:
        super().__init__()
        dropouts = dropouts or Dropouts()
        self.config = config
        self.embeddings = Embeddings(config, dropouts)
        self.transformer = Transformer(config, dropouts)

    def forward(self, ids: Tensor, mask: Tensor) -> Tensor:
        """Encode ids (B, T) as (B, T, C); ``mask`` (B, T) is true for tokens, false for padding."""
        x = self.embeddings(ids)  # (B, T, C)
        bias = torch.zeros_like(mask, dtype=x.dtype)  # (B, T)
        bias = bias.masked_fill(~mask.bool(), -math.inf)[:, None, None, :]  # (B, 1, 1, T)
        return self.transformer(x, bias)  # type: ignore[no-any-return]
