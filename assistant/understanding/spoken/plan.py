"""What can be said, as places for words and the arcs between them; made of templates.

A place stands for one word: one of a template's own, one of the words a typed slot is said with,
or any word where a slot takes any.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import field
from types import MappingProxyType
from typing import TYPE_CHECKING

from assistant.language.contractions import apart
from assistant.language.records import dataclass
from assistant.language.templates import Hole, OneOf, Template, Word

if TYPE_CHECKING:
    from assistant.language.templates import Node

START = 0

UNSAYABLE = "?"
"""What a word without letters is read as."""

ANY, OTHER = 0.12, 0.5
"""What a word costs where any word may stand, as a share of leaving it out: a template's own word
that sounds the same is nearer. More where words are known that are likelier to be meant."""


@dataclass(frozen=True, slots=True)
class Filling:
    """What a slot is said with: ``wordings``, any number of ``words`` in any order, or anything.

    ``either`` are words one of which is said. ``shapes`` are templates, ``parts`` what their holes
    are said with.
    """

    wordings: tuple[str, ...] = ()
    words: tuple[str, ...] = ()
    anything: bool = False
    either: tuple[str, ...] = ()
    shapes: tuple[Template, ...] = ()
    parts: Mapping[str, Filling] = field(default_factory=dict)


NOTHING: Mapping[str, Mapping[str, Filling]] = MappingProxyType({})


def undone(text: str) -> list[str]:
    """Return a text's words, lower case, contractions undone; one without letters is "?"."""
    words: list[str] = []
    for raw in re.findall(r"[^\s-]+", text.lower()):
        word = raw.strip('.,!?;:"“”()')
        if word and not any(sign.isalpha() for sign in word):
            words.append(UNSAYABLE)
        elif word:
            words += apart(word)
    return words


class Plan:
    """Places and the arcs between them. A place's kind is its words; none means any word.

    ``loose`` tells what a word costs at a place that takes any, ``ends`` where each template ends.
    """

    def __init__(
        self,
        templates: Iterable[tuple[str, Template]] = (),
        fillings: Mapping[str, Mapping[str, Filling]] = NOTHING,
    ) -> None:
        """Make it of (intent, template) and, for each intent, what its slots are said with."""
        self.kinds: list[tuple[str, ...]] = [()]
        self.loose: dict[int, float] = {}
        self.arcs: set[tuple[int, int]] = set()
        self.ends: list[tuple[str, tuple[int, ...]]] = []
        for intent, template in templates:
            self.add(intent, template, fillings.get(intent, {}))

    def add(self, intent: str, template: Template, fillings: Mapping[str, Filling]) -> None:
        """Add a template's places; ``ends`` keeps where it may end."""
        last = self._sequence(template.nodes, {START}, fillings)
        if last - {START}:
            self.ends.append((intent, tuple(sorted(last - {START}))))

    def _sequence(
        self, nodes: Sequence[Node], before: set[int], fillings: Mapping[str, Filling]
    ) -> set[int]:
        """Append nodes after some places; return the places they end with."""
        for node in nodes:
            if isinstance(node, Word):
                for word in undone(node.text):
                    # What has no letters is never said.
                    before = set() if word == UNSAYABLE else {self._place((word,), before)}
            elif isinstance(node, Hole):
                before = self._hole(fillings.get(node.name, Filling(anything=True)), before)
            else:
                before = self._one_of(node, before, fillings)
        return before

    def _one_of(self, node: OneOf, before: set[int], fillings: Mapping[str, Filling]) -> set[int]:
        after: set[int] = set(before) if node.optional else set()
        for option in node.options:
            after |= self._sequence(option, before, fillings)
        return after

    def _hole(self, filling: Filling, before: set[int]) -> set[int]:
        after: set[int] = set()
        for wording in filling.wordings:
            last = before
            for word in undone(wording):
                last = {self._place((word,), last)}
            after |= last
        for shape in filling.shapes:
            after |= self._sequence(shape.nodes, before, filling.parts)
        if filling.either:
            after.add(self._place(filling.either, before))
        if filling.words:
            after.add(self._loop(filling.words, before))
        if filling.anything:
            loop = self._loop((), before)
            self.loose[loop] = OTHER if filling.wordings else ANY
            after.add(loop)
        return after

    def _loop(self, words: tuple[str, ...], before: set[int]) -> int:
        place = self._place(words, before)
        self.arcs.add((place, place))
        return place

    def _place(self, kind: tuple[str, ...], before: set[int]) -> int:
        self.kinds.append(kind)
        place = len(self.kinds) - 1
        self.arcs.update((each, place) for each in before)
        return place
