"""Finds the skills: bundled, installed, the user's folder, single files; looks for changes."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from importlib.metadata import entry_points
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol

from assistant.skill.covered import covered, index_of
from assistant.skill.declared import Intent, Skill
from assistant.skill.given import Catalogue, SkillInfo
from assistant.skill.hosted import HOST
from assistant.skill.loading import GROUP, Broken, Installed, from_packages, load, stamp_of
from assistant.skill.shown import shown

if TYPE_CHECKING:
    from assistant.language.matching import Index


@dataclass(frozen=True)
class Skills:
    """What is installed at one moment. ``disabled`` ones are listed but not heard."""

    installed: tuple[Installed, ...] = ()
    broken: tuple[Broken, ...] = ()
    disabled: frozenset[str] = field(default_factory=frozenset)

    @cached_property
    def active(self) -> tuple[Skill, ...]:
        """Return the skills that are heard."""
        return tuple(i.skill for i in self.installed if i.skill.name not in self.disabled)

    @cached_property
    def intents(self) -> dict[str, Intent]:
        """Return every intent that can be called, by name."""
        return {name: intent for skill in self.active for name, intent in skill.intents.items()}

    @cached_property
    def answers(self) -> dict[str, Intent]:
        """Return every answer that can be called, by name."""
        return {name: answer for skill in self.active for name, answer in skill.answers.items()}

    @cached_property
    def checks(self) -> dict[str, Intent]:
        """Return what checks values, by name."""
        return {name: check for skill in self.active for name, check in skill.checks.items()}

    @cached_property
    def heard(self) -> Index:
        """Return what finds the examples that a sentence matches."""
        return index_of(self.intents)

    @cached_property
    def keepers(self) -> frozenset[str]:
        """Return the skills that hear names they keep something under."""
        slots = ((i.name, s.type) for i in self.intents.values() for s in i.slots.values())
        return frozenset(name.partition(".")[0] for name, kind in slots if kind.stored)

    def covered(self, name: str) -> tuple[str, ...]:
        """Return which examples of a skill of the user's others cover, in sentences."""
        if name not in self._covered:
            own = (each.skill for each in self.installed if each.origin != "bundled")
            skill = next((each for each in own if each.name == name and each in self.active), None)
            found = covered(skill, self.intents, self.heard) if skill else ()
            self._covered[name] = tuple(found)
        return self._covered[name]

    @cached_property
    def fingerprint(self) -> str:
        """Return what tells these skills from others that say anything else."""
        digest = hashlib.blake2b(digest_size=16)
        for each in self.installed:
            for intent in each.skill.intents.values():
                kinds = [slot.type.name for slot in intent.slots.values()]
                told = [each.origin, intent.where, intent.name, *map(str, intent.examples), *kinds]
                digest.update(json.dumps([*told, intent.name in self.intents]).encode())
        return digest.hexdigest()

    @cached_property
    def _covered(self) -> dict[str, tuple[str, ...]]:
        return {}

    def role(self, name: str) -> Intent | None:
        """Return the intent or answer that has a role, of the first skill that declares it."""
        every = (each for s in self.active for each in (*s.intents.values(), *s.answers.values()))
        return next((each for each in every if each.role == name), None)

    def skill_of(self, intent: str) -> Skill | None:
        """Return the skill that an intent's or answer's name belongs to."""
        return next((s for s in self.active if s.name == intent.partition(".")[0]), None)

    def confined(self, name: str) -> bool:
        """Tell whether a skill runs in a process of its own, with the rights it was given."""
        return any(
            HOST in intent.given
            for each in self.installed
            if each.skill.name == name
            for intent in each.skill.intents.values()
        )

    def catalogue(self) -> Catalogue:
        """Return what help may tell."""
        return Catalogue([_info(skill) for skill in self.active])


@dataclass(frozen=True, slots=True)
class Loaded:
    """What one look at a skill file gave; where it is broken, with what worked before."""

    stamp: tuple[int, int]
    installed: Installed | None
    broken: Broken | None


class Loader(Protocol):
    """Loads skills that are not bundled."""

    def load(self, origin: str, path: Path) -> Installed | Broken:
        """Load one file."""

    def packages(self) -> Iterable[Installed | Broken]:
        """Load what installed packages bring."""

    def close(self) -> None:
        """End what was needed for it."""


class InProcess:
    """Loads them into this process, where they may do all that it may."""

    load = staticmethod(load)
    packages = staticmethod(from_packages)

    def close(self) -> None:
        """End nothing."""


class OnceNeeded:
    """Makes a loader where there is something to load, for one may need much that others do not."""

    def __init__(self, made: Callable[[], Loader]) -> None:
        self._made = made
        self._loader: Loader | None = None

    def _needed(self) -> Loader:
        self._loader = self._loader or self._made()
        return self._loader

    def load(self, origin: str, path: Path) -> Installed | Broken:
        """Load one file."""
        return self._needed().load(origin, path)

    def packages(self) -> Iterable[Installed | Broken]:
        """Load what installed packages bring."""
        return self._needed().packages() if entry_points(group=GROUP) else ()

    def close(self) -> None:
        """End what was needed for it."""
        if self._loader is not None:
            self._loader.close()


