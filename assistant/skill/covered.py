"""Tells which examples of a skill another skill's cover already, and which of the two answers.

So does one that takes from another what that hears as a free text: "note that my {thing}".
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import UTC, datetime

from assistant.language import templates
from assistant.language.matching import Index
from assistant.language.templates import Template
from assistant.skill.declared import Intent, Skill

WAYS = 3
"""Sentences of an example that are tried, the plainest first."""

TOLD = {
    "takes": "takes what is so worded from {}: yours answers it.",
    "loses": "is covered already, by {}, which answers it.",
    "answers": "is covered already, by {}, but yours answers it.",
}
"""How two skills share what is said, in words."""


def index_of(intents: Mapping[str, Intent]) -> Index:
    """Return what finds the examples of all these intents."""
    return Index((i.name, example, i.kinds) for i in intents.values() for example in i.examples)


def covered(skill: Skill, intents: Mapping[str, Intent], heard: Index) -> Iterator[str]:
    """Give a sentence for each example of a skill that another one of all these intents covers.

    ``heard`` is the index of the intents.
    """
    for intent in skill.intents.values():
        for example in intent.examples:
            if found := _twin(intent, example, intents, heard):
                other, by, how = found
                told = f"“{by}” of {other.name} ({other.where})"
                yield f"{intent.where}: “{example}” {TOLD[how].format(told)}"


def _twin(
    intent: Intent, example: Template, intents: Mapping[str, Intent], heard: Index
) -> tuple[Intent, Template, str] | None:
    """Return another skill's intent that covers an example, by which, and how the two share it."""
    now = datetime.now(UTC)
    values = {name: slot.type.examples for name, slot in intent.slots.items()}
    for sample in templates.sample(example, values, limit=WAYS):
        found = heard.match(sample.text, now)
        own = next((match.literal for match in found if match.intent == intent.name), 0)
        for match in found:
            other = intents[match.intent]
            if _skill(other) == _skill(intent):
                continue
            how = "takes" if match.literal < own else "loses" if match is found[0] else "answers"
            return other, _by(other, sample.text, now), how
    return None


def _by(intent: Intent, sentence: str, now: datetime) -> Template:
    """Return the example of an intent that covers a sentence."""
    alone = ((e, Index([(intent.name, e, intent.kinds)])) for e in intent.examples)
    return next((e for e, heard in alone if heard.match(sentence, now)), intent.examples[0])


def _skill(intent: Intent) -> str:
    return intent.name.partition(".")[0]
