"""Loads a skill from a file or a package, and tells in one sentence what is wrong with it."""

from __future__ import annotations

import logging
import sys
import traceback
from collections.abc import Iterator
from importlib.machinery import SourceFileLoader
from importlib.util import module_from_spec, spec_from_loader
from pathlib import Path
from types import ModuleType
from typing import TYPE_CHECKING

from assistant.errors import SkillLoadError
from assistant.language.records import dataclass
from assistant.skill.call import call
from assistant.skill.declared import Skill

if TYPE_CHECKING:
    from importlib.metadata import EntryPoint

GROUP = "assistant.skills"
"""The entry-point group of installed packages; each names a Skill object."""

LOAD_DEADLINE = 10.0
"""Seconds a skill file may take to be imported."""

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Installed:
    """A skill that works, and where it came from."""

    skill: Skill
    source: str
    origin: str


@dataclass(frozen=True, slots=True)
class Broken:
    """A skill that could not be loaded; ``message`` names its file and line."""

    source: str
    message: str


def stamp_of(path: Path) -> tuple[int, int]:
    """Return when a file was changed (ns) and its size; it is loaded again when they change."""
    try:
        status = path.stat()
    except OSError:
        return (0, 0)
    return status.st_mtime_ns, status.st_size


def load(origin: str, path: Path) -> Installed | Broken:
    """Load one file."""
    outcome = call(_import, {"path": path, "fresh": origin != "bundled"}, LOAD_DEADLINE)
    if outcome.printed:
        log.info("%s printed while loading: %s", path, outcome.printed)
    if outcome.ended == "returned":
        return Installed(outcome.value, str(path), origin)
    if outcome.ended == "hung":
        slow = f"loading took over {LOAD_DEADLINE:g} seconds; do slow work in the intent."
        return Broken(str(path), f"{path}: {slow}")
    assert outcome.error is not None
    log.warning("loading %s", path, exc_info=outcome.error)
    return Broken(str(path), explained(str(path), outcome.error))


def _import(path: Path, fresh: bool) -> Skill:
    if fresh:  # bytecode is dated by the second, edits are not
        return from_text(str(path), path.read_bytes())
    name = _module_name(str(path))
    spec = spec_from_loader(name, SourceFileLoader(name, str(path)))
    assert spec is not None
    module = module_from_spec(spec)
    sys.modules[name] = module  # dataclasses look their module up by name
    assert spec.loader is not None
    spec.loader.exec_module(module)
    return _only_skill(str(path), module)


def from_text(where: str, text: bytes) -> Skill:
    """Return the skill that a file of such a text holds. Raises whatever its code does."""
    module = ModuleType(_module_name(where))
    module.__file__ = where
    sys.modules[module.__name__] = module
    exec(compile(text, where, "exec"), vars(module))  # noqa: S102 - it is what a skill is for
    return _only_skill(where, module)


def from_entry_point(value: str) -> Skill:
    """Return the skill that a package names. Raises whatever its code does."""
    from importlib.metadata import EntryPoint

    skill = EntryPoint("skill", value, GROUP).load()
    if not isinstance(skill, Skill):
        raise SkillLoadError(f"{value} is no Skill object.")
    return skill


def _module_name(where: str) -> str:
    return f"assistant_skill_{Path(where).stem}"


def _only_skill(where: str, module: ModuleType) -> Skill:
    found = [value for value in vars(module).values() if isinstance(value, Skill)]
    if len(found) != 1:
        raise SkillLoadError(
            f'{where}: found {len(found)} skills; a file holds exactly one, skill = Skill("name").'
        )
    if not found[0].intents:
        raise SkillLoadError(f"{where}: the skill has no intents; decorate a function.")
    return found[0]


def from_packages() -> Iterator[Installed | Broken]:
    """Load the skills that installed packages bring."""
    from importlib.metadata import entry_points

    for point in entry_points(group=GROUP):
        yield of_package(point)


def of_package(point: EntryPoint) -> Installed | Broken:
    """Load the skill that a package names."""
    source = f"{point.dist.name if point.dist else '?'} ({point.value})"
    outcome = call(point.load, {}, LOAD_DEADLINE)
    if isinstance(outcome.value, Skill):
        return Installed(outcome.value, source, "installed")
    log.warning("loading %s", source, exc_info=outcome.error)
    reason = outcome.error or "it is no Skill object"
    return Broken(source, f"The package {source} gives no skill: {reason}.")


def explained(path: str, error: BaseException) -> str:
    """Return one sentence naming the file, the line and what is wrong there."""
    if isinstance(error, SkillLoadError):
        text = str(error)
        return text if text.startswith(path) else f"{path}: {text}"
    if isinstance(error, SyntaxError) and error.filename == path:
        return f"{path}:{error.lineno}: {error.msg}."
    if isinstance(error, OSError | UnicodeDecodeError) and not error.__traceback__:
        return f"{path}: {error}."
    lines = [f.lineno for f in traceback.extract_tb(error.__traceback__) if f.filename == path]
    where = f"{path}:{lines[-1]}" if lines else path
    return f"{where}: {type(error).__name__}: {error}."
