"""``assistant transcribe``: sound files to text, and what the assistant would make of it."""

from __future__ import annotations

import json
import shutil
import sys
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from assistant import paths
from assistant import settings as settings_file
from assistant.commands import transcripts
from assistant.commands.transcripts import Form
from assistant.doors import terminal
from assistant.errors import SpeechError
from assistant.measuring.hearing import Overhearer, speech_model
from assistant.measuring.scribes import Scribe, Written, scribe

if TYPE_CHECKING:
    from assistant.speech.dictation.keeping import Kept
    from assistant.speech.sound import Source

STDIN = "-"
"""The file name that means standard input."""

OFTEN = 0.2
"""Seconds after which the bar is drawn again."""

WIDTH = 20
"""Signs of the bar."""

FOREIGN = (
    "{file}: this may be no English, or is not clear enough; what was written of it is not to be "
    "relied on."
)


@dataclass(frozen=True)
class Wanted:
    """What is wanted of each recording."""

    form: Form
    said: bool
    again: bool
    rate: int
    places: dict[str, Path] = field(default_factory=dict)
    several: bool = False


@click.command()
@click.argument("files", nargs=-1, required=True, metavar="FILE...")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object a file.")
@click.option("--srt", is_flag=True, help="Make subtitles, as SubRip.")
@click.option("--vtt", is_flag=True, help="Make subtitles, as WebVTT.")
@click.option("--said", is_flag=True, help="Words as they were said: no capitals, figures, marks.")
@click.option(
    "--out",
    type=click.Path(file_okay=False, path_type=Path),
    help="Write a file for each into this folder.",
)
@click.option("--understand", is_flag=True, help="Tell what the assistant would make of it.")
@click.option("--vosk", is_flag=True, help="Hear with Vosk alone: faster, and less well.")
@click.option("--model", "model_name", default="", help="Another model: its name or folder.")
@click.option("--again", is_flag=True, help="Begin anew what was stopped in the middle.")
@click.option("--rate", default=16_000, show_default=True, help="Samples a second of FILE “-”.")
def transcribe(
    files: tuple[str, ...],
    as_json: bool,
    srt: bool,
    vtt: bool,
    said: bool,
    out: Path | None,
    understand: bool,
    vosk: bool,
    model_name: str,
    again: bool,
    rate: int,
) -> None:
    """Write down what is said in sound files; “-” reads raw 16-bit samples, one channel.

    What is stopped in the middle goes on there when it is called again. Exit code: 1 when a file
    could not be read; the others are done.
    """
    form = _form(as_json, srt, vtt)
    if form in ("srt", "vtt") and len(files) > 1 and out is None:
        raise click.UsageError("Subtitles of several files go into a folder: name it with --out.")
    places = transcripts.places(files, out, form) if out else {}
    wanted = Wanted(form, said, again, rate, places, len(files) > 1)
    writer = scribe(model_name, vosk=vosk)
    failed = 0
    with _overhearer(model_name if vosk else "", understand) as overhearer:
        for number, file in enumerate(files):
            many = f" ({number + 1} of {len(files)})" if len(files) > 1 else ""
            bar = Bar(Path(file).name + many)
            try:
                _do(writer, file, wanted, overhearer, bar)
            except SpeechError as error:
                failed += 1
                _aside(_named(file, error))
    sys.exit(1 if failed else 0)


def _form(as_json: bool, srt: bool, vtt: bool) -> Form:
    forms: tuple[tuple[bool, Form], ...] = ((as_json, "json"), (srt, "srt"), (vtt, "vtt"))
    chosen = [form for wanted, form in forms if wanted]
    if len(chosen) > 1:
        raise click.UsageError("Choose one of --json, --srt and --vtt.")
    return chosen[0] if chosen else "txt"


def _do(writer: Scribe, file: str, wanted: Wanted, overhearer: Overhearer | None, bar: Bar) -> None:
    """Write a recording down and show it. Raises SpeechError where it can't be read."""
    with closing(_open(file, wanted.rate)) as source:
        # What is overheard must be heard from the beginning.
        kept = None if file == STDIN or overhearer else writer.kept(Path(file))
        if kept and wanted.again:
            kept.drop()
        bar.of(getattr(source, "seconds", 0.0))
        try:
            written = _written(writer, source, wanted, overhearer, kept, bar)
        except KeyboardInterrupt:
            terminal.wipe()
            if kept and kept.begun:
                terminal.aside(f"Stopped at {bar.place}: the same command goes on there.")
            raise
    terminal.wipe()
    result = transcripts.told(file, written)
    if overhearer is not None:
        result |= _meant(overhearer)
    _give(result, written, wanted)
    if kept:
        kept.drop()


