"""Understands by meaning: the classifier's likeliest intent, or a refusal."""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from typing import TYPE_CHECKING

from assistant.turn import Candidate, Situation, SlotValue, Understanding, Utterance
from assistant.understanding import slots
from assistant.understanding.parsers.chain import Spans

if TYPE_CHECKING:
    from assistant.skill.registry import Skills
    from assistant.understanding.learning.model import IntentModel

VALUED = 3.0
"""How many times the budget of false accepts a sentence may cost that brings every typed value its
skill requires. Unrelated sentences hardly ever do: data/background/REFUSAL.md has the figures."""

ANYWHERE = frozenset({"date", "datetime", "time", "DateRange", "bool"})
"""Types whose values stand in requests of every kind, so that they speak for no skill."""

KIN, RIVAL = 0.01, 0.3
"""How likely, as a share of the likeliest, a runner-up that finds all its values must be: one of
the same skill, and one of another."""

SHOWN = 5
"""How many runners-up an understanding keeps."""


class ClassifierParser:
    """Understands by meaning, and refuses what no installed skill covers."""

    def __init__(
        self,
        skills: Skills,
        model: IntentModel,
        false_accepts: float,
        spans: Spans,
    ) -> None:
        self._skills = skills
        self._model = model
        self._false_accepts = false_accepts
        self._spans = spans

    def __call__(self, utterance: Utterance, situation: Situation) -> Understanding | None:
        """Return the likeliest intent with its slots; intent None where none is likely enough."""
        now = situation.now
        if not utterance.text or _only_numbers(utterance.text, now):
            return None
        if not self._model.prepare(self._skills, _taught_examples(situation)):
            return None
        start = time.perf_counter()
        ranked, timings = self._model.predict(utterance.text)
        runners, notes = tuple(ranked[:SHOWN]), self._model.notes(utterance.text)
        if not ranked or not self._believed(ranked[0], utterance.text, now):
            return Understanding(None, 0.0, alternatives=runners, timings=timings, notes=notes)
        start = time.perf_counter()
        best, filled = self._filled(runners, utterance.text, now)
        timings["slots"] = round((time.perf_counter() - start) * 1000, 3)
        return Understanding(
            best.intent,
            best.confidence,
            filled,
            (),
            None,
            "classifier",
            tuple(each for each in runners if each.intent != best.intent),
            timings,
            notes,
        )

    def _filled(
        self, ranked: Sequence[Candidate], text: str, now: datetime
    ) -> tuple[Candidate, tuple[SlotValue, ...]]:
        """Return what is meant and its slots: the likeliest intent, or a runner-up.

        Where the likeliest would have to ask for a value, a runner-up that needs typed values and
        finds them all is meant, if it is likely enough beside the first.
        """
        best, *others = ranked
        filled = self._fill(best.intent, text, now)
        if self._complete(best.intent, filled):
            return best, filled
        skill = best.intent.partition(".")[0]
        for other in others:
            least = KIN if other.intent.partition(".")[0] == skill else RIVAL
            if other.confidence >= least * best.confidence and self._typed(other.intent):
                found = self._fill(other.intent, text, now)
                if self._complete(other.intent, found):
                    return replace(other, confidence=best.confidence), found
        return best, filled

    def _fill(self, name: str, text: str, now: datetime) -> tuple[SlotValue, ...]:
        intent = self._skills.intents[name]
        tagged = self._spans(intent, text)
        return slots.fill(text, intent.slots, intent.examples, now, tagged)

    def _complete(self, name: str, filled: Sequence[SlotValue]) -> bool:
        there = {slot.name for slot in filled}
        specs = self._skills.intents[name].slots
        return all(slot in there for slot, spec in specs.items() if spec.required)

    def _typed(self, name: str) -> bool:
        """Tell whether an intent needs values, and none that any words could be."""
        needed = [spec for spec in self._skills.intents[name].slots.values() if spec.required]
        return bool(needed) and not any(spec.type.greedy for spec in needed)

    def _believed(self, best: Candidate, text: str, now: datetime) -> bool:
        """Tell whether to act: sure enough, or less so with every typed value the skill needs."""
        if best.confidence >= self._model.threshold(self._false_accepts):
            return True
        budget = min(0.5, VALUED * self._false_accepts)
        if best.confidence < self._model.threshold(budget):
            return False
        specs = self._skills.intents[best.intent].slots.values()
        needed = [spec.type for spec in specs if spec.required and not spec.type.greedy]
        telling = any(kind.name not in ANYWHERE for kind in needed)
        return telling and all(kind.find(text, now) for kind in needed)


def _taught_examples(situation: Situation) -> tuple[tuple[str, str], ...]:
    """Return the taught sentences that are examples of an intent, with its name."""
    return tuple((s, e["intent"]) for s, e in situation.taught.items() if "intent" in e)


def _only_numbers(text: str, now: datetime) -> bool:
    """Tell whether there is nothing but numbers: counting asks for nothing."""
    from assistant.language.values import slot_type

    number = slot_type(float)
    return all(number.parse(word, now) is not None for word in text.split())
