"""What a head is fitted on: sentences sampled of the skills' examples, and what was taught."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING

from assistant.language import templates
from assistant.language.phrasing import suggested
from assistant.language.records import dataclass

if TYPE_CHECKING:
    from assistant.language.templates import Template
    from assistant.skill.declared import Intent
    from assistant.skill.registry import Skills

PER_INTENT = 48
"""Sentences an intent is learnt from, at most; more changed nothing on the bundled skills."""

PER_TEMPLATE = 4
"""Sentences sampled of one example, at most."""

Taught = tuple[tuple[str, str], ...]
"""Sentences that stand for an intent since a yes, each with its name; also the user's own."""


@dataclass(frozen=True, slots=True)
class Lessons:
    """Sentences with the place of each one's intent in ``names`` and the number of its template.

    The ``own`` ones are the skills' alone.
    """

    names: list[str]
    sentences: list[str]
    intents: list[int]
    numbers: list[int]
    own: list[str]

    @classmethod
    def of(cls, skills: Skills, taught: Taught) -> Lessons:
        """Return what there is to learn for the installed skills."""
        from assistant.understanding.learning.classifier import by_intent

        wordings = sentences_of(skills.intents)
        own = by_intent(wordings)[0]
        for each in skills.intents.values():
            wordings[each.name] += [sampled(each, e, PER_TEMPLATE) for e in each.taught]
        for sentence, intent in taught:
            if intent in wordings:
                wordings[intent].append([sentence])
        return cls([*wordings], *by_intent(wordings), own)

    def suggested(self, intent: Intent, row: int) -> str:
        """Return a sentence as one suggests it; a taught one as it is."""
        place = self.numbers[row] - self.numbers[self.intents.index(self.intents[row])]
        if place >= len(intent.lessons[:PER_INTENT]):
            return self.sentences[row]
        seldom = frozenset(n for n, slot in intent.slots.items() if slot.type.name == "str")
        lesson = intent.lessons[place]
        return suggested(lesson, self.sentences[row], values_of(intent), seldom)


def sentences_of(intents: Mapping[str, Intent]) -> dict[str, list[list[str]]]:
    """Return what each intent is learnt from: sentences sampled of each of its examples."""
    return {name: _sentences(intent) for name, intent in intents.items()}


def _sentences(intent: Intent) -> list[list[str]]:
    share = max(1, min(PER_TEMPLATE, PER_INTENT // max(1, len(intent.lessons))))
    return [sampled(intent, example, share) for example in intent.lessons[:PER_INTENT]]


def sampled(intent: Intent, example: Template, most: int) -> list[str]:
    """Return sentences that an example stands for, with values as their types have them."""
    return [each.text for each in templates.sample(example, values_of(intent), limit=most)]


def values_of(intent: Intent) -> dict[str, tuple[str, ...]]:
    """Return the wordings that each slot's values may have."""
    return {name: slot.type.examples for name, slot in intent.slots.items()}


def read_background(folder: Path) -> list[str]:
    """Return the sentences that stand for everything no skill covers."""
    lines = [
        line.strip()
        for path in sorted(folder.glob("*.txt"))
        for line in path.read_text(encoding="utf-8").splitlines()
    ]
    return [line for line in lines if line and not line.startswith("#")]
