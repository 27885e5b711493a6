"""What is said again and again and nothing understands: in groups, each as a draft of a skill."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from datetime import datetime
from typing import TYPE_CHECKING

from assistant.conversation.offering import OPEN
from assistant.errors import CheckpointError
from assistant.teaching.drafting import Draft, draft
from assistant.turn import Session, Situation, Utterance
from assistant.understanding.learning.grouping import groups

if TYPE_CHECKING:
    from assistant.conversation.assistant import Assistant

NEAR = 0.5
"""Mean cosine from which sentences are about the same."""

LEAST = 2
"""How often something of a group must have been said."""

MOST = 500
"""Refused sentences that are looked at, the newest."""


def suggested(assistant: Assistant, since: datetime, most: int) -> list[tuple[int, Draft]]:
    """Return drafts for what was refused since a moment and is still not understood.

    Each with how often any of it was said, what was said most first. Raises CheckpointError
    without weights.
    """
    said = Counter(" ".join(text.split()) for text in assistant.store.missed(since, MOST))
    alone = _alone(assistant)
    left = [text for text in said if alone and not _understood(assistant, text, alone)]
    if not left:
        return []
    assistant.model.load()
    encoder = assistant.model.encoder
    if encoder is None:
        raise CheckpointError(f"What was meant can't be compared: {assistant.model.state}")
    found = [[left[i] for i in rows] for rows in groups(encoder.encode(left), NEAR)]
    counted = [(sum(said[text] for text in texts), texts) for texts in found]
    wanted = sorted((each for each in counted if each[0] >= LEAST), key=lambda each: -each[0])
    taken = {each.skill.name for each in assistant.skills.installed}
    drafts = list[tuple[int, Draft]]()
    for count, texts in wanted[:most]:
        drafts.append((count, draft(texts, taken)))
        taken.add(drafts[-1][1].name)
    return drafts


def _alone(assistant: Assistant) -> Situation | None:
    """Return what is known where nothing was said yet, what was taught too; None without a talk."""
    newest = next(iter(assistant.store.sessions()), None)
    if newest is None:
        return None
    known = assistant.situation(newest.id)
    nobody = Session(0, "", known.now)
    return replace(known, session=nobody, last=None, it=None, talk=())


def _understood(assistant: Assistant, text: str, alone: Situation) -> bool:
    """Tell whether a sentence is understood by now, asks for nothing, or may mean several things
    that there are.
    """
    meant = assistant.understand(Utterance(text, alone.now), alone)
    several = bool(meant.offered) and meant.why in OPEN
    return meant.intent is not None or several or meant.mood not in REQUESTS


REQUESTS = ("request", "ability", "how")
"""Moods of sentences that may be for a skill that there is not."""
