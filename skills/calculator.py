"""Arithmetic in figures and words, evaluated without eval."""

import ast
import math
import operator
import re

from assistant import Percentage, Skill, SkillError

skill = Skill("calculator", "Arithmetic, percentages and roots, in figures or words.")

WORDS = {
    "plus": "+", "and": "+", "add": "+", "minus": "-", "less": "-", "times": "*",
    "multiplied by": "*", "x": "*", "×": "*", "·": "*", "÷": "/", "divided by": "/", "over": "/",
    "to the power of": "**", "raised to": "**", "^": "**", "squared": "**2", "cubed": "**3",
    "modulo": "%", "mod": "%", "open bracket": "(", "close bracket": ")", "pi": "pi",
    "the square root of": "sqrt", "square root of": "sqrt", "the root of": "sqrt",
    "root of": "sqrt",
    "the cube root of": "cbrt", "cube root of": "cbrt", "factorial of": "factorial",
}  # fmt: skip
"""What is said, and what it means in a formula."""

FUNCTIONS = {
    "sqrt": math.sqrt,
    "cbrt": math.cbrt,
    "factorial": lambda n: math.factorial(_whole(n, 170)),
    "sin": math.sin,
    "cos": math.cos,
    "tan": math.tan,
    "log": math.log10,
    "ln": math.log,
    "abs": abs,
    "round": round,
}
CONSTANTS = {"pi": math.pi, "e": math.e}
OPERATORS = {
    ast.Add: operator.add,
    ast.Sub: operator.sub,
    ast.Mult: operator.mul,
    ast.Div: operator.truediv,
    ast.FloorDiv: operator.floordiv,
    ast.Mod: operator.mod,
    ast.USub: operator.neg,
    ast.UAdd: operator.pos,
}

BIGGEST = 10**300
"""Results past this are not worth reading aloud, and powers past it cost memory."""


class Formula:
    """An arithmetic formula as said; ``code`` is what it means."""

    examples = ("3 plus 4", "7 times 8", "12 divided by 5", "(2 + 3) * 4", "the square root of 2")

    def __init__(self, code: str) -> None:
        self.code = code

    @classmethod
    def parse(cls, text: str) -> "Formula":
        """Read a formula. Raises ValueError when the text is none."""
        code = formula(text)
        try:
            tree = ast.parse(code, mode="eval")
        except SyntaxError as error:
            raise ValueError(text) from error
        if not any(isinstance(node, ast.BinOp | ast.Call) for node in ast.walk(tree)):
            raise ValueError("nothing to calculate")
        _check(tree.body)
        return cls(code)

    def __str__(self) -> str:
        return self.code


@skill.intent(
    "what is {formula}",
    "how much is {formula}",
    "what does {formula} make",
    "(calculate|compute|work out|evaluate|solve) {formula}",
    "{formula} is how much",
    "what do you get for {formula}",
    "tell me what {formula} is",
    "{formula} (comes to|makes) what",
    "what does {formula} come to",
)
def calculate(formula: Formula) -> str:
    """Calculate a formula."""
    try:
        value = _value(ast.parse(formula.code, mode="eval").body)
    except ZeroDivisionError as error:
        raise SkillError("That divides by zero, which has no answer.") from error
    except (OverflowError, ValueError) as error:
        raise SkillError("That has no answer I could write down.") from error
    return f"{shown(value)}."


@skill.intent(
    "what is {share} of {whole}",
    "how much is {share} of {whole}",
    "(calculate|work out|give me) {share} of {whole}",
    "{share} of {whole} is how much",
    "what does {share} of {whole} come to",
    "a tip of {share} on {whole}",
)
def percent_of(share: Percentage, whole: float) -> str:
    """Calculate a percentage of a number."""
    return f"{share} of {shown(whole)} is {shown(share.of(whole))}."


