"""What went wrong goes to the log file, never to the screen: its kind and places, not its words."""

from __future__ import annotations

import logging
import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

from assistant import files, paths
from assistant.doors.terminal import visible
from assistant.errors import places

LOG_BYTES = 1_000_000
"""Size at which the log starts afresh, keeping one older file."""


def keep_log() -> None:
    """Send log records to the home's log file; without a writable home they are dropped.

    Called again they go to that of the home there is then, and to no other.
    """
    logger = logging.getLogger("assistant")
    for old in [each for each in logger.handlers if isinstance(each, KEPT)]:
        logger.removeHandler(old)
        old.close()
    logger.propagate = False
    logger.setLevel(logging.INFO)
    # A log that can't be written (any more) is no matter for the screen.
    logging.raiseExceptions = False
    with suppress(OSError):
        files.folder(paths.home())
        files.keep_private(paths.home())
        logger.addHandler(LogFile(paths.log_file()))
    if not logger.handlers:
        logger.addHandler(logging.NullHandler())


class LogFile(logging.Handler):
    """Writes to the log file, which is opened for the first record; most commands have none."""

    def __init__(self, path: Path) -> None:
        super().__init__()
        self._path = path
        self._file: logging.Handler | None = None

    def emit(self, record: logging.LogRecord) -> None:
        """Write a record."""
        self._file = self._file or _rotating(self._path)
        self._file.emit(record)

    def close(self) -> None:
        """Close the file."""
        if self._file:
            self._file.close()
        super().close()


def _rotating(path: Path) -> logging.Handler:
    from logging.handlers import RotatingFileHandler

    handler = RotatingFileHandler(
        path, maxBytes=LOG_BYTES, backupCount=1, encoding="utf-8", delay=True
    )
    handler.setFormatter(Records("%(asctime)s %(levelname)s %(name)s: %(message)s"))
    return handler


KEPT = (LogFile, logging.NullHandler)
"""What ``keep_log`` puts in."""


class Records(logging.Formatter):
    """One record, one line: what an error adds is indented, and nothing steers a terminal.

    Of an error there is no word of its own: whoever logs one need not know whether it may quote
    what was said.
    """

    def formatMessage(self, record: logging.LogRecord) -> str:  # noqa: N802 - logging's name
        """Return the line."""
        return visible(super().formatMessage(record))

    def formatException(self, ei: Any) -> str:  # noqa: N802 - logging's name
        """Return of which kind an error is and where it was raised, indented."""
        return _indented(places(ei[1]) if ei[1] else "")

    def formatStack(self, stack_info: str) -> str:  # noqa: N802 - logging's name
        """Return the calls that led there, indented."""
        return _indented(super().formatStack(stack_info))


def _indented(text: str) -> str:
    return "\n".join(f"    {line}" for line in visible(text, lines=True).split("\n"))


@contextmanager
def own_standard_error() -> Iterator[None]:
    """Let only Python write to standard error; what C libraries print there goes to the log.

    PortAudio and ALSA print from threads of their own at any time, and the screen is drawn there.
    """
    try:
        kept, aside = os.dup(2), _aside()
    except OSError:
        yield
        return
    before = sys.stderr, sys.__stderr__
    own = os.fdopen(kept, "w", encoding="utf-8", errors="replace", buffering=1)
    vars(sys).update(stderr=own, __stderr__=own)
    os.dup2(aside, 2)
    os.close(aside)
    try:
        yield
    finally:
        vars(sys).update(zip(("stderr", "__stderr__"), before, strict=True))
        os.dup2(kept, 2)
        with suppress(OSError):
            own.close()


def _aside() -> int:
    """Return a descriptor that adds to the log, or that leads nowhere without a writable home."""
    with suppress(OSError):
        return os.open(paths.log_file(), os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600)
    return os.open(os.devnull, os.O_WRONLY)
