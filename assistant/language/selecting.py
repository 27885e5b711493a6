"""Which of several named things is meant: by name, words, place or value; both, all, all but one.

An exact name goes before words of a name, and words are whole: "tea" is in "green tea", not in
"steak". What is said beside that and fits nothing ("the blue pasta one") means none of them.
"""

from __future__ import annotations

import difflib
from collections.abc import Callable, Iterable, Sequence
from datetime import time, timedelta
from typing import Any, Generic, TypeVar

from assistant.language.lists import split_list
from assistant.language.plurals import plural, singular
from assistant.language.records import dataclass
from assistant.language.things import ARTICLES
from assistant.language.tokens import SOMETIME, Found, split
from assistant.language.values import slot_type
from assistant.language.values.clocktimes import ClockTime
from assistant.language.values.numbers import integer, ordinal
from assistant.language.words import FILLER, normalise, phrases

T = TypeVar("T")
Names = Callable[[T], "str | Iterable[str]"]

PLACED = ("number", "option", "choice")
"""Words before the number of a place."""

POINTING = ((ARTICLES | FILLER) - {"from", "until", "not"}) | frozenset(
    ["one", "ones", "called", "named", "name", "take", "choose", "pick", *PLACED]
)
"""Words that say that a thing is meant, not which."""

ALL = frozenset(("all", "every", "everything", "each", "both"))
OF_ALL = frozenset("of them those these everyone single".split())
BOTH = 2
NONE = frozenset(("none", "neither", "nothing"))
BUT = ("except", "excepting", "excluding", "but", "besides", "without", "save", "apart", "other")
AFTER_BUT = ("for", "from", "than", "not")
"""Words that may follow one of BUT: "apart from", "other than"."""

RULING_OUT = phrases(
    "not", "no not", "certainly not", "anything but", "i do not mean", "i did not mean",
    "i do not want",
)  # fmt: skip
"""What stands before the one of several that is not meant."""

FORMER, LATTER = ("former",), ("latter",)
SOONEST = ("next", "soonest", "sooner", "earliest", "earlier", "nearest")
LATER = ("later",)
NEWEST = ("newest", "latest", "recent", "youngest")
LONGEST = ("longest", "longer", "biggest", "bigger", "largest")
SHORTEST = ("shortest", "shorter", "briefest", "smallest", "smaller")
FURTHEST = ("most", "very")
"""Words before such a word that add nothing: "the most recent", "the very last"."""

RINGING = frozenset(
    "that which who will is are rings ring ringing goes go going off ends end ending finishes "
    "finish finishing up done due over runs out in".split()
)
"""Words of "the one that rings first", beside the word that tells which."""

ALIKE = 0.8
"""How alike (difflib ratio) a misspelt word of a name must be."""

UNITS = ("minutes", "hours", "seconds")
"""Units of a length that is told by its number alone, the likeliest first."""


@dataclass(frozen=True, slots=True)
class Chosen(Generic[T]):
    """The options that fit what was said, and whether it is ``clear`` that they are meant.

    It is where there is one, or where several were asked for ("both"); else one has to ask.
    """

    options: list[T]
    clear: bool

    def __bool__(self) -> bool:
        return bool(self.options)


def choose(
    options: Sequence[T],
    said: str,
    names: Names[T] = str,
    noun: str = "",
    made: Callable[[T], Any] | None = None,
) -> Chosen[T]:
    """Return those of the options that fit what a user says.

    ``names`` gives what an option is called, one or several texts, e.g. a label and a length.
    ``noun`` is what they all are ("timer"), which does not tell them apart. Read are an exact name,
    whole words ("the pasta one"), a length or time ("the ten minute one", "the longest"), a place
    in the options ("the second one", "the last two", "the next"), "both", "all", "all but the tea
    timer", and "a and b". ``made`` tells when each came to be: by it "the newest" is read, and
    "the last" is not clear where that is another than the last of the options.
    """
    return _Choice(tuple(options), names, noun, made).of(said)


def ruled_out(said: str) -> str:
    """Return the words for what is not meant: "remove" of "not remove"; empty where none is."""
    words = normalise(said)
    texts = tuple(word.text for word in words)
    leads = [lead for lead in RULING_OUT if texts[: len(lead)] == lead and len(lead) < len(texts)]
    return said[words[max(map(len, leads))].start :] if leads else ""


def telling(said: str, noun: str = "") -> list[str]:
    """Return the words, in the singular, that may tell one thing from others of its kind."""
    words = [w.removesuffix("'s") for w in _words(said)]
    every = {noun, plural(noun)} if noun else set()
    return [singular(w) for w in words if w not in POINTING and w not in every]


