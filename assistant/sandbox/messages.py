"""What the assistant tells a worker."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

from assistant.sandbox.rights import Rights
from assistant.settings import Settings
from assistant.turn import Session


@dataclass(frozen=True, slots=True)
class Source:
    """Where a skill is from: a file with its ``text``, or a package's entry point ``where``.

    ``content`` tells it from any other, also from itself before a change. ``code`` are the files
    and folders of a package that it is read from.
    """

    where: str
    content: str
    text: bytes | None = None
    code: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Start:
    """The first message: whose code to load, with which rights, and where it may write at all."""

    source: Source
    rights: Rights
    scratch: Path | None


@dataclass(frozen=True, slots=True)
class Written:
    """A value of a type that only the skill has, as ``to_json`` wrote it."""

    data: Any


@dataclass(frozen=True, slots=True)
class Given:
    """What a call may be given there; what is not here is asked for when it is read."""

    session: Session
    settings: Settings
    zone: Any
    time_format: str
    chosen: str


@dataclass(frozen=True, slots=True)
class Call:
    """Call an intent or an answer by its name."""

    intent: str
    heard: dict[str, Any]
    given: Given


@dataclass(frozen=True, slots=True)
class Parse:
    """Read a text as a slot of a type that only the skill has."""

    intent: str
    slot: str
    text: str


@dataclass(frozen=True, slots=True)
class Raised:
    """What was asked for can't be told: the error's kind and its words."""

    kind: str
    text: str
