"""Everything a user can set, read from one TOML file."""

from __future__ import annotations

import tomllib
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field, fields
from datetime import tzinfo
from pathlib import Path
from typing import Any

from assistant.errors import SettingsError
from assistant.files import alone, read, write

ALLOWED: dict[str, tuple[str, ...]] = {
    "time_format": ("24h", "12h"),
    "half_hour": ("past", "to"),
    "units": ("metric", "imperial"),
    "theme": ("dark", "light"),
    "voice": ("off", "on"),
    "beeps": ("off", "on"),
    "headphones": ("off", "on"),
}
"""The values of the settings that are a choice."""

RANGES: dict[str, tuple[float, float]] = {
    "deadline": (1, 600),
    "false_accepts": (0.0, 0.5),
    "asking": (0.0, 0.9),
    "voice_rate": (0.5, 2.0),
    "voice_volume": (0.0, 1.0),
    "patience": (0.5, 3.0),
    "wake_threshold": (0.0, 1.0),
}
"""The least and greatest value of the settings that are a number."""

WORDS = (
    "voice_name", "voice_folder", "microphone", "recognizer", "speech_model", "second_hearing",
    "wake_word",
)  # fmt: skip
"""The settings that are a text of any kind."""

ACTIONS = {
    "help": "f1", "inspector": "f2", "sessions": "f3", "talk": "f4", "hands_free": "f5",
    "missed_wake": "f8", "false_wake": "f9", "new_session": "ctrl+n", "rewind": "ctrl+z",
    "teach": "ctrl+l", "record": "ctrl+r", "copy_reply": "ctrl+y", "toggle_theme": "ctrl+t",
    "page_up": "pageup", "page_down": "pagedown",
    "leave": "escape", "quit": "ctrl+q",
    "prompt.older": "up", "prompt.newer": "down", "prompt.complete": "tab",
}  # fmt: skip
"""What the keys of the chat do, by the names that ``keys`` remaps them by, and the usual keys."""

FIXED = {"enter": "what sends a line", "ctrl+d": "what quits", "ctrl+p": "the palette"}
"""Keys of the chat that stay."""

KEY_NAMES = frozenset(
    "escape enter tab space backspace delete insert home end pageup pagedown up down left "
    "right".split()
) | {f"f{number}" for number in range(1, 25)}
"""Keys that are no single sign, as the chat names them."""

LARGEST = 1_000_000
"""Bytes of a settings file, at most."""

LONGEST = 100
"""Signs of the name of a checkpoint."""

SHOWN = 60
"""Signs of a wrong value that are told."""

RETIRED = ("caution",)
"""Settings of earlier versions, which a file may still hold."""


@dataclass(frozen=True)
class Settings:
    """What the user chose. Skills may ask for it by a parameter annotated ``Settings``."""

    time_format: str = "24h"
    """How times are shown: 24h or 12h."""
    half_hour: str = "past"
    """What “half eight” means: past (8:30) or to (7:30)."""
    units: str = "metric"
    """Which units are preferred where a request leaves it open: metric or imperial."""
    timezone: str = ""
    """An IANA zone such as Europe/Berlin; empty follows the system."""
    theme: str = "dark"
    """The colours of the chat: dark or light."""
    voice: str = "off"
    """Whether replies are read aloud: off or on."""
    voice_name: str = ""
    """The voice that reads, as assistant voice list names it; empty takes the best one found."""
    voice_folder: str = ""
    """A folder with voices of piper or Kokoro, beside the usual places; empty means none."""
    voice_rate: float = 1.0
    """How fast it reads, from 0.5 to 2 times its usual speed."""
    voice_volume: float = 1.0
    """How loud it reads, from 0 to 1."""
    beeps: str = "off"
    """Whether a tone tells when listening begins and ends: off or on."""
    headphones: str = "off"
    """Whether you wear headphones, so that you can talk over a reply: off or on."""
    microphone: str = ""
    """The microphone, by its name or a part of it; empty follows the system."""
    recognizer: str = "vosk"
    """What turns speech into words: vosk, or the name a package gives its own."""
    speech_model: str = ""
    """The speech model, as assistant models names it; empty takes yours, else the bundled."""
    second_hearing: str = ""
    """The model that hears a finished sentence again; empty takes the bundled one, off none."""
    patience: float = 1.0
    """How long a pause may last before a spoken sentence counts as finished: 0.5 to 3 times."""
    wake_word: str = ""
    """The phrase that wakes it, e.g. hey computer; empty means none."""
    wake_threshold: float = 0.5
    """How sure it must be that the phrase was said, from 0 to 1."""
    deadline: float = 20.0
    """Seconds a skill may take before it is given up, from 1 to 600."""
    intent_model: str = "intent-distilbert"
    """The checkpoint that understands requests; see assistant models."""
    feature_model: str = "features-squeezebert"
    """The checkpoint that reads sentiment and entities."""
    false_accepts: float = 0.01
    """Share of unrelated sentences that may act, e.g. 0.01 for one in a hundred."""
    asking: float = 0.1
    """Share of unrelated sentences that may be answered with “Did you mean …?”; 0 never asks."""
    disabled: tuple[str, ...] = ()
    """Names of skills that are switched off."""
    trusted: tuple[str, ...] = ()
    """Names of packages whose code may do all that you may, e.g. because it brings a recognizer."""
    keys: dict[str, str] = field(default_factory=dict)
    """Remapped keys of the chat: action = "key", e.g. inspector = "f3"."""

    def zone(self) -> tzinfo:
        """Return the user's time zone."""
        from zoneinfo import ZoneInfo

        if self.timezone:
            return ZoneInfo(self.timezone)
        from tzlocal import get_localzone

        try:
            return get_localzone()
        except (KeyError, ValueError, OSError) as error:
            raise SettingsError(
                f"The system's time zone can't be told ({error}): name yours with "
                "assistant settings set timezone Europe/Berlin."
            ) from error


