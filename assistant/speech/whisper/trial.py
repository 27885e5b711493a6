"""A trial of a Whisper model in a process of its own: a runtime that this processor lacks the
instructions for ends its process.

``python -m assistant.speech.whisper.trial FOLDER`` prints what it heard as one line of JSON. What
was tried with the same files, runtime and processor is not tried again, nor are its files read for
their sums: they are known by their sizes and times.
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

from assistant import files, paths
from assistant.errors import SpeechError
from assistant.speech.models.trying import MISTAKE, clip, tried
from assistant.speech.whisper import checkpoint

RECORD = "second-hearing.json"
"""The file in the user's folder that tells what was tried."""

PATIENCE = 20.0
"""Seconds a trial may take."""

LARGEST = 10_000
"""Bytes of the record, at most."""


def check(folder: Path) -> None:
    """Try a model out, unless it was. Raises SpeechError with what went wrong."""
    key = _key(folder)
    record = paths.home() / RECORD
    if _known(record) == key:
        return
    heard(folder)
    with suppress(OSError):
        record.parent.mkdir(parents=True, exist_ok=True)
        files.write(record, json.dumps({"tried": key}))


def _key(folder: Path) -> str:
    """Return what stands for a model's files, the runtime and the processor."""
    found = checkpoint.read(folder)
    try:
        runtime = version("onnxruntime")
    except PackageNotFoundError as error:
        raise SpeechError("Hearing again needs onnxruntime: pip install it.") from error
    machine = (platform.machine(), platform.processor(), platform.node())
    written = [files.read(folder / name, LARGEST * 100) for name in checkpoint.WRITTEN]
    sums = [hashlib.sha256(each).hexdigest() for each in written]
    stamps = _stamps(folder)
    told = json.dumps([str(folder), found.sums, sums, stamps, runtime, sys.version, *machine])
    return hashlib.sha256(told.encode()).hexdigest()


def _stamps(folder: Path) -> list[tuple[int, int]]:
    """Return the size and the time of each file. Raises SpeechError where one is missing."""
    try:
        found = [(folder / name).stat() for name in checkpoint.PARTS]
    except OSError as error:
        raise SpeechError(f"{error.filename} can't be read ({error.strerror}).") from error
    return [(each.st_size, each.st_mtime_ns) for each in found]


def _known(record: Path) -> str:
    try:
        found = json.loads(files.read(record, LARGEST))
    except (OSError, ValueError, RecursionError):
        return ""
    return str(found.get("tried", "")) if isinstance(found, dict) else ""


def heard(folder: Path) -> str:
    """Try a model out; return what it heard. Raises SpeechError with what went wrong."""
    try:
        found = tried("assistant.speech.whisper.trial", str(folder), patience=PATIENCE)
    except OSError as error:
        raise SpeechError(f"The model in {folder} can't be tried ({error.strerror}).") from error
    except subprocess.TimeoutExpired as error:
        raise SpeechError(
            f"The model in {folder} got stuck on a spoken sentence for {PATIENCE:.0f} seconds."
        ) from error
    if found.well:
        return found.text
    how = f" ({found.signal})" if found.signal else ""
    raise SpeechError(
        found.told or f"ONNX Runtime can't run the model in {folder} on this processor{how}."
    )


def main(arguments: Sequence[str]) -> int:
    """Run the trial in this process; print what was heard."""
    from assistant.speech.whisper.model import WhisperModel

    try:
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
