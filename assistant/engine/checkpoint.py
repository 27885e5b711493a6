"""Checkpoint folders, as they lie on disk.

A float folder is in the style of the published ones: config.json, tokenizer.json and
model.safetensors. An int8 folder holds config.json, tokenizer.json, embeddings.safetensors and
encoder.safetensors, and each head in a file of its own (head-NAME.safetensors), so that encoders
and heads can share the rest. A folder whose config.json names another beside it as the place of its
``embeddings`` takes the word vectors and the tokenizer from there.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeGuard

import numpy as np

from assistant import files
from assistant.engine import safetensors
from assistant.engine.safetensors import Array
from assistant.errors import CheckpointError

CONFIG, TOKENIZER, WEIGHTS = "config.json", "tokenizer.json", "model.safetensors"
EMBEDDINGS, ENCODER = "embeddings.safetensors", "encoder.safetensors"

SHARED = {
    "vocab_size": "vocab_size",
    "positions": "max_position_embeddings",
}
DISTILBERT = SHARED | {
    "hidden": "dim",
    "layers": "n_layers",
    "heads": "n_heads",
    "intermediate": "hidden_dim",
    "activation": "activation",
}
SQUEEZEBERT = SHARED | {
    "hidden": "hidden_size",
    "layers": "num_hidden_layers",
    "heads": "num_attention_heads",
    "intermediate": "intermediate_size",
    "activation": "hidden_act",
    "norm_eps": "layer_norm_eps",
    "token_types": "type_vocab_size",
    "q_groups": "q_groups",
    "k_groups": "k_groups",
    "v_groups": "v_groups",
    "post_attention_groups": "post_attention_groups",
    "intermediate_groups": "intermediate_groups",
    "output_groups": "output_groups",
}
FIELDS = {"distilbert": DISTILBERT, "squeezebert": SQUEEZEBERT}
"""Our names of the sizes, and theirs in each architecture's config.json."""

LARGEST = 1_000_000
"""Bytes of a config.json, at most."""

LONGEST = 60
"""Signs of a head's name and of a label, at most."""

LOUDEST = 1e4
"""Weights beyond this, either way, are damage: those of published checkpoints stay below 100."""


@dataclass(frozen=True)
class Config:
    """The sizes of an encoder. DistilBERT has one group everywhere and no token types."""

    architecture: str
    vocab_size: int = 30_522
    positions: int = 512
    hidden: int = 768
    layers: int = 6
    heads: int = 12
    intermediate: int = 3_072
    activation: str = "gelu"
    norm_eps: float = 1e-12
    token_types: int = 2
    q_groups: int = 1
    k_groups: int = 1
    v_groups: int = 1
    post_attention_groups: int = 1
    intermediate_groups: int = 1
    output_groups: int = 1

    def __post_init__(self) -> None:
        for name, value in vars(self).items():
            if name.endswith("eps"):
                ok = isinstance(value, float | int) and 0 < value < 1
            elif name in ("architecture", "activation"):
                ok = isinstance(value, str)
            else:
                ok = type(value) is int and 0 < value < 1 << 24
            if not ok:
                raise CheckpointError(f"{CONFIG} says {name} = {value!s:.40}, which can't be.")
        if self.hidden % self.heads:
            raise CheckpointError(
                f"{CONFIG}: {self.hidden} dimensions can't be shared by {self.heads} heads."
            )
        if self.activation != "gelu":
            raise CheckpointError(f"{CONFIG}: activation {self.activation!s:.20} is not gelu.")

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> Config:
        """Read the sizes from a config.json of either architecture. Raises CheckpointError."""
        architecture = data.get("model_type")
        if not isinstance(architecture, str) or architecture not in FIELDS:
            known = ", ".join(FIELDS)
            raise CheckpointError(f"{CONFIG} is of {architecture!s:.40}; known are {known}.")
        fields = FIELDS[architecture]
        given = {ours: data[theirs] for ours, theirs in fields.items() if theirs in data}
        return cls(architecture, **given)

    def to_json(self) -> dict[str, Any]:
        """Return the config.json of the published style."""
        fields = FIELDS[self.architecture]
        named = {theirs: getattr(self, ours) for ours, theirs in fields.items()}
        if self.architecture == "squeezebert":
            named["embedding_size"] = self.hidden
        return {"model_type": self.architecture, **named}


@dataclass(frozen=True)
class Head:
    """A linear layer on an encoder: weight (labels, hidden), bias (labels,), both float32.

    ``pooling`` is what it reads: "mean" of a text's tokens, or each of the "tokens".
    """

    labels: tuple[str, ...]
    pooling: str
    weight: Array
    bias: Array


