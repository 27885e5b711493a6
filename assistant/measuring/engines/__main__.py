"""One engine, timed over a pipe.

``python -m assistant.measuring.engines NAME ARCHITECTURE THREADS`` opens it and writes the line
``{"ready": true}``, or ``{"skipped": reason}`` and that is all. Then each line ``{"case": "16",
"repeats": 5}`` is answered by ``{"seconds": median}``, and with ``"count": true`` by the
``instructions`` of them all, or why they are ``untold``. The name ``export`` writes the checkpoint
as ONNX instead.
"""

from __future__ import annotations

import json
import os
import statistics
import sys
import time
from collections.abc import Iterable
from typing import IO, TYPE_CHECKING, Any

from assistant.measuring.engines.cases import ids_of
from assistant.measuring.engines.counters import UntoldError, counted

if TYPE_CHECKING:
    from assistant.measuring.engines.runners import Ready, Run

LONG = 1.0
"""Seconds from which a run needs no untimed one before it."""


def environment(engine: str, threads: int) -> dict[str, str]:
    """Return what the libraries read when they are loaded."""
    names = ("OMP", "OPENBLAS", "MKL", "VECLIB_MAXIMUM")
    count = str(threads)
    found = {f"{name}_NUM_THREADS": count for name in names} | {"ASSISTANT_THREADS": count}
    return found | ({"ASSISTANT_ENGINE": "numpy"} if engine == "numpy" else {})


def timed(run: Run, repeats: int) -> float:
    """Return the median of a run's seconds, after one that counts only if it is long."""
    first = _seconds(run)
    if first > LONG and repeats == 1:
        return first
    return statistics.median(_seconds(run) for _ in range(repeats))


def serve(ready: Ready, lines: Iterable[str], out: IO[str]) -> None:
    """Answer every request with the median of its runs."""
    runs: dict[str, Run] = {}
    for line in lines:
        asked = json.loads(line)
        case = asked["case"]
        if case not in runs:
            runs[case] = ready(ids_of(case))
        answer = _counted if asked.get("count") else _timed
        _say(out, answer(runs[case], asked["repeats"]))


def _timed(run: Run, repeats: int) -> dict[str, Any]:
    return {"seconds": timed(run, repeats)}


def _counted(run: Run, repeats: int) -> dict[str, Any]:
    run()
    try:
        return {"instructions": counted(lambda: [run() for _ in range(repeats)])}
    except UntoldError as error:
        return {"untold": str(error)}


def main(engine: str, architecture: str, threads: int) -> None:
    """Open the engine and serve, or say why that can't be."""
    # What libraries print must not come between the answers.
    out = os.fdopen(os.dup(sys.stdout.fileno()), "w", encoding="utf-8")
    os.dup2(sys.stderr.fileno(), sys.stdout.fileno())
    os.environ.pop("ASSISTANT_ENGINE", None)
    os.environ.update(environment(engine, threads))
    try:
        ready = _open(engine, architecture, threads)
    except Exception as error:  # noqa: BLE001
        _say(out, {"skipped": " ".join(f"{error or type(error).__name__}".split())})
        return
    _say(out, {"ready": True})
    if ready is not None:
        serve(ready, sys.stdin, out)


def _open(engine: str, architecture: str, threads: int) -> Ready | None:
    from assistant.measuring.engines.export import export
    from assistant.measuring.engines.runners import ENGINES, folder_of

    if engine == "export":
        export(folder_of(architecture))
        return None
    return ENGINES[engine](architecture, threads)


def _seconds(run: Run) -> float:
    start = time.perf_counter()
    run()
    return time.perf_counter() - start


def _say(out: IO[str], answer: dict[str, Any]) -> None:
    out.write(json.dumps(answer) + "\n")
    out.flush()


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2], int(sys.argv[3]))
