"""A bare noun or verb, which several requests may be meant by: “contact”, “add”."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from assistant.language.content import content_words
from assistant.language.plurals import singular
from assistant.language.tokens import split
from assistant.turn import Candidate, Offer, Situation, Understanding, Utterance
from assistant.understanding.lexicon import Lexicon
from assistant.understanding.wording import worded

if TYPE_CHECKING:
    from assistant.skill.registry import Skills
    from assistant.understanding.parsers.chain import Parser

PARSER = "bare"
"""The name of this parser."""

WHICH = "which"
"""What speaks against acting on a bare word: any of a few may be meant."""

MOST_WORDS = 2
"""Words of such a sentence: "the contacts"."""

CHOICES = 3
"""How many requests are named."""

NEARLY = 0.3
"""How likely a further one must be, as a share of the likeliest, where the word is in none."""


class BareParser:
    """Asks which request is meant by one telling word."""

    def __init__(self, skills: Skills, free: Parser, lexicon: Lexicon) -> None:
        self._skills = skills
        self._free = free
        self._lexicon = lexicon

    def __call__(self, utterance: Utterance, situation: Situation) -> Understanding | None:
        """Return the choices, likeliest first; None where fewer than two may be meant."""
        told = content_words(utterance.text)
        if len(told) != 1 or len(split(utterance.text)) > MOST_WORDS:
            return None
        meant = self._free(utterance, situation)
        if meant is None or meant.intent is not None or not meant.alternatives:
            return None
        (word,) = told
        having = [each for each in meant.alternatives if self._has(each.intent, word)]
        named = having or (self._likely(meant.alternatives) if meant.offered else [])
        offers = tuple(self._offers(named))[:CHOICES]
        if len(offers) < CHOICES - 1:
            return None
        return Understanding(
            None,
            meant.confidence,
            parser=PARSER,
            alternatives=meant.alternatives,
            offered=offers,
            why=WHICH,
        )

    def _has(self, intent: str, word: str) -> bool:
        return not {word, singular(word)}.isdisjoint(self._lexicon.words(intent))

    def _likely(self, ranked: Sequence[Candidate]) -> list[Candidate]:
        return [each for each in ranked if each.confidence >= NEARLY * ranked[0].confidence]

    def _offers(self, ranked: Sequence[Candidate]) -> Iterator[Offer]:
        """Give an offer for each, but for those that are worded alike."""
        seen = set[str]()
        for each in ranked:
            text = worded(self._skills.intents[each.intent], ())
            if text not in seen:
                seen.add(text)
                yield Offer(each.intent, (), text)