def sharing(options: Sequence[T], said: str, names: Names[T] = str, noun: str = "") -> list[T]:
    """Return the options that have the most words in common with what was said; [] without any.

    A guess to ask about, where ``choose`` finds nothing. A misspelt word counts, a length or time
    does not: there is none at six. What is named behind a "but" is not meant.
    """
    if _parted(said)[1]:
        return []
    choice = _Choice(tuple(options), names, noun)
    wanted = set(choice.telling(valueless(said)))
    shared = [_shared(wanted, choice.words_of(option)) for option in options]
    best = max(shared, default=0)
    return [o for o, n in zip(options, shared, strict=True) if best and n == best]


@dataclass(frozen=True, slots=True)
class _Choice(Generic[T]):
    options: tuple[T, ...]
    names: Names[T]
    noun: str
    made: Callable[[T], Any] | None = None

    def of(self, said: str) -> Chosen[T]:
        """Return the options that are meant."""
        said = _without_one(said)
        for read, several in (
            (self._named, False), (self._all, True), (self._first, True), (self._one, False),
            (self._each, True),
        ):  # fmt: skip
            found = read(said)
            if found:
                return Chosen(found, several or len(found) == 1)
        return Chosen([], clear=False)

    def telling(self, said: str) -> list[str]:
        """Return the words, in the singular, that may tell one option from another."""
        return telling(said, self.noun)

    def words_of(self, option: T) -> set[str]:
        """Return the words of all names of an option, but for those of lengths and times."""
        return {word for name in self._called(option) for word in self.telling(valueless(name))}

    def _called(self, option: T) -> list[str]:
        names = self.names(option)
        return [names] if isinstance(names, str) else list(names)

    def _named(self, said: str) -> list[T]:
        """Return the options with exactly that name."""
        wanted = self._bare(said)
        return [o for o in self.options if wanted in [self._bare(n) for n in self._called(o)]]

    def _bare(self, name: str) -> list[str]:
        words, around = _words(name), POINTING | {self.noun}
        while len(words) > 1 and words[0] in POINTING:
            words = words[1:]
        while len(words) > 1 and words[-1] in around:
            words = words[:-1]
        return words

    def _all(self, said: str) -> list[T]:
        """Read "all", "both of them", "all three", "all pasta timers", "all but the tea timer"."""
        head, rest = _parted(said)
        words = _words(head)
        if not ALL.intersection(words) or ALL.intersection(_words(rest)):
            return []
        left = [w for w in words if w not in ALL | OF_ALL]
        if _is_count(left) and not _is_count(left, len(self.options)):
            return []
        whole = not self.telling(" ".join(left)) or _is_count(left)
        pool = list(self.options) if whole else self._one(" ".join(left))
        pool = pool or self._each(" ".join(left))
        if "both" in words and len(pool) != BOTH:
            return []
        spared = self.of(rest).options if rest else []
        return [option for option in pool if option not in spared] if spared or not rest else []

    def _first(self, said: str) -> list[T]:
        """Read "the first two", "the last two pasta timers"; nothing where the order is open."""
        tokens = split(" ".join(self._placing(said)))
        place = ordinal(tokens, 0)
        count = integer(tokens, place[1]) if place else None
        if place is None or count is None or place[0] not in (1, -1):
            return []
        pool = self._by_words(self.options, [t.text for t in tokens[count[1] :]])
        if not 1 < count[0] <= len(pool):
            return []
        firsts = [_end(order, place[0], count[0]) for order in self._orders(pool, said)]
        return firsts[0] if all(set(firsts[0]) == set(each) for each in firsts) else []

    def _orders(self, pool: Sequence[T], said: str) -> list[list[T]]:
        """Return the orders in which a place may be meant: theirs, and that of their making."""
        if self.made is None or RINGING.intersection(_words(said)):
            return [list(pool)]
        return [list(pool), sorted(pool, key=self.made)]

    def _placing(self, said: str) -> list[str]:
        """Return the telling words, without those of "that rings" where it is about a place."""
        words = [word for word in _words(said) if word not in FURTHEST]
        return self.telling(" ".join(word for word in words if word not in RINGING))

    def _one(self, said: str) -> list[T]:
        """Read words, a value and a place, which must all fit."""
        if NONE.intersection(_words(said)):
            return []
        read = [(find, find(said)) for find in (_lengths, _times)]
        for find, values in read:
            pool = [o for o in self.options if values and self._has(o, find, values)]
            if pool:
                return self._by_words(pool, self.telling(_without(said, values)))
        if any(values for _, values in read):
            return []
        words = self.telling(said)
        if set(PLACED).intersection(_words(said)):
            return self._by_place(_after_placed(said))
        named = self._by_words(self.options, words) or self._by_place(self._placing(said), said)
        return named or self._by_number(said, words)

    def _has(self, option: T, find: Finder, wanted: Sequence[Found]) -> bool:
        there = [f.value for name in self._called(option) for f in find(name)]
        return all(any(_fits(w.value, value) for value in there) for w in wanted)

    def _by_words(self, pool: Sequence[T], words: Sequence[str]) -> list[T]:
        """Return those of a pool whose names hold all the words; all of it without words."""
        return [o for o in pool if self.words_of(o).issuperset(words)]

    def _by_place(self, words: Sequence[str], said: str = "") -> list[T]:
        """Read "second", "last", "2", "newest"; "second pasta" is the second that pasta fits."""
        outmost = self._outmost(words)
        tokens = split(" ".join(words))
        read = ordinal(tokens, 0) or integer(tokens, 0)
        if outmost or read is None:
            return outmost
        pool = self._by_words(self.options, words[read[1] :])
        index = read[0] - 1 if read[0] > 0 else read[0]
        if not read[0] or not -len(pool) <= index < len(pool):
            return []
        orders = self._orders(pool, said) if index in (0, -1) and said else [pool]
        return [option for option in pool if option in [order[index] for order in orders]]

    def _outmost(self, words: Sequence[str]) -> list[T]:
        """Read "next", "newest", "longest" and "shortest", also before words of names."""
        first, pool = (words[0] if words else ""), self._by_words(self.options, words[1:])
        if first in (*SOONEST, *FORMER, *LATER, *LATTER):
            return pool[:1] if first in (*SOONEST, *FORMER) else pool[-1:]
        if first in NEWEST and self.made:
            return sorted(pool, key=self.made)[-1:]
        lengths = {length for option in pool for length in self._lengths_of(option)}
        if first not in (*LONGEST, *SHORTEST) or not lengths:
            return []
        wanted = max(lengths) if first in LONGEST else min(lengths)
        return [option for option in pool if wanted in self._lengths_of(option)]

    def _lengths_of(self, option: T) -> list[timedelta]:
        return [found.value for name in self._called(option) for found in _lengths(name)]

    def _by_number(self, said: str, words: Sequence[str]) -> list[T]:
        """Read "seven" as the hour of a time, "ten" as ten of whatever a length is told in."""
        if not _is_count(words):
            return []
        for find, text in ((_times, f"at {said}"), *((_lengths, f"{said} {u}") for u in UNITS)):
            values = find(text)
            pool = [o for o in self.options if values and self._has(o, find, values)]
            if pool:
                return pool
        return []

    def _each(self, said: str) -> list[T]:
        """Read "the pasta one and the tea one": every part must fit something."""
        parts = split_list(said)
        chosen = [self.of(part) for part in parts] if len(parts) > 1 else []
        if not all(each.clear for each in chosen):
            return []
        return [o for o in self.options if any(o in each.options for each in chosen)]


