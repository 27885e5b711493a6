"""Arithmetic in figures and words, read and worked out by a small grammar of its own."""

import math
import re
from typing import Annotated

from assistant import Percentage, Skill, SkillError, Slot

skill = Skill("calculator", "Arithmetic, percentages and roots, in figures or words.")

LONGEST = 300
"""Characters a formula may have, which also bounds how deep it nests."""

DIGITS = 300
"""Decimal digits a result may have; larger powers would cost memory and tell nobody anything."""

PHRASES = {
    "multiplied by": "*", "multiplied with": "*", "divided by": "/", "divided with": "/",
    "to the power of": "^", "raised to the power of": "^", "raised to": "^",
    "square root": "sqrt", "cube root": "cbrt", "open bracket": "(", "close bracket": ")",
    "to the": "^", "per cent": "%",
}  # fmt: skip
"""Operators of several words; the longest is looked for first."""

SIGNS = {
    "plus": "+", "minus": "-", "less": "-", "times": "*", "x": "*", "×": "*", "·": "*",
    "÷": "/", "over": "/", "**": "^", "mod": "mod", "modulo": "mod", "percent": "%",
    "root": "sqrt", "√": "sqrt", "factorial": "!", "−": "-", "sine": "sin", "cosine": "cos",
    "tangent": "tan", "negative": "-",
}  # fmt: skip
"""Operators of one word, and what the grammar calls them."""

UNITS = {w: n for n, w in enumerate(
    "zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen "
    "sixteen seventeen eighteen nineteen".split())}  # fmt: skip
TENS = dict(
    zip(
        "twenty thirty forty fifty sixty seventy eighty ninety".split(),
        range(20, 100, 10),
        strict=True,
    )
)
BIG = {"thousand": 10**3, "million": 10**6, "billion": 10**9}
NUMERALS = {*UNITS, *TENS, *BIG, "hundred", "dozen", "point"}
PARTS = {"half": 2, "third": 3, "quarter": 4, "fifth": 5, "sixth": 6, "eighth": 8, "tenth": 10}
FUNCTIONS = {
    "sqrt": math.sqrt, "cbrt": math.cbrt, "sin": math.sin, "cos": math.cos, "tan": math.tan,
    "log": math.log10, "ln": math.log, "abs": abs, "round": round,
}  # fmt: skip
CONSTANTS = {"pi": math.pi, "π": math.pi, "e": math.e}

TOKEN = re.compile(
    r"\d{1,3}(?:,\d{3})+(?:\.\d+)?|\d+(?:\.\d+)?|\.\d+|\*\*|[a-zπ]+|[-+*/^()%!×·÷√−]"
)


class Share(float):
    """A bare percentage: added to a number, it is that share of the number."""


class Formula:
    """An arithmetic formula as said, with its value, or the trouble it has."""

    examples = ("3 plus 4", "7 times 8", "12 divided by 5", "(2 + 3) * 4", "the square root of 2")
    steps = 1

    def __init__(self, said: str, value: float, trouble: str) -> None:
        self.said = said
        self.value = value
        self.trouble = trouble

    @classmethod
    def parse(cls, text: str) -> "Formula":
        """Read a formula. Raises ValueError when the text is none."""
        said = text.strip(" ?=.")
        reader = _Reader(tokens(said))
        value = reader.whole()
        if reader.steps < cls.steps:
            raise ValueError("nothing to calculate")
        return cls(said, value, reader.trouble)

    def __str__(self) -> str:
        return self.said


class Operand(Formula):
    """A side of an operator: a formula or just a number."""

    examples = ("8", "seven", "2.5", "twenty", "100")
    steps = 0


@skill.intent(
    "what is {formula}",
    "how much is {formula}",
    "what does {formula} make",
    "(calculate|compute|work out|evaluate|solve) {formula}",
    "{formula} is how much",
    "what do you get for {formula}",
    "tell me what {formula} is",
)
def calculate(formula: Annotated[Formula, Slot(ask="What should I work out?")]) -> str:
    """Calculate a formula."""
    return answer(formula)


