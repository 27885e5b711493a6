"""A skill's own shelf of JSON values. Reads go through to the store, writes are kept as data."""

from __future__ import annotations

import copy
import json
from collections.abc import Callable, Collection, Iterator, Mapping, MutableMapping, Sequence
from typing import Any, Protocol, Self, TypeVar

from assistant.errors import SkillError
from assistant.language.records import dataclass

FEW = 32
"""Values that are read one by one; then all are."""


@dataclass(frozen=True, slots=True)
class WriteMemory:
    """Set a key of a skill's memory to a JSON value."""

    skill: str
    key: str
    value: Any


@dataclass(frozen=True, slots=True)
class DropMemory:
    """Remove a key from a skill's memory."""

    skill: str
    key: str


class Made(Protocol):
    """Something that is made of all that a skill keeps, such as an index."""

    def changed(self, values: Mapping[str, Any], gone: Collection[str]) -> Self:
        """Return it with values that were written, in their order, and without keys; unchanged."""


M = TypeVar("M", bound=Made)


class Shelves(Protocol):
    """What a memory reads."""

    def memory(self, skill: str) -> dict[str, Any]:
        """Return all of a skill's memory."""

    def keys(self, skill: str) -> Sequence[str]:
        """Return the keys of a skill's memory, in the order they were written."""

    def value(self, skill: str, key: str) -> Any:
        """Return one value of a skill's memory. Raises KeyError where there is none."""

    def made(self, skill: str, kind: Callable[[], M]) -> M:
        """Return what is made of all of a skill's memory."""


class Memory(MutableMapping[str, Any]):
    """A skill's own shelf of JSON values, kept for good.

    What is read is a copy: change it, then store it again under its key. Of many values only those
    are read that are asked for.
    """

    def __init__(self, skill: str, shelves: Shelves) -> None:
        self._skill = skill
        self._shelves = shelves
        self._values: dict[str, Any] = {}
        self._new: dict[str, None] = {}
        self._dropped: set[str] = set()
        self._whole = False
        self.effects: list[WriteMemory | DropMemory] = []

    def __getitem__(self, key: str) -> Any:
        if key not in self._values:
            self._read(key)
        return copy.deepcopy(self._values[key])

    def __setitem__(self, key: str, value: Any) -> None:
        _check_json(self._skill, key, value)
        if key not in self:
            self._new[key] = None
        self._values[key] = copy.deepcopy(value)
        self.effects.append(WriteMemory(self._skill, key, copy.deepcopy(value)))

    def __delitem__(self, key: str) -> None:
        if key not in self:
            raise KeyError(key)
        self._values.pop(key, None)
        if key in self._new:
            del self._new[key]
        else:
            self._dropped.add(key)
        self.effects.append(DropMemory(self._skill, key))

    def __contains__(self, key: object) -> bool:
        try:
            return key in self._values or bool(isinstance(key, str) and self._read(key))
        except KeyError:
            return False

    def __iter__(self) -> Iterator[str]:
        there = self._shelves.keys(self._skill)
        left = [key for key in there if key not in self._dropped] if self._dropped else there
        return iter([*left, *self._new])

    def __len__(self) -> int:
        return len(self._shelves.keys(self._skill)) - len(self._dropped) + len(self._new)

    def clear(self) -> None:
        """Remove all keys."""
        for key in self:
            del self[key]

    def made(self, kind: Callable[[], M]) -> M:
        """Return what is made of all that is kept: ``kind()``, then ``changed`` by each write.

        It outlives the turn, so that a skill finds something without reading all it keeps.
        """
        made = self._shelves.made(self._skill, kind)
        keys = dict.fromkeys(effect.key for effect in reversed(self.effects))
        written = {key: self._values[key] for key in reversed(keys) if key in self._values}
        return made.changed(written, keys.keys() - written) if keys else made

    def _read(self, key: str) -> bool:
        """Read a value; after a FEW all of them. Raises KeyError where there is none."""
        if key in self._dropped or self._whole:
            raise KeyError(key)
        if len(self._values) < FEW:
            self._values[key] = self._shelves.value(self._skill, key)
            return True
        there = self._shelves.memory(self._skill)
        self._values = {k: v for k, v in there.items() if k not in self._dropped} | self._values
        self._whole = True
        return key in self._values


def _check_json(skill: str, key: str, value: Any) -> None:
    try:
        json.dumps(value)
    except (TypeError, ValueError) as error:
        raise SkillError(
            f"The skill {skill} tried to keep “{key}”, which is not plain JSON: {error}."
        ) from error
