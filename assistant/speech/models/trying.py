"""What a trial of a model in a process of its own has: the process, its end, and what is said.

``python -m assistant.speech.models.trying SECONDS MODULE WORDS`` runs a module as a program that
ends with whoever holds its standard input, and after so many seconds at the latest.
"""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import dataclass

from assistant import paths
from assistant.speech.sound import RATE

MISTAKE = 3
"""Exit code when the last line on standard error is a sentence for the user."""

LONGER = 2.0
"""Seconds that a trial ends itself later than whoever waits for it would end it."""


@dataclass(frozen=True)
class Tried:
    """How a trial ended: what was heard, else the sentence it gave, else the signal that ended it.

    ``well`` tells whether it came to its end.
    """

    well: bool
    text: str = ""
    told: str = ""
    signal: str = ""


def tried(module: str, *words: str, patience: float) -> Tried:
    """Run a module with words, for so many seconds at most; it ends with this process.

    One that is well prints ``{"text": ...}`` last. Raises subprocess.TimeoutExpired, OSError.
    """
    code, out, err = _ran([f"{patience + LONGER:g}", module, *words], patience)
    if code == 0:
        text = _text_of(out)
        return Tried(text is not None, text or "")
    told = err.decode("utf-8", "replace")
    lines = [line for line in told.splitlines() if line.strip()]
    if code == MISTAKE and lines:
        return Tried(False, told=lines[-1])
    return Tried(False, signal=_name_of(code) if code < 0 else "")


def _ran(words: Sequence[str], patience: float) -> tuple[int, bytes, bytes]:
    """Run the program below; return its exit code and what it printed."""
    watched, held = os.pipe()
    try:
        with subprocess.Popen(
            [sys.executable, "-m", "assistant.speech.models.trying", *words],
            stdin=watched,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
        ) as process:
            try:
                out, err = process.communicate(timeout=patience)
            except BaseException:  # Ctrl-C too
                process.kill()
                raise
            return process.returncode, out, err
    finally:
        os.close(watched)
        os.close(held)


def _text_of(out: bytes) -> str | None:
    try:
        return str(json.loads(out.splitlines()[-1])["text"])
    except (ValueError, LookupError, TypeError, RecursionError):
        return None


def _name_of(code: int) -> str:
    try:
        return signal.Signals(-code).name
    except ValueError:
        return f"signal {-code}"


def clip() -> bytes:
    """Return the spoken sentence that is shipped: 16 kHz, 16 bits, one channel."""
    import wave

    with wave.open(str(paths.bundled() / "data" / "speech" / "what-time-is-it.wav")) as file:
        assert file.getframerate() == RATE
        return bytes(file.readframes(file.getnframes()))


def end_with_input() -> None:
    """Let this process end when whoever holds its standard input does."""
    import threading

    def watch() -> None:
        while os.read(0, 1):
            pass
        os._exit(1)

    threading.Thread(target=watch, name="watching", daemon=True).start()


def end_after(seconds: float) -> None:
    """Let this process end after so many seconds, whatever it does then.

    The watchdog of faulthandler is no thread of Python's: code that holds its lock ends too.
    """
    import faulthandler

    nowhere = os.open(os.devnull, os.O_WRONLY)  # it is written to when the time has come
    faulthandler.dump_traceback_later(seconds, exit=True, file=nowhere)


def main(arguments: Sequence[str]) -> None:
    """Run a module as a program, watched."""
    import runpy

    seconds, module, *words = arguments
    end_with_input()
    end_after(float(seconds))
    sys.argv = [module, *words]
    runpy.run_module(module, run_name="__main__", alter_sys=True)


if __name__ == "__main__":
    main(sys.argv[1:])
