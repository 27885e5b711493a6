"""What a trial of a model in a process of its own has: the process, its end, and what is said."""

from __future__ import annotations

import json
import signal
import subprocess
import sys
from dataclasses import dataclass

from assistant import paths
from assistant.speech.sound import RATE

MISTAKE = 3
"""Exit code when the last line on standard error is a sentence for the user."""


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
    """Run a module with words, for so many seconds at most.

    One that is well prints ``{"text": ...}`` last. Raises subprocess.TimeoutExpired, OSError.
    """
    done = subprocess.run(
        [sys.executable, "-m", module, *words],
        capture_output=True,
        timeout=patience,
        stdin=subprocess.DEVNULL,
        check=False,
    )
    if done.returncode == 0:
        return Tried(True, str(json.loads(done.stdout.splitlines()[-1])["text"]))
    told = done.stderr.decode("utf-8", "replace")
    lines = [line for line in told.splitlines() if line.strip()]
    if done.returncode == MISTAKE and lines:
        return Tried(False, told=lines[-1])
    return Tried(False, signal=_name_of(done.returncode) if done.returncode < 0 else "")


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
