"""The parts of an RFC 5545 rule out of words: "every other week", "the 1st of each month"."""

from __future__ import annotations

from calendar import monthrange
from datetime import date, timedelta

from assistant.language.tokens import Words, phrase, word
from assistant.language.values import feasts
from assistant.language.values.almanac import (
    THROUGH,
    day_number,
    month,
    skip,
    weekday,
    weekdays,
)
from assistant.language.values.dayparts import PARTS
from assistant.language.values.numbers import integer, number, ordinal
from assistant.language.values.recurrences import DAYS, WEEKDAYS, WEEKEND

Parts = dict[str, str]
Read = tuple[Parts, int]

EVERY = frozenset(("every", "each"))
ADVERBS = {
    "hourly": "FREQ=HOURLY",
    "daily": "FREQ=DAILY",
    "weekly": "FREQ=WEEKLY",
    "fortnightly": "FREQ=WEEKLY;INTERVAL=2",
    "monthly": "FREQ=MONTHLY",
    "quarterly": "FREQ=MONTHLY;INTERVAL=3",
    "yearly": "FREQ=YEARLY",
    "annually": "FREQ=YEARLY",
}
FREQUENCIES = {
    "minute": ("MINUTELY", 1),
    "min": ("MINUTELY", 1),
    "hour": ("HOURLY", 1),
    "day": ("DAILY", 1),
    "week": ("WEEKLY", 1),
    "fortnight": ("WEEKLY", 2),
    "month": ("MONTHLY", 1),
    "quarter": ("MONTHLY", 3),
    "year": ("YEARLY", 1),
}
TELLING = (
    EVERY
    | frozenset(ADVERBS)
    | frozenset(
        "nightly weekdays weekends times once twice thrice".split()
        + "weekday weekend mornings afternoons evenings nights".split()
    )
)
"""Words one of which is in every recurrence without a plural weekday."""

TIMES = {"once": 1, "twice": 2, "thrice": 3}


def how_often(words: Words, i: int) -> Read | None:
    """Read how often: "every ...", "mondays", "daily", "twice a day", "the 1st of every month"."""
    text = word(words, i)
    if text in EVERY:
        return _every(words, i + 1)
    if text in ADVERBS:
        return dict(p.split("=") for p in ADVERBS[text].split(";")), i + 1
    if text == "nightly":
        return {"FREQ": "DAILY"}, i + 1
    return _plural_days(words, i) or _so_often(words, i) or _nth_of_every(words, i)


def _every(words: Words, i: int) -> Read | None:
    """Read what stands after "every", the longest: "other week", "monday and friday", "may 3rd"."""
    reads = (listed_days, _part_of_day, nth_weekday, _counted, day_of_month, yearly)
    found = [read for each in reads if (read := each(words, i)) is not None]
    return max(found, key=lambda read: read[1]) if found else None


def _counted(words: Words, i: int) -> Read | None:
    """Read "week", "other week", "3 days", "second month", "couple of hours", "half hour"."""
    half = phrase(words, i, "half", "hour") or phrase(words, i, "half", "an", "hour")
    if half:
        return {"FREQ": "MINUTELY", "INTERVAL": "30"}, half
    count, j = _interval(words, i)
    unit = FREQUENCIES.get(word(words, j).removesuffix("s"))
    if unit is not None and 0 < count < 1000:
        return _interval_of(unit[0], unit[1] * count), j + 1
    if count == 1:
        return None
    named = listed_days(words, j)
    return ({**named[0], "INTERVAL": str(count)}, named[1]) if named and count < 53 else None


def _interval(words: Words, i: int) -> tuple[int, int]:
    """Read how many of a unit lie between: 1 where nothing is said."""
    if word(words, i) == "other":
        return 2, i + 1
    if word(words, i) == "single":
        return 1, i + 1
    if word(words, i) == "second" and word(words, i + 1):
        return 2, i + 1
    nth = ordinal(words, i)
    if nth is not None and word(words, nth[1]).removesuffix("s") in FREQUENCIES:
        return nth
    return integer(words, i) or (1, i)


def _interval_of(frequency: str, count: int) -> Parts:
    return {"FREQ": frequency, **({"INTERVAL": str(count)} if count > 1 else {})}


