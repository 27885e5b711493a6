"""The examples of an intent as help shows them: as somebody would say them."""

from __future__ import annotations

from collections.abc import Iterator

from assistant.language.phrasing import is_bare, phrased
from assistant.skill.declared import Intent, Skill
from assistant.skill.given import SkillInfo


def info(skill: Skill) -> SkillInfo:
    """Return what help may tell of a skill."""
    intents = tuple((i.name, i.doc, shown(i)) for i in skill.intents.values())
    return SkillInfo(skill.name, skill.description, intents)


def shown(intent: Intent) -> tuple[str, ...]:
    """Return its examples with their articles, and dots for what is the user's to say.

    One that would be nothing but dots gets values instead.
    """
    return tuple(dict.fromkeys(_said(intent)))


def _said(intent: Intent) -> Iterator[str]:
    values = {name: slot.type.examples[0] for name, slot in intent.slots.items()}
    for example in intent.examples:
        dots = str(phrased(example, {}))
        yield str(phrased(example, values)) if is_bare(dots) else dots
