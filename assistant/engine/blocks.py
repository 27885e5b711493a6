"""Sparse int8 weights: blocks of R outputs by four inputs, without those that are zero.

A weight (out, width), width being the inputs of one group of a layer, is cut into groups of R
outputs and quads of inputs. Every group of outputs keeps as many quads as it has use for.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

QUAD = 4
"""Inputs of a block: as many as one instruction multiplies into a sum."""

SHAPES = (4, 8)
"""Outputs a block may have."""

TYPES = {"blocks": np.int8, "places": np.uint16, "counts": np.int32}
"""What is stored of a weight, by the ends of its names."""


MOST = QUAD << 16
"""Inputs whose places 16 bits can name."""


@dataclass(frozen=True, slots=True)
class Blocks:
    """What is kept of a weight (out, width), ``width`` being told beside it.

    ``blocks`` (kept, R, 4) int8, ordered by the group of R outputs they belong to and then by
    place; ``places`` (kept,) uint16, the quad of the inputs each reads; ``counts`` (out / R,)
    int32, how many each group of outputs keeps.
    """

    blocks: NDArray[np.int8]
    places: NDArray[np.uint16]
    counts: NDArray[np.int32]
    width: int

    @property
    def rows(self) -> int:
        """Return R, the outputs of a block."""
        return int(self.blocks.shape[1])

    @property
    def shape(self) -> tuple[int, int]:
        """Return the shape of the weight, (out, width)."""
        return len(self.counts) * self.rows, self.width

    def fault(self, outs: int, groups: int = 1) -> str:
        """Return what is wrong with blocks for a weight (outs, width); nothing where they fit.

        No block may lie in two of the ``groups`` that the outputs are cut into.
        """
        return self._misshapen(outs, groups) or self._misplaced()

    def _misshapen(self, outs: int, groups: int) -> str:
        types = {name: getattr(self, name).dtype for name in TYPES}
        odd = next((name for name in TYPES if types[name] != TYPES[name]), None)
        if odd:
            return f"its {odd} are {types[odd]}, not {TYPES[odd].__name__}"
        if self.blocks.ndim != 3 or self.blocks.shape[1:] not in {(r, QUAD) for r in SHAPES}:
            return f"its blocks have the shape {self.blocks.shape}, not (any, 4 or 8, {QUAD})"
        if outs % self.rows or self.width % QUAD:
            return f"{outs} outputs of {self.width} inputs are no blocks of {self.rows} by {QUAD}"
        if outs // groups % self.rows:
            return f"a group's {outs // groups} outputs are no blocks of {self.rows}"
        if self.width > MOST:
            return f"{self.width} inputs are more than places can tell apart, {MOST}"
        if self.places.shape != self.blocks.shape[:1]:
            return f"it has {self.places.size} places for {len(self.blocks)} blocks"
        if self.counts.shape != (outs // self.rows,):
            return f"it has {self.counts.size} counts, not one for every {self.rows} of {outs}"
        return ""

    def _misplaced(self) -> str:
        quads = self.width // QUAD
        if ((self.counts < 0) | (self.counts > quads)).any():
            return f"a count is not from 0 to {quads}"
        if self.counts.sum(dtype=np.int64) != len(self.blocks):
            return f"its counts do not add up to {len(self.blocks)} blocks"
        if len(self.places) and int(self.places.max()) >= quads:
            return f"a place is beyond the {quads} that there are"
        group = np.repeat(np.arange(len(self.counts)), self.counts)
        if (np.diff(group * quads + self.places) <= 0).any():
            return "its places do not rise"
        return ""

    def dense(self) -> NDArray[np.int8]:
        """Return the weight (out, width) with zeros for what was left out."""
        outs, width = self.shape
        made = np.zeros((len(self.counts), width // QUAD, self.rows, QUAD), np.int8)
        made[np.repeat(np.arange(len(self.counts)), self.counts), self.places] = self.blocks
        return made.transpose(0, 2, 1, 3).reshape(outs, width)


def packed(weight: NDArray[np.int8], rows: int) -> Blocks:
    """Return what is not zero of a weight (out, width) in blocks of ``rows`` by four.

    Raises ValueError where it can't be cut into them.
    """
    outs, width = weight.shape
    if rows not in SHAPES or outs % rows or width % QUAD or width > MOST:
        raise ValueError(f"{outs} outputs of {width} inputs are no blocks of {rows} by {QUAD}")
    cut = weight.reshape(outs // rows, rows, width // QUAD, QUAD).transpose(0, 2, 1, 3)
    kept = cut.any(axis=(2, 3))
    places = np.nonzero(kept)[1].astype(np.uint16)
    return Blocks(np.ascontiguousarray(cut[kept]), places, kept.sum(1, dtype=np.int32), width)


def named(name: str, blocks: Blocks) -> dict[str, NDArray[np.generic]]:
    """Return the tensors of a product's blocks by the names that they are stored under."""
    return {f"{name}.{part}": getattr(blocks, part) for part in TYPES}
