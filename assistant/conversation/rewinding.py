"""Going back to before a turn that was picked on a screen, instead of told by its words."""

from __future__ import annotations

from typing import TYPE_CHECKING

from assistant.turn import Choice, Situation, SlotValue, Turn, Understanding, Utterance

if TYPE_CHECKING:
    from assistant.skill.registry import Skills

ROLE = "rewind"
"""The role of the intent that takes back all that was changed since a turn."""


def to_before(turn: Turn, situation: Situation, skills: Skills) -> Utterance:
    """Return what says so, with the turn that is meant: others may have the same words."""
    text = f"go back to before “{turn.utterance.text}”"
    target = skills.role(ROLE)
    if target is None:
        return Utterance(text, situation.now)
    slots = (SlotValue("words", turn.utterance.text), SlotValue("turn", turn.id))
    meant = Understanding(target.name, 1.0, slots, parser="picked")
    return Utterance(text, situation.now, choice=Choice(meant, situation))
