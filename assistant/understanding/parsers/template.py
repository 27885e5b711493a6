"""Understands what an example covers, word for word."""

from __future__ import annotations

from typing import TYPE_CHECKING

from assistant.language import templates
from assistant.language.matching import Match
from assistant.language.moods import (
    AUXILIARIES,
    DETERMINERS,
    NO_VERBS,
    POLITELY,
    PRONOUNS,
    led_by,
    taken,
)
from assistant.language.tokens import SOMETIME
from assistant.language.tying import TIMED
from assistant.language.values.kept import kept_name
from assistant.language.words import BEGINNING, normalise, take_off_end
from assistant.turn import Candidate, Situation, SlotValue, Understanding, Utterance
from assistant.understanding.accounting import account_of
from assistant.understanding.freetext import denied, hollow, several
from assistant.understanding.lexicon import Lexicon

if TYPE_CHECKING:
    from assistant.language.matching import Index
    from assistant.language.tokens import Word
    from assistant.skill.declared import Intent
    from assistant.skill.registry import Skills


MOST_KNOWN = 100
"""How many sentences of one situation are kept with what they mean."""


OBJECTS = PRONOUNS | {"this", "that"}
"""Words for what a request is about, or for whom it is."""

NO_NAMES = AUXILIARIES | DETERMINERS | PRONOUNS
"""Words inside a text that make a clause of it, and no name."""


class TemplateParser:
    """Understands a sentence that one of the examples covers, word for word."""

    def __init__(self, skills: Skills, lexicon: Lexicon, index: Index | None = None) -> None:
        """Take what finds the examples, which are all there are where it isn't told."""
        self._skills = skills
        self._lexicon = lexicon
        self._index = index or skills.heard
        self._last: tuple[Situation | None, dict[str, Understanding | None]] = (None, {})

    def __call__(self, utterance: Utterance, situation: Situation) -> Understanding | None:
        """Return the best match as a certain understanding, or None.

        What several parsers ask one after another is matched once.
        """
        last = self._last
        if last[0] is not situation or len(last[1]) >= MOST_KNOWN:
            last = self._last = (situation, {})
        known = last[1]
        if utterance.text not in known:
            known[utterance.text] = self._matched(utterance, situation)
        return known[utterance.text]

    def _matched(self, utterance: Utterance, situation: Situation) -> Understanding | None:
        if self._asks_ability(utterance.text):
            return None
        matches = self._sound(utterance.text, situation)
        if not matches:
            return None
        best = matches[0]
        filled = _filled(best)
        others = {m.intent for m in matches[1:]} - {best.intent}
        runners = tuple(Candidate(name, 0.0) for name in sorted(others))
        words = normalise(utterance.text)
        account = account_of(utterance.text, words, self._lexicon.words(best.intent), filled)
        return Understanding(
            best.intent, 1.0, filled, parser="template", alternatives=runners, account=account
        )

    def _sound(self, text: str, situation: Situation) -> list[Match]:
        """Return the matches whose free texts say something.

        Where none does, politeness behind the request may be what they took in: "timer for me".
        """
        words: list[Word] | None = normalise(text)
        while words:
            found = self._index.match(text, situation.now)
            sound = [match for match in found if not self._hollow(match, text)]
            if sound or not found:
                return sound
            words = take_off_end(words)
            text = text[: words[-1].end] if words else ""
        return []

    def _asks_ability(self, text: str) -> bool:
        """Tell whether words that are polite before a request ask what can be done."""
        words = normalise(text)
        led = led_by(words, POLITELY)
        return led and taken(words, self._lexicon.every_verb).mood == "ability"

    def _hollow(self, match: Match, text: str) -> bool:
        """Tell whether a free text of a match says nothing, or holds another request; one of a
        few names may be "all".
        """
        slots, skill = self._skills.intents[match.intent].slots, match.intent.partition(".")[0]
        free = [s for s in _filled(match) if slots[s.name].type.greedy]
        orders = self._lexicon.orders
        names = [s for s in free if not slots[s.name].required]
        told = match.intent in self._lexicon.changing - self._lexicon.asking
        if told and any(several(s) or _object(s) or self._clause(s, text) for s in names):
            return True
        timed = any(slot.type.name in TIMED for slot in slots.values())
        if timed and any(self._lexicon.asks_of_me(match.intent, s.text) for s in free):
            return True
        if match.intent in self._lexicon.asking and any(map(denied, free)):
            return True
        if any(self._elsewhere(match.intent, s, text) for s in names):
            return True
        return any(hollow(s, skill) or orders(match.intent, s.name, s.text) for s in free)

    def _elsewhere(self, intent: str, name: SlotValue, text: str) -> bool:
        """Tell whether a question's "my X" is what another skill holds: "what's my | schedule"."""
        skill, said = intent.partition(".")[0], name.text.lower()
        if not text[: name.start].lower().endswith("my ") or kept_name(skill, said, SOMETIME):
            return False
        owners = {each.partition(".")[0] for each in self._lexicon.owners(said)}
        return bool(owners) and skill not in owners

    def _clause(self, name: SlotValue, text: str) -> bool:
        """Tell whether a name that begins a sentence is no name: "pause the soup | timer"."""
        if not BEGINNING.issuperset(word.text for word in normalise(text[: name.start])):
            return False
        first, *rest = [word.text for word in normalise(name.text)] or [""]
        if first in self._lexicon.every_verb or first in NO_VERBS:
            return True
        return not NO_NAMES.isdisjoint(rest)

    def sentences(self) -> list[str]:
        """Return one plain sentence for every example, to complete what is being typed."""
        return [
            sentence
            for intent in self._skills.intents.values()
            for example in intent.examples
            for sentence in spoken(intent, example)
        ]


def _object(name: SlotValue) -> bool:
    """Tell whether a name is what is made of something, or for somebody: "it a coffee"."""
    said = [word.text for word in normalise(name.text)]
    return len(said) > 1 and said[0] in OBJECTS and said[1] in DETERMINERS


def _filled(match: Match) -> tuple[SlotValue, ...]:
    return tuple(
        SlotValue(name, found.value, found.text, found.start, found.end, found.spans)
        for name, found in match.slots.items()
    )


def spoken(intent: Intent, example: templates.Template) -> list[str]:
    """Return a plain sentence an example stands for, its holes filled (none if it has none)."""
    values = {name: slot.type.examples for name, slot in intent.slots.items()}
    return [sample.text for sample in templates.sample(example, values, limit=1)]