Finder = Callable[[str], list[Found]]


def _lengths(text: str) -> list[Found]:
    return slot_type(timedelta).find(text, SOMETIME)


def _times(text: str) -> list[Found]:
    return slot_type(time).find(text, SOMETIME)


def _fits(said: object, value: object) -> bool:
    """Tell whether a value is the one said; a clock time with am or pm open fits both."""
    if isinstance(said, ClockTime) and isinstance(value, time) and said.open:
        return (said.hour % 12, said.minute) == (value.hour % 12, value.minute)
    return said == value


def _without_one(said: str) -> str:
    """Return "the ten minute one" without its "one", which is no number."""
    words = [word for word in split(said) if word.text[0].isalnum()]
    if len(words) <= 1 or words[-2].text in PLACED:
        return said
    return said[: words[-1].start] if words[-1].text in ("one", "ones") else said


def _after_placed(said: str) -> list[str]:
    """Return the "one" of "number one"."""
    words = _words(said)
    return next(words[i + 1 :] for i, word in enumerate(words) if word in PLACED)


def _without(said: str, found: Sequence[Found]) -> str:
    for each in reversed(found):
        said = f"{said[: each.start]} {said[each.end :]}"
    return said


def _parted(said: str) -> tuple[str, str]:
    """Part "all but the tea timer" before and after the but."""
    words = split(said)
    for each in words:
        if each.text in BUT:
            rest = [w for w in words if w.start >= each.end]
            while rest and rest[0].text in AFTER_BUT:
                rest = rest[1:]
            return said[: each.start], said[rest[0].start :] if rest else ""
    return said, ""


def _end(order: list[T], place: int, count: int) -> list[T]:
    return order[:count] if place > 0 else order[-count:]


def _shared(wanted: set[str], words: set[str]) -> int:
    """Return how many of the wanted words are among the words, or nearly are."""
    known = sorted(words)
    return sum(bool(difflib.get_close_matches(word, known, 1, ALIKE)) for word in wanted)


def _is_count(words: Sequence[str], count: int | None = None) -> bool:
    """Tell whether the words are nothing but a whole number, and that one."""
    read = integer(split(" ".join(words)), 0)
    return read is not None and read[1] == len(words) and count in (None, read[0])


def _words(text: str) -> list[str]:
    return [w.text for w in split(text) if w.text[0].isalnum()]


def valueless(name: str) -> str:
    """Return a name without the lengths and times in it."""
    return _without(_without(name, _lengths(name)), _times(name))
