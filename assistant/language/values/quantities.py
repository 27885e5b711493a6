"""Quantities: a number with its unit, "5 miles", "5 feet 10 inches", "half a litre", "20 °C".

pint does the arithmetic of units; it is loaded when something is converted, not when it is read.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict
from datetime import datetime
from functools import cache
from typing import Any, ClassVar

from assistant.errors import SkillError
from assistant.language import measures
from assistant.language.counting import LETTERS
from assistant.language.plurals import plural
from assistant.language.records import dataclass
from assistant.language.saying import shown_number
from assistant.language.tokens import Words, phrase, remembered, split, touching, word
from assistant.language.values.finding import read_whole
from assistant.language.values.numbers import number
from assistant.language.values.wholes import Number

SIZES = {
    "mile": ("length", 1609.344), "yard": ("length", 0.9144), "foot": ("length", 0.3048),
    "inch": ("length", 0.0254), "kilometer": ("length", 1000.0), "meter": ("length", 1.0),
    "centimeter": ("length", 0.01), "millimeter": ("length", 0.001),
    "tonne": ("mass", 1000.0), "stone": ("mass", 6.35029318), "pound": ("mass", 0.45359237),
    "ounce": ("mass", 0.028349523125), "kilogram": ("mass", 1.0), "gram": ("mass", 0.001),
    "milligram": ("mass", 1e-6),
    "gallon": ("volume", 3.785411784), "quart": ("volume", 0.946352946),
    "pint": ("volume", 0.473176473), "cup": ("volume", 0.2365882365),
    "fluid_ounce": ("volume", 0.0295735295625), "tablespoon": ("volume", 0.01478676478125),
    "teaspoon": ("volume", 0.00492892159375), "liter": ("volume", 1.0),
    "deciliter": ("volume", 0.1), "centiliter": ("volume", 0.01), "milliliter": ("volume", 0.001),
    "week": ("time", 604800.0), "day": ("time", 86400.0), "hour": ("time", 3600.0),
    "minute": ("time", 60.0), "second": ("time", 1.0),
}  # fmt: skip
"""What each unit that is said in pieces measures, and its size in metres, kilograms, litres, s."""

NEXT = {"stone": "pound", "foot": "inch", "pound": "ounce"}
"""The unit of a bare number behind another: "11 stone 6", "6 foot 2"."""

WHOLE = 1e-6
"""How near to a whole number a count of smaller units is one."""

SCALES = ("degC", "degF", "kelvin")
SIGNS = {"degC": "°C", "degF": "°F", "kelvin": "kelvin", "hertz": "hertz"}
"""Units that are read as their sign, or that have no plural."""

OTHERWISE = {
    "ounce": ("fluid_ounce",), "degree": ("degC", "degF"), "pint": ("imperial_pint",),
}  # fmt: skip
"""What else a name may mean, if it does not measure what is asked for."""

CHANGES = ("difference", "change", "rise", "drop", "fall", "increase", "decrease")
"""Words before a temperature that make it a length on the scale, not a point of it."""

COLDEST = "Nothing is colder than absolute zero, -273.15 °C."


@dataclass(frozen=True, slots=True)
class Quantity:
    """A number of a unit, e.g. ``Quantity(5.0, "mile")``; ``unit`` is pint's name of it.

    ``said`` is how it was worded.
    """

    magnitude: float
    unit: str
    said: str = ""

    examples: ClassVar[tuple[str, ...]] = ("5 miles", "10 km", "20 °C", "2 pounds", "half a litre")

    @classmethod
    def parse(cls, text: str) -> Quantity | None:
        """Return the quantity a text is, e.g. "5 feet 10 inches"; None where it is none."""
        return read_whole(text, datetime.now().astimezone(), quantity)

    def to(self, unit: str) -> Quantity:
        """Return it in another unit. Raises SkillError where that measures another thing."""
        if "money" in (self.unit, unit):
            raise SkillError("I can't convert money: its rates change by the day.")
        for source in (self.unit, *OTHERWISE.get(self.unit, ())):
            for target in (unit, *OTHERWISE.get(unit, ())):
                if source != target or self.unit == unit:
                    found = _converted(self.magnitude, source, target)
                    if found is not None:
                        return Quantity(found, target)
        raise SkillError(
            f"{named(self.unit)} can't be converted to {named(unit)}: they measure other things."
        )

    def to_json(self) -> dict[str, Any]:
        """Return it as plain JSON."""
        return asdict(self)

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> Quantity:
        """Return what ``to_json`` wrote. Raises ValueError when it is none of its kind."""
        try:
            return cls(**data)
        except TypeError as error:
            raise ValueError(data) from error

    def __str__(self) -> str:
        amount = shown_number(self.magnitude, 2)
        return self.said or f"{amount} {named(self.unit, many=self.magnitude != 1)}"


@dataclass(frozen=True, slots=True)
class Unit:
    """A unit of measure, ``name`` as pint calls it and ``said`` as it was named.

    ``rest`` is another unit: a smaller one for what is left over ("feet and inches"), or one that
    the same is told in too ("fahrenheit and kelvin").
    """

    name: str
    said: str = ""
    rest: str = ""

    examples: ClassVar[tuple[str, ...]] = ("km", "miles", "celsius", "pounds", "litres", "feet")

    @classmethod
    def parse(cls, text: str) -> Unit:
        """Read a unit. Raises ValueError for other words."""
        words = split(text.strip(" ?.!"))
        start = 1 if word(words, 0) in ("a", "an", "the", "one") else 0
        found = measures.unit(words, start)
        if found is None:
            raise ValueError(text)
        name, j = found
        rest = measures.unit(words, j + 1) if word(words, j) == "and" else None
        if (rest[1] if rest else j) != len(words):
            raise ValueError(text)
        said = text[words[start].start :].strip(" ?.!") if start < len(words) else text
        return cls(name, said, rest[0] if rest else "")

    @property
    def parts(self) -> bool:
        """Tell whether the unit is made up of whole ones of its ``rest``, as feet are of inches."""
        if not self.rest or self.name in SCALES:
            return False
        many = Quantity(1, self.name).to(self.rest).magnitude
        return many > 1 and abs(many - round(many)) < WHOLE

    def __str__(self) -> str:
        return self.said or named(self.name)


@remembered
def quantity(words: Words, i: int, now: datetime) -> tuple[Quantity, int] | None:
    """Read a quantity; its pieces are added up in the unit of the first."""
    changed = _change(words, i)
    first = _feet_and_inches(words, i) or _piece(words, changed or i, now)
    if first is None:
        return None
    magnitude, unit, j = first
    while piece := _next_piece(words, j, unit, now):
        more, j = piece
        magnitude += more
    if changed and unit in SCALES:
        unit = f"delta_{unit}" if unit != "kelvin" else unit
    return Quantity(magnitude, unit, words.source[words[i].start : words[j - 1].end]), j


def named(unit: str, *, many: bool = True) -> str:
    """Return a unit's name to be read: "kilometers per hour", "feet", "°C"."""
    unit = unit.removeprefix("delta_")
    if unit in SIGNS:
        return SIGNS[unit]
    top, per, below = unit.replace("_", " ").partition(" / ")
    first = plural(top) if many and "*" not in top else top
    whole = f"{first} per {below}" if per else first
    return whole.replace(" ** 2", "²").replace(" ** 3", "³").replace("(100 ", "100 ").rstrip(")")


