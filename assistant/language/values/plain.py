"""Slot values as plain JSON, to be kept with a question or a turn, and back."""

from __future__ import annotations

import enum
from collections.abc import Callable
from datetime import date, datetime, time, timedelta
from typing import Any

from assistant.language.values.kept import Kept, Told
from assistant.language.values.money import Money
from assistant.language.values.names import Person, Place
from assistant.language.values.numbers import Percentage
from assistant.language.values.ranges import DateRange

WRITTEN: tuple[tuple[type | tuple[type, ...], Callable[[Any], Any]], ...] = (
    (enum.Enum, lambda value: value.name),
    ((bool, int, float, str, type(None)), lambda value: value),
    (timedelta, lambda value: value.total_seconds()),
    ((date, time), lambda value: value.isoformat()),
    (Percentage, lambda value: value.value),
    (DateRange, lambda value: [value.start.isoformat(), value.end.isoformat()]),
    ((list, tuple), lambda value: [to_json(each) for each in value]),
    (dict, lambda value: {str(key): to_json(each) for key, each in value.items()}),
)
"""How each kind of value is written; the first that fits."""

READ: dict[Any, Callable[[Any], Any]] = {
    Person: Person,
    Place: Place,
    Kept: Kept,
    Told: Told,
    datetime: datetime.fromisoformat,
    date: date.fromisoformat,
    time: time.fromisoformat,
    timedelta: lambda data: timedelta(seconds=data),
    Percentage: Percentage,
    Money: Money,
    DateRange: lambda data: DateRange(*(date.fromisoformat(each) for each in data)),
}
"""How what was written is read again, by the slot's annotation."""


def to_json(value: Any) -> Any:
    """Return a slot value as plain JSON: ISO dates and times, seconds, a name, or its text."""
    if hasattr(value, "to_json"):
        return value.to_json()
    write = next((write for kinds, write in WRITTEN if isinstance(value, kinds)), str)
    return write(value)


def from_json(annotation: Any, data: Any) -> Any:
    """Return the value that ``to_json`` wrote. Raises ValueError when it is none of its kind."""
    if data is None or annotation in (int, float, str, bool):
        return data
    if annotation in READ:
        return READ[annotation](data)
    if hasattr(annotation, "from_json"):
        return annotation.from_json(data)
    if isinstance(annotation, type) and issubclass(annotation, enum.Enum):
        return annotation[data]
    if hasattr(annotation, "parse") and isinstance(data, str):
        return annotation.parse(data)
    return data
