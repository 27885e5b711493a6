"""Numbers in figures and words, wherever they stand: whole, broken, ordered and in percent.

A number is the longest that can be made of its words: groups below a thousand ("two hundred and
five"), each with its scale ("thousand"), the scales falling; then a decimal point or a fraction.
A run of number words that is no one number ("one two three", "nineteen eighty four") is not read,
and neither is a figure that is a piece of something else ("3,5", "7:30", "555-1234", "3rd").
"""

from __future__ import annotations

from datetime import datetime
from typing import ClassVar

from assistant.language.counting import (
    COUNTS,
    ENDINGS,
    ORDINALS,
    PARTS,
    SCALE_WORDS,
    SCALES,
    TENS,
    TENS_AND_UNITS,
    UNITS,
)
from assistant.language.records import dataclass
from assistant.language.tokens import Words, phrase, remembered, touching, word
from assistant.language.values.finding import read_whole
from assistant.language.values.ordinals import ordinal
from assistant.language.values.wholes import (
    MOST_DIGITS,
    POINTS,
    Number,
    below_hundred,
    cardinal,
    decimal,
    is_figure,
    is_part,
    scale_of,
)

__all__ = [
    "Percentage",
    "cardinal",
    "integer",
    "number",
    "ordinal",
    "percentage",
]

SPOKEN_NUMBERS = frozenset((*UNITS, *TENS, *TENS_AND_UNITS))
STARTS = SPOKEN_NUMBERS | SCALE_WORDS | frozenset(COUNTS)
STARTS |= frozenset("a an half quarter hundred minus negative - point".split())
"""What a number may begin with, besides a figure."""


JOINTS = frozenset(",:./-e")
"""Signs between two figures that make one thing of them: "7:30", "555-1234", "1e9"."""


@dataclass(frozen=True, slots=True)
class Percentage:
    """A share in percent: ``Percentage(15).of(80)`` is 12."""

    value: float

    examples: ClassVar[tuple[str, ...]] = ("15 %", "twenty percent", "7.5 percent", "50%")

    @classmethod
    def parse(cls, text: str) -> Percentage | None:
        """Return the percentage a text says, e.g. "fifteen per cent"."""
        return read_whole(text, datetime.now().astimezone(), percentage)

    def of(self, whole: float) -> float:
        """Return this share of a whole."""
        return self.value * whole / 100

    def __str__(self) -> str:
        return f"{self.value:g} %"


@remembered
def number(words: Words, i: int, now: datetime | None = None) -> tuple[Number, int] | None:
    """Read a number: "twenty-one", "1,500", "minus 3", "two and a half", "half a million"."""
    first = word(words, i)
    if not (first in STARTS or is_figure(first)) or _belongs_before(words, i):
        return None
    reading = _signed(words, i)
    if reading is None or _goes_on(words, i, reading[1]):
        return None
    return reading


def integer(words: Words, i: int, now: datetime | None = None) -> tuple[int, int] | None:
    """Read a whole number."""
    reading = number(words, i, now)
    if reading is None or reading[0] != int(reading[0]):
        return None
    return int(reading[0]), reading[1]


def percentage(words: Words, i: int, now: datetime | None = None) -> tuple[Percentage, int] | None:
    """Read a percentage: "15 %", "fifteen percent", "7 per cent"."""
    reading = number(words, i, now)
    end = percent_sign(words, reading[1]) if reading else None
    return (Percentage(reading[0]), end) if reading and end else None


def percent_sign(words: Words, i: int) -> int | None:
    """Return the place after "%", "percent" or "per cent" if one stands at ``i``."""
    if word(words, i) in ("%", "percent", "percents", "pct"):
        return i + 1
    return phrase(words, i, "per", "cent")


