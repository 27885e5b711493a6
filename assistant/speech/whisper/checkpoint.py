"""The folder of a Whisper model as ``assistant train whisper`` makes it, looked at and checked."""

from __future__ import annotations

import hashlib
import json
import math
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from assistant import files
from assistant.errors import SpeechError
from assistant.speech.second import Belief

WRITTEN = FILE, BELIEF = "whisper.json", "belief.json"
"""What tells of a model, and how far it is believed."""

PARTS = ("encoder.onnx", "decoder.onnx", "tokenizer.json")

MELS, MOST_TOKENS = (80, 128), 60_000
"""The bands there are, and more tokens than any model has."""

LARGEST = 1_000_000
"""Bytes of ``whisper.json``, at most."""


@dataclass(frozen=True)
class Checkpoint:
    """What is known of a model: its bands, and the numbers of its tokens that are no words.

    ``never`` are not written at all, ``never_first`` not at the beginning. The tokens from
    ``untimed`` + 1 on are times, 20 ms from one to the next.
    """

    folder: Path
    mels: int
    start: tuple[int, ...]
    end: int
    earlier: int
    silent: int
    untimed: int
    never: tuple[int, ...]
    never_first: tuple[int, ...]
    sums: dict[str, str]

    @property
    def timed(self) -> int:
        """Return the token of the time 0."""
        return self.untimed + 1


def is_model(folder: Path) -> bool:
    """Tell whether a folder looks like a Whisper model, at a glance."""
    return (folder / FILE).is_file()


def read(folder: Path) -> Checkpoint:
    """Return what is known of a folder's model. Raises SpeechError."""
    try:
        told = json.loads(files.read(folder / FILE, LARGEST))
        _check_numbers(told)
        return Checkpoint(
            folder,
            int(told["mels"]),
            _numbers(told["start"]),
            int(told["end"]),
            int(told["earlier"]),
            int(told["silent"]),
            int(told["untimed"]),
            _numbers(told["never"]),
            _numbers(told["never_first"]),
            {name: str(told["sha256"][name]) for name in PARTS},
        )
    except OSError as error:
        raise SpeechError(f"{folder / FILE} can't be read ({error.strerror}).") from error
    except (ValueError, KeyError, TypeError, OverflowError, RecursionError) as error:
        kind = type(error).__name__
        raise SpeechError(
            f"{folder / FILE} is damaged ({kind}: {error}): get the model again."
        ) from error


def belief(folder: Path) -> Belief:
    """Return how far a model is believed. Raises SpeechError, also where that is not known."""
    path = folder / BELIEF
    try:
        told = json.loads(files.read(path, LARGEST))
        found = [float(told[name]) for name in ("bias", "word", "silence")]
        if not all(map(math.isfinite, found)):
            raise ValueError("a number that is none")
        return Belief(*found)
    except FileNotFoundError as error:
        raise SpeechError(
            f"How far {folder.name} is believed is not known: python -m "
            f"assistant.measuring.believing SOUNDS --skill FILE --model {folder} fits it."
        ) from error
    except (OSError, ValueError, KeyError, TypeError, OverflowError, RecursionError) as error:
        kind = type(error).__name__
        raise SpeechError(f"{path} is damaged ({kind}: {error}): get the model again.") from error


def check(found: Checkpoint) -> None:
    """Raise SpeechError where a file is not the one that was made."""
    for name, known in found.sums.items():
        path = found.folder / name
        try:
            with files.opened(path) as file:
                same = hashlib.file_digest(file, "sha256").hexdigest() == known
        except OSError as error:
            raise SpeechError(f"{path} can't be read ({error.strerror}).") from error
        if not same:
            raise SpeechError(f"{path} is not the file that was made: get the model again.")


def _check_numbers(told: Any) -> None:
    """Raise ValueError for numbers that are none of a Whisper model's."""
    tokens = [told["end"], told["earlier"], told["silent"], told["untimed"]]
    tokens += [*told["start"], *told["never"], *told["never_first"]]
    if told["mels"] not in MELS or not told["start"]:
        raise ValueError("other bands, or no beginning")
    if not all(isinstance(each, int) and 0 <= each < MOST_TOKENS for each in tokens):
        raise ValueError("a token that is none")


def _numbers(told: Any) -> tuple[int, ...]:
    if not isinstance(told, Sequence) or isinstance(told, str):
        raise TypeError("a list of numbers is missing")
    return tuple(int(each) for each in told)
