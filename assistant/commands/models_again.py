"""``assistant models``, the part about what hears a second time."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from assistant import paths
from assistant import settings as settings_file
from assistant.errors import SpeechError
from assistant.speech.whisper import shelf, trial

SETTING = "second_hearing"
"""The setting that chooses among them."""

ABOUT = "Whisper, hears what was said again"


def folders() -> Iterator[tuple[Path, bool]]:
    """Give each model's folder, and whether it is bundled."""
    for folder in shelf.on_shelf(paths.bundled() / "models"):
        yield folder, True
    for folder in shelf.on_shelf(paths.user_models()):
        yield folder, False


def used() -> Path | None:
    """Return the folder of the one in use, None where none is."""
    try:
        return shelf.find(settings_file.load(paths.settings_file()).second_hearing)
    except SpeechError:
        return None


def hear(folder: Path) -> tuple[bool, str]:
    """Return whether a model hears a sentence, tried anew, and which, or what ails it."""
    try:
        return True, f"heard “{trial.tried_anew(folder)}”"
    except SpeechError as error:
        return False, str(error)
