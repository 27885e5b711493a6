"""Where a model for the second hearing is found: the user's folder, else the bundled one."""

from __future__ import annotations

from contextlib import suppress
from pathlib import Path

from assistant import paths
from assistant.errors import SpeechError
from assistant.speech.whisper import checkpoint, trial
from assistant.speech.whisper.model import WhisperModel

BUNDLED = "hearing-whisper-en"

ON, OFF = "on", "off"
"""The names that stand for the bundled one, and for none."""


def on_shelf(folder: Path) -> list[Path]:
    """Return the folders of Whisper models in a folder, by name."""
    found: list[Path] = []
    with suppress(OSError):  # what may not be looked at is not there
        for each in folder.iterdir():
            with suppress(OSError):
                if not each.name.startswith(".") and checkpoint.is_model(each):
                    found.append(each)
    return sorted(found)


def find(name: str) -> Path | None:
    """Return the folder of the model of a name, else of the bundled one; None for "off".

    Raises SpeechError where there is none of that name.
    """
    if name == OFF:
        return None
    bundled = on_shelf(paths.bundled() / "models")
    if name in ("", ON):
        return next((each for each in bundled if each.name == BUNDLED), None)
    there = [*on_shelf(paths.user_models()), *bundled]
    found = next((each for each in there if each.name == name), None)
    if found is None:
        names = ", ".join(each.name for each in there)
        raise SpeechError(f"There is no model {name} for the second hearing: there are {names}.")
    return found


def opened(name: str) -> WhisperModel | None:
    """Load the model of a name, else the bundled one; None for "off" or where none is there.

    Raises SpeechError where it is damaged, or this processor can't run it.
    """
    folder = find(name)
    if folder is None:
        return None
    trial.check(folder)
    return WhisperModel(folder, checked=True)
