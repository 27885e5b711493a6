"""The least time an encoder can take for one sentence: that of reading its weights once."""

from __future__ import annotations

import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from importlib import import_module
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from assistant.engine.checkpoint import read_int8

Bytes = NDArray[np.int8]

BLOCKS = (1 << 18, 1 << 20, 1 << 30)
"""Bytes read by one call of NumPy; the last is all a thread has."""


def weights_of(folder: Path) -> Bytes:
    """Return the int8 weights of an encoder, one after another."""
    arrays = read_int8(folder).encoder.values()
    return np.concatenate([array.ravel() for array in arrays if array.dtype == np.int8])


def floor(buffer: Bytes, threads: int) -> Callable[[], object]:
    """Return what reads a buffer once in the least time that up to ``threads`` threads need.

    Tried are the engine's own reading where it is built, and ``maximum.reduce`` of NumPy, which is
    vectorised, releases the lock and writes nothing, in blocks of a few sizes and also on a single
    thread, as waking others may cost more than they bring.
    """
    plans = _plans(buffer, threads)
    if sweep := _native():
        plans.append(partial(sweep, buffer, threads))
    return min(plans, key=_quickest)


def _native() -> Callable[[Bytes, int], object] | None:
    try:
        found: Callable[[Bytes, int], object] = import_module("assistant.engine.native").sweep
    except (ImportError, AttributeError):
        return None
    return found


def _plans(buffer: Bytes, threads: int) -> list[partial[object]]:
    pool = ThreadPoolExecutor(max(1, threads - 1))
    return [
        partial(_read, pool, np.array_split(buffer, count), block)
        for count in {1, threads}
        for block in BLOCKS
    ]


def _read(pool: ThreadPoolExecutor, parts: list[Bytes], block: int) -> object:
    """Read the first part here and the others on the pool's threads."""
    others = [pool.submit(_largest, part, block) for part in parts[1:]]
    return max(_largest(parts[0], block), *(other.result() for other in others), 0)


def _largest(part: Bytes, block: int) -> int:
    largest = -128
    for start in range(0, len(part), block):
        largest = max(largest, int(np.maximum.reduce(part[start : start + block])))
    return largest


def _quickest(plan: Callable[[], object]) -> float:
    times = []
    for _ in range(8):
        start = time.perf_counter()
        plan()
        times.append(time.perf_counter() - start)
    return min(times)
