"""What is done with numbers: the words and signs for it, how tightly they bind, and the doing."""

from __future__ import annotations

import math
from collections.abc import Callable

MOST_DIGITS = 300
"""Digits of a power's result; more cost memory and are not worth reading aloud."""


def power(base: float, exponent: float) -> float:
    """Raise a number. Raises OverflowError and ValueError where there is nothing to write down."""
    if base and abs(exponent) * math.log10(max(abs(base), 1.0000001)) > MOST_DIGITS:
        raise OverflowError
    result = base**exponent
    if isinstance(result, complex):
        raise ValueError("complex")
    return float(result) if isinstance(result, float) else result


def square(value: float) -> float:
    """Return value × value. Raises OverflowError as ``power`` does."""
    return power(value, 2)


def cube(value: float) -> float:
    """Return value × value × value. Raises OverflowError as ``power`` does."""
    return power(value, 3)


def factorial(value: float) -> float:
    """Return 1 × 2 × … × value. Raises ValueError for what has none that fits a float."""
    if value != int(value) or not 0 <= value <= 170:
        raise ValueError(value)
    return math.factorial(int(value))


ADDING, MULTIPLYING, RAISING = 1, 2, 3

INFIX: dict[str, tuple[int, str]] = {
    "+": (ADDING, "+"), "plus": (ADDING, "+"), "add": (ADDING, "+"), "added to": (ADDING, "+"),
    "with a": (ADDING, "+"),
    "-": (ADDING, "-"), "minus": (ADDING, "-"), "less": (ADDING, "-"),
    "take away": (ADDING, "-"), "subtract": (ADDING, "-"),
    "more than": (ADDING, "+"), "less than": (ADDING, "under"),
    "*": (MULTIPLYING, "*"), "×": (MULTIPLYING, "*"), "·": (MULTIPLYING, "*"),
    "x": (MULTIPLYING, "*"), "times": (MULTIPLYING, "*"), "multiplied by": (MULTIPLYING, "*"),
    "/": (MULTIPLYING, "/"), "÷": (MULTIPLYING, "/"),
    "over": (MULTIPLYING, "/"), "divided by": (MULTIPLYING, "/"),
    "mod": (MULTIPLYING, "mod"), "modulo": (MULTIPLYING, "mod"),
    "of": (MULTIPLYING, "of"), "tip on": (MULTIPLYING, "of"), "tip for": (MULTIPLYING, "of"),
    "goes into": (MULTIPLYING, "into"), "go into": (MULTIPLYING, "into"),
    "^": (RAISING, "^"), "* *": (RAISING, "^"), "to the power of": (RAISING, "^"),
    "to the power": (RAISING, "^"), "to the": (RAISING, "^"), "raised to": (RAISING, "^"),
    "raised to the": (RAISING, "^"), "raised to the power of": (RAISING, "^"),
}  # fmt: skip
"""What stands between two values: how tightly it binds, and what it does."""

VERBS: dict[str, tuple[tuple[str, ...], str]] = {
    "add": (("to",), "+"), "subtract": (("from",), "swapped -"),
    "take": (("from", "away from"), "swapped -"), "take away": (("from",), "swapped -"),
    "multiply": (("by", "with"), "*"), "times": (("by",), "*"), "divide": (("by",), "/"),
    "split": (("by", "into", "among", "between"), "/"), "increase": (("by",), "+"),
    "reduce": (("by",), "-"), "decrease": (("by",), "-"), "raise": (("to",), "^"),
    "difference between": (("and",), "apart"), "difference of": (("and",), "apart"),
    "remainder of": (("divided by", "over", "/"), "mod"),
    "remainder when": (("is divided by",), "mod"), "remainder if": (("is divided by",), "mod"),
}  # fmt: skip
"""What stands before two values, the words between them, and what it does."""

LISTS: dict[str, str] = {
    "add": "+", "add up": "+", "add together": "+", "sum of": "+", "total of": "+",
    "multiply": "*", "product of": "*",
    "average": "mean", "average of": "mean", "mean of": "mean",
}  # fmt: skip
"""What stands before values that are listed, and what it makes of them."""

SHARING = {"off": "-", "off of": "-", "less than": "-", "more than": "+", "on top of": "+"}
"""What stands between a percentage and its whole, and what it does: "20 % more than 50"."""

FUNCTIONS: dict[str, Callable[[float], float]] = {
    "square root of": math.sqrt, "root of": math.sqrt, "sqrt": math.sqrt, "sqrt of": math.sqrt,
    "√": math.sqrt, "cube root of": math.cbrt, "cbrt": math.cbrt, "cbrt of": math.cbrt,
    "factorial of": factorial, "factorial": factorial,
    "double": lambda n: 2 * n, "twice": lambda n: 2 * n, "triple": lambda n: 3 * n,
    "half": lambda n: n / 2, "halve": lambda n: n / 2, "quarter": lambda n: n / 4,
    "square": square, "square of": square, "cube of": cube,
    "sine of": math.sin, "sin": math.sin, "cosine of": math.cos, "cos": math.cos,
    "tangent of": math.tan, "tan": math.tan, "log": math.log10, "log of": math.log10,
    "logarithm of": math.log10, "ln": math.log, "ln of": math.log, "abs": abs,
    "absolute value of": abs, "round": round,
    "result of": lambda n: n, "value of": lambda n: n, "answer to": lambda n: n,
}  # fmt: skip
"""What stands before one value; angles are radians."""

BEHIND: dict[str, Callable[[float], float]] = {
    "squared": square, "cubed": cube, "!": factorial,
    "factorial": factorial, "doubled": lambda n: 2 * n, "halved": lambda n: n / 2,
}  # fmt: skip
"""What stands behind one value."""


DOING: dict[str, Callable[[float, float], float]] = {
    "+": lambda a, b: a + b,
    "-": lambda a, b: a - b,
    "*": lambda a, b: a * b,
    "/": lambda a, b: a / b,
    "of": lambda a, b: a * b,
    "under": lambda a, b: b - a,
    "mod": lambda a, b: a % b,
    "into": lambda a, b: b / a,
    "apart": lambda a, b: abs(a - b),
    "^": power,
}