@skill.intent(
    "what percentage [is] {part} of {whole}",
    "{part} is what (percent|percentage) of {whole}",
    "how many percent is {part} of {whole}",
    "what percent of {whole} is {part}",
)
def what_percent(part: float, whole: float) -> str:
    """Tell what percentage one number is of another."""
    if whole == 0:
        raise SkillError("Nothing is a percentage of zero.")
    return f"{shown(part)} is {shown(100 * part / whole)} % of {shown(whole)}."


@skill.intent(
    "what is {whole} plus {share}",
    "add {share} to {whole}",
    "increase {whole} by {share}",
    "{whole} with {share} on top",
)
def increased(whole: float, share: Percentage) -> str:
    """Add a percentage to a number."""
    return f"{shown(whole + share.of(whole))}."


@skill.intent(
    "what is {whole} minus {share}",
    "take {share} off {whole}",
    "reduce {whole} by {share}",
    "{share} off {whole}",
    "{whole} less {share}",
)
def reduced(whole: float, share: Percentage) -> str:
    """Take a percentage off a number."""
    return f"{shown(whole - share.of(whole))}."


@skill.intent(
    "add {first} and {second}",
    "{first} plus {second}",
    "(the|what is the) sum of {first} and {second}",
    "add {second} to {first}",
)
def add(first: float, second: float) -> str:
    """Add two numbers."""
    return f"{shown(first + second)}."


@skill.intent(
    "multiply {first} (by|with) {second}",
    "what do i get if i multiply {first} by {second}",
    "{first} times {second}",
    "(the|what is the) product of {first} and {second}",
)
def multiply(first: float, second: float) -> str:
    """Multiply two numbers."""
    return f"{shown(first * second)}."


@skill.intent(
    "divide {first} by {second}",
    "{first} divided by {second}",
    "split {first} (by|into|among) {second}",
    "what do i get if i divide {first} by {second}",
)
def divide(first: float, second: float) -> str:
    """Divide a number by another."""
    if second == 0:
        raise SkillError("That divides by zero, which has no answer.")
    return f"{shown(first / second)}."


@skill.intent("subtract {first} from {second}", "take {first} [away] from {second}")
def subtract(first: float, second: float) -> str:
    """Subtract a number from another."""
    return f"{shown(second - first)}."


@skill.intent("what is half of {whole}", "half of {whole}", "halve {whole}")
def half(whole: float) -> str:
    """Halve a number."""
    return f"{shown(whole / 2)}."


@skill.intent("what is a third of {whole}", "a third of {whole}")
def third(whole: float) -> str:
    """Divide a number by three."""
    return f"{shown(whole / 3)}."


@skill.intent("what is a quarter of {whole}", "a quarter of {whole}", "quarter {whole}")
def quarter(whole: float) -> str:
    """Divide a number by four."""
    return f"{shown(whole / 4)}."


@skill.intent("what is double {whole}", "double {whole}", "twice {whole}")
def double(whole: float) -> str:
    """Double a number."""
    return f"{shown(whole * 2)}."


@skill.intent(
    "what is {base} to the power of {power}",
    "{base} to the power of {power}",
    "raise {base} to {power}",
    "what is {base} to the {power}",
)
def power(base: float, power: float) -> str:
    """Raise a number to a power."""
    try:
        return f"{shown(_power(base, power))}."
    except (OverflowError, ValueError, ZeroDivisionError) as error:
        raise SkillError("That has no answer I could write down.") from error


def formula(text: str) -> str:
    """Return what is said as a formula: "seven times eight" becomes "7 * 8"."""
    said = " " + text.lower().strip(" ?=.!").replace(",", "") + " "
    for words in sorted(WORDS, key=len, reverse=True):
        pattern = (
            rf"(?<![a-z]){re.escape(words)}(?![a-z])" if words[0].isalpha() else re.escape(words)
        )
        said = re.sub(pattern, f" {WORDS[words]} ", said)
    said = re.sub(r"(\d[\d.]*) *%", r"(\1/100)", said)
    said = re.sub(r"(\d+) *!", r"factorial \1", said)
    said = re.sub(
        r"\b(sqrt|cbrt|factorial|sin|cos|tan|log|ln|abs|round)\s+(?:of\s+)?([\d.a-z-]+)",
        r"\1(\2)",
        said,
    )
    return " ".join(_figures(said).split())


