"""A trial of a Whisper model in a process of its own: a runtime that this processor lacks the
instructions for ends its process.

``python -m assistant.speech.whisper.trial FOLDER`` prints what it heard as one line of JSON. What
was tried with the same files, runtime and processor is not tried again, whether it did or not,
unless it is asked for (`tried_anew`).
"""

from __future__ import annotations

import hashlib
import json
import platform
import subprocess
import sys
from collections.abc import Sequence
from contextlib import suppress
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

from assistant import files
from assistant.errors import SpeechError
from assistant.speech.models.trying import MISTAKE, clip, tried
from assistant.speech.whisper import checkpoint
from assistant.speech.whisper.outcomes import MOST_BEGUN, Outcome, begin, known, record, settle

PATIENCE = 20.0
"""Seconds a trial may take."""

LARGEST = 1_000_000
"""Bytes of what tells of a model, at most."""

AGAIN = "It is tried again when its files change, or by assistant models use {}."

UNENDED = "The model in {} was tried {} times and never came to an end."


def check(folder: Path) -> None:
    """Try a model out, unless it was. Raises SpeechError with what went wrong, then or now."""
    key = _key(folder)
    if known(key).well:
        return
    with suppress(OSError):
        files.folder(record().parent)
        with files.alone(record()):
            _check(folder, key)
            return
    _check(folder, key)  # a home that can't be written


def _check(folder: Path, key: str) -> None:
    """Try it, where nobody did meanwhile."""
    outcome = known(key)
    if outcome.well:
        return
    again = AGAIN.format(folder.name)
    if outcome.trouble:
        raise SpeechError(f"{outcome.trouble} {again}")
    if outcome.begun >= MOST_BEGUN:
        raise SpeechError(f"{UNENDED.format(folder, outcome.begun)} {again}")
    try:
        _heard(folder, key, outcome.begun)
    except SpeechError as error:
        raise SpeechError(f"{error} {again}") from error


def tried_anew(folder: Path) -> str:
    """Try a model out whatever became of it before; return what it heard. Raises SpeechError."""
    return _heard(folder, _key(folder), 0)


def _heard(folder: Path, key: str, begun: int) -> str:
    """Try a model, and keep what became of it; where this process is ended, that it began."""
    begin(key, begun + 1)
    try:
        found = _attempt(folder)
    except SpeechError:
        begin(key, begun)  # it could not even begin
        raise
    if found.sure:
        settle(key, found)
    if not found.well:
        raise SpeechError(found.trouble)
    return found.text


def _attempt(folder: Path) -> Outcome:
    """Return how a trial ended. Raises SpeechError where there could be none."""
    try:
        found = tried("assistant.speech.whisper.trial", str(folder), patience=PATIENCE)
    except OSError as error:
        raise SpeechError(f"The model in {folder} can't be tried ({error.strerror}).") from error
    except subprocess.TimeoutExpired:
        told = f"The model in {folder} got stuck on a spoken sentence for {PATIENCE:.0f} seconds."
        return Outcome(trouble=told, sure=False)
    if found.well:
        return Outcome(well=True, text=found.text)
    if found.signal == "SIGKILL":
        told = f"A trial of the model in {folder} was killed: there may be too little memory."
        return Outcome(trouble=told, sure=False)
    how = f" ({found.signal})" if found.signal else ""
    told = f"ONNX Runtime can't run the model in {folder} on this processor{how}."
    return Outcome(trouble=found.told or told)


def _key(folder: Path) -> str:
    """Return what stands for a model's files, the runtime and the processor."""
    found = checkpoint.read(folder)
    checkpoint.belief(folder)
    try:
        runtime = version("onnxruntime")
    except PackageNotFoundError as error:
        raise SpeechError("Hearing again needs onnxruntime: pip install it.") from error
    machine = (platform.machine(), platform.processor(), platform.node())
    try:
        written = [files.read(folder / name, LARGEST) for name in checkpoint.WRITTEN]
        looks = [(folder / name).stat() for name in checkpoint.PARTS]
    except OSError as error:
        raise SpeechError(f"{error.filename} can't be read ({error.strerror}).") from error
    sums = [hashlib.sha256(each).hexdigest() for each in written]
    sizes = [(e.st_ino, e.st_size, e.st_mtime_ns, e.st_ctime_ns) for e in looks]
    told = json.dumps([str(folder), found.sums, sums, sizes, runtime, sys.version, *machine])
    return hashlib.sha256(told.encode()).hexdigest()


def main(arguments: Sequence[str]) -> int:
    """Run the trial in this process; print what was heard."""
    try:
        from assistant.speech.whisper.model import WhisperModel

        passage = WhisperModel(Path(arguments[0])).listen(clip())
        text = passage.write().text
        passage.likelihoods([text])
    except SpeechError as error:
        print(error, file=sys.stderr)  # noqa: T201
        return MISTAKE
    print(json.dumps({"text": text}))  # noqa: T201
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
