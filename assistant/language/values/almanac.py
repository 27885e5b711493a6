"""What the calendar's parts are called: weekdays, months, units, days of a month and years."""

from __future__ import annotations

from datetime import date

from assistant.language import calendar
from assistant.language.counting import ORDINALS, TENS
from assistant.language.counting import UNITS as UNIT_WORDS
from assistant.language.tokens import Words, phrase, touching, word
from assistant.language.values.numbers import cardinal, ordinal


def _named(full: tuple[str, ...], short: tuple[str, ...], first: int = 0) -> dict[str, int]:
    rows = enumerate(zip(full, short, strict=True), first)
    return {name: n for n, (long, others) in rows for name in (long.lower(), *others.split())}


WEEKDAYS = _named(calendar.WEEKDAYS, ("mon", "tue tues", "wed weds", "thu thur thurs", "fri",
                                      "sat", "sun"))  # fmt: skip
MONTHS = _named(calendar.MONTHS, ("jan", "feb", "mar", "apr", "", "jun", "jul", "aug", "sep sept",
                                  "oct", "nov", "dec"), 1)  # fmt: skip
UNCERTAIN = frozenset("may mar march mon sun sat wed dec".split())
"""Names that are common words too, so they count only beside a number or where a date is told."""

THROUGH = frozenset("to until till through thru -".split())
"""Words between the first and the last of a span."""

TELLING = frozenset(
    "on in of by until till til from since before after for to through thru between during and "
    "this next last past coming upcoming previous following every each early mid late".split()
)
"""Words after which an uncertain name is a day or a month."""

UNITS = tuple("day week fortnight weekend month quarter year decade century millennium".split())
UNIT_NAMES = {name: name for name in UNITS} | {f"{name}s": name for name in UNITS}
UNIT_NAMES |= {
    "millennia": "millennium",
    "centuries": "century",
    "wk": "week",
    "wks": "week",
    "yr": "year",
    "yrs": "year",
}

NUMBER_WORDS = frozenset((*UNIT_WORDS, *TENS, *ORDINALS, *"hundred couple dozen several".split()))
"""Words a number may begin with."""

NEAR = {"today": 0, "tomorrow": 1, "yesterday": -1}
NEAR |= dict.fromkeys(("tmrw", "tmr", "tomorow", "tommorow", "tommorrow"), 1)
"""Days named from today, written short or wrong too, and how far on they are."""

NOT_YET = 1900
"""Four figures before this one are a year only if no clock could show them: 1066 but not 1730."""


def bare(words: Words, i: int) -> str:
    """Return the word at a place without a possessive ending."""
    text = word(words, i)
    if "'" not in text:
        return text
    return text[:-2] if text.endswith("'s") else text.rstrip("'")


def unit(words: Words, i: int) -> str:
    """Return the calendar unit at a place, "" if there is none: "weeks", "year's", "months'"."""
    return unit_of(bare(words, i))


def unit_of(text: str) -> str:
    """Return the calendar unit a word names, "" if it names none."""
    return UNIT_NAMES.get(text, "")


def weekday(words: Words, i: int) -> tuple[int, int] | None:
    """Read a weekday's name; Monday is 0."""
    return _name(words, i, WEEKDAYS)


def weekdays(words: Words, i: int) -> tuple[int, int] | None:
    """Read a weekday in the plural: "fridays"."""
    text = word(words, i)
    n = WEEKDAYS.get(text[:-1]) if text.endswith("s") else None
    return (n, i + 1) if n is not None else None


def month(words: Words, i: int) -> tuple[int, int] | None:
    """Read a month's name; January is 1."""
    return _name(words, i, MONTHS)


def _name(words: Words, i: int, names: dict[str, int]) -> tuple[int, int] | None:
    n = names.get(bare(words, i))
    if n is None:
        return None
    dot = word(words, i + 1) == "." and touching(words, i + 1)
    return n, i + 2 if dot and (short(words, i) or word(words, i + 2)[:1].isdecimal()) else i + 1


def short(words: Words, i: int) -> bool:
    """Tell whether a name with a point after it is an abbreviation within a text."""
    return len(word(words, i)) < 5 and word(words, i) != "may" and bool(word(words, i + 2))


