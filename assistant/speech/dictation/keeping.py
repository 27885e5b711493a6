"""What is written of a recording, kept after each window: a run that was ended goes on there.

One JSON object a line: the frame at which the window began and at which the next one does, and its
words beside their times. What was cut off in the middle of a line, or does not follow on what
stands before, is heard again.
"""

from __future__ import annotations

import hashlib
import json
import os
import time
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from assistant import files
from assistant.errors import SpeechError
from assistant.speech.dictation.writing import Piece
from assistant.turn.hearing import Word

RULES = 1
"""Counted up where the same sound would be written otherwise by the same model."""

DAYS = 30
"""What nobody went on with for so long is deleted."""

LARGEST = 1_000_000_000
"""Bytes of what is kept of one recording, at most."""


@dataclass(frozen=True)
class Step:
    """A window that was written: its first frame and the next one's, its end, what it said.

    ``after`` is the ``then`` of the step before.
    """

    after: int
    first: int
    then: int
    end: float
    overlaps: bool
    piece: Piece


START = Step(0, 0, 0, 0.0, False, Piece())
"""What stands before the first window."""


class Kept:
    """The file of one recording, written by one model."""

    def __init__(self, folder: Path, recording: Path, model: str) -> None:
        """Find what is kept by what is in the recording. Raises SpeechError."""
        self._path = folder / f"{_key(recording, model)}.jsonl"
        self._full = False
        _sweep(folder)

    def steps(self) -> Iterator[Step]:
        """Yield what was written, and cut off what can't be read."""
        try:
            found = files.read(self._path, LARGEST)
        except OSError:
            return
        good, then = 0, 0
        for line in found.splitlines(keepends=True):
            step = _step(line)
            if step is None or step.after != then:
                break
            good, then = good + len(line), step.then
            yield step
        if good < len(found):
            os.truncate(self._path, good)

    def add(self, step: Step) -> None:
        """Keep a step, on the disk; where it takes none, nothing is kept from then on."""
        if self._full:
            return
        piece = step.piece
        told = {
            "frames": [step.after, step.first, step.then],
            "end": step.end,
            "overlaps": step.overlaps,
            "sure": [piece.score, piece.spoken],
            "text": " ".join(word.text for word in piece.words),  # as one looks for it to forget it
            "times": [[word.start, word.end, word.confidence] for word in piece.words],
        }
        try:
            files.folder(self._path.parent)
            way = os.O_WRONLY | os.O_CREAT | os.O_APPEND
            number = os.open(self._path, way, files.OWN_FILE)
            with os.fdopen(number, "ab") as file:
                file.write(json.dumps(told, ensure_ascii=False).encode() + b"\n")
                file.flush()
                os.fsync(file.fileno())
        except OSError:
            self._full = True

    @property
    def begun(self) -> bool:
        """Tell whether anything is kept."""
        return self._path.exists()

    def drop(self) -> None:
        """Delete it."""
        with suppress(OSError):
            self._path.unlink()


def _step(line: bytes) -> Step | None:
    """Return what a line tells, None where it is damaged or cut off."""
    try:
        told = json.loads(line)
        after, first, then = map(int, told["frames"])
        said = zip(told["text"].split(), told["times"], strict=True)
        words = tuple(Word(text, *map(float, times)) for text, times in said)
        if not line.endswith(b"\n") or not 0 <= after <= first <= then:
            return None
        piece = Piece(words, *map(float, told["sure"]))
        return Step(after, first, then, float(told["end"]), bool(told["overlaps"]), piece)
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError):
        return None


def _key(recording: Path, model: str) -> str:
    """Return what stands for a recording and what writes it."""
    try:
        with files.opened(recording) as file:
            content = hashlib.file_digest(file, "sha256").hexdigest()
    except OSError as error:
        raise SpeechError(f"{recording} can't be read ({error.strerror}): check it.") from error
    return hashlib.sha256(json.dumps([RULES, content, model]).encode()).hexdigest()[:32]


def _sweep(folder: Path) -> None:
    with suppress(OSError):
        for path in folder.glob("*.jsonl"):
            if time.time() - path.stat().st_mtime > DAYS * 86_400:
                path.unlink()
