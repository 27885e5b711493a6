"""The parsers of the chain that read fresh requests: exact templates, then the classifier."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from typing import TYPE_CHECKING

from assistant.language import templates
from assistant.language.matching import normalise
from assistant.turn import Candidate, Session, SlotValue, Understanding, Utterance
from assistant.understanding import slots

if TYPE_CHECKING:
    from assistant.skill.declared import Intent
    from assistant.skill.registry import Skills
    from assistant.understanding.learning.model import IntentModel

Taught = Mapping[str, Mapping[str, str]]
"""Sentences the user taught, each with the "intent" or the other "sentence" it stands for."""

Spans = Callable[["Intent", str], Sequence[tuple[int, int, str]]]
"""Finds free texts in a sentence of an intent: (start, end, slot)."""

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


class TemplateParser:
    """Understands a sentence that one of the examples covers, word for word."""

    def __init__(self, skills: Skills, now: Callable[[], datetime]) -> None:
        self._skills = skills
        self._now = now
        self._index = templates.Index(
            (intent.name, example, kinds(intent))
            for intent in skills.intents.values()
            for example in intent.examples
        )

    def __call__(self, utterance: Utterance, session: Session) -> Understanding | None:
        """Return the best match as a certain understanding, or None."""
        matches = self._index.match(utterance.text, self._now())
        if not matches:
            return None
        best = matches[0]
        filled = tuple(
            SlotValue(name, found.value, found.text, found.start, found.end)
            for name, found in best.slots.items()
        )
        others = {m.intent for m in matches[1:]} - {best.intent}
        runners = tuple(Candidate(name, 0.0) for name in sorted(others))
        return Understanding(best.intent, 1.0, filled, parser="template", alternatives=runners)

    def sentences(self) -> list[str]:
        """Return one plain sentence for every example, to complete what is being typed."""
        return [
            sentence
            for intent in self._skills.intents.values()
            for example in intent.examples
            for sentence in spoken(intent, example)
        ]


class TaughtParser:
    """Understands the sentences that the user taught, as the user meant them."""

    def __init__(
        self,
        skills: Skills,
        taught: Callable[[], Taught],
        parsers: Sequence[Callable[[Utterance, Session], Understanding | None]],
        spans: Spans,
        now: Callable[[], datetime],
    ) -> None:
        self._skills = skills
        self._taught = taught
        self._parsers = parsers
        self._spans = spans
        self._now = now

    def __call__(self, utterance: Utterance, session: Session) -> Understanding | None:
        """Return what was taught, or None where the sentence was not."""
        words = _key(utterance.text)
        entry = next((e for s, e in self._taught().items() if words and _key(s) == words), None)
        if entry is None:
            return None
        if "sentence" in entry:
            return self._as(replace(utterance, text=entry["sentence"]), session)
        intent = self._skills.intents.get(entry["intent"])
        if intent is None:
            return None
        tagged = self._spans(intent, utterance.text)
        filled = slots.fill(utterance.text, intent.slots, intent.examples, self._now(), tagged)
        return Understanding(intent.name, 1.0, filled, parser="taught")

    def _as(self, meaning: Utterance, session: Session) -> Understanding | None:
        """Return what another sentence means."""
        for parser in self._parsers:
            understanding = parser(meaning, session)
            if understanding is not None and understanding.intent:
                return replace(understanding, parser="taught", notes=(f"as “{meaning.text}”",))
        return None


class ClassifierParser:
    """Understands by meaning, and refuses what no installed skill covers."""

    def __init__(
        self,
        skills: Skills,
        model: IntentModel,
        false_accepts: float,
        taught: Callable[[], Taught],
        spans: Spans,
        now: Callable[[], datetime],
    ) -> None:
        self._skills = skills
        self._model = model
        self._false_accepts = false_accepts
        self._taught = taught
        self._spans = spans
        self._now = now

    def __call__(self, utterance: Utterance, session: Session) -> Understanding | None:
        """Return the likeliest intent with its slots; intent None where none is likely enough."""
        if not utterance.text or _only_numbers(utterance.text, self._now()):
            return None
        if not self._model.prepare(self._skills, self._examples()):
            return None
        start = time.perf_counter()
        ranked, timings = self._model.predict(utterance.text)
        runners, notes = tuple(ranked[:SHOWN]), self._model.notes(utterance.text)
        if not ranked or not self._believed(ranked[0], utterance.text):
            return Understanding(None, 0.0, alternatives=runners, timings=timings, notes=notes)
        start = time.perf_counter()
        best, filled = self._filled(runners, utterance.text)
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
        self, ranked: Sequence[Candidate], text: str
    ) -> tuple[Candidate, tuple[SlotValue, ...]]:
        """Return what is meant and its slots: the likeliest intent, or a runner-up.

        Where the likeliest would have to ask for a value, a runner-up that needs typed values and
        finds them all is meant, if it is likely enough beside the first.
        """
        best, *others = ranked
        filled = self._fill(best.intent, text)
        if self._complete(best.intent, filled):
            return best, filled
        skill = best.intent.partition(".")[0]
        for other in others:
            least = KIN if other.intent.partition(".")[0] == skill else RIVAL
            if other.confidence >= least * best.confidence and self._typed(other.intent):
                found = self._fill(other.intent, text)
                if self._complete(other.intent, found):
                    return replace(other, confidence=best.confidence), found
        return best, filled

    def _fill(self, name: str, text: str) -> tuple[SlotValue, ...]:
        intent = self._skills.intents[name]
        tagged = self._spans(intent, text)
        return slots.fill(text, intent.slots, intent.examples, self._now(), tagged)

    def _complete(self, name: str, filled: Sequence[SlotValue]) -> bool:
        there = {slot.name for slot in filled}
        specs = self._skills.intents[name].slots
        return all(slot in there for slot, spec in specs.items() if spec.required)

    def _typed(self, name: str) -> bool:
        """Tell whether an intent needs values, and none that any words could be."""
        needed = [spec for spec in self._skills.intents[name].slots.values() if spec.required]
        return bool(needed) and not any(spec.type.greedy for spec in needed)

    def _believed(self, best: Candidate, text: str) -> bool:
        """Tell whether to act: sure enough, or less so with every typed value the skill needs."""
        if best.confidence >= self._model.threshold(self._false_accepts):
            return True
        budget = min(0.5, VALUED * self._false_accepts)
        if best.confidence < self._model.threshold(budget):
            return False
        specs = self._skills.intents[best.intent].slots.values()
        needed = [spec.type for spec in specs if spec.required and not spec.type.greedy]
        telling = any(kind.name not in ANYWHERE for kind in needed)
        return telling and all(kind.find(text, self._now()) for kind in needed)

    def _examples(self) -> tuple[tuple[str, str], ...]:
        """Return the taught sentences that are examples of an intent, with its name."""
        return tuple((s, e["intent"]) for s, e in self._taught().items() if "intent" in e)


def with_entities(meant: Understanding, skills: Skills, now: datetime) -> Understanding:
    """Return an understanding whose free slots the entities filled; templates' words stand."""
    intent = skills.intents.get(meant.intent or "")
    if intent is None or not meant.entities or meant.parser != "classifier":
        return meant
    return replace(meant, slots=slots.from_entities(meant.slots, intent.slots, meant.entities, now))


def _only_numbers(text: str, now: datetime) -> bool:
    """Tell whether there is nothing but numbers: counting asks for nothing."""
    from assistant.language.values import slot_type

    number = slot_type(float)
    return all(number.parse(word, now) is not None for word in text.split())


def _key(sentence: str) -> str:
    return " ".join(word.text for word in normalise(sentence) if word.text not in ".,!?")


def kinds(intent: Intent) -> dict[str, slots.SlotType]:
    """Return the slot type of every hole of an intent."""
    return {name: slot.type for name, slot in intent.slots.items()}


def spoken(intent: Intent, example: templates.Template) -> list[str]:
    """Return a plain sentence an example stands for, its holes filled (none if it has none)."""
    values = {name: slot.type.examples for name, slot in intent.slots.items()}
    return [sample.text for sample in templates.sample(example, values, limit=1)]
