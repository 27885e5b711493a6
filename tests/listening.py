"""``assistant listen`` as a process of its own, and what it prints."""

from __future__ import annotations

import json
import os
import pty
import signal
import subprocess
import sys
import termios
import threading
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

LISTENING = "listening"
PATIENCE = 30.0
"""Seconds in which a line that is waited for must come: two cores may be busy."""


class Listening:
    """The running process; ``lines`` grows as it prints."""

    def __init__(self, process: subprocess.Popen[bytes], output: int) -> None:
        self.process = process
        self.lines: list[str] = []
        self.times: list[float] = []
        self._output = output
        self._news = threading.Condition()
        self._reader = threading.Thread(target=self._read, daemon=True)
        self._reader.start()

    def wait_for(self, start: str, after: int = 0, patience: float = PATIENCE) -> str:
        """Return the first line from number ``after`` on that begins so; it must come."""
        found: list[str] = []

        def there() -> bool:
            found[:] = [line for line in self.lines[after:] if line.startswith(start)]
            return bool(found) or not self._reader.is_alive()

        with self._news:
            self._news.wait_for(there, timeout=patience)
        assert found, f"no line “{start}…” came after line {after}; there is: {self.lines}"
        return found[0]

    def end(self, kind: int = signal.SIGINT) -> int:
        """Send a signal and return the exit code."""
        self.process.send_signal(kind)
        return self.ended()

    def ended(self, patience: float = PATIENCE) -> int:
        """Wait for the process, and for all of its output, and return the exit code."""
        code = self.process.wait(timeout=patience)
        self._reader.join(timeout=5)
        return code

    def _read(self) -> None:
        rest = b""
        with suppress(OSError):
            while more := os.read(self._output, 4096):
                *whole, rest = (rest + more).split(b"\n")
                self._add([line.decode("utf-8", "replace").strip("\r") for line in whole])
        self._add([rest.decode("utf-8", "replace")] if rest else [])

    def _add(self, lines: list[str]) -> None:
        with self._news:
            # What was rewritten by a terminal's carriage return is not there any more.
            self.lines += [line.rpartition("\r")[2] for line in lines]
            self.times += [time.monotonic()] * len(lines)
            self._news.notify_all()


@contextmanager
def listening(environment: Mapping[str, str], *words: str) -> Iterator[Listening]:
    """Run the command with its output in a pipe."""
    reading, writing = os.pipe()
    process = subprocess.Popen(
        [sys.executable, "-m", "assistant", "listen", *words],
        env=environment,
        stdin=subprocess.DEVNULL,
        stdout=writing,
        stderr=subprocess.STDOUT,
    )
    os.close(writing)
    yield from _watched(process, reading)


@contextmanager
def listening_on_terminal(
    environment: Mapping[str, str], *words: str
) -> Iterator[tuple[Listening, int]]:
    """Run the command on a terminal of its own; yield the end one types into too."""
    ours, theirs = pty.openpty()
    process = subprocess.Popen(
        [sys.executable, "-m", "assistant", "listen", *words],
        env={**environment, "TERM": "xterm", "COLUMNS": "80"},
        stdin=theirs,
        stdout=theirs,
        stderr=theirs,
        start_new_session=True,
        preexec_fn=_own_terminal,
    )
    os.close(theirs)
    try:
        for each in _watched(process, os.dup(ours)):
            yield each, ours
    finally:
        os.close(ours)


def modes(terminal: int) -> list[Any]:
    """Return how a terminal is set: echo, line by line, and so on."""
    return termios.tcgetattr(terminal)


def turns(environment: Mapping[str, str]) -> list[dict[str, Any]]:
    """Return every turn in the database, by the program's own export."""
    done = subprocess.run(
        [sys.executable, "-m", "assistant", "history", "export"],
        env=environment,
        capture_output=True,
        text=True,
        check=True,
    )
    return [json.loads(line) for line in done.stdout.splitlines()]


def settings(home: Path, **values: str) -> None:
    """Write the settings of a home."""
    home.mkdir(parents=True, exist_ok=True)
    lines = [f'{name} = "{value}"' for name, value in values.items()]
    (home / "settings.toml").write_text("\n".join(lines), encoding="utf-8")


def _watched(process: subprocess.Popen[bytes], output: int) -> Iterator[Listening]:
    try:
        yield Listening(process, output)
    finally:
        if process.poll() is None:
            process.kill()
            process.wait(timeout=10)
        with suppress(OSError):
            os.close(output)


def _own_terminal() -> None:
    """Make the standard input the controlling terminal of this new session."""
    import fcntl

    fcntl.ioctl(0, termios.TIOCSCTTY, 0)
