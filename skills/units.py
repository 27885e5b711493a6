"""Converts units, by pint."""

from functools import cache
from typing import Any

from assistant import Settings, Skill, SkillError

skill = Skill("units", "Lengths, weights, volumes, temperatures and more, converted.")

NAMES = {
    "celsius": "degC", "centigrade": "degC", "c": "degC", "°c": "degC", "degrees celsius": "degC",
    "fahrenheit": "degF", "f": "degF", "°f": "degF", "degrees fahrenheit": "degF",
    "degrees": "degC", "cups": "cup", "tablespoons": "tablespoon", "teaspoons": "teaspoon",
    "lbs": "pound", "stones": "stone", "feet": "foot", "inches": "inch", "kilos": "kilogram",
    "kmh": "kilometer/hour", "km/h": "kilometer/hour", "kph": "kilometer/hour",
    "kilometers per hour": "kilometer/hour", "kilometres per hour": "kilometer/hour",
    "mph": "mile/hour", "miles per hour": "mile/hour", "litres": "liter", "litre": "liter",
    "pints": "pint", "gallons": "gallon", "ounces": "ounce", "fluid ounces": "fluid_ounce",
    "nautical miles": "nautical_mile", "square feet": "foot**2", "square meters": "meter**2",
    "square metres": "meter**2", "sqm": "meter**2", "acres": "acre", "mb": "megabyte",
    "gb": "gigabyte", "tb": "terabyte", "kb": "kilobyte", "horsepower": "horsepower",
}  # fmt: skip
"""What people say for units, and what pint calls them."""

OPPOSITE = {
    "metric": {
        "mile": "kilometer", "foot": "meter", "inch": "centimeter", "yard": "meter",
        "pound": "kilogram", "ounce": "gram", "stone": "kilogram", "gallon": "liter",
        "pint": "liter", "cup": "milliliter", "degF": "degC", "mile/hour": "kilometer/hour",
    },
    "imperial": {
        "kilometer": "mile", "meter": "foot", "centimeter": "inch", "kilogram": "pound",
        "gram": "ounce", "liter": "gallon", "milliliter": "fluid_ounce", "degC": "degF",
        "kilometer/hour": "mile/hour",
    },
}  # fmt: skip
"""What a unit is converted to when no other is named, by the preferred system."""


class Unit:
    """The name of a unit; whether pint knows it is seen when it is used."""

    examples = ("km", "miles", "celsius", "pounds", "litres", "cups", "feet")

    def __init__(self, name: str) -> None:
        self.name = name

    @classmethod
    def parse(cls, text: str) -> "Unit":
        """Take one to three words as a unit."""
        name = text.strip(" ?.!").lower().removeprefix("a ").removeprefix("an ")
        if not 1 <= len(name.split()) <= 3 or name[0].isdigit():
            raise ValueError(name)
        return cls(name)

    def __str__(self) -> str:
        return self.name


@skill.intent(
    "convert {amount} {source} (to|into|in) {target}",
    "what is {amount} {source} in {target}",
    "how (much|many) is {amount} {source} in {target}",
    "how many {target} (is|are) {amount} {source}",
    "how many {target} are [there] in {amount} {source}",
    "{amount} {source} (in|to|into) {target}",
    "change {amount} {source} (to|into) {target}",
    "express {amount} {source} in {target}",
    "turn {amount} {source} into {target}",
    "what (would|does|do) {amount} {source} (be|make|come to) in {target}",
)
def convert(amount: float, source: Unit, target: Unit) -> str:
    """Convert an amount from one unit to another."""
    return answer(amount, source.name, target.name)


@skill.intent(
    "how many {target} are [there] in (a|an|one) {source}",
    "how many {target} (make|to|per|in) (a|an|one) {source}",
    "how many {target} does (a|an|one) {source} have",
)
def per_one(target: Unit, source: Unit) -> str:
    """Tell how many of one unit are in another."""
    return answer(1, source.name, target.name)


@skill.intent("convert {amount} {source}", "convert {amount} {source} for me")
def convert_over(amount: float, source: Unit, settings: Settings) -> str:
    """Convert an amount to the system of units you prefer."""
    unit = str(_units().Unit(_named(source.name)))
    short = {str(_units().Unit(a)): b for a, b in OPPOSITE[settings.units].items()}
    if unit not in short:
        raise SkillError(f"Say what to convert {source.name} to, e.g. “convert 5 miles to km”.")
    return answer(amount, source.name, short[unit])


def answer(amount: float, source: str, target: str) -> str:
    """Return the converted amount in a sentence. Raises SkillError for units that don't fit."""
    import pint

    units = _units()
    start, end = units.Unit(_named(source)), units.Unit(_named(target))
    try:
        result = units.Quantity(amount, start).to(end)
    except pint.DimensionalityError as error:
        raise SkillError(
            f"{source} can't be converted to {target}: they measure other things."
        ) from error
    return f"{shown(amount)} {source} is {shown(float(result.magnitude))} {target}."


def _named(said: str) -> str:
    """Return pint's name of a unit. Raises SkillError when it has none."""
    import pint

    name = NAMES.get(said) or NAMES.get(said.removesuffix("s")) or said.replace(" per ", "/")
    for candidate in (name, name.replace(" ", "_"), name.rstrip("s")):
        try:
            _units().Unit(candidate)
        except (pint.errors.PintError, AttributeError, ValueError, TypeError, AssertionError):
            continue
        return candidate
    raise SkillError(f"I don't know the unit “{said}”.")


@cache
def _units() -> Any:
    """Make the registry when it is first needed: it takes half a second."""
    import pint

    units: Any = pint.UnitRegistry(autoconvert_offset_to_baseunit=True)
    return units


def shown(value: float) -> str:
    """Return a number to read: at most six digits, no trailing zeros."""
    if value == int(value) and abs(value) < 1e15:
        return f"{int(value):,}"
    return f"{value:,.2f}".rstrip("0").rstrip(".") if abs(value) >= 1 else f"{value:.4g}"
