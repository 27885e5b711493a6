"""Typed values: from the words of a sentence to what a skill function is called with.

The reading is our own grammar; python-dateutil does the calendar arithmetic of months and Easter.
Of the table in tests/values_cases.py dateparser read 34 of 56 dates, 15 of 32 moments and 19 of 41
times right, parsedatetime 28, 11 and 17, dateutil 13, 3 and 14; text2num 16 of 30 whole numbers;
timelength 32 of 43 durations (November 2026).
"""

from __future__ import annotations

import enum
import logging
import typing
from collections.abc import Callable, Collection, Iterator
from dataclasses import replace
from datetime import date, datetime, time, timedelta
from functools import partial
from typing import Any, Literal, Protocol

from assistant.errors import SkillLoadError
from assistant.language import tokens
from assistant.language.records import dataclass
from assistant.language.tokens import Found, Reader, word
from assistant.language.values import choices, finding, guards, moments, repeating, sums
from assistant.language.values.dates import day
from assistant.language.values.dayparts import PARTS, TONIGHTS, clock_time
from assistant.language.values.durations import duration
from assistant.language.values.finding import Guard
from assistant.language.values.formulas import Formula
from assistant.language.values.kept import Kept, Told, kept_name, told_text
from assistant.language.values.lengths import Lengths
from assistant.language.values.moments import moment, time_of_day
from assistant.language.values.money import Money, money
from assistant.language.values.names import Person, Place
from assistant.language.values.numbers import Percentage, integer, number, percentage
from assistant.language.values.plain import from_json, to_json
from assistant.language.values.quantities import Quantity, Unit, quantity
from assistant.language.values.ranges import DateRange, date_range
from assistant.language.values.recurrences import Recurrence
from assistant.language.values.repeating import recurrence
from assistant.language.values.timespans import TimeSpan, time_span

__all__ = [
    "DateRange",
    "Formula",
    "Found",
    "Kept",
    "Lengths",
    "Money",
    "Percentage",
    "Person",
    "Place",
    "Quantity",
    "Recurrence",
    "SlotType",
    "TimeSpan",
    "Told",
    "Unit",
    "from_json",
    "slot_type",
    "to_json",
]

log = logging.getLogger(__name__)

Whole = Callable[[str, datetime], "Any | None"]


class Scan(Protocol):
    """Finds values in a text.

    ``wording`` are words of the request's own that may stand beside a value without changing it:
    the "until" of "days until {day}".
    """

    def __call__(self, text: str, now: datetime, wording: Collection[str] = ()) -> list[Found]: ...


@dataclass(frozen=True, slots=True)
class SlotType:
    """How a kind of value is read.

    ``parse(text, now)`` reads a text that is nothing but the value; ``find(text, now)`` finds
    values inside a sentence, leftmost and longest. ``now`` is an aware datetime. ``greedy`` ones
    take any words, so they are found by what stands around them. ``examples`` are wordings to fill
    a hole with. ``entity`` is the type of the entities that are such values.
    """

    name: str
    examples: tuple[str, ...]
    parse: Whole
    find: Scan
    greedy: bool = False
    entity: str = ""
    alone: bool = False
    """Whether such a value is a whole request by itself, as a sum is."""
    stored: bool = False
    """Whether what is stored decides what is such a value, so that no sentence teaches it."""
    own: bool = False
    """Whether a skill's own class reads them."""
    kept: bool = False
    """Whether such values name what the skill keeps, so that a slip in one is read as that name."""
    verbatim: bool = False
    """Whether such a text is kept as it was said, with a "for now" behind it."""
    exact: Whole | None = None
    """Reads like ``parse`` but no words around the value; None where ``parse`` reads no more."""
    choice: bool = False
    """Whether it is one of a few names, which are its examples."""


def _grammar(name: str, read: Reader, guard: Guard, *examples: str) -> SlotType:
    return SlotType(name, examples, partial(_whole, read, guard), partial(_scan, read, guard))


def _whole(read: Reader, guard: Guard, text: str, now: datetime) -> Any | None:
    return finding.read_whole(text, now, read, guard)


def _scan(
    read: Reader, guard: Guard, text: str, now: datetime, wording: Collection[str] = ()
) -> list[Found]:
    return finding.find_all(text, now, read, guard, wording)


def _recurring(words: tokens.Words, now: datetime) -> Iterator[tuple[int, int]]:
    """Give the places of what recurs, in which no single day or time is meant."""
    for _, places in repeating.told(words, now):
        yield from places


def _weekly(words: tokens.Words, now: datetime) -> Iterator[tuple[int, int]]:
    """Give the places of what surely recurs, where "monday to friday" may be those of one week."""
    places = _recurring(words, now)
    return (each for each in places if repeating.tells(words, range(*each)))


def _once(guard: Guard) -> Guard:
    return replace(guard, taken=_recurring)


def _span(guard: Guard) -> Guard:
    return replace(guard, taken=_weekly)


def _float(words: tokens.Words, i: int, now: datetime) -> tuple[float, int] | None:
    read = number(words, i, now)
    return (float(read[0]), read[1]) if read else None


def _formula(text: str, now: datetime) -> Formula | None:
    return Formula.parse(text)


def _any_words(text: str, now: datetime) -> str | None:
    return text.strip() or None


def _day(words: tokens.Words, i: int, now: datetime) -> tuple[date, int] | None:
    """Read a day; "tonight" is one too, and so is "tomorrow night" behind "8 pm"."""
    read = day(words, i, now) or ((now.date(), i + 1) if word(words, i) in TONIGHTS else None)
    halved = read is not None and word(words, i - 1) in ("am", "pm")
    return (read[0], read[1] + 1) if read and halved and word(words, read[1]) in PARTS else read


