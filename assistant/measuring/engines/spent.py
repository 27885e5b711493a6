"""What one sentence costs the processor: instructions and energy, ours beside another's."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from assistant.measuring.engines.counters import UntoldError, microjoules
from assistant.measuring.engines.rounds import OURS, RIVALS, Row, Worker, WorkerError

CASE = "16"
RIVAL = next(row for row in RIVALS if row.engine == "ort_int8")

RUNS = 200
"""Runs over which energy is taken, as its counter is renewed once a millisecond."""


@dataclass(slots=True)
class Spent:
    """What each row spends on one sentence, by what is counted; and why something is not told."""

    found: dict[str, dict[str, float]] = field(default_factory=dict)
    untold: dict[str, str] = field(default_factory=dict)

    def ratios(self) -> dict[str, float]:
        """Return ours by the other's of all that both told."""
        return {
            f"{what}_{CASE}_vs_{RIVAL.name}": by_row[OURS.name] / by_row[RIVAL.name]
            for what, by_row in self.found.items()
            if {OURS.name, RIVAL.name} <= by_row.keys() and by_row[RIVAL.name]
        }

    def lines(self) -> list[str]:
        """Return a line for each thing that was counted, or is not told."""
        told = [f"{name:42}{ratio:6.2f}" for name, ratio in self.ratios().items()]
        return told + [
            f"{what} of a sentence: this machine does not tell ({reason})"
            for what, reason in self.untold.items()
        ]

    def as_json(self) -> dict[str, Any]:
        """Return plain JSON."""
        return {"case": CASE, "found": self.found, "untold": self.untold}


def spent() -> Spent:
    """Count instructions and energy of both engines on one thread each, one after the other."""
    result = Spent()
    for row in (OURS, RIVAL):
        for what, count in COUNTS.items():
            if what in result.untold:
                continue
            try:
                result.found.setdefault(what, {})[row.name] = count(row)
            except (UntoldError, WorkerError) as error:
                result.untold[what] = str(error)
    return result


def _instructions(row: Row) -> float:
    with Worker(row.engine, row.architecture, 1) as worker:
        worker.ready()
        return worker.count(CASE)


def _energy(row: Row) -> float:
    """Return microjoules of the whole processor for a run, whatever else runs meanwhile."""
    microjoules()  # before an engine is opened for nothing
    with Worker(row.engine, row.architecture, 1) as worker:
        worker.ready()
        worker.time(CASE, 1)
        so_far = microjoules()
        worker.time(CASE, RUNS)
        return so_far() / (RUNS + 1)  # the first of them is run before the timed ones


COUNTS: dict[str, Callable[[Row], float]] = {"instructions": _instructions, "energy": _energy}