@skill.intent(
    "{left} + {plus}",
    "{left} plus {plus}",
    "{left} (-|minus|less) {minus}",
    "{left} (*|x|×|times|multiplied by) {times}",
    "{left} (/|÷|divided by|over) {over}",
    "{left} (^|* *|to the power of) {power}",
    "{left} (mod|modulo) {rest}",
    "[the] square root of {root}",
    "sqrt {root}",
    "[the] cube root of {cube}",
    "{square} squared",
)
def formula(
    left: Operand | None = None,
    plus: Operand | None = None,
    minus: Operand | None = None,
    times: Operand | None = None,
    over: Operand | None = None,
    power: Operand | None = None,
    rest: Operand | None = None,
    root: Operand | None = None,
    cube: Operand | None = None,
    square: Operand | None = None,
) -> str:
    """Calculate a formula said without any other word."""
    sides = {"+": plus, "-": minus, "*": times, "/": over, "^": power, "mod": rest}
    said = [f"{left} {sign} {side}" for sign, side in sides.items() if left and side]
    said += [f"sqrt {root}"] if root else []
    said += [f"cbrt {cube}"] if cube else []
    said += [f"{square} ^ 2"] if square else []
    if len(said) != 1:
        raise SkillError("Say the whole formula, e.g. “7 times 8” or “(2 + 3) * 4”.")
    # Joined again and read as a whole, so that products still come before sums.
    return answer(Formula.parse(said[0]))


@skill.intent(
    "what is {share} of {whole}",
    "{share} of {whole}",
    "how much is {share} of {whole}",
    "(calculate|work out|give me) {share} of {whole}",
    "{share} of {whole} is how much",
    "what does {share} of {whole} come to",
    "a tip of {share} on {whole}",
    "how much is [a] {share} tip on {whole}",
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
    "{whole} (plus|+) {share}",
    "add {share} to {whole}",
    "increase {whole} by {share}",
    "{whole} with {share} on top",
)
def increased(whole: float, share: Percentage) -> str:
    """Add a percentage to a number."""
    return f"{shown(whole + share.of(whole))}."


@skill.intent(
    "what is {whole} minus {share}",
    "{whole} (minus|-|less) {share}",
    "take {share} off {whole}",
    "reduce {whole} by {share}",
    "[what is] {share} off {whole}",
    "what does {whole} cost with {share} off",
)
def reduced(whole: float, share: Percentage) -> str:
    """Take a percentage off a number."""
    # "100 minus 20 %" in free wording may be heard as minus twenty percent.
    return f"{shown(whole - abs(share.of(whole)))}."


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
    "multiply {first} (by|with|and) {second}",
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


@skill.intent(
    "[what is|how much is] (a|one) third of {third}",
    "[what is|how much is] two thirds of {thirds}",
    "[what is|how much is] (a|one) quarter of {quarter}",
    "[what is|how much is] three quarters of {quarters}",
    "[what is|how much is] (a|one) fifth of {fifth}",
    "[what is|how much is] (a|one) tenth of {tenth}",
)
def part(
    third: float | None = None,
    thirds: float | None = None,
    quarter: float | None = None,
    quarters: float | None = None,
    fifth: float | None = None,
    tenth: float | None = None,
) -> str:
    """Calculate a third, a quarter or another part of a number."""
    parts = ((third, 1, 3), (thirds, 2, 3), (quarter, 1, 4), (quarters, 3, 4), (fifth, 1, 5))
    for whole, top, bottom in (*parts, (tenth, 1, 10)):
        if whole is not None:
            return f"{shown(whole * top / bottom)}."
    raise SkillError("Say which part, e.g. “three quarters of 80”.")


@skill.intent("what is double {whole}", "double {whole}", "twice {whole}")
def double(whole: float) -> str:
    """Double a number."""
    return f"{shown(whole * 2)}."


@skill.intent("raise {base} to [the power of] {exponent}", "what is {base} to the {exponent}")
def power(base: float, exponent: float) -> str:
    """Raise a number to a power."""
    return answer(Formula.parse(f"({base:f}) ^ ({exponent:f})"))


def answer(formula: Formula) -> str:
    """Return the value in a sentence. Raises SkillError when the formula has none."""
    if formula.trouble:
        raise SkillError(formula.trouble)
    return f"{shown(formula.value)}."


def tokens(text: str) -> list[str]:
    """Return figures, signs and words as the grammar knows them. Raises ValueError for others."""
    said = re.sub(r"(?<=[a-z])-(?=[a-z])", " ", " ".join(text.lower().split()))
    if len(said) > LONGEST or said.count("(") > 30:
        raise ValueError("too long")
    for words in sorted(PHRASES, key=len, reverse=True):
        said = re.sub(rf"\b{words}\b", f" {PHRASES[words]} ", said)
    if re.sub(r"\s", "", TOKEN.sub("", said)):
        raise ValueError(text)
    return [SIGNS.get(token, token) for token in TOKEN.findall(said)]