@dataclass(frozen=True)
class Quantized:
    """An int8 checkpoint as it lies on disk, its arrays read when they are asked for.

    ``words``: the folder of its word vectors and tokenizer, mostly its own.
    ``tile``: the word vectors are stored once and repeated that many times side by side.
    ``fingerprint``: hash of everything that decides the vectors, written when it was made.
    """

    folder: Path
    words: Path
    config: Config
    tile: int
    fingerprint: str
    embeddings: Mapping[str, Array]
    encoder: Mapping[str, Array]


def read_config(folder: Path) -> dict[str, Any]:
    """Return config.json as it is. Raises CheckpointError when it is missing or unreadable."""
    path = folder / CONFIG
    try:
        data = json.loads(files.read(path, LARGEST))
    except OSError as error:
        raise CheckpointError(
            f"There is no checkpoint in {folder} ({CONFIG}: {error.strerror}): install it again."
        ) from error
    except (ValueError, RecursionError) as error:
        raise CheckpointError(f"{path} is damaged ({error}): install it again.") from error
    if not isinstance(data, dict):
        raise CheckpointError(f"{path} is damaged (it is no table): install it again.")
    return data


def _sizes(folder: Path, data: Mapping[str, Any]) -> Config:
    try:
        return Config.from_json(data)
    except CheckpointError as error:
        raise CheckpointError(f"{folder}: {error}") from error


def sound(array: Array) -> bool:
    """Tell whether an array holds weights as they come: numbers, and none too large to be one."""
    return bool(np.abs(array).max(initial=0) <= LOUDEST)  # of no number it is not


def read_float(folder: Path) -> tuple[Config, Mapping[str, Array]]:
    """Return the sizes and float arrays of a published-style folder."""
    return _sizes(folder, read_config(folder)), safetensors.read(folder / WEIGHTS)


def write_float(folder: Path, config: Config, arrays: Mapping[str, Array]) -> None:
    """Write a published-style folder (its tokenizer is put there by whoever has it)."""
    folder.mkdir(parents=True, exist_ok=True)
    _write_json(folder / CONFIG, config.to_json())
    safetensors.write(folder / WEIGHTS, arrays)


def read_int8(folder: Path) -> Quantized:
    """Open an int8 folder. Raises CheckpointError for what is missing or damaged.

    The fingerprint is taken at its word, as hashing would read every byte; ``fingerprint`` checks.
    """
    data = read_config(folder)
    told = data.get("int8")
    if not isinstance(told, dict):
        raise CheckpointError(f"{folder} is no int8 checkpoint: quantize it first.")
    config, tile, print_ = _sizes(folder, data), told.get("tile"), told.get("fingerprint")
    if type(tile) is not int or tile < 1 or config.hidden % tile:
        raise CheckpointError(f"{folder / CONFIG} says tile = {tile!s:.20}: install it again.")
    if not isinstance(print_, str) or not print_:
        raise CheckpointError(f"{folder / CONFIG} has no fingerprint: install it again.")
    words = _words(folder, told)
    return Quantized(
        folder,
        words,
        config,
        tile,
        print_,
        safetensors.read(words / EMBEDDINGS),
        safetensors.read(folder / ENCODER),
    )


def _words(folder: Path, told: Mapping[str, Any]) -> Path:
    """Return the folder of the word vectors: its own, or the named one beside it."""
    name = told.get("embeddings", folder.name)
    if not isinstance(name, str) or not name or Path(name).name != name:
        raise CheckpointError(f"{folder / CONFIG} says embeddings = {name!s:.40}: a folder's name.")
    return folder if name == folder.name else folder.parent / name


def words_of(folder: Path) -> Path:
    """Return the folder that has a folder's tokenizer. Raises CheckpointError."""
    told = read_config(folder).get("int8")
    return _words(folder, told if isinstance(told, dict) else {})


def read_heads(folder: Path, hidden: int) -> dict[str, Head]:
    """Read every head that config.json names. Raises CheckpointError when one is damaged."""
    told = heads_of(folder, read_config(folder))
    return {name: _read_head(folder, name, data, hidden) for name, data in told.items()}


def heads_of(folder: Path, data: Mapping[str, Any]) -> dict[str, Any]:
    """Return what a config.json tells of its heads, by their names. Raises CheckpointError."""
    told = data.get("heads", {})
    if not isinstance(told, dict) or not all(map(_is_name, told)):
        raise CheckpointError(
            f"{folder / CONFIG} says heads = {told!s:.40}, which can't be: install it again."
        )
    return told