def listed_days(words: Words, i: int) -> Read | None:
    """Read "monday", "monday, wednesday and friday", "weekday", "weekend", "tuesday to friday"."""
    if word(words, i) in ("weekday", "weekdays") or phrase(words, i, "working", "day"):
        return {"FREQ": "WEEKLY", "BYDAY": WEEKDAYS}, i + 1 + (word(words, i) == "working")
    if word(words, i) in ("weekend", "weekends"):
        return {"FREQ": "WEEKLY", "BYDAY": WEEKEND}, i + 1
    found: list[int] = []
    j = i
    while True:
        named = weekday(words, j) or weekdays(words, j)
        if named is None:
            break
        found.append(named[0])
        last = j = named[1]
        through = word(words, j) in THROUGH
        other = (weekday(words, j + 1) or weekdays(words, j + 1)) if through else None
        if other is not None and len(found) == 1:
            span = (other[0] - found[0]) % 7
            return weekly([(found[0] + n) % 7 for n in range(span + 1)]), other[1]
        j = skip(words, skip(words, skip(words, j, ","), "and", "&"), "on", "every", "each")
    return (weekly(found), last) if found else None


def span_of_days(words: Words, i: int) -> Read | None:
    """Read "monday to friday", "from mon to fri": of each week, where no week is named."""
    start = skip(words, i, "from")
    first = weekday(words, start)
    through = first is not None and word(words, first[1]) in THROUGH
    found = listed_days(words, start) if through and first else None
    if found is None or first is None or found[1] <= first[1]:
        return None
    named = word(words, i - 1) in ONE_WEEK or word(words, found[1]) in ONE_WEEK
    return None if named else found


ONE_WEEK = frozenset("this next last coming following past previous of in week weeks".split())
"""Words beside a span of days that say of which week it is."""


def weekly(days: list[int]) -> Parts:
    """Return the rule of some days of each week, Monday being 0."""
    return {"FREQ": "WEEKLY", "BYDAY": ",".join(DAYS[n] for n in sorted(set(days)))}


def _part_of_day(words: Words, i: int) -> Read | None:
    """Read "morning", "other night", "weekday morning", "monday evening"."""
    days = listed_days(words, i)
    if days is not None:
        return (days[0], days[1] + 1) if word(words, days[1]) in PARTS else None
    count, j = _interval(words, i)
    return (_interval_of("DAILY", count), j + 1) if word(words, j) in PARTS else None


def _plural_days(words: Words, i: int) -> Read | None:
    """Read "mondays and thursdays", "weekdays", "tuesday mornings"."""
    span = span_of_days(words, i)
    found = span or listed_days(words, i)
    if found is None:
        return None
    k = found[1]
    alone = word(words, i) == "weekend" and k - i == len(words)
    plural = (
        bool(span)
        or alone  # "a | weekend | alarm", but not "on the weekend of the 5th"
        or word(words, i) in ("weekday", "weekdays", "weekends")
        or weekdays(words, i) is not None
    )
    if plural and not span and number(words, i - 1) is not None:
        return None  # "two tuesdays"
    if word(words, k).removesuffix("s") in PARTS:
        return (found[0], k + 1) if plural or word(words, k).endswith("s") else None
    return found if plural else None


