"""Values inside sentences, and values that are a whole text; none that its neighbours change."""

from __future__ import annotations

from collections.abc import Callable, Collection, Container, Iterable
from datetime import datetime
from typing import Any

from assistant.language.records import dataclass
from assistant.language.tokens import LONGEST, Found, Reader, Word, Words, split, touching, word
from assistant.language.words import FILLER, MARKS
from assistant.language.zones import zone_at, zone_before


@dataclass(frozen=True, slots=True)
class Guard:
    """What changes the values of a family: words before them, behind them, and joining ones.

    A reader takes the longest reading there is. What then still stands beside a value and belongs
    to it makes it another value than was read, so it is not read at all: a question costs less
    than an alarm at the wrong hour.
    """

    before: frozenset[str] = frozenset()
    after: frozenset[str] = frozenset()
    joining: frozenset[str] = frozenset()
    units: Container[str] = frozenset()
    """Units of time: "a day" behind a value says how often."""
    belonging: Container[str] = frozenset()
    """Names that belong to the value they follow, with or without "of": "the first | monday"."""
    counting: frozenset[str] = frozenset()
    """Words that are numbers, which a joining word makes part of the value."""
    pronouns: Container[str] = frozenset()
    """Words after which a lone "one" is a thing and no number."""
    zones: bool = False
    """Whether the name of a time zone moves the value: "3 pm | EST"."""
    hours: bool = False
    """Whether figures behind "at" belong to the value, and were not read: "the 5th | at 25:00"."""
    closing: frozenset[str] = frozenset()
    """Words that are no noun: where one follows, or none, "a | friday" is any."""
    wishing: frozenset[str] = frozenset()
    """Words of wishes, which name no day: "have a nice | weekend"."""
    open: frozenset[str] = frozenset()
    """Words that end in the middle of a value: "ten to" what?"""
    taken: Callable[[Words, datetime], Iterable[tuple[int, int]]] | None = None
    """Gives the words that another kind of value has: no day lies in "every day at 8"."""

    def changed(self, words: Words, i: int, j: int, wording: Collection[str] = ()) -> bool:
        """Tell whether a value at words[i:j] is changed by what stands beside it."""
        follows = word(words, j + 1 if word(words, j) == "-" and touching(words, j) else j)
        return (
            follows in self.after
            or (follows in self.open and not word(words, j + 1))
            or (follows in ("a", "an", "per") and word(words, j + 1) in self.units)
            or self._belongs(words, j)
            or self._led(words, i, wording)
            or self._in_a_span(words, i, j, wording)
            or (j == i + 1 and word(words, i) == "one" and self._a_thing(words, i))
            or (self.zones and (zone_at(words, j) or zone_before(words, i)))
            or (self.hours and follows in ("at", "@") and word(words, j + 1)[:1].isdecimal())
            or (bool(self.closing) and self._any_such(words, i, j))
        )

    def onward(self, words: Words, j: int, wording: Collection[str] = ()) -> range:
        """Return where another value may stand that is joined to one ending at ``j``."""
        k = j
        while word(words, k) in self.joining and word(words, k) not in wording:
            k += 1
        end = k
        while end > j and word(words, end) in SOFT:
            end += 1
        return range(k, end + 1 if end > j else k)

    def _led(self, words: Words, i: int, wording: Collection[str]) -> bool:
        """Tell whether the word before a value changes it: "not before | five", "two to | ten"."""
        k = i - 1
        while word(words, k) in SOFT and word(words, k) not in self.before:
            k -= 1
        text, before = word(words, k), word(words, k - 1)
        if text in wording:
            return False
        return text in self.before or (text in self.joining and self._counts(before))

    def _in_a_span(self, words: Words, i: int, j: int, wording: Collection[str]) -> bool:
        """Tell whether numbers beside a value make a span: "tomorrow | from 5 to 7", "7 | or 8"."""
        led = word(words, j) == "from" and self.joining
        onward = range(j + 1, j + 2) if led else self.onward(words, j, wording)
        if word(words, j) != "and" and any(self._counts(word(words, k)) for k in onward):
            return True
        ends = self._counts(word(words, i - 1)) and word(words, i - 2) in self.joining
        return ends and self._counts(word(words, i - 3))

    def _a_thing(self, words: Words, i: int) -> bool:
        """Tell whether a lone "one" is a thing: "that | one", "the big | one", "one | another"."""
        described = word(words, i - 2) in ("a", "an", "the") and bool(self.pronouns)
        named = described and word(words, i - 1).isalpha()
        each = word(words, i + 1) in ("another", "by") and bool(self.pronouns)
        return named or each or word(words, i - 1) in self.pronouns

    def _any_such(self, words: Words, i: int, j: int) -> bool:
        """Tell whether any such day is meant: "on a | friday", "a nice | weekend"."""
        wished = word(words, i - 1) in self.wishing
        article = word(words, i - 2 if wished else i - 1) in ("a", "an")
        if wished and j > i + 1:
            return False
        if wished:
            return article or i == 1 or word(words, i - 2) in ("have", "very")
        noun = word(words, j)[:1].isalpha() and word(words, j) not in self.closing
        return article and not noun and not word(words, i)[:1].isdecimal()

    def _counts(self, text: str) -> bool:
        return bool(self.counting) and (text[:1].isdecimal() or text in self.counting)

    def _belongs(self, words: Words, j: int) -> bool:
        of = word(words, j) == "of"
        k = j + 1 if of else j
        k = k + 1 if of and word(words, k) in ("the", "this", "next", "last", "each") else k
        text = word(words, k)
        return text in self.belonging or (of and bool(self.belonging) and text.isdecimal())


