"""What is kept of a request while the user is asked which of several things it means."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from assistant.conversation import questions
from assistant.skill.declared import Intent
from assistant.turn import OpenQuestion, SlotValue, Understanding
from assistant.understanding.parsers.answer import restore

CHOSEN = "chosen"
"""The slot of a turn that tells the ids of the alarms which were chosen when asked."""


def goes_on(name: str, heard: Mapping[str, Any], is_intent: bool) -> dict[str, str]:
    """Return what a question keeps of the request; an answer that asks again hands its own on."""
    if not is_intent:
        return {key: heard[key] for key in ("intent", "heard") if key in heard}
    return {"intent": name, "heard": json.dumps({"slots": questions.keep(dict(heard))})}


def with_words(question: OpenQuestion | None, meant: Understanding) -> OpenQuestion | None:
    """Return the question with the words of what was heard, so that a correction reads them."""
    if question is None or question.keep.get("intent") != meant.intent:
        return question
    words = {slot.name: slot.text for slot in meant.slots}
    try:
        kept = json.dumps({**json.loads(question.keep["heard"]), "words": words})
    except (ValueError, TypeError, KeyError):  # a skill's own, which is called the same
        return question
    return replace(question, keep={**question.keep, "heard": kept})


def heard(kept: str, target: Intent) -> list[SlotValue]:
    """Return what an intent had heard before the question."""
    told = json.loads(kept) if kept else {"slots": {}}
    restored = restore(OpenQuestion("", target.name, told["slots"]), target)
    words = told.get("words", {})
    return [replace(slot, text=words.get(slot.name, "")) for slot in restored]


def slot(ids: str) -> SlotValue:
    """Return the slot that tells which alarms were chosen."""
    return SlotValue(CHOSEN, ids)


def chosen(meant: Understanding) -> str:
    """Return the ids of the alarms that were chosen when asked; empty where nothing was."""
    found = meant.slot(CHOSEN)
    return found.value if found else ""
