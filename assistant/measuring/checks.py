"""What `assistant doctor` looks at: each check, and the command that mends what is wrong."""

from __future__ import annotations

import os
import shutil
import sys
from collections.abc import Callable
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

from assistant import paths
from assistant import settings as settings_file
from assistant.errors import AssistantError, CheckpointError, SpeechError
from assistant.settings import Settings

ROOM = 50_000_000
"""Bytes that should be free where the database lives."""


@dataclass(frozen=True, slots=True)
class Check:
    """One thing looked at. ``mend`` is the command or act that helps; empty where all is well."""

    name: str
    well: bool
    found: str
    mend: str = ""


def examine() -> list[Check]:
    """Do every check."""
    return [_guarded(name, check) for name, check in CHECKS.items()]


def _guarded(name: str, check: Callable[[], Check]) -> Check:
    try:
        return check()
    except AssistantError as error:
        return Check(name, False, str(error), MENDS.get(name, "see the sentence above"))


def _python() -> Check:
    version = ".".join(map(str, sys.version_info[:3]))
    well = sys.version_info >= (3, 11)
    return Check("python", well, version, "" if well else "install Python 3.11 or newer")


def _home() -> Check:
    home = paths.home()
    there = home if home.exists() else _nearest(home)
    if not os.access(there, os.W_OK):
        mend = f"chmod u+w '{there}', or set ASSISTANT_HOME to a folder of yours"
        return Check("home", False, f"{home} can't be written", mend)
    free = shutil.disk_usage(there).free
    if free < ROOM:
        return Check(
            "home", False, f"{home} has {free // 1_000_000} MB left", "free some disk space"
        )
    return Check("home", True, f"{home}, {free // 1_000_000_000} GB free")


def _nearest(folder: Path) -> Path:
    return next(parent for parent in folder.parents if parent.exists())


def _settings() -> Check:
    settings = settings_file.load(paths.settings_file())
    return Check("settings", True, f"{paths.settings_file()}, zone {settings.zone()}")


def _database() -> Check:
    from assistant.store import Store
    from assistant.store.opening import FAILURES, damage, explained, read_only

    path = paths.database()
    if not path.exists():
        return Check("database", True, f"{path} will be made at the first turn")
    Store.open(path).close()
    try:
        if wrong := damage(path):
            return Check("database", False, f"{path} is damaged ({wrong})", MENDS["database"])
        with closing(read_only(path)) as connection:
            turns = connection.execute("SELECT count(*) FROM turns").fetchone()[0]
    except FAILURES as error:
        raise explained(path, error) from error
    return Check("database", True, f"{path}, {turns} turns")


def _skills() -> Check:
    from assistant.assembly import registry
    from assistant.doors.news import in_the_way
    from assistant.sandbox import confine

    chosen = settings_file.load(paths.settings_file())
    skills = registry(chosen).skills
    if skills.broken:
        return Check("skills", False, skills.broken[0].message, "assistant skills check")
    told = f"{len(skills.active)} on, {len(skills.disabled)} off"
    if others := [each for each in skills.active if skills.confined(each.name)]:
        held = "not held to their rights here" if confine.supported() else "held to their rights"
        told += f"; {len(others)} of others, {held}"
    if lines := in_the_way(skills, chosen):
        more = f" {len(lines) - 1} more like it: assistant skills." if len(lines) > 1 else ""
        told += f". {lines[0]}{more}"
    return Check("skills", True, told)


def _weights() -> Check:
    """Look at the checkpoints that are chosen, every byte of them."""
    from assistant.engine.checkpoint import fingerprint
    from assistant.engine.trial import try_out

    chosen = settings_file.load_anyway(paths.settings_file())[0]
    found = []
    for setting in ("feature_model", "intent_model"):
        name = getattr(chosen, setting)
        folder = paths.model(name)
        mend = MENDS["weights"]
        if folder != paths.bundled_model(name):
            mend = f"assistant settings set {setting} {getattr(Settings, setting)}"
        try:
            encoder = try_out(folder)
            if fingerprint(folder) != encoder.fingerprint:
                return Check("weights", False, f"{name} is not what it was made", mend)
        except CheckpointError as error:
            return Check("weights", False, str(error), mend)
        found.append(f"{name}, {encoder.hidden} wide")
    near, far = _similarities(encoder)
    told = "; ".join(found[::-1])
    told += f"; a paraphrase scores {near:.2f}, an unrelated sentence {far:.2f}"
    if near <= far:
        return Check("weights", False, f"{told}: they compute wrongly here", mend)
    return Check("weights", True, told)


