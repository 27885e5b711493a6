"""Takes “it” as what the turn before set or changed: “set an alarm for 8”, “cancel it”."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import TYPE_CHECKING

from assistant.language.tokens import split
from assistant.language.words import MAKING, normalise
from assistant.turn import Situation, SlotValue, Turn, Understanding, Utterance
from assistant.understanding.accounting import account_of

if TYPE_CHECKING:
    from assistant.language.tokens import Word
    from assistant.skill.registry import Skills
    from assistant.understanding.lexicon import Lexicon
    from assistant.understanding.parsers.chain import Parser

PARSER = "pointed"
"""The name of this parser in an ``Understanding``: it is about what the turn before was about."""

IT = "it"


class PointedParser:
    """Reads “it” as “the alarm” where an example of the skill that set one covers that.

    Nothing is read where “it” stands for something else: in a question ("what time is it"), or
    where “make it” tells another value of the request before, which is a correction.
    """

    def __init__(self, skills: Skills, exact: Parser, correct: Parser, lexicon: Lexicon) -> None:
        self._skills = skills
        self._exact = exact
        self._correct = correct
        self._lexicon = lexicon

    def __call__(self, utterance: Utterance, situation: Situation) -> Understanding | None:
        """Return the request with what “it” is, or None."""
        thing, words = situation.it, split(utterance.text)
        if thing is None or [word.text for word in words].count(IT) != 1:
            return None
        if thing.made and self._speaks_of_talk(self._exact(utterance, situation)):
            return None
        for text in self._wordings(utterance, words, situation, thing.skill):
            meant = self._exact(replace(utterance, text=text), situation)
            if meant is None or _within_a_value(meant, thing.skill):
                continue  # "remind me to water it" is about another thing
            if self._changes(meant.intent or "", thing.skill):
                return self._told(meant, utterance)
        return None

    def _wordings(
        self, utterance: Utterance, words: list[Word], situation: Situation, noun: str
    ) -> Iterator[str]:
        """Give the sentence with the noun for “it”; “make it” is “change it to” too."""
        text, last = utterance.text, situation.last
        if not _making(words):
            at = next(word for word in words if word.text == IT)
            yield from (f"{text[: at.start]}{the} {noun}{text[at.end :]}" for the in ("the", "my"))
            return
        corrected = self._correct(utterance, situation)
        one = last is not None and not last.understanding.more
        if corrected and last and one and not _adds(corrected, last):
            if corrected.intent is None or not _making(split(last.utterance.text)):
                return
        else:
            corrected = None
        told = corrected.slots[-1].text if corrected else text[words[1].end :].strip()
        yield f"make the {noun} {told}"
        yield f"change the {noun} to {told}"

    def _changes(self, intent: str, skill: str) -> bool:
        """Tell whether an intent is one of a skill's that changes what it sets."""
        changing = self._lexicon.changing - self._lexicon.asking
        return intent.partition(".")[0] == skill and intent in changing

    def _speaks_of_talk(self, meant: Understanding | None) -> bool:
        """Tell whether what was said last is meant: "delete it" takes back what made a thing."""
        intent = self._skills.intents.get(meant.intent or "") if meant else None
        return intent is not None and intent.reads_talk

    def _told(self, meant: Understanding, utterance: Utterance) -> Understanding:
        """Return what was meant with the places of its values in what was said."""
        text = utterance.text
        slots = tuple(_placed(slot, text) for slot in meant.slots)
        words = self._lexicon.words(meant.intent or "") | {IT}
        account = account_of(text, normalise(text), words, slots)
        return replace(meant, slots=slots, account=account, parser=PARSER)


def _making(words: list[Word]) -> bool:
    return tuple(word.text for word in words[:2]) in MAKING


def _adds(corrected: Understanding, last: Turn) -> bool:
    """Tell whether a correction gives a value that was not said before, and changes none."""
    said = {slot.name for slot in last.understanding.slots}
    return bool(corrected.slots) and corrected.slots[-1].name not in said


def _within_a_value(meant: Understanding, noun: str) -> bool:
    """Tell whether the noun for "it" became part of a value."""
    return any(noun in [word.text for word in split(slot.text)] for slot in meant.slots)


def _placed(slot: SlotValue, text: str) -> SlotValue:
    """Return a value with the place of its words in another sentence, -1 where they are not."""
    start = text.find(slot.text)
    end = start + len(slot.text) if start >= 0 else -1
    return SlotValue(slot.name, slot.value, slot.text, start, end)
