"""What a skill may reach for, as a plain value."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Rights:
    """What was granted: absolute, resolved paths of files, folders and executables."""

    read: tuple[str, ...]
    write: tuple[str, ...]
    network: bool
    programs: tuple[str, ...]
