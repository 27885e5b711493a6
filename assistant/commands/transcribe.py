"""``assistant transcribe``: sound files to text, and what the assistant would make of it."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from assistant import paths
from assistant import settings as settings_file
from assistant.doors import terminal
from assistant.errors import SpeechError
from assistant.measuring.hearing import Overhearer, speech_model

if TYPE_CHECKING:
    from assistant.speech.recognizer import SpeechModel
    from assistant.speech.sound import Source

STDIN = "-"
"""The file name that means standard input."""


@click.command()
@click.argument("files", nargs=-1, required=True, metavar="FILE...")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object a file.")
@click.option("--understand", is_flag=True, help="Tell what the assistant would make of it.")
@click.option("--model", "model_name", default="", help="The speech model, if not the usual one.")
@click.option("--rate", default=16_000, show_default=True, help="Samples a second of FILE “-”.")
def transcribe(
    files: tuple[str, ...], as_json: bool, understand: bool, model_name: str, rate: int
) -> None:
    """Write down what is said in sound files; “-” reads raw 16-bit samples, one channel.

    Exit code: 1 when a file could not be read; the others are done.
    """
    model = speech_model(model_name)
    failed = 0
    with _overhearer(model, understand) as overhearer, _bar(files) as each:
        for file in each:
            try:
                result = _result(model, file, rate, as_json, overhearer)
            except SpeechError as error:
                failed += 1
                _aside(_named(file, error))
                continue
            terminal.wipe()
            if as_json:
                terminal.tell_json(result)
            else:
                _show(result, files)
    sys.exit(1 if failed else 0)


def _result(
    model: SpeechModel, file: str, rate: int, as_json: bool, overhearer: Overhearer | None
) -> dict[str, Any]:
    """Return what was heard in a file, as it is printed. Raises SpeechError."""
    from assistant.speech.hearing.transcription import transcribe as write_down
    from assistant.store.wire import understanding_to_json

    source = _open(file, rate)
    frames = source.frames() if overhearer is None else overhearer.overhearing(source.frames())
    try:
        heard = write_down(model, frames, alternatives=as_json)
    finally:
        source.close()
    result = {"file": file, **asdict(heard)}
    result["seconds"] = round(heard.seconds, 3)
    result["realtime_factor"] = round(heard.realtime_factor, 4)
    if overhearer is not None:
        taken, meant = overhearer.understood()
        result |= {"taken": taken, "understanding": understanding_to_json(meant)}
    return result


def _open(file: str, rate: int) -> Source:
    from assistant.speech.capture.source import FileSource, PcmSource

    return PcmSource(sys.stdin.buffer, rate) if file == STDIN else FileSource(Path(file))


def _show(result: dict[str, Any], files: tuple[str, ...]) -> None:
    """Print a result: the file only where there are several, and what was made of it."""
    text = result["text"] or "(nothing was heard)"
    terminal.tell(f"{result['file']}: {text}" if len(files) > 1 else text)
    if "understanding" not in result:
        return
    meant = result["understanding"]
    slots = ", ".join(f"{slot['name']}={slot['value']}" for slot in meant["slots"])
    intent = meant["intent"] or "not understood"
    taken = f"took “{result['taken']}”: " if result["taken"] != result["text"] else ""
    terminal.tell(f"    {taken}{intent} ({meant['confidence']:.2f}){': ' + slots if slots else ''}")


@contextmanager
def _overhearer(model: SpeechModel, wanted: bool) -> Iterator[Overhearer | None]:
    """Give what understands what is heard, where that is wanted; no turn is recorded."""
    if not wanted:
        yield None
        return
    from assistant.doors.opening import opened

    chosen = settings_file.load(paths.settings_file())
    with opened(chosen, (), _aside) as assistant:
        yield Overhearer(model, assistant)


@contextmanager
def _bar(files: tuple[str, ...]) -> Iterator[Iterator[str]]:
    """Go through the files, with a bar on a terminal where there are several."""
    if len(files) < 2 or not sys.stderr.isatty():
        yield iter(files)
        return
    with click.progressbar(files, label="Transcribing", file=sys.stderr) as bar:
        yield iter(bar)


def _named(file: str, error: SpeechError) -> str:
    return str(error) if file == STDIN or file in str(error) else f"{file}: {error}"


def _aside(text: str) -> None:
    """Print a line aside; the bar, which is drawn again, must not be in front of it."""
    terminal.wipe()
    terminal.aside(text)