def load(path: Path) -> Settings:
    """Read the settings file; a missing one means every default. Raises SettingsError."""
    table = _table(path)
    return Settings(**{n: check(n, value) for n, value in table.items() if n not in RETIRED})


def load_anyway(path: Path) -> tuple[Settings, list[str]]:
    """Read what can be read of the settings file; all else has its default, and is told."""
    try:
        table = _table(path)
    except SettingsError as error:
        return Settings(), [f"{error} Until then every setting has its default."]
    good: dict[str, Any] = {}
    wrong: list[str] = []
    for name, value in table.items():
        if name in RETIRED:
            continue
        try:
            good[name] = check(name, value)
        except SettingsError as error:
            wrong.append(f"{path}: {error}")
    return Settings(**good), wrong


def _table(path: Path) -> dict[str, Any]:
    """Return what the file holds, nothing where there is none. Raises SettingsError."""
    mend = "mend the file or delete it"
    try:
        return tomllib.loads(read(path, LARGEST).decode("utf-8-sig"))
    except (FileNotFoundError, NotADirectoryError):
        return {}
    except RecursionError:
        raise SettingsError(f"The settings in {path} are nested too deeply: {mend}.") from None
    except UnicodeDecodeError as error:
        raise SettingsError(f"The settings in {path} are no UTF-8 text: {mend}.") from error
    except OSError as error:
        raise SettingsError(
            f"The settings {path} can't be read ({error.strerror}): {mend}."
        ) from error
    except ValueError as error:  # of TOML, and of numbers too long for Python
        raise SettingsError(f"The settings in {path} can't be read ({error}): {mend}.") from error


def check(name: str, value: Any) -> Any:
    """Return the value as the setting keeps it. Raises SettingsError naming what is allowed."""
    known = {each.name: each for each in fields(Settings)}
    if name not in known:
        hint = meant(name, known) or f"there are: {', '.join(known)}."
        raise SettingsError(f"There is no setting “{told(name)}”: {hint}")
    if name in ALLOWED:
        return _choice(name, value)
    if name in RANGES:
        return _number(name, value)
    if name == "timezone":
        return _zone(value)
    if name in ("intent_model", "feature_model"):
        return _folder(name, value)
    if name in WORDS:
        return _words(name, value)
    if name in ("disabled", "trusted"):
        return _names(name, value)
    if not isinstance(value, dict):
        raise SettingsError(f'Keys are set one by one: assistant settings set {name}.ACTION "KEY".')
    return {str(action): _key(str(action), str(key)) for action, key in value.items()}


def meant(name: str, known: Iterable[str]) -> str:
    """Return the question whether the known name was meant that is most like one, "" for none."""
    from difflib import get_close_matches

    near = get_close_matches(name[:SHOWN], known, 1)
    return f"did you mean “{told(near[0])}”?" if near else ""


def taken_twice(keys: dict[str, str]) -> list[str]:
    """Return one sentence for each key that several actions of the chat have."""
    of = dict[str, list[str]]()
    for action, given in (ACTIONS | keys).items():
        for key in dict.fromkeys(given.split(",")):
            of.setdefault(key, [FIXED[key]] if key in FIXED else []).append(action)
    return [
        f"The key {key} is that of {' and '.join(actions)}: give another one to "
        f"{next(each for each in (*keys, *actions) if each in actions)}."
        for key, actions in of.items()
        if len(actions) > 1
    ]


