"""What was learnt or measured last, kept in a file by all that it depends on."""

from __future__ import annotations

import hashlib
import logging
import os
from collections.abc import Callable, Iterable, Mapping, Sequence
from pathlib import Path

import numpy as np

from assistant.understanding.learning.regression import Floats

log = logging.getLogger(__name__)


def kept(
    path: Path, key: str, names: Sequence[str], make: Callable[[], Mapping[str, Floats]]
) -> Mapping[str, Floats]:
    """Return the arrays kept in a file if they are of this key; else make them, and keep those.

    A folder that can't be written costs only time.
    """
    found = _load(path, key, names)
    if found is not None:
        return found
    made = make()
    try:
        _save(path, key, made)
    except OSError:
        log.warning("what was learnt can't be kept in %s", path, exc_info=True)
    return made


def key_of(told: Iterable[bytes]) -> str:
    """Return the hash of everything that something depends on."""
    digest = hashlib.blake2b(digest_size=16)
    for each in told:
        digest.update(len(each).to_bytes(8, "little") + each)
    return digest.hexdigest()


def _load(path: Path, key: str, names: Sequence[str]) -> Mapping[str, Floats] | None:
    try:
        with np.load(path, allow_pickle=False) as data:
            return {name: data[name] for name in names} if str(data["key"]) == key else None
    except FileNotFoundError:
        return None
    except Exception:  # a damaged file of any kind is made anew
        log.warning("what is kept in %s can't be read", path, exc_info=True)
        return None


def _save(path: Path, key: str, arrays: Mapping[str, Floats]) -> None:
    """Write arrays to a file, whole or not at all."""
    path.parent.mkdir(parents=True, exist_ok=True)
    part = path.with_name(f"{path.name}.{os.getpid()}.part")
    with part.open("wb") as file:
        np.savez(file, key=np.array(key), **arrays)  # type: ignore[arg-type]
    part.replace(path)
