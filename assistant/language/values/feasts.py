"""Holidays by rule: "christmas eve", "the last easter", "thanksgiving 2027", "hanukkah next year".

The rules of the United States stand where countries differ (Mother's and Father's Day, Labor Day);
"labour day", which is in May or in September, is not read. Easter is dateutil's; the feasts of the
moon come from the tables of ``holidays``, loaded when one is named, and are the day and not the
evening before.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime, timedelta
from functools import lru_cache
from typing import Any

from assistant.language.tokens import Words, phrase, touching, word
from assistant.language.values.almanac import WEEKDAYS, skip, unit, valid, year_after
from assistant.language.values.feastdays import TABLE


def _key(text: str) -> str:
    """Return a word of a name without its endings: "year's", "years'" and "years" are one."""
    text = "st" if text == "saint" else text.removesuffix("'s").replace("'", "")
    return text[:-1] if text.endswith("s") and not text.endswith("ss") and len(text) > 3 else text


def _names() -> dict[str, list[tuple[tuple[str, ...], str]]]:
    names: dict[str, list[tuple[tuple[str, ...], str]]] = {}
    for row in TABLE.strip().splitlines():
        rule, _, said = row.partition(": ")
        for name in said.split(", "):
            keys = tuple(map(_key, name.split()))
            names.setdefault(keys[0], []).append((keys, rule))
    return {first: sorted(rows, key=lambda r: -len(r[0])) for first, rows in names.items()}


NAMES = _names()
"""The names that begin with a word, the longest first."""

AHEAD = {"this": 0, "the": 0, "coming": 0, "upcoming": 0, "next": 1, "last": -1, "past": -1}
AHEAD |= {"previous": -1}


def feast(words: Words, i: int, now: datetime) -> tuple[date, int] | None:
    """Read a holiday with what is said of its year; without that it is the next one."""
    found = around(words, i, now)
    return None if found and unit(words, found[1]) in ("week", "weekend") else found


def around(words: Words, i: int, now: datetime) -> tuple[date, int] | None:
    """Read a holiday, be it the name of its week or weekend too."""
    if not may_start(word(words, i)) and word(words, i) not in AHEAD:
        return None
    possessed = year_after(words, i, now.date()) if word(words, i) in AHEAD else None
    if possessed is not None and word(words, possessed[1] - 1).endswith("'s"):
        named = named_rule(words, possessed[1])
        that = _in(named[0], possessed[0]) if named else None
        return (that, named[1]) if named and that else None
    i = skip(words, i, "the")
    eve = phrase(words, i, "eve", "of")
    lead = None if eve else AHEAD.get(word(words, i))
    i = eve or (i if lead is None else i + 1)
    i = skip(words, i, "coming", "past") if word(words, i - 1) == "this" else i
    named = named_rule(words, i)
    if named is None:
        return None
    rule, j = named
    back = 1 if eve or word(words, j) == "eve" else 0
    j = j + 1 if word(words, j) in ("eve", "day") else j
    return _of_year(words, j, rule, lead, now.date(), timedelta(days=back))


def named_rule(words: Words, i: int) -> tuple[str, int] | None:
    """Return the rule of the feast named at a place, and the place after the name."""
    for keys, rule in NAMES.get(_key(word(words, i)), ()):
        j = i
        for key in keys:
            if _key(word(words, j)) != key:
                break
            j += 1
            if key in ("st", "jr", "dr") and word(words, j) == "." and touching(words, j):
                j += 1
            j = skip(words, j, "-") if word(words, j) == "-" and len(keys) > 1 else j
        else:
            return rule, j
    return None


def _of_year(
    words: Words, j: int, rule: str, lead: int | None, today: date, back: timedelta
) -> tuple[date, int] | None:
    """Return the feast, or the day ``back`` before it, of the year that is told or meant."""
    told = year_after(words, j, today) if not lead else None
    if told is not None:
        found = _in(rule, told[0], back)
        return (found, told[1]) if found else None
    near = [each - back for n in (-1, 0, 1, 2) for each in dates(rule, today.year + n)]
    if lead == -1:
        near = [each for each in near if each < today]
        return (max(near), j) if near else None
    near = [each for each in near if each > today or (each == today and lead != 1)]
    return (min(near), j) if near else None


def _in(rule: str, year: int, back: timedelta = timedelta()) -> date | None:
    days = [each - back for n in (0, 1) for each in dates(rule, year + n)]
    return next((each for each in days if each.year == year), None)


@lru_cache(maxsize=256)
def dates(rule: str, year: int) -> tuple[date, ...]:
    """Return the days a rule of the table falls on in a year; none where it is not known."""
    parts = rule.split()
    shift = timedelta(days=int(parts.pop())) if parts[-1][0] in "+-" and len(parts) > 1 else None
    found = tuple(each for each in _dates(parts, year) if each is not None)
    return tuple(each + (shift or timedelta()) for each in found)


def _dates(parts: list[str], year: int) -> Iterator[date | None]:
    if parts[0] in ("easter", "orthodox"):
        from dateutil.easter import EASTER_ORTHODOX, EASTER_WESTERN, easter

        if 1583 <= year <= 4099:
            yield easter(year, EASTER_ORTHODOX if parts[0] == "orthodox" else EASTER_WESTERN)
    elif len(parts) == 1:
        month, _, day = parts[0].partition("-")
        yield valid(year, int(month), int(day))
    elif len(parts) == 3:
        yield nth_weekday(year, int(parts[2]), WEEKDAYS[parts[1]], int(parts[0]))
    else:
        yield from _moon(parts[0], parts[1], year)


def nth_weekday(year: int, month: int, day: int, count: int) -> date:
    """Return the n-th such weekday of a month, from its end where n is negative."""
    if count > 0:
        first = date(year, month, 1)
        return first + timedelta(days=(day - first.weekday()) % 7 + 7 * (count - 1))
    last = date(year + month // 12, month % 12 + 1, 1) - timedelta(days=1)
    return last - timedelta(days=(last.weekday() - day) % 7 + 7 * (-count - 1))


def _moon(calendar: str, name: str, year: int) -> Iterator[date]:
    """Return the days of a feast of the moon, from the tables of ``holidays`` (1901 to 2099)."""
    from holidays.calendars.buddhist import _BuddhistLunisolar
    from holidays.calendars.chinese import _ChineseLunisolar
    from holidays.calendars.hebrew import _HebrewLunisolar
    from holidays.calendars.hindu import _HinduLunisolar
    from holidays.calendars.islamic import _IslamicLunar

    known: Any = {
        "buddhist": _BuddhistLunisolar,
        "chinese": _ChineseLunisolar,
        "hebrew": _HebrewLunisolar,
        "hindu": _HinduLunisolar,
        "islamic": _IslamicLunar,
    }[calendar]()
    ending = "dates" if calendar == "islamic" else "date"
    yield from (d for d in _flat(getattr(known, f"{name}_{ending}")(year)) if d.year == year)


def _flat(found: Any) -> Iterator[date]:
    """Return the dates among sets, lists and (date, estimated) pairs."""
    if isinstance(found, date):
        yield found
    elif not isinstance(found, bool) and found is not None:
        for each in found:
            yield from _flat(each)


STARTS = frozenset(NAMES) | {"eve"}
"""First words of names, as ``_key`` has them."""


def may_start(text: str) -> bool:
    """Tell whether a feast's name may begin with a word."""
    return _key(text) in STARTS
