"""What a setting may name: what is installed. Names that it has already may stay, or go."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from contextlib import closing
from pathlib import Path
from typing import Any

from assistant import paths
from assistant.errors import SettingsError
from assistant.settings import Settings, meant, told


def be_installed(current: Settings, name: str, value: Any) -> None:
    """Raise SettingsError where a setting is to name, as it does not yet, what is not there."""
    if name == "voice_folder" and value and not _is_folder(value):
        raise SettingsError(f"There is no folder {told(value)}: name one that has voices.")
    if name not in NAMES:
        return
    had, wanted = _several(getattr(current, name)), _several(value)
    new = [each for each in wanted if each not in had and each != getattr(Settings, name)]
    if not new:
        return
    kind, known, mend = NAMES[name]
    there = [*known(current)]
    for each in new:
        if each not in there:
            how = mend.format(name=told(each), folder=paths.user_skills())
            raise SettingsError(f"There is no {kind} “{told(each)}”: {meant(each, there) or how}")


def _is_folder(name: str) -> bool:
    try:
        return Path(name).expanduser().is_dir()
    except (RuntimeError, ValueError):  # no such user, a NUL
        return False


def _several(value: Any) -> tuple[str, ...]:
    return value if isinstance(value, tuple) else (value,) if value else ()


def skills(current: Settings) -> list[str]:
    """Return the names of the installed skills."""
    from assistant.assembly import registry

    with closing(registry(current)) as found:
        return sorted(each.skill.name for each in found.skills.installed)


def packages(_current: Settings) -> list[str]:
    """Return the names of the installed packages."""
    from importlib.metadata import distributions

    return sorted({each.name for each in distributions() if each.name})


def _recognizers(_current: Settings) -> Iterable[str]:
    from importlib.metadata import entry_points

    from assistant.speech.recognizers import GROUP, OURS

    return OURS, *(each.name for each in entry_points(group=GROUP))


def _models(setting: str) -> Callable[[Settings], Iterable[str]]:
    def names(_current: Settings) -> Iterable[str]:
        from assistant.commands.models import shelf

        return (each.name for each in shelf() if each.setting == setting)

    return names


def _second(_current: Settings) -> Iterable[str]:
    from assistant.speech.whisper import shelf

    folders = (paths.bundled() / "models", paths.user_models())
    return shelf.ON, shelf.OFF, *(e.name for folder in folders for e in shelf.on_shelf(folder))


PACKAGE = "install it first, as by pip install {name}."

CHECKPOINT = "assistant models import FOLDER brings one in, assistant models lists those there are."

SPEECH = "assistant models add PATH takes one you have, assistant models lists those there are."

NAMES: dict[str, tuple[str, Callable[[Settings], Iterable[str]], str]] = {
    "disabled": (
        "skill",
        skills,
        "install it first, as by putting its file into {folder}; assistant skills lists all.",
    ),
    "trusted": ("package", packages, PACKAGE),
    "recognizer": ("recognizer", _recognizers, "install the package that brings it first."),
    "intent_model": ("checkpoint for requests", _models("intent_model"), CHECKPOINT),
    "feature_model": (
        "checkpoint for sentiment and entities",
        _models("feature_model"),
        CHECKPOINT,
    ),
    "speech_model": ("speech model", _models("speech_model"), SPEECH),
    "second_hearing": ("Whisper model", _second, "put its folder beside your other models first."),
}
"""The settings that name what is installed: what they name, those there are, how one comes in."""