class Registry:
    """Looks after the places skills come from; ``skills`` is the newest good state."""

    def __init__(
        self,
        folders: Sequence[tuple[str, Path]],
        files: Sequence[Path] = (),
        disabled: Iterable[str] = (),
        packages: bool = True,
        loader: Loader | None = None,
    ) -> None:
        self._folders = tuple(folders)
        self._single = tuple(files)
        self._disabled = frozenset(disabled)
        self._seen: dict[Path, Loaded] = {}
        self._loader = loader or InProcess()
        self._packages = list(self._loader.packages()) if packages else []
        self._look()
        self.skills = self._gather()

    def refresh(self) -> list[str]:
        """Reload what changed on disk; return one sentence for each change."""
        before = dict(self._seen)
        if not self._look():
            return []
        old, self.skills = self.skills, self._gather()
        return list(_changes(before, self._seen, old, self.skills))

    def disable(self, disabled: Iterable[str]) -> None:
        """Switch off exactly these skills."""
        self._disabled = frozenset(disabled)
        self.skills = self._gather()

    def close(self) -> None:
        """End what the skills run in."""
        self._loader.close()

    def _paths(self) -> Iterator[tuple[str, Path]]:
        for origin, folder in self._folders:
            if folder.is_dir():
                found = sorted(folder.glob("*.py"))
                yield from ((origin, path) for path in found if not path.name.startswith("_"))
        yield from (("file", path) for path in self._single)

    def _look(self) -> bool:
        """Load new and changed files, drop vanished ones; tell whether anything changed."""
        present = {path: origin for origin, path in self._paths()}
        changed = [path for path in self._seen if path not in present]
        for path in changed:
            del self._seen[path]
        for path, origin in present.items():
            stamp = stamp_of(path)
            seen = self._seen.get(path)
            if seen is None or seen.stamp != stamp:
                self._seen[path] = self._loaded(origin, path, stamp, seen)
                changed.append(path)
        return bool(changed)

    def _loaded(
        self, origin: str, path: Path, stamp: tuple[int, int], seen: Loaded | None
    ) -> Loaded:
        found = (load if origin == "bundled" else self._loader.load)(origin, path)
        if isinstance(found, Installed):
            return Loaded(stamp, found, None)
        return Loaded(stamp, seen.installed if seen else None, found)

    def _gather(self) -> Skills:
        files = self._seen.values()
        broken = [f.broken for f in files if f.broken]
        broken += [p for p in self._packages if isinstance(p, Broken)]
        candidates = [p for p in self._packages if isinstance(p, Installed)]
        candidates += [f.installed for f in files if f.installed]
        kept: list[Installed] = []
        heard: dict[str, tuple[str, str]] = {}
        for candidate in sorted(candidates, key=lambda c: _RANK[c.origin]):
            clash = _clash(candidate, kept, heard)
            if clash:
                broken.append(Broken(candidate.source, clash))
                continue
            kept.append(candidate)
            if candidate.skill.name not in self._disabled:
                heard.update(_claims(candidate))
        return Skills(tuple(kept), tuple(broken), self._disabled)


_RANK = {"bundled": 0, "installed": 1, "user": 2, "file": 3}


def _clash(new: Installed, kept: Sequence[Installed], heard: dict[str, tuple[str, str]]) -> str:
    """Return what of a skill is taken already: its name, one of its examples or its roles."""
    twin = next((k for k in kept if k.skill.name == new.skill.name), None)
    if twin:
        return (
            f"Two skills are called “{new.skill.name}”: {twin.source} and {new.source}; rename one."
        )
    for claim, (intent, _) in _claims(new).items():
        if claim in heard:
            other, source = heard[claim]
            return (
                f"{new.source}: {claim} of {intent} belongs to {other} ({source}) already; "
                "change one of them."
            )
    return ""


def _claims(installed: Installed) -> dict[str, tuple[str, str]]:
    """Return what only one skill can have, in words, with the intent that has it here."""
    skill, claims = installed.skill, {}
    for each in (*skill.intents.values(), *skill.answers.values()):
        claimed = [f"“{example}”" for example in each.examples]
        claimed += [f"the role “{each.role}”"] if each.role else []
        claims.update(dict.fromkeys(claimed, (each.name, installed.source)))
    return claims


def _info(skill: Skill) -> SkillInfo:
    told = tuple((i.name, i.doc, shown(i)) for i in skill.intents.values())
    return SkillInfo(skill.name, skill.description, told)


def _changes(
    before: dict[Path, Loaded], after: dict[Path, Loaded], old: Skills, new: Skills
) -> Iterator[str]:
    """Tell in one sentence each what a reload did."""
    for path in before.keys() - after.keys():
        gone = before[path].installed
        if gone:
            yield f"The skill {gone.skill.name} is gone ({path.name} was removed)."
    known: dict[str, Any] = {b.source: b.message for b in old.broken}
    for bad in new.broken:
        if known.get(bad.source) != bad.message:
            still = any(i.source == bad.source for i in new.installed)
            yield bad.message + (" The version before it goes on working." if still else "")
    for path, file in after.items():
        heard = any(i.source == str(path) for i in new.installed)
        if file.installed and before.get(path) != file and not file.broken and heard:
            word = "reloaded" if path in before else "ready"
            name = file.installed.skill.name
            yield " ".join((f"The skill {name} is {word}.", *new.covered(name)))
