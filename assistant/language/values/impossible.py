"""Days that no calendar has and times that no clock shows: "31 november", "7:60"."""

from __future__ import annotations

from calendar import monthrange
from datetime import datetime

from assistant.language.calendar import MONTHS
from assistant.language.tokens import Words, split, touching, word
from assistant.language.values.almanac import month, skip, year_after
from assistant.language.values.numbers import ordinal

FEBRUARY = 2
LEAP = 2024
"""A year in which every month is as long as it can be."""


def no_such_day(text: str, now: datetime) -> str:
    """Return in a sentence which day of a text does not exist; "" where each does."""
    words = split(text)
    for i in range(len(words)):
        told = _number_first(words, i) or _month_first(words, i)
        if told:
            number, month_, end = told
            year = year_after(words, end, now.date())
            days = monthrange(year[0] if year else LEAP, month_)[1]
            if number > days:
                name = f"{MONTHS[month_ - 1]} {year[0]}" if year else MONTHS[month_ - 1]
                most = " at most" if month_ == FEBRUARY and not year else ""
                return f"There is no {number} {name}: it has {days} days{most}."
    return ""


def no_such_time(text: str) -> str:
    """Return in a sentence which time of a text no clock shows: "7:60"; "" where each is one."""
    words = split(text)
    for i in range(len(words) - 2):
        hour, colon, minute = (word(words, i + n) for n in range(3))
        close = touching(words, i + 1) and touching(words, i + 2)
        told = colon == ":" and close and hour.isdecimal() and minute.isdecimal()
        if told and (int(minute) >= MINUTES or (int(hour), int(minute)) > (HOURS, 0)):
            return f"There is no {hour}:{minute} on the clock."
    return ""


HOURS, MINUTES = 24, 60


def _number_first(words: Words, i: int) -> tuple[int, int, int] | None:
    """Read the day, the month and the place after "31 november", "the 31st of november"."""
    read = _day(words, i)
    named = month(words, skip(words, read[1], "of")) if read else None
    return (read[0], *named) if read and named else None


def _month_first(words: Words, i: int) -> tuple[int, int, int] | None:
    """Read the day, the month and the place after "november 31", "november the 31st"."""
    named = month(words, i)
    read = _day(words, skip(words, named[1], "the")) if named else None
    return (read[0], named[0], read[1]) if read and named else None


def _day(words: Words, i: int) -> tuple[int, int] | None:
    text = word(words, i)
    figure = (int(text), i + 1) if text.isdecimal() and len(text) <= 2 else None
    return ordinal(words, i) or figure
