"""Plain values whose methods come later are what dataclasses makes of them."""

from __future__ import annotations

import copy
import dataclasses
import inspect
import pickle
import threading
from dataclasses import field
from types import FunctionType
from typing import Any, ClassVar

import pytest

from assistant.language.records import dataclass


def fruit() -> type:
    """Return a class none of whose methods was used yet."""

    class Fruit:
        """A fruit."""

        name: str
        weight: float = 1.0
        spots: list[int] = field(default_factory=list)
        label: str | None = field(default=None, repr=False, compare=False)

        @property
        def heavy(self) -> bool:
            """Tell whether it is heavy."""
            return self.weight > 1

        def __str__(self) -> str:
            return self.name

    return Fruit


@dataclass(frozen=True, slots=True)
class Kept:
    """One that pickle finds by its name."""

    name: str
    weight: float = 1.0


BOTH = [dataclass, dataclasses.dataclass]


def told(make: Any) -> list[Any]:
    """Return what can be seen of a class, and of its values."""
    cls = make(frozen=True, slots=True)(fruit())
    pear, other = cls("pear", 2.0, label="x"), cls("pear", 2.0)
    unhashable = pytest.raises(TypeError, match="unhashable type: 'list'")
    with unhashable:
        hash(pear)
    return [
        str(inspect.signature(cls)),
        cls.__match_args__,
        cls.__slots__,
        cls.__doc__,
        cls.__qualname__,
        hasattr(pear, "__dict__"),
        (repr(pear), str(pear), pear.heavy),
        (pear == other, pear != cls("plum"), pear == "pear"),
        hash(cls("pear", 2.0, ())) == hash(cls("pear", 2.0, (), "x")),
        repr(dataclasses.replace(pear, name="plum")),
        dataclasses.asdict(pear),
        [each.name for each in dataclasses.fields(cls)],
        dataclasses.is_dataclass(cls),
        copy.deepcopy(pear) == pear,
        sorted(vars(cls)),
    ]


def test_records_are_what_dataclasses_makes() -> None:
    """Their signature, text, order of fields, equality and copies."""
    ours, theirs = map(told, BOTH)
    assert ours == theirs


@pytest.mark.parametrize("make", BOTH)
def test_records_stay_as_they_are(make: Any) -> None:
    """No field is set or deleted, and nothing is missing."""
    cls: Any = make(frozen=True, slots=True)(fruit())
    pear = cls("pear")
    with pytest.raises(dataclasses.FrozenInstanceError, match="field 'name'"):
        pear.name = "plum"
    with pytest.raises(dataclasses.FrozenInstanceError, match="field 'name'"):
        del pear.name
    assert pear.name == "pear"
    with pytest.raises(TypeError, match="missing 1 required positional argument: 'name'"):
        cls()


def test_records_can_be_kept_and_read() -> None:
    """Pickle finds the class and fills it."""
    assert pickle.loads(pickle.dumps(Kept("pear", 2.0))) == Kept("pear", 2.0)


def test_records_get_their_methods_when_one_is_used() -> None:
    """Not before, and for all threads that come at once the same ones."""
    cls: Any = dataclass(frozen=True, slots=True)(fruit())
    assert not isinstance(vars(cls)["__init__"], FunctionType)
    start, made = threading.Barrier(8), []

    def make() -> None:
        start.wait()
        made.append(cls("pear"))

    threads = [threading.Thread(target=make) for _ in range(8)]
    for each in threads:
        each.start()
    for each in threads:
        each.join()
    assert made == [cls("pear")] * 8
    assert all(isinstance(vars(cls)[name], FunctionType) for name in ("__init__", "__eq__"))


def test_records_that_are_not_plain_are_made_at_once() -> None:
    """One with a base, with a method of its own for what is made, or with what is no field."""

    @dataclass(frozen=True, slots=True)
    class Heavy(Kept):
        stone: str = "one"

    @dataclass(frozen=True, slots=True)
    class Same:
        name: str

        def __eq__(self, other: object) -> bool:
            return isinstance(other, Same)

    @dataclass(frozen=True, slots=True)
    class Counted:
        name: str
        most: ClassVar[int] = 3

    for cls in (Heavy, Same, Counted):
        assert isinstance(vars(cls)["__init__"], FunctionType)
    assert Heavy("plum", 2.0, "two") == Heavy("plum", 2.0, "two")
    assert Same("a") == Same("b")
    assert (Counted("a"), Counted.most) == (Counted("a"), 3)
