"""Where everything lives; asking creates nothing."""

from __future__ import annotations

import os
from pathlib import Path

from assistant.errors import HomeError


def home() -> Path:
    """Return the user's folder: ``$ASSISTANT_HOME``, else the platform's place for app data."""
    chosen = os.environ.get("ASSISTANT_HOME")
    if chosen:
        try:
            return Path(chosen).expanduser()
        except RuntimeError as error:
            raise HomeError(
                f"ASSISTANT_HOME is {chosen}, but there is no such user: name a folder of yours."
            ) from error
    from platformdirs import user_data_path

    return user_data_path("assistant", appauthor=False)


def settings_file() -> Path:
    """Return the one TOML file of settings."""
    return home() / "settings.toml"


def database() -> Path:
    """Return the SQLite file of sessions, turns, alarms and memory."""
    return home() / "assistant.db"


def user_skills() -> Path:
    """Return the folder whose ``*.py`` files are the user's own skills."""
    return home() / "skills"


def user_examples() -> Path:
    """Return the file of the sentences that the user taught as examples of intents."""
    return home() / "examples.txt"


def user_conversations() -> Path:
    """Return the folder of conversations that were recorded as tests."""
    return home() / "conversations"


def user_models() -> Path:
    """Return the folder of checkpoints the user added."""
    return home() / "models"


def cache() -> Path:
    """Return the folder of things that may be deleted at any time."""
    return home() / "cache"


def log_file() -> Path:
    """Return the log that tracebacks go to."""
    return home() / "assistant.log"


def bundled() -> Path:
    """Return where ``models``, ``skills`` and ``data`` are: in the wheel, else in the checkout."""
    package = Path(__file__).resolve().parent
    inside = package / "_bundled"
    return inside if inside.is_dir() else package.parent


def model(name: str) -> Path:
    """Return the folder of a checkpoint: the user's own, else the bundled one of that name."""
    own, shipped = user_models() / name, bundled_model(name)
    return shipped if shipped.is_dir() and not own.is_dir() else own


def bundled_model(name: str) -> Path:
    """Return the folder of a bundled checkpoint."""
    return bundled() / "models" / name


def checkpoint() -> Path:
    """Return the bundled intent checkpoint."""
    return bundled_model("intent-distilbert")


def judge() -> Path:
    """Return what tells how far a reading is believed."""
    return bundled() / "models" / "intent-judge" / "judge.json"
