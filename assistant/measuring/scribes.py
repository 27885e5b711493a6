"""What writes recordings down: the second hearing where there is one, else Vosk alone."""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

from assistant import paths
from assistant import settings as settings_file
from assistant.errors import SpeechError
from assistant.measuring.hearing import speech_model

if TYPE_CHECKING:
    from assistant.speech.dictation.keeping import Kept
    from assistant.speech.hearing.transcription import Alternative
    from assistant.speech.recognizer import SpeechModel
    from assistant.speech.second import SecondModel
    from assistant.speech.sound import Frame
    from assistant.turn.hearing import Word

MOST_THREADS = 4
"""Threads that hear, at most: more of them are hardly faster."""

FOLDER = "transcripts"
"""Where in the cache it is kept what was written of recordings that are not done."""

Tell = Callable[[float, float], object]
"""Is told the seconds of sound that are done, and at how many this run began."""


@dataclass(frozen=True)
class Written:
    """A recording written down: ``words`` as people write them, ``said`` as they were said.

    It took ``realtime_factor`` times its ``seconds``. ``english`` tells whether it seems to be so.
    """

    words: tuple[Word, ...]
    said: tuple[Word, ...]
    seconds: float
    realtime_factor: float
    alternatives: tuple[Alternative, ...] = ()
    english: bool = True


class Scribe(Protocol):
    """What writes a recording down."""

    def kept(self, recording: Path) -> Kept | None:
        """Return what was written of a recording by a run that was ended, and will be by this."""

    def write(
        self, frames: Iterable[Frame], kept: Kept | None, tell: Tell, *, alternatives: bool
    ) -> Written:
        """Write it down. Raises SpeechError where the sound can't be read."""


def scribe(name: str, *, vosk: bool) -> Scribe:
    """Return what hears with the model of a name or folder, else with the usual one.

    Raises SpeechError where there is none, or it is damaged.
    """
    folder = None if vosk else _second(name)
    return Again(folder) if folder is not None else Alone(speech_model(name))


def _second(name: str) -> Path | None:
    """Return the folder of the second hearing that is meant; None where Vosk is."""
    from assistant.speech import recognizers
    from assistant.speech.whisper import checkpoint, shelf

    if not name:
        chosen = settings_file.load(paths.settings_file())
        if chosen.recognizer != recognizers.OURS:
            return None
        return shelf.find(chosen.second_hearing)
    if checkpoint.is_model(Path(name)):
        return Path(name)
    places = (paths.user_models(), paths.bundled() / "models")
    there = [each for place in places for each in shelf.on_shelf(place)]
    return next((each for each in there if each.name == name), None)


class Again:
    """Hears windows of speech whole, with a Whisper model."""

    def __init__(self, folder: Path) -> None:
        """Load it. Raises SpeechError where it can't be used here."""
        from assistant.speech.whisper import checkpoint, trial
        from assistant.speech.whisper.model import WhisperModel

        try:
            trial.check(folder)
            self._model: SecondModel = WhisperModel(folder, _threads())
        except SpeechError as error:
            raise SpeechError(f"{error} Until then --vosk hears without it.") from error
        self._sums = " ".join(sorted(checkpoint.read(folder).sums.values()))

    def kept(self, recording: Path) -> Kept | None:
        """Return what was written of a recording by a run that was ended, and will be by this."""
        from assistant.speech.dictation.keeping import Kept

        return Kept(paths.cache() / FOLDER, recording, self._sums)

    def write(
        self, frames: Iterable[Frame], kept: Kept | None, tell: Tell, *, alternatives: bool
    ) -> Written:
        """Write it down; it knows no other wordings. Raises SpeechError."""
        from assistant.speech.dictation.dictation import dictate
        from assistant.speech.dictation.said import as_spoken

        found = dictate(self._model, frames, kept, tell)
        return Written(
            found.words,
            tuple(as_spoken(found.words)),
            found.seconds,
            found.spent / max(found.heard, 0.001),
            english=not found.doubtful,
        )


class Alone:
    """Hears with Vosk, or with what a package brings."""

    def __init__(self, model: SpeechModel) -> None:
        self._model = model

    def kept(self, recording: Path) -> Kept | None:
        """Return nothing: it is fast, and has heard little before it is ended."""
        return None

    def write(
        self, frames: Iterable[Frame], kept: Kept | None, tell: Tell, *, alternatives: bool
    ) -> Written:
        """Write it down. Raises SpeechError."""
        from assistant.speech.hearing.transcription import transcribe

        found = transcribe(self._model, _telling(frames, tell), alternatives=alternatives)
        return Written(
            found.words,
            found.words,
            found.seconds,
            found.realtime_factor,
            found.alternatives,
        )


def _telling(frames: Iterable[Frame], tell: Tell) -> Iterator[Frame]:
    from assistant.speech.sound import FRAME_SECONDS

    told = 0.0
    for number, frame in enumerate(frames):
        if (now := time.monotonic()) - told > 0.2:
            tell(number * FRAME_SECONDS, 0.0)
            told = now
        yield frame


def _threads() -> int:
    count = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count()
    return min(count or 1, MOST_THREADS)
