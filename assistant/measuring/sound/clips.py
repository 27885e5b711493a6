"""A folder of recordings, as the measurements of hearing read it.

Each set is a folder of sound files with a ``transcripts.tsv`` (columns ``file`` and
``transcript``); files it doesn't name have no known words.
"""

from __future__ import annotations

import csv
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from assistant.errors import SpeechError
from assistant.speech.capture.source import FileSource
from assistant.speech.recognizer import UNKNOWN, SpeechModel, heard
from assistant.speech.sound import FRAME_SECONDS, Frame
from assistant.turn.hearing import Word

SPEECH = (
    "assistant_real",
    "barista",
    "command_words",
    "digits_fsdd",
    "espeak_synthetic",
    "noisy_made",
    "read_speech",
)
"""Sets in which somebody speaks to the microphone."""

OTHER = ("nonspeech", "noise", "babble_made")
"""Sets in which nobody does."""

SOUNDS = (".flac", ".wav", ".ogg", ".mp3")


@dataclass(frozen=True)
class Clip:
    """A recording and what is said in it; ``transcript`` is empty where that is not known."""

    path: Path
    transcript: str = ""

    @property
    def group(self) -> str:
        """Return the name of its set."""
        return self.path.parent.name

    def frames(self) -> list[Frame]:
        """Return its sound. Raises SpeechError."""
        return list(FileSource(self.path).frames())


def clips(folder: Path, groups: Sequence[str], most: int | None = None) -> list[Clip]:
    """Return the recordings of the sets there are, at most so many of each, evenly drawn.

    Raises SpeechError where the folder has none of them.
    """
    found: list[Clip] = []
    for group in groups:
        each = list(_clips_of(folder / group))
        step = max(len(each) / most, 1.0) if most else 1.0
        found += [each[int(at * step)] for at in range(int(len(each) / step))]
    if not found:
        raise SpeechError(f"{folder} has none of the folders {', '.join(groups)}.")
    return found


def _clips_of(folder: Path) -> Iterator[Clip]:
    table, words = folder / "transcripts.tsv", {}
    if table.is_file():
        with table.open(encoding="utf-8", newline="") as file:
            rows = csv.DictReader(file, delimiter="\t", quoting=csv.QUOTE_NONE)
            words = {row["file"]: row["transcript"] or "" for row in rows}
    for path in sorted(folder.glob("*")):
        if path.suffix in SOUNDS:
            yield Clip(path, words.get(path.name, ""))


def word_times(model: SpeechModel, transcript: str, frames: Sequence[Frame]) -> list[Word]:
    """Return the transcript's words with their times, by a recognizer that knows no others.

    Empty where it did not find exactly these words: then the times are not to be trusted.
    """
    if not transcript or not all(map(model.knows, transcript.split())):
        return []
    stretches = heard(model.recognizer([transcript]), frames)
    words = [word for found in stretches if found for word in found[0].words]
    known = [word for word in words if word.text != UNKNOWN]
    return known if " ".join(word.text for word in known) == transcript else []


def inside(words: Sequence[Word], frame: int) -> bool:
    """Tell whether the middle of a frame lies within a word."""
    at = (frame + 0.5) * FRAME_SECONDS
    return any(word.start <= at < word.end for word in words)


@cache
def model_at(path: Path) -> SpeechModel:
    """Load a speech model once."""
    from assistant.speech.models.vosk import VoskModel

    return VoskModel(path)
