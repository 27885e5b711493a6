"""“No, twenty”: the request before, done again with another value instead of the one it had."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from datetime import datetime
from typing import TYPE_CHECKING

from assistant.language.content import content_words
from assistant.language.tokens import split
from assistant.language.words import correcting
from assistant.turn import Situation, SlotValue, Turn, Understanding, Utterance
from assistant.understanding.instead import chosen, counted, wordings
from assistant.understanding.lexicon import Lexicon

if TYPE_CHECKING:
    from assistant.skill.declared import Intent
    from assistant.skill.registry import Skills
    from assistant.skill.slots import SlotSpec

log = logging.getLogger(__name__)

PARSER = "correction"
"""The name of this parser in an ``Understanding``: its turn takes the place of the one before."""

BEING = ("it's ", "it is ", "its ", "that's ", "that is ")
"""What may stand between a doubt and a name: "no, it's Sally"."""

NAMES = ("Name", "Person", "Place")
"""Types of free texts that are names, and no whole sentences: "it's Sally" tells one anew, "it's
fine" no item."""


class CorrectionParser:
    """Takes words such as "no, twenty" as the turn before with one of its values changed."""

    def __init__(self, skills: Skills, lexicon: Lexicon) -> None:
        self._skills = skills
        self._lexicon = lexicon

    def __call__(self, utterance: Utterance, situation: Situation) -> Understanding | None:
        """Return the request before with the new value, or None where nothing is corrected."""
        words, named = correcting(utterance.text)
        if not words:
            return None
        turn = situation.last
        target = correctable(turn, self._skills)
        if turn is None or target is None:
            return None
        changed = self._changed(words, named, target, turn.understanding.slots, situation.now)
        if changed is None:
            return None
        others = [s for s in turn.understanding.slots if s.name != changed.name]
        kept = restored(others, target)
        if kept is None:
            return None
        return Understanding(
            target.name, 1.0, (*kept, changed), parser=PARSER, notes=(f"not “{_was(turn)}”",)
        )

    def _names(self, words: str) -> bool:
        """Tell whether words can be no request: no verb of an example begins them."""
        first = next((each.text for each in split(words)), "")
        return first not in self._lexicon.every_verb

    def _changed(
        self, words: str, named: bool, target: Intent, slots: tuple[SlotValue, ...], now: datetime
    ) -> SlotValue | None:
        """Return the first typed slot that the words can be; or a free one.

        That is after "I meant", or where they tell more of what it was: "no, oat milk".
        """
        said = {slot.name: slot for slot in slots}
        specs = [spec for name, spec in target.slots.items() if name in said]
        for spec in specs:
            if not _free(spec) or chosen(spec.type, now):
                for text in wordings(words, said[spec.name].text, spec.type, now):
                    value = spec.type.parse(text, now)
                    if value is not None:
                        return SlotValue(spec.name, value, text)
        meant = named or self._names(words)
        free = next((s for s in specs if meant and s.type.greedy and s.required), None)
        told = _told(words)
        text = counted(told, said[free.name].text, now) if free else ""
        if free and text == told and not (named or _tells(words, free, said[free.name].text)):
            return None
        value = free.type.parse(text, now) if free and text else None
        return SlotValue(free.name, value, text) if free and value is not None else None


def _told(words: str) -> str:
    """Return what something is said to be: "it's Sally", "Sally"."""
    lead = next((lead for lead in BEING if words.lower().startswith(lead)), "")
    return words[len(lead) :]


def _tells(words: str, free: SlotSpec, before: str) -> bool:
    """Tell whether words tell a name anew, or what was named with something more."""
    told = _told(words)
    return _nearer(told, before) or (told != words and free.type.name in NAMES)


def _nearer(words: str, before: str) -> bool:
    """Tell whether words name what was named, with something more."""
    return content_words(words) > content_words(before) != set()


def correctable(turn: Turn | None, skills: Skills) -> Intent | None:
    """Return the intent of a turn that was carried out and has a value to change.

    Of several requests in one turn it is not told which is corrected.
    """
    if turn is None or turn.outcome != "answered" or not turn.understanding.slots:
        return None
    if turn.understanding.more:
        return None
    return skills.intents.get(turn.understanding.intent or "")


def changeable(turn: Turn | None, skills: Skills) -> tuple[SlotSpec, ...]:
    """Return the typed slots of a turn that another value may be said for."""
    target = correctable(turn, skills)
    if turn is None or target is None:
        return ()
    said = {slot.name for slot in turn.understanding.slots}
    return tuple(spec for name, spec in target.slots.items() if name in said and not _free(spec))


def _free(spec: SlotSpec) -> bool:
    return spec.type.greedy or spec.type.name == "bool"


def restored(slots: Sequence[SlotValue], target: Intent) -> list[SlotValue] | None:
    """Return the slots of a recorded turn as the values they were made from.

    None where one is of no such kind now.
    """
    from assistant.language.values import from_json

    there = [slot for slot in slots if slot.name in target.slots]
    kinds = target.slots
    try:
        values = [from_json(kinds[slot.name].annotation, slot.value) for slot in there]
    except Exception:  # a skill's own type may raise anything
        log.warning("a turn's values can't be read", exc_info=True)
        return None
    return [SlotValue(s.name, value, s.text) for s, value in zip(there, values, strict=True)]


def _was(turn: Turn) -> str:
    return turn.utterance.text
