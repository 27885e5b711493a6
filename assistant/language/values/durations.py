"""Lengths of time: "ten minutes", "an hour and a half", "1h30"."""

from __future__ import annotations

from datetime import datetime, timedelta

from assistant.language.tokens import Words, phrase, touching, word
from assistant.language.values.numbers import number

SECONDS = {
    "second": 1,
    "sec": 1,
    "s": 1,
    "minute": 60,
    "min": 60,
    "m": 60,
    "hour": 3_600,
    "hr": 3_600,
    "h": 3_600,
    "day": 86_400,
    "d": 86_400,
    "week": 604_800,
    "wk": 604_800,
    "fortnight": 1_209_600,
    "month": 2_592_000,
    "year": 31_536_000,
}
"""Seconds of each unit; a month counts 30 days and a year 365 where only a length is asked for."""

SHORT = frozenset("s m h d".split())
"""Units that must touch their number: "10m", not "10 m"."""


def duration(words: Words, i: int, now: datetime) -> tuple[timedelta, int] | None:
    """Read a length: pieces of amount and unit, joined by "and", a comma or nothing."""
    clock = _clock(words, i)
    if clock:
        return clock
    first = _piece(words, i, now)
    if first is None:
        return None
    seconds, unit, j = first
    while True:
        half = _and_a_half(words, j)
        if half:
            return timedelta(seconds=seconds + half[0] * unit), half[1]
        k = j + 1 if word(words, j) in ("and", ",") else j
        k = k + 1 if k > j and word(words, k) == "and" else k
        piece = _piece(words, k, now) or _bare_minutes(words, k, unit)
        if piece is None or piece[1] >= unit:
            return timedelta(seconds=seconds), j
        seconds, unit, j = seconds + piece[0], piece[1], piece[2]


def unit_of(text: str) -> int | None:
    """Return the seconds of a unit's name, singular or plural."""
    return SECONDS.get(text) or (SECONDS.get(text[:-1]) if text.endswith("s") else None)


def _piece(words: Words, i: int, now: datetime) -> tuple[float, int, int] | None:
    """Read one amount with its unit; return (seconds, seconds of the unit, place after)."""
    amount = _amount(words, i, now)
    if amount is None:
        return None
    value, j = amount
    name = word(words, j)
    if name == "-":
        j, name = j + 1, word(words, j + 1)
    unit = unit_of(name)
    if unit is None or (name in SHORT and not touching(words, j)):
        return None
    end = (
        phrase(words, j + 1, ".")
        if name in ("min", "sec", "hr") and touching(words, j + 1)
        else None
    )
    return value * unit, unit, end or j + 1


def _amount(words: Words, i: int, now: datetime) -> tuple[float, int] | None:
    """Read how many: a number, "an", "half an", "a quarter of an", "another"."""
    for text, value in (("half", 0.5), ("quarter", 0.25)):
        j = i + 1 if word(words, i) in ("a", "another") else i
        if word(words, j) == text:
            return value, _article(words, j + 1)
    read = number(words, i, now)
    if read is not None:
        value, j = read
        return value, _article(words, j) if value != int(value) else j
    if word(words, i) in ("a", "an", "another"):
        return 1, i + 1
    return None


def _article(words: Words, i: int) -> int:
    """Return the place after "of an", "an" or nothing."""
    i = i + 1 if word(words, i) == "of" else i
    return i + 1 if word(words, i) in ("a", "an") else i


def _and_a_half(words: Words, i: int) -> tuple[float, int] | None:
    for ending, value in (("half", 0.5), ("quarter", 0.25)):
        end = phrase(words, i, "and", "a", ending)
        # "an hour and a quarter of a minute" is another piece, not a quarter of the hour.
        if end and unit_of(word(words, end)) is None and word(words, end) != "of":
            return value, end
    return None


def _bare_minutes(words: Words, i: int, unit: int) -> tuple[float, int, int] | None:
    """Read the 30 of "1h30"."""
    text = word(words, i)
    if unit == 3_600 and touching(words, i) and text.isdigit() and int(text) < 60:
        return int(text) * 60, 60, i + 1
    return None


def _clock(words: Words, i: int) -> tuple[timedelta, int] | None:
    """Read "1:30" as hours and minutes, "1:30:15" with seconds."""
    parts: list[int] = []
    j = i
    while word(words, j).isdigit() and len(word(words, j)) <= 2:
        parts.append(int(word(words, j)))
        if word(words, j + 1) != ":" or not touching(words, j + 1):
            break
        j += 2
    if len(parts) not in (2, 3) or any(p >= 60 for p in parts[1:]):
        return None
    hours, minutes, seconds = (*parts, 0)[:3]
    return timedelta(hours=hours, minutes=minutes, seconds=seconds), i + 2 * len(parts) - 1
