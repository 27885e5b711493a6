"""Rounds in which every engine has its turn, alone: each is a process that waits for its own."""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterable, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, field
from typing import IO, Any

from assistant.errors import AssistantError
from assistant.measuring.engines.cases import CASES, SINGLE

REST = 0.02
"""Seconds between two engines, in which the threads of the first stop spinning."""

SHARE, MOST = 0.1, 30
"""Seconds that one engine's turn should take about, and its runs at most."""


COUNTED = 20
"""Runs over which instructions are counted."""


@dataclass(frozen=True, slots=True)
class Row:
    """What is measured: a name, the engine and the architecture that it runs, and on what."""

    name: str
    engine: str
    architecture: str = "distilbert"
    cases: tuple[str, ...] = CASES


OURS = Row("distilbert", "ours")
FEATURES = Row("squeezebert", "ours", "squeezebert")
BOTH = Row("both", "ours", "both", ("16",))
READING, PEAK, KEPT = "floor", "multiply", "_kept"
"""The two floors, and how those of a sparse encoder's kept weights end."""

FLOORS = tuple(
    Row(f"{floor}{kept}", f"{floor}{kept}", cases=cases)
    for floor, cases in ((READING, SINGLE), (PEAK, CASES))
    for kept in ("", KEPT)
)
RIVALS = (
    Row("numpy", "numpy", cases=CASES[:-1]),  # the largest batch takes it a quarter of a minute
    *(
        Row(name, name)
        for name in ("torch", "torch_int8", "ort", "ort_int8", "openvino", "openvino_int8")
    ),
)
FEATURES_RIVALS = tuple(
    Row(f"{FEATURES.name}_{engine}", engine, FEATURES.architecture, cases)
    for engine, cases in (
        *((floor.engine, floor.cases) for floor in FLOORS),
        ("ort_int8", CASES),
    )
)
BESIDE = {OURS: (*FLOORS, *RIVALS), FEATURES: FEATURES_RIVALS}
"""Each of our encoders, and what computes the same beside it."""

ROWS = (*BESIDE, BOTH, *FLOORS, *RIVALS, *FEATURES_RIVALS)

EXPORTED = ("ort", "ort_int8", "openvino", "openvino_int8")
"""The engines that run the export."""

Told = Callable[[str], None]


@dataclass(slots=True)
class Timings:
    """Seconds of every row, case and round; rows that could not be measured, and why."""

    threads: int
    seconds: dict[str, dict[str, list[float]]] = field(default_factory=dict)
    skipped: dict[str, str] = field(default_factory=dict)

    def of(self, row: str, case: str) -> list[float]:
        """Return the seconds of each round, none where it was not measured."""
        return self.seconds.setdefault(row, {}).setdefault(case, [])


def threads_of(count: int) -> str:
    """Return a number of threads in words."""
    return f"{count} thread{'s' * (count != 1)}"


class WorkerError(AssistantError):
    """An engine's process said that it can't go on, or ended."""


