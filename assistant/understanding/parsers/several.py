"""Understands several requests in one sentence, each of which an example covers word for word.

They are a plan: all are carried out as one turn, where that is not asked about first.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import field, replace
from itertools import dropwhile, islice, product, takewhile
from typing import TYPE_CHECKING

from assistant.language.moods import ASKING, PREPOSITIONS, taken
from assistant.language.records import dataclass
from assistant.language.sharing import pointers
from assistant.language.tokens import split
from assistant.language.tying import TIMED
from assistant.language.words import HAILS, POLITE, normalise
from assistant.turn import Offer, Situation, Understanding, Utterance
from assistant.understanding.joining import in_name
from assistant.understanding.lexicon import Lexicon
from assistant.understanding.parsers.chain import Parser, complete
from assistant.understanding.parsers.shared import Part, Shared
from assistant.understanding.parsers.tied import PARSER as TIED
from assistant.understanding.parsers.tied import Ties
from assistant.understanding.wording import as_offer

if TYPE_CHECKING:
    from assistant.skill.declared import Intent
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

MAYBE_ONE = "one request or several"
"""What speaks against acting where the words behind a joint may be part of a text before it."""

AS_ONE = "{}, as one"
"""How a sentence is offered whose joint belongs to a text."""

GUESSED = "a guess"
"""What speaks against acting where "it" may be something else than what was named before, or a
request was understood by its meaning alone."""

FEW = 3
"""Places at which a sentence is parted in which requests are also read by their meaning."""

EITHER = "one or the other"
"""What speaks against acting where one of two values is meant."""


class SeveralParser:
    """Takes "add milk to my list and add a tent to my packing list" as the requests it holds.

    So it does with those that share their words: "remind me at 5 and 6 to run"; of "5 or 6" it is
    asked which is meant. Where the whole may be one text, that is offered beside them.
    """

    def __init__(self, skills: Skills, exact: Parser, free: Parser, lexicon: Lexicon) -> None:
        self._skills = skills
        self._exact = exact
        self._free = free
        self._lexicon = lexicon
        self._ties = Ties(skills, exact)
        self._shared = Shared(skills, exact)

    def __call__(self, utterance: Utterance, situation: Situation) -> Understanding | None:
        """Return the requests, the first with those after it, or None where there is one."""
        whole = self._exact(utterance, situation)
        whole = whole if whole is not None and whole.intent else None
        free = whole is not None and self._joins(whole)
        names = whole is not None and self._joins(whole, names=True)
        few = len([*islice(_cuts(utterance.text), FEW + 1)]) <= FEW
        said = _Said(utterance, situation, whole is None or free, whole is None or names, few)
        parts = self._parts(said, utterance.text, MOST)
        if len(parts) < 2 or self._is_one(whole, parts):
            verb = self._in_name(whole) if names and whole is not None else ""
            return self._one_of(verb) if verb else self._tied(utterance, situation)
        if whole is not None and any(self._of(part.meant).of_talk for part in parts):
            return None
        parts = self._shared.resolved(parts, utterance, situation)
        return self._plan(parts, whole if free else None)

    def _plan(self, parts: Sequence[Part], one: Understanding | None) -> Understanding:
        """Return requests as one understanding, with what speaks against acting at once.

        ``one`` is the request whose text they may be.
        """
        plan = _all(*(part.meant for part in parts))
        differ = any(part.meant.intent != plan.intent for part in parts)
        if one is not None and differ:
            offer = self._offer(one)
            offer = replace(offer, text=AS_ONE.format(offer.text))
            return replace(plan, why=MAYBE_ONE, offered=(offer,))
        return replace(plan, why=GUESSED) if any(part.guessed for part in parts) else plan

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
            return replace(_all(*tie.readings), parser=TIED)
        return self._one_of(EITHER, *tie.readings)

    def _one_of(self, why: str, *parts: Understanding) -> Understanding:
        return Understanding(None, 1.0, why=why, offered=tuple(map(self._offer, parts)))

    def _joins(self, whole: Understanding, *, names: bool = False) -> bool:
        """Tell whether a free text of a sentence joins something, or a name.

        Names of what is kept may be joined: "the shopping and the party list".
        """
        slots = self._of(whole).slots
        kinds = [(slot.text, slots[slot.name].type) for slot in whole.slots]
        free = [text for text, kind in kinds if kind.greedy and kind.kept is names]
        return any(map(_joints, free))

    def _in_name(self, meant: Understanding) -> str:
        return in_name(meant, self._skills, self._lexicon.every_verb)

    def _is_one(self, whole: Understanding | None, parts: Sequence[Part]) -> bool:
        """Tell whether one example has as many words of its own as the parts have together."""
        return whole is not None and _own(whole) >= sum(_own(part.meant) for part in parts)

    def _parts(self, said: _Said, text: str, most: int) -> list[Part]:
        """Return the requests whose words, with joints between, are the whole text.

        Where the sentence may be ``short``, one may leave out what it shares with the one before.
        """
        if (text, most) not in said.parted:
            said.parted[text, most] = self._cut(said, text, most)
        return said.parted[text, most]

    def _cut(self, said: _Said, text: str, most: int) -> list[Part]:
        for head, rest in _cuts(text):
            first = self._whole(said, head, begins=most == MOST)
            freely = first is None and most == MOST
            first = self._first(said, head) if freely else first
            if first is None:
                continue
            last = self._last(said, first, rest)
            others = self._parts(said, rest, most - 1) if most > 1 else []
            others = others or ([last] if last is not None else [])
            if others and not (freely and any(part.guessed for part in others)):
                return [Part(head, first, guessed=freely), *others]
        return []

    def _first(self, said: _Said, head: str) -> Understanding | None:
        """Return the request that begins a sentence, understood by its meaning alone.

        It lacks nothing, and no text of it stands at its end, which might go on behind the joint.
        """
        if not (said.loose and said.few and self._begins(head)):
            return None
        meant = self._free(said.of(head), said.at)
        if meant is None or not complete(meant, self._skills):
            return None
        slots = self._of(meant).slots
        open_ended = any(slots[s.name].type.greedy and s.end >= len(head) for s in meant.slots)
        return None if open_ended else meant

    def _last(self, said: _Said, first: Understanding, rest: str) -> Part | None:
        """Return the request at the end of a text, with what it shares with the one before."""
        meant = self._whole(said, rest)
        if meant is None and said.short:
            meant = self._short(first, said.of(rest), said.at)
        begins = meant is None and self._begins(rest)
        if begins:
            meant = self._shared.ended(first, said.of(rest), said.at)
        if meant is not None:
            return Part(rest, meant)
        points = any(pointers(rest))
        reads = begins and said.few and (said.loose or points)
        free = self._free(said.of(rest), said.at) if reads else None
        if free is None or free.intent is None:
            return None
        if not (complete(free, self._skills) or (points and _own(free) >= OWN)):
            return None
        return Part(rest, free, guessed=True)

    def _whole(self, said: _Said, text: str, *, begins: bool = False) -> Understanding | None:
        """Return a request that has words of its own, or None; tried once.

        Where they may all be one text, only the first may lack something. All but what ``begins``
        the sentence must begin as a request does.
        """
        verb = begins or self._begins(text)
        if not verb and not taken(normalise(text[:LEAD]), self._lexicon.every_verb).imperative:
            return None
        if (text, begins) not in said.whole:
            meant = self._exact(said.of(text), said.at)
            own = _own(meant) if meant is not None and meant.intent else 0
            own = own if verb or own >= OWN else 0
            hail = HAILS.issuperset(word.text for word in split(text))
            own = 0 if hail or (own and meant is not None and self._in_name(meant)) else own
            points = any(pointers(text))
            alone = own >= OWN and (begins or points or self._enough(meant))
            said.whole[text, begins] = meant if alone or (said.loose and own) else None
        return said.whole[text, begins]

    def _enough(self, meant: Understanding | None) -> bool:
        """Tell whether a request lacks nothing but a yes."""
        if meant is None:
            return False
        lacks = self._of(meant).missing({slot.name for slot in meant.slots})
        return lacks is None or bool(lacks.no)

    def _of(self, meant: Understanding) -> Intent:
        return self._skills.intents[meant.intent or ""]

    def _begins(self, text: str) -> bool:
        """Tell whether a text begins as a request does."""
        first = next((w.text for w in normalise(text[:LEAD]) if w.text not in POLITE), "")
        return first in self._lexicon.every_verb | ASKING

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
        named = not self._timed(first) and _own(first) <= len(lead)
        texts = (utterance.text, *(slot.text for slot in first.slots))
        asks = first.intent in self._lexicon.asking and not any(map(_joints, texts))
        if named and not (asks and lead and lead[-1].text.lower() in PREPOSITIONS):
            return None  # "call mum and | to wake dad" is one text, "in Rome and | in Oslo" are two
        rests = (utterance.text, _without_one(utterance.text))
        for n, rest in product(range(1, len(lead) + 1), rests):
            text = " ".join([*(each.text for each in lead[:n]), rest])
            meant = self._exact(replace(utterance, text=text), at)
            if meant is None or meant.intent is None or not self._enough(meant):
                continue
            alike = self._same_holes(first, meant) and (_own(meant) > n or self._timed(meant))
            alike = alike and (not named or rest.lower().startswith(f"{lead[-1].text.lower()} "))
            begins = all(each.by == "literal" for each in meant.account[: n + 1])
            begins = begins and _own(meant) - n >= OWN
            if alike or begins:
                return meant
        return None

    def _same_holes(self, one: Understanding, other: Understanding) -> bool:
        names = [{slot.name for slot in each.slots} for each in (one, other)]
        return one.intent == other.intent and names[0] == names[1]

    def _timed(self, meant: Understanding) -> bool:
        slots = self._of(meant).slots
        return any(slots[slot.name].type.name in TIMED for slot in meant.slots)

    def _offer(self, part: Understanding) -> Offer:
        return as_offer(self._of(part), part.slots)


@dataclass(frozen=True, slots=True)
class _Said:
    """A sentence that may hold several requests, with what was found of its parts.

    It is ``loose`` where no example covers the whole, so that a request may lack a value, and
    there are ``few`` places at which it may be parted, so that requests are read freely too.
    """

    utterance: Utterance
    at: Situation
    short: bool
    loose: bool
    few: bool
    whole: dict[tuple[str, bool], Understanding | None] = field(default_factory=dict)
    parted: dict[tuple[str, int], list[Part]] = field(default_factory=dict)

    def of(self, text: str) -> Utterance:
        """Return a part of it as an utterance."""
        return replace(self.utterance, text=text)


def _all(first: Understanding, *rest: Understanding) -> Understanding:
    return replace(first, parser=PARSER, more=rest)


def steps(meant: Understanding) -> list[Understanding]:
    """Return the requests of a sentence in their order, each by itself."""
    return [replace(meant, more=()), *meant.more]


def _own(meant: Understanding) -> int:
    """Return how many words are an example's own."""
    return sum(each.by == "literal" for each in meant.account)


def _joints(text: str) -> bool:
    """Tell whether something stands in a text that may join requests."""
    return any(word.text in JOINTS for word in split(text))


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
