"""SqueezeBERT in plain torch, with the parameter names of the published checkpoints.

Source: Iandola et al. 2020 (arXiv 2006.11316). The dense layers of BERT become convolutions of
width one with groups, so data is laid out (B, C, T): batch, channels, tokens. Two spellings look
odd on purpose, because the published files have them: ``LayerNorm`` in the embeddings and
``layernorm`` in the layers.
"""

from __future__ import annotations

import math

import torch
from torch import Tensor, nn

from assistant.engine.checkpoint import Config
from assistant.training.parts import Dropouts, divide


class GroupedDense(nn.Conv1d):
    """A convolution of width one, computed as a product of matrices for every group.

    On a processor that is twice as fast to train as the convolution it equals.
    """

    def forward(self, x: Tensor) -> Tensor:
        """Map (B, C_in, T) to (B, C_out, T)."""
        parts = x.transpose(1, 2).chunk(self.groups, dim=-1)  # of (B, T, C_in / G)
        weights = self.weight.squeeze(-1).chunk(self.groups)  # of (C_out / G, C_in / G)
        assert self.bias is not None
        bias = self.bias.chunk(self.groups)
        made = map(nn.functional.linear, parts, weights, bias)
        return torch.cat(list(made), dim=-1).transpose(1, 2)


def conv(width_in: int, width_out: int, groups: int) -> nn.Conv1d:
    """Return a dense layer over channels in independent groups; ValueError if they do not fit."""
    divide(width_in, groups)
    divide(width_out, groups)
    return GroupedDense(width_in, width_out, kernel_size=1, groups=groups)


class ChannelNorm(nn.LayerNorm):
    """LayerNorm over the channels of (B, C, T)."""

    def forward(self, x: Tensor) -> Tensor:
        """Normalise every token's channels: (B, C, T) to (B, C, T)."""
        return super().forward(x.transpose(1, 2)).transpose(1, 2)


class Embeddings(nn.Module):
    """Words plus positions plus token types."""

    def __init__(self, config: Config, dropouts: Dropouts) -> None:
        super().__init__()
        self.word_embeddings = nn.Embedding(config.vocab_size, config.hidden, padding_idx=0)
        self.position_embeddings = nn.Embedding(config.positions, config.hidden)
        self.token_type_embeddings = nn.Embedding(config.token_types, config.hidden)
        self.LayerNorm = nn.LayerNorm(config.hidden, eps=config.norm_eps)
        self.dropout = nn.Dropout(dropouts.hidden)

    def forward(self, ids: Tensor, types: Tensor) -> Tensor:
        """Embed ids and types, both (B, T), as (B, T, C)."""
        places = torch.arange(ids.shape[1], device=ids.device)  # (T,)
        x = self.word_embeddings(ids) + self.position_embeddings(places)  # (B, T, C)
        x = self.LayerNorm(x + self.token_type_embeddings(types))  # (B, T, C)
        return self.dropout(x)  # type: ignore[no-any-return]


class SelfAttention(nn.Module):
    """Attention whose queries, keys and values come from grouped convolutions."""

    def __init__(self, config: Config, dropouts: Dropouts) -> None:
        super().__init__()
        width = config.hidden
        self.heads = config.heads
        self.head_size = divide(width, config.heads)
        self.query = conv(width, width, config.q_groups)
        self.key = conv(width, width, config.k_groups)
        self.value = conv(width, width, config.v_groups)
        self.dropout = nn.Dropout(dropouts.attention)

    def split(self, x: Tensor) -> Tensor:
        """Cut the channels into heads: (B, C, T) to (B, nh, hs, T)."""
        return x.reshape(x.shape[0], self.heads, self.head_size, -1)

    def forward(self, x: Tensor, bias: Tensor) -> Tensor:
        """Attend over x (B, C, T); ``bias`` (B, 1, 1, T) is 0 for tokens and -inf for padding."""
        q = self.split(self.query(x)) / math.sqrt(self.head_size)  # (B, nh, hs, T)
        k = self.split(self.key(x))  # (B, nh, hs, T)
        v = self.split(self.value(x))  # (B, nh, hs, T)
        scores = q.transpose(-2, -1) @ k + bias  # (B, nh, T, T)
        weights = self.dropout(scores.softmax(dim=-1))  # (B, nh, T, T)
        mixed = v @ weights.transpose(-2, -1)  # (B, nh, hs, T)
        return mixed.flatten(1, 2)  # type: ignore[no-any-return]  # (B, C, T)


