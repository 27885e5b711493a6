"""Runs a function in a home, in a process of its own, and kills that at a moment."""

from __future__ import annotations

import os
import signal
import sys
import time
import traceback
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

WATCHED = (
    "fcntl.", "os.mkdir", "os.remove", "os.rename", "os.rmdir", "os.truncate", "shutil.",
    "sqlite3.connect",
)  # fmt: skip
"""Events (https://docs.python.org/3/library/audit_events.html) before which a program is killed,
beside the opening of files that are written.
"""

FAILED = "failed: "
"""How the last line of one begins that ended in an error."""


@dataclass(frozen=True)
class Moment:
    """When a process is killed: some seconds after its start, or at an event of a number."""

    after: float = 0.0
    event: int = 0


@dataclass(frozen=True)
class Ended:
    """What a process told, line by line, how many events it had, and how many seconds it took."""

    told: list[str]
    events: int
    seconds: float
    killed: bool


def run(act: Callable[[], object], home: Path, moment: Moment | None = None) -> Ended:
    """Run a function, killed at a moment if there is one; its children must be none."""
    reading, writing = os.pipe()
    count = home.with_name(f"{home.name}.events")
    began = time.monotonic()
    process = os.fork()
    if process == 0:
        os.close(reading)
        os.environ["ASSISTANT_HOME"] = str(home)
        _be(act, writing, count, moment.event if moment else 0)
    os.close(writing)
    if moment and moment.after:
        time.sleep(moment.after)
        os.kill(process, signal.SIGKILL)
    with os.fdopen(reading, encoding="utf-8", errors="replace") as stream:
        lines = stream.read().split("\n")
    status = os.waitpid(process, 0)[1]
    events = int(count.read_text() or 0) if count.exists() else 0
    count.unlink(missing_ok=True)
    # What stands behind the last end of a line was cut off, and is nothing that was told.
    return Ended(lines[:-1], events, time.monotonic() - began, os.WIFSIGNALED(status))


def _be(act: Callable[[], object], writing: int, count: Path, at: int) -> None:
    """Be the process; never returns."""
    os.dup2(writing, 1)
    os.dup2(os.open(os.devnull, os.O_RDWR), 2)
    sys.stdout = os.fdopen(1, "w", encoding="utf-8", closefd=False)
    os.umask(0o077)
    seen = 0

    def watch(event: str, given: tuple[object, ...]) -> None:
        nonlocal seen
        if event.startswith(WATCHED) or (event == "open" and _writes(given[2])):
            seen += 1
            if seen == at:
                os.kill(os.getpid(), signal.SIGKILL)

    sys.addaudithook(watch)
    try:
        act()
    except BaseException:  # noqa: BLE001 - whatever it is, it is told
        print(FAILED, traceback.format_exc().replace("\n", " | "))
    sys.stdout.flush()
    had = seen
    count.write_text(str(had))
    os._exit(0)


def _writes(flags: object) -> bool:
    return isinstance(flags, int) and bool(flags & (os.O_WRONLY | os.O_RDWR | os.O_CREAT))
