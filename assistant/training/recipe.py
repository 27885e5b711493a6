"""Recipes: TOML files that say from what, on which data and how a checkpoint is trained."""

from __future__ import annotations

import json
import lzma
import os
import tomllib
from dataclasses import dataclass, fields
from pathlib import Path
from typing import Any, TypeVar

from assistant.errors import CheckpointError

T = TypeVar("T")


@dataclass(frozen=True)
class Source:
    """One file of sentences; one without intents only keeps the embedding where it was."""

    name: str
    file: str  # below the data folder; .jsonl, .jsonl.xz or .txt.xz
    licence: str
    rows: int = 0  # at most so many, drawn by the seed; 0 is all


@dataclass(frozen=True)
class Recipe:
    """Everything a run depends on besides the data themselves."""

    name: str
    architecture: str  # distilbert or squeezebert: what MiniLM is expanded to
    seed: int
    epochs: int
    batch: int  # texts a step
    learning_rate: float  # of the encoder, at its highest
    head_learning_rate: float
    warmup: float  # share of all steps
    weight_decay: float
    label_smoothing: float
    scale: float  # cosine similarities are multiplied by it before the softmax
    keep: float  # weight of staying near the teacher's similarities
    blend: float  # share of the trained weights in the result, the rest the untrained ones
    longest: int  # tokens of a text
    sources: tuple[Source, ...]


def _build(kind: type[T], data: dict[str, Any], path: Path) -> T:
    """Make a dataclass of ``data``; CheckpointError names what is missing or unknown."""
    names = {field.name for field in fields(kind)}  # type: ignore[arg-type]
    if unknown := sorted(data.keys() - names):
        raise CheckpointError(f"{path} has unknown keys {', '.join(unknown)}: remove them.")
    try:
        return kind(**data)
    except TypeError as error:
        raise CheckpointError(f"{path} is incomplete ({error}): add what is missing.") from error


def read_recipe(path: Path) -> Recipe:
    """Read a recipe; CheckpointError if it cannot be read, is incomplete or has unknown keys."""
    try:
        data = tomllib.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise CheckpointError(f"Cannot read the recipe {path}: {error}.") from error
    sources = tuple(_build(Source, entry, path) for entry in data.pop("sources", []))
    return _build(Recipe, data | {"sources": sources}, path)


def data_folder(given: Path | None = None) -> Path:
    """Return where the training data lie: ``given``, else ``$ASSISTANT_SHARED/datasets``."""
    shared = os.environ.get("ASSISTANT_SHARED")
    folder = given or (Path(shared) / "datasets" if shared else None)
    if folder is None or not folder.is_dir():
        raise CheckpointError(
            f"No training data at {folder}: name their folder, or set ASSISTANT_SHARED."
        )
    return folder


def read_rows(path: Path) -> list[tuple[str, str | None]]:
    """Return (text, intent) of every line; plain text files have no intents (None)."""
    try:
        raw = path.read_bytes()
        text = (lzma.decompress(raw) if path.suffix == ".xz" else raw).decode("utf-8")
    except (OSError, lzma.LZMAError) as error:
        raise CheckpointError(f"Cannot read the training data {path}: {error}.") from error
    lines = [line for line in text.split("\n") if line.strip()]
    if ".jsonl" not in path.name:
        return [(line, None) for line in lines]
    rows = [json.loads(line) for line in lines]
    return [(row.get("text") or " ".join(row["tokens"]), row.get("intent")) for row in rows]
