"""The safetensors file format in plain NumPy: memory-mapped, checked before anything is touched.

Source: the format's specification: 8 bytes of header length (little endian), a JSON header of
``{name: {dtype, shape, data_offsets}}``, then the tensors' bytes, row by row.
"""

from __future__ import annotations

import json
import math
import mmap
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from assistant.errors import CheckpointError

Array = NDArray[Any]

DTYPES: dict[str, np.dtype[Any]] = {
    "I8": np.dtype(np.int8),
    "F16": np.dtype("<f2"),
    "F32": np.dtype("<f4"),
    "I32": np.dtype("<i4"),
    "I64": np.dtype("<i8"),
}
"""The element types that are read and written."""

LONGEST_HEADER = 10_000_000
"""Bytes of header that are believed."""


def read(path: Path) -> dict[str, Array]:
    """Return every tensor of a file as a read-only view of its memory-mapped bytes.

    Raises CheckpointError when the file is missing, truncated or says what cannot be.
    """
    try:
        size = path.stat().st_size
        header, start = _header(path, size)
        _lie_end_to_end(header, size - start)
        data = _mapped(path) if size > start else np.zeros(0, np.uint8)
        arrays = {name: _tensor(data, name, told, start) for name, told in header.items()}
    except OSError as error:
        raise CheckpointError(
            f"{path} can't be read ({error.strerror}): install the checkpoint again."
        ) from error
    except (ValueError, TypeError, KeyError, RecursionError) as error:
        raise CheckpointError(
            f"{path} is damaged ({error}): install the checkpoint again."
        ) from error
    return arrays


def write(path: Path, arrays: Mapping[str, Array]) -> None:
    """Write tensors to a file, in the order of their names."""
    header: dict[str, Any] = {}
    offset = 0
    for name in sorted(arrays):
        array = arrays[name]
        kind = next(kind for kind, dtype in DTYPES.items() if dtype == array.dtype)
        end = offset + array.nbytes
        header[name] = {"dtype": kind, "shape": list(array.shape), "data_offsets": [offset, end]}
        offset = end
    text = json.dumps(header, separators=(",", ":")).encode()
    text += b" " * (-len(text) % 8)
    with path.open("wb") as file:
        file.write(len(text).to_bytes(8, "little") + text)
        for name in sorted(arrays):
            file.write(np.ascontiguousarray(arrays[name]).tobytes())


def let_go(array: Array) -> None:
    """Give back the memory of a mapped file's pages; they are read again when they are needed."""
    base: object = array
    while isinstance(base, np.ndarray):
        base = base.base
    if isinstance(base, mmap.mmap) and hasattr(mmap, "MADV_DONTNEED"):
        base.madvise(mmap.MADV_DONTNEED)


def _mapped(path: Path) -> Array:
    """Return a file's bytes as a plain array, since slices of ``np.memmap`` are slow to make."""
    return np.memmap(path, dtype=np.uint8, mode="r").view(np.ndarray)


def _header(path: Path, size: int) -> tuple[dict[str, Any], int]:
    """Return the header and where the tensors begin."""
    with path.open("rb") as file:
        length = int.from_bytes(file.read(8), "little")
        if size < 8 or length > min(size - 8, LONGEST_HEADER):
            raise ValueError("it is cut short or no safetensors file")
        header = json.loads(file.read(length))
    if not isinstance(header, dict):
        raise TypeError("its header is no table")
    header.pop("__metadata__", None)
    if not all(isinstance(told, dict) for told in header.values()):
        raise TypeError("a tensor in its header is no table")
    return header, 8 + length


def _lie_end_to_end(header: Mapping[str, Any], size: int) -> None:
    """Refuse tensors that overlap, leave holes, or do not end where the file does."""
    reached = 0
    for begin, end in sorted(tuple(told["data_offsets"]) for told in header.values()):
        if begin != reached or not begin <= end <= size:
            raise ValueError("its tensors overlap, leave a hole or end after the file does")
        reached = end
    if reached != size:
        raise ValueError("the file is longer than its tensors")


def _tensor(data: Array, name: str, told: Mapping[str, Any], start: int) -> Array:
    """Return one tensor, after checking that its bytes exist and are as many as its shape says."""
    dtype = DTYPES.get(told["dtype"])
    if dtype is None:
        raise ValueError(f"{name:.40} has the unknown type {told['dtype']!s:.20}")
    shape = [_size(name, n) for n in told["shape"]]
    begin, end = (_size(name, n) for n in told["data_offsets"])
    if end - begin != math.prod(shape) * dtype.itemsize:
        raise ValueError(f"{name:.40} has not the bytes its shape needs")
    part: Array = data[start + begin : start + end]
    return part.view(dtype).reshape(shape)


def _size(name: str, value: object) -> int:
    if not isinstance(value, int) or isinstance(value, bool) or not 0 <= value < 1 << 40:
        raise ValueError(f"{name:.40} has a size that is no size")
    return value
