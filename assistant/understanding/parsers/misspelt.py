"""Understands sentences with a word misspelt, where the word that was meant explains them."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from functools import cached_property
from itertools import groupby, islice, product
from typing import TYPE_CHECKING

from assistant.language.foreign import language_of
from assistant.language.records import dataclass
from assistant.language.telling import NAMES
from assistant.language.tokens import Word, split
from assistant.language.typos import SHORTEST, corrections, short_corrections
from assistant.language.values.kept import Keys, keys_of
from assistant.turn import Explained, Situation, SlotValue, Understanding, Utterance
from assistant.understanding.lexicon import Lexicon
from assistant.understanding.parsers.chain import Parser, complete

if TYPE_CHECKING:
    from assistant.skill.registry import Skills

PARSER = "misspelt"
"""The name of this parser in an ``Understanding``."""

MOST = 2
"""How many words of a sentence may be misspelt."""

CHOICES, TRIES = 3, 6
"""How many corrections of a word are tried, and how many of a sentence."""


class MisspeltParser:
    """Reads a misspelt word as one that the installed skills' examples have, or that tells a time.

    It takes nothing but what makes an example cover the sentence, or the last parser sure of it.
    Where the first parser finds nothing lacking, the words are kept letter for letter, but for the
    name of something that is kept: "my shoping list".
    """

    def __init__(
        self,
        skills: Skills,
        parsers: Sequence[Parser],
        knows: Callable[[str], bool],
        lexicon: Lexicon,
    ) -> None:
        self._skills = skills
        self._parsers = parsers
        self._knows = knows
        self._lexicon = lexicon

    def __call__(self, utterance: Utterance, situation: Situation) -> Understanding | None:
        """Return what the sentence means with its words corrected, or None."""
        # First of all, for what an example covers needs no weights to tell words by.
        first = self._parsers[0](utterance, situation)
        named = self._misnamed(first, situation)
        if complete(first, self._skills) and not named:
            return None
        if language_of(utterance.text):
            return None
        kept = [keys_of(names) for names in situation.kept.values()]
        words = split(utterance.text)
        head = words[0] if len(words) > 1 else None
        found = [
            (word, (self._begins if word is head else self._meant)(word.text, kept))
            for word in words
            if not named or any(slot.covers(word.start, word.end) for slot in named)
        ]
        wrong = [(word, meant) for word, meant in found if meant]
        if not 0 < len(wrong) <= MOST:
            return None
        ways = [*islice(product(*(meant for _, meant in wrong)), TRIES)]
        for parse, right in product(self._parsers, ways):
            mended = _Mended.of(
                utterance.text, [(w, r) for (w, _), r in zip(wrong, right, strict=True)]
            )
            meant = parse(replace(utterance, text=mended.text), situation)
            if meant is not None and self._explain(meant, mended, situation):
                pairs = zip(wrong, right, strict=True)
                told = ", ".join(f"“{word.said}” as “{other}”" for (word, _), other in pairs)
                return replace(mended.back(meant), parser=PARSER, notes=(f"I read {told}.",))
        return None

    def _explain(self, meant: Understanding, mended: _Mended, situation: Situation) -> bool:
        """Tell whether each corrected word is an example's own, or part of a typed value.

        Or of a name that is kept.
        """
        if meant.intent is None:
            return False
        specs = self._skills.intents[meant.intent].slots
        free = [slot for slot in meant.slots if specs[slot.name].type.greedy]
        inside = [slot for slot in free if any(slot.covers(*move[:2]) for move in mended.moves)]
        lost = self._misnamed(meant, situation)
        return all(specs[slot.name].type.kept and slot not in lost for slot in inside)

    def _misnamed(self, meant: Understanding | None, situation: Situation) -> list[SlotValue]:
        """Return the slots that name what a skill would keep, and does not."""
        if meant is None or meant.intent is None:
            return []
        intent = self._skills.intents[meant.intent]
        kept = situation.kept.get(meant.intent.partition(".")[0], ())
        kinds = ((slot, intent.slots[slot.name].type) for slot in meant.slots)
        return [
            slot
            for slot, kind in kinds
            if kind.kept and str(slot.value) not in kept and str(slot.value) not in kind.examples
        ]

    def _meant(self, word: str, kept: Sequence[Keys]) -> list[str]:
        """Return the words that may be meant by one that is none, likeliest first."""
        known = self._like(word, kept)
        if word in known or len(word) < SHORTEST:
            return []
        near = corrections(word, known)[:CHOICES]
        return [] if not near or self._knows(word) else near

    def _begins(self, word: str, kept: Sequence[Keys]) -> list[str]:
        """Return what is meant by the first word; a short one that is none of ours may be a verb.

        It counts as misspelt also where it is a word, for it must be explained there: "ad milk".
        """
        if len(word) >= SHORTEST or word in self._like(word, kept):
            return self._meant(word, kept)
        return short_corrections(word, self._lexicon.every_verb)[:CHOICES]

    def _like(self, word: str, kept: Sequence[Keys]) -> frozenset[str]:
        """Return the words that begin as one does: of the examples, the calendar, what is kept."""
        known = self._known.get(word[:1], frozenset())
        return known.union(*(keys.words(word[:1]) for keys in kept))

    @cached_property
    def _known(self) -> dict[str, frozenset[str]]:
        known = sorted(self._lexicon.every_word | NAMES)
        return {k: frozenset(words) for k, words in groupby(known, key=lambda word: word[:1])}


@dataclass(frozen=True, slots=True)
class _Mended:
    """A sentence with words corrected, and where each stood before: (start, end, was, until)."""

    text: str
    before: str
    moves: tuple[tuple[int, int, int, int], ...]

    @classmethod
    def of(cls, before: str, wrong: Sequence[tuple[Word, str]]) -> _Mended:
        text, end, moves = "", 0, []
        for word, right in wrong:
            text += before[end : word.start]
            moves.append((len(text), len(text) + len(right), word.start, word.end))
            text += right
            end = word.end
        return cls(text + before[end:], before, tuple(moves))

    def back(self, meant: Understanding) -> Understanding:
        """Return an understanding whose places are those of the sentence as it was typed."""
        return replace(
            meant,
            slots=tuple(self._slot(slot) for slot in meant.slots),
            account=tuple(self._explained(each) for each in meant.account),
        )

    def _slot(self, slot: SlotValue) -> SlotValue:
        start, end = self._span(slot.start, slot.end)
        spans = tuple(self._span(*span) for span in slot.spans)
        return replace(slot, start=start, end=end, spans=spans, text=self.before[start:end])

    def _explained(self, each: Explained) -> Explained:
        start, end = self._span(each.start, each.end)
        return replace(each, start=start, end=end, text=self.before[start:end])

    def _span(self, start: int, end: int) -> tuple[int, int]:
        return self._place(start, last=False), self._place(end, last=True)

    def _place(self, at: int, *, last: bool) -> int:
        shift = 0
        for start, end, was, until in self.moves:
            if start <= at <= end:
                if at == start and not last:
                    return was
                return until if last else was
            if at > end:
                shift = until - end
        return at + shift
