"""How campaigns of odd files are run from the command line."""

from __future__ import annotations

import argparse
import sys
import tempfile
from collections.abc import Callable, Mapping
from pathlib import Path

Run = Callable[[Path, int, int], tuple[list[str], Mapping[str, int]]]
"""Runs so many rounds of a seed in a folder; what was wrong, and how often what came of them."""


def main(doc: str | None, name: str, things: str, run: Run, rounds: int) -> None:
    """Run a campaign, and end with 1 where something went wrong."""
    parser = argparse.ArgumentParser(description=doc)
    parser.add_argument("--rounds", type=int, default=rounds)
    parser.add_argument("--seed", type=int, default=1)
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        wrong, ended = run(Path(folder), asked.rounds, asked.seed)
    print(*wrong, sep="\n")
    told = f"{asked.rounds} {things} ({dict(ended)}), {len(wrong)} wrong"
    print(f"{name}, seed {asked.seed}: {told}")
    sys.exit(bool(wrong))
