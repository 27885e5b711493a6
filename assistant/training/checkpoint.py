"""Read and write checkpoint folders: config.json, tokenizer.json, model.safetensors.

A folder in the style of ``distilbert-base-uncased`` may hold vocab.txt instead of tokenizer.json
and pytorch_model.bin instead of model.safetensors. The encoder must fit to the last parameter; a
head may differ, and then its parameters are listed by name.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import torch
from safetensors import SafetensorError
from safetensors.torch import load_file, save_file
from torch import Tensor, nn

from assistant.engine.checkpoint import Config, read_config
from assistant.engine.products import PARTS
from assistant.errors import CheckpointError
from assistant.training.distilbert import DistilBert
from assistant.training.heads import ENCODERS, HEADS, Head
from assistant.training.quantize import LAYERS
from assistant.training.squeezebert import SqueezeBert

if TYPE_CHECKING:
    from tokenizers import Tokenizer

Weights = dict[str, Tensor]
Encoder = DistilBert | SqueezeBert
LISTED = 8  # names shown of each kind of difference


@dataclass(frozen=True)
class Difference:
    """How the parameters of a file differ from those of a model."""

    missing: tuple[str, ...]
    unexpected: tuple[str, ...]
    shapes: tuple[str, ...]  # "name: (2, 3) in the file, (2, 4) in the model"

    def __bool__(self) -> bool:
        return bool(self.missing or self.unexpected or self.shapes)

    def __str__(self) -> str:
        kinds = (
            ("missing", self.missing),
            ("unexpected", self.unexpected),
            ("of another shape", self.shapes),
        )
        return "; ".join(f"{len(found)} {kind}: {_some(found)}" for kind, found in kinds if found)


@dataclass(frozen=True)
class Loaded:
    """A model read from a folder, and how its head differed from the file's."""

    model: Head
    config: Config
    head: Difference


def _some(names: tuple[str, ...]) -> str:
    more = len(names) - LISTED
    return ", ".join(names[:LISTED]) + (f" and {more} more" if more > 0 else "")


def compare(model: Mapping[str, Tensor], file: Mapping[str, Tensor]) -> Difference:
    """Compare parameters by name and shape."""
    return Difference(
        missing=tuple(name for name in model if name not in file),
        unexpected=tuple(name for name in file if name not in model),
        shapes=tuple(
            f"{name}: {tuple(file[name].shape)} in the file, {tuple(value.shape)} in the model"
            for name, value in model.items()
            if name in file and file[name].shape != value.shape
        ),
    )


def read_weights(folder: Path) -> Weights:
    """Return every parameter of a folder, without the position-id buffers of old files."""
    safe, pickled = folder / "model.safetensors", folder / "pytorch_model.bin"
    path = safe if safe.exists() else pickled
    if not path.exists():
        raise CheckpointError(f"{folder} holds neither model.safetensors nor pytorch_model.bin.")
    try:
        if path is safe:
            found = load_file(path)
        else:
            found = torch.load(path, map_location="cpu", weights_only=True)
    except (SafetensorError, OSError, RuntimeError, EOFError, ValueError, KeyError) as error:
        raise CheckpointError(f"Cannot read {path}: fetch it again.") from error
    except Exception as error:  # unpickling raises whatever it likes
        raise CheckpointError(f"Refused to read {path}: give a model.safetensors.") from error
    return {name: value for name, value in found.items() if not name.endswith("position_ids")}


def read_tokenizer(folder: Path) -> Tokenizer:
    """Return the tokenizer of tokenizer.json, else of vocab.txt; it never pads or truncates."""
    from tokenizers import Tokenizer

    path, vocabulary = folder / "tokenizer.json", folder / "vocab.txt"
    try:
        if path.exists():
            tokenizer = Tokenizer.from_file(str(path))
        else:
            tokenizer = _from_vocabulary(vocabulary, folder / "tokenizer_config.json")
    except Exception as error:  # tokenizers raises bare Exception
        raise CheckpointError(
            f"No tokenizer in {folder} ({error}): it needs tokenizer.json or vocab.txt."
        ) from error
    tokenizer.no_padding()
    tokenizer.no_truncation()
    return tokenizer