def _hour_alone(text: str, now: datetime) -> time | None:
    """Read an answer such as "seven" as a time, which inside a sentence it would not be."""
    return _alone(text, now, time_of_day, guards.CLOCKS)


def _moment_alone(text: str, now: datetime) -> datetime | None:
    return _alone(text, now, moment, guards.MOMENTS)


def _alone(text: str, now: datetime, read: Reader, guard: Guard) -> Any | None:
    said = finding.read_whole(text, now, read, guard)
    return said if said is not None else finding.read_whole(f"at {text}", now, read, guard)


def _name(kind: type[Person] | type[Place]) -> SlotType:
    def parse(text: str, now: datetime) -> str | None:
        dated = kind is Place and any(_whole(read, guard, text, now) for read, guard in _NO_PLACES)
        return kind(text.strip()) if text.strip() and not dated else None

    return SlotType(kind.__name__, kind.examples, parse, _nothing, True, kind.entity)


_NO_PLACES: tuple[tuple[Reader, Guard], ...] = (
    (duration, guards.LENGTHS),
    (day, guards.DAYS),
    (clock_time, guards.CLOCKS),
)
"""What "in" may stand before too: "in two days", "in the morning"."""


def _nothing(text: str, now: datetime, wording: Collection[str] = ()) -> list[Found]:
    return []


KNOWN: dict[Any, SlotType] = {
    int: _grammar("int", integer, guards.NUMBERS, "3", "twelve", "20", "a dozen"),
    float: _grammar(
        "float", _float, guards.NUMBERS, "5", "2.5", "twenty", "three and a half", "100"
    ),
    str: SlotType(
        "str", ("milk", "the spare key", "call mum", "pasta"), _any_words, _nothing, True
    ),
    bool: SlotType("bool", ("yes", "no"), choices.yes_or_no, choices.find_yes_or_no),
    date: _grammar(
        "date", _day, _once(guards.DAYS), "tomorrow", "next friday", "the 3rd of may", "christmas"
    ),
    time: SlotType(
        "time",
        ("7 am", "half past six", "18:30", "a quarter to nine"),
        _hour_alone,
        partial(_scan, time_of_day, _once(guards.CLOCKS)),
    ),
    datetime: SlotType(
        "datetime",
        ("tomorrow at five", "on friday at noon", "at 7 pm", "in two hours"),
        _moment_alone,
        partial(moments.find, guard=_once(guards.MOMENTS)),
    ),
    timedelta: _grammar(
        "timedelta",
        duration,
        _once(guards.LENGTHS),
        "ten minutes",
        "half an hour",
        "2 hours",
        "90 seconds",
    ),
    Formula: SlotType("Formula", Formula.examples, _formula, sums.find, alone=True),
    Quantity: _grammar("Quantity", quantity, guards.NUMBERS, *Quantity.examples),
    Money: _grammar("Money", money, guards.NUMBERS, *Money.examples),
    Percentage: _grammar("Percentage", percentage, guards.NUMBERS, *Percentage.examples),
    DateRange: _grammar("DateRange", date_range, _span(guards.SPANS), *DateRange.examples),
    TimeSpan: _grammar("TimeSpan", time_span, _span(guards.SPANS), *TimeSpan.examples),
    Recurrence: SlotType(
        "Recurrence",
        Recurrence.examples,
        partial(_whole, recurrence, guards.RECURRENCES),
        repeating.find,
    ),
    Person: _name(Person),
    Place: _name(Place),
}


def slot_type(annotation: Any, skill: str = "") -> SlotType:
    """Return how values of an annotation are read, in a skill where that has a say.

    Raises SkillLoadError for an unknown one.
    """
    if annotation in (Kept, Told):
        named = annotation is Kept
        read = partial(kept_name if named else told_text, skill)
        examples = annotation.examples
        told = SlotType(annotation.__name__, examples, read, _nothing, greedy=True, stored=True)
        return replace(told, kept=named)
    known = KNOWN.get(annotation) if isinstance(annotation, type) else None
    if known is not None:
        return known
    if typing.get_origin(annotation) is Literal:
        return _choice("Literal", {str(name): name for name in typing.get_args(annotation)})
    if isinstance(annotation, type) and issubclass(annotation, enum.Enum):
        return _choice(
            annotation.__name__,
            {member.name.lower().replace("_", " "): member for member in annotation},
        )
    if callable(getattr(annotation, "parse", None)) and getattr(annotation, "examples", None):
        return _custom(annotation)
    names = ", ".join(kind.name for kind in KNOWN.values())
    raise SkillLoadError(
        f"{getattr(annotation, '__name__', annotation)} is no slot type; there are {names}, "
        "Literal, Enum, or a class with parse and examples."
    )


def _choice(name: str, options: dict[str, Any]) -> SlotType:
    if not options:
        raise SkillLoadError(f"{name} has nothing to choose from.")
    choice = choices.Choice(options)
    return SlotType(
        name, tuple(options), choice.parse, choice.find, exact=choice.exact, choice=True
    )


def _custom(kind: Any) -> SlotType:
    """Read values of a skill's own class, with its ``parse`` on the bare words."""

    def parse(text: str, now: datetime) -> Any | None:
        try:
            return kind.parse(text.strip())
        except ValueError:
            return None
        except Exception:
            log.exception("%s.parse failed", kind.__name__)
            return None

    told = SlotType(kind.__name__, tuple(kind.examples), parse, _nothing, greedy=True, own=True)
    kept, verbatim = (getattr(kind, each, False) for each in ("kept", "verbatim"))
    return replace(told, kept=kept, verbatim=verbatim)
