"""Plain values whose methods are made when one of them is first used.

``dataclasses`` writes and compiles some six functions for each class, half a millisecond of Python
3.11; of more than a hundred classes that are imported on the way to an answer a third is used.
"""

from __future__ import annotations

import dataclasses
from threading import RLock
from types import FunctionType
from typing import TYPE_CHECKING, Any

__all__ = ["dataclass"]

LATER = {"frozen": True, "slots": True}
"""The wishes that are granted later; all others are at once."""

METHODS = ("__init__", "__repr__", "__eq__", "__hash__")
TOLD = ("__match_args__", "__dataclass_fields__", "__dataclass_params__")
STATE = ("__setattr__", "__delattr__", "__getstate__", "__setstate__")
"""What ``dataclasses`` gives a class with these wishes."""

AT_ONCE = ("ClassVar", "InitVar", "KW_ONLY")
"""Annotations of what is no field."""

_MAKING = RLock()

if TYPE_CHECKING:
    from dataclasses import dataclass
else:

    def dataclass(cls: type | None = None, /, **wishes: bool) -> Any:
        """Do what ``dataclasses.dataclass`` does."""
        if cls is None:
            return lambda made: dataclass(made, **wishes)
        if wishes == LATER and _plain(cls):
            return _later(cls)
        return dataclasses.dataclass(**wishes)(cls)


def _plain(cls: type) -> bool:
    """Tell whether a class has fields alone, no base, and only methods of other names."""
    fields = vars(cls).get("__annotations__", {})
    if not fields or cls.__bases__ != (object,):
        return False
    others = any(word in str(kind) for kind in fields.values() for word in AT_ONCE)
    return not others and vars(cls).keys().isdisjoint((*METHODS, *TOLD, *STATE, "__slots__"))


def _later(cls: type) -> type:
    """Return a class with slots for the fields of another, and with its methods once needed."""
    names = tuple(vars(cls)["__annotations__"])
    left = {*names, "__dict__", "__weakref__"}
    body = {name: value for name, value in vars(cls).items() if name not in left}
    methods = _Methods(cls)
    body |= {name: _Method(name, methods) for name in (*METHODS, *TOLD)}
    body |= {"__slots__": names, "__setattr__": _kept, "__delattr__": _kept}
    body |= {"__getstate__": _state, "__setstate__": _restored}
    methods.target = type(cls)(cls.__name__, (), body)
    methods.target.__qualname__ = cls.__qualname__
    return methods.target


class _Methods:
    """The methods of a class, which are made for a ``source`` that has its fields' defaults."""

    target: type

    def __init__(self, source: type) -> None:
        self._source = source
        self._made: dict[str, Any] = {}

    def made(self) -> dict[str, Any]:
        """Return them by name; the class has them from then on."""
        with _MAKING:
            if not self._made:
                before = {*vars(self._source), "__setattr__", "__delattr__"}
                dataclasses.dataclass(frozen=True)(self._source)
                found = {n: each for n, each in vars(self._source).items() if n not in before}
                for name, each in found.items():
                    setattr(self.target, name, each)
                self._made = found
        return self._made


class _Method:
    """Stands for a method until it is looked up."""

    def __init__(self, name: str, methods: _Methods) -> None:
        self._name, self._methods = name, methods

    def __get__(self, each: object, owner: type | None = None) -> Any:
        found = self._methods.made()[self._name]
        return found.__get__(each, owner) if isinstance(found, FunctionType) else found


def _kept(_self: object, name: str, _value: object = None) -> None:
    raise dataclasses.FrozenInstanceError(f"cannot assign to field {name!r}")


def _state(self: Any) -> list[Any]:
    return [getattr(self, each.name) for each in dataclasses.fields(self)]


def _restored(self: Any, state: list[Any]) -> None:
    for field, value in zip(dataclasses.fields(self), state, strict=True):
        object.__setattr__(self, field.name, value)
