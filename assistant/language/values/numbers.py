"""Numbers in digits and words, fractions, ordinals, percentages."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime
from typing import ClassVar

from assistant.language.tokens import Words, phrase, touching, word
from assistant.language.values.finding import read_whole

UNITS = {
    w: n
    for n, w in enumerate(
        "zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen "
        "fifteen sixteen seventeen eighteen nineteen".split()
    )
}
TENS = {
    w: 10 * n
    for n, w in enumerate("twenty thirty forty fifty sixty seventy eighty ninety".split(), 2)
}
TENS["fourty"] = 40
SCALES = {"thousand": 1_000, "million": 1_000_000, "billion": 1_000_000_000}
SCALES |= {"k": 1_000, "m": 1_000_000}
COUNTS = {"dozen": 12, "couple": 2, "pair": 2, "score": 20}
PARTS = {"half": 2, "halves": 2, "third": 3, "thirds": 3, "quarter": 4, "quarters": 4}
PARTS |= {"fifth": 5, "fifths": 5, "eighth": 8, "eighths": 8, "tenth": 10, "tenths": 10}
ORDINALS = {
    w: n
    for n, w in enumerate(
        "first second third fourth fifth sixth seventh eighth ninth tenth eleventh twelfth "
        "thirteenth fourteenth fifteenth sixteenth seventeenth eighteenth nineteenth".split(),
        1,
    )
}
ORDINALS |= {"twentieth": 20, "thirtieth": 30, "last": -1}

_DIGITS = re.compile(r"\d[\d,]*(\.\d+)?")

Number = int | float


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


def number(words: Words, i: int, now: datetime | None = None) -> tuple[Number, int] | None:
    """Read a number: "twenty-one", "1,500", "minus 3", "two and a half", "half a million"."""
    if word(words, i) in ("minus", "negative") or _is_sign(words, i):
        positive = number(words, i + 1, now)
        return (-positive[0], positive[1]) if positive else None
    for read in (_part_of_scale, _mixed, _fraction, _counted):
        reading = read(words, i)
        if reading is not None:
            return _tidy(reading[0]), reading[1]
    return None


def integer(words: Words, i: int, now: datetime | None = None) -> tuple[int, int] | None:
    """Read a whole number."""
    reading = number(words, i, now)
    if reading is None or reading[0] != int(reading[0]):
        return None
    return int(reading[0]), reading[1]


def percentage(words: Words, i: int, now: datetime | None = None) -> tuple[Percentage, int] | None:
    """Read a percentage: "15 %", "fifteen percent", "7 per cent"."""
    reading = number(words, i, now)
    if reading is None:
        return None
    value, j = reading
    end = phrase(words, j, "%") or phrase(words, j, "percent") or phrase(words, j, "per", "cent")
    return (Percentage(value), end) if end else None


def ordinal(words: Words, i: int, now: datetime | None = None) -> tuple[int, int] | None:
    """Read an ordinal: "3rd", "the twenty first" (without "the"); "last" is -1."""
    text = word(words, i)
    if text.isdigit() and word(words, i + 1) in ("st", "nd", "rd", "th") and touching(words, i + 1):
        return int(text), i + 2
    if text in ORDINALS:
        return ORDINALS[text], i + 1
    if text in TENS:
        j = i + 2 if word(words, i + 1) == "-" else i + 1
        unit = ORDINALS.get(word(words, j), 0)
        if 0 < unit < 10:
            return TENS[text] + unit, j + 1
    return None


def cardinal(words: Words, i: int) -> tuple[int, int] | None:
    """Read a whole number in words: "two hundred and five", "twenty-one", "a hundred"."""
    total, current, j, last = 0, 0, i, 0
    seen = False
    while j < len(words):
        text = word(words, j)
        if text in UNITS and (not seen or _fits(last, UNITS[text])):
            current, last = current + UNITS[text], max(UNITS[text], 1)
        elif text in TENS and (not seen or last >= 100):
            current, last = current + TENS[text], 10
        elif text == "hundred" and seen and current < 100:
            current, last = max(current, 1) * 100, 100
        elif text in SCALES and seen and len(text) > 1 and current:
            total, current, last = total + current * SCALES[text], 0, 1000
        elif text in ("a", "an") and not seen and word(words, j + 1) in ("hundred", *SCALES):
            current = 1
        elif (text == "-" and seen and last == 10 and word(words, j + 1) in UNITS) or (
            text == "and" and seen and last >= 100 and _continues(words, j + 1)
        ):
            j += 1
            continue
        else:
            break
        seen = True
        j += 1
    return (total + current, j) if seen else None


def _fits(last: int, unit: int) -> bool:
    """Tell whether a unit may follow: "twenty one" yes, "one two" and "twenty eleven" no."""
    return last >= 100 or (last == 10 and 0 < unit < 10)


def _continues(words: Words, i: int) -> bool:
    return word(words, i) in UNITS or word(words, i) in TENS


def _is_sign(words: Words, i: int) -> bool:
    """Tell whether a dash is a minus: "-3", but not "twenty-one" or "5 - 3"."""
    if word(words, i) not in ("-", "−") or not touching(words, i + 1) or touching(words, i):
        return False
    return _DIGITS.fullmatch(word(words, i + 1)) is not None


def _digits(words: Words, i: int) -> tuple[Number, int] | None:
    text = word(words, i).replace(",", "")
    if not _DIGITS.fullmatch(word(words, i)):
        return None
    value: Number = float(text) if "." in text else int(text[:18])
    j = i + 1
    if word(words, j) == "hundred":
        value, j = value * 100, j + 1
    scale = word(words, j)
    if scale in SCALES and (len(scale) > 1 or (scale == "k" and touching(words, j))):
        value, j = value * SCALES[scale], j + 1
    return value, j


def _plain(words: Words, i: int) -> tuple[Number, int] | None:
    """Read digits or words, "three point one four" included."""
    reading = _digits(words, i) or cardinal(words, i)
    if reading is None or word(words, reading[1]) != "point":
        return reading
    value, j = reading
    digits = ""
    while word(words, j + 1) in UNITS and UNITS[word(words, j + 1)] < 10:
        digits += str(UNITS[word(words, j + 1)])
        j += 1
    return (float(f"{value}.{digits}"), j + 1) if digits else reading


def _counted(words: Words, i: int) -> tuple[Number, int] | None:
    """Read a number, or dozens and couples: "a dozen", "two dozen", "a couple of"."""
    plain = _plain(words, i)
    value, j = plain or (1, i + 1 if word(words, i) in ("a", "an") else i)
    if word(words, j) in COUNTS and (plain or j > i or word(words, j) != "score"):
        after = phrase(words, j + 1, "of")
        return value * COUNTS[word(words, j)], after or j + 1
    return plain


def _part_of_scale(words: Words, i: int) -> tuple[Number, int] | None:
    """Read "half a million", "half a dozen", "a quarter of a million"."""
    j = i + 1 if word(words, i) == "a" else i
    part = {"half": 0.5, "quarter": 0.25}.get(word(words, j))
    if part is None:
        return None
    j += 2 if word(words, j + 1) == "of" else 1
    if word(words, j) not in ("a", "an"):
        return None
    size = {"hundred": 100, **SCALES, **COUNTS}.get(word(words, j + 1))
    return (part * size, j + 2) if size else None


def _mixed(words: Words, i: int) -> tuple[Number, int] | None:
    """Read "two and a half", "3 and three quarters", "2 1/2"."""
    whole = _plain(words, i)
    if whole is None:
        return None
    value, j = whole
    if word(words, j) == "and":
        part = _fraction(words, j + 1)
        return (value + part[0], part[1]) if part else None
    part = _slash(words, j)
    return (value + part[0], part[1]) if part and not touching(words, j) else None


def _fraction(words: Words, i: int) -> tuple[Number, int] | None:
    """Read "a half", "three quarters", "two thirds", "3/4", "half"."""
    slash = _slash(words, i)
    if slash:
        return slash
    if word(words, i) == "half":
        return 0.5, i + 1
    top = (1, i + 1) if word(words, i) in ("a", "an") else _plain(words, i)
    if top is None or word(words, top[1]) not in PARTS:
        return None
    return top[0] / PARTS[word(words, top[1])], top[1] + 1


def _slash(words: Words, i: int) -> tuple[Number, int] | None:
    top, bottom = word(words, i), word(words, i + 2)
    if not (top.isdigit() and word(words, i + 1) == "/" and bottom.isdigit()):
        return None
    if not (touching(words, i + 1) and touching(words, i + 2)) or int(bottom) == 0:
        return None
    return int(top) / int(bottom), i + 3


def _tidy(value: Number) -> Number:
    """Return a whole float as int, so that "half a dozen" is 6."""
    return int(value) if isinstance(value, float) and value == int(value) else value
