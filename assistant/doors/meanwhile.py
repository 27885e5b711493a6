"""The settings, as another program may change them while a door is open: looked at as skills are.

What a door can follow it takes from the next request on; of all else it tells that it has to be
opened anew.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, fields, replace

from assistant import paths
from assistant import settings as settings_file
from assistant.errors import SettingsError
from assistant.settings import Settings

LISTENING = ("second_hearing", "patience", "wake_word", "wake_threshold")
"""The settings that an open listener can follow."""

OPENING = ("microphone", "recognizer", "speech_model")
"""Those for which it has to be opened anew."""

SPEAKING = ("voice_name", "voice_folder", "voice_rate", "voice_volume")
"""Those for which a voice has to be opened anew."""

MANNERS = ("voice", "beeps", "headphones")
"""Those that are asked for when something is said or heard."""

LOOKS = ("theme", "keys")
"""Those of the screen."""

FOLLOWED = (*LISTENING, *OPENING, *SPEAKING, *MANNERS, *LOOKS)
"""All that a door can follow which has ears, a voice and a screen."""


@dataclass(frozen=True)
class Change:
    """What was set meanwhile: the names that changed, all settings, and sentences to tell."""

    names: frozenset[str]
    now: Settings
    told: tuple[str, ...] = ()

    def any_of(self, names: Collection[str]) -> bool:
        """Tell whether one of these settings changed."""
        return not self.names.isdisjoint(names)


class Watched:
    """The settings a door was opened with, and what has become of them."""

    def __init__(self, settings: Settings, followed: Collection[str]) -> None:
        """Watch the file of the home; ``followed`` are the settings that the door can follow."""
        self._now = settings
        self._followed = frozenset(followed)
        self._trouble = ""
        self._stamp = self._emptied = _stamp()
        self._there = _read()[0]

    def look(self) -> Change | None:
        """Return what was set since the last look, None for nothing.

        Settings that can't be read change nothing; that is told, once.
        """
        stamp = _stamp()
        if stamp == self._stamp:
            return None
        if not _filled(stamp) and stamp != self._emptied:
            self._emptied = stamp  # an editor empties a file, or puts another there
            return None
        self._stamp = stamp
        there, trouble = _read()
        if there is None:
            told = (trouble,) if trouble != self._trouble else ()
            self._trouble = trouble
            return Change(frozenset(), self._now, told) if told else None
        self._trouble = ""
        before, self._there = self._there or self._now, there
        values = {
            each.name: getattr(there, each.name)
            for each in fields(Settings)
            if getattr(there, each.name) != getattr(before, each.name)
        }
        names = frozenset(n for n, value in values.items() if getattr(self._now, n) != value)
        self._now = replace(self._now, **values)
        return Change(names, self._now, tuple(self._left(names))) if names else None

    def _left(self, names: Collection[str]) -> list[str]:
        left = sorted(set(names) - self._followed)
        if not left:
            return []
        verb = "were" if len(left) > 1 else "was"
        return [f"{' and '.join(left)} {verb} set: this chat has to be opened anew for that."]


def _stamp() -> tuple[int, ...]:
    """Return what is another number when the file is another one."""
    try:
        look = paths.settings_file().stat()
    except (OSError, ValueError):
        return ()
    return look.st_ino, look.st_size, look.st_mtime_ns


def _filled(stamp: tuple[int, ...]) -> bool:
    return len(stamp) > 1 and stamp[1] > 0


def _read() -> tuple[Settings | None, str]:
    try:
        return settings_file.load(paths.settings_file()), ""
    except SettingsError as error:
        return None, f"{error} Until then all is as it was."
