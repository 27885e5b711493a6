"""Sums in figures and words."""

from decimal import ROUND_HALF_UP, Decimal
from typing import Literal

from assistant import Formula, History, Skill, SkillError, shown_number

skill = Skill("calculator", "Arithmetic, percentages and roots, in figures or words.")

Base = Literal["binary", "hex", "hexadecimal", "octal"]

Step = Literal["one", "integer", "whole number", "ten", "hundred", "thousand"]

STEPS = {"one": 1, "integer": 1, "whole number": 1, "ten": 10, "hundred": 100, "thousand": 1_000}
"""What a number is rounded to whole ones of."""

PLACES = 10

FORMS = {"binary": "b", "octal": "o", "hex": "X", "hexadecimal": "X"}
"""How Python writes a number in each base."""


@skill.intent(
    "{formula}",
    "what is {formula}",
    "how much is {formula}",
    "what does {formula} (make|come to)",
    "(calculate|compute|work out|evaluate|solve) {formula}",
    "{formula} (is how much|makes what)",
    "what do (i|you) get (if|when) (i|you) {formula}",
    "what (do|would) you get for {formula}",
    "(tell me|give me) [what] {formula} [is]",
    "a tip of {formula}",
)
def calculate(formula: Formula, history: History) -> str:
    """Calculate a sum."""
    result = shown_number(formula.value(last_result(history) if formula.running else None))
    return f"{formula} is {result}." if formula.shares else f"{result}."


@skill.intent(
    "(what is|how much is|how much are|calculate) {first} and {second}",
    "(what is|how much is|how much are) {first} and {second} and {third}",
    "(what is|how much is) {first} and {second} and {third} and {fourth}",
    "what do {first} and {second} make [together]",
    "{first} and {second} together",
)
def total(first: float, second: float, third: float = 0, fourth: float = 0) -> str:
    """Add up a few numbers."""
    return f"{shown_number(first + second + third + fourth)}."


@skill.intent(
    "what is {number} in {base}",
    "(convert|change|turn|write) {number} (to|into|in) {base}",
    "{number} (in|to|as) {base}",
    "[what is] the {base} of {number}",
    "{base} of {number}",
)
def in_base(number: int, base: Base) -> str:
    """Write a whole number in another base."""
    sign = "-" if number < 0 else ""
    return f"{shown_number(number)} is {sign}{format(abs(number), FORMS[base])} in {base}."


@skill.intent(
    "what is {base} {digits} in decimal",
    "(convert|change|turn) [the] {base} [number] {digits} (to|into) decimal",
    "{base} {digits} (in|to|as) decimal",
    "what is {digits} from {base} to decimal",
)
def from_base(base: Base, digits: str) -> str:
    """Read a number of another base."""
    sizes = {"b": 2, "o": 8, "x": 16}
    try:
        value = int(digits.replace(" ", "").lower(), sizes[FORMS[base].lower()])
    except ValueError as error:
        raise SkillError(f"“{digits}” is no {base} number.") from error
    return f"{digits.strip()} in {base} is {shown_number(value)}."


@skill.intent(
    "(what is|how much is|how many is|how many are) {number}",
    "what is {number} (in figures|as a number|in digits)",
    "write {number} in (figures|digits)",
)
def figure(number: int) -> str:
    """Write a number in figures."""
    return f"{shown_number(number)}."


@skill.intent(
    "round {number} [off] to {places} [decimal] (decimals|decimal|places|digits)",
    "what is {number} rounded [off] to {places} [decimal] (decimals|decimal|places|digits)",
    "round {number} [off] to the nearest {step}",
    "what is {number} rounded [off] to the nearest {step}",
    "round {number} [off|up or down] [to a whole number]",
    "what is {number} rounded",
)
def rounded(number: float, places: int = 0, step: Step = "one") -> str:
    """Round a number, a half away from zero."""
    if not 0 <= places <= PLACES:
        raise SkillError(f"I can round to 0 to {PLACES} decimals.")
    exact = Decimal(str(number)) / STEPS[step]
    whole = exact.quantize(Decimal(1).scaleb(-places), ROUND_HALF_UP) * STEPS[step]
    return f"{shown_number(number)} rounded is {shown_number(float(whole))}."


@skill.intent(
    "what (percentage|percent) [is] {part} of {whole}",
    "{part} is what (percent|percentage) of {whole}",
    "how many percent is {part} of {whole}",
    "what (percentage|percent) of {whole} is {part}",
)
def what_percent(part: float, whole: float) -> str:
    """Tell what percentage one number is of another."""
    if whole == 0:
        raise SkillError("Nothing is a percentage of zero.")
    share = shown_number(100 * part / whole)
    return f"{shown_number(part)} is {share} % of {shown_number(whole)}."


def last_result(history: History) -> float | None:
    """Return what the sums of this session came to, each going on from the one before."""
    result = None
    for turn in history.turns():
        if turn.outcome != "answered":
            continue
        if turn.understanding.intent in ("calculator.total", "calculator.figure"):
            result = sum(float(slot.value) for slot in turn.understanding.slots)
        if turn.understanding.intent == "calculator.calculate":
            said = turn.understanding.slot("formula")
            formula = Formula.parse(said.value) if said else None
            result = formula.value(result) if formula else result
    return result
