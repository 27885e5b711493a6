"""How campaigns of odd files are run from the command line."""

from __future__ import annotations

import argparse
import sys
import tempfile
from collections.abc import Callable, Mapping
from pathlib import Path

Run = Callable[[Path, int, int], tuple[list[str], Mapping[str, int]]]
"""Runs so many rounds of a seed in a folder; what was wrong, and how often what came of them."""

One = Callable[[Path, int, int, int], tuple[list[str], Mapping[str, int]]]
"""The same, where only one of the rounds counts."""


def main(
    doc: str | None, name: str, things: str, run: Run, rounds: int, one: One | None = None
) -> None:
    """Run a campaign, or ``one`` round of it again; end with 1 where something went wrong."""
    parser = argparse.ArgumentParser(description=doc)
    parser.add_argument("--rounds", type=int, default=rounds)
    parser.add_argument("--seed", type=int, default=1)
    if one is not None:
        parser.add_argument("--only", type=int, help="a round of that seed to run again")
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        if one is not None and asked.only is not None:
            count, (wrong, ended) = 1, one(Path(folder), asked.only + 1, asked.seed, asked.only)
        else:
            count, (wrong, ended) = asked.rounds, run(Path(folder), asked.rounds, asked.seed)
    print(*wrong, sep="\n")
    told = f"{count} {things} ({dict(ended)}), {len(wrong)} wrong"
    print(f"{name}, seed {asked.seed}: {told}")
    sys.exit(bool(wrong))