def _so_often(words: Words, i: int) -> Read | None:
    """Read "twice a day", "once a week", "three times an hour"."""
    count, j = TIMES.get(word(words, i), 0), i + 1
    if not count:
        read = integer(words, i)
        count, j = (read[0], read[1] + 1) if read and word(words, read[1]) == "times" else (0, i)
    each = word(words, j) in ("a", "an", "per", "every", "each")
    if not count or not each:
        return None
    if count == 1:
        return _every(words, j + 1)
    parts = {"minute": 60, "hour": 60, "day": 24}.get(word(words, j + 1), 0)
    if not parts or parts % count or word(words, j + 1) == "minute":
        return None
    frequency = "MINUTELY" if word(words, j + 1) == "hour" else "HOURLY"
    return _interval_of(frequency, parts // count), j + 2


def nth_weekday(words: Words, i: int) -> Read | None:
    """Read "first monday of the month", "last friday": once a month."""
    nth = _nth(words, i)
    named = weekday(words, nth[1]) if nth else None
    if nth is None or named is None or not -2 < nth[0] < 6:
        return None
    end = _of_month(words, named[1])
    if end is None and nth[0] not in (1, -1):
        return None
    return {"FREQ": "MONTHLY", "BYDAY": f"{nth[0]}{DAYS[named[0]]}"}, end or named[1]


def _nth(words: Words, i: int) -> tuple[int, int] | None:
    return (-1, i + 1) if word(words, i) == "last" else ordinal(words, i)


def _of_month(words: Words, i: int) -> int | None:
    j = skip(words, i, "of", "in")
    j = skip(words, j, "the", "a", "every", "each")
    return j + 1 if j > i and word(words, j) == "month" else None


def day_of_month(words: Words, i: int) -> Read | None:
    """Read "1st", "31st of the month", "1st and 15th", "last day of the month"."""
    numbers, j = _numbers(words, i)
    if not numbers or month(words, skip(words, j, "of")) is not None:
        return None
    end = _of_month(words, j)
    figures = word(words, skip(words, i, "the")).isdecimal()
    return (monthly(numbers), end or j) if figures or end else None


def _numbers(words: Words, i: int) -> tuple[list[int], int]:
    """Return the days of a month listed at a place, -1 for the last, and the place after them."""
    found: list[int] = []
    j = k = i
    while True:
        k = skip(words, k, "the")
        last = word(words, k) == "last" and word(words, k + 1) == "day"
        read = (-1, k + 2) if last else ordinal(words, k)
        if read is None or not (read[0] == -1 or 0 < read[0] <= 31) or weekday(words, read[1]):
            return found, j
        found.append(read[0])
        j = read[1] if last else skip(words, read[1], "day")
        k = skip(words, skip(words, j, ","), "and", "&")


def monthly(numbers: list[int]) -> Parts:
    """Return the rule of days of a month; of one day that some lack it is their last day."""
    if len(numbers) == 1 and numbers[0] > 28:
        days = ",".join(str(n) for n in range(28, numbers[0] + 1))
        return {"FREQ": "MONTHLY", "BYMONTHDAY": days, "BYSETPOS": "-1"}
    return {"FREQ": "MONTHLY", "BYMONTHDAY": ",".join(map(str, numbers))}


def yearly(words: Words, i: int) -> Read | None:
    """Read "may 3rd", "christmas", "4th of july": once a year."""
    named_feast = feasts.named_rule(words, i)
    if named_feast is not None:
        return _each_feast(words, *named_feast)
    read = day_number(words, i)
    named = month(words, skip(words, read[1], "of")) if read else month(words, i)
    if named is None:
        return _nth_of_year(words, i)
    read = read or day_number(words, named[1])
    if read is None or read[0] > monthrange(2024, named[0])[1]:
        return None
    return on_date(named[0], read[0]), max(read[1], named[1])


def _each_feast(words: Words, rule: str, j: int) -> Read | None:
    """Return the rule of a feast that has its day of a month, or its eve; of no other."""
    day_, *rest = rule.split()
    eve = word(words, j) == "eve"
    if word(words, j) in ("week", "weekend"):
        return None
    if len(rest) == 2 and not eve:
        days = f"{day_}{rest[0][:2].upper()}"
        return {"FREQ": "YEARLY", "BYMONTH": rest[1], "BYDAY": days}, j
    if rest or "-" not in day_:
        return None
    month_, number = map(int, day_.split("-"))
    date_ = date(COMMON_YEAR, month_, number) - timedelta(days=eve)
    return on_date(date_.month, date_.day), j + eve


COMMON_YEAR = 2027
"""A year without a 29th of February."""


def _nth_of_year(words: Words, i: int) -> Read | None:
    """Read "second sunday of may"."""
    nth = _nth(words, i)
    named = weekday(words, nth[1]) if nth else None
    told = month(words, skip(words, named[1], "of", "in")) if named else None
    if nth is None or named is None or told is None or not -2 < nth[0] < 6:
        return None
    days = f"{nth[0]}{DAYS[named[0]]}"
    return {"FREQ": "YEARLY", "BYMONTH": str(told[0]), "BYDAY": days}, told[1]


def on_date(month_: int, day_: int) -> Parts:
    """Return the rule of a day of each year; of the 29th of February it is the month's last."""
    if (month_, day_) == (2, 29):
        return {"FREQ": "YEARLY", "BYMONTH": "2", "BYMONTHDAY": "28,29", "BYSETPOS": "-1"}
    return {"FREQ": "YEARLY", "BYMONTH": str(month_), "BYMONTHDAY": str(day_)}


def _nth_of_every(words: Words, i: int) -> Read | None:
    """Read "the 31st of every month", "first monday of each month", "may 3rd every year"."""
    i = skip(words, i, "the")
    for read in (nth_weekday, day_of_month, yearly):
        found = read(words, i)
        if found is None:
            continue
        if word(words, found[1] - 2) in EVERY and word(words, found[1] - 1) == "month":
            return found
        end = phrase(words, found[1], "every", "year") or phrase(words, found[1], "each", "year")
        if end and found[0]["FREQ"] == "YEARLY":
            return found[0], end
    return None
