"""Finds the templates that cover a sentence word for word.

Each template is found by the rarest word it can't do without, so the cost of a sentence depends on
the templates that share its words, not on how many intents are installed.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import field
from datetime import datetime
from functools import cached_property
from typing import TYPE_CHECKING
from unicodedata import category

from assistant.language.gathering import gathered
from assistant.language.pace import look
from assistant.language.presently import keeps, shorter
from assistant.language.records import dataclass
from assistant.language.telling import NUMBER, REPEATED, UNIT, closed_class
from assistant.language.templates import Hole, Node, Template, word_texts
from assistant.language.templates import Word as Literal
from assistant.language.tokens import Found, Word
from assistant.language.tying import LEADING, half_said, is_typed
from assistant.language.words import (
    COLON,
    POLITE,
    normalise,
    parted,
    steps,
    take_off_beginning,
    with_brackets,
    with_quotes,
    without_politeness,
)

if TYPE_CHECKING:
    from assistant.language.values import SlotType

OPENING = "[{<#@~_"
CLOSING = "]}>#@~_"
"""Signs that belong to the free text which they touch. An "!" does behind a figure: "hunter2!"."""

MOST_WORDS = 400
"""A sentence of more words matches no template exactly."""


LONGEST_VALUE = 80
"""Words of a typed value that ends a sentence, at most."""

MOST_VALUE = 24
"""Words of a typed value that has words behind it, at most."""


@dataclass(frozen=True, slots=True)
class Match:
    """A template that covers the sentence; ``literal`` of its words are the template's own."""

    intent: str
    slots: Mapping[str, Found]
    literal: int


ANY = frozenset("*")
"""Stands for every word."""


@dataclass(eq=False, slots=True)
class _State:
    """A place in a template: a word or hole to get past, or several ways on; none at the end."""

    word: str = ""
    hole: str = ""
    ways: tuple[_State, ...] = ()
    known: frozenset[str] | None = None

    @property
    def openers(self) -> frozenset[str]:
        """Return the words one of which stands there: "" for the end, ANY where any may."""
        if self.known is None:
            if self.word == COLON or self.hole:
                self.known = ANY
            elif self.word or not self.ways:
                self.known = frozenset((self.word,))
            else:
                self.known = frozenset[str]().union(*(way.openers for way in self.ways))
        return self.known


@dataclass(frozen=True)
class _Entry:
    intent: str
    template: Template
    kinds: Mapping[str, SlotType]

    @cached_property
    def start(self) -> _State:
        """Return the first state, built when the template is first tried."""
        return _compile(self.template.nodes, _State())


class Index:
    """Holds (intent, template, slot type of each hole) and finds those a sentence matches."""

    def __init__(self, entries: Iterable[tuple[str, Template, Mapping[str, SlotType]]]) -> None:
        listed = list(entries)
        self._said: dict[str, tuple[list[Template], Mapping[str, SlotType]]] = {}
        for intent, template, kinds in listed:
            self._said.setdefault(intent, ([], kinds))[0].append(template)
        anchors = [template.anchors for _, template, _ in listed]
        frequency = Counter(w for groups in anchors for group in groups for w in group)
        self._postings: dict[str, list[_Entry]] = defaultdict(list)
        self._always: list[_Entry] = []
        for (intent, template, kinds), groups in zip(listed, anchors, strict=True):
            entry = _Entry(intent, template, kinds)
            if not groups:
                self._always.append(entry)
                continue
            for anchor in min(groups, key=lambda g: sum(frequency[w] for w in g)):
                self._postings[anchor].append(entry)

    def match(self, text: str, now: datetime) -> list[Match]:
        """Return the best match of each intent, best first.

        More words of the template's own come first, then fewer words in free-text holes. Case,
        punctuation and politeness do not count.
        """
        words = normalise(text)
        if not 0 < len(words) <= MOST_WORDS:
            return []
        for bare in without_politeness(words):
            found = self._match(text, bare, now)
            if found:
                return self._politely(text, bare, now, found)
        return []

    def _politely(
        self, text: str, words: list[Word], now: datetime, found: list[Match]
    ) -> list[Match]:
        """Keep closing politeness out of a hole at the end, which would take it in.

        That holds too where the hole is another example's: "what are my {thing}" owns nothing of
        "what are my alarms please" that the example without "please" lacks.
        """
        while rest := shorter(words):
            again = self._match(text, rest, now)
            if not again or not _as_near(again[0], found[0]):
                break
            if self._keeps(found[0], words[len(rest) :], now):
                break
            words, found = rest, again
        return self._begun(text, words, now, found)

    def _keeps(self, match: Match, closing: Sequence[Word], now: datetime) -> bool:
        """Tell whether a match lacks something without the words that end it."""
        examples, kinds = self._said[match.intent]
        return keeps(closing, match.slots, kinds, examples, match.intent.partition(".")[0], now)

    def _begun(
        self, text: str, words: list[Word], now: datetime, found: list[Match]
    ) -> list[Match]:
        """Keep opening politeness out of a hole at the beginning, which would take it in."""
        for rest in steps(words, take_off_beginning):
            again = self._match(text, rest, now)
            if again and _clearer(again[0], found[0], words[: len(words) - len(rest)]):
                words, found = rest, again
        return found

    def _match(self, text: str, words: Sequence[Word], now: datetime) -> list[Match]:
        entries = {id(e): e for w in words for e in self._postings.get(w.text, ())}
        entries |= {id(e): e for e in self._always}
        best: dict[str, tuple[tuple[int, int], Match]] = {}
        for entry in entries.values():
            look(len(words))
            slots = _walked(text, words, entry, now)
            if slots is None:
                continue
            slots = gathered(text, slots, entry.kinds, now)
            if any(_misread(text, name, slots, entry.kinds, now) for name in slots):
                continue
            inside = sum(_words_in(words, f) for f in slots.values())
            free = sum(_words_in(words, f) for n, f in slots.items() if entry.kinds[n].greedy)
            score = (len(words) - inside, -free)
            if entry.intent not in best or score > best[entry.intent][0]:
                best[entry.intent] = score, Match(entry.intent, slots, score[0])
        ranked = sorted(best.values(), key=lambda pair: pair[0], reverse=True)
        return [match for _, match in ranked]