def _written(
    writer: Scribe,
    source: Source,
    wanted: Wanted,
    overhearer: Overhearer | None,
    kept: Kept | None,
    bar: Bar,
) -> Written:
    frames = source.frames() if overhearer is None else overhearer.overhearing(source.frames())
    return writer.write(frames, kept, bar.tell, alternatives=wanted.form == "json")


def _meant(overhearer: Overhearer) -> dict[str, Any]:
    from assistant.store.wire import understanding_to_json

    taken, meant = overhearer.understood()
    return {"taken": taken, "understanding": understanding_to_json(meant)}


def _give(result: dict[str, Any], written: Written, wanted: Wanted) -> None:
    """Print or save what was written down, in the form that is wanted."""
    file, form = str(result["file"]), wanted.form
    text = transcripts.formed(written, "txt" if form == "json" else form, said=wanted.said)
    if file in wanted.places:
        saved = json.dumps(result, ensure_ascii=False) if form == "json" else text
        transcripts.save(wanted.places[file], saved)
        terminal.tell(f"{file}: {wanted.places[file]}")
    elif form == "json":
        terminal.tell_json(result)
    elif form == "txt":
        transcripts.show(result, text, wanted.several)
    else:
        terminal.tell(text.rstrip("\n"), lines=True)
    if not written.english:
        _aside(FOREIGN.format(file=file))


def _open(file: str, rate: int) -> Source:
    from assistant.speech.capture.source import FileSource, PcmSource

    return PcmSource(sys.stdin.buffer, rate) if file == STDIN else FileSource(Path(file))


@contextmanager
def _overhearer(model_name: str, wanted: bool) -> Iterator[Overhearer | None]:
    """Give what understands what is heard, where that is wanted; no turn is recorded."""
    if not wanted:
        yield None
        return
    from assistant.doors.opening import opened

    chosen = settings_file.load(paths.settings_file())
    with opened(chosen, (), _aside) as assistant:
        yield Overhearer(speech_model(model_name), assistant)


class Bar:
    """How far a recording is done, on a terminal: of how much, and how fast."""

    def __init__(self, name: str) -> None:
        self._name = name
        self._of = self._at = 0.0
        self._began: float | None = None
        self._drawn = 0.0

    def of(self, seconds: float) -> None:
        """Set how long it is; 0 where that is not known."""
        self._of = seconds

    @property
    def place(self) -> str:
        """Return how far it is, in words."""
        whole = f" of {_clock(self._of)}" if self._of else ""
        return f"{_clock(self._at)}{whole}"

    def tell(self, at: float, begun: float) -> None:
        """Draw that so many seconds of sound are done, from where this run began."""
        now = time.monotonic()
        self._at = at
        self._began = now if self._began is None or at <= begun else self._began
        if not sys.stderr.isatty() or now - self._drawn < OFTEN:
            return
        self._drawn = now
        spent = now - self._began
        speed = f", {(at - begun) / spent:.1f} times as fast as said" if spent > 1 else ""
        done = round(WIDTH * min(at / self._of, 1.0)) if self._of else 0
        bar = f" [{'#' * done}{'-' * (WIDTH - done)}]" if self._of else ""
        line = f"Transcribing {self._name}{bar} {self.place}{speed}; Ctrl-C stops"
        terminal.wipe()
        terminal.draw(line[: shutil.get_terminal_size().columns - 1], aside=True)


def _clock(seconds: float) -> str:
    minutes, rest = divmod(int(seconds), 60)
    return f"{minutes // 60}:{minutes % 60:02}:{rest:02}"


def _named(file: str, error: SpeechError) -> str:
    return str(error) if file == STDIN or file in str(error) else f"{file}: {error}"


def _aside(text: str) -> None:
    """Print a line aside; the bar, which is drawn again, must not be in front of it."""
    terminal.wipe()
    terminal.aside(text)
