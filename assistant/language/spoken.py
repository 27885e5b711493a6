"""Written English as it is said: "Wake me at 7:30 p.m." is "wake me at seven thirty p m".

A recognizer that learnt from subtitles writes as people do, another one gives bare words. Rules, in
this order, turn what is written into words; what they don't know loses its marks and capitals.
"""

from __future__ import annotations

import re
from collections.abc import Callable

from assistant.language.calendar import MONTHS
from assistant.language.numerals import (
    digits,
    figures_in_words,
    in_words,
    minutes,
    ordinal_in_words,
    year_in_words,
)
from assistant.language.plurals import plural
from assistant.language.readable import SHORT, SIGNS, clock_words, named_money, named_units
from assistant.language.tokens import LONGEST, fold

SPOKEN_FOR = {
    "mr": "mister", "mrs": "missus", "ms": "miss", "dr": "doctor", "prof": "professor",
    "ok": "okay", "vs": SHORT["vs"],
}  # fmt: skip
"""Short forms of words, and those words."""

CENTS = {"$": "dollars|cents", "€": "euros|cents", "£": "pounds|pence"}
"""Several of a money, and of its hundredths."""

SCALE_OF = {"k": "thousand", "m": "million", "bn": "billion"}
"""What letters behind a sum make of it."""

PARTS = (2, 3, 4, 5, 6, 7, 8, 9, 10, 12, 16, 20, 32, 64, 100)
"""What something is parted into: "24/7" and "9/11" are no fractions."""

_MONTH = {name[:3]: name for name in MONTHS}
_MONTHS = "|".join(f"{name[:3]}(?:{name[3:]})?" for name in MONTHS)
_WORD = re.compile(r"[^\W\d_]+(?:'[^\W\d_]+)*")
_CAPITALS = re.compile(r"(?<![A-Za-z'])(?<!\d)(?<!\d )(?!OK\b)[A-Z]{2,3}(?![A-Za-z])")
"""Capitals that are said one by one, but units behind their figure; more are a word: “NASA”."""


def as_said(text: str) -> str:
    """Return written text as the words that are said, in small letters, parted by blanks.

    Of several ways to say a figure it is one that is usual in Britain; `alike` takes them for one.
    """
    said = fold(text[:LONGEST])[0]
    if any(sign.islower() for sign in said):
        said = _CAPITALS.sub(_spelt, said)
    said = _rewritten(said, _WRITTEN)
    said = named_units(named_money(said))
    said = "".join(f" {SIGNS[sign]} " if sign in SIGNS else sign for sign in said)
    return " ".join(_WORD.findall(_rewritten(said, _FIGURES).lower()))


Rule = Callable[[re.Match[str]], str]
Rules = tuple[tuple[re.Pattern[str], Rule], ...]


def as_sentence(said: str) -> str:
    """Return said words as one writes them, but for the mark at the end: "I'm in" of "i'm in"."""
    written = " ".join(map(lettered, said.split()))
    return f"{written[:1].upper()}{written[1:]}"


def lettered(word: str) -> str:
    """Return a said word with the capital it has anywhere: "i'm" is "I'm"."""
    return f"I{word[1:]}" if word == "i" or word.startswith("i'") else word


def _rewritten(text: str, rules: Rules) -> str:
    for pattern, rule in rules:
        text = pattern.sub(rule, text)
    return text


def _spelt(match: re.Match[str]) -> str:
    """Say letters one by one: "J-O-A-N", "p.m.", "TV"."""
    return f" {' '.join(sign for sign in match[0] if sign.isalpha())} "


def _clock(match: re.Match[str]) -> str:
    hour, minute = int(match[1]), int(match[2])
    half = f"{match[4]} m" if match[4] else ""
    if not 0 < hour < 13 or minute > 59:
        return f" {in_words(hour)} {minutes(minute) if minute else 'hundred'} {half} "
    seconds = f" {minutes(int(match[3]))}" if match[3] else ""
    return f" {clock_words(hour, minute, '' if seconds else half)}{seconds} "


def _cents(match: re.Match[str]) -> str:
    several, _, cents = CENTS[match[1]].partition("|")
    parts = [f"{match[2]} {several if match[2] != '1' else several[:-1]}"] if int(match[2]) else []
    parts += [f"{int(match[3])} {cents}"] if int(match[3]) or not parts else []
    return " and ".join(parts)


def _date(match: re.Match[str]) -> str:
    return f"{_MONTH[match[1][:3]]} {ordinal_in_words(int(match[2]))}"


def _decade(match: re.Match[str]) -> str:
    before, _, last = year_in_words(int(match[1]) * 100 + int(match[2])).rpartition(" ")
    return f" {before} {plural(last)} "


