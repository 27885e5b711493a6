"""Calendar dates: "tomorrow", "next tuesday", "the 3rd of may", "in two weeks", "christmas".

A date without a year that has passed is next year's. Dates in figures put the day first (3/5 is the
3rd of May) unless they begin with the year.
"""

from __future__ import annotations

from datetime import date, datetime, timedelta

from assistant.language.tokens import Words, phrase, word
from assistant.language.values.numbers import cardinal, number, ordinal

WEEKDAYS = {
    name: n
    for n, names in enumerate(
        ("monday mon", "tuesday tue tues", "wednesday wed", "thursday thu thur thurs",
         "friday fri", "saturday sat", "sunday sun")
    )
    for name in names.split()
}  # fmt: skip
MONTHS = {
    name: n
    for n, names in enumerate(
        ("january jan", "february feb", "march mar", "april apr", "may", "june jun", "july jul",
         "august aug", "september sep sept", "october oct", "november nov", "december dec"), 1
    )
    for name in names.split()
}  # fmt: skip
UNCERTAIN = frozenset("may mar march mon sun sat wed dec second".split())
"""Names that are common words too, so they count only beside a number."""

FIXED = {
    ("christmas", "eve"): (12, 24),
    ("christmas", "day"): (12, 25),
    ("christmas",): (12, 25),
    ("xmas",): (12, 25),
    ("boxing", "day"): (12, 26),
    ("new", "year's", "eve"): (12, 31),
    ("new", "years", "eve"): (12, 31),
    ("new", "year's", "day"): (1, 1),
    ("new", "years", "day"): (1, 1),
    ("new", "year's"): (1, 1),
    ("new", "year"): (1, 1),
    ("halloween",): (10, 31),
    ("valentine's", "day"): (2, 14),
    ("valentines", "day"): (2, 14),
    ("st", "patrick's", "day"): (3, 17),
}
"""Holidays on the same day every year."""


def day(words: Words, i: int, now: datetime) -> tuple[date, int] | None:
    """Read a date, the longest that fits."""
    today = now.date()
    i = i + 1 if word(words, i) == "on" else i
    best: tuple[date, int] | None = None
    for read in (_near, _weekday, _day_month, _figures, _after, _holiday, _edge, _month_day):
        found = read(words, i, today)
        if found is not None and (best is None or found[1] > best[1]):
            best = found
    return best


def _near(words: Words, i: int, today: date) -> tuple[date, int] | None:
    """Read "today", "tomorrow", "the day after tomorrow"."""
    i = i + 1 if word(words, i) == "the" else i
    table = (
        (("day", "after", "tomorrow"), 2),
        (("day", "before", "yesterday"), -2),
        (("today",), 0),
        (("tomorrow",), 1),
        (("tmrw",), 1),
        (("yesterday",), -1),
    )
    for said, days in table:
        j = phrase(words, i, *said)
        if j:
            return today + timedelta(days=days), j
    return None


def _weekday(words: Words, i: int, today: date) -> tuple[date, int] | None:
    """Read "friday" (the coming one), "next friday" (next week's), "last friday", "friday week"."""
    lead = word(words, i) if word(words, i) in ("next", "this", "last", "coming", "every") else ""
    the = word(words, i) == "the" and word(words, i + 1) in ("coming", "next")
    j = i + 2 if the else i + 1 if lead else i
    lead = "" if the else lead
    name = word(words, j)
    if name not in WEEKDAYS or (
        name in UNCERTAIN and not lead and not the and word(words, i - 1) != "on"
    ):
        return None
    ahead = (WEEKDAYS[name] - today.weekday() - 1) % 7 + 1
    if lead == "last":
        return today - timedelta(days=(today.weekday() - WEEKDAYS[name] - 1) % 7 + 1), j + 1
    if lead == "next":
        monday = today + timedelta(days=7 - today.weekday())
        return monday + timedelta(days=WEEKDAYS[name]), j + 1
    if word(words, j + 1) == "week" or phrase(words, j + 1, "next", "week"):
        end = j + 2 if word(words, j + 1) == "week" else j + 3
        return today + timedelta(
            days=ahead + (7 if end == j + 2 else 7 * (ahead <= 6 - today.weekday()))
        ), end
    return today + timedelta(days=ahead), j + 1


