"""Understands the sentences that the user taught."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from assistant.language.words import plain_words
from assistant.turn import Situation, Understanding, Utterance
from assistant.understanding import slots
from assistant.understanding.parsers.chain import Parser, Spans

if TYPE_CHECKING:
    from assistant.skill.registry import Skills


EXAMPLE = "example"
"""Under which it is told that a sentence became an example of the user's own."""


class TaughtParser:
    """Understands the sentences that the user taught, as the user meant them.

    What they stand for is read by ``parsers``, the first that is sure.
    """

    def __init__(
        self, skills: Skills, own: Parser, parsers: Sequence[Parser], spans: Spans
    ) -> None:
        """Take what reads the user's own examples besides, which go before those of skills."""
        self._skills = skills
        self._own = own
        self._parsers = parsers
        self._spans = spans

    def __call__(self, utterance: Utterance, situation: Situation) -> Understanding | None:
        """Return what was taught, or None where the sentence was not."""
        taught = situation.taught.items()
        words = plain_words(utterance.text) if taught else []
        entry = next((e for s, e in taught if words and plain_words(s) == words), None)
        if entry is None or EXAMPLE in entry:
            meant = self._own(utterance, situation)
            return replace(meant, parser="taught") if meant is not None else None
        if "sentence" in entry:
            return self._as(replace(utterance, text=entry["sentence"]), situation)
        intent = self._skills.intents.get(entry["intent"])
        if intent is None:
            return None
        tagged = self._spans(intent, utterance.text)
        filled = slots.fill(utterance.text, intent.slots, intent.examples, situation.now, tagged)
        return Understanding(intent.name, 1.0, filled, parser="taught")

    def _as(self, meaning: Utterance, situation: Situation) -> Understanding | None:
        """Return what another sentence means."""
        for parser in self._parsers:
            understanding = parser(meaning, situation)
            if understanding is not None and understanding.intent:
                return replace(understanding, parser="taught", notes=(f"as “{meaning.text}”",))
        return None