def _read_head(folder: Path, name: str, data: Any, hidden: int) -> Head:
    path = folder / f"head-{name}.safetensors"
    labels, pooling = (
        (data.get("labels"), data.get("pooling")) if isinstance(data, dict) else (0, 0)
    )
    if not _are_labels(labels) or pooling not in ("mean", "tokens"):
        raise CheckpointError(f"{folder / CONFIG} tells the head {name} wrongly: install it again.")
    found = safetensors.read(path)
    arrays = [found[part] for part in ("weight", "bias") if part in found]
    shapes = [each.shape for each in arrays]
    if shapes != [(len(labels), hidden), (len(labels),)]:
        raise CheckpointError(
            f"{path} has the shapes {shapes}, not those of {len(labels)} labels: install it again."
        )
    if any(each.dtype != np.float32 or not sound(each) for each in arrays):
        raise CheckpointError(
            f"{path} has weights that are no numbers, or none that can be: install it again."
        )
    return Head(tuple(labels), pooling, *arrays)


def _is_name(name: str) -> bool:
    """Tell whether a head's name can be a part of a file's."""
    return Path(name).name == name and name.isprintable() and len(name) <= LONGEST


def _are_labels(labels: object) -> TypeGuard[list[str]]:
    """Tell whether these are texts, at least one and none twice."""
    if not isinstance(labels, list) or not all(isinstance(label, str) for label in labels):
        return False
    return 0 < len(labels) == len(set(labels)) and max(map(len, labels)) <= LONGEST


def write_int8(
    folder: Path,
    config: Config,
    tile: int,
    embeddings: Mapping[str, Array],
    encoder: Mapping[str, Array],
    tokenizer: bytes,
    heads: Mapping[str, Head] | None = None,
) -> None:
    """Write an int8 folder with its heads and its fingerprint."""
    folder.mkdir(parents=True, exist_ok=True)
    safetensors.write(folder / EMBEDDINGS, embeddings)
    safetensors.write(folder / ENCODER, encoder)
    (folder / TOKENIZER).write_bytes(tokenizer)
    _sign(folder, {**config.to_json(), "int8": {"tile": tile}, **_write_heads(folder, heads or {})})


def write_sharing(
    folder: Path,
    config: Config,
    words: Path,
    encoder: Mapping[str, Array],
    heads: Mapping[str, Head],
) -> None:
    """Write an int8 folder with heads that shares the words of the int8 folder beside it."""
    folder.mkdir(parents=True, exist_ok=True)
    safetensors.write(folder / ENCODER, encoder)
    int8 = {"tile": read_int8(words).tile, "embeddings": words.name}
    _sign(folder, {**config.to_json(), "int8": int8, **_write_heads(folder, heads)})


def _write_heads(folder: Path, heads: Mapping[str, Head]) -> dict[str, Any]:
    """Write each head's file; return what config.json says of them."""
    for name, head in heads.items():
        arrays = {"weight": head.weight, "bias": head.bias}
        safetensors.write(folder / f"head-{name}.safetensors", arrays)
    told = {name: {"labels": list(h.labels), "pooling": h.pooling} for name, h in heads.items()}
    return {"heads": told} if told else {}


def _sign(folder: Path, data: dict[str, Any]) -> None:
    """Write config.json, then once more with the fingerprint of the folder."""
    _write_json(folder / CONFIG, data)
    print_ = fingerprint(folder)
    _write_json(folder / CONFIG, {**data, "int8": {**data["int8"], "fingerprint": print_}})


def fingerprint(folder: Path) -> str:
    """Return the hash of an int8 folder's sizes, words, weights and heads (reads every byte).

    Raises CheckpointError.
    """
    data = read_config(folder)
    told = data.get("int8")
    if isinstance(told, dict):
        told.pop("fingerprint", None)
    digest = hashlib.blake2b(json.dumps(data, sort_keys=True).encode(), digest_size=16)
    words = _words(folder, told if isinstance(told, dict) else {})
    heads = [folder / f"head-{name}.safetensors" for name in sorted(heads_of(folder, data))]
    for path in (words / TOKENIZER, words / EMBEDDINGS, folder / ENCODER, *heads):
        try:
            with files.opened(path) as file:
                digest.update(hashlib.file_digest(file, "blake2b").digest())
        except OSError as error:
            raise CheckpointError(
                f"{path} can't be read ({error.strerror}): install the checkpoint again."
            ) from error
    return digest.hexdigest()


def _write_json(path: Path, data: Mapping[str, Any]) -> None:
    path.write_text(json.dumps(data, indent=2) + "\n", encoding="utf-8")
