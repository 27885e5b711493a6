"""“No, twenty”: the request before, done again with another value instead of the one it had."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from datetime import date, datetime, time
from typing import TYPE_CHECKING

from assistant.language.content import content_words
from assistant.language.tokens import split
from assistant.language.words import correcting
from assistant.turn import Situation, SlotValue, Turn, Understanding, Utterance
from assistant.understanding.lexicon import Lexicon

if TYPE_CHECKING:
    from assistant.language.tokens import Found
    from assistant.language.values import SlotType
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


NO_WORDS = ("vrixq", "vrixq ozlemp")
"""What only a type takes that takes anything."""


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


def counted(words: str, before: str, now: datetime) -> str:
    """Return what stands in a free text's place: of a bare number the text before with that number.

    That is nothing where it had none, nor for a day or a time: those are no texts.
    """
    from assistant.language.values import slot_type

    if slot_type(float).parse(words, now) is not None:
        return next(iter(_numbers(words, before, now)), "")
    moment = any(slot_type(kind).parse(words, now) is not None for kind in (date, time))
    return "" if moment else words


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


def wordings(words: str, before: str, kind: SlotType, now: datetime) -> list[str]:
    """Return what may be meant, likeliest first: another number or a day put in the place of the
    one there was, or just the words."""
    if kind.name in ("int", "float"):
        return [words]
    moments = _moments(words, before, now) if kind.name == "datetime" else []
    if kind.name == "time":
        moments = [f"{before} {words}"]  # "7 in the evening"
    texts = [*_numbers(words, before, now), *moments, words]
    return sorted(texts, key=lambda text: text == before)


def _numbers(words: str, before: str, now: datetime) -> list[str]:
    """Return the old words with a bare number or share in the place of their last of its kind."""
    from assistant.language.values import Percentage, slot_type

    bare = words.removeprefix("at ")
    for kind in (slot_type(Percentage), slot_type(float)):
        there, new = kind.find(before, now), kind.find(bare, now)
        if there and new and kind.parse(bare, now) is not None:
            return [_replaced(before, there[-1], new[0].text)]
    return []


def _moments(words: str, before: str, now: datetime) -> list[str]:
    """Return a new day with the old time, or a new time on the old day."""
    from assistant.language.values import slot_type

    days = slot_type(date)
    there, new = days.find(before, now), days.find(words, now)
    if new:
        rest = _replaced(before, there[0], "") if there else before
        return [f"{words} {rest}".strip()]
    day = there[0].text if there else ""
    return [f"{before} {words}", f"{day} {words}", f"{words} {day}"] if there else []


def _replaced(text: str, found: Found, by: str) -> str:
    return f"{text[: found.start]}{by}{text[found.end :]}"


def chosen(kind: SlotType, now: datetime) -> bool:
    """Tell whether a type of the skill's own takes some words and no others."""
    return kind.own and all(kind.parse(text, now) is None for text in NO_WORDS)


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
