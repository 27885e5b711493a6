"""How values are said back: a list, a count, a length, a clock time, a day, a moment."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime, time, timedelta
from typing import Any

from assistant.language.plurals import plural

UNITS = (("day", 86_400), ("hour", 3_600), ("minute", 60), ("second", 1))
"""What lengths are told in, with their seconds."""

WEEK = 7
"""Days within which a weekday says which day is meant."""


def joined(things: Iterable[object], last: str = "and") -> str:
    """Return things as one says them: "a", "a and b", "a, b and c"."""
    *first, final = [str(thing) for thing in things] or [""]
    return f"{', '.join(first)} {last} {final}" if first else final


def counted(count: int, noun: str) -> str:
    """Return how many there are: "1 thing", "2 things", "no things"."""
    return f"{count or 'no'} {noun if count == 1 else plural(noun)}"


def shown_number(value: float, places: int | None = None) -> str:
    """Return a number to read: thousands parted, no idle zeros, ten figures at most.

    ``places`` limits what stands behind the point; a number below one then keeps four figures.
    """
    if abs(value) >= 1e15:
        return f"{value:.6g}"
    if value == int(value):
        return f"{int(value):,}"
    if places is not None:
        shown = f"{value:,.{places}f}" if abs(value) >= 1 else f"{value:.4g}"
        return shown.rstrip("0").rstrip(".") if "." in shown and "e" not in shown else shown
    shown = f"{value:.10g}"
    if "e" in shown or abs(value) < 1000:
        return shown
    whole, point, rest = shown.partition(".")
    return f"{int(whole):,}{point}{rest}"


def sentence(text: str) -> str:
    """Return text with a capital and a full stop; a closing sign of its own stays."""
    text = text.strip()
    end = "" if text.endswith((".", "!", "?", "…")) or not text else "."
    return f"{text[:1].upper()}{text[1:]}{end}"


def spoken_length(length: timedelta, *, adjective: bool = False) -> str:
    """Return a length in whole seconds: "1 hour 30 minutes"; what is past is "0 seconds".

    As an adjective, before what takes so long, it stays singular: "a 5 minute timer".
    """
    seconds = max(0, round(length.total_seconds()))
    parts = []
    for unit, size in UNITS:
        count, seconds = divmod(seconds, size)
        if count:
            parts.append(f"{count} {unit}" if adjective else counted(count, unit))
    return " ".join(parts) or ("0 second" if adjective else "0 seconds")


def spoken_time(at: datetime | time, time_format: str = "24h") -> str:
    """Return a clock time: "18:30", with the format "12h" "6:30 pm"."""
    if time_format == "12h":
        return f"{at:%I:%M %p}".lstrip("0").lower()
    return f"{at:%H:%M}"


def spoken_date(day: date) -> str:
    """Return a date in full: "Wednesday, 4 March 2026"."""
    return f"{day:%A}, {day.day} {day:%B %Y}"


def spoken_day(day: date, today: date) -> str:
    """Return a day as one says it: "today", "tomorrow", "Friday", "Friday, 8 May"."""
    days = (day - today).days
    near = {-1: "yesterday", 0: "today", 1: "tomorrow"}.get(days)
    if near:
        return near
    if 0 < days < WEEK:
        return f"{day:%A}"
    return f"{day:%A}, {day.day} {day:%B}" if day.year == today.year else spoken_date(day)


def spoken_moment(moment: datetime, now: datetime, time_format: str = "24h") -> str:
    """Return a moment as one says it: "tomorrow at 07:00", "Friday, 8 May at 6:30 pm"."""
    return f"{spoken_day(moment.date(), now.date())} at {spoken_time(moment, time_format)}"


def shown(value: Any) -> str:
    """Return a value for the eye and the ear: a time without its seconds, a length in words."""
    if isinstance(value, float | int) and not isinstance(value, bool):
        return f"{value:g}"
    if isinstance(value, time):
        return f"{value:%H:%M}"
    if isinstance(value, timedelta):
        return spoken_length(value)
    if isinstance(value, date) and not isinstance(value, datetime):
        return spoken_date(value)
    return str(value)
