"""Finds two values that are tied to each other where a request takes one: "at 6 not 7".

Each is tried in the place of both: "remind me at 5 and 6 to run" is "remind me at 5 to run" and
"remind me at 6 to run", where an example covers either and nothing but that value differs.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import date, datetime, time, timedelta
from functools import cache
from itertools import product
from typing import TYPE_CHECKING

from assistant.language.moods import DETERMINERS
from assistant.language.records import dataclass
from assistant.language.telling import DAY, NUMBER, REPEATED, UNIT, closed_class
from assistant.language.tokens import Word
from assistant.language.tying import LEADING, SPARING, TIMED, VALUES, How
from assistant.language.values.almanac import MONTHS
from assistant.language.words import Phrase, normalise
from assistant.turn import Situation, Understanding, Utterance

if TYPE_CHECKING:
    from assistant.language.values import SlotType
    from assistant.skill.registry import Skills
    from assistant.understanding.parsers.chain import Parser

PARSER = "tied"
"""The name of what takes a request once for each value, in an ``Understanding``."""

Chain = Sequence[tuple[int, int]]
"""Where values begin and end among the words of a sentence, in order."""

ALWAYS = ("unless",)
"""Words that begin a condition wherever they stand, not only behind a value."""

MOST = 7
"""Words of the longest value that is tried."""

CLOCK = frozenset("am pm o'clock".split())
"""Words that end a time of the day."""

BEFORE = LEADING | DETERMINERS | {"next"}
"""Words before a value, or before its number."""


@dataclass(frozen=True, slots=True)
class Tie:
    """Readings of a sentence that differ in one value; ``words`` tie the last of them."""

    how: How
    readings: tuple[Understanding, ...]
    words: str

    @property
    def differ(self) -> bool:
        """Tell whether no two of them come to the same values."""
        values = [[slot.value for slot in each.slots] for each in self.readings]
        return all(each not in values[:i] for i, each in enumerate(values))


class Ties:
    """Finds what ties one value to another; ``exact`` knows what an example covers."""

    def __init__(self, skills: Skills, exact: Parser) -> None:
        self._skills = skills
        self._exact = exact

    def find(self, utterance: Utterance, at: Situation) -> Tie | None:
        """Return the first values tied together one of which a request takes, or None."""
        words = normalise(utterance.text)
        for start, end, how in _ties(words, VALUES):
            if not (_valued(words[start - 1]) and _begins(words, end)):
                continue
            if self._explained(self._exact(utterance, at), words[start]):
                continue
            for chain in _chains(utterance.text, words, start, end, at.now):
                readings = self._readings(utterance, at, words, chain)
                if readings:
                    last = utterance.text[words[start].start : words[chain[-1][1] - 1].end]
                    return Tie(how, readings, last)
        return None

    def spared(self, utterance: Utterance, at: Situation) -> Tie | None:
        """Return a request without the condition or exception that ends it, or None.

        It stands behind a value which the request takes, and no example has it.
        """
        words = normalise(utterance.text)
        for start, _, how in _ties(words, SPARING):
            head = utterance.text[: words[start - 1].end]
            always = words[start].text in ALWAYS
            if not (always or _valued(words[start - 1])):
                continue
            meant = self._exact(replace(utterance, text=head), at)
            if meant is None or self._explained(self._exact(utterance, at), words[start]):
                continue
            taken = self._takes(meant, words[start - 1].start, len(head))
            if taken or (always and self._timed(meant)):
                return Tie(how, (meant,), utterance.text[words[start].start :].strip())
        return None

    def _readings(
        self, utterance: Utterance, at: Situation, words: Sequence[Word], chain: Chain
    ) -> tuple[Understanding, ...]:
        """Return a reading with each value of a chain in its place; none where more differs."""
        text, begin, end = utterance.text, words[chain[0][0]].start, words[chain[-1][1] - 1].end
        readings: list[Understanding] = []
        for first, last in chain:
            value = text[words[first].start : words[last - 1].end]
            said = replace(utterance, text=f"{text[:begin]}{value}{text[end:]}")
            meant = self._exact(said, at)
            if meant is None or not self._takes(meant, begin, begin + len(value)):
                return ()
            if readings and not self._alike(readings[0], meant):
                return ()
            readings.append(meant)
        return tuple(readings)

    def _alike(self, one: Understanding, other: Understanding) -> bool:
        """Tell whether two readings are of one intent, with the same free texts."""
        if one.intent != other.intent:
            return False
        texts = [
            {slot.name: slot.text if self._free(each, slot.name) else "" for slot in each.slots}
            for each in (one, other)
        ]
        return texts[0] == texts[1]

    def _takes(self, meant: Understanding, start: int, end: int) -> bool:
        """Tell whether a request has what is said there as a time or a length."""
        slots = self._skills.intents[meant.intent or ""].slots
        names = [slot.name for slot in meant.slots if slot.covers(start, end)]
        return bool(names) and all(slots[name].type.name in TIMED for name in names)

    def _explained(self, whole: Understanding | None, word: Word) -> bool:
        """Tell whether an example covers a tie, or a free text of a request that takes no time."""
        if whole is None:
            return False
        names = [slot.name for slot in whole.slots if slot.covers(word.start, word.end)]
        return not (any(self._free(whole, name) for name in names) and self._timed(whole))

    def _free(self, meant: Understanding, name: str) -> bool:
        return self._skills.intents[meant.intent or ""].slots[name].type.greedy

    def _timed(self, meant: Understanding) -> bool:
        """Tell whether a request has a time or a length, said or not."""
        slots = self._skills.intents[meant.intent or ""].slots.values()
        return any(slot.type.name in TIMED for slot in slots)


def _ties(words: Sequence[Word], ties: Mapping[Phrase, How]) -> Iterator[tuple[int, int, How]]:
    """Give where a tie begins and ends, the longest that stands there, and what it says."""
    said = tuple(word.text for word in words)
    for i in range(1, len(words) - 1):
        there = [tie for tie in ties if said[i : i + len(tie)] == tie]
        longest = max(there, key=len, default=())
        if longest and i + len(longest) < len(words):
            yield i, i + len(longest), ties[longest]


def _chains(
    text: str, words: Sequence[Word], start: int, end: int, now: datetime
) -> Iterator[Chain]:
    """Give the places of the values around a tie, the shortest first, and of those before them
    that a comma parts: "at 5, 6 and 7".
    """
    for a, b in product(_before(text, words, start, now), _behind(text, words, end, now)):
        yield from _longer(text, words, [(a, start), (end, b)], now)


def _longer(
    text: str, words: Sequence[Word], chain: list[tuple[int, int]], now: datetime
) -> Iterator[Chain]:
    """Give a chain with the values before it that a comma parts, if any."""
    left = chain[0][0]
    if not left or "," not in text[words[left - 1].end : words[left].start]:
        yield chain
        return
    for begin in _before(text, words, left, now):
        yield from _longer(text, words, [(begin, left), *chain], now)


def _before(text: str, words: Sequence[Word], end: int, now: datetime) -> list[int]:
    """Return where a value may begin that ends there."""
    begins = range(end - 1, max(0, end - MOST) - 1, -1)
    return [i for i in begins if not _inside(words, i) and _is_value(text, words[i:end], now)]


def _inside(words: Sequence[Word], i: int) -> bool:
    """Tell whether a time of the day began before: "quarter to | five"."""
    if i < 2 or words[i - 1].text not in ("to", "past"):
        return False
    return words[i - 2].text in ("quarter", "half") or closed_class(words[i - 2].text) == NUMBER


def _behind(text: str, words: Sequence[Word], start: int, now: datetime) -> list[int]:
    """Return where a value may end that begins there."""
    ends = range(start + 1, min(len(words), start + MOST) + 1)
    return [i for i in ends if _is_value(text, words[start:i], now)]


def _valued(word: Word) -> bool:
    """Tell whether a word may end a value."""
    named = word.text in CLOCK or word.text in MONTHS
    return named or closed_class(word.text) in (NUMBER, DAY, UNIT, REPEATED)


def _begins(words: Sequence[Word], i: int) -> bool:
    while i < len(words) - 1 and words[i].text in BEFORE:
        i += 1
    return _valued(words[i])


@cache
def value_kinds() -> tuple[SlotType, ...]:
    """Return the types of values that say when or how long."""
    from assistant.language.values import Recurrence, slot_type

    return tuple(slot_type(kind) for kind in (datetime, date, time, timedelta, Recurrence))


def _is_value(text: str, words: Sequence[Word], now: datetime) -> bool:
    if not _valued(words[-1]):
        return False
    said = text[words[0].start : words[-1].end]
    return any(kind.parse(said, now) is not None for kind in value_kinds())
