"""Asks which request a bare word is about, where several may be: “contacts”, “add”."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import TYPE_CHECKING

from assistant.language.content import content_words
from assistant.language.plurals import singular
from assistant.language.words import normalise
from assistant.turn import Candidate, Offer, Situation, Understanding, Utterance
from assistant.understanding.lexicon import Lexicon
from assistant.understanding.parsers.chain import Parser
from assistant.understanding.wording import as_offer

if TYPE_CHECKING:
    from assistant.skill.registry import Skills

WHICH = "a bare word"
"""What speaks against acting on a word that several requests have."""

MOST = 3
"""How many requests one is asked about."""

FEW = 2
"""Words of a sentence that is little more than one."""

NEARLY = 0.05
"""How likely a further request must be, as a share of the likeliest, where none has the word."""


class BareParser:
    """Reads freely; of one telling word it offers the likeliest requests whose examples have it."""

    def __init__(self, free: Parser, skills: Skills, lexicon: Lexicon) -> None:
        self._free = free
        self._skills = skills
        self._lexicon = lexicon

    def __call__(self, utterance: Utterance, situation: Situation) -> Understanding | None:
        """Return what is understood, or what may be meant where that is nothing to act upon."""
        meant = self._free(utterance, situation)
        question = situation.session.open_question
        waits = question is not None and not question.offers
        if meant is None or meant.mood != "request" or meant.why or waits:
            return meant
        words = content_words(utterance.text)
        if len(words) != 1 or len(normalise(utterance.text)) > FEW:
            return meant
        (word,) = words
        if meant.intent and not self._guessed(meant):
            return meant
        offered = tuple(self._offers(word, meant))
        if len(offered) < FEW:
            return meant
        return replace(meant, intent=None, slots=(), parser="none", offered=offered, why=WHICH)

    def _guessed(self, meant: Understanding) -> bool:
        """Tell whether it was begun though it was not sure, for it asks before it does anything."""
        target = self._skills.intents[meant.intent or ""]
        return target.confirms and target.missing({slot.name for slot in meant.slots}) is not None

    def _offers(self, word: str, meant: Understanding) -> Iterator[Offer]:
        """Give the requests a bare word is in, those of one skill as it lists them."""
        best = [Candidate(meant.intent, meant.confidence)] if meant.intent else []
        ranked = [*best, *meant.alternatives]
        likely = [each.intent for each in ranked if self._has(each.intent, word)][:MOST]
        if not likely and (meant.intent or meant.offered):
            least = NEARLY * ranked[0].confidence
            likely = [each.intent for each in ranked if each.confidence >= least][:FEW]
        skills = list(dict.fromkeys(name.partition(".")[0] for name in likely))
        order = list(self._skills.intents)
        likely.sort(key=lambda name: (skills.index(name.partition(".")[0]), order.index(name)))
        for name in likely:
            yield as_offer(self._skills.intents[name], ())

    def _has(self, intent: str, word: str) -> bool:
        words = self._lexicon.words(intent)
        return word in words or singular(word) in words
