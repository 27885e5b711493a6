"""Whole and decimal numbers in figures and words, without regard to what stands around them."""

from __future__ import annotations

from assistant.language.counting import (
    LETTERS,
    PARTS,
    SCALE_WORDS,
    SCALES,
    TENS,
    TENS_AND_UNITS,
    UNITS,
)
from assistant.language.tokens import Words, touching, word

Number = int | float

MOST_DIGITS = 15
"""Figures of a number; a float keeps no more."""

POINTS = ("point", "dot")


def cardinal(words: Words, i: int) -> tuple[int, int] | None:
    """Read a whole number in words: "two hundred and five", "twenty-one", "a hundred"."""
    if is_figure(word(words, i)):
        return None
    reading = groups(words, i)
    return (int(reading[0]), reading[1]) if reading else None


def spoken_digit(words: Words, i: int) -> int | None:
    """Return the digit that one word says, "oh" for zero too; None where it says none."""
    text = word(words, i)
    if text in ("oh", "o"):
        return 0
    value = UNITS.get(text, 10)
    return value if value < 10 else None


def is_figure(text: str) -> bool:
    """Tell whether a word is a number in digits."""
    return text[:1].isdecimal() or (text[:1] == "." and text[1:2].isdecimal())


def _figure(words: Words, i: int) -> tuple[Number, int] | None:
    """Read digits, with the letter of a scale where one touches them: "5k", "1.2M"."""
    text = word(words, i)
    if not is_figure(text) or len(text) > MOST_DIGITS + 5:
        return None
    digits = text.replace(",", "")
    value: Number = float(digits) if "." in digits else int(digits)
    letter = words[i + 1].said if touching(words, i + 1) else ""
    if letter in LETTERS:
        return value * LETTERS[letter], i + 2
    spaced = word(words, i + 1) == "k" and words[i + 1].said == "k" and "." in digits
    return (value * 1_000, i + 2) if spaced else (value, i + 1)


def below_hundred(words: Words, i: int) -> tuple[Number, int] | None:
    """Read figures, or words up to ninety-nine."""
    return spoken_below_hundred(words, i) or _figure(words, i)


def spoken_below_hundred(words: Words, i: int) -> tuple[int, int] | None:
    """Read words up to ninety-nine: "seven", "forty-five", "fortyfive"."""
    text = word(words, i)
    if text in UNITS:
        return UNITS[text], i + 1
    if text in TENS_AND_UNITS:
        return TENS_AND_UNITS[text], i + 1
    if text in TENS:
        j = i + 2 if word(words, i + 1) == "-" else i + 1
        unit = UNITS.get(word(words, j), 0)
        return (TENS[text] + unit, j + 1) if 0 < unit < 10 else (TENS[text], i + 1)
    return None


def _group(words: Words, i: int, *, first: bool) -> tuple[Number, int] | None:
    """Read what stands before a scale: "two hundred and five", "a", "12"."""
    text = word(words, i)
    if text == "hundred":
        value, j = 100.0, i + 1
    elif text in ("a", "an") and first and word(words, i + 1) in ("hundred", *SCALE_WORDS):
        value, j = 1.0, i + 1
    elif text in SCALE_WORDS and first:
        return 1, i
    else:
        small = below_hundred(words, i)
        if small is None:
            return None
        value, j = small
    if word(words, j) in ("hundred", "hundreds") and 0 < value < 100:
        value, j = value * 100, j + 1
    elif text != "hundred":
        return value, j
    rest = below_hundred(words, j + 1 if word(words, j) == "and" else j)
    return (value + rest[0], rest[1]) if rest and _may_follow(words, rest, 100) else (value, j)


def _may_follow(words: Words, rest: tuple[Number, int], size: float) -> bool:
    """Tell whether a smaller number goes on a greater one: whole, and no fraction's upper half."""
    value, j = rest
    return 0 < value < size and value == int(value) and not is_part(words, j, value)


def is_part(words: Words, i: int, top: Number) -> bool:
    """Tell whether so many of a part stand at ``i``: "twenty fifth" is an ordinal, not 20/5.

    "Three quarter" is said as often as "three quarters".
    """
    part = word(words, i)
    return part in PARTS and (part.endswith("s") or top == 1 or part in ("half", "quarter"))


def groups(words: Words, i: int) -> tuple[Number, int] | None:
    """Read groups with falling scales: "7 thousand 2 hundred and 5", "three thousand millions"."""
    total: Number = 0
    limit, j = float("inf"), i
    while True:
        joined = j + 1 if j > i and word(words, j) == "and" else j
        group = _group(words, joined, first=j == i)
        if group is None:
            break
        scale, end = scale_of(words, group[1])
        later = j > i
        if scale >= limit or (later and not _may_follow(words, (group[0] * scale, end), limit)):
            break
        total, j, limit = total + group[0] * scale, end, scale
        if scale == 1:
            break
    return (total, j) if j > i else None


def scale_of(words: Words, i: int) -> tuple[int, int]:
    """Read scales that multiply one another: "million", "thousand millions"; 1 for none."""
    scale = 1
    while True:
        text = word(words, i)
        size = SCALES.get(text) or SCALES.get(text[:-1] if text.endswith("s") else "")
        if size is None:
            return scale, i
        scale, i = scale * size, i + 1


def decimal(words: Words, i: int) -> tuple[Number, int] | None:
    """Read figures or words, with what is said behind a point: "three point one four"."""
    if word(words, i) == "point" and i == 0:
        reading: tuple[Number, int] | None = (0, i)
    else:
        reading = groups(words, i)
    if reading is None or word(words, reading[1]) not in POINTS:
        return reading
    digits, j = _decimals(words, reading[1] + 1)
    if not digits or reading[0] != int(reading[0]):
        return reading if reading[1] > i else None
    scale, j = scale_of(words, j)
    return float(f"{int(reading[0])}.{digits}") * scale, j


def _decimals(words: Words, i: int) -> tuple[str, int]:
    """Read the digits behind a point: "one four", "oh five", "fourteen", "25"."""
    digits = ""
    while len(digits) < MOST_DIGITS and (digit := spoken_digit(words, i)) is not None:
        digits, i = digits + str(digit), i + 1
    if digits:
        return digits, i
    if word(words, i).isdecimal() and len(word(words, i)) <= MOST_DIGITS:
        return word(words, i), i + 1
    small = below_hundred(words, i)
    return (str(small[0]), small[1]) if small and isinstance(small[0], int) else ("", i)
