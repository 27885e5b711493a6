"""Whisper (Radford et al. 2022) as two ONNX graphs: an encoder, and a decoder of some tokens.

The names of weights are CTranslate2's. Shapes: B hypotheses, L decoder layers, H heads of D, S
positions of sound (50 a second), N new tokens after P old ones, V tokens in all.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from onnx import TensorProto

from assistant.training.whisper.graph import BLOCK, Graph
from assistant.training.whisper.weights import Weights

FLOAT, INTEGER = TensorProto.FLOAT, TensorProto.INT64

MASKED = -1e9
"""What is added to the score of a token that is not yet written."""


@dataclass(frozen=True)
class Sizes:
    """How large a model is."""

    width: int
    heads: int
    encoder_layers: int
    decoder_layers: int
    mels: int
    tokens: int

    @property
    def head(self) -> int:
        """Return the width of a head."""
        return self.width // self.heads


def sizes(weights: Weights) -> Sizes:
    """Return how large a model is."""
    conv = weights["encoder/conv1/weight"]
    return Sizes(
        conv.shape[0],
        int(weights["decoder/num_heads"]),
        _layers(weights, "encoder"),
        _layers(weights, "decoder"),
        conv.shape[1],
        len(weights["decoder/embeddings/weight"]),
    )


def _layers(weights: Weights, part: str) -> int:
    return sum(f"{part}/layer_{i}/ffn/linear_0/weight" in weights for i in range(100))


class _Net(ABC):
    """What both graphs are made of."""

    def __init__(self, weights: Weights) -> None:
        self.w = weights
        self.n = sizes(weights)
        self.g = Graph()

    @abstractmethod
    def linear(self, x: str, name: str) -> str:
        """Apply the linear layer of a name to a value."""

    def norm(self, x: str, name: str) -> str:
        return self.g.norm(x, name, self.w[f"{name}/gamma"], self.w[f"{name}/beta"])

    def positions(self, name: str, start: str, end: str) -> str:
        """Return the embeddings of positions from one to another."""
        table = self.g.half(f"{name}_positions", self.w[f"{name}/position_encodings/encodings"])
        return self.g.op("Slice", table, start, end, self.g.integers(0))

    def size(self, x: str, axis: int) -> str:
        """Return a row of one integer: how long an axis is."""
        return self.g.op("Gather", self.g.op("Shape", x), self.g.integers(axis), axis=0)

    def split(self, x: str, parts: int) -> Sequence[str]:
        return self.g.ops("Split", x, names=("",) * parts, axis=-1, num_outputs=parts)

    def heads(self, x: str) -> str:
        """Turn [B, N, width] into [B, H, N, D]."""
        shape = self.g.integers(0, 0, self.n.heads, self.n.head)
        return self.g.op("Transpose", self.g.op("Reshape", x, shape), perm=[0, 2, 1, 3])

    def attend(self, q: str, k: str, v: str, mask: str = "") -> tuple[str, str]:
        """Return the values [B, N, width] that queries find, and the attention [B, H, N, S]."""
        scale = self.g.floats("scale", self.n.head**-0.5)
        turned = self.g.op("Transpose", k, perm=[0, 1, 3, 2])
        scores = self.g.op("MatMul", self.g.op("Mul", q, scale), turned)
        scores = self.g.op("Add", scores, mask) if mask else scores
        shares = self.g.op("Softmax", scores, axis=-1)
        found = self.g.op("Transpose", self.g.op("MatMul", shares, v), perm=[0, 2, 1, 3])
        return self.g.op("Reshape", found, self.g.integers(0, 0, self.n.width)), shares

    def add(self, x: str, y: str) -> str:
        return self.g.op("Add", x, y)

    def feed_forward(self, x: str, name: str) -> str:
        inner = self.linear(self.norm(x, f"{name}/layer_norm"), f"{name}/linear_0")
        return self.add(x, self.linear(self.g.op("Gelu", inner), f"{name}/linear_1"))


class Encoder(_Net):
    """Sound to the keys and values that each layer of the decoder looks at."""

    def linear(self, x: str, name: str) -> str:
        """Apply a layer to many positions."""
        return self.g.by_rows(x, name, self.w[f"{name}/weight"], self.w[f"{name}/bias"])

    def write(self, path: Path) -> None:
        """Write the graph: ``mel`` [1, mels, T] to ``keys``, ``values`` [L, 1, H, S, D]."""
        x = self._convolved("mel")
        x = self.add(x, self.positions("encoder", self.g.integers(0), self.size(x, 1)))
        for layer in range(self.n.encoder_layers):
            x = self._layer(x, f"encoder/layer_{layer}")
        self._crossing(self.norm(x, "encoder/layer_norm"))
        shape = [self.n.decoder_layers, 1, self.n.heads, "S", self.n.head]
        outputs = {"keys": (FLOAT, shape), "values": (FLOAT, shape)}
        self.g.write({"mel": (FLOAT, [1, self.n.mels, "T"])}, outputs, path)

    def _convolved(self, x: str) -> str:
        for name, stride in (("conv1", 1), ("conv2", 2)):
            weight = self.g.half(name, self.w[f"encoder/{name}/weight"])
            bias = self.g.floats(f"{name}_b", self.w[f"encoder/{name}/bias"])
            x = self.g.op("Conv", x, weight, bias, kernel_shape=[3], pads=[1, 1], strides=[stride])
            x = self.g.op("Gelu", x)
        return self.g.op("Transpose", x, perm=[0, 2, 1])

    def _layer(self, x: str, name: str) -> str:
        own = f"{name}/self_attention"
        inner = self.linear(self.norm(x, f"{own}/layer_norm"), f"{own}/linear_0")
        found, _ = self.attend(*map(self.heads, self.split(inner, 3)))
        x = self.add(x, self.linear(found, f"{own}/linear_1"))
        return self.feed_forward(x, f"{name}/ffn")

    def _crossing(self, x: str) -> None:
        """Work out once what every step of the decoder would."""
        found: dict[str, list[str]] = {"keys": [], "values": []}
        for layer in range(self.n.decoder_layers):
            both = self.split(self.linear(x, f"decoder/layer_{layer}/attention/linear_1"), 2)
            for name, each in zip(found, both, strict=True):
                found[name].append(self.g.op("Unsqueeze", self.heads(each), self.g.integers(0)))
        for name, layers in found.items():
            self.g.op("Concat", *layers, name=name, axis=0)


class Decoder(_Net):
    """Some tokens after others to the scores of the next; ``aligning`` are (layer, head) pairs."""

    def __init__(self, weights: Weights, aligning: Sequence[tuple[int, int]]) -> None:
        super().__init__(weights)
        self._aligning = aligning

    def linear(self, x: str, name: str) -> str:
        """Apply a layer to few positions."""
        return self.g.by_blocks(x, name, self.w[f"{name}/weight"], self.w[f"{name}/bias"])

    def write(self, path: Path) -> None:
        """Write the graph.

        ``tokens`` [B, N], ``wanted`` [W] (of which positions among the new the scores are asked),
        ``past_keys``, ``past_values`` [L, B, H, P, D], ``keys``, ``values`` (the encoder's) to
        ``logs`` [B, W, V] (log-probabilities), ``new_keys``, ``new_values`` [L, B, H, P + N, D] and
        ``attention`` [B, heads, N, S], where the heads that follow the sound look.
        """
        x, mask = self._embedded()
        kept: dict[str, list[str]] = {"new_keys": [], "new_values": [], "attention": []}
        for layer in range(self.n.decoder_layers):
            x, found = self._layer(x, layer, mask)
            for name, each in found.items():
                kept[name].append(each)
        for name, axis in (("new_keys", 0), ("new_values", 0), ("attention", 1)):
            self.g.op("Concat", *kept[name], name=name, axis=axis)
        x = self.norm(self.g.op("Gather", x, "wanted", axis=1), "decoder/layer_norm")
        # The scores are products with the embeddings, kept once for both.
        scores = self.g.by_blocks(x, "embedding", self._embedding)
        self.g.op("LogSoftmax", scores, name="logs", axis=-1)
        self._close(path)

    @property
    def _embedding(self) -> np.ndarray:
        return self.w["decoder/embeddings/weight"]

    def _embedded(self) -> tuple[str, str]:
        """Return the tokens with their places, and the mask of those not yet written."""
        bytes_, scales = self.g.blocks("embedding", self._embedding)
        rows = self.g.op("Cast", self.g.op("Gather", bytes_, "tokens", axis=0), to=FLOAT)
        around = self.g.op("Sub", rows, self.g.floats("middle", 128.0))
        of_rows = self.g.op("Gather", scales, "tokens", axis=0)
        real = self.g.op("Mul", around, self.g.op("Unsqueeze", of_rows, self.g.integers(-1)))
        x = self.g.op("Reshape", real, self.g.integers(0, 0, self.n.width))
        start, new = self.size("past_keys", 3), self.size("tokens", 1)
        end = self.add(start, new)
        x = self.add(x, self.positions("decoder", start, end))
        return x, self._mask(start, end)

    def _mask(self, start: str, end: str) -> str:
        rows = self.g.op("Unsqueeze", self._range(start, end), self.g.integers(1))
        columns = self.g.op("Unsqueeze", self._range(self.g.integers(0), end), self.g.integers(0))
        later = self.g.op("Greater", columns, rows)
        return self.g.op("Where", later, self.g.floats("out", MASKED), self.g.floats("in", 0.0))

    def _range(self, start: str, end: str) -> str:
        first, last = (self.g.op("Squeeze", x, self.g.integers(0)) for x in (start, end))
        return self.g.op("Range", first, last, self.g.constant("one", np.array(1)))

    def _layer(self, x: str, layer: int, mask: str) -> tuple[str, dict[str, str]]:
        name = f"decoder/layer_{layer}"
        own, cross = f"{name}/self_attention", f"{name}/attention"
        inner = self.linear(self.norm(x, f"{own}/layer_norm"), f"{own}/linear_0")
        q, k, v = map(self.heads, self.split(inner, 3))
        k = self.g.op("Concat", self._of("past_keys", layer), k, axis=2)
        v = self.g.op("Concat", self._of("past_values", layer), v, axis=2)
        found, _ = self.attend(q, k, v, mask)
        x = self.add(x, self.linear(found, f"{own}/linear_1"))
        q = self.heads(self.linear(self.norm(x, f"{cross}/layer_norm"), f"{cross}/linear_0"))
        found, shares = self.attend(q, self._of("keys", layer), self._of("values", layer))
        x = self.add(x, self.linear(found, f"{cross}/linear_2"))
        kept = {"new_keys": self._one(k), "new_values": self._one(v)}
        if heads := [head for where, head in self._aligning if where == layer]:
            kept["attention"] = self.g.op("Gather", shares, self.g.integers(*heads), axis=1)
        return self.feed_forward(x, f"{name}/ffn"), kept

    def _of(self, name: str, layer: int) -> str:
        index = self.g.constant(f"layer_{layer}", np.array(layer))
        return self.g.op("Gather", name, index, axis=0)

    def _one(self, x: str) -> str:
        return self.g.op("Unsqueeze", x, self.g.integers(0))

    def _close(self, path: Path) -> None:
        n = self.n
        past, new, sound = (
            [n.decoder_layers, many, n.heads, length, n.head]
            for many, length in (("B", "P"), ("B", "Q"), (1, "S"))
        )
        inputs = {
            "tokens": (INTEGER, ["B", "N"]),
            "wanted": (INTEGER, ["W"]),
            **dict.fromkeys(("past_keys", "past_values"), (FLOAT, past)),
            **dict.fromkeys(("keys", "values"), (FLOAT, sound)),
        }
        outputs = {
            "logs": (FLOAT, ["B", "W", n.tokens]),
            **dict.fromkeys(("new_keys", "new_values"), (FLOAT, new)),
            "attention": (FLOAT, ["B", len(self._aligning), "N", "S"]),
        }
        self.g.write(inputs, outputs, path)


def fits(found: Sizes) -> bool:
    """Tell whether a model of these sizes can be cut into blocks."""
    return found.width % BLOCK == 0
