"""The least time an encoder can take for one sentence: that of reading its weights once.

Where products are sparse that is said twice: of all the weights that such an encoder would have,
which is what a dense one reads, and of those that are kept.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from importlib import import_module
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from assistant.engine.checkpoint import read_int8
from assistant.engine.products import Product, blocks_of, is_sparse, products_of, whole
from assistant.engine.safetensors import Array

Bytes = NDArray[np.int8]

BLOCKS = (1 << 18, 1 << 20, 1 << 30)
"""Bytes read by one call of NumPy; the last is all a thread has."""


def weights_of(folder: Path) -> Bytes:
    """Return the int8 weights of an encoder one after another, those that are not kept as 0."""
    stored = read_int8(folder)
    products = products_of(stored.config)
    return np.concatenate([whole(stored.encoder, product).ravel() for product in products])


def has_blocks(folder: Path) -> bool:
    """Tell whether any product of an encoder is sparse."""
    stored = read_int8(folder)
    return any(is_sparse(stored.encoder, product.name) for product in products_of(stored.config))


def kept_of(folder: Path) -> tuple[Bytes, int]:
    """Return what an encoder keeps as the bytes that are read, and how many weights that is."""
    stored = read_int8(folder)
    found = [_kept(stored.encoder, product) for product in products_of(stored.config)]
    read, counts = zip(*found, strict=True)
    return np.concatenate(read), sum(counts)


def _kept(encoder: Mapping[str, Array], product: Product) -> tuple[Bytes, int]:
    """Return a product's blocks with their places as bytes, and how many weights the blocks have.

    What R outputs have in common with R others of the same inputs is there once: no engine need
    multiply it again.
    """
    if not is_sparse(encoder, product.name):
        weight = encoder[f"{product.name}.weight"]
        return weight.ravel(), weight.size
    kept = blocks_of(encoder, product)
    ends = np.cumsum(kept.counts)
    share = len(kept.counts) // product.groups
    parts = (slice(end - count, end) for end, count in zip(ends, kept.counts, strict=True))
    once = {
        (row // share, kept.places[part].tobytes(), kept.blocks[part].tobytes())
        for row, part in enumerate(parts)
    }
    read = b"".join(place + block for _, place, block in once)
    return np.frombuffer(read, np.int8), sum(len(block) for _, _, block in once)


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
