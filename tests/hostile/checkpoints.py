"""Damaged checkpoints: each is refused in a sentence, or does what a checkpoint does.

python -m tests.hostile.checkpoints --rounds 1000 --seed 1
"""

from __future__ import annotations

import json
import random
import shutil
import tempfile
from collections import Counter
from collections.abc import Callable
from pathlib import Path

import numpy as np

from assistant.commands.models import shelved
from assistant.engine import blocks, safetensors
from assistant.engine.checkpoint import ENCODER, Head
from assistant.engine.trial import try_out
from assistant.errors import AssistantError
from assistant.measuring.selfcheck import compare
from assistant.training.making import quantized
from assistant.training.quantize import quantize
from assistant.understanding.learning.features import Features
from tests import checkpoints
from tests.hostile import campaign, odd

LONG = 30.0
"""Seconds after which a round counts as one that hangs."""


def make(folder: Path) -> tuple[Path, Path]:
    """Return a float folder and an int8 folder with heads and a card, whole."""
    plain = checkpoints.write(folder / "float", checkpoints.config("squeezebert", 2))
    whole = quantize(
        checkpoints.write(folder / "f", checkpoints.config("distilbert")), folder / "i8"
    )
    _cut(whole)
    data = json.loads((whole / "config.json").read_text())
    draw = np.random.default_rng(1)
    labels = {"sentiment": ["negative", "neutral", "positive"], "entities": ["O", "B-x", "I-x"]}
    for name, named in labels.items():
        weight = draw.standard_normal((3, 32)).astype(np.float32)
        head = Head(tuple(named), "mean", weight, np.zeros(3, np.float32))
        arrays = {"weight": head.weight, "bias": head.bias}
        safetensors.write(whole / f"head-{name}.safetensors", arrays)
        data.setdefault("heads", {})[name] = {"labels": named, "pooling": "mean"}
    (whole / "config.json").write_text(json.dumps(data))
    row = {"text": "set a timer", "vector": [0.0] * 16, "mood": "neutral", "tags": ["O"] * 3}
    (whole / "check.json").write_text(json.dumps({"every": 2, "rows": [row]}))
    (whole / "card.md").write_text("# a card\n")
    return plain, whole


def _cut(folder: Path) -> None:
    """Store some products of an int8 folder in blocks."""
    path = folder / ENCODER
    arrays = dict(safetensors.read(path).items())
    for name, rows in (("layers.0.query", 4), ("layers.0.output", 8), ("layers.1.value", 8)):
        weight = arrays.pop(f"{name}.weight").copy()
        weight[: rows * 2, 8:] = 0
        arrays |= blocks.named(name, blocks.packed(weight, rows))
    safetensors.write(path, arrays)


def _tensors(path: Path, chance: random.Random) -> None:
    """Change the arrays of a file: their numbers, shapes, types and names."""
    arrays = {name: array.copy() for name, array in safetensors.read(path).items()}
    name = chance.choice(list(arrays))
    array = arrays[name]
    kind = chance.randrange(5)
    if kind == 0 and array.dtype == np.float32:
        value = chance.choice((np.nan, np.inf, -np.inf, 3e38, 1e20, 0))
        array.reshape(-1)[chance.randrange(array.size) :] = value
    elif kind == 0 and array.size:
        told = np.iinfo(array.dtype)
        array.reshape(-1)[chance.randrange(array.size)] = chance.choice((told.min, told.max, 1, 7))
    elif kind == 1:
        arrays[name] = array.astype(chance.choice((np.int8, np.float16, np.float32, np.int64)))
    elif kind == 2:
        arrays[name] = chance.choice((array[:-1], array[..., None], array.reshape(-1), array[:0]))
    elif kind == 3:
        del arrays[name]
    else:
        arrays[chance.choice(("", "x" * 3_000, "\ud800", f"{name}.bias"))] = array
    safetensors.write(path, arrays)


def _json(path: Path, chance: random.Random) -> None:
    data = json.loads(path.read_text(encoding="utf-8"))
    for _ in range(chance.choice((1, 1, 3))):
        data = odd.with_odd_value(data, chance)
    path.write_text(json.dumps(data), encoding="utf-8")


def damage(path: Path, chance: random.Random) -> str:
    """Damage one file; return how."""
    kind = chance.random()
    if kind < 0.2:
        return f"{path.name} is {odd.put(path, chance)}"
    if kind < 0.4:
        path.write_bytes(odd.bytes_of(path.read_bytes(), chance))
        return f"{path.name} has other bytes"
    if path.suffix == ".safetensors":
        _tensors(path, chance)
        return f"{path.name} has other tensors"
    if path.suffix == ".json":
        _json(path, chance)
        return f"{path.name} has other values"
    return f"{path.name} is as it was"


def _imported(folder: Path) -> None:
    with tempfile.TemporaryDirectory() as scratch:
        quantized(folder, Path(scratch))


def _used(folder: Path) -> None:
    encoder = try_out(folder)
    assert np.isfinite(encoder.tokens(["set a timer \u2603 " * 9])[0].vectors).all(), "no numbers"
    assert np.isfinite(Features.load(folder).read(["set a timer"])[0].sentiment or ()).all()


def _described(folder: Path) -> None:
    told = shelved(folder, "yours").about
    assert len(told) < 1_000, told


def _compared(folder: Path) -> None:
    compare(folder)


WAYS: dict[str, Callable[[Path], None]] = {
    "used": _used,
    "described": _described,
    "compared": _compared,
}
"""What is done with an int8 folder."""


def _attempt(way: Callable[[Path], None], folder: Path) -> tuple[str, str]:
    """Do something with a folder; return how that ended, and what went wrong."""
    try:
        with odd.within(LONG):
            way(folder)
    except AssistantError as error:
        wrong = "" if odd.is_sentence(str(error)) else f"no sentence: {error!s:.300}"
        return "refused", wrong
    except BaseException as error:  # noqa: BLE001 - whatever it is, it is told
        return "failed", f"ended in {error!r:.300}"
    return "taken", ""


def run(folder: Path, rounds: int, seed: int) -> tuple[list[str], Counter[str]]:
    """Damage copies of checkpoints; return what went wrong, and how it ended how often."""
    chance, wrong, ended = random.Random(seed), list[str](), Counter[str]()
    plain, whole = make(folder)
    for n in range(rounds):
        source = chance.choice((plain, whole))
        copy = folder / "copy"
        shutil.copytree(source, copy)
        done = damage(chance.choice(sorted(copy.iterdir())), chance)
        for name, way in {"imported": _imported}.items() if source is plain else WAYS.items():
            how, trouble = _attempt(way, copy)
            ended[f"{name}: {how}"] += 1
            if trouble:
                wrong.append(f"round {n} ({done}), {name}: {trouble}")
        shutil.rmtree(copy)
    return wrong, ended


if __name__ == "__main__":
    campaign.main(__doc__, "checkpoints", "damaged checkpoints", run, 300)