@remembered
def raw(words: Words, i: int) -> tuple[Number, int] | None:
    """Read a number without a sign, whatever stands around it: for formulas, whose signs it is."""
    for read in (_part_of_scale, _broken, _fraction, _around_a_noun, _counted):
        reading = read(words, i)
        if reading is not None:
            return _tidy(reading[0]), reading[1]
    return None


def power_of_ten(words: Words, i: int) -> tuple[Number, int] | None:
    """Read "1e3", "2.5e-4" in a formula; elsewhere that is rather a name. Too big ones are inf."""
    sign = 1 if word(words, i + 2) == "-" else 0
    end = i + 3 + sign
    digits = word(words, end - 1)
    joined = all(touching(words, k) for k in range(i + 1, end))
    if not (is_figure(word(words, i)) and word(words, i + 1) == "e" and joined):
        return None
    return (
        (float("".join(word(words, k) for k in range(i, end))), end) if digits.isdecimal() else None
    )


def figure_with_comma(words: Words, i: int) -> bool:
    """Tell whether a decimal comma stands at ``i``: it may part thousands, so it is asked about."""
    joint = word(words, i) == "," and touching(words, i) and touching(words, i + 1)
    return joint and is_figure(word(words, i - 1)) and is_figure(word(words, i + 1))


def _signed(words: Words, i: int) -> tuple[Number, int] | None:
    if word(words, i) in ("minus", "negative") or _is_sign(words, i):
        positive = raw(words, i + 1)
        return (-positive[0], positive[1]) if positive else None
    return raw(words, i)


def _is_sign(words: Words, i: int) -> bool:
    """Tell whether a dash is a minus: "-3", but not "twenty-one", "5 - 3" or "3-inch"."""
    if word(words, i) != "-" or not is_figure(word(words, i + 1)) or touching(words, i):
        return False
    return i == 0 or touching(words, i + 1)


def _belongs_before(words: Words, i: int) -> bool:
    """Tell whether a number's first word goes with the word before it, so that it is a piece."""
    before = word(words, i - 1) if i else ""
    if not before:
        return False
    if word(words, i) in SPOKEN_NUMBERS and (before in SPOKEN_NUMBERS or before in POINTS):
        return True
    figure = is_figure(word(words, i)) and touching(words, i) and i > 1
    return figure and before in JOINTS and touching(words, i - 1) and is_figure(words[i - 2].text)


def _goes_on(words: Words, i: int, j: int) -> bool:
    """Tell whether what follows makes something else of it: "3rd", "7:30", "3,5", "one two"."""
    after = word(words, j)
    if after in SPOKEN_NUMBERS:
        return word(words, j - 1) in SPOKEN_NUMBERS
    if word(words, j - 1) == "half" and j - 1 == i:
        return after in ("past", "to", "after")
    if word(words, j - 1) == "quarter" and j - 1 == i:
        return after in ("past", "to", "after", "before", "of", "till") or not _lonely(words, i)
    if not is_figure(word(words, j - 1)) or not touching(words, j):
        return False
    return after in ENDINGS or (
        after in JOINTS and touching(words, j + 1) and is_figure(word(words, j + 1))
    )


def _lonely(words: Words, i: int) -> bool:
    """Tell whether a bare "quarter" is a fourth and none of the year's: "the last quarter"."""
    before = word(words, i - 1)
    return before not in ORDINALS and before not in ("this", "next", "the", "every", "each", "per")


def _counted(words: Words, i: int) -> tuple[Number, int] | None:
    """Read a number, or dozens and couples: "a dozen", "200 dozens", "a couple of thousand"."""
    plain = decimal(words, i)
    article = word(words, i) in ("a", "an")
    value, j = plain or (1, i + 1 if article else i)
    name = _count(words, j)
    if not name or not (plain or article or name == "dozen"):
        return plain
    value, j = value * COUNTS[name], j + 1
    after = j + 1 if word(words, j) == "of" else j
    more = _count(words, after)
    if more:
        return value * COUNTS[more], after + 1
    hundreds = word(words, after) == "hundred"
    scale, end = scale_of(words, after + hundreds)
    if hundreds or scale > 1:
        return value * scale * (100 if hundreds else 1), end
    return value, after


