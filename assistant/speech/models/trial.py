"""A trial of a speech model in a process of its own, since some damage only then shows, or crashes.

``python -m assistant.speech.models.trial FOLDER`` prints what it heard as one line of JSON.
"""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from assistant.errors import SpeechError
from assistant.speech.models.trying import MISTAKE, Tried, clip, tried
from assistant.speech.recognizer import transcript
from assistant.speech.sound import SAMPLES

if TYPE_CHECKING:
    from assistant.speech.models.vosk import VoskModel

SENTENCE = "what time is it"
"""What is said in the clip."""

PATIENCE = 60.0
"""Seconds a trial may take, besides a second for every 10 MB of model."""


def try_out(folder: Path, megabytes: float, *, grammar: bool) -> str:
    """Let another process load the model and hear a clip; return what it heard.

    With ``grammar`` it hears the clip again, limited to that sentence. Raises SpeechError with
    what went wrong.
    """
    words = (str(folder), *(("grammar",) if grammar else ()))
    patience = PATIENCE + megabytes / 10
    try:
        found = tried("assistant.speech.models.trial", *words, patience=patience)
    except subprocess.TimeoutExpired as error:
        raise SpeechError(
            f"The speech model in {folder} got stuck on a spoken sentence for {patience:.0f} "
            "seconds: it is damaged; get it again."
        ) from error
    if found.well:
        return found.text
    raise SpeechError(found.told or _why(folder, found))


def _why(folder: Path, found: Tried) -> str:
    how = (
        f"it ends the recognizer ({found.signal})" if found.signal else "the recognizer refuses it"
    )
    return f"The speech model in {folder} is damaged, {how}: get it again from where it came from."


def main(arguments: Sequence[str]) -> int:
    """Run the trial in this process; print what was heard."""
    from assistant.speech.models.vosk import VoskModel

    try:
        model = VoskModel(Path(arguments[0]))
        text = _hear(model, None)
        if "grammar" in arguments[1:] and all(map(model.knows, SENTENCE.split())):
            _hear(model, [SENTENCE])
    except SpeechError as error:
        print(error, file=sys.stderr)  # noqa: T201
        return MISTAKE
    print(json.dumps({"text": text}))  # noqa: T201
    return 0


def _hear(model: VoskModel, sentences: Sequence[str] | None) -> str:
    sound, size = clip(), 2 * SAMPLES
    parts = (sound[start : start + size] for start in range(0, len(sound), size))
    return transcript(model.recognizer(sentences), parts)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
