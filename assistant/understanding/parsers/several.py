"""Understands several requests in one sentence, each of which an example covers word for word."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import TYPE_CHECKING

from assistant.language.moods import ASKING
from assistant.language.tokens import split
from assistant.language.words import POLITE, normalise
from assistant.turn import Offer, Situation, Understanding, Utterance
from assistant.understanding.lexicon import Lexicon
from assistant.understanding.parsers.chain import Parser, complete
from assistant.understanding.wording import worded

if TYPE_CHECKING:
    from assistant.skill.registry import Skills

PARSER = "several"
"""The name of this parser in an ``Understanding``."""

JOINTS = frozenset(("and", "then", ",", ";", ".", "&", "also", "plus"))
"""What stands between two requests, one or several of them."""

MOST = 6
"""How many requests are taken from a sentence at most."""

OWN = 2
"""How many words of its own an example must have to be told from what is said in a free text."""

ONE_BY_ONE = "several requests"
"""What speaks against acting where requests are of different kinds."""


class SeveralParser:
    """Takes "add milk to my list and add a tent to my packing list" as the requests it holds.

    Those of one intent are all carried out; of different ones it is asked which is meant.
    """

    def __init__(self, skills: Skills, exact: Parser, lexicon: Lexicon) -> None:
        self._skills = skills
        self._exact = exact
        self._lexicon = lexicon

    def __call__(self, utterance: Utterance, situation: Situation) -> Understanding | None:
        """Return the requests, the first with those after it, or None where there is one."""
        parts = self._parts(utterance, situation, MOST)
        if len(parts) < 2 or self._is_one(utterance, situation, parts):
            return None
        first, *rest = parts
        if all(part.intent == first.intent for part in rest):
            return replace(first, parser=PARSER, more=tuple(rest))
        offers = tuple(self._offer(part) for part in parts)
        return Understanding(None, 1.0, why=ONE_BY_ONE, offered=offers)

    def _is_one(self, utterance: Utterance, at: Situation, parts: list[Understanding]) -> bool:
        """Tell whether one example has as many words of its own as the parts have together."""
        whole = self._exact(utterance, at)
        return whole is not None and _own(whole) >= sum(map(_own, parts))

    def _parts(self, utterance: Utterance, at: Situation, most: int) -> list[Understanding]:
        """Return the requests whose words, with joints between, are the whole sentence."""
        for head, rest in _cuts(utterance.text):
            first = self._whole(replace(utterance, text=head), at, begins=most == MOST)
            if first is None:
                continue
            said = replace(utterance, text=rest)
            last = self._whole(said, at)
            others = self._parts(said, at, most - 1) if most > 1 else []
            others = others or ([last] if last is not None else [])
            if others:
                return [first, *others]
        return []

    def _whole(
        self, utterance: Utterance, situation: Situation, *, begins: bool = False
    ) -> Understanding | None:
        """Return a request that lacks nothing and has words of its own, or None.

        All but what ``begins`` the sentence must begin as a request does.
        """
        first = next((w.text for w in normalise(utterance.text) if w.text not in POLITE), "")
        if not begins and first not in self._lexicon.every_verb | ASKING:
            return None
        meant = self._exact(utterance, situation)
        if meant is None or not complete(meant, self._skills) or _own(meant) < OWN:
            return None
        return meant

    def _offer(self, part: Understanding) -> Offer:
        assert part.intent is not None
        intent = self._skills.intents[part.intent]
        return Offer(intent.name, part.slots, worded(intent, part.slots))


def _own(meant: Understanding) -> int:
    """Return how many words are an example's own."""
    return sum(each.by == "literal" for each in meant.account)


def _cuts(text: str) -> Iterator[tuple[str, str]]:
    """Give the ways a sentence can be parted at its joints, the first joint first."""
    words = split(text)
    i = 1
    while i < len(words):
        j = i
        while j < len(words) and words[j].text in JOINTS:
            j += 1
        if i < j < len(words):
            yield text[: words[i].start].strip(), text[words[j].start :].strip()
        i = max(j, i + 1)
