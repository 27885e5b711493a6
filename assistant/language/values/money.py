"""Sums of money: "50", "$50", "20 pounds", "two hundred euros"; which money it is, is not kept."""

from __future__ import annotations

from datetime import datetime
from typing import ClassVar

from assistant.language.measures import MONEY, MONEY_SIGNS
from assistant.language.saying import shown_number
from assistant.language.tokens import Words, word
from assistant.language.values.numbers import number
from assistant.language.values.quantities import quantity

NAMED = MONEY | MONEY_SIGNS | {"pound", "pounds", "lira"}
"""What may stand behind the number of a sum; a pound by itself is a weight too."""


class Money(float):
    """A sum of money as a number, shown as one: ``Money(50)`` is “50”."""

    __slots__ = ()
    examples: ClassVar[tuple[str, ...]] = ("50 dollars", "$20", "300", "a hundred euros", "75 quid")

    def __str__(self) -> str:
        return shown_number(self, 2)

    def __format__(self, spec: str) -> str:
        return format(float(self), spec) if spec else str(self)


def money(words: Words, i: int, now: datetime) -> tuple[Money, int] | None:
    """Read a sum: a number, with a sign of money before it or a name of it behind."""
    signed = word(words, i) in MONEY_SIGNS
    read = number(words, i + signed, now)
    if read is None:
        return None
    value, j = read
    if not signed and word(words, j) in NAMED:
        j += 1
    elif not signed and quantity(words, i, now) is not None:
        return None  # "5 km", "8 pm"
    return Money(value), j
