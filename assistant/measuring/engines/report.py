"""The engines' part of `assistant bench`: measured, told, and kept as JSON and a picture."""

from __future__ import annotations

import statistics
from collections.abc import Callable
from pathlib import Path
from typing import Any

from assistant.measuring.engines.cases import CASES, lengths_of
from assistant.measuring.engines.floor import has_blocks
from assistant.measuring.engines.libraries import SkipError
from assistant.measuring.engines.machine import cores
from assistant.measuring.engines.picture import draw
from assistant.measuring.engines.ratios import ONE, ratios_of, table, targets_of
from assistant.measuring.engines.rounds import KEPT, ROWS, Row, Timings, measure
from assistant.measuring.engines.runners import FOLDERS, folder_of
from assistant.measuring.engines.spent import spent

QUICK = ("16",)


def engines(quick: bool, rounds: int, out: Path, told: Callable[[str], None]) -> dict[str, Any]:
    """Measure every engine on all cores, and unless it is to be quick on one; return plain JSON."""
    cases = QUICK if quick else CASES
    ratios: dict[str, float] = {}
    found = []
    for threads, suffix in _threads(quick):
        timings = measure(_rows(), cases, rounds, threads, told)
        ratios |= ratios_of(timings, suffix)
        for line in table(timings, ratios, suffix):
            told(line)
        found.append(timings)
    counts = spent()
    ratios |= counts.ratios()
    for line in counts.lines():
        told(line)
    try:
        draw(found, out / "bench.png")
    except SkipError as error:
        told(f"The picture {error}")
    return {
        "ratios": ratios,
        "targets": targets_of(ratios),
        "engines": [_as_json(timings) for timings in found],
        "spent": counts.as_json(),
        "lengths": {case: lengths_of(case) for case in cases},
    }


def _rows() -> list[Row]:
    """Return what is measured; floors of what is kept only of encoders that are sparse."""
    sparse = {each for each in FOLDERS if has_blocks(folder_of(each))}
    return [row for row in ROWS if not row.engine.endswith(KEPT) or row.architecture in sparse]


def _threads(quick: bool) -> list[tuple[int, str]]:
    """Return the numbers of threads, each with the end of its ratios' names."""
    return [(cores(), "")] if quick else [(cores(), ""), (1, ONE)]


def _as_json(timings: Timings) -> dict[str, Any]:
    medians = {
        row: {case: statistics.median(each) for case, each in by_case.items() if each}
        for row, by_case in timings.seconds.items()
    }
    return {"threads": timings.threads, "seconds": medians, "skipped": timings.skipped}
