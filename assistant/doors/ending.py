"""How a program ends that is told to: by a signal, a closed pipe, a closed terminal; quietly."""

from __future__ import annotations

import atexit
import errno
import os
import signal
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import Any, NoReturn

NAMES = ("SIGINT", "SIGTERM", "SIGHUP")
SIGNALS = [vars(signal)[name] for name in NAMES if name in vars(signal)]
"""What ends a program: Ctrl-C, a polite kill, a closed terminal. Windows lacks the last."""

FATAL = 128
"""What a shell adds to a signal's number for the exit code."""

CLOSED = {errno.EPIPE: FATAL + 13, errno.EIO: FATAL + 1}
"""Exit codes, by what writing to a stream that nobody reads gives: a pipe's, a terminal's."""


class Ended(KeyboardInterrupt):
    """The program is told to end, with ``code``."""

    def __init__(self, code: int) -> None:
        super().__init__(code)
        self.code = code


@contextmanager
def heeded() -> Iterator[None]:
    """Let the first signal end the block by ``Ended``, and a second the program at once.

    A signal that is ignored from the start (nohup) stays so.
    """
    before = {kind: signal.getsignal(kind) for kind in SIGNALS}
    for kind in (kind for kind in SIGNALS if before[kind] != signal.SIG_IGN):
        signal.signal(kind, _end)
    try:
        yield
    finally:
        for kind, handler in before.items():
            signal.signal(kind, handler)
        _flush()


def log_what_is_lost() -> None:
    """Let what goes wrong where nobody can catch it go to the log, until the process ends.

    That is in other threads, and while something is thrown away.
    """
    sys.unraisablehook = threading.excepthook = _lost


def leave(code: str | int | None) -> NoReturn:
    """End the process; threads that were given up, a skill that sleeps, are left as they are.

    Python's own end would let such a thread come back from C++ into what is gone, and abort. It
    also takes every module and object apart one by one, a sixth of the time of a short command,
    which the system does at once; so it is left to Python only where other threads do work still.
    """
    left = [each for each in threading.enumerate() if each is not threading.main_thread()]
    if left and not any(each.daemon for each in left):
        sys.exit(code)
    for each in left:
        if not each.daemon:
            each.join()
    atexit._run_exitfuncs()
    _flush()
    os._exit(code if isinstance(code, int) else bool(code))


def hung_up() -> bool:
    """Tell whether the terminal that is printed on was closed."""
    import select

    if not hasattr(select, "poll"):
        return False
    poll = select.poll()
    for number in (1, 2):
        poll.register(number, 0)
    return any(told & select.POLLHUP for _number, told in poll.poll(0))


def open_streams() -> None:
    """Open the standard streams that are closed, to nowhere.

    Else the next file to be opened, the database perhaps, would get one's number, and its prints.
    """
    for number, (name, mode) in enumerate((("stdin", "r"), ("stdout", "w"), ("stderr", "w"))):
        try:
            os.fstat(number)
        except OSError:
            # The lowest number that is free is this one.
            os.open(os.devnull, os.O_RDWR)
        if getattr(sys, name) is None:
            vars(sys)[name] = open(number, mode, encoding="utf-8", closefd=False)  # noqa: SIM115


def nobody_reads(error: OSError) -> NoReturn:
    """End the program where an error says that its stream was closed; else raise it again."""
    if error.errno in CLOSED:
        raise Ended(CLOSED[error.errno]) from error
    raise error


def _end(number: int, _frame: object) -> None:
    for kind in SIGNALS:
        if signal.getsignal(kind) == _end:
            signal.signal(kind, signal.SIG_DFL)
    raise Ended(FATAL + number)


def _lost(lost: Any) -> None:
    """Log what could be raised nowhere; a signal that was lost like that ends the program here."""
    import logging

    if isinstance(lost.exc_value, Ended):
        os._exit(lost.exc_value.code)
    raised = (lost.exc_type, lost.exc_value, lost.exc_traceback)
    logging.getLogger("assistant").error("an error that nobody could catch", exc_info=raised)


def _flush() -> None:
    """Write what is still to be written; a stream that is closed leads nowhere from now on."""
    for stream in (sys.stdout, sys.stderr):
        with suppress(OSError, ValueError, AttributeError):
            try:
                stream.flush()
            except OSError:
                nowhere = os.open(os.devnull, os.O_WRONLY)
                os.dup2(nowhere, stream.fileno())
                os.close(nowhere)
