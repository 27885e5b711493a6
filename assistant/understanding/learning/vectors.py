"""Sentence vectors that were computed before, kept by the content of the sentence."""

from __future__ import annotations

import hashlib
import logging
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from assistant.system.memory import give_back
from assistant.understanding.learning import kept

if TYPE_CHECKING:
    from assistant.engine import Encoder

Floats = NDArray[np.float32]

MOST = 50_000
"""Vectors the user's cache keeps; when it is full the newer half stays."""

PART = 4096
"""Sentences encoded before what is new is kept."""

log = logging.getLogger(__name__)


class VectorCache:
    """Encodes each sentence once for a checkpoint: looks in the shipped file, then in the user's.

    A file is an .npz of ``fingerprint``, ``keys`` (n, 16) uint8 and ``vectors`` (n, d) float16.
    """

    def __init__(self, encoder: Encoder, shipped: Path, own: Path) -> None:
        self._encoder = encoder
        self._shipped = shipped
        self._own = own
        self._known: dict[bytes, NDArray[np.float16]] | None = None
        self._new = load(own, encoder.fingerprint)

    def close(self) -> None:
        """Close the shipped file, and give back what learning took: a fifth of a chat's memory.

        The file is read again when a new sentence is asked for.
        """
        self._known = None
        give_back()

    def _looked_up(self, keys: Sequence[bytes]) -> dict[bytes, NDArray[np.float16]]:
        """Return the vectors that are known of these sentences."""
        told = {k: self._new[k] for k in keys if k in self._new}
        if len(told) < len(set(keys)):
            known = self._known or load(self._shipped, self._encoder.fingerprint)
            self._known = known
            told |= {k: known[k] for k in keys if k in known}
        return told

    def vectors(self, sentences: Sequence[str]) -> Floats:
        """Return unit vectors (n, d), encoding and keeping those that are new."""
        keys = [key(sentence) for sentence in sentences]
        told = self._looked_up(keys)
        missing = {k: s for k, s in zip(keys, sentences, strict=True) if k not in told}
        waiting = list(missing.values())
        for at in range(0, len(waiting), PART):
            new = encoded(self._encoder, waiting[at : at + PART])
            told.update(new)
            self._new.update(new)
            self._save()
        rows = [told[k] for k in keys]
        if not rows:
            return np.zeros((0, self._encoder.hidden), np.float32)
        wide = np.stack(rows).astype(np.float32)
        unit: Floats = wide / np.linalg.norm(wide, axis=1, keepdims=True)
        return unit

    def _save(self) -> None:
        """Keep what is new for the next start; a home that can't be written costs only time."""
        if len(self._new) > MOST:
            self._new = dict(list(self._new.items())[-MOST // 2 :])
        try:
            save(self._own, self._encoder.fingerprint, self._new)
        except OSError:
            log.warning("sentence vectors can't be kept in %s", self._own, exc_info=True)


def encoded(encoder: Encoder, sentences: Sequence[str]) -> dict[bytes, NDArray[np.float16]]:
    """Return the vector of every sentence by its key."""
    unique = {key(sentence): sentence for sentence in sentences}
    vectors = encoder.encode(list(unique.values())).astype(np.float16)
    return dict(zip(unique, vectors, strict=True))


def key(sentence: str) -> bytes:
    """Return the key of a sentence: the hash of its words without case."""
    text = " ".join(sentence.casefold().split())
    return hashlib.blake2b(text.encode("utf-8", "replace"), digest_size=16).digest()


def load(path: Path, fingerprint: str) -> dict[bytes, NDArray[np.float16]]:
    """Return the vectors of a file; nothing if it is missing, damaged or of another checkpoint."""
    found = kept.load(path, fingerprint, ("keys", "vectors"))
    if found is None:
        return {}
    return {k.tobytes(): v for k, v in zip(found["keys"], found["vectors"], strict=True)}


def save(path: Path, fingerprint: str, vectors: dict[bytes, NDArray[np.float16]]) -> None:
    """Write vectors to a file, whole or not at all."""
    keys = np.stack([np.frombuffer(k, np.uint8) for k in vectors])
    kept.save(path, fingerprint, {"keys": keys, "vectors": np.stack(list(vectors.values()))})
