"""What else a sentence may have meant, and where the values of what was meant stand in it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from assistant.conversation import offering
from assistant.conversation.stopping import ROLE as CANCEL
from assistant.skill.given import Reader
from assistant.skill.history import History
from assistant.turn import Offer, Situation, SlotValue, Turn, Understanding
from assistant.understanding import slots
from assistant.understanding.parsers.classified import taught_examples
from assistant.understanding.parsers.offered import lasting
from assistant.understanding.parsers.template import spoken
from assistant.understanding.wording import as_offer

if TYPE_CHECKING:
    from assistant.skill.declared import Intent
    from assistant.skill.registry import Skills
    from assistant.understanding.learning.model import IntentModel
    from assistant.understanding.parsers.chain import Spans

WRONG = "wrong"
"""The role of the intent that says that a turn was misunderstood."""

CHOICES = 5
"""How many meanings are offered."""

LOOKED_AT = 20
"""Intents, the nearest, that are looked at for them; and turns for the last that was no such talk.
"""

BACK = 1_000
"""Turns among which one is looked for that was picked."""

TALK = (CANCEL, WRONG)
"""Roles whose skills are about the talk itself: what they do is nobody's other words."""


class Meanings:
    """Finds what a turn's sentence may mean instead."""

    def __init__(self, skills: Skills, model: IntentModel, spans: Spans) -> None:
        self._skills = skills
        self._model = model
        self._spans = spans

    def turn(self, reader: Reader, session_id: int, number: int = 0) -> Turn | None:
        """Return the request of a turn, of the last that was no such talk without a number."""
        wrong = self._skills.role(WRONG)
        turns = reader.turns(session_id, BACK if number else LOOKED_AT)
        if number:
            found = next((each for each in turns if each.id == number), None)
        else:
            about = wrong.name if wrong else ""
            others = (each for each in reversed(turns) if each.understanding.intent != about)
            found = next((each for each in others if each.utterance.text), None)
        if found is None:
            return None
        taken = reader.taken(found.id)  # by an undo, which the user said first
        if taken and all(each.id != found.id for each in reader.changes(session_id, BACK)):
            turns = reader.turns(session_id, BACK)
            found = next((each for each in turns if each.id == taken[-1]), found)
        refused = found.outcome == "refused"  # whatever was asked before
        return found if refused else History(session_id, reader).request(found)

    def does(self, offer: Offer) -> str:
        """Return in plain words what is offered."""
        return f"{in_short(self._skills.intents[offer.intent])}: “{offer.text}”"

    def choices(self, turn: Turn, situation: Situation) -> tuple[Offer, ...]:
        """Return what else a turn's sentence may have meant, the nearest first."""
        sentence, offers = turn.utterance.text, list[Offer]()
        for name in self._nearest(sentence, situation):
            intent = self._skills.intents.get(name)
            if intent is None or name == turn.understanding.intent or self.of_talk(intent):
                continue
            offers.append(as_offer(intent, self.guess(sentence, intent, situation)))
        return offering.told_apart(lasting(offers, self._skills))[:CHOICES]

    def _nearest(self, sentence: str, situation: Situation) -> Iterator[str]:
        """Give the intents that are nearest in meaning, or by their words without weights."""
        if self._model.prepare(self._skills, taught_examples(situation)):
            yield from self._model.likeliest(sentence, LOOKED_AT)
            return
        names = [*self._skills.intents]
        told = [self._plainly(intent) for intent in self._skills.intents.values()]
        scores = self._model.rank(sentence, told)
        yield from sorted(names, key=lambda name: -scores[names.index(name)])[:LOOKED_AT]

    def _plainly(self, intent: Intent) -> str:
        return " ".join(s for each in intent.examples[:4] for s in spoken(intent, each))

    def of_talk(self, target: Intent) -> bool:
        """Tell whether an intent is about the talk itself."""
        skills = {role.name.partition(".")[0] for n in TALK if (role := self._skills.role(n))}
        return target.name.partition(".")[0] in skills

    def fill(self, sentence: str, intent: Intent, at: Situation) -> tuple[SlotValue, ...]:
        """Return the values that a sentence of an intent has."""
        tagged = self._spans(intent, sentence)
        return slots.fill(sentence, intent.slots, intent.examples, at.now, tagged)

    def guess(self, sentence: str, intent: Intent, at: Situation) -> tuple[SlotValue, ...]:
        """Return the values that a sentence has which nobody said to be of an intent: no free text
        that need not be one.
        """
        kinds = intent.slots
        filled = self.fill(sentence, intent, at)
        return tuple(s for s in filled if kinds[s.name].required or not kinds[s.name].type.greedy)

    def places(
        self, sentence: str, target: Intent, meant: Understanding, at: Situation
    ) -> list[tuple[str, int, int]]:
        """Return where the values of what was meant stand in the sentence: (slot, start, end)."""
        told = {slot.name: slot for slot in meant.slots}
        places = []
        for slot in self.fill(sentence, target, at):
            other = told.get(slot.name)
            same = other is None or other.value == slot.value or other.text == slot.text
            if slot.start >= 0 and same and not slot.spans[1:]:
                places.append((slot.name, slot.start, slot.end))
        there = {name for name, *_ in places}
        for name, other in told.items():
            start = sentence.casefold().find(other.text.casefold()) if other.text else -1
            end = start + len(other.text)
            apart = all(end <= first or last <= start for _, first, last in places)
            if name not in there and start >= 0 and apart and _whole(sentence, start, end):
                places.append((name, start, end))
        return places


def in_short(intent: Intent) -> str:
    """Return in a few words what an intent does."""
    return intent.doc.partition(":")[0].partition(";")[0].rstrip(".")


def _whole(sentence: str, start: int, end: int) -> bool:
    """Tell whether a place begins and ends with whole words."""
    around = sentence[start - 1 : start] + sentence[end : end + 1]
    return not any(each.isalnum() for each in around)
