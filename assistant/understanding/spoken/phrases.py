"""What can be said now, as words: to make a grammar of, and to lay the graph with."""

from __future__ import annotations

import random
import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import cache
from typing import TYPE_CHECKING

from assistant.language import templates
from assistant.language.counting import DECADES, SMALL
from assistant.language.values import KNOWN, Unit
from assistant.understanding.spoken.plan import Filling
from assistant.understanding.spoken.vocabulary import DAYS, MONTH_NAMES, PLACES, fillings

if TYPE_CHECKING:
    from assistant.language.values import SlotType
    from assistant.skill.declared import Intent
    from assistant.skill.slots import SlotSpec

ANYTHING = "[unk]"
"""Stands in a sentence for words that nobody can foresee."""

PER_TEMPLATE = 400
"""Sentences of each template that a grammar is made of, at most."""

MOST = 3_600
"""Sentences of all templates together."""

FREE = ("str", "Person", "Place", "Things", "Text", "Fact", "Name")
"""Types whose values nobody can foresee, but for what is stored."""

WORDINGS = 60
"""Wordings of a typed value that sentences are filled with."""

UNITS, TEENS, TENS = SMALL[1:10], SMALL[10:], DECADES

_HASTE = re.compile(r"\b(what|who|where|when|how|that|it) is\b")
_SPOKEN = re.compile(r"[a-z][a-z']*(?: [a-z][a-z']*)*")


def filling(spec: SlotSpec, names: Sequence[str] = ()) -> Filling:
    """Return what a slot is said with; ``names`` are what was stored under, e.g. of lists."""
    kind = spec.type
    if _is_typed(kind):
        return fillings()[kind.name]
    told = () if kind.name in FREE else kind.examples
    wordings = _spoken((*told, *(names if kind.greedy else ())))
    return Filling(wordings, (), kind.greedy and not kind.stored)


