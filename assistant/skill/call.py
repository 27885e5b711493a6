"""Calls a stranger's code: in a disposable thread, with a deadline, its prints off the screen."""

from __future__ import annotations

import io
import sys
import threading
import time
from collections.abc import Callable
from contextvars import copy_context
from typing import Any, Literal
from weakref import WeakKeyDictionary

from assistant.language.records import dataclass

POLL = 0.02
"""Seconds between two looks at the cancel flag."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """How a call ended. ``printed`` is what it wrote to standard output and error."""

    ended: Literal["returned", "raised", "hung", "cancelled"]
    value: Any = None
    error: BaseException | None = None
    printed: str = ""


class _ByThread:
    """A standard stream, but for the watched threads, whose writing is caught."""

    def __init__(self, real: Any) -> None:
        self.real = real
        self.caught: WeakKeyDictionary[threading.Thread, io.StringIO] = WeakKeyDictionary()

    def write(self, text: str) -> int:
        """Write to the real stream, or to where the current thread's words are caught."""
        target = self.caught.get(threading.current_thread(), self.real)
        written = target.write(text)
        return written if isinstance(written, int) else len(text)

    def flush(self) -> None:
        """Flush the real stream, for those who write to it."""
        if threading.current_thread() not in self.caught:
            self.real.flush()

    def __getattr__(self, name: str) -> Any:
        return getattr(self.real, name)


def call(
    function: Callable[..., Any],
    arguments: dict[str, Any],
    deadline: float,
    cancel: threading.Event | None = None,
) -> Outcome:
    """Call a function with keyword arguments, for at most ``deadline`` seconds.

    It runs in the caller's context, so that habits of speech hold. A call that is given up runs on
    in its daemon thread until it ends by itself; its result is dropped. KeyboardInterrupt in the
    caller passes through.
    """
    slot: list[Outcome] = []
    printed = io.StringIO()

    def work() -> None:
        _catch_prints(printed)
        try:
            slot.append(Outcome("returned", function(**arguments)))
        except BaseException as error:  # noqa: BLE001 - SystemExit of a skill must not end the chat
            slot.append(Outcome("raised", error=error))

    context = copy_context()
    thread = threading.Thread(target=context.run, args=(work,), name="skill", daemon=True)
    thread.start()
    ended = _wait(thread, deadline, cancel)
    if ended == "returned" and slot:
        return Outcome(slot[0].ended, slot[0].value, slot[0].error, printed.getvalue())
    return Outcome(ended, printed=printed.getvalue())


def _wait(
    thread: threading.Thread, deadline: float, cancel: threading.Event | None
) -> Literal["returned", "hung", "cancelled"]:
    end = time.monotonic() + deadline
    while thread.is_alive():
        if cancel is not None and cancel.is_set():
            return "cancelled"
        if time.monotonic() > end:
            return "hung"
        thread.join(POLL)
    return "returned"


def _catch_prints(into: io.StringIO) -> None:
    """Divert what the current thread prints, for as long as the thread lives."""
    for name in ("stdout", "stderr"):
        stream = getattr(sys, name)
        if not isinstance(stream, _ByThread):
            stream = _ByThread(stream)
            setattr(sys, name, stream)
        stream.caught[threading.current_thread()] = into
