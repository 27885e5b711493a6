"""What was learnt or measured last, kept in a file by all that it depends on."""

from __future__ import annotations

import hashlib
import logging
from collections.abc import Callable, Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np

from assistant import files
from assistant.understanding.learning.regression import Floats

KEY = "fingerprint"
"""The array that holds the key."""

log = logging.getLogger(__name__)


def kept(
    path: Path, key: str, names: Sequence[str], make: Callable[[], Mapping[str, Floats]]
) -> Mapping[str, Floats]:
    """Return the arrays kept in a file if they are of this key; else make them, and keep those.

    A folder that can't be written costs only time.
    """
    found = load(path, key, names)
    if found is not None:
        return found
    made = make()
    try:
        save(path, key, made)
    except OSError:
        log.warning("what was learnt can't be kept in %s", path, exc_info=True)
    return made


def key_of(told: Iterable[bytes]) -> str:
    """Return the hash of everything that something depends on."""
    digest = hashlib.blake2b(digest_size=16)
    for each in told:
        digest.update(len(each).to_bytes(8, "little") + each)
    return digest.hexdigest()


def load(path: Path, key: str, names: Sequence[str]) -> Mapping[str, Any] | None:
    """Return arrays of a file; None if it is missing, damaged or of another key."""
    try:
        with files.opened(path) as file, np.load(file, allow_pickle=False) as data:
            return {name: data[name] for name in names} if str(data[KEY]) == key else None
    except FileNotFoundError:
        return None
    except Exception:  # a damaged file of any kind is made anew
        log.warning("what is kept in %s can't be read", path, exc_info=True)
        return None


def save(path: Path, key: str, arrays: Mapping[str, Any]) -> None:
    """Write arrays to a file, whole or not at all."""
    with files.replacing(path) as file:
        np.savez(file, **{KEY: np.array(key), **arrays})
