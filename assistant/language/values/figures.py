"""Dates in figures: "2026-05-03", "3/5/2027", "3.5.2027", "12/25", "25.12.".

Where both are possible the day comes first (3/5 is the 3rd of May), in the time zones of the United
States the month; a point always follows the day.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date, datetime
from functools import lru_cache

from assistant.language.tokens import Words, touching, word
from assistant.language.values.almanac import TELLING, valid

YEAR_FIRST = re.compile(r"(\d{4})([-/.])(\d{1,2})\2(\d{1,2})")
YEAR_LAST = re.compile(r"(\d{1,2})([-/.])(\d{1,2})\2(\d{4}|\d\d)")
NO_YEAR = re.compile(r"(\d{1,2})(?:/(\d{1,2})|\.(\d{1,2})\.)")
TOGETHER = re.compile(r"((?:19|20)\d\d)(\d\d)(\d\d)")

YEAR_MONTH = re.compile(r"((?:19|20)\d\d)[-/](\d{1,2})|(\d{1,2})/((?:19|20)\d\d)")

LONGEST = 10
"""Signs of the longest date in figures."""


@lru_cache(maxsize=1)
def _american_zones() -> frozenset[str]:
    """Return the zones of the United States, from the table of the time zone database."""
    from importlib.resources import files

    rows = (files("tzdata.zoneinfo") / "zone.tab").read_text(encoding="utf-8").splitlines()
    return frozenset(row.split("\t")[2] for row in rows if row.startswith("US\t"))


def month_first(now: datetime) -> bool:
    """Tell whether the month comes first where ``now`` is told."""
    zone = getattr(now.tzinfo, "key", "")
    return zone.startswith("US/") or (
        zone.startswith(("America", "Pacific")) and zone in _american_zones()
    )


def figures(
    words: Words, i: int, rolled: Callable[[int, int], date | None], month_first: bool
) -> tuple[date, int] | None:
    """Read a date in figures; ``rolled`` gives the next such (day, month) of one without a year."""
    text, places = _run(words, i)
    if not text:
        return None
    for end in dict.fromkeys((len(text), len(text.rstrip("./-")))):
        if text[:end] and end in places:
            found = _read(text[:end], rolled, _told(words, i, places[end]), month_first)
            if found is not None:
                return found, places[end]
    return None


def year_month(words: Words, i: int) -> tuple[int, int, int] | None:
    """Read "2027-10", "10/2027" as year, month and the place after."""
    text, places = _run(words, i)
    part = YEAR_MONTH.fullmatch(text)
    if part is None:
        return None
    year, month = int(part[1] or part[4]), int(part[2] or part[3])
    return (year, month, places[len(text)]) if 0 < month < 13 else None


def _run(words: Words, i: int) -> tuple[str, dict[int, int]]:
    """Return the figures and marks written as one from ``i`` on, and the place after each."""
    first = word(words, i)
    inside = touching(words, i) and (word(words, i - 1) in ".,/:" or word(words, i - 1).isdecimal())
    behind_a_dash = touching(words, i) and word(words, i - 1) == "-" and _number(words, i - 2)
    if not first[:1].isdecimal() or inside or behind_a_dash:
        return "", {}
    text, j, places = first, i + 1, {len(first): i + 1}
    while j < len(words) and touching(words, j) and len(text) <= LONGEST:
        if not (word(words, j) in "-/." or word(words, j)[:1].isdecimal()):
            break
        text += word(words, j)
        j += 1
        places[len(text)] = j
    return text, places


def _number(words: Words, i: int) -> bool:
    return word(words, i)[:1].isdecimal() and touching(words, i + 1)


def _told(words: Words, i: int, j: int) -> bool:
    """Tell whether a date is expected: after "on" and the like, or where nothing else is said."""
    return word(words, i - 1) in TELLING or (i == 0 and j >= len(words))


def _read(
    text: str, rolled: Callable[[int, int], date | None], told: bool, month_first: bool
) -> date | None:
    whole = YEAR_FIRST.fullmatch(text)
    if whole:
        return valid(int(whole[1]), int(whole[3]), int(whole[4]))
    whole = YEAR_LAST.fullmatch(text)
    if whole:
        short = int(whole[4])
        year = short if len(whole[4]) == 4 else short + (2000 if short < 70 else 1900)
        day, month = _ordered(int(whole[1]), int(whole[3]), whole[2], month_first)
        return valid(year, month, day)
    together = TOGETHER.fullmatch(text)
    if together and told:
        return valid(*(int(part) for part in together.groups()))
    part = NO_YEAR.fullmatch(text)
    if part and (part[2] or told):
        mark = "/" if part[2] else "."
        return rolled(*_ordered(int(part[1]), int(part[2] or part[3]), mark, month_first))
    return None


def _ordered(first: int, second: int, mark: str, month_first: bool) -> tuple[int, int]:
    """Return the day and the month; what can't be a month is the day."""
    swapped = second > 12 >= first or (month_first and first <= 12 and mark != ".")
    return (second, first) if swapped else (first, second)
