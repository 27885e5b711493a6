"""What a skill reaches for beyond what it is given: declared by it, allowed by the user."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import asdict, replace
from pathlib import Path
from typing import Any

from assistant.errors import SkillLoadError
from assistant.language.records import dataclass
from assistant.language.saying import joined


@dataclass(frozen=True, slots=True)
class Needs:
    """What a skill declares by ``Skill("x", needs={...})``; nothing declared means none.

    ``files`` are files and folders that it reads and changes, ``reads`` those it only reads, each
    absolute or from "~"; ``programs`` are those it runs, by name. With ``network`` it may reach
    other machines, with ``history`` read what was said before.
    """

    files: tuple[str, ...] = ()
    reads: tuple[str, ...] = ()
    network: bool = False
    programs: tuple[str, ...] = ()
    history: bool = False

    def __bool__(self) -> bool:
        """Tell whether there is any."""
        return bool(self.told)

    @property
    def told(self) -> str:
        """Return it in words: “read and change ~/Documents and use the network”; "" for nothing."""
        changed, read = joined(list(self.files)), joined(list(self.reads))
        told = [
            f"read and change {changed}" if changed else "",
            f"read {read}" if read else "",
            "use the network" if self.network else "",
            f"run {joined(list(self.programs))}" if self.programs else "",
            "read what was said before" if self.history else "",
        ]
        return joined([each for each in told if each])

    @property
    def real(self) -> Needs:
        """Return it with the real paths of what it names, which links may have led to."""
        files, reads = (tuple(map(_real, paths)) for paths in (self.files, self.reads))
        return replace(self, files=files, reads=reads)

    @property
    def linked(self) -> str:
        """Return in words where paths lead that are links; "" where none is."""
        paths = (*self.files, *self.reads)
        led = [(p, _real(p)) for p in paths if str(Path(p).expanduser()) != _real(p)]
        return joined([f"{path} is {real}" for path, real in led])

    def to_json(self) -> dict[str, Any]:
        """Return it as plain JSON, which ``needs_of`` reads."""
        written = asdict(self)
        return {name: [*v] if isinstance(v, tuple) else v for name, v in written.items() if v}


LISTS = ("files", "reads", "programs")
SWITCHES = ("network", "history")


def needs_of(declared: Mapping[str, Any]) -> Needs:
    """Read what a skill declares. Raises SkillLoadError for what is none of it."""
    given: dict[str, Any] = {}
    for name, value in declared.items():
        if name in SWITCHES and isinstance(value, bool):
            given[name] = value
        elif name in LISTS and _texts(value):
            given[name] = tuple(value)
        else:
            known = ", ".join((*LISTS, *SWITCHES))
            raise SkillLoadError(
                f"needs={{{name!r}: {value!r}}} can't be read: there are {known}; the first three "
                "are lists of texts, the others True or False."
            )
    for path in (*given.get("files", ()), *given.get("reads", ())):
        if (not path.startswith(("/", "~")) and path[1:2] != ":") or ".." in Path(path).parts:
            raise SkillLoadError(
                f"needs: {path} is no whole path; begin with / or ~, without “..”."
            )
    for name in given.get("programs", ()):
        if not re.fullmatch(r"[\w.+-]+", name):
            raise SkillLoadError(f"needs: “{name}” is no name of a program, such as git.")
    return Needs(**given)


def _real(path: str) -> str:
    return str(Path(path).expanduser().resolve())


def _texts(value: object) -> bool:
    return isinstance(value, list | tuple) and all(isinstance(v, str) and v for v in value)
