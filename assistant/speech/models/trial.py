"""A trial of a speech model in a process of its own, since some damage only then shows, or crashes.

``python -m assistant.speech.models.trial FOLDER`` prints what it heard as one line of JSON.
"""

from __future__ import annotations

import json
import signal
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from assistant import paths
from assistant.errors import SpeechError
from assistant.speech.recognizer import transcript
from assistant.speech.sound import RATE, SAMPLES

if TYPE_CHECKING:
    from assistant.speech.models.vosk import VoskModel

SENTENCE = "what time is it"
"""What is said in the clip."""

MISTAKE = 3
"""Exit code when the last line on standard error is a sentence for the user."""

PATIENCE = 60.0
"""Seconds a trial may take, besides a second for every 10 MB of model."""


def try_out(folder: Path, megabytes: float, *, grammar: bool) -> str:
    """Let another process load the model and hear a clip; return what it heard.

    With ``grammar`` it hears the clip again, limited to that sentence. Raises SpeechError with
    what went wrong.
    """
    command = [sys.executable, "-m", "assistant.speech.models.trial", str(folder)]
    if grammar:
        command.append("grammar")
    patience = PATIENCE + megabytes / 10
    try:
        done = subprocess.run(
            command, capture_output=True, timeout=patience, stdin=subprocess.DEVNULL, check=False
        )
    except subprocess.TimeoutExpired as error:
        raise SpeechError(
            f"The speech model in {folder} got stuck on a spoken sentence for {patience:.0f} "
            "seconds: it is damaged; get it again."
        ) from error
    if done.returncode == 0:
        return str(json.loads(done.stdout.splitlines()[-1])["text"])
    raise SpeechError(_why(folder, done.returncode, done.stderr.decode("utf-8", "replace")))


def _why(folder: Path, code: int, told: str) -> str:
    lines = [line for line in told.splitlines() if line.strip()]
    if code == MISTAKE and lines:
        return lines[-1]
    how = f"it ends the recognizer ({_name_of(code)})" if code < 0 else "the recognizer refuses it"
    return f"The speech model in {folder} is damaged, {how}: get it again from where it came from."


def _name_of(code: int) -> str:
    try:
        return signal.Signals(-code).name
    except ValueError:
        return f"signal {-code}"


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


def clip() -> bytes:
    """Return the spoken sentence that is shipped: 16 kHz, 16 bits, one channel."""
    import wave

    with wave.open(str(paths.bundled() / "data" / "speech" / "what-time-is-it.wav")) as file:
        assert file.getframerate() == RATE
        return bytes(file.readframes(file.getnframes()))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