def _day_month(words: Words, i: int, today: date) -> tuple[date, int] | None:
    """Read "the 3rd of may", "3 may 2027", "may the third", "march 15th"."""
    j = i + 1 if word(words, i) == "the" else i
    read = ordinal(words, j) or _figure(words, j)
    if read is not None and read[0] > 0:
        k = read[1] + 1 if word(words, read[1]) == "of" else read[1]
        if word(words, k) in MONTHS:
            return _with_year(words, k + 1, read[0], MONTHS[word(words, k)], today)
        return None
    if word(words, i) not in MONTHS:
        return None
    j = i + 2 if word(words, i + 1) == "the" else i + 1
    read = ordinal(words, j) or _figure(words, j) or _small(words, j)
    if read is None or not 0 < read[0] <= 31:
        return None
    return _with_year(words, read[1], read[0], MONTHS[word(words, i)], today)


def _month_day(words: Words, i: int, today: date) -> tuple[date, int] | None:
    """Read "the 21st": the next day of that number."""
    if word(words, i) != "the":
        return None
    read = ordinal(words, i + 1)
    if read is None or not 0 < read[0] <= 31 or word(words, i + 2) in ("one", "item", "of"):
        return None
    year, month = today.year, today.month
    for _ in range(12):
        month, year = (1, year + 1) if month == 13 else (month, year)
        found = _valid(year, month, read[0])
        if found and found >= today:
            return found, read[1]
        month += 1
    return None


def _figures(words: Words, i: int, today: date) -> tuple[date, int] | None:
    """Read "2026-05-03", "3/5/2027", "3/5", "3.5.2027"."""
    for mark in ("-", "/", "."):
        parts = [word(words, i + k) for k in range(0, 5, 2)]
        if not (parts[0].isdigit() and word(words, i + 1) == mark):
            continue
        if word(words, i + 3) == mark and parts[1].isdigit() and parts[2].isdigit():
            first, second, third = map(int, parts)
            year, month, day_ = (first, second, third) if first > 31 else (third, second, first)
            found = _valid(year + 2000 if year < 100 else year, month, day_)
            return (found, i + 5) if found else None
        if mark == "/" and parts[1].isdigit():
            return _rolled(int(parts[0]), int(parts[1]), today, i + 3)
    return _dotted(words, i)


def _dotted(words: Words, i: int) -> tuple[date, int] | None:
    """Read "3.5.2027", of which "3.5" was split off as a number."""
    day_, dot, month = word(words, i).partition(".")
    year = word(words, i + 2)
    if not (dot and word(words, i + 1) == "." and year.isdigit() and len(year) == 4):
        return None
    found = _valid(int(year), int(month), int(day_))
    return (found, i + 3) if found else None


def _after(words: Words, i: int, today: date) -> tuple[date, int] | None:
    """Read "in two weeks", "3 days from now", "a week from tomorrow", "two days ago"."""
    from dateutil.relativedelta import relativedelta

    lead = word(words, i) == "in"
    j = i + 1 if lead else i
    amount = number(words, j)
    value, j = amount or (1, j + 1 if word(words, j) in ("a", "an") else -1)
    unit = word(words, j).rstrip("s")
    if j < 0 or unit not in ("day", "week", "fortnight", "month", "year") or value != int(value):
        return None
    step = relativedelta(**_step(unit, int(value)))  # type: ignore[arg-type]
    j += 1
    if lead:
        end = phrase(words, j, "'", "time") or phrase(words, j, "time") or j
        return today + step, end
    if word(words, j) == "ago":
        return today - step, j + 1
    if word(words, j) not in ("from", "after"):
        return None
    start = (
        (today, j + 2) if word(words, j + 1) in ("now", "today") else _start(words, j + 1, today)
    )
    return (start[0] + step, start[1]) if start else None


