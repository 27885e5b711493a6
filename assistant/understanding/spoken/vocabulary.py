"""What values of typed slots are said with, made of the words by which they are read.

Most are said in any order of their words. Where that would make a value of any noise, as of a sum,
templates tell how its words stand.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import cache

from assistant.language.counting import DECADES, ORDINALS, SMALL
from assistant.language.measures import PLAIN
from assistant.language.plurals import plural
from assistant.language.templates import read
from assistant.language.values.almanac import MONTHS, UNITS, WEEKDAYS
from assistant.language.values.clocktimes import NAMED
from assistant.language.values.dayparts import PARTS
from assistant.language.values.durations import SECONDS
from assistant.language.values.operations import BEHIND, FUNCTIONS, INFIX, VERBS
from assistant.language.values.quantities import SCALES, SIZES
from assistant.language.values.rules import ADVERBS, EVERY
from assistant.understanding.spoken.plan import Filling


def _first_named(names: Mapping[str, int]) -> tuple[str, ...]:
    """Return the first name of each thing; those behind it are short or misspelt."""
    first: dict[int, str] = {}
    for name, thing in names.items():
        first.setdefault(thing, name)
    return tuple(first.values())


def _words(*phrases: str) -> tuple[str, ...]:
    """Return the words of phrases, each once."""
    return tuple(dict.fromkeys(word for phrase in phrases for word in phrase.split()))


DAYS = _first_named(WEEKDAYS)
MONTH_NAMES = _first_named(MONTHS)
PLACES = _first_named({name: n for name, n in ORDINALS.items() if 0 < n <= 30})
LENGTHS = _first_named(SECONDS)[:7]
"""What lengths are counted in, up to a month."""

NUMBERS = _words(*SMALL[1:], *DECADES, "zero oh hundred thousand million and a half quarter third "
                 "point minus dozen")  # fmt: skip
SPANS = _words(*LENGTHS, *map(plural, LENGTHS), "an of")
CLOCK = _words("past to o'clock", *_first_named(NAMED), "a p m at in the", *PARTS,
               "after half quarter tonight")  # fmt: skip
CALENDAR = _words(*DAYS, *MONTH_NAMES, *PLACES, "today tomorrow yesterday tonight next this last",
                  "on of the in after", *UNITS[:7], "christmas easter new year's eve")  # fmt: skip
RECURRING = _words(*DAYS, *map(plural, DAYS), *UNITS[:7], *map(plural, UNITS[:7]), "other last of",
                   "weekday weekdays weekend hour hours on", *PLACES[:5], *CLOCK)  # fmt: skip
UNIT_WORDS = _words(*(name.replace("_", " ") for name in (*SIZES, *map(plural, SIZES))),
                    *(name.replace("ter", "tre") for name in (*SIZES, *map(plural, SIZES))
                      if name.rstrip("s").endswith(("meter", "liter"))),
                    *(PLAIN[name].split()[0] for name in SCALES[:2]), *SCALES[2:],
                    "degree degrees per square cubic percent")  # fmt: skip

VOCABULARY: dict[str, tuple[str, ...]] = {
    "int": NUMBERS,
    "float": NUMBERS,
    "Money": _words(*NUMBERS, "dollars bucks euros pounds"),
    "Percentage": _words(*NUMBERS, "percent per cent"),
    "timedelta": _words(*NUMBERS, *SPANS),
    "time": _words(*NUMBERS, *CLOCK),
    "date": _words(*NUMBERS, *CALENDAR),
    "datetime": _words(*NUMBERS, *SPANS, *CLOCK, *CALENDAR),
    "DateRange": _words(*NUMBERS, *SPANS, *CALENDAR),
    "TimeSpan": _words(*DAYS, *PARTS, "today tomorrow tonight this next on the week weekend month"),
    "Unit": _words(*UNIT_WORDS, "and"),
}
"""The words that values of a typed slot are said with, in any order."""

SUMS = ("{number} {operation} {rest}", "[the] {function} {rest}", "{number} {behind}")
QUANTITIES = ("{number} {unit} [{more}]",)
RECURRENCES = ("{every} {when}", "{often} [{when}]", "{days} [{when}]")
"""How sums, quantities and what recurs are said."""

SHORT = 2
"""Letters of a word ("of", "to") that begins no part of a sum by itself: too much else has it."""


@cache
def fillings() -> dict[str, Filling]:
    """Return what each typed slot is said with, by the name of its type."""
    made = {name: Filling(words=words) for name, words in VOCABULARY.items()}
    made["Formula"] = Filling(shapes=tuple(map(read, SUMS)), parts=_parts_of_sums())
    made["Quantity"] = Filling(shapes=tuple(map(read, QUANTITIES)), parts=_parts_of_quantities())
    made["Recurrence"] = Filling(shapes=tuple(map(read, RECURRENCES)), parts=_parts_of_rules())
    return made


def _parts_of_sums() -> dict[str, Filling]:
    """Return what stands between, before and behind the numbers of a sum."""
    infix, before, behind = map(_spoken, (INFIX, (*FUNCTIONS, *VERBS), BEHIND))
    between = [word for words, _ in VERBS.values() for word in words]
    return {
        "number": Filling(words=NUMBERS),
        "operation": Filling(either=_words("percent", *_firsts(infix))),
        "function": Filling(either=_firsts(before)),
        "behind": Filling(either=_words(*behind)),
        "rest": Filling(words=_words(*NUMBERS, *infix, *before, *between, *behind, "percent")),
    }


def _parts_of_quantities() -> dict[str, Filling]:
    more = Filling(words=_words(*NUMBERS, *UNIT_WORDS))
    return {"number": Filling(words=NUMBERS), "unit": Filling(either=UNIT_WORDS), "more": more}


def _parts_of_rules() -> dict[str, Filling]:
    return {
        "every": Filling(either=tuple(sorted(EVERY))),
        "often": Filling(either=tuple(ADVERBS)),
        "days": Filling(words=_words(*map(plural, DAYS), "weekdays weekends and on")),
        "when": Filling(words=_words(*NUMBERS, *RECURRING)),
    }


def _spoken(names: Iterable[str]) -> list[str]:
    """Return those of some names that are words: no sign, no letter, nothing without a vowel."""
    return [name for name in names if all(map(_is_word, name.split()))]


def _is_word(text: str) -> bool:
    return text.isalpha() and len(text) > 1 and not set("aeiouy").isdisjoint(text)


def _firsts(names: Iterable[str]) -> tuple[str, ...]:
    """Return the first words of some names."""
    return _words(*(first for name in names if len(first := name.split()[0]) > SHORT))
