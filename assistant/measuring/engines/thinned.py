"""What sparse products cost: an encoder of the bundled DistilBERT's sizes, thinned out at random.

python -m assistant.measuring.engines.thinned --rows 8 --shares 1 0.5

Its weights are drawn, and thinned as a grown and pruned encoder's are: of every product only the
first half of the inputs and outputs is left (of a head the first half of its dimensions), the
second half of what is added to a row is a copy of the first, and of the blocks that remain only a
share is kept. It understands nothing. All are timed by turns in one process, in processor time, so
that what else runs on the machine counts little; the least of all rounds is printed, in
milliseconds, beside the bundled encoder's.
"""

from __future__ import annotations

import argparse
import os
import shutil
import sys
import tempfile
import time
from collections.abc import Mapping, Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from assistant.engine import blocks, safetensors
from assistant.engine.checkpoint import ENCODER, Config, read_int8
from assistant.engine.products import products_of, whole
from assistant.measuring.engines import export
from assistant.measuring.engines.cases import ids_of
from assistant.measuring.engines.runners import ENGINES, Ready, folder_of, opened

CASES = ("4", "8", "12", "16", "20", "32", "64", "128", "batch32")
"""Tokens of a sentence; the batch is 32 ragged ones."""

MIXING = ("query", "key", "value")


def drawn(folder: Path, out: Path) -> Path:
    """Write a copy of an int8 folder whose products are dense, their weights drawn."""
    shutil.copytree(folder, out)
    stored = read_int8(folder)
    arrays, chance = dict(stored.encoder), np.random.default_rng(0)
    for product in products_of(stored.config):
        shape = whole(arrays, product).shape
        for kind in blocks.TYPES:
            arrays.pop(f"{product.name}.{kind}", None)
        arrays[f"{product.name}.weight"] = chance.integers(-127, 128, shape, np.int8)
    safetensors.write(out / ENCODER, arrays)
    return out


def thin(folder: Path, out: Path, rows: int, share: float) -> Path:
    """Write a copy of a dense folder whose products keep a share of their blocks of ``rows``."""
    shutil.copytree(folder, out)
    stored = read_int8(folder)
    config, arrays = stored.config, dict(stored.encoder)
    chance = np.random.default_rng(0)
    for product in products_of(config):
        name, part = product.name, product.name.rpartition(".")[2]
        weight = whole(arrays, product).copy()
        scale, bias = (arrays[f"{name}.{kind}"].copy() for kind in ("scale", "bias"))
        _halve(weight, scale, bias, part, config)
        _drop(weight, rows, share, chance)
        if part in ("attention_output", "output"):
            weight[config.hidden // 2 :] = weight[: config.hidden // 2]
        arrays.pop(f"{name}.weight", None)
        arrays |= {f"{name}.scale": scale, f"{name}.bias": bias}
        arrays |= blocks.named(name, blocks.packed(weight, rows))
    safetensors.write(out / ENCODER, arrays)
    return out


def _halve(
    weight: NDArray[np.int8],
    scale: NDArray[np.float32],
    bias: NDArray[np.float32],
    part: str,
    config: Config,
) -> None:
    """Leave half of a product's inputs and outputs."""
    outs, width = weight.shape
    half = outs // 2
    weight[:, width // 2 :] = 0
    if part in MIXING:
        size = config.hidden // config.heads
        beyond = np.arange(outs) % size >= size // 2
        weight[beyond], bias[beyond] = 0, 0
    elif part == "intermediate":
        weight[half:], bias[half:] = 0, 0
    else:
        scale[half:], bias[half:] = scale[:half], bias[:half]


def _drop(weight: NDArray[np.int8], rows: int, share: float, chance: np.random.Generator) -> None:
    """Make all but a share of a weight's blocks zero."""
    outs, width = weight.shape
    dropped = chance.random((outs // rows, width // blocks.QUAD)) >= share
    weight[dropped.repeat(rows, axis=0).repeat(blocks.QUAD, axis=1)] = 0


def measured(engines: Mapping[str, Ready], rounds: int) -> dict[str, list[float]]:
    """Return the least processor milliseconds of each engine in each case."""
    least: dict[str, list[float]] = {name: [] for name in engines}
    for case in CASES:
        runs = {name: ready(ids_of(case)) for name, ready in engines.items()}
        spent: dict[str, list[float]] = {name: [] for name in engines}
        for _ in range(rounds):
            for name, run in runs.items():
                run()
                for _ in range(3):
                    begun = time.process_time()
                    run()
                    spent[name].append((time.process_time() - begun) * 1e3)
        for name, each in spent.items():
            least[name].append(min(each))
    return least


def main(rows: int, shares: Sequence[float], rounds: int) -> None:
    """Print a line of milliseconds for each engine and share."""
    bundled = folder_of("distilbert")
    export.export(bundled)
    os.environ["ASSISTANT_THREADS"] = "1"
    with tempfile.TemporaryDirectory() as made:
        dense = drawn(bundled, Path(made, "dense"))
        engines = {
            "ort_int8": ENGINES["ort_int8"]("distilbert", 1),
            "dense": opened([dense]),
            "bundled": opened([bundled]),
        }
        for share in shares:
            thinned = thin(dense, Path(made, f"{share}"), rows, share)
            engines[f"{share:.0%} of blocks of {rows}"] = opened([thinned])
        found = measured(engines, rounds)
    told = ["| tokens | " + " | ".join(CASES) + " |", "|---|" + "--:|" * len(CASES)]
    for name, spent in found.items():
        told.append(f"| {name} | " + " | ".join(f"{each:.2f}" for each in spent) + " |")
    sys.stdout.write("\n".join(told) + "\n")


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--rows", type=int, choices=blocks.SHAPES, default=8)
    parser.add_argument("--shares", type=float, nargs="+", default=[1.0, 0.6, 0.5, 0.4])
    parser.add_argument("--rounds", type=int, default=15)
    told = parser.parse_args()
    main(told.rows, told.shares, told.rounds)
