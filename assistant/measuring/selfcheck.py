"""Whether this machine computes what a checkpoint's float parent did, on a few sentences.

``check.json`` beside a checkpoint holds our own sentences with the parent's answers: sentence
vectors thinned to 64 of their values, and for heads the likeliest sentiment and tags of words.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from assistant import files
from assistant.engine.checkpoint import fingerprint
from assistant.engine.trial import try_out
from assistant.errors import CheckpointError
from assistant.understanding.learning.features import Features

FILE = "check.json"
LARGEST = 10_000_000
"""Bytes of it, at most."""

LEAST = 0.97
"""Cosine to the parent's vectors that every sentence must reach; int8 costs up to 0.011 of it."""

AGREE = 0.93
"""Share of the sentiments and the words' tags that must be the parent's."""


def compare(folder: Path) -> tuple[bool, str]:
    """Return whether a checkpoint does what it should, and in words how near it came.

    Raises CheckpointError where it can't be used, or what to check it by can't be read.
    """
    encoder = try_out(folder)
    expected = read(folder)
    if expected is None:
        if fingerprint(folder) != encoder.fingerprint:
            raise CheckpointError(f"{folder} is not as it was made: install it again.")
        return True, "no sentences to check it by; its bytes are as they were made"
    rows, every = expected["rows"], expected["every"]
    vectors = encoder.encode([row["text"] for row in rows])[:, ::every].tolist()
    try:
        cosines = [_cosine(v, row["vector"]) for v, row in zip(vectors, rows, strict=True)]
        share = _agreement(folder, rows) if {"mood", "tags"} & rows[0].keys() else None
    except (LookupError, ValueError, TypeError) as error:
        raise CheckpointError(f"{folder / FILE} is damaged ({error}): install it again.") from error
    well = min(cosines) >= LEAST
    told = f"{len(rows)} sentences, lowest cosine {min(cosines):.4f}"
    if share is not None:
        well = well and share >= AGREE
        told += f", sentiments and tags agree on {share:.1%}"
    return well, told


def read(folder: Path) -> dict[str, Any] | None:
    """Return the sentences and answers beside a checkpoint, None where there are none."""
    path = folder / FILE
    try:
        data = json.loads(files.read(path, LARGEST))
        every, rows = data["every"], data["rows"]
        if type(every) is not int or not all(isinstance(row["text"], str) for row in rows):
            raise ValueError("it holds no sentences with answers")
    except FileNotFoundError:
        return None
    except (OSError, ValueError, LookupError, TypeError, RecursionError) as error:
        raise CheckpointError(f"{path} is damaged ({error}): install it again.") from error
    return data if rows and every > 0 else None


def _agreement(folder: Path, rows: list[dict[str, Any]]) -> float:
    features = Features.load(folder)
    texts = [row["text"] for row in rows]
    same: list[bool] = []
    for reading, tags, row in zip(features.read(texts), features.tags(texts), rows, strict=True):
        same += [reading.mood == row["mood"]] if "mood" in row else []
        same += [a == b for a, b in zip(tags, row.get("tags", tags), strict=True)]
    return same.count(True) / len(same)


def _cosine(left: list[float], right: list[float]) -> float:
    """Return the cosine of two vectors."""
    lengths: float = max(_dot(left, left) * _dot(right, right), 1e-12) ** 0.5
    return _dot(left, right) / lengths


def _dot(left: list[float], right: list[float]) -> float:
    return float(sum(a * b for a, b in zip(left, right, strict=True)))
