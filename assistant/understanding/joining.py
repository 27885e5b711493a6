"""Finds what is joined to a request and is no part of it: "roll two dice | and a coin"."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import TYPE_CHECKING

from assistant.language.moods import DETERMINERS
from assistant.language.tokens import Word, split
from assistant.language.words import MARKS
from assistant.turn import Explained, SlotValue, Understanding
from assistant.understanding.lexicon import CONNECTING, hole

if TYPE_CHECKING:
    from assistant.skill.registry import Skills

LINKING = CONNECTING | {"or"}
"""Words that join anything to a request."""


def joined(told: Sequence[Explained], words: Sequence[Word]) -> str:
    """Return what is joined to the request and not explained: "roll two dice and a | coin"."""
    for i, word in enumerate(words[:-1]):
        if word.text in LINKING and told[i].by != "slot":
            k = i + 1
            while k < len(words) - 1 and words[k].text in DETERMINERS:
                k += 1
            if told[k].by == "left":
                return f"“{word.text} {told[k].text}”"
    return ""


def other_text(
    told: Sequence[Explained],
    words: Sequence[Word],
    slots: Sequence[SlotValue],
    pairs: Collection[tuple[str, str]],
) -> str:
    """Return the free text of what is joined to a request: "5 minutes and put the | kettle on".

    None stands behind an "and" that no example has there (``pairs`` are words side by side),
    unless it goes on with another.
    """
    free = {slot.name for slot in slots if isinstance(slot.value, str)}
    for i, word in enumerate(words[:-1]):
        if word.text not in LINKING or told[i].by in ("slot", "literal"):
            continue
        behind = next((each for each in told[i + 1 :] if each.by == "slot"), None)
        name = behind.name if behind else ""
        before = {each.name for each in told[:i]}
        if name in free - before and (word.text, hole(name)) not in pairs:
            return f"“{word.text} {told[i + 1].text}”"
    return ""


def in_name(meant: Understanding, skills: Skills, verbs: Collection[str]) -> str:
    """Return what joins another request to a name: "a list called camping, | put a tent in it"."""
    slots = skills.intents[meant.intent or ""].slots
    for slot in meant.slots:
        words = split(slot.text) if slots[slot.name].type.kept else []
        for i, word in enumerate(words[1:-1], 1):
            if words[i - 1].text in CONNECTING | MARKS and word.text in verbs:
                return f"“{slot.text[word.start :]}”"
    return ""
