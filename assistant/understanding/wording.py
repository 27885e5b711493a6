"""A sentence that says an intent with its slots, out of its examples."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from assistant.language.templates import Hole, Node, OneOf, Word
from assistant.turn import SlotValue

if TYPE_CHECKING:
    from assistant.skill.declared import Intent


def worded(intent: Intent, slots: Sequence[SlotValue]) -> str:
    """Return the first example that says all of the slots, or most of them, with their words."""
    said = {slot.name: slot.text or str(slot.value) for slot in slots}
    best, most = "", -1
    for example in intent.examples:
        words, used = _say(example.nodes, said)
        if words and len(used) > most:
            best, most = " ".join(words), len(used)
        if most == len(said):
            break
    return best or intent.doc.rstrip(".").lower()


def _say(nodes: Sequence[Node], said: Mapping[str, str]) -> tuple[list[str], set[str]]:
    """Return the words of a sequence and the slots they say; no words where one is lacking."""
    words: list[str] = []
    used: set[str] = set()
    for node in nodes:
        more, holes = _say_one(node, said, used)
        if not more and not (isinstance(node, OneOf) and node.optional):
            return [], set()
        words += more
        used |= holes
    return words, used


def _say_one(node: Node, said: Mapping[str, str], used: set[str]) -> tuple[list[str], set[str]]:
    if isinstance(node, Word):
        return [node.text], set()
    if isinstance(node, Hole):
        there = node.name in said and node.name not in used
        return ([said[node.name]], {node.name}) if there else ([], set())
    options = [
        _say(option, {n: t for n, t in said.items() if n not in used}) for option in node.options
    ]
    if node.optional:
        options = [each for each in options if each[1]]
    whole = [each for each in options if each[0]]
    return max(whole, key=lambda each: len(each[1])) if whole else ([], set())