class _Reader:
    """Reads tokens by precedence and works them out on the way.

    What has no value (1/0) becomes nan and is told in ``trouble``, so that the rest is still read.
    """

    def __init__(self, tokens: list[str]) -> None:
        self.tokens = tokens
        self.i = 0
        self.steps = 0
        self.trouble = ""

    def whole(self) -> float:
        """Return the value of all tokens. Raises ValueError when they are no formula."""
        value = self._sum()
        if self.i < len(self.tokens):
            raise ValueError(self.tokens[self.i])
        return value

    def _take(self, *wanted: str) -> str:
        """Return the next token and pass it when it is one of those wanted, else nothing."""
        token = self.tokens[self.i] if self.i < len(self.tokens) else ""
        if token not in wanted:
            return ""
        self.i += 1
        return token

    def _sum(self) -> float:
        value = self._product()
        while sign := self._take("+", "-", "and"):
            right = self._product()
            right = value * right if isinstance(right, Share) else right
            value = self._do(lambda a, b: a - b if sign == "-" else a + b, value, right)
        return value

    def _product(self) -> float:
        value = self._signed()
        while sign := self._take("*", "/", "mod", "of"):
            value = self._do(PRODUCTS[sign], value, self._signed())
        return value

    def _signed(self) -> float:
        sign = 1
        while taken := self._take("-", "+"):
            sign = -sign if taken == "-" else sign
        value = self._power()
        return -value if sign < 0 else value

    def _power(self) -> float:
        base = self._after()
        return self._do(_power, base, self._signed()) if self._take("^") else base

    def _after(self) -> float:
        """Read an atom and what may follow it: "5 squared", "5!", "20 %"."""
        value = self._atom()
        while sign := self._take("squared", "cubed", "!", "%"):
            if sign == "%":
                self.steps += 1
                value = Share(value / 100)
            elif sign == "!":
                value = self._do(lambda n, _: _factorial(n), value, 0)
            else:
                value = self._do(_power, value, 2 if sign == "squared" else 3)
        return value

    def _atom(self) -> float:
        if self._take("("):
            value = self._sum()
            if not self._take(")"):
                raise ValueError("a bracket is not closed")
            return value
        if name := self._take("the", *FUNCTIONS, "!"):
            self._take("of")
            value = self._after() if name != "the" else self._atom()
            if name == "the":
                return value
            function = _factorial if name == "!" else FUNCTIONS[name]
            return self._do(lambda n, _: function(n), value, 0)
        if name := self._take(*CONSTANTS):
            return CONSTANTS[name]
        return self._number()

    def _number(self) -> float:
        """Read figures or number words, with a fraction: "three quarters", "2 and a half"."""
        start = self.i
        value = self._figures()
        if value is None:
            value = self._numerals()
        fraction = self._fraction(value)
        if fraction is not None:
            return fraction
        if value is None:
            raise ValueError("no number")
        mark = self.i
        if self._take("and"):
            more = self._fraction(self._numerals())
            if more is not None:
                return value + more
            self.i = mark
        assert self.i > start
        return value

    def _figures(self) -> float | None:
        token = self.tokens[self.i] if self.i < len(self.tokens) else ""
        if not token[:1].isdigit() and token[:1] != ".":
            return None
        self.i += 1
        figures = token.replace(",", "")
        value = float(figures) if "." in figures else int(figures)
        size = self._take(*BIG)
        return value * BIG[size] if size else value

    def _fraction(self, count: float | None) -> float | None:
        """Read the name of a part after its count: a half, two thirds."""
        token = self.tokens[self.i] if self.i < len(self.tokens) else ""
        bottom = PARTS.get(token) or PARTS.get(token.removesuffix("s"))
        if bottom is None:
            return None
        self.i += 1
        self.steps += self._peek() == "of"
        return (1 if count is None else count) / bottom

    def _peek(self, ahead: int = 0) -> str:
        return self.tokens[self.i + ahead] if self.i + ahead < len(self.tokens) else ""

    def _numerals(self) -> float | None:
        """Read number words: two hundred and fifty six, one point five, a dozen."""
        words: list[str] = []
        while True:
            word = self._peek()
            joins = word == "and" and words[-1:] in (["hundred"], *([b] for b in BIG))
            if joins and self._peek(1) in UNITS | TENS:
                self.i += 1
            elif word in NUMERALS or (word in ("a", "an") and not words):
                words.append(word)
                self.i += 1
            else:
                break
        return _of_words(words) if words else None

    def _do(self, work, left: float, right: float) -> float:  # type: ignore[no-untyped-def]
        self.steps += 1
        try:
            value = work(left, right)
            if math.isinf(value) or abs(value) > 10**DIGITS:
                raise OverflowError
        except ZeroDivisionError:
            self.trouble = self.trouble or "That divides by zero, which has no answer."
        except OverflowError:
            self.trouble = self.trouble or "That has no answer I could write down: it is too large."
        except (ValueError, TypeError):
            self.trouble = self.trouble or "That has no answer among the real numbers."
        else:
            return value
        return math.nan