def _engine() -> Check:
    from assistant.engine import native

    if native.wanted():
        found = f"native, {native.kernel()}, {native.threads()} threads at most"
        return Check("engine", True, found)
    if not native.MISSING:
        return Check("engine", True, f"NumPy, as ${native.ENGINE} says")
    found = f"NumPy, the same answers but several times slower; native is missing: {native.MISSING}"
    return Check("engine", True, found, COMPILER)


def _similarities(encoder: object) -> tuple[float, float]:
    """Return the cosine of a paraphrase and of an unrelated sentence, as this machine sees them."""
    from assistant.engine import Encoder

    assert isinstance(encoder, Encoder)
    said, near, far = encoder.encode(
        ["wake me up at seven", "set an alarm for 7 am", "add bread to the shopping list"]
    )
    return float(said @ near), float(said @ far)


def _speech() -> Check:
    """Look for the microphone, its library and a speech model; chat works without them."""
    from assistant.speech.capture.devices import choose, devices
    from assistant.speech.models.shelf import find
    from assistant.speech.whisper.shelf import find as again

    chosen = settings_file.load(paths.settings_file())
    looks: tuple[Callable[[], str], ...] = (
        lambda: f"microphone {choose(chosen.microphone, devices()).name}",
        lambda: f"model {find(chosen.speech_model, os.environ, paths.user_models()).name}",
        lambda: f"again by {getattr(again(chosen.second_hearing), 'name', 'none')}",
    )
    found, troubles = [], []
    for look in looks:
        try:
            found.append(look())
        except SpeechError as error:
            troubles.append(str(error))
    return _off("speech", *troubles) if troubles else Check("speech", True, ", ".join(found))


def _voice() -> Check:
    from assistant.speech.speaking.installed import found
    from assistant.speech.speaking.voice import choose, no_voice, shown

    chosen = settings_file.load(paths.settings_file())
    engines = found(chosen.voice_folder)
    if not engines:
        return _off("voice", no_voice())
    voice = choose(chosen.voice_name, engines)
    if voice is None:
        return _off("voice", f"There is no voice “{chosen.voice_name}”: assistant voice list")
    off = "" if chosen.voice == "on" else "; off: assistant settings set voice on"
    return Check("voice", True, f"{shown(*voice)}{off}")


def _off(name: str, *sentences: str) -> Check:
    """Return a check of something one can do without; sentences end with what mends them."""
    parts = [sentence.rstrip(".").rpartition(": ") for sentence in sentences]
    found = "; ".join(part[0] or part[2] for part in parts)
    return Check(name, True, f"off: {found}", "; ".join(part[2] for part in parts if part[0]))


def _terminal() -> Check:
    encoding = (sys.stdout.encoding or "").lower()
    if "utf" not in encoding:
        return Check("terminal", False, f"writes {encoding}", "export LANG=C.UTF-8")
    size = shutil.get_terminal_size()
    return Check("terminal", True, f"{os.environ.get('TERM', 'none')}, {size.columns}×{size.lines}")


CHECKS: dict[str, Callable[[], Check]] = {
    "python": _python,
    "home": _home,
    "settings": _settings,
    "database": _database,
    "skills": _skills,
    "weights": _weights,
    "engine": _engine,
    "speech": _speech,
    "voice": _voice,
    "terminal": _terminal,
}

COMPILER = (
    "install a C++17 compiler (apt install g++, or xcode-select --install), then install again: "
    "pip install --force-reinstall --no-deps offline-assistant"
)

MENDS = {
    "settings": "assistant settings show, or delete the file",
    "database": "assistant doctor --recover, or go back to a copy: assistant restore",
    "weights": "install again: pip install --force-reinstall --no-deps offline-assistant",
}
