"""The times of all engines as one picture."""

from __future__ import annotations

import statistics
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from assistant.measuring.engines.cases import CASES
from assistant.measuring.engines.libraries import library
from assistant.measuring.engines.rounds import FLOORS, OURS, RIVALS, Row, Timings, threads_of

if TYPE_CHECKING:
    from matplotlib.axes import Axes

SIZE = (7.0, 5.2)
"""Inches of one panel."""


def draw(found: Sequence[Timings], path: Path) -> None:
    """Write the picture, a panel for each number of threads. Raises SkipError."""
    library("matplotlib")
    from matplotlib.figure import Figure

    figure = Figure(figsize=(SIZE[0] * len(found), SIZE[1]), layout="constrained")
    panels = figure.subplots(1, len(found), squeeze=False)[0]
    for axes, timings in zip(panels, found, strict=True):
        _panel(axes, timings)
    figure.savefig(path, dpi=120)


def _panel(axes: Axes, timings: Timings) -> None:
    cases = [case for case in CASES if timings.of(OURS.name, case)]
    for row in (OURS, *RIVALS, *FLOORS):
        _line(axes, timings, row, cases)
    axes.set_yscale("log")
    axes.set_xticks(range(len(cases)), [case.replace("batch", "batch\n") for case in cases])
    axes.set(xlabel="tokens of a sentence, sentences of a batch", ylabel="milliseconds")
    axes.set_title(threads_of(timings.threads))
    axes.grid(alpha=0.3)
    axes.legend(fontsize=8)


def _line(axes: Axes, timings: Timings, row: Row, cases: Sequence[str]) -> None:
    points = [
        (place, statistics.median(seconds) * 1000)
        for place, case in enumerate(cases)
        if (seconds := timings.of(row.name, case))
    ]
    if points:
        strong = row is OURS
        style = ":" if row in FLOORS else "-"
        label = "this engine" if strong else row.name.replace("_", " ")
        width = 3.0 if strong else 1.2
        places, values = zip(*points, strict=True)
        axes.plot(places, values, marker="o", linestyle=style, linewidth=width, label=label)
