"""Finds the skills: bundled, installed, the user's folder, single files; looks for changes."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import field, replace
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol

from assistant.errors import AssistantError
from assistant.language.records import dataclass
from assistant.skill.covered import covered, index_of
from assistant.skill.declared import Intent, Skill, example
from assistant.skill.given import Catalogue
from assistant.skill.hosted import HOST
from assistant.skill.loading import GROUP, Broken, Installed, from_packages, load, stamp_of
from assistant.skill.packages import may_bring
from assistant.skill.shown import info

if TYPE_CHECKING:
    from assistant.language.matching import Index
    from assistant.language.templates import Template


@dataclass(frozen=True)
class Skills:
    """What is installed at one moment. ``disabled`` ones are listed but not heard."""

    installed: tuple[Installed, ...] = ()
    broken: tuple[Broken, ...] = ()
    disabled: frozenset[str] = field(default_factory=frozenset)
    own: tuple[tuple[str, Template], ...] = ()
    """The user's own examples, each with its intent."""
    strays: tuple[str, ...] = ()
    """What is wrong with others of them, in sentences."""

    @cached_property
    def active(self) -> tuple[Skill, ...]:
        """Return the skills that are heard."""
        return tuple(i.skill for i in self.installed if i.skill.name not in self.disabled)

    @cached_property
    def intents(self) -> dict[str, Intent]:
        """Return every intent that can be called, by name."""
        found = {name: intent for skill in self.active for name, intent in skill.intents.items()}
        for name in dict.fromkeys(name for name, _ in self.own if name in found):
            found[name] = found[name].with_own([each for of, each in self.own if of == name])
        return found

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
    def heard_first(self) -> Index:
        """Return what finds those of the user's own examples that a sentence matches."""
        taught = (replace(each, examples=each.own) for each in self.intents.values() if each.own)
        return index_of({each.name: each for each in taught})

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
        return self._roles.get(name)

    @cached_property
    def _roles(self) -> dict[str, Intent]:
        every = [each for s in self.active for each in (*s.intents.values(), *s.answers.values())]
        return {each.role: each for each in reversed(every)}

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

    @cached_property
    def catalogue(self) -> Catalogue:
        """Return what help may tell."""
        return Catalogue([info(skill) for skill in self.active])


@dataclass(frozen=True, slots=True)
class Loaded:
    """What one look at a skill file gave; where it is broken, with what worked before."""

    stamp: tuple[int, int]
    installed: Installed | None
    broken: Broken | None


class Own(Protocol):
    """Reads the user's own examples."""

    def stamp(self) -> tuple[int, int]:
        """Return what changes when they may have changed."""

    def read(self) -> Sequence[OwnLine]:
        """Return them. Raises AssistantError."""


class OwnLine(Protocol):
    """An example of the user's own: its intent, its text, and where it stands."""

    @property
    def intent(self) -> str:
        """Return the name of the intent."""

    @property
    def text(self) -> str:
        """Return the example as it is written."""

    @property
    def where(self) -> str:
        """Return the file and the line."""


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
        return self._needed().packages() if may_bring(GROUP) else ()

    def close(self) -> None:
        """End what was needed for it."""
        if self._loader is not None:
            self._loader.close()


class Standing:
    """Holds skills that stay as they are."""

    def __init__(self, skills: Skills) -> None:
        self.skills = skills

    def refresh(self) -> list[str]:
        """Return that nothing changed."""
        return []

    def close(self) -> None:
        """End nothing: what the skills run in is another's."""


class Registry:
    """Looks after the places skills come from; ``skills`` is the newest good state."""

    def __init__(
        self,
        folders: Sequence[tuple[str, Path]],
        files: Sequence[Path] = (),
        disabled: Iterable[str] = (),
        packages: bool = True,
        loader: Loader | None = None,
        own: Own | None = None,
    ) -> None:
        self._own = own
        self._own_seen = (0, 0)
        self._folders = tuple(folders)
        self._single = tuple(files)
        self._disabled = frozenset(disabled)
        self._seen: dict[Path, Loaded] = {}
        self._loader = loader or InProcess()
        self._packages = list(self._loader.packages()) if packages else []
        self._look()
        self.skills = self._with_own(self._gather())

    def refresh(self) -> list[str]:
        """Reload what changed on disk; return one sentence for each change."""
        before, taught = dict(self._seen), self._own_seen
        if not self._look():
            return []
        old, self.skills = self.skills, self._with_own(self._gather())
        told = list(_changes(before, self._seen, old, self.skills))
        if taught != self._own_seen:
            told += ["Your own examples were read again.", *self.skills.strays]
        return told

    def disable(self, disabled: Iterable[str]) -> None:
        """Switch off exactly these skills."""
        self._disabled = frozenset(disabled)
        self.skills = self._with_own(self._gather())

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
        stamp = self._own.stamp() if self._own else self._own_seen
        told, self._own_seen = stamp != self._own_seen, stamp
        return bool(changed) or told

    def _loaded(
        self, origin: str, path: Path, stamp: tuple[int, int], seen: Loaded | None
    ) -> Loaded:
        found = (load if origin == "bundled" else self._loader.load)(origin, path)
        if isinstance(found, Installed):
            return Loaded(stamp, found, None)
        return Loaded(stamp, seen.installed if seen else None, found)

    def _gather(self) -> Skills:
        files = self._seen.values()
        found = [*(f.broken for f in files), *self._packages, *(f.installed for f in files)]
        broken = [each for each in found if isinstance(each, Broken)]
        candidates = [each for each in found if isinstance(each, Installed)]
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

    def _with_own(self, found: Skills) -> Skills:
        """Return skills with what the user taught of them."""
        taught, strays = _taught(self._own, found) if self._own else ([], [])
        if not taught and not strays:
            return found
        return replace(found, own=tuple(taught), strays=tuple(strays))


def _taught(own: Own, skills: Skills) -> tuple[list[tuple[str, Template]], list[str]]:
    """Return the user's own examples of intents that there are, and what is wrong with others."""
    taught: list[tuple[str, Template]] = []
    strays: list[str] = []
    try:
        lines = own.read()
    except AssistantError as error:
        return taught, [str(error)]
    every = {n: i for each in skills.installed for n, i in each.skill.intents.items()}
    for line in lines:
        intent = every.get(line.intent)
        if intent is None:
            strays.append(
                f"{line.where}: there is no intent “{line.intent}” now, so “{line.text}” is only "
                "kept: name another, or delete the line."
            )
            continue
        try:
            taught.append((line.intent, example(line.text, intent.slots, line.where)))
        except AssistantError as error:
            strays.append(f"{error} It is left out until you mend the line.")
    return taught, strays


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
