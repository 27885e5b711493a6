"""The safetensors file format in plain NumPy: checked before anything is touched.

Source: the format's specification: 8 bytes of header length (little endian), a JSON header of
``{name: {dtype, shape, data_offsets}}``, then the tensors' bytes, row by row.
"""

from __future__ import annotations

import json
import math
import os
import weakref
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from io import BufferedReader
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from assistant import files
from assistant.errors import CheckpointError

Array = NDArray[Any]

_Told = tuple[np.dtype[Any], tuple[int, ...], int, int]
"""A tensor's type and shape, where its bytes begin after the header, and how many there are."""

DTYPES: dict[str, np.dtype[Any]] = {
    "I8": np.dtype(np.int8),
    "U16": np.dtype("<u2"),
    "F16": np.dtype("<f2"),
    "F32": np.dtype("<f4"),
    "I32": np.dtype("<i4"),
    "I64": np.dtype("<i8"),
}
"""The element types that are read and written."""

LONGEST_HEADER = 10_000_000
"""Bytes of header that are believed."""


class Tensors(Mapping[str, Array]):
    """The tensors of an open file, read-only; each is read when it is asked for, and not kept.

    None is mapped: a mapped file that is cut short ends the process that reads it.
    """

    def __init__(self, path: Path) -> None:
        self._path = path
        with _told(path):
            self._file = files.opened(path)
        weakref.finalize(self, self._file.close)
        with _told(path):
            self._header, self._start = _header(self._file)

    def __getitem__(self, name: str) -> Array:
        dtype, shape, begin, size = self._header[name]
        with _told(self._path):
            array = np.empty(shape, dtype)
            self._file.seek(self._start + begin)
            if size and self._file.readinto(array.reshape(-1).view(np.uint8).data) != size:
                raise ValueError("it was cut short meanwhile")
        array.flags.writeable = False
        return array

    def __contains__(self, name: object) -> bool:
        return name in self._header

    def __iter__(self) -> Iterator[str]:
        return iter(self._header)

    def __len__(self) -> int:
        return len(self._header)


def read(path: Path) -> Tensors:
    """Open a file's tensors.

    Raises CheckpointError when the file is missing, truncated or says what cannot be.
    """
    return Tensors(path)


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


@contextmanager
def _told(path: Path) -> Iterator[None]:
    """Turn what goes wrong with a file into a sentence."""
    try:
        yield
    except OSError as error:
        raise CheckpointError(
            f"{path} can't be read ({error.strerror}): install the checkpoint again."
        ) from error
    except (ValueError, TypeError, KeyError, RecursionError, MemoryError) as error:
        raise CheckpointError(
            f"{path} is damaged ({error}): install the checkpoint again."
        ) from error


def _header(file: BufferedReader) -> tuple[dict[str, _Told], int]:
    """Return what the header tells of each tensor, and where they begin."""
    size = os.fstat(file.fileno()).st_size
    length = int.from_bytes(file.read(8), "little")
    if size < 8 or length > min(size - 8, LONGEST_HEADER):
        raise ValueError("it is cut short or no safetensors file")
    header = json.loads(file.read(length))
    if not isinstance(header, dict):
        raise TypeError("its header is no table")
    header.pop("__metadata__", None)
    if not all(isinstance(told, dict) for told in header.values()):
        raise TypeError("a tensor in its header is no table")
    start = 8 + length
    _lie_end_to_end(header, size - start)
    return {name: _tensor(name, told) for name, told in header.items()}, start


def _lie_end_to_end(header: Mapping[str, Any], size: int) -> None:
    """Refuse tensors that overlap, leave holes, or do not end where the file does."""
    reached = 0
    for begin, end in sorted(tuple(told["data_offsets"]) for told in header.values()):
        if begin != reached or not begin <= end <= size:
            raise ValueError("its tensors overlap, leave a hole or end after the file does")
        reached = end
    if reached != size:
        raise ValueError("the file is longer than its tensors")


def _tensor(name: str, told: Mapping[str, Any]) -> _Told:
    """Return what is told of one tensor, after checking that its bytes are as many as its shape."""
    dtype = DTYPES.get(told["dtype"])
    if dtype is None:
        raise ValueError(f"{name:.40} has the unknown type {told['dtype']!s:.20}")
    shape = tuple(_size(name, n) for n in told["shape"])
    begin, end = (_size(name, n) for n in told["data_offsets"])
    if end - begin != math.prod(shape) * dtype.itemsize:
        raise ValueError(f"{name:.40} has not the bytes its shape needs")
    return dtype, shape, begin, end - begin


def _size(name: str, value: object) -> int:
    if not isinstance(value, int) or isinstance(value, bool) or not 0 <= value < 1 << 40:
        raise ValueError(f"{name:.40} has a size that is no size")
    return value