class ConvDropoutLayerNorm(nn.Module):
    """A grouped convolution added to a residual, then normalised."""

    def __init__(
        self, width_in: int, width_out: int, groups: int, eps: float, dropout: float
    ) -> None:
        super().__init__()
        self.conv1d = conv(width_in, width_out, groups)
        self.layernorm = ChannelNorm(width_out, eps=eps)
        self.dropout = nn.Dropout(dropout)

    def forward(self, x: Tensor, residual: Tensor) -> Tensor:
        """Map x (B, C_in, T) and residual (B, C_out, T) to (B, C_out, T)."""
        return self.layernorm(self.dropout(self.conv1d(x)) + residual)  # type: ignore[no-any-return]


class ConvActivation(nn.Module):
    """A grouped convolution and its activation."""

    def __init__(self, width_in: int, width_out: int, groups: int) -> None:
        super().__init__()
        self.conv1d = conv(width_in, width_out, groups)
        self.act = nn.GELU()  # by erf, the only one a config may name

    def forward(self, x: Tensor) -> Tensor:
        """Map (B, C_in, T) to (B, C_out, T)."""
        return self.act(self.conv1d(x))  # type: ignore[no-any-return]


class SqueezeBertModule(nn.Module):
    """One layer: attention, its dense layer, and the feed-forward pair."""

    def __init__(self, config: Config, dropouts: Dropouts) -> None:
        super().__init__()
        # The layers' norms keep their own fixed epsilon in the reference, whatever the config says.
        narrow, wide, eps = config.hidden, config.intermediate, 1e-12
        self.attention = SelfAttention(config, dropouts)
        self.post_attention = ConvDropoutLayerNorm(
            narrow, narrow, config.post_attention_groups, eps, dropouts.hidden
        )
        self.intermediate = ConvActivation(narrow, wide, config.intermediate_groups)
        self.output = ConvDropoutLayerNorm(wide, narrow, config.output_groups, eps, dropouts.hidden)

    def forward(self, x: Tensor, bias: Tensor) -> Tensor:
        """Run one layer over (B, C, T)."""
        x = self.post_attention(self.attention(x, bias), x)  # (B, C, T)
        wide = self.intermediate(x)  # (B, intermediate, T)
        return self.output(wide, x)  # type: ignore[no-any-return]


class Layers(nn.Module):
    """The stack of layers."""

    def __init__(self, config: Config, dropouts: Dropouts) -> None:
        super().__init__()
        self.layers = nn.ModuleList(
            SqueezeBertModule(config, dropouts) for _ in range(config.layers)
        )

    def forward(self, x: Tensor, bias: Tensor) -> Tensor:
        """Run every layer over (B, T, C), turned to (B, C, T) once for all of them."""
        x = x.transpose(1, 2)  # (B, C, T)
        for layer in self.layers:
            x = layer(x, bias)  # (B, C, T)
        return x.transpose(1, 2)  # (B, T, C)


class Pooler(nn.Module):
    """The first token's vector, as the sequence heads read it."""

    def __init__(self, config: Config) -> None:
        super().__init__()
        self.dense = nn.Linear(config.hidden, config.hidden)

    def forward(self, x: Tensor) -> Tensor:
        """Map (B, T, C) to (B, C)."""
        return torch.tanh(self.dense(x[:, 0]))


class SqueezeBert(nn.Module):
    """The encoder: token ids in, one vector a token out."""

    def __init__(self, config: Config, dropouts: Dropouts | None = None) -> None:
        super().__init__()
        dropouts = dropouts or Dropouts()
        self.config = config
        self.embeddings = Embeddings(config, dropouts)
        self.encoder = Layers(config, dropouts)
        self.pooler = Pooler(config)

    def forward(self, ids: Tensor, mask: Tensor, types: Tensor | None = None) -> Tensor:
        """Encode ids (B, T) as (B, T, C); ``mask`` (B, T) is true for tokens, false for padding."""
        x = self.embeddings(ids, torch.zeros_like(ids) if types is None else types)  # (B, T, C)
        bias = torch.zeros_like(mask, dtype=x.dtype)  # (B, T)
        bias = bias.masked_fill(~mask.bool(), -math.inf)[:, None, None, :]  # (B, 1, 1, T)
        return self.encoder(x, bias)  # type: ignore[no-any-return]
