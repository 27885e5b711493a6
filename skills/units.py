"""Converts units of measure."""

from typing import Annotated

from assistant import Quantity, Settings, Skill, SkillError, Slot, Unit, sentence, shown_number

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
    "what is {amount} in {target}",
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
    whole = int(result.magnitude)
    rest = Quantity(result.magnitude - whole, result.unit).to(target.rest)
    first, _, second = target.said.partition(" and ")
    return sentence(f"{amount} is {whole} {first} {shown_number(rest.magnitude, 2)} {second}")


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