def sentences(
    intents: Iterable[Intent], names: Mapping[str, Sequence[str]], most: int = MOST
) -> list[str]:
    """Return sentences that the templates of intents stand for, for a grammar.

    ``names`` are the stored names by skill. What nobody can foresee is ``[unk]``.
    """
    wanted = [(intent, example) for intent in intents for example in intent.examples]
    share = max(2, min(PER_TEMPLATE, most // max(1, len(wanted))))
    made: dict[str, None] = {}
    for intent, example in wanted:
        values = wordings(intent, names.get(intent.name.partition(".")[0], ()))
        for sampled in templates.sample(example, values, limit=share):
            for sentence in _said(plain(sampled.text)):
                made[sentence] = None
    return list(made)[:most]


def wordings(intent: Intent, names: Sequence[str]) -> dict[str, tuple[str, ...]]:
    """Return the wordings that each slot of an intent is filled with in a grammar."""
    return {name: wordings_of(spec, names) for name, spec in intent.slots.items()}


def plain(sentence: str) -> str:
    """Return a sentence in words as they are spoken; empty where it has signs that are not."""
    text = sentence.lower().replace("-", " ").replace(",", " ").replace("?", " ")
    words = text.split()
    spoken = (w == ANYTHING or _SPOKEN.fullmatch(w) for w in words)
    return " ".join(words) if words and all(spoken) else ""


def _said(sentence: str) -> Iterable[str]:
    """Give a sentence, and as it is said in haste: "what's" for "what is"."""
    if sentence:
        yield sentence
        hasty = _HASTE.sub(r"\1's", sentence)
        if hasty != sentence:
            yield hasty


def wordings_of(spec: SlotSpec, names: Sequence[str] = ()) -> tuple[str, ...]:
    """Return the wordings of a slot's values."""
    kind = spec.type
    if _is_typed(kind):
        return values()[kind.name]
    told = () if kind.name in FREE else kind.examples
    known = _spoken((*told, *(names if kind.greedy else ())))
    return (ANYTHING, *known) if kind.greedy and not kind.stored else known


def _is_typed(kind: SlotType) -> bool:
    """Tell whether it is one of the language's own types, whose words are known."""
    return kind.name in fillings() and (kind in KNOWN.values() or kind.examples == Unit.examples)


def _spoken(texts: Iterable[str]) -> tuple[str, ...]:
    made = (text.lower().replace("-", " ") for text in texts)
    return tuple(dict.fromkeys(text for text in made if _SPOKEN.fullmatch(text)))


def _number(chance: random.Random) -> str:
    """Return a number in words, small ones more often."""
    tens = " ".join(filter(None, (chance.choice(TENS), chance.choice(["", *UNITS]))))
    hundreds = f"{chance.choice(UNITS)} hundred"
    return chance.choice(
        (
            chance.choice(UNITS), chance.choice(UNITS), chance.choice(TEENS), tens, tens,
            hundreds, f"{hundreds} and {tens}",
            f"{chance.choice(UNITS)} point {chance.choice(UNITS)}",
        )
    )  # fmt: skip


def _span(chance: random.Random) -> str:
    unit = chance.choice(("second", "minute", "minute", "hour", "day", "week"))
    simple = f"{chance.choice([*UNITS[1:], *TEENS, *TENS])} {unit}s"
    return chance.choice(
        (
            simple, simple, f"{chance.choice(TENS)} {chance.choice(UNITS)} {unit}s", f"one {unit}",
            "half an hour", "a quarter of an hour", "an hour and a half", "an hour", "a minute",
            f"{chance.choice(UNITS[1:])} hours and {chance.choice(TENS)} minutes",
            f"one hour and {chance.choice(TENS)} minutes", "two and a half hours",
        )
    )  # fmt: skip


def _clock(chance: random.Random) -> str:
    hour = chance.choice([*UNITS, "ten", "eleven", "twelve"])
    minutes = chance.choice(
        (chance.choice(("fifteen", "thirty", "forty five", "ten", "twenty", "fifty", "oh five")),
         f"{chance.choice(TENS[:4])} {chance.choice(UNITS)}")
    )  # fmt: skip
    return chance.choice(
        (
            f"{hour} o'clock", f"{hour} {chance.choice(('a m', 'p m'))}", f"{hour} {minutes}",
            f"{hour} {minutes} {chance.choice(('a m', 'p m'))}", f"half past {hour}",
            f"quarter past {hour}", f"a quarter to {hour}", f"{chance.choice(TENS)} past {hour}",
            f"ten to {hour}", "noon", "midnight", hour,
        )
    )  # fmt: skip


def _day(chance: random.Random) -> str:
    month = chance.choice(MONTH_NAMES)
    place = chance.choice([*PLACES, f"twenty {chance.choice(PLACES[:9])}"])
    return chance.choice(
        (
            "today", "tomorrow", "the day after tomorrow", f"next {chance.choice(DAYS)}",
            f"on {chance.choice(DAYS)}", chance.choice(DAYS), f"the {place} of {month}",
            f"{month} {place}", f"{month} the {place}", "christmas", "new year's eve", "easter",
            "next week", "this weekend", "next month",
        )
    )  # fmt: skip


def _moment(chance: random.Random) -> str:
    return chance.choice(
        (
            f"{_day(chance)} at {_clock(chance)}", f"at {_clock(chance)}", f"in {_span(chance)}",
            f"{_clock(chance)} tomorrow {chance.choice(('morning', 'evening', 'afternoon'))}",
            f"at {_clock(chance)} {_day(chance)}", "tomorrow morning", "tonight",
        )
    )  # fmt: skip


def _stretch(chance: random.Random) -> str:
    part = chance.choice(("morning", "afternoon", "evening"))
    day = chance.choice(DAYS)
    return chance.choice(
        ("today", "tomorrow", f"on {day}", f"this {part}", f"{day} {part}", "this week", "tonight",
         "next week", "the weekend", "this month")
    )  # fmt: skip


def _sum(chance: random.Random) -> str:
    operation = chance.choice(("plus", "minus", "times", "divided by"))
    return chance.choice(
        (
            f"{_number(chance)} {operation} {_number(chance)}",
            f"{_number(chance)} {operation} {_number(chance)}",
            f"the square root of {_number(chance)}", f"{_number(chance)} squared",
            f"{_number(chance)} percent of {_number(chance)}", f"half of {_number(chance)}",
        )
    )  # fmt: skip


def _unit(chance: random.Random) -> str:
    return chance.choice(
        ("metres", "feet", "inches", "miles", "pounds", "ounces", "grams", "litres", "degrees",
         "miles per hour", "square feet", "cups", "hours", "minutes", "degrees celsius")
    )  # fmt: skip


def _quantity(chance: random.Random) -> str:
    simple = f"{_number(chance)} {_unit(chance)}"
    return chance.choice(
        (simple, simple, f"{chance.choice(UNITS[1:])} feet {chance.choice(UNITS[1:])} inches")
    )


def _recurring(chance: random.Random) -> str:
    day = chance.choice(DAYS)
    when = chance.choice(("day", "week", "other week", day, "weekday", "morning", "month"))
    return chance.choice(
        (f"every {when}", f"every {when} at {_clock(chance)}", f"{day}s", "on weekdays",
         f"every {chance.choice(UNITS[1:])} hours")
    )  # fmt: skip


@cache
def values() -> dict[str, tuple[str, ...]]:
    """Return wordings of each typed value, to fill sentences with; the same ones every time."""
    chance = random.Random(0)
    makers: dict[str, Callable[[random.Random], str]] = {
        "int": _number,
        "float": _number,
        "Money": lambda c: f"{_number(c)} dollars",
        "Percentage": lambda c: f"{_number(c)} percent",
        "timedelta": _span,
        "time": _clock,
        "date": _day,
        "datetime": _moment,
        "DateRange": _day,
        "TimeSpan": _stretch,
        "Formula": _sum,
        "Unit": _unit,
        "Quantity": _quantity,
        "Recurrence": _recurring,
    }
    return {
        name: tuple(dict.fromkeys(make(chance) for _ in range(WORDINGS)))
        for name, make in makers.items()
    }