def _figures(said: str) -> str:
    """Replace number words by figures, each run of them at once."""
    known = "|".join((*CONSTANTS, *FUNCTIONS))

    def replace(match: re.Match[str]) -> str:
        run = match.group()
        if re.fullmatch(rf"(?:{known})", run.strip()):
            return run
        value = number(run)
        return f" {value} "

    return re.sub(r"[a-z][a-z -]*[a-z]|[a-z]", replace, said)


SMALL = {w: n for n, w in enumerate(
    "zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen "
    "sixteen seventeen eighteen nineteen".split())}  # fmt: skip
TENS = {
    w: 10 * n
    for n, w in enumerate("twenty thirty forty fifty sixty seventy eighty ninety".split(), 2)
}


def number(words: str) -> int:
    """Return the value of number words. Raises ValueError for other words."""
    total, current = 0, 0
    for word in re.findall(r"[a-z]+", words):
        if word in SMALL:
            current += SMALL[word]
        elif word in TENS:
            current += TENS[word]
        elif word == "hundred":
            current = max(current, 1) * 100
        elif word in ("thousand", "million"):
            total, current = total + max(current, 1) * {"thousand": 1000, "million": 10**6}[word], 0
        elif word == "dozen":
            current = max(current, 1) * 12
        elif word not in ("a", "an"):
            raise ValueError(word)
    return total + current


def _check(node: ast.expr) -> None:
    """Raise ValueError for anything but numbers, operators and the functions named above."""
    if isinstance(node, ast.BinOp) and isinstance(node.op, (*OPERATORS, ast.Pow)):
        _check(node.left)
        _check(node.right)
    elif isinstance(node, ast.UnaryOp) and type(node.op) in OPERATORS:
        _check(node.operand)
    elif isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and len(node.args) == 1:
        if node.func.id not in FUNCTIONS or node.keywords:
            raise ValueError(node.func.id)
        _check(node.args[0])
    elif isinstance(node, ast.Name) and node.id in CONSTANTS:
        return
    elif not (isinstance(node, ast.Constant) and type(node.value) in (int, float)):
        raise ValueError("not arithmetic")


def _value(node: ast.expr) -> float:
    if isinstance(node, ast.BinOp) and isinstance(node.op, ast.Pow):
        return _power(_value(node.left), _value(node.right))
    if isinstance(node, ast.BinOp):
        return _bounded(OPERATORS[type(node.op)](_value(node.left), _value(node.right)))
    if isinstance(node, ast.UnaryOp):
        return OPERATORS[type(node.op)](_value(node.operand))
    if isinstance(node, ast.Call):
        assert isinstance(node.func, ast.Name)
        return _bounded(FUNCTIONS[node.func.id](_value(node.args[0])))
    if isinstance(node, ast.Name):
        return CONSTANTS[node.id]
    assert isinstance(node, ast.Constant)
    return node.value


def _power(base: float, exponent: float) -> float:
    if base and abs(exponent) * math.log10(max(abs(base), 1.0000001)) > 300:
        raise OverflowError
    result = base**exponent
    if isinstance(result, complex):
        raise ValueError("complex")
    return _bounded(result)


def _bounded(value: float) -> float:
    if abs(value) > BIGGEST:
        raise OverflowError
    return value


def _whole(value: float, most: int) -> int:
    if value != int(value) or not 0 <= value <= most:
        raise ValueError(value)
    return int(value)


def shown(value: float) -> str:
    """Return a number to read: no trailing zeros, thousands parted, ten digits at most."""
    if isinstance(value, int) or (abs(value) < 1e15 and value == int(value)):
        return f"{int(value):,}" if abs(value) < 1e15 else f"{value:.6g}"
    text = f"{value:.10g}"
    if "e" in text or abs(value) < 1000:
        return text
    whole, _, rest = text.partition(".")
    return f"{int(whole):,}.{rest}"
