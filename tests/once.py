"""The bundled skills are loaded, indexed, laid out and learnt once for all tests of a process."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

import pytest

from assistant.conversation import reading
from assistant.skill.registry import Loaded, Registry, Skills
from assistant.turn.hearing import WordGraph
from assistant.understanding.learning import heads
from assistant.understanding.learning import kept as keeping
from assistant.understanding.learning.regression import Floats
from assistant.understanding.spoken import choosing
from assistant.understanding.spoken.choosing import Chooser
from assistant.understanding.spoken.plan import Plan


def share(patch: pytest.MonkeyPatch) -> None:
    """Make what is made of the bundled skills alone the same for all who are patched so."""
    skills = _loaded(patch)
    _read(patch, skills)
    _learnt(patch)
    _drawn(patch)


def _loaded(patch: pytest.MonkeyPatch) -> dict[object, Skills]:
    """Share the files; return where the skills of those alone will be."""
    load, gather = Registry._loaded, Registry._gather
    files, skills = dict[object, Loaded](), dict[object, Skills]()

    def loaded(
        self: Registry, origin: str, path: Path, stamp: tuple[int, int], seen: Loaded | None
    ) -> Loaded:
        if origin != "bundled":
            return load(self, origin, path, stamp, seen)
        if (path, stamp) not in files:
            files[path, stamp] = load(self, origin, path, stamp, seen)
        return files[path, stamp]

    def gathered(self: Registry) -> Skills:
        there = [*map(id, self._seen.values())]
        if self._packages or not {*map(id, files.values())}.issuperset(there):
            return gather(self)
        key = self._disabled, *there
        if key not in skills:
            skills[key] = gather(self)
        return skills[key]

    patch.setattr(Registry, "_loaded", loaded)
    patch.setattr(Registry, "_gather", gathered)
    return skills


def _read(patch: pytest.MonkeyPatch, skills: dict[object, Skills]) -> None:
    """Share what is read of them, and what can be said where no names are stored."""
    lexicon, lay = reading.Lexicon, Chooser._lay
    lexicons, layouts = dict[int, Any](), dict[int, Any]()

    def worded(intents: dict[str, Any]) -> Any:
        if all(each.intents is not intents for each in skills.values()):
            return lexicon(intents)
        if id(intents) not in lexicons:
            lexicons[id(intents)] = lexicon(intents)
        return lexicons[id(intents)]

    def laid(self: Chooser, names: dict[str, Any]) -> Any:
        if any(names.values()) or all(each is not self._skills for each in skills.values()):
            return lay(self, names)
        self._laid = layouts.get(id(self._skills)) or lay(self, names)
        return layouts.setdefault(id(self._skills), self._laid)

    patch.setattr(reading, "Lexicon", worded)
    patch.setattr(Chooser, "_lay", laid)


def _learnt(patch: pytest.MonkeyPatch) -> None:
    """Share what is learnt, by all that it depends on: each test has a home that knows nothing."""
    learn, learnt = keeping.kept, dict[str, Mapping[str, Floats]]()

    def kept(
        path: Path, key: str, names: Sequence[str], make: Callable[[], Mapping[str, Floats]]
    ) -> Mapping[str, Floats]:
        found = learn(path, key, names, lambda: learnt.get(key) or make())
        return learnt.setdefault(key, found)

    patch.setattr(keeping, "kept", kept)
    patch.setattr(heads, "kept", kept)


def _drawn(patch: pytest.MonkeyPatch) -> None:
    """Share the automaton of what can be said, by its plan: each command loads skills anew."""
    draw, drawn = choosing.word_graph, dict[object, WordGraph | None]()

    def word_graph(plan: Plan, sounds_like: Mapping[str, str]) -> WordGraph | None:
        kinds, arcs = tuple(plan.kinds), frozenset(plan.arcs)
        key = kinds, arcs, tuple(plan.ends), frozenset(sounds_like.items())
        if key not in drawn:
            drawn[key] = draw(plan, sounds_like)
        return drawn[key]

    patch.setattr(choosing, "word_graph", word_graph)
