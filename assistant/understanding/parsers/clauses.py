"""Reads a sentence by its clauses: one is a request and the others only tell of it, or one asks
something that is told before the other is done.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from itertools import islice
from typing import TYPE_CHECKING

from assistant.language.moods import ASKING, AUXILIARIES, remarks
from assistant.language.records import dataclass
from assistant.language.tokens import split
from assistant.language.words import JOINING, MARKS, POLITE, normalise
from assistant.turn import Situation, Understanding, Utterance
from assistant.understanding.joining import in_name
from assistant.understanding.lexicon import Lexicon
from assistant.understanding.parsers.chain import Parser
from assistant.understanding.slots import moved

if TYPE_CHECKING:
    from assistant.skill.registry import Skills

MOST = 4
"""Clauses of a sentence that is read by its parts, and places at which it is parted."""


@dataclass(frozen=True, slots=True)
class _Clause:
    """A piece of a sentence: where it begins, and what it means by itself."""

    text: str
    start: int
    meant: Understanding


class ClausesParser:
    """Reads freely; where the whole is nothing to act upon, by the one clause that is a request.

    What the others say must leave it as it is: a remark (“I love their crust”), or a question that
    is likeliest about the same (“did my wages come?”).
    """

    def __init__(self, free: Parser, skills: Skills, lexicon: Lexicon) -> None:
        self._free = free
        self._skills = skills
        self._lexicon = lexicon

    def __call__(self, utterance: Utterance, situation: Situation) -> Understanding | None:
        """Return what is understood, of the whole or of the clause that tells it."""
        meant = self._free(utterance, situation)
        if meant is None or meant.intent:
            return meant
        return self._both(utterance, situation) or self._one(utterance, situation, meant)

    def _one(
        self, utterance: Utterance, situation: Situation, meant: Understanding
    ) -> Understanding:
        """Return the one request among clauses, else what the whole means."""
        pieces = list(_parted(utterance.text))
        if not 1 < len(pieces) <= MOST:
            return meant
        clauses = [self._read(utterance, situation, *piece) for piece in pieces]
        asking = [each for each in clauses if each is not None and each.meant.intent]
        if len(asking) != 1 or None in clauses:
            return meant
        (told,) = asking
        others = [each for each in clauses if each is not None and each is not told]
        fits = all(self._leaves(each, told.meant) for each in others)
        return _placed(told) if fits else meant

    def _both(self, utterance: Utterance, situation: Situation) -> Understanding | None:
        """Return two requests of which at most one is more than a question, that with the other."""
        for pieces in islice(_joined(utterance.text), MOST):
            clauses = [self._read(utterance, situation, *piece) for piece in pieces]
            if not all(each and each.meant.intent and self._begins(each) for each in clauses):
                continue
            said = [_placed(each) for each in clauses if each is not None]
            if any(in_name(each, self._skills, self._lexicon.every_verb) for each in said):
                continue
            done = [each for each in said if each.intent not in self._lexicon.asking]
            if len(done) <= 1 and said[0].intent != said[1].intent:
                main = (done or said)[0]
                return replace(main, more=tuple(each for each in said if each is not main))
        return None

    def _begins(self, clause: _Clause) -> bool:
        """Tell whether a clause begins as a request does: "bread and | butter" are one thing."""
        first = next((w.text for w in normalise(clause.text) if w.text not in POLITE), "")
        return first in self._lexicon.every_verb | ASKING

    def _read(
        self, utterance: Utterance, situation: Situation, text: str, start: int
    ) -> _Clause | None:
        meant = self._free(replace(utterance, text=text), situation)
        return _Clause(text, start, meant) if meant is not None else None

    def _leaves(self, other: _Clause, told: Understanding) -> bool:
        """Tell whether a clause leaves a request as it is."""
        likeliest = other.meant.alternatives[:1]
        asks = {word.text for word in normalise(other.text)[:1]} & (ASKING | AUXILIARIES)
        if other.meant.mood == "request" and likeliest and asks:
            return likeliest[0].intent == told.intent
        return self._harmless(told) and remarks(normalise(other.text))

    def _harmless(self, told: Understanding) -> bool:
        """Tell whether nothing is changed at once: a remark may take a request back."""
        assert told.intent is not None
        target = self._skills.intents[told.intent]
        asks = target.missing({slot.name for slot in told.slots}) is not None
        return asks or told.intent not in self._lexicon.changing


def _joined(text: str) -> Iterator[tuple[tuple[str, int], tuple[str, int]]]:
    """Give the ways to part a text at a word that joins requests, and where each piece begins."""
    words = split(text)
    i = 1
    while i < len(words):
        j = i
        while j < len(words) and words[j].text in JOINING | MARKS:
            j += 1
        if i < j < len(words) and any(word.text in JOINING for word in words[i:j]):
            start = words[j].start
            yield (text[: words[i - 1].end], 0), (text[start:].rstrip(), start)
        i = max(j, i) + 1


def _parted(text: str) -> Iterator[tuple[str, int]]:
    """Give the pieces of a text between its marks, and where each begins."""
    start = 0
    ends = [(word.start, word.end) for word in split(text) if word.text in MARKS]
    for stop, after in (*ends, (len(text), len(text))):
        piece = text[start:stop]
        if piece.strip():
            yield piece.strip(), start + len(piece) - len(piece.lstrip())
        start = after


def _placed(clause: _Clause) -> Understanding:
    """Return what a clause means, with the places that its words have in the sentence."""
    by = clause.start
    account = tuple(
        replace(each, start=each.start + by, end=each.end + by) for each in clause.meant.account
    )
    return replace(
        clause.meant, slots=tuple(moved(slot, by) for slot in clause.meant.slots), account=account
    )
