"""Understands a sentence that takes back some of its words: "wake me at 7, no, 8".

The words behind an editing term take the place of those before it: as they stand where an example
covers the sentence without them. What a value is replaced by must be one of its kind. Where words
of a free text are taken back and it is not told how many, it is asked; so is whether the term
belongs to the text.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from itertools import chain
from typing import TYPE_CHECKING

from assistant.language.content import EMPTY, content_words
from assistant.language.editing import PAUSES, Edit, edits
from assistant.language.facts import Fact, Text
from assistant.language.moods import DETERMINERS
from assistant.language.records import dataclass
from assistant.language.telling import closed_class
from assistant.language.tokens import Word, split
from assistant.language.words import normalise
from assistant.turn import Explained, Offer, Situation, SlotValue, Understanding, Utterance
from assistant.understanding.accounting import account_of
from assistant.understanding.instead import chosen, counted, wordings
from assistant.understanding.lexicon import Lexicon
from assistant.understanding.parsers.chain import Parser, complete
from assistant.understanding.parsers.tied import value_kinds
from assistant.understanding.wording import as_offer

if TYPE_CHECKING:
    from assistant.language.values import SlotType
    from assistant.skill.registry import Skills

PARSER = "repaired"
"""The name of this parser in an ``Understanding``."""

MOST = 8
"""How many words are tried as those said instead."""

DICTATED = (str.__name__, Text.__name__, Fact.__name__)
"""Types of texts that are kept letter for letter where a request takes nothing else."""

BEFORE_VALUES = ("next", "this")
"""Words that begin a value, beside those of the closed classes."""


@dataclass(frozen=True, slots=True)
class _Said:
    """A sentence with an editing term in it.

    ``until`` is where the words end some of which are taken back; those between there and the term
    are said again behind it: "a tea | timer, no, a coffee timer".
    """

    utterance: Utterance
    at: Situation
    words: Sequence[Word]
    edit: Edit
    until: int

    @property
    def text(self) -> str:
        return self.utterance.text

    @property
    def cut(self) -> int:
        """Return where what stands before the term ends."""
        return self.words[self.until - 1].end

    @property
    def term(self) -> str:
        """Return the term without the pauses around it."""
        inside = [w for w in self.words[self.edit.start : self.edit.end] if w.text not in PAUSES]
        return self.text[inside[0].start : inside[-1].end]

    def ends(self) -> Iterator[int]:
        """Give where the words said instead may end."""
        last = min(len(self.words), self.edit.end + MOST)
        for i in range(self.edit.end, last):
            if self.words[i].text not in PAUSES:
                yield self.words[i].end

    @property
    def begin(self) -> int:
        """Return where the words begin that are said instead."""
        return self.words[self.edit.end].start


@dataclass(frozen=True, slots=True)
class _Mended:
    """A sentence where ``instead`` takes the place of text[start:end]."""

    said: _Said
    start: int
    instead: str
    end: int

    @property
    def text(self) -> str:
        return f"{self.said.text[: self.start]}{self.instead}{self.said.text[self.end :]}"

    def back(self, slot: SlotValue) -> SlotValue:
        """Return a slot at its places in the sentence as it was said."""
        spans = tuple((self._place(a), self._place(b, last=True)) for a, b in slot.spans)
        start, end = self._place(slot.start), self._place(slot.end, last=True)
        return replace(slot, start=start, end=end, spans=spans)

    def _place(self, at: int, *, last: bool = False) -> int:
        until = self.start + len(self.instead)
        if at < self.start or (last and at == self.start):
            return at
        if at >= until:
            return at - until + self.end
        return self.end if last else self.said.begin

    def taken_back(self, each: Explained) -> Explained:
        """Return a word as taken back, where it is, or as the term that tells so."""
        inside = self.start <= each.start < self.said.begin
        return replace(each, by="repaired", name="") if inside else each


class RepairedParser:
    """Takes a sentence with words taken back as what was meant in the end.

    ``exact`` knows what an example covers; ``freely`` asks another parser, which is believed where
    a value takes the place of one of its kind.
    """

    def __init__(self, skills: Skills, exact: Parser, free: Parser, lexicon: Lexicon) -> None:
        self._skills = skills
        self._exact = exact
        self._free = free
        self._lexicon = lexicon

    def __call__(self, utterance: Utterance, situation: Situation) -> Understanding | None:
        """Return what is meant in the end, what to ask, or None where nothing is taken back."""
        for said in _said(utterance, situation):
            if self._own_words(said):
                return None
            meant = self._again(said) or self._instead(said) or self._anew(said)
            if meant := meant or self._doubtful(said):
                return meant
        return None

    def _own_words(self, said: _Said) -> bool:
        """Tell whether an example covers the sentence in whose words the term itself is."""
        whole = self._exact(said.utterance, said.at)
        term = [w for w in said.words[said.edit.start : said.edit.end] if w.text not in PAUSES]
        free = (s.covers(w.start, w.end) for s in (whole.slots if whole else ()) for w in term)
        return whole is not None and not any(free)

    def freely(self, utterance: Utterance, situation: Situation) -> Understanding | None:
        """Return the same for what no example covers."""
        for said in _said(utterance, situation):
            if meant := self._alike(said, self._free) or self._refused(said):
                return meant
        return None

    def _again(self, said: _Said) -> Understanding | None:
        """Return the request with words said again, and what follows them: "at 7, no, at 8"."""
        first, before = said.words[said.edit.end], said.words[: said.edit.start]
        place = next((w.start for w in reversed(before) if w.text == first.text), None)
        if place is None:
            return None
        mended = _Mended(said, place, said.text[first.start :], len(said.text))
        meant, head = self._read(said, mended.text), self._read(said, said.text[: said.cut])
        if meant is None or head is None or meant.intent != head.intent or self._dictated(meant):
            return None
        changed = _changed(head, meant)
        if not said.edit.firm and any(self._kind(meant, name).greedy for name in changed):
            return None
        return self._meant(meant, mended) if changed else None

    def _instead(self, said: _Said) -> Understanding | None:
        """Return the request with another value where one ends, or what to ask about a text."""
        ending = sorted(self._ending(said), key=lambda each: self._loose(each[0]))
        typed = [each for each in ending if not self._text_like(said, *each[:2])]
        free = [each for each in ending if each not in typed]
        found = chain(
            (self._typed(said, *each) for each in typed), (self._text(said, *each) for each in free)
        )
        return next((meant for meant in found if meant is not None), None)

    def _text_like(self, said: _Said, whole: Understanding, slot: SlotValue) -> bool:
        kind = self._kind(whole, slot.name)
        return kind.greedy and not chosen(kind, said.at.now)

    def _ending(self, said: _Said) -> Iterator[tuple[Understanding, SlotValue, int]]:
        """Give readings without the term and words behind it, with the slot that stands before it
        and where those words end.
        """
        last = said.words[said.until - 1]
        for end in said.ends():
            whole = self._read(said, said.text[: said.cut] + said.text[end:])
            for slot in whole.slots if whole else ():
                beyond = said.until < said.edit.start and slot.end > said.cut
                if whole is not None and slot.covers(last.start, last.end) and not beyond:
                    yield whole, slot, end

    def _loose(self, whole: Understanding) -> int:
        """Return how many signs of a sentence are free texts, which could be anything."""
        return sum(len(s.text) for s in whole.slots if self._kind(whole, s.name).greedy)

    def _anew(self, said: _Said) -> Understanding | None:
        """Return the question whether another request is meant than the one before the term."""
        first = said.words[said.edit.end].text
        if not said.edit.firm or first not in self._lexicon.every_verb:
            return None
        head = self._read(said, said.text[: said.cut])
        rest = self._read(said, said.text[said.begin :])
        if head is None or rest is None or not complete(rest, self._skills):
            return None
        return None if self._dictated(head) else self._ask(said, rest)

    def _typed(
        self, said: _Said, whole: Understanding, slot: SlotValue, end: int
    ) -> Understanding | None:
        """Return the request with a typed value changed, and no other."""
        start = _start(slot, said.cut)
        before, kind = said.text[start : said.cut], self._kind(whole, slot.name)
        instead = said.text[said.begin : end]
        last = f"{before[: split(before)[-1].start]}{instead}"  # "7 am, no, pm"
        for text in (*wordings(instead, before, kind, said.at.now), last):
            mended = _Mended(said, start, text, end)
            meant = self._read(said, mended.text)
            if meant is not None and _changed(whole, meant) == {slot.name}:
                return self._meant(meant, mended)
        return None

    def _text(
        self, said: _Said, whole: Understanding, slot: SlotValue, end: int
    ) -> Understanding | None:
        """Return the request with words of a free text changed; a text that is all it takes is
        kept as it is, but for a value.
        """
        alike = self._alike(said, self._exact)
        if alike is not None or self._dictated(whole):
            return alike
        text, instead, now = (
            said.text[slot.start : said.cut],
            said.text[said.begin : end],
            said.at.now,
        )
        again, new = content_words(text) & content_words(instead), counted(instead, text, now)
        if not (said.edit.firm or again) or not text or not content_words(instead) or not new:
            return None
        said_words = normalise(text)
        if not said_words or said_words[-1].text in EMPTY:
            return None
        kept, sure = self._kept(split(text), split(instead))
        mended = _Mended(said, slot.start + split(text)[kept].start, instead, end)
        if new != instead:
            mended, sure = _Mended(said, slot.start, new, end), True
        meant = self._read(said, mended.text)
        if meant is None or _changed(whole, meant) != {slot.name}:
            return None
        if sure and said.edit.firm:
            return self._meant(meant, mended)
        return self._ask(said, meant)

    def _kept(self, before: Sequence[Word], instead: Sequence[Word]) -> tuple[int, bool]:
        """Return how many words of a text stay that are said before others, and if that is sure.

        It is where one word is left behind a verb and an article: "call the | dentist, no, doctor".
        """
        lead = int(before[0].text in self._lexicon.every_verb and len(before) > 1)
        if lead and instead[0].text in self._lexicon.every_verb:
            return 0, False
        while lead and lead < len(before) - 1 and before[lead].text in DETERMINERS:
            lead += 1
        return max(lead, len(before) - len(instead)), len(before) - lead == 1

    def _alike(self, said: _Said, read: Parser) -> Understanding | None:
        """Return what a parser takes a sentence for with the value behind the term in the place of
        the one before it, of the same kind.
        """
        for kind, start, end in _values(said):
            before, instead = said.text[start : said.cut], said.text[said.begin : end]
            for text in wordings(instead, before, kind, said.at.now):
                mended = _Mended(said, start, text, end)
                meant = read(replace(said.utterance, text=mended.text), said.at)
                inside = start, start + len(text)
                if meant and meant.intent and any(slot.covers(*inside) for slot in meant.slots):
                    return self._meant(meant, mended)
        return None

    def _doubtful(self, said: _Said) -> Understanding | None:
        """Return the question whether the term belongs to a text, and all is meant as it stands."""
        whole = self._within(said, self._exact)
        return self._left(said, self._offer(whole)) if whole else None

    def _refused(self, said: _Said) -> Understanding | None:
        """Return a refusal of what would be done with the term in a text."""
        return self._left(said) if self._within(said, self._free) else None

    def _within(self, said: _Said, read: Parser) -> Understanding | None:
        """Return what a parser takes the whole sentence for where the term stands within a text.

        One may begin with the term, or be all that a request takes.
        """
        if not said.edit.firm or said.until < said.edit.start:
            return None
        whole = read(said.utterance, said.at)
        if whole is None or whole.intent is None or self._dictated(whole):
            return None
        start = said.words[said.edit.start].start
        inside = [s for s in whole.slots if s.covers(start, said.begin) and s.start < start]
        return whole if inside else None

    @staticmethod
    def _left(said: _Said, *offered: Offer) -> Understanding:
        return Understanding(None, 1.0, why=f"“{said.term}”", offered=offered)

    def _ask(self, said: _Said, meant: Understanding) -> Understanding:
        """Return the question whether that is meant; after a no, whether it is as it stands."""
        whole = self._read(said, said.text)
        return self._left(said, *(self._offer(each) for each in (meant, whole) if each is not None))

    def _meant(self, meant: Understanding, mended: _Mended) -> Understanding:
        """Return an understanding of the sentence as it was said, with what was taken back."""
        text, slots = mended.said.text, tuple(mended.back(slot) for slot in meant.slots)
        known = self._lexicon.words(meant.intent or "")
        told = account_of(text, normalise(text), known, slots)
        account = tuple(mended.taken_back(each) for each in told)
        return replace(meant, slots=slots, account=account, parser=PARSER)

    def _offer(self, meant: Understanding) -> Offer:
        return as_offer(self._skills.intents[meant.intent or ""], meant.slots)

    def _read(self, said: _Said, text: str) -> Understanding | None:
        meant = self._exact(replace(said.utterance, text=text), said.at)
        return meant if meant is not None and meant.intent is not None else None

    def _dictated(self, meant: Understanding) -> bool:
        """Tell whether a request takes nothing but a text, letter for letter."""
        specs = self._skills.intents[meant.intent or ""].slots.values()
        return len(specs) == 1 and all(spec.type.name in DICTATED for spec in specs)

    def _kind(self, meant: Understanding, name: str) -> SlotType:
        return self._skills.intents[meant.intent or ""].slots[name].type


def _said(utterance: Utterance, at: Situation) -> Iterator[_Said]:
    """Give the sentence with each of its editing terms, first as one before which a word stands
    that is said again.
    """
    words = split(utterance.text)
    for edit in edits(words):
        again = words[edit.start - 1].text
        if edit.start > 1 and any(w.text == again for w in words[edit.end + 1 : edit.end + MOST]):
            yield _Said(utterance, at, words, edit, edit.start - 1)
        yield _Said(utterance, at, words, edit, edit.start)


def _values(said: _Said) -> Iterator[tuple[SlotType, int, int]]:
    """Give the kinds of value of which one ends before the term and one begins behind it, with the
    start of the first and the end of the second, each as long as it goes.
    """
    from assistant.language.values import slot_type

    before = said.words[max(0, said.edit.start - MOST) : said.edit.start]
    starts = [w.start for w in before if closed_class(w.text) or w.text in BEFORE_VALUES]
    ends = [*said.ends()]
    found: list[tuple[int, SlotType]] = []
    for kind in (*value_kinds(), slot_type(float)):
        start = next((i for i in starts if kind.parse(said.text[i : said.cut], said.at.now)), None)
        found += [] if start is None else [(start, kind)]
    for start, kind in found:
        end = next((i for i in ends[::-1] if kind.parse(said.text[said.begin : i], said.at.now)), 0)
        if end and start == min(found, key=lambda each: each[0])[0]:
            yield kind, start, end


def _start(slot: SlotValue, cut: int) -> int:
    """Return where the part of a value begins that ends there."""
    return next(start for start, _ in reversed(slot.spans or ((slot.start, cut),)) if start < cut)


def _changed(one: Understanding, other: Understanding) -> set[str]:
    """Return the slots that have not the same value in both, none where the requests differ."""
    if one.intent != other.intent:
        return set()
    slots = [{slot.name: slot for slot in each.slots} for each in (one, other)]
    names = slots[0].keys() | slots[1].keys()
    return {name for name in names if not _same(slots[0].get(name), slots[1].get(name))}


def _same(one: SlotValue | None, other: SlotValue | None) -> bool:
    """Tell whether slots are of one value; of a skill's own types those of the same words are."""
    if one is None or other is None:
        return one is other
    return one.value == other.value or one.text == other.text