def _start(words: Words, i: int, today: date) -> tuple[date, int] | None:
    for read in (_near, _weekday, _holiday):
        found = read(words, i, today)
        if found:
            return found
    return None


def _step(unit: str, value: int) -> dict[str, int]:
    if unit == "fortnight":
        return {"weeks": 2 * value}
    return {unit + "s": value}


def _holiday(words: Words, i: int, today: date) -> tuple[date, int] | None:
    """Read a holiday's name: the next one."""
    for said, (month, day_) in FIXED.items():
        j = phrase(words, i, *said)
        if j and not (said == ("new", "year") and word(words, j) == "'"):
            return _rolled(day_, month, today, j)
    if word(words, i) == "thanksgiving":
        return _moving(today, _thanksgiving, i + 1)
    if word(words, i) == "easter":
        from dateutil.easter import easter

        if word(words, i + 1) == "monday":
            return _moving(today, lambda year: easter(year) + timedelta(days=1), i + 2)
        return _moving(today, easter, i + 2 if word(words, i + 1) == "sunday" else i + 1)
    return None


def _moving(today: date, of_year: object, end: int) -> tuple[date, int]:
    assert callable(of_year)
    this: date = of_year(today.year)
    return (this if this >= today else of_year(today.year + 1)), end


def _thanksgiving(year: int) -> date:
    """Return the fourth Thursday of November, as in the United States."""
    first = date(year, 11, 1)
    return first + timedelta(days=(3 - first.weekday()) % 7 + 21)


def _edge(words: Words, i: int, today: date) -> tuple[date, int] | None:
    """Read "this weekend", "next week", "the end of the month"."""
    from dateutil.relativedelta import relativedelta

    j = i + 1 if word(words, i) in ("the", "this", "at") else i
    j = j + 1 if word(words, j) == "the" else j
    if word(words, j) == "weekend":
        return today + timedelta(days=(5 - today.weekday()) % 7), j + 1
    if phrase(words, i, "next", "weekend"):
        return today + timedelta(days=(5 - today.weekday()) % 7 + 7), i + 2
    if phrase(words, i, "next", "week"):
        return today + timedelta(days=7 - today.weekday()), i + 2
    if phrase(words, i, "next", "month"):
        return today.replace(day=1) + relativedelta(months=1), i + 2
    if phrase(words, i, "next", "year"):
        return date(today.year + 1, 1, 1), i + 2
    edge = phrase(words, j, "end", "of")
    if edge is None:
        return None
    k = edge + 1 if word(words, edge) in ("the", "this", "next") else edge
    ahead = 1 if word(words, edge) == "next" else 0
    if word(words, k) == "month":
        return today.replace(day=1) + relativedelta(months=ahead + 1, days=-1), k + 1
    if word(words, k) == "year":
        return date(today.year + ahead, 12, 31), k + 1
    if word(words, k) == "week":
        return today + timedelta(days=6 - today.weekday() + 7 * ahead), k + 1
    return None


def _figure(words: Words, i: int) -> tuple[int, int] | None:
    text = word(words, i)
    return (int(text), i + 1) if text.isdigit() and len(text) <= 2 else None


def _small(words: Words, i: int) -> tuple[int, int] | None:
    """Read the five of "may five"."""
    read = cardinal(words, i)
    return read if read and read[0] <= 31 else None


def _with_year(words: Words, i: int, day_: int, month: int, today: date) -> tuple[date, int] | None:
    j = i + 1 if word(words, i) in (",", "in") else i
    text = word(words, j)
    if text.isdigit() and len(text) == 4:
        found = _valid(int(text), month, day_)
        return (found, j + 1) if found else None
    return _rolled(day_, month, today, i)


def _rolled(day_: int, month: int, today: date, end: int) -> tuple[date, int] | None:
    """Return the next such day: this year's, next year's, or a leap year's."""
    for year in range(today.year, today.year + 9):
        found = _valid(year, month, day_)
        if found and found >= today:
            return found, end
    return None


def _valid(year: int, month: int, day_: int) -> date | None:
    try:
        return date(year, month, day_)
    except ValueError:
        return None
