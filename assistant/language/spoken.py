"""Written English as it is said: "Wake me at 7:30 p.m." is "wake me at seven thirty p m".

A recognizer that learnt from subtitles writes as people do, another one gives bare words. Rules, in
this order, turn what is written into words; what they don't know loses its marks and capitals.
"""

from __future__ import annotations

import re
from collections.abc import Callable

from assistant.language.counting import LETTERS
from assistant.language.measures import unit
from assistant.language.numerals import (
    digits,
    figures_in_words,
    in_words,
    minutes,
    ordinal_in_words,
    year_in_words,
)
from assistant.language.plurals import plural
from assistant.language.tokens import LONGEST, fold, split
from assistant.language.words import SOUNDS

SPOKEN_FOR = {
    "mr": "mister", "mrs": "missus", "ms": "miss", "dr": "doctor", "prof": "professor",
    "vs": "versus", "etc": "et cetera", "ok": "okay",
}  # fmt: skip
"""Short forms of words, and those words."""

SIGNS = {
    "&": "and", "@": "at", "+": "plus", "=": "equals", "×": "times", "÷": "divided by",
    "%": "percent", "°C": "degrees celsius", "°F": "degrees fahrenheit", "°": "degrees",
}  # fmt: skip
"""Signs that are said."""

MONEY = {
    "$": ("dollar", "dollars", "cents"), "€": ("euro", "euros", "cents"),
    "£": ("pound", "pounds", "pence"), "¥": ("yen", "yen", "sen"),
    "₹": ("rupee", "rupees", "paise"),
}  # fmt: skip
"""One of a money, several, and several of its hundredths."""

SCALE_OF = {"k": "thousand", "m": "million", "bn": "billion", "b": "billion"}
"""What a letter behind a sum makes of it."""

PARTS = (2, 3, 4, 5, 6, 7, 8, 9, 10, 12, 16, 20, 32, 64, 100)
"""What something is parted into: "24/7" and "9/11" are no fractions."""

UNIT_OF = {"degC": "degrees celsius", "degF": "degrees fahrenheit"}
"""What units are called where their own name isn't said."""

UNSAYABLE = frozenset("min mins hrs secs sec lbs yds mph kph kmh mpg tbsp tsp kWh".split())
"""Signs of units of more than two letters, that are not said as they are written."""

NO_SIGNS = SOUNDS | {"in"}
"""What is a unit only where it touches its figure."""

OCLOCK = "o'clock"

_HALF_DAY = re.compile(r"(?i)\s*[ap] ?m\b")

_FIGURE = r"(?:\d{1,3}(?:,\d{3})+(?!\d)|\d+)"
_WORD = re.compile(r"[^\W\d_]+(?:'[^\W\d_]+)*")

_CAPITALS = re.compile(r"(?<![A-Za-z'])(?<!\d)(?<!\d )(?!OK\b)[A-Z]{2,3}(?![A-Za-z])")
"""Capitals that are said one by one, but units behind their figure; more are a word: “NASA”."""

Rule = Callable[[re.Match[str]], str]


def as_said(text: str) -> str:
    """Return written text as the words that are said, in small letters, parted by blanks.

    Of two ways to say a figure it is the one that is usual in Britain; `alike` takes both for one.
    """
    said = fold(text[:LONGEST])[0]
    if any(sign.islower() for sign in said):
        said = _CAPITALS.sub(lambda m: f" {' '.join(m[0])} ", said)
    for pattern, rule in _RULES:
        said = pattern.sub(rule, said)
    return " ".join(_WORD.findall(said.lower()))


def _spelt(match: re.Match[str]) -> str:
    """Say letters one by one: "J-O-A-N", "p.m."."""
    return f" {' '.join(sign for sign in match[0] if sign.isalpha())} "


def _ordinal(match: re.Match[str]) -> str:
    return ordinal_in_words(int(match[1].replace(",", "")))


def _clock(match: re.Match[str]) -> str:
    hour, minute = int(match[1]), int(match[2])
    if hour > 24 or minute > 59:
        return f" {in_words(hour)} {figures_in_words(match[2])} "
    told = _HALF_DAY.match(match.string, match.end())
    if minute or match[3]:
        seconds = f" {minutes(int(match[3]))}" if match[3] else ""
        return f" {in_words(hour)} {minutes(minute)}{seconds} "
    if told:
        return f" {in_words(hour)} "
    return f" {in_words(hour)} {'hundred' if hour > 12 or not hour else OCLOCK} "


def _money(match: re.Match[str]) -> str:
    one, several, small = MONEY[match[1]]
    whole, _, part = match[2].partition(".")
    letter = (match[3] or "").lower()
    if letter or len(part) != 2:
        scale = f" {SCALE_OF.get(letter, letter)}" if letter else ""
        return f" {_number(match[2])}{scale} {one if match[2] == '1' and not scale else several} "
    sum_of = f"{_number(whole)} {one if whole == '1' else several}"
    cents = f"{in_words(int(part))} {small}"
    if not int(part):
        return f" {sum_of} "
    return f" {cents} " if not int(whole.replace(",", "")) else f" {sum_of} and {cents} "


def _number(figures: str) -> str:
    """Return how many: "1984" of something is no year."""
    whole, point, rest = figures.partition(".")
    count = in_words(int(whole.replace(",", "")))
    return f"{count} point {digits(rest)}" if point else count


