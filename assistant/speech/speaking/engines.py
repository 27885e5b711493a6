"""What a program that speaks is to the rest: how it is asked, and how a text gets to it."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol, runtime_checkable

from assistant.errors import SpeechError
from assistant.speech.speaking.player import Cut, Player, Sound
from assistant.speech.untold import untold

PATIENCE = 15.0
"""Seconds a program may take to list its voices, or to make one piece of a text."""


@dataclass(frozen=True, slots=True)
class Manner:
    """How to speak: the voice as ``assistant voice list`` names it, speed and volume (0 to 1)."""

    name: str = ""
    rate: float = 1.0
    volume: float = 1.0


class Engine(Protocol):
    """Something that speaks."""

    name: str

    def voices(self) -> list[str]:
        """Return its English voices, its usual one first. Raises SpeechError."""

    def say(self, text: str, voice: str, manner: Manner, player: Player, cut: Cut) -> None:
        """Speak until the end or the cut; an empty voice is the usual one. Raises SpeechError."""

    def close(self) -> None:
        """End what is kept warm."""


@runtime_checkable
class Maker(Engine, Protocol):
    """An engine that makes sounds, which we play."""

    def make(self, text: str, voice: str, manner: Manner, cut: Cut) -> Sound:
        """Return the sound of a piece of text, whole unless it is cut. Raises SpeechError."""

    def where(self, voice: str) -> str:
        """Return the file or the program a voice comes from."""


@runtime_checkable
class Stays(Maker, Protocol):
    """One whose first sound takes long, since it loads its voice then and keeps it."""

    stays: bool


def run(
    command: Sequence[str],
    text: str,
    cut: Cut,
    environment: Mapping[str, str] | None = None,
    patience: float | None = None,
) -> bytes:
    """Give a program a text and return what it writes, or less where it is cut.

    Raises SpeechError with what the program says where it fails, or where it takes longer than
    ``patience`` seconds; None waits on.
    """
    untold()
    try:
        process = subprocess.Popen(
            command,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            env={**os.environ, **(environment or {})},
        )
    except OSError as error:
        raise SpeechError(f"The voice {command[0]} can't be started ({error}).") from error
    cut.hang(process.kill)
    try:
        made, said = process.communicate(text.encode(), timeout=patience)
    except subprocess.TimeoutExpired:
        process.kill()
        process.communicate()
        raise hangs(command[0], patience or 0) from None
    if process.returncode and not cut.done:
        reason = said.decode("utf-8", "replace").strip().partition("\n")[0]
        raise failed(command[0], reason or f"it ended with {process.returncode}")
    return made


def listed(command: Sequence[str]) -> list[str]:
    """Return the lines a program prints. Raises SpeechError where it fails."""
    try:
        done = subprocess.run(
            command, capture_output=True, stdin=subprocess.DEVNULL, timeout=PATIENCE, check=True
        )
    except (OSError, subprocess.SubprocessError) as error:
        raise SpeechError(f"{command[0]} does not list its voices ({error}).") from error
    return done.stdout.decode("utf-8", "replace").splitlines()


class VoiceError(SpeechError):
    """A voice does not speak; ``reason`` is why, without what to do."""

    def __init__(self, name: str, reason: str) -> None:
        self.reason = reason
        super().__init__(
            f"The voice {name} failed ({reason}): assistant voice doctor tries it, assistant voice "
            "list shows others."
        )


def failed(name: str, reason: str) -> VoiceError:
    """Return the sentence for a voice that does not speak; its reason may have several lines."""
    return VoiceError(name, " ".join(reason.split())[:300])


def hangs(name: str, seconds: float) -> VoiceError:
    """Return the sentence for a voice that does not answer."""
    return failed(name, f"no answer in {seconds:g} seconds")
