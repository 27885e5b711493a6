"""Converts units of measure."""

from typing import Annotated

from assistant import (
    Ask,
    Quantity,
    Settings,
    Skill,
    SkillError,
    Slot,
    Unit,
    sentence,
    shown_number,
)

skill = Skill("units", "Lengths, weights, volumes, temperatures and more, converted.")

OPPOSITE = {
    "metric": {
        "mile": "kilometer", "foot": "meter", "inch": "centimeter", "yard": "meter",
        "pound": "kilogram", "ounce": "gram", "stone": "kilogram", "gallon": "liter",
        "pint": "liter", "cup": "milliliter", "degF": "degC", "mile / hour": "kilometer / hour",
    },
    "imperial": {
        "kilometer": "mile", "meter": "foot", "centimeter": "inch", "kilogram": "pound",
        "gram": "ounce", "liter": "gallon", "milliliter": "fluid_ounce", "degC": "degF",
        "kilometer / hour": "mile / hour",
    },
}  # fmt: skip
"""What a unit is converted to when no other is named, by the preferred system."""


@skill.intent(
    "convert {amount} (to|into|in) {target}",
    "what (is|are) {amount} in {target}",
    "how (much|many) is {amount} in {target}",
    "how many {target} (is|are) [there in] {amount}",
    "how many {target} (are|make|to|per|in|does) {amount} [have]",
    "{amount} (in|to|into) {target}",
    "(change|turn|express) {amount} (to|into|in) {target}",
    "what (would|does|do) {amount} (be|make|come to) in {target}",
    "(how far|how tall|how heavy|how long|how hot|how fast) is {amount} in {target}",
)
def convert(
    amount: Annotated[Quantity, Slot(ask="How much of what?")],
    target: Annotated[Unit, Slot(ask="Into which unit?")],
) -> str:
    """Convert a quantity to another unit."""
    result = amount.to(target.name)
    if not target.rest:
        return sentence(f"{amount} is {shown_number(result.magnitude, 2)} {target}")
    first, _, second = target.said.partition(" and ")
    if not target.parts:
        other = shown_number(amount.to(target.rest).magnitude, 2)
        told = f"{shown_number(result.magnitude, 2)} {first}, or {other} {second}"
        return sentence(f"{amount} is {told}")
    whole = int(result.magnitude)
    rest = Quantity(result.magnitude - whole, result.unit).to(target.rest)
    return sentence(f"{amount} is {whole} {first} {shown_number(rest.magnitude, 2)} {second}")


@skill.intent(
    "convert {source} (to|into) {target}",
    "{source} (to|into) {target} [conversion]",
    "{source} (to|into|in) {target} {count}",
    "convert {count} from {source} (to|into) {target}",
    "convert from {source} (to|into) {target}",
    "how (many|much) {source} (to|in) {target}",
)
def convert_from(source: Unit, target: Unit, count: float | None = None) -> str | Ask:
    """Convert from one unit to another, asking how many."""
    if count is None:
        Quantity(1, source.name).to(target.name)  # what measures other things is not asked about
        keep = {"source": source, "target": target}
        return Ask(f"How many {source}?", then=counted, keep=keep)
    return counted(count, source, target)


@skill.answer
def counted(count: float, source: Unit, target: Unit) -> str:
    """Convert so many of a unit."""
    return convert(Quantity(count, source.name, f"{shown_number(count)} {source}"), target)


@skill.intent(
    "(what|how much|how long|how far|how heavy) is {amount} (plus|and) {more}",
    "(what|how much) does {amount} (plus|and) {more} (make|come to)",
    "{amount} plus {more}",
    "add {more} (to|and) {amount}",
)
def total(amount: Quantity, more: Quantity) -> str:
    """Add two quantities."""
    return summed(amount, more, 1)


@skill.intent(
    "(what|how much|how long|how far|how heavy) is {amount} (minus|less) {more}",
    "{amount} minus {more}",
    "(subtract|take) {more} (from|off|away from) {amount}",
    "the difference between {amount} and {more}",
)
def difference(amount: Quantity, more: Quantity) -> str:
    """Take one quantity from another."""
    return summed(amount, more, -1)


@skill.intent(
    "(what|how much|how long|how far) is {count} times {amount}",
    "(what|how much) is {amount} times {count}",
    "{amount} times {count}",
    "{count} times {amount}",
    "multiply {amount} by {count}",
)
def times(amount: Quantity, count: float) -> str:
    """Multiply a quantity."""
    result = Quantity(amount.magnitude * count, amount.unit)
    return sentence(f"{shown_number(count)} times {amount} is {result}")


def summed(amount: Quantity, more: Quantity, sign: int) -> str:
    """Return in words what two quantities make, in the unit of the first."""
    result = Quantity(amount.magnitude + sign * more.to(amount.unit).magnitude, amount.unit)
    return sentence(f"{amount} {'plus' if sign > 0 else 'minus'} {more} is {result}")


@skill.intent("convert {amount} (to|into) {unit}")
def unknown(amount: str, unit: str) -> str:
    """Say what is no quantity or no unit."""
    doubtful = unit if Quantity.parse(amount) else amount
    raise SkillError(f"I don't know what “{doubtful}” is: say it as in “convert 5 miles to km”.")


@skill.intent("convert {amount}")
def convert_over(amount: Quantity, settings: Settings) -> str:
    """Convert a quantity to the system of units you prefer."""
    target = OPPOSITE[settings.units].get(amount.unit)
    if target is None:
        raise SkillError(f"Say what to convert {amount} to, e.g. “convert 5 miles to km”.")
    return sentence(f"{amount} is {amount.to(target)}")