def _decade(match: re.Match[str]) -> str:
    century, decade = match[1], int(match[2])
    if not century:
        return f" {plural(in_words(decade))} "
    before, _, last = year_in_words(int(century) * 100 + decade).rpartition(" ")
    return f" {before} {plural(last)} "


def _fraction(match: re.Match[str]) -> str:
    whole, top, bottom = match[1], int(match[2]), int(match[3])
    if bottom not in PARTS or not 0 < top < bottom:
        before = f"{figures_in_words(whole)} " if whole else ""
        return f" {before}{figures_in_words(match[2])} {figures_in_words(match[3])} "
    part = {2: "half", 4: "quarter"}.get(bottom, ordinal_in_words(bottom))
    if top > 1:
        part = f"{in_words(top)} {plural(part)}"
    elif whole or not match.string[match.end() :].lower().startswith((" a ", " an ")):
        part = f"{'a' if whole else 'one'} {part}"
    return f" {figures_in_words(whole)} and {part} " if whole else f" {part} "


def _joined(match: re.Match[str]) -> str:
    """Say figures joined by dashes: a range, the same twice, or a number that one dials."""
    parts = match[0].split("-")
    if len(parts) == 2 and (len(parts[0]), len(parts[1])) != (3, 4):
        first, last = map(figures_in_words, parts)
        return f" {first} {'' if first == last else 'to '}{last} "
    return f" {digits(match[0].replace('-', ''))} "


def _unit(match: re.Match[str]) -> str:
    """Say a sign of a unit behind a figure; a word stays, and a letter that doesn't touch it."""
    figure, blank, written = match[1], match[2], match[3]
    short = (len(written) <= 2 or "/" in written or written in UNSAYABLE) and written not in LETTERS
    apart = blank and (len(written) == 1 or written in NO_SIGNS)
    reading = unit(split(written), 0) if short and not apart else None
    if reading is None or reading[1] < len(split(written)):
        return f"{figure} {written}"
    name = reading[0]
    if figure != "1" and name not in UNIT_OF:
        first, per, second = name.partition(" / ")
        name = f"{plural(first)}{per}{second}"
    return f"{figure} {UNIT_OF.get(name, name).replace('/', 'per').replace('_', ' ')}"


_SHORTS = "|".join(SPOKEN_FOR)
_SCALES = r"(?i:k|m|bn?|[mbtr]+illion|thousand)"

_RULES: tuple[tuple[re.Pattern[str], Rule], ...] = tuple(
    (re.compile(written), rule)
    for written, rule in (
        # Letters by themselves, and the short forms of words
        (r"(?<![A-Za-z'])(?:[A-Za-z][.-])+[A-Za-z](?![\w'])\.?", _spelt),
        (r"(?<=\d)\s*([AaPp])\.?[Mm]\b\.?", lambda m: f" {m[1]} m "),
        (rf"(?i)(?<!\d )(?<![\d'-])\b({_SHORTS})\b\.?", lambda m: SPOKEN_FOR[m[1].lower()]),
        (r"\bSt\.?(?= [A-Z])", lambda _: "saint"),
        (r"(?<=[a-z] )St\b\.?", lambda _: "street"),
        (r"#(?=\d)", lambda _: "number "),
        # Figures with marks of their own
        (r"(?<![\d:.])(\d{1,2}):(\d\d)(?::(\d\d))?(?![\d:])", _clock),
        (r"(?i)(?<![\d:.])(\d{1,2})\.(\d\d)()(?=\s+[ap] m\b)", _clock),
        (rf"([$€£¥₹]) ?({_FIGURE}(?:\.\d+)?)(?: ?({_SCALES})\b)?", _money),
        (rf"({_FIGURE}) ?¢", lambda m: f"{_number(m[1])} cents"),
        (r"\b(\d\d)(\d0)'?s\b", _decade),
        (r"(?:(?<=the )|(?<=the ')|(?<=\s'))()([2-9]0)'?s\b", _decade),
        (rf"({_FIGURE})(?i:st|nd|rd|th)\b", _ordinal),
        (r"(?:(?<![\d.,/])(\d+) )?(?<![\d.,/])(\d{1,3})/(\d{1,3})(?![\d/])", _fraction),
        (r"(?<![\d.])\d+(?:-\d+)+(?![\d.])", _joined),
        (r"(?<![\w.)])-(?=[\d.])|(?<=\d) - (?=\d)", lambda _: " minus "),
        (r"(\d+)' ?(\d+)\"?", lambda m: f"{_number(m[1])} foot {_number(m[2])}"),
        (r"(?<=\d)'(?!\w)", lambda _: " feet "),
        (r"(?<=\d)\"", lambda _: " inches "),
        ("|".join(map(re.escape, SIGNS)), lambda m: f" {SIGNS[m[0]]} "),
        (r"(\d+(?:[.,]\d+)*)(\s?)([A-Za-z]{1,4}(?:/[hs])?)(?![\w'])", _unit),
        # All other figures
        (r"\d+(?:\.\d+){2,}", lambda m: " point ".join(map(figures_in_words, m[0].split(".")))),
        (rf"{_FIGURE}?\.\d+|{_FIGURE}", lambda m: f" {figures_in_words(m[0])} "),
    )
)
"""What is written and how it is said, in the order in which it is looked for."""
