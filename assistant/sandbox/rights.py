"""What a worker may reach: a skill's needs that the user allows, on this machine."""

from __future__ import annotations

import shutil
from dataclasses import dataclass
from pathlib import Path

from assistant.errors import SkillError
from assistant.skill.needs import Needs


@dataclass(frozen=True)
class Rights:
    """Files by their real paths, programs by those of their files; nothing else is open."""

    read: tuple[str, ...] = ()
    write: tuple[str, ...] = ()
    network: bool = False
    programs: tuple[str, ...] = ()


def rights_of(needs: Needs, home: Path) -> Rights:
    """Return what allowed needs come to. Raises SkillError where they hold the assistant's home."""
    for path in (*needs.files, *needs.reads):
        if home.resolve().is_relative_to(_real(path)):
            raise SkillError(
                f"{path} holds what the assistant keeps, which no skill may reach; name a folder "
                "in it instead."
            )
    return Rights(
        tuple(_real(path) for path in needs.reads),
        tuple(_real(path) for path in needs.files),
        needs.network,
        tuple(found for name in needs.programs if (found := shutil.which(name))),
    )


def _real(path: str) -> str:
    return str(Path(path).expanduser().resolve())
