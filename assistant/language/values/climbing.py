"""The grammar of sums: precedence climbing (Richards 1979) over the words, with numbers as they are
read everywhere. What was read at a place is kept, so that looking on from each word stays cheap.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable

from assistant.errors import SkillError
from assistant.language.counting import PARTS
from assistant.language.measures import MONEY_SIGNS
from assistant.language.plurals import singular
from assistant.language.records import dataclass
from assistant.language.tokens import Words, phrase, split, touching, word
from assistant.language.values.numbers import (
    SPOKEN_NUMBERS,
    STARTS,
    percent_sign,
    power_of_ten,
    raw,
)
from assistant.language.values.operations import (
    ADDING,
    BEHIND,
    DOING,
    FUNCTIONS,
    INFIX,
    LISTS,
    MULTIPLYING,
    RAISING,
    SHARING,
    VERBS,
)
from assistant.language.values.ordinals import ordinal

DEEPEST = 80
"""Readers inside one another that are followed at most: two a bracket, a function or a power."""

MOST_STEPS = 200
"""Steps of a sum at most."""

Value = Callable[["float | None"], float]
"""Computes a part of a formula; it is given the last result, which "that" stands for."""

CONSTANTS = {"pi": math.pi, "π": math.pi, "e": math.e}
LAST = ("that", "it", "this", "ans", "the result", "the answer")
TELLING = STARTS | frozenset(
    (*PARTS, *CONSTANTS, *BEHIND, *(name.split()[0] for name in FUNCTIONS))
)
"""Words of which a formula without figures has one."""

ByFirst = dict[str, list[tuple[str, list[str]]]]


def _by_first(names: Iterable[str]) -> ByFirst:
    """Return names with their words, by the first of these."""
    found: ByFirst = {}
    for name in names:
        found.setdefault(name.split()[0], []).append((name, name.split()))
    return found


INFIX_AT, VERBS_AT, LISTS_AT = _by_first(INFIX), _by_first(VERBS), _by_first(LISTS)
FUNCTIONS_AT, BEHIND_AT = _by_first(FUNCTIONS), _by_first(BEHIND)
SHARING_AT = _by_first(SHARING)

OPERATORS = frozenset(
    (*INFIX_AT, *VERBS_AT, *LISTS_AT, *FUNCTIONS_AT, *BEHIND_AT, *SHARING_AT, "negative")
)
"""First words of what is done, of which a formula has one."""

STARTING = ("-", "+", "add", "subtract", "x")
"""What goes on from no last result: "-3" is a number, "add" a verb."""

OPENING, CLOSING = ("(", "open bracket", "open brackets"), (")", "close bracket", "close brackets")


class Reading:
    """A text being read for formulas: where a value begins and what was met so far."""

    def __init__(self, words: Words) -> None:
        self.words = words
        self.does = 0
        self.running = False
        self.shares = False
        self.deep = 0
        self.money = {each.text for each in words if each.text in MONEY_SIGNS}
        self.kept: dict[int, tuple[Value, int] | None] = {}

    def ends(self, i: int) -> list[int]:
        """Return where formulas that begin with word ``i`` may end, the longest first."""
        found = (self.sum(i, ADDING), self.onward(i))
        return sorted({each[1] for each in found if each}, reverse=True)

    def whole(self, end: int) -> Value | None:
        """Return what the words up to ``end`` compute, if they are one formula."""
        found = self.sum(0, ADDING)
        if found is None or found[1] != end or not self.does:
            found = self._go_on(end)
        return found[0] if found and self.does <= MOST_STEPS else None

    def _go_on(self, end: int) -> tuple[Value, int] | None:
        """Read "plus 10", "and divided by 4": the last result, and what is done to it."""
        found = self.onward(0)
        if found is None or found[1] != end or word(self.words, 0) in STARTING:
            return None
        self.running = True
        return found

    def onward(self, i: int) -> tuple[Value, int] | None:
        """Read on from the last result with what stands at ``i``."""
        i = i + 1 if word(self.words, i) == "and" else i
        i = i + 1 if word(self.words, i) == "then" else i
        if word(self.words, i) == "of":  # of what was not said: "and of 2"
            return None
        found = self._climb((_last, i), ADDING)
        return found if found[1] > i else None

    def sum(self, i: int, least: int) -> tuple[Value, int] | None:
        """Read values joined by what binds at least so tightly."""
        self.deep += 1
        try:
            left = self._value(i) if self.deep < DEEPEST else None
            return self._climb(left, least) if left else None
        finally:
            self.deep -= 1

    def _climb(self, left: tuple[Value, int], least: int) -> tuple[Value, int]:
        """Join a value to those behind it that are bound to it so tightly."""
        while True:
            if least <= MULTIPLYING and (many := self._many(left[1])):
                self.does += 1
                left = _joined("*", left[0], many[0]), many[1]
                continue
            named = self._one_of(INFIX_AT, left[1]) or self._by_brackets(left[1])
            binds, what = INFIX[named[0]] if named else (0, "")
            if named is None or binds < least:
                return left
            right = self._exponent(named[1]) if what == "^" else None
            right = right or self.sum(named[1], binds if what == "^" else binds + 1)
            if right is None:
                return left
            self.does += 1
            self.shares |= what == "of"
            left = _joined(what, left[0], right[0]), right[1]

    def _by_brackets(self, i: int) -> tuple[str, int] | None:
        """Tell that a bracket which touches what is before it multiplies it: "2(3 + 4)"."""
        return ("*", i) if word(self.words, i) == "(" and touching(self.words, i) else None

    def _many(self, i: int) -> tuple[Value, int] | None:
        """Read a number that is counted: the "eights" of "six eights"."""
        text = word(self.words, i)
        one = singular(text) if text.endswith("s") else ""
        read = raw(split(one), 0) if one in SPOKEN_NUMBERS else None
        return (_constant(read[0]), i + 1) if read else None

    def _exponent(self, i: int) -> tuple[Value, int] | None:
        """Read the place that a power is told by: "two to the | fifth", "10 to the | 6th power"."""
        read = ordinal(self.words, i) if word(self.words, i - 1) == "the" else None
        if read is None or read[0] < 0:
            return None
        return _constant(read[0]), phrase(self.words, read[1], "power") or read[1]

    def _value(self, i: int) -> tuple[Value, int] | None:
        """Read one value with what stands behind it: "5", "-5", "(2 + 3)", "3 squared", "20 %"."""
        if i not in self.kept:
            value = self._bare(i)
            while value is not None and (named := self._one_of(BEHIND_AT, value[1])):
                self.does += 1
                value = _applied(BEHIND[named[0]], value[0]), named[1]
            self.kept[i] = value
        return self.kept[i]

    def _bare(self, i: int) -> tuple[Value, int] | None:
        i = i + 1 if word(self.words, i) == "the" else i
        for read in (
            self._bracket, self._negative, self._list, self._verb, self._share, self._number
        ):  # fmt: skip
            found = read(i)
            if found is not None:
                return found
        return self._function(i) or self._named(i)

    def _bracket(self, i: int) -> tuple[Value, int] | None:
        inside = self._past(OPENING, i)
        found = self.sum(inside, ADDING) if inside else None
        end = self._past(CLOSING, found[1]) if found else None
        return (found[0], end) if found and end else None

    def _negative(self, i: int) -> tuple[Value, int] | None:
        if word(self.words, i) not in ("-", "minus", "negative"):
            return None
        found = self.sum(i + 1, RAISING)
        return (_applied(lambda n: -n, found[0]), found[1]) if found else None

    def _list(self, i: int) -> tuple[Value, int] | None:
        """Read "the sum of 3, 4 and 8", "add 3 and 4", "the average of 3 and 5"."""
        named = self._one_of(LISTS_AT, i)
        each = self.sum(named[1], MULTIPLYING) if named else None
        if named is None or each is None or _is_share(each[0]):
            return None
        (whole, end), count, what = each, 1, LISTS[named[0]]
        while each := self._next(end):
            whole, end = _joined("*" if what == "*" else "+", whole, each[0]), each[1]
            count += 1
        if count == 1:
            return None
        self.does += 1
        return (_applied(lambda n: n / count, whole) if what == "mean" else whole), end

    def _next(self, i: int) -> tuple[Value, int] | None:
        """Read the next of what is listed: ", 4", "and 8", ", and 8"."""
        j = i + 1 if word(self.words, i) == "," else i
        j = j + 1 if word(self.words, j) == "and" else j
        return self.sum(j, MULTIPLYING) if j > i else None

    def _verb(self, i: int) -> tuple[Value, int] | None:
        """Read "add 3 and 4", "take 10% off 50", "subtract 3 from 10"."""
        named = self._one_of(VERBS_AT, i)
        if named is None:
            return self._off(i)
        between, what = VERBS[named[0]]
        # "10 divided by 3" would be read whole, where its words stand between two values.
        first = self.sum(named[1], RAISING if between[0] in INFIX else MULTIPLYING)
        joint = self._past(between, first[1]) if first else None
        second = self.sum(joint, ADDING) if joint else None
        if first is None or second is None:
            return self._off(i)
        self.does += 1
        swap = what.startswith("swapped") or (named[0] == "add" and _is_share(first[0]))
        pair = (second[0], first[0]) if swap else (first[0], second[0])
        return _joined(what.removeprefix("swapped "), *pair), second[1]

    def _off(self, i: int) -> tuple[Value, int] | None:
        """Read "20 % off 50", "take 20 % off 50" and "20 % more than 50"."""
        start = i + 1 if word(self.words, i) in ("take", "knock") else i
        first = self._share(start)
        named = self._one_of(SHARING_AT, first[1]) if first else None
        second = self.sum(named[1], MULTIPLYING) if named else None
        if first is None or named is None or second is None:
            return None
        self.does += 1
        return _joined(SHARING[named[0]], second[0], first[0]), second[1]

    def _share(self, i: int) -> tuple[Value, int] | None:
        """Read "20 %", "a ten percent tip"; a tip on something is a share of it."""
        read = raw(self.words, i) or (
            raw(self.words, i + 1) if word(self.words, i) == "a" else None
        )
        end = percent_sign(self.words, read[1]) if read else None
        # "10 % 3" is a remainder.
        if read is None or end is None or raw(self.words, end):
            return None
        tipped = word(self.words, end) == "tip" and not self._one_of(INFIX_AT, end)
        return _Share(read[0] / 100), end + tipped

    def _number(self, i: int) -> tuple[Value, int] | None:
        """Read a number, a sum of money too where all there is of it is of one kind: "$80"."""
        i += word(self.words, i) in MONEY_SIGNS and len(self.money) == 1
        read = power_of_ten(self.words, i) or raw(self.words, i)
        if read is None or (word(self.words, i) in ("half", "quarter") and not self._of(i + 1)):
            return None
        return _constant(read[0]), read[1]

    def _of(self, i: int) -> bool:
        return word(self.words, i) == "of"

    def _function(self, i: int) -> tuple[Value, int] | None:
        named = self._one_of(FUNCTIONS_AT, i)
        inside = self.sum(named[1], RAISING + 1) if named else None
        if named is None or inside is None:
            return None
        self.does += 1
        return _applied(FUNCTIONS[named[0]], inside[0]), inside[1]

    def _named(self, i: int) -> tuple[Value, int] | None:
        text = word(self.words, i)
        if text in CONSTANTS:
            return _constant(CONSTANTS[text]), i + 1
        end = self._past(LAST, i)
        if end is None:
            return None
        self.running = True
        return _last, end

    def _past(self, names: tuple[str, ...], i: int) -> int | None:
        ends = (phrase(self.words, i, *name.split()) for name in names)
        return max((end for end in ends if end), default=None)

    def _one_of(self, names: ByFirst, i: int) -> tuple[str, int] | None:
        """Return the longest of some names that stands at ``i``, and the place after it."""
        told = names.get(word(self.words, i), ())
        there = [(name, end) for name, said in told if (end := phrase(self.words, i, *said))]
        return max(there, key=lambda each: each[1], default=None)


@dataclass(frozen=True, slots=True)
class _Share:
    """A percentage: of what it is added to or taken from, else a hundredth part."""

    part: float

    def __call__(self, _last: float | None) -> float:
        return self.part


def _is_share(value: Value) -> bool:
    return isinstance(value, _Share)


def _last(last: float | None) -> float:
    if last is None:
        raise SkillError("There is no result yet to go on with.")
    return last


def _constant(value: float) -> Value:
    return lambda _last: value


def _applied(function: Callable[[float], float], value: Value) -> Value:
    return lambda last: function(value(last))


def _joined(what: str, left: Value, right: Value) -> Value:
    """Return what joining two values computes; a share is one of what it is added to."""
    if what in ("+", "-") and _is_share(right) and not _is_share(left):
        part = 1 + right(None) if what == "+" else 1 - right(None)
        return lambda last: left(last) * part
    return lambda last: DOING[what](left(last), right(last))