def save(
    path: Path, name: str, text: str, look: Callable[[Settings, str, Any], None] | None = None
) -> Settings:
    """Set one setting in the file, keeping its comments. ``keys.ACTION`` sets one key.

    ``look`` may refuse a value, given what is set now. Others that are wrong stay as they are.
    Raises SettingsError, with the file as it was.
    """
    try:
        with alone(path):
            return _saved(path, name, text, look)
    except OSError as error:
        raise SettingsError(
            f"{path} can't be written ({error.strerror or error}): check the rights of its folder "
            "and the room on its disk."
        ) from error


def _saved(
    path: Path, name: str, text: str, look: Callable[[Settings, str, Any], None] | None
) -> Settings:
    import tomlkit

    table, _, action = name.partition(".")
    try:
        text.encode()
    except UnicodeEncodeError as error:
        raise SettingsError(
            f"{name} must be a text, not “{told(text)}”, part of which is no letter or sign."
        ) from error
    current = _table(path)
    keys = current.get(table)
    others = keys if isinstance(keys, dict) else {}
    value = check(table, {**others, action: text} if action else text)
    if action:
        _be_free(action, value)
    if look is not None:
        look(load_anyway(path)[0], table, value)
    there = read(path, LARGEST).decode("utf-8-sig") if path.exists() else ""
    try:
        document = tomlkit.parse(there)
    except (tomlkit.exceptions.ParseError, RecursionError) as error:
        raise SettingsError(
            f"The settings in {path} can't be written anew: mend the file."
        ) from error
    document[table] = list(value) if isinstance(value, tuple) else value
    write(path, tomlkit.dumps(document))
    return load_anyway(path)[0]


def _be_free(action: str, keys: dict[str, str]) -> None:
    """Raise SettingsError where a key that an action is to have is another one's."""
    others = {each: key for each, key in (ACTIONS | keys).items() if each != action}
    taken = FIXED | {key: each for each, held in others.items() for key in held.split(",")}
    for key in keys[action].split(","):
        if key in taken:
            raise SettingsError(
                f"keys.{action} can't be {key}, which is {taken[key]} already: take another key"
                + (f", or set keys.{taken[key]} first." if key not in FIXED else ".")
            )


def _words(name: str, value: Any) -> str:
    if not isinstance(value, str):
        raise SettingsError(f"{name} must be a text, not “{told(value)}”.")
    return " ".join(value.split())


def _names(name: str, value: Any) -> tuple[str, ...]:
    names = value.replace(",", " ").split() if isinstance(value, str) else value
    if not isinstance(names, list | tuple) or not all(isinstance(each, str) for each in names):
        raise SettingsError(f'{name} must be a list of names, e.g. ["dice"], not “{told(value)}”.')
    return tuple(names)


def _choice(name: str, value: Any) -> str:
    if value not in ALLOWED[name]:
        raise SettingsError(
            f"{name} must be one of {', '.join(ALLOWED[name])}, not “{told(value)}”."
        )
    return str(value)


def _number(name: str, value: Any) -> float:
    least, most = RANGES[name]
    try:
        number = float("nan") if isinstance(value, bool) else float(value)
    except (TypeError, ValueError, OverflowError):
        number = float("nan")
    if not least <= number <= most:
        raise SettingsError(
            f"{name} must be a number from {least:g} to {most:g}, not “{told(value)}”."
        )
    return number


def _is_key(key: str) -> bool:
    *held, last = key.split("+")
    return (len(last) == 1 or last in KEY_NAMES) and set(held) <= {"ctrl", "shift", "alt"}


def _key(action: str, key: str) -> str:
    if action not in ACTIONS:
        hint = meant(action, ACTIONS) or f"there are: {', '.join(ACTIONS)}."
        raise SettingsError(f"There is no key “{told(action)}” to set: {hint}")
    if not all(map(_is_key, key.split(","))):
        raise SettingsError(
            f"keys.{action} must be a key such as f6, ctrl+k or home, not “{told(key)}”."
        )
    return key


def _folder(name: str, value: Any) -> str:
    name_of = value if isinstance(value, str) and value.isprintable() else ""
    if not 0 < len(name_of) <= LONGEST or name_of in (".", "..") or Path(name_of).name != name_of:
        raise SettingsError(f"{name} must be the name of a checkpoint, not “{told(value)}”.")
    return name_of


def _zone(value: Any) -> str:
    from zoneinfo import ZoneInfo

    try:
        return ZoneInfo(value).key if _words("timezone", value) else ""
    except (KeyError, ValueError, OSError) as error:
        raise SettingsError(
            f"There is no time zone “{told(value)}”; give a name such as Europe/Berlin."
        ) from error


def told(value: Any) -> str:
    """Return a value as a sentence tells it: its beginning, whatever it is."""
    try:
        text = str(value)
    except (ValueError, RecursionError):  # digits beyond what Python writes, depths beyond its own
        return "…"
    cut = "…" if len(text) > SHOWN else ""
    return " ".join(text[:SHOWN].split()) + cut
