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
    """Return what allowed needs come to; their paths are real, as they were allowed.

    Raises SkillError where they hold, or lie in, the assistant's home.
    """
    own = home.resolve()
    for path in (*needs.files, *needs.reads):
        if own.is_relative_to(path) or Path(path).is_relative_to(own):
            raise SkillError(
                f"{path} holds what the assistant keeps, which no skill may reach; name another "
                "folder."
            )
    programs = tuple(found for name in needs.programs if (found := shutil.which(name)))
    return Rights(needs.reads, needs.files, needs.network, programs)