def _piece(words: Words, i: int, now: datetime) -> tuple[float, str, int] | None:
    """Read one number with its unit: "5 miles", "3-inch", "a kilogram", "half a litre", "300K"."""
    if word(words, i) in measures.MONEY_SIGNS:
        money = number(words, i + 1, now)
        return (float(money[0]), "money", money[1]) if money else None
    amount = _amount(words, i, now)
    if amount is None:
        return None
    value, j = amount
    k = j + 1 if word(words, j) == "-" and touching(words, j) else j
    found = measures.unit(words, k)
    if found is not None and not _is_word(words, k, found[1]):
        part = _part_of_it(words, found[1]) if value == int(value) else None
        return (value + part[0], found[0], part[1]) if part else (float(value), *found)
    letter = words[j - 1].said if j - 1 > i else ""
    unit = measures.unit(words, j - 1) if letter in LETTERS else None
    return (value / LETTERS[letter], unit[0], unit[1]) if unit else None


def _part_of_it(words: Words, i: int) -> tuple[float, int] | None:
    """Read the "and a half" of "a yard and a half", not of another unit."""
    j = phrase(words, i, "and", "a")
    part = {"half": 0.5, "quarter": 0.25}.get(word(words, j)) if j else None
    if j is None or part is None or measures.unit(words, j + 1) or word(words, j + 1) == "of":
        return None
    return part, j + 1


