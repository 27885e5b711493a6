"""“Also eggs”, “and in Paris?”, “the same for tomorrow”: a request before, with another value."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import datetime
from typing import TYPE_CHECKING

from assistant.language.following import Followed, followed
from assistant.language.records import dataclass
from assistant.language.words import normalise
from assistant.turn import Offer, Situation, SlotValue, Understanding, Utterance
from assistant.understanding.accounting import account_of
from assistant.understanding.instead import anew
from assistant.understanding.lexicon import Lexicon
from assistant.understanding.parsers.correction import restored
from assistant.understanding.parsers.several import EITHER, steps
from assistant.understanding.pieces import AS_BEFORE, Piece, Pieces
from assistant.understanding.slots import moved
from assistant.understanding.wording import as_offer

if TYPE_CHECKING:
    from assistant.skill.declared import Intent
    from assistant.skill.registry import Skills

PARSER = "followed"
"""The name of this parser in an ``Understanding``."""

BACK = 4
"""How many requests that were understood are looked back for one that takes the words."""


@dataclass(frozen=True, slots=True)
class _Before:
    """A request before: its intent, and the values it had; ``apart`` tells that something was
    refused since.
    """

    intent: Intent
    said: dict[str, SlotValue]
    apart: bool


class FollowedParser:
    """Takes words that only go on with a request before as that request with the values they tell.

    Every word must lead, be a value that fits a slot by its type, or be said beside that slot in an
    example. Where the words only propose something that would be done, or fit in several ways, it
    is asked.
    """

    def __init__(self, skills: Skills, lexicon: Lexicon) -> None:
        self._skills = skills
        self._lexicon = lexicon
        self._pieces = Pieces(lexicon)

    def __call__(self, utterance: Utterance, situation: Situation) -> Understanding | None:
        """Return the request with what is said anew, what to ask, or None."""
        said = followed(utterance.text)
        question = situation.session.open_question
        if said is None or (question is not None and not question.offers):
            return None
        for turn in self._before(situation):
            ways = [self._meant(utterance, said, before, situation) for before in turn]
            found = [way for way in ways if way is not None]
            if found:
                return self._one_of(found)
        return None

    def _one_of(self, ways: Sequence[Understanding]) -> Understanding:
        """Return how one of a turn's requests is gone on with, or ask which where several may be.

        A value that is read by its type comes before a free text, which any words may be.
        """
        likely = [way for way in ways if self._typed(way)] or ways
        if len(likely) == 1:
            return likely[0]
        offers = [offer for way in likely for offer in way.offered or (_offer(way),)]
        return Understanding(None, 1.0, why=EITHER, offered=tuple(offers))

    def _typed(self, way: Understanding) -> bool:
        """Tell whether nothing that is said anew is a free text."""
        offer = _offer(way) if way.intent else way.offered[0]
        kinds = self._skills.intents[offer.intent].slots
        return not any(slot.start >= 0 and kinds[slot.name].type.greedy for slot in offer.slots)

    def _before(self, at: Situation) -> Iterator[list[_Before]]:
        """Give the turns whose requests may be gone on with, the newest first.

        One that another change of the same skill came after is asked about.
        """
        understood, apart, passed = 0, False, set[str]()
        for turn in at.talk:
            if turn.understanding.intent is None:
                apart = apart or turn.outcome == "refused"
                continue
            known = turn.understanding.intent in self._skills.intents
            if turn.outcome not in ("answered", "failed") or not known:
                declined = any(slot.value is False for slot in turn.understanding.slots)
                done = turn.outcome == "answered" and not declined
                passed |= {_skill(turn.understanding)} if done else set()
                continue
            understood += 1
            plan = [each for each in steps(turn.understanding) if each.intent]
            told = [self._goes_on(each, apart or _skill(each) in passed) for each in plan]
            before = [each for each in told if each is not None]
            if before:
                yield before
            passed |= {_skill(each) for each in plan if self._changes(each)}
            if understood == BACK:
                return

    def _changes(self, meant: Understanding) -> bool:
        intent = self._skills.intents.get(meant.intent or "")
        return intent is not None and not self._pieces.asks(intent)

    def _goes_on(self, meant: Understanding, apart: bool) -> _Before | None:
        """Return a request of a turn with its values as they are now; None for no request."""
        intent = self._skills.intents.get(meant.intent or "")
        if intent is None or not self._pieces.goes_on(intent):
            return None
        stale = {name for name, spec in intent.slots.items() if spec.fresh}
        kept = restored([slot for slot in meant.slots if slot.name not in stale], intent)
        if kept is None:
            return None
        return _Before(intent, {slot.name: slot for slot in kept}, apart)

    def _meant(
        self, utterance: Utterance, said: Followed, before: _Before, at: Situation
    ) -> Understanding | None:
        for intent in self._related(before):
            for text, start in said.texts:
                pieces = self._pieces.read(text, intent, before.said, at)
                whole = [self._whole(each, start, intent, said, before, at.now) for each in pieces]
                ways = [slots for slots in whole if slots is not None]
                if ways:
                    return self._sure_of(utterance, said, intent, before, pieces, ways)
        return None

    def _related(self, before: _Before) -> Iterator[Intent]:
        """Give the intent of the request, and of a question those of its skill that may be put with
        the same values.
        """
        yield before.intent
        if not self._pieces.asks(before.intent) or before.intent.of_talk:
            return
        for name in self._lexicon.siblings(before.intent.name):
            other = self._skills.intents[name]
            same = all(
                key in other.slots
                and other.slots[key].annotation == before.intent.slots[key].annotation
                for key in before.said
            )
            if same and self._pieces.asks(other) and not other.of_talk:
                yield other

    def _whole(
        self,
        piece: Piece,
        start: int,
        intent: Intent,
        said: Followed,
        before: _Before,
        now: datetime,
    ) -> tuple[SlotValue, ...] | None:
        """Return the values of the whole request, None where it lacks one."""
        told = [name for name in before.said if name in intent.slots and name not in piece.names]
        if said.new:
            told = [name for name in told if not _called(intent, name)]
        kept = self._pieces.together(intent, told, piece.names)
        new = [moved(slot, start) for slot in piece.slots]
        old = (anew(before.said[name], intent.slots[name].type, now) for name in kept)
        slots = (*new, *map(_elsewhere, old))
        filled = {slot.name for slot in slots}
        lacks = any(s.required and not s.fresh and s.name not in filled
                    for s in intent.slots.values())  # fmt: skip
        return None if lacks else slots

    def _sure_of(
        self,
        utterance: Utterance,
        said: Followed,
        intent: Intent,
        before: _Before,
        pieces: Sequence[Piece],
        ways: Sequence[tuple[SlotValue, ...]],
    ) -> Understanding | None:
        """Return the one way to take the words, or the question which is meant, or if any is."""
        offers = tuple(as_offer(intent, way) for way in ways)
        if len(ways) > 1:
            return Understanding(None, 1.0, why=EITHER, offered=offers)
        doubt = before.apart or any(map(self._pieces.doubtful, pieces))
        if not self._pieces.asks(intent) and (doubt or said.how == "asked"):
            return Understanding(None, 1.0, why=AS_BEFORE, offered=offers)
        text = utterance.text
        known = self._lexicon.words(intent.name) | _leading(text, ways[0])
        account = account_of(text, normalise(text), known, ways[0])
        return Understanding(
            intent.name, 1.0, ways[0], parser=PARSER, account=account, whole=offers[0].text
        )


def _offer(way: Understanding) -> Offer:
    """Return a way that could be taken at once as one to be asked about."""
    return Offer(way.intent or "", way.slots, way.whole)


def _called(intent: Intent, name: str) -> bool:
    """Tell whether a slot only calls a thing something, which a new one is not called."""
    spec = intent.slots[name]
    return spec.type.greedy and not spec.required and not spec.type.kept


def _elsewhere(slot: SlotValue) -> SlotValue:
    """Return a value that is not said in the sentence."""
    return replace(slot, start=-1, end=-1, spans=())


def _leading(text: str, slots: Sequence[SlotValue]) -> frozenset[str]:
    """Return the words of a text that are of no value: they lead, or are an example's."""
    return frozenset(
        word.text
        for word in normalise(text)
        if not any(slot.covers(word.start, word.end) for slot in slots)
    )


def _skill(meant: Understanding) -> str:
    return (meant.intent or "").partition(".")[0]
