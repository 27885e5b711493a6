"""The encoder in C++, where the package was built with it: near the memory's speed.

``$ASSISTANT_ENGINE`` (native or numpy) chooses between this and the NumPy engine,
``$ASSISTANT_ISA`` a kernel of ``kernels()``, ``$ASSISTANT_THREADS`` how many threads compute.
"""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from assistant.engine.blocks import Blocks
from assistant.errors import CheckpointError, SettingsError

if TYPE_CHECKING:
    from assistant.engine.checkpoint import Config
    from assistant.engine.layers import Linear, Norm

try:
    from assistant.engine.native import _core
except ImportError as _error:
    _core = None  # type: ignore[assignment]
    _built = any(each.suffix in (".so", ".pyd") for each in Path(__file__).parent.glob("_core.*"))
    MISSING = str(_error) if _built else "it was not built with the package"
else:
    MISSING = ""

ENGINE, ISA, THREADS = "ASSISTANT_ENGINE", "ASSISTANT_ISA", "ASSISTANT_THREADS"

MOST = 8
"""Threads taken where nothing is said: beyond them a sentence waits more than it computes."""


def wanted() -> bool:
    """Tell whether to compute in C++. Raises SettingsError for an engine that is not there."""
    chosen = os.environ.get(ENGINE, "")
    if chosen not in ("", "native", "numpy"):
        raise SettingsError(f"{ENGINE} is {chosen!r:.40}: set it to native or numpy.")
    if chosen == "native" and _core is None:
        raise SettingsError(f"{ENGINE} is native, but that is missing ({MISSING}): {MEND}.")
    return _core is not None and chosen != "numpy"


MEND = "install a C++17 compiler and install the package again"


def kernels() -> tuple[str, ...]:
    """Return the kernels this CPU has, the best first; none where nothing was built."""
    return _proven() if _core is not None else ()


@cache
def _proven() -> tuple[str, ...]:
    """Return what has proved itself: half a millisecond, which no measurement should count."""
    return tuple(_core.isas())


def kernel() -> str:
    """Return the kernel that is used. Raises SettingsError for one this CPU has not."""
    chosen = os.environ.get(ISA, "")
    if chosen and chosen not in kernels():
        raise SettingsError(f"{ISA} is {chosen!r:.40}: this CPU has {', '.join(kernels())}.")
    return chosen or kernels()[0]


def sweep(array: NDArray[np.int8], count: int) -> int:
    """Read every byte once with ``count`` threads and return a checksum: the memory's floor."""
    return _core.sweep(array, _pool(count))


def multiply(size: int, rows: int, count: int) -> None:
    """Multiply ``size`` bytes of weights by rows with ``count`` threads, all in the nearest cache.

    The time this takes is the other floor: no kernel multiplies faster on this CPU.
    """
    _core.multiply(size, rows, _pool(count), kernel())


@cache
def _pool(count: int) -> _core.Pool:
    return _core.Pool(count)


def threads() -> int:
    """Return how many threads compute. Raises SettingsError for a number that is none."""
    told = os.environ.get(THREADS, "")
    if not told:
        return max(1, min(MOST, _cores()))
    if not told.isdecimal() or not 1 <= int(told) <= 256:
        raise SettingsError(f"{THREADS} is {told!r:.40}: set it to a number from 1 to 256.")
    return int(told)


def _cores() -> int:
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


class Core:
    """An encoder whose weights are packed for this CPU; the embeddings stay where they are."""

    def __init__(
        self, config: Config, tile: int, embeddings: Sequence[NDArray[Any]], norm: Norm
    ) -> None:
        words, scale, positions = (_own(each) for each in embeddings)
        self.threads = threads()
        with _fitting():
            self._core = _core.Core(
                _core.Pool(self.threads),
                kernel(),
                config.heads,
                config.intermediate,
                tile,
                config.norm_eps,
                words,
                scale,
                positions,
                norm.weight,
                norm.bias,
            )

    @property
    def isa(self) -> str:
        """Return the name of the kernel that computes."""
        return str(self._core.isa)

    def add(self, products: Sequence[Linear], norms: Sequence[Norm]) -> None:
        """Pack the next layer: its six products in their order, and its two norms."""
        given = [(_weight(p), _own(p.scale), _own(p.bias), p.groups, p.outliers) for p in products]
        arrays = [_own(array) for norm in norms for array in (norm.weight, norm.bias)]
        with _fitting():
            self._core.add(given, arrays)

    def run(self, ids: NDArray[np.int64], lengths: Sequence[int]) -> NDArray[np.float32]:
        """Return vectors (T, hidden) of sentences whose ids (T,) lie one after another.

        Raises CheckpointError for an id that has no vector or a sentence that is too long.
        """
        try:
            found: NDArray[np.float32] = self._core.run(
                np.ascontiguousarray(ids, np.int64), np.asarray(lengths, np.int64)
            )
        except ValueError as error:
            raise CheckpointError(
                f"This can't be encoded, {error}: use another tokenizer."
            ) from error
        return found


@contextmanager
def _fitting() -> Iterator[None]:
    """Turn what C++ finds wrong with arrays into a sentence."""
    try:
        yield
    except ValueError as error:
        raise CheckpointError(
            f"The checkpoint can't be computed with, {error}: use another."
        ) from error


def _weight(product: Linear) -> Any:
    """Return a product's weight, or what is kept of it, as C++ takes it."""
    weight = product.weight
    if isinstance(weight, Blocks):
        return _own(weight.blocks), _own(weight.places), _own(weight.counts)
    return _own(weight)


def _own(array: NDArray[Any]) -> NDArray[Any]:
    """Return the array itself, or a copy where it is not laid out as C++ reads it."""
    return np.require(array, requirements=["C", "A"])