def _clearer(match: Match, other: Match, first: Sequence[Word]) -> bool:
    """Tell whether a match without the first words beats one with them in a hole.

    A free text may begin with one of them ("well water"), a value may not.
    """
    if match.literal != other.literal:
        return match.literal > other.literal
    held = (f.value for f in other.slots.values() if f.start <= first[0].start < f.end)
    plain = len(first) > 1 or first[0].text in POLITE
    return plain or any(not isinstance(value, str) for value in held)


def _as_near(match: Match, other: Match) -> bool:
    return match.intent == other.intent or match.literal >= other.literal


def _walked(
    text: str, words: Sequence[Word], entry: _Entry, now: datetime
) -> dict[str, Found] | None:
    """Return the filled holes of a template: with values and nothing else, or words around them."""
    slots = _Walk(text, words, entry.kinds, now, exact=True).run(entry.start, 0)
    if slots is None and any(kind.exact for kind in entry.kinds.values()):
        slots = _Walk(text, words, entry.kinds, now, exact=False).run(entry.start, 0)
    return slots


def _misread(
    text: str,
    name: str,
    slots: Mapping[str, Found],
    kinds: Mapping[str, SlotType],
    now: datetime,
) -> bool:
    """Tell whether a hole holds half a figure, or a free one a typed value: a label "tuesday".

    Nor is a name what looks like a length where an intent lacks it: "5 minutes every day".

    Where each hole of such values has another one, it is what a thing is told by: "add 5 minutes
    to the 10 minute timer".
    """
    found = slots[name]
    before = text[: found.start][-2:]
    if found.text[:1].isdecimal() and before[:1].isdecimal() and before[1:] in (":", ".", "/"):
        return True
    if not kinds[name].greedy:
        return False
    if half_said(text, found, slots, kinds, now):
        return True
    # What recurs is no part of a name: "go to work at 9 daily".
    recurs = any(k.name == "Recurrence" and k.find(found.text, now) for k in kinds.values())
    unsaid = [kind for hole, kind in kinds.items() if hole not in slots]
    if any(kind.name == "timedelta" for kind in unsaid) and _of_a_length(found.text):
        return True
    return recurs or is_typed(found.text, unsaid, now)


def _of_a_length(text: str) -> bool:
    """Tell whether a text has words of a length: it begins with a number, or names a unit."""
    classes = [closed_class(word.text) for word in normalise(text)]
    return classes[:1] == [NUMBER] or any(each in OF_LENGTHS for each in classes)


OF_LENGTHS = (UNIT, REPEATED)
"""Classes of words that belong to a length, or tell how often."""