SOFT = frozenset("the about around at on approximately exactly just roughly a an for".split())
"""Words that may stand between a value and what changes it: "not before about five"."""

NO_START = frozenset(
    "i me my mine you your he him his she her we us our they them their is are am was were be been "
    "being do does did done to of for with and or but if please could would can will shall should "
    "must might what who whom whose where when why how remind set add put make tell give get call "
    "let play show need want wake go , . ? ! ; )".split()
)
"""Frequent words that begin no value of any type, so that no reader need be asked."""

PLAIN = Guard()
"""Nothing changes the value."""


def find_all(
    text: str,
    now: datetime,
    read: Reader,
    guard: Guard = PLAIN,
    wording: Collection[str] = (),
) -> list[Found]:
    """Return what a reader finds in a text: leftmost, longest, not overlapping.

    A value is passed over where a word beside it changes it; ``wording`` are words that may stand
    beside it all the same, being the request's own ("days until {day}").
    """
    words = split(text)
    found: list[Found] = []
    i, listed = 0, False
    while i < len(words):
        reading = safely(read, words, i, now) if words[i].text not in NO_START else None
        if reading is None or reading[1] <= i:
            i += 1
            continue
        value, j = reading
        onward = guard.onward(words, j, wording)
        goes_on = any(safely(read, words, k, now) is not None for k in onward)
        taken = guard.taken(words, now) if guard.taken else ()
        theirs = any(i < end and start < j for start, end in taken)
        if not (goes_on or listed or theirs or guard.changed(words, i, j, wording)):
            start, end = words[i].start, words[j - 1].end
            found.append(Found(value, text[start:end], start, end))
        i, listed = j, goes_on
    return found


def read_whole(text: str, now: datetime, read: Reader, guard: Guard = PLAIN) -> Any | None:
    """Return the value if the text is nothing but that value and filler words."""
    words = split(text) if len(text) <= LONGEST else Words()
    for i in range(len(words)):
        reading = safely(read, words, i, now)
        if reading is not None:
            value, j = reading
            around = [*words[:i], *words[j:]]
            whole = all(_is_filler(w) for w in around) and not guard.changed(words, i, j)
            return value if whole else None
        if not _is_filler(words[i]):
            return None
    return None


def _is_filler(each: Word) -> bool:
    return each.text in FILLER or each.text in MARKS


def safely(read: Reader, words: Words, i: int, now: datetime) -> tuple[Any, int] | None:
    """Read; a date or number outside what Python can hold is no value."""
    try:
        return read(words, i, now)
    except (OverflowError, ValueError):
        return None
