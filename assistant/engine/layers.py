"""The arithmetic of the encoder in NumPy, on int8 weights that stay int8 in memory.

A product of two int8 numbers is at most 127², so float32 holds a sum of 1,040 of them exactly;
longer sums are made of slices. Integer matmul in NumPy itself is some fifty times slower.

The rest is written so that the native engine computes the very same: float32 operations one by
one in a fixed order, and attention's sums in float64, rounded once, where the order hardly shows.
A last bit that differs may tip a rounding to int8, and a tipped rounding grows from layer to layer.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from assistant.engine.blocks import Blocks

Floats = NDArray[np.float32]

EXACT = 1_024
"""Terms summed at once in float32: exact, since 1,040 × 127² < 2²⁴."""

BLOCK = 256
"""Output channels widened to float32 at once: at most a megabyte, which stays in the cache."""

SMALL = 1 << 19
"""Multiplications that OpenBLAS does on the calling core; waking another costs more."""


LANES = 16
"""Running sums that a row is summed in, as the widest vectors do."""


@dataclass(frozen=True, slots=True)
class Linear:
    """A dense or sparse layer, or a grouped one: each group of inputs feeds its group of outputs.

    weight (out, in / groups) int8 or its blocks, scale (out,) float32, bias (out,) float32.
    ``outliers`` (k,) are inputs too loud to be rounded with the others; ``loud`` (k, out) float32
    is what they weigh, once ``widened`` for NumPy.
    """

    weight: NDArray[np.int8] | Blocks
    scale: Floats
    bias: Floats
    groups: int = 1
    outliers: NDArray[np.int32] | None = None
    loud: Floats | None = None

    def __call__(self, x: Floats) -> Floats:
        """Return x (T, in) times the weights plus the bias, (T, out).

        Each row of x but its outliers is quantized to int8 by its own largest value, per group of
        inputs alike.
        """
        if self.outliers is None:
            return self._rounded(x) + self.bias
        assert self.loud is not None, "a layer that keeps inputs apart is widened first"
        quiet = x.copy()
        quiet[:, self.outliers] = 0
        apart = np.zeros((len(x), len(self.bias)), np.float32)
        for column, weights in zip(self.outliers, self.loud, strict=True):
            apart += x[:, column, None] * weights
        result: Floats = self._rounded(quiet) + apart + self.bias
        return result

    def _rounded(self, x: Floats) -> Floats:
        quantized, step = quantize_rows(x)
        result: Floats = self.sums(quantized) * (step * self.scale)
        return result

    def widened(self) -> Linear:
        """Return the same layer with all of its weight, as NumPy multiplies it."""
        weight, loud = dense(self.weight), None
        if self.outliers is not None:
            loud = weights_of(self.outliers, weight, self.scale, self.groups)
        return replace(self, weight=weight, loud=loud)

    def sums(self, quantized: Floats) -> Floats:
        """Return the exact integer sums of int8 values (T, in), as floats (T, out)."""
        weight = dense(self.weight)
        outs, width = weight.shape
        share = outs // self.groups
        block = _block(len(quantized), min(width, EXACT))
        result = np.empty((len(quantized), outs), np.float32)
        for group in range(self.groups):
            part = quantized[:, group * width : (group + 1) * width]
            end = (group + 1) * share
            for start in range(group * share, end, block):
                stop = min(start + block, end)
                result[:, start:stop] = _exact(part, weight[start:stop])
        return result


def dense(weight: NDArray[np.int8] | Blocks) -> NDArray[np.int8]:
    """Return all of a weight (out, in / groups)."""
    return weight.dense() if isinstance(weight, Blocks) else weight


def weights_of(
    columns: NDArray[np.int32], weight: NDArray[np.int8], scale: Floats, groups: int
) -> Floats:
    """Return what each input of ``columns`` (k,) weighs in every output, (k, out) as floats."""
    outs, width = weight.shape
    share = outs // groups
    found = np.zeros((len(columns), outs), np.float32)
    for place, column in enumerate(columns.tolist()):
        rows = slice(column // width * share, (column // width + 1) * share)
        found[place, rows] = weight[rows, column % width] * scale[rows]
    return found


def _block(rows: int, terms: int) -> int:
    """Return how many output channels to widen at once; small products stay on one core."""
    small = SMALL // (rows * terms)
    return small // 32 * 32 if small >= 32 else BLOCK


def quantize_rows(x: Floats) -> tuple[Floats, Floats]:
    """Return whole numbers from -127 to 127 (T, n), and the step of each row (T, 1)."""
    largest = np.abs(x).max(axis=1, keepdims=True)
    step = np.maximum(largest, np.float32(1e-30)) / np.float32(127)
    return np.rint(x / step), step.astype(np.float32)


def _exact(x: Floats, weight: NDArray[np.int8]) -> Floats:
    """Return x (T, n) times weight (o, n) transposed: the int32 sums, each rounded once."""
    total: Floats = x[:, :EXACT] @ weight[:, :EXACT].astype(np.float32).T
    if x.shape[1] <= EXACT:
        return total
    whole = total.astype(np.int32)
    for start in range(EXACT, x.shape[1], EXACT):
        wide = weight[:, start : start + EXACT].astype(np.float32)
        whole += (x[:, start : start + EXACT] @ wide.T).astype(np.int32)
    return whole.astype(np.float32)


@dataclass(frozen=True, slots=True)
class Norm:
    """Layer normalisation over the last axis: weight and bias (n,)."""

    weight: Floats
    bias: Floats
    eps: float

    def __call__(self, x: Floats) -> Floats:
        """Return x (T, n) with mean 0 and variance 1 in every row, scaled and shifted."""
        size = np.float32(x.shape[1])
        centred = x - _sums(x) / size
        deviation = np.sqrt(_sums(centred * centred) / size + np.float32(self.eps))
        result: Floats = centred / deviation * self.weight + self.bias
        return result


def _sums(x: Floats) -> Floats:
    """Return the sum of each row of x (T, n), (T, 1): in LANES running sums, then halved."""
    filled = np.pad(x, ((0, 0), (0, -x.shape[1] % LANES)))
    lanes: Floats = filled.reshape(len(x), -1, LANES).sum(axis=1)
    while lanes.shape[1] > 1:
        half = lanes.shape[1] // 2
        lanes = lanes[:, :half] + lanes[:, half:]
    return lanes


def exp(x: Floats) -> Floats:
    """Return e to the x: 2ⁿ eʳ, |r| ≤ ln 2 / 2, by Cephes' polynomial (expf, error below 1e-7)."""
    x = np.minimum(np.maximum(x, np.float32(-87)), np.float32(88))
    n = np.rint(x * np.float32(1.44269504088896341))
    r = (x - n * np.float32(0.693359375)) - n * np.float32(-2.12194440e-4)
    p = np.full_like(r, 1.9875691500e-4)
    for coefficient in (
        1.3981999507e-3,
        8.3334519073e-3,
        4.1665795894e-2,
        1.6666665459e-1,
        5.0000001201e-1,
    ):
        p = p * r + np.float32(coefficient)
    power = (n.astype(np.int32) + 127) << 23
    result: Floats = (p * r * r + r + np.float32(1)) * power.view(np.float32)
    return result


