"""The memory of a chat as it is used: its own process, on a terminal that nobody looks at."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress

import psutil

SAID = {
    "could you give me a shout in a quarter of an hour": b"15 minutes",
    "how much is a third of ninety": b"30",
    "who wrote the three musketeers": b"can",
}
"""What is said, and what its answer has and the sentence has not; the first is in no example."""

PROMPT = b"something"
"""Where the chat is drawn."""

PATIENCE, REST = 60.0, 2.0
"""Seconds to wait for an answer, and then for what it leaves to be done."""

LINES, COLUMNS = 30, 100

Sizes = tuple[float | None, str, None, str]
"""A value, its unit, no limit, and a detail."""


def resident() -> Sizes:
    """Return the megabytes of a chat and its helpers after a few turns, and how they are shared.

    What several processes share counts once (PSS); where only Linux tells that, elsewhere RSS.
    """
    if sys.platform == "win32":
        return None, "MB", None, "there are no terminals to open here"
    with _terminal() as (master, process):
        _drawn(master, PROMPT)
        for sentence, answer in SAID.items():
            if not _answered(master, sentence, answer):
                reason = f"no answer to “{sentence}” within {PATIENCE:.0f} s"
                return None, "MB", None, reason
        return _sizes(psutil.Process(process.pid))


@contextmanager
def _terminal() -> Iterator[tuple[int, subprocess.Popen[bytes]]]:
    """Open a chat on a terminal of its own; give the terminal's other end and the process."""
    import termios

    master, slave = os.openpty()
    termios.tcsetwinsize(slave, (LINES, COLUMNS))
    process = subprocess.Popen(
        [sys.executable, "-m", "assistant", "chat"],
        stdin=slave,
        stdout=slave,
        stderr=slave,
        start_new_session=True,
        env={**os.environ, "TERM": "xterm-256color"},
    )
    os.close(slave)
    try:
        yield master, process
    finally:
        process.terminate()
        end = time.monotonic() + PATIENCE
        while process.poll() is None and time.monotonic() < end:
            _read(master)  # what it still draws must find room
        process.kill()
        process.wait()
        os.close(master)


def _answered(master: int, sentence: str, awaited: bytes) -> bool:
    """Say a sentence, and tell whether the chat drew what is awaited; then let it rest."""
    os.write(master, f"{sentence}\r".encode())
    return _drawn(master, awaited)


def _drawn(master: int, awaited: bytes) -> bool:
    """Tell whether the chat drew what is awaited, after a rest."""
    drawn, end = b"", time.monotonic() + PATIENCE
    while awaited not in drawn and time.monotonic() < end:
        drawn += _read(master)
    rested = time.monotonic() + REST
    while time.monotonic() < rested:
        _read(master)
    return awaited in drawn


def _read(master: int) -> bytes:
    """Return what was drawn, waiting a little for it."""
    import select

    with suppress(OSError):  # Linux says so where the other end is closed
        if select.select([master], [], [], 0.1)[0]:
            return os.read(master, 1 << 16)
    return b""


def _sizes(chat: psutil.Process) -> Sizes:
    helpers = chat.children(recursive=True)
    all_ = [process.memory_full_info() for process in (chat, *helpers)]
    resident = sum(each.rss for each in all_) / 1e6
    if not all(hasattr(each, "pss") for each in all_):
        return resident, "MB", None, f"RSS of a chat and its {len(helpers)} helpers"
    shares = [each.pss / 1e6 for each in all_]
    detail = (
        f"PSS after {len(SAID)} turns, the chat {shares[0]:.0f} and {len(helpers)} helpers "
        f"{sum(shares[1:]):.0f}; RSS {all_[0].rss / 1e6:.0f}, with the helpers {resident:.0f}"
    )
    return sum(shares), "MB", None, detail
