"""What is said by picking a turn on a screen, instead of by words: to go back, or to teach."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from assistant.conversation.meanings import WRONG
from assistant.turn import Choice, Situation, SlotValue, Turn, Understanding, Utterance

if TYPE_CHECKING:
    from assistant.skill.declared import Intent
    from assistant.skill.registry import Skills

ROLE = "rewind"
"""The role of the intent that takes back all that was changed since a turn."""


def to_before(turn: Turn, situation: Situation, skills: Skills) -> Utterance:
    """Return what says so, with the turn that is meant: others may have the same words."""
    text = f"go back to before “{turn.said}”"
    values = {"words": turn.utterance.text, "turn": turn.id}
    return _picked(text, skills.role(ROLE), values, situation)


def was_wrong(
    turn: Turn, intent: str, words: str, situation: Situation, skills: Skills
) -> Utterance:
    """Return what says that a turn was wrong, with what was meant: an intent, or other words."""
    known = skills.intents.get(intent)
    told = words or (known.doc.rstrip(".").lower() if known else "")
    text = f"that was wrong: by “{turn.said}” I meant “{told}”"
    values = {"turn": turn.id, "intent": intent, "words": words}
    given = {name: value for name, value in values.items() if value}
    return _picked(text, skills.role(WRONG), given, situation)


def _picked(
    text: str, target: Intent | None, values: Mapping[str, object], situation: Situation
) -> Utterance:
    """Return what is said with what was picked; the words alone where no skill has the intent."""
    if target is None:
        return Utterance(text, situation.now)
    slots = tuple(SlotValue(name, value) for name, value in values.items())
    meant = Understanding(target.name, 1.0, slots, parser="picked")
    return Utterance(text, situation.now, choice=Choice(meant, situation))
