"""Clock times: "half past six", "7:30 pm", "six in the morning", "noon"."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, time

from assistant.language.tokens import Words, phrase, touching, word
from assistant.language.values.numbers import cardinal

PARTS = {"morning": (9, 0), "afternoon": (15, 12), "evening": (19, 12), "night": (21, 12)}
"""Parts of the day: the hour they stand for alone, and what they add to an hour up to 11."""

NAMED = {"noon": 12, "midday": 12, "midnight": 0}


@dataclass(frozen=True, slots=True)
class Reading:
    """A clock time as said. ``certain`` when am, pm, a day part or 24 hours left no doubt."""

    hour: int
    minute: int = 0
    certain: bool = False

    def as_time(self) -> time:
        """Return the time."""
        return time(self.hour, self.minute)


def clock_time(words: Words, i: int, now: datetime) -> tuple[time, int] | None:
    """Read a time of day as said: "half past six" is 06:30, "six in the evening" 18:00.

    A bare number is a time only after "at", "by", "before", "after", "until" or "till".
    """
    read = reading(words, i, bare=word(words, i - 1) in BEFORE)
    return (read[0].as_time(), read[1]) if read else None


BEFORE = ("at", "by", "before", "after", "until", "till", "from", "to", "around")


def reading(words: Words, i: int, *, bare: bool) -> tuple[Reading, int] | None:
    """Read a clock time; ``bare`` allows an hour by itself."""
    if word(words, i) in NAMED:
        return Reading(NAMED[word(words, i)], 0, certain=True), i + 1
    spoken = _past_or_to(words, i) or _hour_minute(words, i)
    if spoken is None:
        hour = _hour(words, i)
        if hour is None:
            return None
        spoken = (*hour[:1], 0, hour[1], False)
    hour_, minute, j, shaped = spoken
    part = day_part(words, j)
    if part is not None:
        return Reading(_shift(hour_, part[0]), minute, certain=True), part[1]
    if not (shaped or bare):
        return None
    return Reading(hour_ % 24, minute, certain=hour_ > 12 or hour_ == 0), j


def day_part(words: Words, i: int) -> tuple[str, int] | None:
    """Read what tells morning from evening: "am", "p.m.", "in the afternoon", "tonight"."""
    for short, part in (("a", "morning"), ("p", "evening")):
        if word(words, i) == short + "m":
            return part, i + 1
        dotted = phrase(words, i, short, ".", "m")
        if dotted:
            return part, phrase(words, dotted, ".") or dotted
    if word(words, i) == "tonight":
        return "evening", i + 1
    for lead in (("in", "the"), ("this",), ("at",)):
        j = phrase(words, i, *lead)
        if j and word(words, j) in PARTS and (lead != ("at",) or word(words, j) == "night"):
            return word(words, j), j + 1
    return None


def _shift(hour: int, part: str) -> int:
    """Return the hour of 24 that an hour of 12 means in a part of the day."""
    if hour > 12:
        return hour % 24
    if part == "morning":
        return hour % 12
    if part == "night" and (hour == 12 or hour < 5):
        return hour % 12
    return hour % 12 + 12


def _hour(words: Words, i: int) -> tuple[int, int] | None:
    """Read an hour from 0 to 24 in digits or words."""
    text = word(words, i)
    if text.isdigit() and len(text) <= 2:
        value, j = int(text), i + 1
    else:
        read = cardinal(words, i)
        if read is None:
            return None
        value, j = read
    return (value, j) if value <= 24 else None


def _past_or_to(words: Words, i: int) -> tuple[int, int, int, bool] | None:
    """Read "half past six", "quarter to nine", "ten minutes past four", "half six"."""
    j = i + 1 if word(words, i) == "a" else i
    if word(words, j) == "half":
        hour = _hour(words, j + 2) if word(words, j + 1) in ("past", "after") else None
        return (hour[0], 30, hour[1], True) if hour else None
    amount = (
        (15, j + 1) if word(words, j) == "quarter" else cardinal(words, j) or _two_digits(words, j)
    )
    if amount is None or amount[0] >= 60:
        return None
    minutes, k = amount
    k = k + 1 if word(words, k) in ("minutes", "minute", "mins", "min") else k
    hour = _hour(words, k + 1) or _named_hour(words, k + 1)
    if hour is None:
        return None
    if word(words, k) in ("past", "after"):
        return hour[0], minutes, hour[1], True
    if word(words, k) in ("to", "before", "till"):
        return ((hour[0] - 1) % 24 if hour[0] != 1 else 12), 60 - minutes, hour[1], True
    return None


def _named_hour(words: Words, i: int) -> tuple[int, int] | None:
    text = word(words, i)
    return (NAMED[text] or 24, i + 1) if text in NAMED else None


def _two_digits(words: Words, i: int) -> tuple[int, int] | None:
    text = word(words, i)
    return (int(text), i + 1) if text.isdigit() and len(text) <= 2 else None


def _hour_minute(words: Words, i: int) -> tuple[int, int, int, bool] | None:
    """Read "7:30", "19h30", "7.30 pm", "six thirty", "six o'clock"; True if it must be one."""
    text = word(words, i)
    head, _, tail = text.partition(".")
    if tail and len(tail) == 2 and head.isdigit() and int(head) <= 24 and int(tail) < 60:
        return (int(head), int(tail), i + 1, False)
    hour = _hour(words, i)
    if hour is None:
        return None
    value, j = hour
    after = word(words, j)
    if after in ("o'clock", "oclock"):
        return value, 0, j + 1, True
    if after in (":", "h") and touching(words, j):
        return _after_mark(words, value, j)
    minutes = _spoken_minutes(words, j)
    if minutes and not text.isdigit() and value:
        return value, minutes[0], minutes[1], True
    return None


def _after_mark(words: Words, hour: int, j: int) -> tuple[int, int, int, bool] | None:
    minute = word(words, j + 1)
    if minute.isdigit() and len(minute) == 2 and int(minute) < 60 and touching(words, j + 1):
        return hour, int(minute), j + 2, True
    return (hour, 0, j + 1, True) if word(words, j) == "h" else None


def _spoken_minutes(words: Words, i: int) -> tuple[int, int] | None:
    """Read the minutes of "six thirty", "six oh five", "seven forty-five"."""
    if word(words, i) in ("oh", "o"):
        read = cardinal(words, i + 1)
        return read if read and read[0] < 10 else None
    read = cardinal(words, i)
    return read if read and 10 <= read[0] < 60 else None
