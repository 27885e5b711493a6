"""A program that stays: its voice is loaded once, then it is asked piece by piece."""

from __future__ import annotations

import json
import subprocess
import tempfile
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import IO

from assistant.errors import SpeechError
from assistant.speech.speaking.engines import PATIENCE, failed, hangs
from assistant.speech.speaking.player import LEAST_RATE, MOST_RATE, Sound, from_wav
from assistant.speech.untold import untold

LOADING = 30.0
"""Seconds a program may take for its first answer, loading its voice."""

SLOWEST = 0.15
"""Seconds more for each character it is asked: Kokoro takes a tenth on a busy machine."""

LONGEST = 600
"""Seconds of sound that a piece of a text can be, at most."""

Answer = Callable[[IO[bytes]], Sound]
"""Reads the sound of a piece from what a program writes. Raises SpeechError, ValueError."""


class Warm:
    """One process at a time, asked by one thread at a time; another command is another process.

    ``{folder}`` in a command is a folder of its own, which goes with the process. With ``whole``
    its errors come by the pipe of its answers.
    """

    def __init__(self, *, whole: bool = False) -> None:
        self._errors = subprocess.STDOUT if whole else subprocess.DEVNULL
        self._asking = threading.Lock()
        self._command: tuple[str, ...] = ()
        self._process: subprocess.Popen[bytes] | None = None
        self._folder: tempfile.TemporaryDirectory[str] | None = None
        self._answered = False

    def ask(self, name: str, command: Sequence[str], asked: bytes, answer: Answer) -> Sound:
        """Return what a voice answers to a line. Raises SpeechError, also where nothing comes."""
        with self._asking:
            process = self._running(name, tuple(command))
            assert process.stdin is not None
            assert process.stdout is not None
            with self._watched(name, process, SLOWEST * len(asked)):
                try:
                    with suppress(BrokenPipeError):  # its last words tell more
                        process.stdin.write(asked)
                        process.stdin.flush()
                    sound = answer(process.stdout)
                except (OSError, ValueError, LookupError, TypeError) as error:
                    raise failed(name, str(error)) from error
            self._answered = True
        return sound

    def close(self) -> None:
        """End the process."""
        if self._process is not None:
            self._process.kill()
            self._process.wait()
            for pipe in (self._process.stdin, self._process.stdout):
                with suppress(OSError):
                    assert pipe is not None
                    pipe.close()
        if self._folder is not None:
            with suppress(OSError):
                self._folder.cleanup()
        self._process = self._folder = None

    def _running(self, name: str, command: tuple[str, ...]) -> subprocess.Popen[bytes]:
        if self._process and self._command == command and self._process.poll() is None:
            return self._process
        self.close()
        self._folder = tempfile.TemporaryDirectory(prefix="voice-", ignore_cleanup_errors=True)
        words = [word.replace("{folder}", self._folder.name) for word in command]
        untold()
        try:
            self._process = subprocess.Popen(
                words,
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=self._errors,
            )
        except OSError as error:
            raise failed(name, f"it can't be started: {error}") from error
        self._command, self._answered = command, False
        return self._process

    @contextmanager
    def _watched(self, name: str, process: subprocess.Popen[bytes], more: float) -> Iterator[None]:
        """Kill a process that does not answer in time; it is then told, whatever else failed."""
        seconds = round((PATIENCE if self._answered else LOADING) + more, 1)
        late = threading.Event()

        def end() -> None:
            late.set()
            process.kill()

        timer = threading.Timer(seconds, end)
        timer.start()
        try:
            yield
        except SpeechError:
            # What went out of step with its questions is of no use any more.
            process.kill()
            process.wait()
            if late.is_set():
                raise hangs(name, seconds) from None
            raise
        finally:
            timer.cancel()


def ask_for_samples(
    process: Warm, name: str, command: Sequence[str], asked: dict[str, object]
) -> Sound:
    """Ask our own process of a package (``voice_process.py``). Raises SpeechError."""
    return process.ask(name, command, f"{json.dumps(asked)}\n".encode(), _samples)


def _samples(answers: IO[bytes]) -> Sound:
    """Read a head and its samples; the head of a voice that is none is refused."""
    head = json.loads(answers.readline() or b'{"error": "it has ended"}')
    if "error" in head:
        raise ValueError(head["error"])
    rate, count = int(head["rate"]), int(head["bytes"])
    if not LEAST_RATE <= rate <= MOST_RATE or not 2 <= count <= 2 * rate * LONGEST:
        raise ValueError("it makes no sound")
    samples = answers.read(count)
    if len(samples) < count:
        raise ValueError("it has ended")
    return Sound(rate, samples[: count // 2 * 2])


def ask_for_wav(process: Warm, name: str, command: Sequence[str], line: str) -> Sound:
    """Ask a program that writes a wav of each line and names it. Raises SpeechError."""
    return process.ask(name, command, f"{' '.join(line.split())}\n".encode(), _wav)


def _wav(lines: IO[bytes]) -> Sound:
    """Read lines until one names a wav, which is read and deleted; others tell what goes wrong."""
    last = "it has ended"
    for line in lines:
        told = line.decode("utf-8", "replace").strip()
        path = Path(told.rpartition("Wrote ")[2])
        if path.suffix == ".wav" and path.is_file():
            try:
                return from_wav(path.read_bytes())
            except SpeechError as error:
                raise ValueError("it makes no sound") from error
            finally:
                path.unlink()
        last = told or last
    raise ValueError(last)