@dataclass(slots=True)
class _Walk:
    """One try of one template; remembers the dead ends, so it never walks one twice."""

    text: str
    words: Sequence[Word]
    kinds: Mapping[str, SlotType]
    now: datetime
    exact: bool
    dead: set[tuple[int, int]] = field(default_factory=set)

    def run(self, state: _State, i: int) -> dict[str, Found] | None:
        """Return the filled holes of the way from a state at word ``i`` to the end, or None."""
        if (id(state), i) in self.dead:
            return None
        found = self._step(state, i)
        if found is None:
            self.dead.add((id(state), i))
        return found

    def _step(self, state: _State, i: int) -> dict[str, Found] | None:
        if state.word == COLON:
            return self.run(state.ways[0], i) if parted(self.text, self.words, i) else None
        if state.word:
            here = i < len(self.words) and self.words[i].text == state.word
            return self.run(state.ways[0], i + 1) if here else None
        if state.hole:
            return self._fill(state, i)
        if not state.ways:
            return {} if i == len(self.words) else None
        for way in state.ways:
            found = self.run(way, i)
            if found is not None:
                return found
        return None

    def _fill(self, state: _State, i: int) -> dict[str, Found] | None:
        """Try every end of a hole: typed ones the longest first, free text the shortest."""
        kind, after = self.kinds[state.hole], state.ways[0]
        read = (kind.exact if self.exact else None) or kind.parse
        openers = None if "*" in after.openers else after.openers
        for j in self._ends(i, kind):
            if openers and (self.words[j].text if j < len(self.words) else "") not in openers:
                continue
            if kind.name in MOMENTS and not self._may_be(i, j):
                continue
            rest = self.run(after, j)
            if rest is None:
                continue
            start, end = with_brackets(self.text, self.words[i].start, self.words[j - 1].end)
            if kind.greedy:
                before = self.words[i - 1].end if i else start
                start, end = _as_typed(self.text, before, start, end)
            said = self.text[start:end]
            value = read(said, self.now)
            if value is None:
                continue
            found = Found(value, said, start, end)
            if not (kind.greedy and half_said(self.text, found, rest, self.kinds, self.now)):
                return {state.hole: found, **rest}
        return None

    def _ends(self, i: int, kind: SlotType) -> Iterable[int]:
        """Return where a hole that begins at word ``i`` may end, in the order to try.

        A typed value is MOST_VALUE words at most, or all there is behind: a long sum.
        """
        last = len(self.words)
        if kind.greedy:
            return range(i + 1, last + 1)
        near = range(min(last, i + MOST_VALUE), i, -1)
        return (last, *near) if MOST_VALUE < last - i <= LONGEST_VALUE else near

    def _may_be(self, i: int, j: int) -> bool:
        """Tell whether a moment may stand there: "until june" is none, nor is "on | at 5"."""
        first, *rest = (word.text for word in self.words[i:j])
        doubled = first in LEADING and rest[:1] and rest[0] in LEADING
        return not (doubled or first in NO_MOMENT or (rest and rest[-1] in LEADING))


NO_MOMENT = frozenset("until till til it is its that then i say make want like".split())
"""Words that begin no moment."""

MOMENTS = ("time", "date", "datetime")
"""Types of values that are one moment."""


def _as_typed(text: str, before: int, start: int, end: int) -> tuple[int, int]:
    """Widen free text by the signs it was typed with: "[red] paint", "#5 screws", "hunter2!".

    ``before`` is where the word before it ends: a picture behind that begins the text.
    """
    start = next((i for i in range(before, start) if category(text[i]) == "So"), start)
    while start > 0 and text[start - 1] in OPENING:
        start -= 1
    last = text[text.rfind(" ", start, end) + 1 : end]
    signs = CLOSING + ("!?" if any(sign.isdigit() for sign in last) else "")
    while end < len(text) and text[end] in signs:
        end += 1
    return with_quotes(text, start, end)


def _compile(nodes: Sequence[Node], after: _State) -> _State:
    """Build the states of a sequence, from its end."""
    for node in reversed(nodes):
        if isinstance(node, Literal):
            texts = (COLON,) if node.text == COLON else word_texts(node.text)
            for text in reversed(texts):
                after = _State(word=text, ways=(after,))
        elif isinstance(node, Hole):
            after = _State(hole=node.name, ways=(after,))
        else:
            ways = tuple(_compile(option, after) for option in node.options)
            after = _State(ways=(*ways, after) if node.optional else ways)
    return after


def _words_in(words: Sequence[Word], found: Found) -> int:
    return sum(found.start <= w.start < found.end for w in words)