def gelu(x: Floats) -> Floats:
    """Return x Φ(x), with erf by Abramowitz and Stegun 7.1.26 (error below 1.5e-7)."""
    z = np.abs(x) * np.float32(0.7071067811865476)
    t = 1 / (1 + np.float32(0.3275911) * z)
    series = np.float32(1.061405429) * t - np.float32(1.453152027)
    for coefficient in (1.421413741, -0.284496736, 0.254829592):
        series = series * t + np.float32(coefficient)
    erf = 1 - series * t * exp(-(z * z))
    result: Floats = np.float32(0.5) * x * (1 + np.where(x < 0, -erf, erf))
    return result


def attention(q: Floats, k: Floats, v: Floats, heads: int, lengths: list[int]) -> Floats:
    """Return softmax(q kᵀ / √d) v per head and sentence; q, k, v and the result are (T, n).

    ``lengths`` says how the T rows are shared by the sentences, which lie one after another.
    """
    size = q.shape[1] // heads
    root = np.sqrt(np.float32(size))
    result = np.empty_like(q)
    start = 0
    for length in lengths:
        rows = slice(start, start + length)
        q_, k_, v_ = (
            a[rows].reshape(length, heads, size).transpose(1, 0, 2).astype(np.float64)
            for a in (q, k, v)
        )
        scores = (q_ @ k_.transpose(0, 2, 1)).astype(np.float32) / root
        raised = exp(scores - scores.max(axis=-1, keepdims=True))
        total = raised.sum(axis=-1, keepdims=True, dtype=np.float64).astype(np.float32)
        mixed = (raised.astype(np.float64) @ v_).astype(np.float32) / total
        result[rows] = mixed.transpose(1, 0, 2).reshape(length, -1)
        start += length
    return result
