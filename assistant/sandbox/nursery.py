"""The process that workers are forked from: it has read what they need, and runs nobody's code.

A worker is ready in milliseconds so. Where there is no fork each worker is a process of its own.
"""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import threading
from contextlib import suppress

from assistant.sandbox.channel import ToWorker

KEPT = ("PATH", "HOME", "LANG", "LC_ALL", "LC_CTYPE", "TZ", "SYSTEMROOT", "USERPROFILE")
"""What of the environment a worker has; the rest may be secret."""

SET = {
    "PYTHONDONTWRITEBYTECODE": "1",
    "OPENBLAS_NUM_THREADS": "1",
    "GIT_CONFIG_NOSYSTEM": "1",
    "GIT_CONFIG_GLOBAL": os.devnull,
}
"""What is set in it, e.g. that git reads no settings of the user's, which it may not."""

FORKS = hasattr(os, "fork") and hasattr(socket, "send_fds")


def environment() -> dict[str, str]:
    """Return the environment that workers run in."""
    kept = {name: os.environ[name] for name in KEPT if name in os.environ}
    path = os.pathsep.join(each for each in sys.path if each)
    return {**kept, "PYTHONPATH": path, **SET}


class Nursery:
    """Gives workers their processes, and ends them."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._process: subprocess.Popen[bytes] | None = None
        self._line: socket.socket | None = None
        self._single: dict[int, subprocess.Popen[bytes]] = {}

    def start(self) -> tuple[int, ToWorker]:
        """Start a worker; return its number, and the pipes to it. Raises OSError."""
        if not FORKS:
            return self._alone()
        theirs, ours = os.pipe()
        reads, writes = os.pipe()
        try:
            with self._lock:
                line = self._open()
                socket.send_fds(line, [b"fork"], [theirs, writes])
                number = int(line.recv(16))
        except (OSError, ValueError) as error:
            os.close(ours)
            os.close(reads)
            self.close()
            raise OSError(f"no process for a skill: {error}") from error
        finally:
            os.close(theirs)
            os.close(writes)
        return number, ToWorker(reads, ours)

    def end(self, number: int) -> None:
        """Kill a worker, whatever it does."""
        if number in self._single:
            process = self._single.pop(number)
            process.kill()
            process.wait()
            return
        with self._lock, suppress(OSError):
            if self._line is not None:
                self._line.sendall(b"%d" % number)
                self._line.recv(16)

    def close(self) -> None:
        """End it, and with it every worker."""
        with self._lock:
            self._give_up()

    @property
    def process(self) -> int | None:
        """Return the number of the process workers are children of, where it runs."""
        return self._process.pid if self._process else None

    def _open(self) -> socket.socket:
        if self._line is not None and self._process is not None and self._process.poll() is None:
            return self._line
        ours, theirs = socket.socketpair(socket.AF_UNIX)
        code = f"from assistant.sandbox.nursery import main; main({theirs.fileno()})"
        self._process = subprocess.Popen(
            [sys.executable, "-c", code],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            env=environment(),
            pass_fds=[theirs.fileno()],
            start_new_session=True,
            cwd="/",
        )
        theirs.close()
        self._line = ours
        return ours

    def _give_up(self) -> None:
        if self._line is not None:
            self._line.close()
        if self._process is not None:
            self._process.wait()
        self._line = self._process = None

    def _alone(self) -> tuple[int, ToWorker]:
        code = "from assistant.sandbox.worker import alone; alone()"
        process = subprocess.Popen(
            [sys.executable, "-c", code],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            env=environment(),
        )
        assert process.stdin is not None
        assert process.stdout is not None
        self._single[process.pid] = process
        reads, writes = os.dup(process.stdout.fileno()), os.dup(process.stdin.fileno())
        process.stdin.close()
        process.stdout.close()
        return process.pid, ToWorker(reads, writes)


def main(line: int) -> None:
    """Fork a worker for each pair of pipes that comes, until the other end closes."""
    _preload()
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    with socket.socket(fileno=line) as asked:
        alive: set[int] = set()
        while True:
            said, pipes, _, _ = socket.recv_fds(asked, 16, 2)
            _reap(alive)
            if not said:
                break
            if said == b"fork":
                asked.sendall(_forked(asked, pipes, alive))
                continue
            if (number := int(said)) in alive:
                _kill(number)
                os.waitpid(number, 0)
                alive.remove(number)
            asked.sendall(b"0")
        for number in alive:
            _kill(number)


def _forked(asked: socket.socket, pipes: list[int], alive: set[int]) -> bytes:
    """Return the number of a new worker, or why there is none."""
    try:
        number = _fork(asked, pipes)
    except OSError as error:
        return str(error).encode()[:16]
    alive.add(number)
    return b"%d" % number


def _fork(asked: socket.socket, pipes: list[int]) -> int:
    number = os.fork()
    if number == 0:
        os.setpgid(0, 0)
        asked.close()
        from assistant.sandbox import worker

        worker.main(*pipes)
    with suppress(OSError):
        os.setpgid(number, number)
    for each in pipes:
        os.close(each)
    return number


def _kill(number: int) -> None:
    """Kill a worker and what it has started: its group, which nothing in it can leave."""
    with suppress(ProcessLookupError):
        os.killpg(number, signal.SIGKILL)


def _reap(alive: set[int]) -> None:
    """Forget the workers that have ended by themselves."""
    while alive:
        number, _ = os.waitpid(-1, os.WNOHANG)
        if not number:
            return
        _kill(number)
        alive.discard(number)


def _preload() -> None:
    """Import what nearly every skill needs, once for all workers."""
    import assistant
    from assistant.sandbox import confine, worker  # noqa: F401

    for name in assistant.__all__:
        getattr(assistant, name)