class Worker:
    """An engine in a process of its own, which runs only when it is asked to."""

    def __init__(self, engine: str, architecture: str, threads: int) -> None:
        module = "assistant.measuring.engines"
        self._errors: IO[str] = tempfile.TemporaryFile("w+", encoding="utf-8", errors="replace")  # noqa: SIM115
        self._process = subprocess.Popen(
            [sys.executable, "-m", module, engine, architecture, str(threads)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=self._errors,
            text=True,
        )

    def __enter__(self) -> Worker:
        return self

    def __exit__(self, *_: object) -> None:
        self._process.kill()
        self._process.communicate()
        self._errors.close()

    def ready(self) -> None:
        """Wait until the encoder is open. Raises WorkerError with the reason why it isn't."""
        told = self._answer()
        if "skipped" in told:
            raise WorkerError(told["skipped"])

    def time(self, case: str, repeats: int) -> float:
        """Return the median seconds of a case. Raises WorkerError."""
        return float(self._ask({"case": case, "repeats": repeats})["seconds"])

    def count(self, case: str) -> float:
        """Return the instructions of one run. Raises WorkerError where the machine doesn't tell."""
        told = self._ask({"case": case, "repeats": COUNTED, "count": True})
        if "untold" in told:
            raise WorkerError(told["untold"])
        return float(told["instructions"]) / COUNTED

    def _ask(self, asked: dict[str, Any]) -> dict[str, Any]:
        assert self._process.stdin is not None
        try:
            self._process.stdin.write(json.dumps(asked) + "\n")
            self._process.stdin.flush()
        except OSError:  # it has ended; what it left is told below
            pass
        return self._answer()

    def _answer(self) -> dict[str, Any]:
        assert self._process.stdout is not None
        line = self._process.stdout.readline()
        if line:
            answer: dict[str, Any] = json.loads(line)
            return answer
        self._process.wait()
        self._errors.seek(0)
        last = self._errors.read().strip().rpartition("\n")[2]
        raise WorkerError(f"ended with code {self._process.returncode}: {last:.200}")


def export(architecture: str) -> str:
    """Write a checkpoint as ONNX unless that was done; return why that can't be, or nothing."""
    with Worker("export", architecture, 1) as worker:
        try:
            worker.ready()
        except WorkerError as error:
            return str(error)
    return ""


def measure(
    rows: Sequence[Row], cases: Iterable[str], rounds: int, threads: int, told: Told
) -> Timings:
    """Time every row on every case, one process at a time in alternating rounds."""
    timings = Timings(threads)
    with ExitStack() as stack:
        workers = _start(rows, timings, stack)
        for case in cases:
            told(f"{case} on {threads_of(threads)}, {len(workers)} engines")
            _measure_case(workers, case, rounds, timings)
    return timings


def _start(rows: Sequence[Row], timings: Timings, stack: ExitStack) -> dict[Row, Worker]:
    """Start all processes together; return those that opened their encoder."""
    exported = {row.architecture for row in rows if row.engine in EXPORTED}
    reasons = {architecture: export(architecture) for architecture in sorted(exported)}
    started = {
        row: stack.enter_context(Worker(row.engine, row.architecture, timings.threads))
        for row in rows
    }
    for row, worker in list(started.items()):
        try:
            worker.ready()
        except WorkerError as error:
            _drop(started, row, timings, error)
            if "no export" in str(error) and (reason := reasons.get(row.architecture)):
                timings.skipped[row.name] = f"the export {reason}"
    return started


def _measure_case(workers: dict[Row, Worker], case: str, rounds: int, timings: Timings) -> None:
    repeats: dict[Row, int] = {}
    for row in [row for row in workers if case in row.cases]:
        seconds = _turn(workers, row, case, 1, timings)
        if seconds is not None and seconds < SHARE:  # the first of a shape also makes room for it
            seconds = _turn(workers, row, case, 1, timings)
        if seconds is not None:
            repeats[row] = max(1, min(MOST, int(SHARE / seconds)))
    for round_ in range(rounds):
        order = list(repeats)[:: 1 if round_ % 2 else -1]
        for row in order:
            seconds = _turn(workers, row, case, repeats[row], timings)
            if seconds is not None:
                timings.of(row.name, case).append(seconds)
    for row in repeats.keys() - workers.keys():
        timings.of(row.name, case).clear()  # its rounds are not whole


def _turn(
    workers: dict[Row, Worker], row: Row, case: str, repeats: int, timings: Timings
) -> float | None:
    """Let one engine run, then rest; None where it has ended."""
    if row not in workers:
        return None
    try:
        return workers[row].time(case, repeats)
    except WorkerError as error:
        _drop(workers, row, timings, error)
        return None
    finally:
        time.sleep(REST)


def _drop(workers: dict[Row, Worker], row: Row, timings: Timings, error: WorkerError) -> None:
    """Go on without an engine."""
    del workers[row]
    timings.skipped[row.name] = str(error)
