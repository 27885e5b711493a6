"""A bare “stop” while nothing rings: what runs is offered to be stopped."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from assistant.conversation import offering
from assistant.conversation.replies import Handled
from assistant.language.tokens import split
from assistant.skill.given import Effect, WriteAlarm
from assistant.turn import Understanding, Utterance
from assistant.understanding.parsers.several import EITHER
from assistant.understanding.wording import as_offer

if TYPE_CHECKING:
    from assistant.skill.declared import Intent
    from assistant.skill.registry import Skills

ROLE = "cancel"
"""The role of the intent that a bare "stop" is of."""

JUST = timedelta(minutes=1)
"""How long after something rang it is meant though a question is open."""


def offered(
    meant: Understanding, said: Utterance, skills: Skills, runs: Callable[[Intent], bool]
) -> Handled | None:
    """Return the question whether what runs is to be stopped; None where nothing is.

    ``runs`` tells whether an intent has something to stop. Offered are those whose first example
    knows the verb that was said.
    """
    verb = next((each.text.lower() for each in meant.account if each.by == "literal"), "")
    stopping = (each for each in skills.intents.values() if each.stops and _knows(each, verb))
    offers = tuple(as_offer(each, ()) for each in stopping if runs(each))
    if not offers:
        return None
    why = EITHER if len(offers) > 1 else ""
    reply, question = offering.offer(offers, said.text, why, learn=False)
    return Handled(reply, "asked", (), question)


def rang_since(effects: Sequence[Effect], moment: datetime) -> bool:
    """Tell whether effects are about something that has rung since a moment."""
    alarms = (each.alarm for each in effects if isinstance(each, WriteAlarm))
    return any(each.rung_at and each.rung_at > moment for each in alarms)


def _knows(intent: Intent, verb: str) -> bool:
    return verb in {word.text for word in split(str(intent.examples[0]))}
