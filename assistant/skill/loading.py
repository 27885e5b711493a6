"""Loads a skill from a file or a package, and tells in one sentence what is wrong with it."""

from __future__ import annotations

import logging
import sys
import traceback
from collections.abc import Iterator
from dataclasses import dataclass
from importlib.machinery import SourceFileLoader
from importlib.util import module_from_spec, spec_from_loader
from pathlib import Path
from types import CodeType

from assistant.errors import SkillLoadError
from assistant.skill.call import call
from assistant.skill.declared import Skill

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


@dataclass(frozen=True, slots=True)
class Loaded:
    """What one look at a skill file gave."""

    stamp: tuple[int, int]
    installed: Installed | None
    broken: Broken | None


def stamp_of(path: Path) -> tuple[int, int]:
    """Return when a file was changed (ns) and its size; it is loaded again when they change."""
    try:
        status = path.stat()
    except OSError:
        return (0, 0)
    return status.st_mtime_ns, status.st_size


class _Fresh(SourceFileLoader):
    """Compiles every time: bytecode is dated by the second, edits are not."""

    def get_code(self, fullname: str) -> CodeType:
        path = self.get_filename(fullname)
        code: CodeType = self.source_to_code(self.get_data(path), path)
        return code


def load(origin: str, path: Path, stamp: tuple[int, int], before: Loaded | None) -> Loaded:
    """Load one file; where that fails, keep what worked before."""
    outcome = call(_import, {"path": path, "fresh": origin != "bundled"}, LOAD_DEADLINE)
    if outcome.printed:
        log.info("%s printed while loading: %s", path, outcome.printed)
    if outcome.ended == "returned":
        return Loaded(stamp, Installed(outcome.value, str(path), origin), None)
    if outcome.ended == "hung":
        message = (
            f"{path}: loading took over {LOAD_DEADLINE:g} seconds; do slow work in the intent."
        )
    else:
        assert outcome.error is not None
        log.warning("loading %s", path, exc_info=outcome.error)
        message = _explain(path, outcome.error)
    return Loaded(stamp, before.installed if before else None, Broken(str(path), message))


def _import(path: Path, fresh: bool) -> Skill:
    name = f"assistant_skill_{path.stem}"
    loader = (_Fresh if fresh else SourceFileLoader)(name, str(path))
    spec = spec_from_loader(name, loader)
    assert spec is not None
    module = module_from_spec(spec)
    sys.modules[name] = module  # dataclasses look their module up by name
    loader.exec_module(module)
    found = [value for value in vars(module).values() if isinstance(value, Skill)]
    if len(found) != 1:
        raise SkillLoadError(
            f'{path}: found {len(found)} skills; a file holds exactly one, skill = Skill("name").'
        )
    if not found[0].intents:
        raise SkillLoadError(f"{path}: the skill has no intents; decorate a function.")
    return found[0]


def from_packages() -> Iterator[Installed | Broken]:
    """Load the skills that installed packages bring."""
    from importlib.metadata import entry_points

    for point in entry_points(group=GROUP):
        source = f"{point.dist.name if point.dist else '?'} ({point.value})"
        outcome = call(point.load, {}, LOAD_DEADLINE)
        if isinstance(outcome.value, Skill):
            yield Installed(outcome.value, source, "installed")
        else:
            log.warning("loading %s", source, exc_info=outcome.error)
            reason = outcome.error or "it is no Skill object"
            yield Broken(source, f"The package {source} gives no skill: {reason}.")


def _explain(path: Path, error: BaseException) -> str:
    """Return one sentence naming the file, the line and what is wrong there."""
    if isinstance(error, SkillLoadError):
        text = str(error)
        return text if text.startswith(str(path)) else f"{path}: {text}"
    if isinstance(error, SyntaxError) and error.filename == str(path):
        return f"{path}:{error.lineno}: {error.msg}."
    if isinstance(error, OSError | UnicodeDecodeError) and not error.__traceback__:
        return f"{path}: {error}."
    lines = [f.lineno for f in traceback.extract_tb(error.__traceback__) if f.filename == str(path)]
    where = f"{path}:{lines[-1]}" if lines else str(path)
    return f"{where}: {type(error).__name__}: {error}."
