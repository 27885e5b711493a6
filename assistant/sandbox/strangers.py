"""Loads the skills of strangers: described once for each content, run in workers."""

from __future__ import annotations

import hashlib
import json
import logging
import sys
import time
from collections.abc import Collection, Iterator
from importlib.machinery import PathFinder
from importlib.metadata import EntryPoint, entry_points
from math import inf
from pathlib import Path
from typing import Any

import assistant
from assistant.errors import SkillError, SkillLoadError
from assistant.files import read, write
from assistant.sandbox.describing import FORMAT
from assistant.sandbox.messages import Source
from assistant.sandbox.remote import Remote
from assistant.sandbox.rights import rights_of
from assistant.sandbox.workers import LOADING, SkillEndedError, Workers
from assistant.skill import loading
from assistant.skill.loading import GROUP, Broken, Installed

AGAIN = 3600.0
"""Seconds after which a skill is imported once more that took too long."""

LARGEST = 2_000_000
"""Bytes of a skill file, at most."""

log = logging.getLogger(__name__)


class Strangers:
    """Finds out what skills say of themselves, and remembers it in a ``cache`` folder.

    No code of theirs is run here, but of packages that are ``trusted`` by name.
    """

    def __init__(self, workers: Workers, cache: Path, home: Path, trusted: Collection[str]) -> None:
        self._workers = workers
        self._cache = cache
        self._home = home
        self._trusted = trusted

    def load(self, origin: str, path: Path) -> Installed | Broken:
        """Return the skill of a file, or in a sentence why there is none."""
        try:
            text = read(path, LARGEST)
        except OSError as error:
            return Broken(str(path), f"{path} can't be read: {error.strerror}.")
        return self._installed(Source(str(path), _key(str(path), text), text), str(path), origin)

    def packages(self) -> Iterator[Installed | Broken]:
        """Return what installed packages bring."""
        for point in entry_points(group=GROUP):
            package = point.dist.name if point.dist else "?"
            if package in self._trusted:
                yield loading.of_package(point)
                continue
            code = _code(point)
            content = _key(point.value, _state(code))
            source = Source(point.value, content, code=tuple(map(str, code)))
            yield self._installed(source, f"{package} ({point.value})", "installed")

    def close(self) -> None:
        """End the workers."""
        self._workers.close()

    def _installed(self, source: Source, told: str, origin: str) -> Installed | Broken:
        said = self._said(source)
        try:
            if "broken" in said:
                return Broken(told, str(said["broken"]))
            skill = Remote(said["skill"], source, self._workers, self._home).skill
            rights_of(skill.reach.real, self._home)
        except (SkillLoadError, SkillError, KeyError) as error:
            return Broken(told, f"{told}: {error}")
        return Installed(skill, told, origin)

    def _said(self, source: Source) -> dict[str, Any]:
        """Return what a skill says of itself, from the cache where it has said so before."""
        kept = self._cache / f"{source.content}.json"
        try:
            said = json.loads(read(kept, LARGEST))
            if isinstance(said, dict) and said.get("until", inf) > time.time():
                return said
        except (OSError, ValueError, TypeError, RecursionError):
            pass
        said = self._described(source)
        if printed := said.pop("printed", ""):
            log.info("%s printed while loading: %s", source.where, printed)
        if trace := said.pop("trace", ""):
            log.warning("loading %s: %s", source.where, trace)
        if said.pop("passing", False):
            return said
        try:
            write(kept, json.dumps(said))
        except OSError:
            log.info("what skills say is not kept", exc_info=True)
        return said

    def _described(self, source: Source) -> dict[str, Any]:
        try:
            return self._workers.describe(source)
        except SkillEndedError as error:
            slow = f"loading took over {LOADING:g} seconds; do slow work in the intent"
            why = slow if error.slow else str(error)
            # A machine may have been busy, so what was slow is looked at once more later on.
            passing = {"passing": error.passing} | (
                {"until": time.time() + AGAIN} if error.slow else {}
            )
            return {"broken": f"{source.where}: {why}.", **passing}


def _key(where: str, content: bytes) -> str:
    """Return what tells a skill from any other, as this version of the assistant reads it."""
    digest = hashlib.blake2b(content, digest_size=20)
    digest.update(f"{where} {FORMAT} {assistant.__version__} {sys.version}".encode())
    return digest.hexdigest()


def _state(code: list[Path]) -> bytes:
    """Return what changes when the files of a package do."""
    files = (each.rglob("*.py") if each.is_dir() else [each] for each in code)
    found = sorted(each for several in files for each in several)
    return "\n".join(f"{each} {loading.stamp_of(each)}" for each in found).encode()


def _code(point: EntryPoint) -> list[Path]:
    """Return the folder or file of the package that an entry point is in, importing nothing."""
    top = PathFinder.find_spec(point.value.partition(":")[0].partition(".")[0])
    if top is None or not top.origin or not top.origin.endswith(".py"):
        return []
    origin = Path(top.origin).resolve()
    return [origin.parent if origin.name == "__init__.py" else origin]