def _fraction(match: re.Match[str]) -> str:
    whole, top, bottom = match[1], int(match[2]), int(match[3])
    before = f" {figures_in_words(whole)}" if whole else ""
    if bottom not in PARTS or not 0 < top < bottom:
        return f"{before} {figures_in_words(match[2])} {figures_in_words(match[3])} "
    part = {2: "half", 4: "quarter"}.get(bottom, ordinal_in_words(bottom))
    if top > 1:
        part = f"{in_words(top)} {plural(part)}"
    elif whole or not match.string[match.end() :].lower().startswith((" a ", " an ")):
        part = f"{'a' if whole else 'one'} {part}"
    return f"{before} and {part} " if whole else f" {part} "


def _dashed(match: re.Match[str]) -> str:
    """Say figures joined by dashes: a range, the same twice, or a number that one dials."""
    parts = match[0].split("-")
    if len(parts) > 2 or (len(parts[0]), len(parts[1])) == (3, 4):
        return f" {digits(match[0].replace('-', ''))} "
    return parts[0].join((" ", " ")) * 2 if parts[0] == parts[1] else f" {' to '.join(parts)} "


def _rules(*rules: tuple[str, Rule]) -> Rules:
    return tuple((re.compile(written), rule) for written, rule in rules)


_WRITTEN = _rules(
    # Letters by themselves, and the short forms of words
    (r"(?<![A-Za-z'])(?:[A-Za-z][.-])+[A-Za-z](?![\w'])\.?", _spelt),
    (r"(?<=\d[.:]\d\d)\.\s+(?:([AP])[. ]?M|([ap])[. ]?m)\b", lambda m: f" {m[1] or m[2]} m "),
    (r"(?<=\d)\s*([AaPp])\.?[Mm]\b\.?", lambda m: f" {m[1]} m "),
    (
        rf"(?i)(?<!\d )(?<![\d'-])\b({'|'.join(SPOKEN_FOR)})\b\.?",
        lambda m: SPOKEN_FOR[m[1].lower()],
    ),
    (r"\bSt\.?(?= [A-Z])", lambda _: "saint"),
    (r"(?<=[a-z] )St\b\.?", lambda _: "street"),
    # Figures with marks of their own; so many that nobody means a number
    (r"\d{17,}", lambda m: f" {digits(m[0])} "),
    (r"\d{1,3}(?:,\d{3})+(?!\d)", lambda m: m[0].replace(",", "")),
    (r"(?<![\d:.])(\d{1,2}):(\d\d)(?::(\d\d))?(?![\d:])(?:\s+([AaPp]) [Mm]\b)?", _clock),
    (r"(?<![\d:.])(\d{1,2})\.(\d\d)()\s+([AaPp]) [Mm]\b", _clock),
    (rf"([{''.join(CENTS)}]) ?(\d+)\.(\d\d)(?!\d| [mbt])", _cents),
    (r"([$€£] ?\d+(?:\.\d+)?)(k|m|bn)\b", lambda m: f"{m[1]} {SCALE_OF[m[2]]}"),
    (r"¢", lambda _: " cents "),
    (r"\b(\d\d)(\d0)'?s\b", _decade),
    (r"(?:(?<=the )|(?<=the ')|(?<=\s'))([2-9]0)'?s\b", lambda m: plural(in_words(int(m[1])))),
    (r"(\d+)(?i:st|nd|rd|th)\b", lambda m: ordinal_in_words(int(m[1]))),
    (rf"\b({_MONTHS})\.? (\d\d?)(?![\d:])", _date),
    (r"(?:(?<![\d.,/])(\d+) )?(?<![\d.,/])(\d{1,3})/(\d{1,3})(?![\d/])", _fraction),
    (r"(?<![\d.])\d+(?:-\d+)+(?![\d.])", _dashed),
    (r"(?<![\w.)])-(?=[\d.])|(?<=\d) - (?=\d)", lambda _: " minus "),
    (r"(?<=\d) ?\* ?(?=\d)|(?<=\d) x (?=\d)", lambda _: " times "),
    (r"(?<=\d) / (?=\d)", lambda _: " divided by "),
    (r"(\d+)' ?(\d+)\"?", lambda m: f"{m[1]} foot {m[2]}"),
    (r"(?<=\d)'(?!\w)", lambda _: " feet "),
    (r"(?<=\d)\"", lambda _: " inches "),
    (r"#(?=\d)", lambda _: "number "),
    (r"@", lambda _: " at "),
)
"""What is written and how it is said, in the order in which it is looked for."""

_FIGURES = _rules(
    (r"\d+(?:\.\d+){2,}", lambda m: " point ".join(map(figures_in_words, m[0].split(".")))),
    (r"(?:\d+)?\.\d+|\d+", lambda m: f" {figures_in_words(m[0])} "),
)
"""All other figures."""