def _from_vocabulary(vocabulary: Path, settings: Path) -> Tokenizer:
    from tokenizers import Tokenizer
    from tokenizers.implementations.bert_wordpiece import BertWordPieceTokenizer

    lower = True
    if settings.exists():
        lower = bool(json.loads(settings.read_text(encoding="utf-8")).get("do_lower_case", True))
    built = BertWordPieceTokenizer(str(vocabulary), lowercase=lower)
    return Tokenizer.from_str(built.to_str())


def products(encoder: Encoder) -> dict[str, nn.Module]:
    """Return every dense layer of an encoder by the engine's name."""
    config = encoder.config
    prefix, parts = LAYERS[config.architecture]
    return {
        f"layers.{i}.{ours}": encoder.get_submodule(f"{prefix}{i}.{theirs}")
        for i in range(config.layers)
        for ours, theirs in parts.items()
        if ours in PARTS
    }


def load_encoder(folder: Path) -> Encoder:
    """Read a folder's encoder, head or no head in the file; CheckpointError unless it fits."""
    config = Config.from_json(read_config(folder))
    encoder = ENCODERS[config.architecture](config)
    prefix = _head_class(config.architecture, "sequence").prefix + "."
    weights = read_weights(folder)
    inside = {n.removeprefix(prefix): v for n, v in weights.items() if n.startswith(prefix)}
    fill(encoder, inside if "embeddings.word_embeddings.weight" in inside else weights, str(folder))
    return encoder.eval()


def load(folder: Path, kind: str, labels: int = 2) -> Loaded:
    """Read encoder and head (masked-lm, sequence, token, span); a differing head starts afresh."""
    config = Config.from_json(read_config(folder))
    sizes = {} if kind == "masked-lm" else {"labels": labels}
    model = _head_class(config.architecture, kind)(config, **sizes)
    weights = _with_ties(model, _with_prefix(read_weights(folder), model.prefix))
    inside = model.prefix + "."
    fill(
        model.encoder,
        {n.removeprefix(inside): v for n, v in weights.items() if n.startswith(inside)},
        str(folder),
    )
    mine = {n: v for n, v in model.state_dict().items() if not n.startswith(inside)}
    theirs = {n: v for n, v in weights.items() if not n.startswith(inside)}
    fitting = {n: v for n, v in theirs.items() if n in mine and v.shape == mine[n].shape}
    model.load_state_dict(fitting, strict=False)
    model.tie()
    return Loaded(model.eval(), config, compare(mine, theirs))


def _head_class(architecture: str, kind: str) -> type[Head]:
    if (architecture, kind) not in HEADS:
        known = sorted({k for a, k in HEADS if a == architecture})
        raise ValueError(f"no head {kind!r} for {architecture!r}: known are {', '.join(known)}")
    return HEADS[architecture, kind]


def _with_prefix(weights: Weights, prefix: str) -> Weights:
    """Name a bare encoder's parameters as a model with a head does."""
    if "embeddings.word_embeddings.weight" not in weights:
        return weights
    return {f"{prefix}.{name}": value for name, value in weights.items()}


def _with_ties(model: Head, weights: Weights) -> Weights:
    """Fill in whichever of two tied parameters the file leaves out."""
    out = dict(weights)
    for copy, source in model.tied.items():
        if copy in out:
            out.setdefault(source, out[copy])
        elif source in out:
            out[copy] = out[source]
    return out


def fill(model: nn.Module, weights: Mapping[str, Tensor], where: str) -> None:
    """Load every parameter strictly; CheckpointError tells what is missing, extra or misshapen."""
    difference = compare(model.state_dict(), weights)
    if difference:
        raise CheckpointError(f"The weights in {where} do not fit its config: {difference}.")
    model.load_state_dict(dict(weights), strict=True)


def save(
    model: nn.Module, config: Config, tokenizer: Tokenizer, folder: Path, **extra: object
) -> None:
    """Write a folder that ``load`` and transformers read; ``extra`` joins config.json."""
    ties = model.tied if isinstance(model, Head) else {}
    weights = {n: v.detach().contiguous() for n, v in model.state_dict().items() if n not in ties}
    folder.mkdir(parents=True, exist_ok=True)
    save_file(weights, folder / "model.safetensors", metadata={"format": "pt"})
    tokenizer.save(str(folder / "tokenizer.json"))
    text = json.dumps(config.to_json() | extra, indent=2, sort_keys=True)
    (folder / "config.json").write_text(text + "\n", encoding="utf-8")