def surely(words: Words, i: int) -> bool:
    """Tell whether a name is meant as one: not the "may" of "you may go"."""
    if word(words, i) not in UNCERTAIN:
        return True
    j = skip(words, i + 1, ",")
    if word(words, i) in MONTHS and word(words, j).isdecimal() and year(words, j):
        return True
    ends = not word(words, i + 1)[:1].isalnum()
    table = MONTHS if word(words, i) in MONTHS else WEEKDAYS
    other = word(words, i + 2) if word(words, i + 1) in ("or", "and", "to") else ""
    if other in table and other != word(words, i):
        return True
    if word(words, i - 1) in TELLING:
        return ends or word(words, i) in WEEKDAYS or word(words, i - 1) != "this"
    return i == 0 and all(w.text in ".!?" for w in words[1:])


def day_number(words: Words, i: int) -> tuple[int, int] | None:
    """Read the number of a day: "3rd", "twenty first", "the 09th", "five", "16."; 1 to 31."""
    i = i + 1 if word(words, i) == "the" else i
    read = ordinal(words, i) or _figure(words, i) or cardinal(words, i)
    return read if read and 0 < read[0] <= 31 else None


def _figure(words: Words, i: int) -> tuple[int, int] | None:
    text = word(words, i).removeprefix(".")  # "oct.23" is split before the point
    return (int(text), i + 1) if text.isdecimal() and len(text) <= 2 else None


def year(words: Words, i: int) -> tuple[int, int] | None:
    """Read a year: "2027", "'99", "nineteen eighty four", "two thousand and eighteen"."""
    text = word(words, i)
    if text.isdecimal() and len(text) == 4:
        value = int(text)
        clock = value % 100 < 60 and value < NOT_YET
        return None if clock or value > 2999 or value < 1000 else (value, i + 1)
    if text == "'" and word(words, i + 1).isdecimal() and len(word(words, i + 1)) == 2:
        short = int(word(words, i + 1))
        return short + (2000 if short < 70 else 1900), i + 2
    return None if text[:1].isdecimal() else _spoken_year(words, i)


def _spoken_year(words: Words, i: int) -> tuple[int, int] | None:
    """Read "nineteen eighty four", "twenty oh five", "two thousand and five"."""
    first = cardinal(words, i)
    if first is None or word(words, i).isdecimal():
        return None
    if 1000 <= first[0] <= 2999:
        return first
    if not 10 <= first[0] <= 29:
        return None
    value, j = first
    if word(words, j) in ("oh", "o"):
        digit = cardinal(words, j + 1)
        return (value * 100 + digit[0], digit[1]) if digit and digit[0] < 10 else None
    if word(words, j) == "hundred":
        return value * 100, j + 1
    second = cardinal(words, j)
    return (value * 100 + second[0], second[1]) if second and 10 <= second[0] <= 99 else None


def year_after(words: Words, i: int, today: date) -> tuple[int, int] | None:
    """Read the year beside a day or month: ", 2027", "in 2020", "of next year", "last year"."""
    j = i + 1 if word(words, i) in (",", "in", "of", "-", "/") else i
    j = j + 1 if word(words, j) == "the" and bare(words, j + 1) == "year" else j
    j = j + 1 if bare(words, j) == "year" and word(words, j + 1).isdecimal() else j
    ahead = {"this": 0, "next": 1, "last": -1, "previous": -1}.get(word(words, j))
    if ahead is not None and bare(words, j + 1) == "year":
        return today.year + ahead, j + 2
    return year(words, j)


def valid(year_: int, month_: int, day_: int) -> date | None:
    """Return the date, or None where there is none such."""
    try:
        return date(year_, month_, day_)
    except ValueError:
        return None


def skip(words: Words, i: int, *texts: str) -> int:
    """Return the place after one of the texts if it stands at ``i``, else ``i``."""
    return i + 1 if word(words, i) in texts else i


def after_next(words: Words, i: int) -> tuple[int, int] | None:
    """Read the "after next" or "before last" of "the week after next" as (+1 or -1, place)."""
    for said, step in ((("after", "next"), 1), (("before", "last"), -1)):
        j = phrase(words, i, *said) or phrase(words, i, said[0], "the", said[1])
        if j and not unit(words, j):
            return step, j
    return None