def _amount(words: Words, i: int, now: datetime) -> tuple[Number, int] | None:
    """Read how much: a number, "a", "half a"."""
    read = number(words, i, now)
    if read is not None:
        value, j = read
        of = j + 1 if word(words, j) == "of" else j
        article = of + 1 if word(words, of) in ("a", "an") and value < 1 else j
        return value, article
    return (1, i + 1) if word(words, i) in ("a", "an", "one") else None


def _is_word(words: Words, k: int, end: int) -> bool:
    """Tell whether what looks like a unit is a common word: the "in" of "5 in kilometres"."""
    text = word(words, k)
    common = end == k + 1 and text in ("in", "a", "are", "pm")
    return common and measures.unit(words, end) is not None


def _next_piece(words: Words, j: int, unit: str, now: datetime) -> tuple[float, int] | None:
    """Read a smaller piece behind: "10 inches", "and 1 metre", ", 7 feet", the 6 of "stone 6"."""
    if unit not in SIZES:
        return None
    k = j
    while word(words, k) in ("and", ",") and k < j + 2:
        k += 1
    piece = _piece(words, k, now)
    kind, size = SIZES[unit]
    if piece and SIZES.get(piece[1], ("", 0.0))[0] == kind and SIZES[piece[1]][1] < size:
        return piece[0] * SIZES[piece[1]][1] / size, piece[2]
    bare = number(words, k, now) if k == j and unit in NEXT else None
    if bare is None or not 0 <= bare[0] < round(size / SIZES[NEXT[unit]][1]):
        return None
    return bare[0] * SIZES[NEXT[unit]][1] / size, bare[1]


def _feet_and_inches(words: Words, i: int) -> tuple[float, str, int] | None:
    """Read 5'10" and 6'."""
    feet, inches = word(words, i), word(words, i + 2)
    if not feet.isdecimal() or word(words, i + 1) not in ("'", "′") or not touching(words, i + 1):
        return None
    if inches.isdecimal() and int(inches) < 12 and len(feet) < 4:
        end = i + 4 if word(words, i + 3) in ('"', "″", "''") else i + 3
        return int(feet) + int(inches) / 12, "foot", end
    return (float(feet), "foot", i + 2) if len(feet) < 4 else None


def _change(words: Words, i: int) -> int | None:
    """Return the place after "a temperature difference of"."""
    i = i + 1 if word(words, i) in ("a", "an", "the") else i
    i = i + 1 if word(words, i) == "temperature" else i
    return phrase(words, i + 1, "of") if word(words, i) in CHANGES else None


def _converted(magnitude: float, source: str, target: str) -> float | None:
    """Return a magnitude in another unit, None where that measures another thing.

    A rate is turned over where that helps: miles per gallon are litres per 100 km.
    """
    import pint

    units = _pint()
    if source.startswith("delta_") and target in ("degC", "degF"):
        target = f"delta_{target}"
    try:
        if source in SCALES or target in SCALES:
            start = units.Quantity(magnitude, source)
            if source in SCALES and start.to("kelvin").magnitude < 0:
                raise SkillError(COLDEST)
            return float(start.to(target).magnitude)
        start, end = magnitude * units(source), units(target)
        if start.dimensionality != end.dimensionality and magnitude:
            start = 1 / start
        return float((start / end).to("").magnitude)
    except (pint.DimensionalityError, pint.OffsetUnitCalculusError):
        return None


@cache
def _pint() -> Any:
    """Make the registry when it is first needed: it takes half a second."""
    import pint

    units: Any = pint.UnitRegistry(autoconvert_offset_to_baseunit=True)
    return units
