"""Weights as CTranslate2 stores them (its ``model.bin``, version 6: model_spec.py, Model::load)."""

from __future__ import annotations

import struct
from io import BufferedReader
from pathlib import Path

import numpy as np

from assistant import files
from assistant.errors import CheckpointError

VERSION = 6
SPEC = "WhisperSpec"

TYPES = (np.float32, np.int8, np.int16, np.int32, np.float16)
"""By the number of a type in the file."""

LARGEST = 4_000_000_000
"""Bytes of one array, at most."""

Weights = dict[str, np.ndarray]


def read(path: Path) -> Weights:
    """Return the arrays of a Whisper model by their names. Raises CheckpointError."""
    try:
        with files.opened(path) as file:
            return _read(file)
    except OSError as error:
        raise CheckpointError(f"{path} can't be read ({error.strerror}).") from error
    except (struct.error, ValueError, IndexError, UnicodeDecodeError) as error:
        raise CheckpointError(
            f"{path} is no CTranslate2 model of Whisper ({error}): give the folder of one."
        ) from error


def _read(file: BufferedReader) -> Weights:
    (version,) = _numbers(file, "I")
    spec = _string(file)
    if (version, spec) != (VERSION, SPEC):
        raise ValueError(f"it is {spec or '?'} of version {version}, not {SPEC} of {VERSION}")
    _revision, count = _numbers(file, "II")
    return dict(_array(file) for _ in range(count))


def _array(file: BufferedReader) -> tuple[str, np.ndarray]:
    name = _string(file)
    (rank,) = _numbers(file, "B")
    shape = _numbers(file, f"{rank}I")
    kind, size = _numbers(file, "BI")
    if size > LARGEST:
        raise ValueError(f"{name} has {size} bytes")
    if name.endswith("/weight") and not np.issubdtype(TYPES[kind], np.floating):
        raise ValueError(f"{name} is rounded already")
    return name, np.frombuffer(file.read(size), TYPES[kind]).reshape(shape)


def _string(file: BufferedReader) -> str:
    (length,) = _numbers(file, "H")
    return file.read(length)[:-1].decode("ascii")


def _numbers(file: BufferedReader, layout: str) -> tuple[int, ...]:
    layout = f"<{layout}"
    return struct.unpack(layout, file.read(struct.calcsize(layout)))
