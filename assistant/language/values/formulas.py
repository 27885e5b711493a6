"""Sums in figures and words: "45 + 20%", "half of 90", "the square root of two", "times that by 3".

What is not accounted for to the last word is no formula.
"""

from __future__ import annotations

from typing import ClassVar

from assistant.errors import SkillError
from assistant.language.records import dataclass
from assistant.language.tokens import LONGEST, Words, split, touching, word
from assistant.language.values.climbing import TELLING, Reading, Value
from assistant.language.values.numbers import figure_with_comma
from assistant.language.words import MARKS

BIGGEST = 1e300


@dataclass(frozen=True, slots=True)
class Formula:
    """A sum as it was said. ``value(last)`` computes it; ``running`` ones need a last result.

    ``shares`` tells that it is a share of something: "15 % of 80".
    """

    said: str
    compute: Value
    running: bool = False
    shares: bool = False

    examples: ClassVar[tuple[str, ...]] = (
        "3 plus 4", "7 times 8", "12 divided by 5", "(2 + 3) * 4", "the square root of 2",
        "15 % of 80", "45 + 20 %", "half of 90",
    )  # fmt: skip

    @classmethod
    def parse(cls, text: str) -> Formula | None:
        """Return the formula that a text is, None where it is none."""
        words = split(text) if len(text) <= LONGEST else Words()
        if not any(w.text[0].isdecimal() or w.text in TELLING for w in words):
            return None
        if any(figure_with_comma(words, i) for i in range(len(words))):
            pointed = cls.parse(_pointed(text, words))
            return Formula(text, _asks_about_the_comma) if pointed else None
        for end in _ends(words):
            reading = Reading(Words(words[:end], text))
            found = reading.whole(end)
            if found is not None and reading.does and not _is_no_sum(words):
                said = text[words[0].start : words[end - 1].end]
                return cls(said, found, reading.running, reading.shares)
        return None

    def value(self, last: float | None = None) -> float:
        """Return the result; ``last`` is what "that" is. Raises SkillError where there is none."""
        try:
            result = self.compute(last)
        except ZeroDivisionError as error:
            raise SkillError("That divides by zero, which has no answer.") from error
        except (OverflowError, ValueError) as error:
            raise SkillError("That has no answer I could write down.") from error
        if isinstance(result, complex) or not abs(result) <= BIGGEST:
            raise SkillError("That has no answer I could write down.")
        return result

    def __str__(self) -> str:
        return self.said


def _ends(words: Words) -> list[int]:
    """Return where a formula may end, the likelier place first.

    A "!" at the end is a mark behind words, as in "what is 7 times 8!", and a factorial else.
    """
    end = len(words)
    while end and words[end - 1].text in MARKS | {"="}:
        end -= 1
    if word(words, end) != "!" or not end:
        return [end]
    said = any(w.text[0].isalpha() for w in words[:end])
    return [end, end + 1] if said else [end + 1, end]


def _pointed(text: str, words: Words) -> str:
    """Return a text with its decimal commas as points."""
    commas = {words[i].start for i in range(len(words)) if figure_with_comma(words, i)}
    return "".join("." if k in commas else sign for k, sign in enumerate(text))


def _asks_about_the_comma(_last: float | None) -> float:
    raise SkillError("Is that comma a decimal point? Say it with a point, or leave it out.")


def _is_no_sum(words: Words) -> bool:
    """Tell whether the figures are a date or a telephone number: "2026-05-03", "555-1234"."""
    figures = [w.text for w in words if w.text.isdecimal()]
    dashed = any(w.text == "-" and touching(words, i) for i, w in enumerate(words))
    leading = any(len(f) > 1 and f.startswith("0") for f in figures)
    return leading or (dashed and len(figures) > 1 and all(len(f) > 2 for f in figures))