def _count(words: Words, i: int) -> str:
    """Return what is counted with at a place, e.g. "dozen" for "dozens"; "" for nothing."""
    text = word(words, i)
    return next((name for name in (text, text.removesuffix("s")) if name in COUNTS), "")


def _part_of_scale(words: Words, i: int) -> tuple[Number, int] | None:
    """Read "half a million", "half a dozen", "three fifths of a million", "half million"."""
    part = _fraction(words, i)
    if part is None:
        return None
    j = part[1] + 1 if word(words, part[1]) == "of" else part[1]
    j = j + 1 if word(words, j) in ("a", "an") else j
    size = {"hundred": 100, **COUNTS}.get(word(words, j))
    if size is not None and j > part[1]:
        return part[0] * size, j + 1
    scale, end = scale_of(words, j)
    if scale == 1 and j > part[1] and percent_sign(words, j):
        return part[0], j  # "half a percent"
    return (part[0] * scale, end) if scale > 1 else None


def _broken(words: Words, i: int) -> tuple[Number, int] | None:
    """Read "two and a half", "3 and three quarters", "2 1/2", "a million and a half"."""
    whole = decimal(words, i)
    if whole is None or whole[0] != int(whole[0]):
        return None
    value, j = whole
    if word(words, j) == "and":
        part = _fraction(words, j + 1)
        # "a million and a half" is half a million more.
        last = SCALES.get(word(words, j - 1).removesuffix("s"), 1) if part else 1
        scale, end = scale_of(words, part[1]) if part else (1, j)
        return ((value + part[0] * last) * scale, end) if part and part[0] < 1 else None
    apart = not touching(words, j) or words[j].start >= words[j - 1].end
    slash = _slash(words, j) if word(words, i).isdecimal() and apart else None
    return (value + slash[0], slash[1]) if slash and slash[0] < 1 else None


def _fraction(words: Words, i: int) -> tuple[Number, int] | None:
    """Read "a half", "three quarters", "two-thirds", "one eighth", "3/4", "half", "quarter"."""
    slash = _slash(words, i)
    if slash:
        return slash
    if word(words, i) in ("half", "quarter"):
        return 1 / PARTS[word(words, i)], i + 1
    top = (1, i + 1) if word(words, i) in ("a", "an") else below_hundred(words, i)
    if top is None or top[0] != int(top[0]) or top[0] == 0:
        return None
    j = top[1] + 1 if word(words, top[1]) == "-" else top[1]
    return (top[0] / PARTS[word(words, j)], j + 1) if is_part(words, j, top[0]) else None


def _around_a_noun(words: Words, i: int) -> tuple[Number, int] | None:
    """Read "two mugs and a half" where the sentence ends; else the half is of what follows."""
    whole = decimal(words, i)
    if whole is None or whole[0] != int(whole[0]) or not word(words, whole[1]).isalpha():
        return None
    article = phrase(words, whole[1] + 1, "and", "a")
    part = _fraction(words, article - 1) if article else None
    if part is None or word(words, part[1])[:1].isalnum():
        return None
    return whole[0] + part[0], part[1]


def _slash(words: Words, i: int) -> tuple[Number, int] | None:
    top, bottom = word(words, i), word(words, i + 2)
    if not (top.isdecimal() and word(words, i + 1) == "/" and bottom.isdecimal()):
        return None
    if not (touching(words, i + 1) and touching(words, i + 2)) or len(top + bottom) > MOST_DIGITS:
        return None
    return (int(top) / int(bottom), i + 3) if int(bottom) else None


def _tidy(value: Number) -> Number:
    """Return a whole float as int, so that "half a dozen" is 6."""
    return int(value) if isinstance(value, float) and value == int(value) else value
