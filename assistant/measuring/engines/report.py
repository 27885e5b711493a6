"""The engines' part of `assistant bench`: measured, told, and kept as JSON and a picture."""

from __future__ import annotations

import os
import statistics
from collections.abc import Callable
from pathlib import Path
from typing import Any

import psutil

from assistant.measuring.engines.cases import CASES, lengths_of
from assistant.measuring.engines.libraries import SkipError
from assistant.measuring.engines.picture import draw
from assistant.measuring.engines.ratios import ONE, ratios_of, table, targets_of
from assistant.measuring.engines.rounds import ROWS, Timings, measure

QUICK = ("16",)


def engines(quick: bool, rounds: int, out: Path, told: Callable[[str], None]) -> dict[str, Any]:
    """Measure every engine on all cores, and unless it is to be quick on one; return plain JSON."""
    cases = QUICK if quick else CASES
    ratios: dict[str, float] = {}
    found = []
    for threads, suffix in _threads(quick):
        timings = measure(ROWS, cases, rounds, threads, told)
        ratios |= ratios_of(timings, suffix)
        told(table(timings, ratios, suffix))
        found.append(timings)
    try:
        draw(found, out / "bench.png")
    except SkipError as error:
        told(f"The picture {error}")
    return {
        "ratios": ratios,
        "targets": targets_of(ratios),
        "engines": [_as_json(timings) for timings in found],
        "lengths": {case: lengths_of(case) for case in cases},
    }


def cores() -> int:
    """Return the cores that this process may use; two threads of one core share its arithmetic."""
    there = psutil.cpu_count(logical=False) or os.cpu_count() or 1
    allowed = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else there
    return min(there, allowed)


def _threads(quick: bool) -> list[tuple[int, str]]:
    """Return the numbers of threads, each with the end of its ratios' names."""
    return [(cores(), "")] if quick else [(cores(), ""), (1, ONE)]


def _as_json(timings: Timings) -> dict[str, Any]:
    medians = {
        row: {case: statistics.median(each) for case, each in by_case.items() if each}
        for row, by_case in timings.seconds.items()
    }
    return {"threads": timings.threads, "seconds": medians, "skipped": timings.skipped}
