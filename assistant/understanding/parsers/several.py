"""Understands several requests in one sentence, each of which an example covers word for word."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from itertools import dropwhile, product, takewhile
from typing import TYPE_CHECKING

from assistant.language.moods import ASKING
from assistant.language.tokens import split
from assistant.language.tying import TIMED
from assistant.language.words import POLITE, normalise
from assistant.turn import Offer, Situation, Understanding, Utterance
from assistant.understanding.lexicon import Lexicon
from assistant.understanding.parsers.chain import Parser, complete
from assistant.understanding.parsers.tied import Ties
from assistant.understanding.wording import worded

if TYPE_CHECKING:
    from assistant.skill.registry import Skills

PARSER = "several"
"""The name of this parser in an ``Understanding``."""

JOINTS = frozenset(("and", "then", ",", ";", ".", "&", "also", "plus"))
"""What stands between two requests, one or several of them."""

MOST = 6
"""How many requests are taken from a sentence at most."""

LEAD = 200
"""Characters of a part in which the word is sought that it begins with."""

OWN = 2
"""How many words of its own an example must have to be told from what is said in a free text."""

ONE = frozenset("a one another second other more".split())
"""Words for one more of what was named."""

ONE_BY_ONE = "several requests"
"""What speaks against acting where requests are of different kinds."""

EITHER = "one or the other"
"""What speaks against acting where one of two values is meant."""


class SeveralParser:
    """Takes "add milk to my list and add a tent to my packing list" as the requests it holds.

    Those of one intent are all carried out; of different ones it is asked which is meant. So are
    those that share their words: "remind me at 5 and 6 to run", "remind me at 5 or 6 to run".
    """

    def __init__(self, skills: Skills, exact: Parser, lexicon: Lexicon) -> None:
        self._skills = skills
        self._exact = exact
        self._lexicon = lexicon
        self._ties = Ties(skills, exact)

    def __call__(self, utterance: Utterance, situation: Situation) -> Understanding | None:
        """Return the requests, the first with those after it, or None where there is one."""
        short = not self._covered(self._exact(utterance, situation))
        said = _Said(utterance, situation, short)
        parts = self._parts(said, utterance.text, MOST)
        if len(parts) < 2 or self._is_one(utterance, situation, parts):
            return self._tied(utterance, situation)
        if all(part.intent == parts[0].intent for part in parts):
            return _all(*parts)
        return self._one_of(ONE_BY_ONE, *parts)

    def _tied(self, utterance: Utterance, situation: Situation) -> Understanding | None:
        """Return what two values mean that stand where one does, or one that does not always hold.

        A yes may drop a condition that was told, no exception: what is spared would be done.
        """
        tie = self._ties.find(utterance, situation) or self._ties.spared(utterance, situation)
        if tie is None:
            return None
        if tie.how == "spared":
            return self._one_of(f"“{tie.words}”")
        if tie.how in ("first", "perhaps"):
            return self._one_of(f"“{tie.words}”", tie.readings[0])
        whole = all(complete(each, self._skills) for each in tie.readings)
        if tie.how == "both" and whole and tie.differ:
            return _all(*tie.readings)
        return self._one_of(EITHER, *tie.readings)

    def _one_of(self, why: str, *parts: Understanding) -> Understanding:
        return Understanding(None, 1.0, why=why, offered=tuple(map(self._offer, parts)))

    def _covered(self, whole: Understanding | None) -> bool:
        """Tell whether an example covers a sentence with no free text that joins anything.

        Names of what is kept may be joined: "the shopping and the party list".
        """
        if whole is None or whole.intent is None:
            return False
        kinds = {name: spec.type for name, spec in self._skills.intents[whole.intent].slots.items()}
        texts = [slot for slot in whole.slots if kinds[slot.name].greedy]
        free = [slot.text for slot in texts if not kinds[slot.name].kept]
        return not any(word.text in JOINTS for text in free for word in split(text))

    def _is_one(self, utterance: Utterance, at: Situation, parts: list[Understanding]) -> bool:
        """Tell whether one example has as many words of its own as the parts have together."""
        whole = self._exact(utterance, at)
        return whole is not None and _own(whole) >= sum(map(_own, parts))

    def _parts(self, said: _Said, text: str, most: int) -> list[Understanding]:
        """Return the requests whose words, with joints between, are the whole text.

        Where the sentence may be ``short``, one may leave out what it shares with the one before.
        """
        if (text, most) not in said.parted:
            said.parted[text, most] = self._cut(said, text, most)
        return said.parted[text, most]

    def _cut(self, said: _Said, text: str, most: int) -> list[Understanding]:
        for head, rest in _cuts(text):
            first = self._whole(said, head, begins=most == MOST)
            if first is None:
                continue
            last = self._whole(said, rest) or (
                self._short(first, said.of(rest), said.at) if said.short else None
            )
            others = self._parts(said, rest, most - 1) if most > 1 else []
            others = others or ([last] if last is not None else [])
            if others:
                return [first, *others]
        return []

    def _whole(self, said: _Said, text: str, *, begins: bool = False) -> Understanding | None:
        """Return a request that lacks nothing and has words of its own, or None; tried once.

        All but what ``begins`` the sentence must begin as a request does.
        """
        if not begins:
            first = next((w.text for w in normalise(text[:LEAD]) if w.text not in POLITE), "")
            if first not in self._lexicon.every_verb | ASKING:
                return None
        if text not in said.whole:
            meant = self._exact(said.of(text), said.at)
            owns = meant is not None and complete(meant, self._skills) and _own(meant) >= OWN
            said.whole[text] = meant if owns else None
        return said.whole[text]

    def _short(
        self, first: Understanding, utterance: Utterance, at: Situation
    ) -> Understanding | None:
        """Return a request that leaves out what it shares with the one before it.

        "Wake me at 7 tomorrow and | at 8 on friday", "a timer for rice for 5 minutes and | one for
        eggs for 6 minutes": it must fill the same holes, a typed one of them or with words of the
        example's own behind it, or be as clear by itself: "set a timer and | an alarm for 7".
        """
        said = dropwhile(lambda each: each.by == "around", first.account)
        lead = [*takewhile(lambda each: each.by == "literal", said)]
        if not self._timed(first) and _own(first) <= len(lead):
            return None
        rests = (utterance.text, _without_one(utterance.text))
        for n, rest in product(range(1, len(lead) + 1), rests):
            text = " ".join([*(each.text for each in lead[:n]), rest])
            meant = self._exact(replace(utterance, text=text), at)
            if meant is None or not complete(meant, self._skills):
                continue
            alike = self._same_holes(first, meant) and (_own(meant) > n or self._timed(meant))
            begins = all(each.by == "literal" for each in meant.account[: n + 1])
            begins = begins and _own(meant) - n >= OWN
            if alike or begins:
                return meant
        return None

    def _same_holes(self, one: Understanding, other: Understanding) -> bool:
        names = [{slot.name for slot in each.slots} for each in (one, other)]
        return one.intent == other.intent and names[0] == names[1]

    def _timed(self, meant: Understanding) -> bool:
        slots = self._skills.intents[meant.intent or ""].slots
        return any(slots[slot.name].type.name in TIMED for slot in meant.slots)

    def _offer(self, part: Understanding) -> Offer:
        assert part.intent is not None
        intent = self._skills.intents[part.intent]
        return Offer(intent.name, part.slots, worded(intent, part.slots))


@dataclass(frozen=True, slots=True)
class _Said:
    """A sentence that may hold several requests, with what was found of its parts."""

    utterance: Utterance
    at: Situation
    short: bool
    whole: dict[str, Understanding | None] = field(default_factory=dict)
    parted: dict[tuple[str, int], list[Understanding]] = field(default_factory=dict)

    def of(self, text: str) -> Utterance:
        """Return a part of it as an utterance."""
        return replace(self.utterance, text=text)


def _all(first: Understanding, *rest: Understanding) -> Understanding:
    return replace(first, parser=PARSER, more=rest)


def _own(meant: Understanding) -> int:
    """Return how many words are an example's own."""
    return sum(each.by == "literal" for each in meant.account)


def _without_one(text: str) -> str:
    """Return what is said without the "one" that stands for a thing named before."""
    words = split(text)
    end = next((i for i, word in enumerate(words) if word.text not in ONE), len(words))
    return text[words[end].start :] if 0 < end < len(words) else text


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
