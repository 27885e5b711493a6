"""Takes words as the answer to “Did you mean …?”."""

from __future__ import annotations

import logging
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from assistant.language.selecting import choose, ruled_out
from assistant.turn import OFFER, Offer, OpenQuestion, SlotValue, Understanding
from assistant.understanding.lexicon import literals
from assistant.understanding.parsers.bare import WHICH
from assistant.understanding.parsers.correction import PARSER as CORRECTION

if TYPE_CHECKING:
    from datetime import datetime

    from assistant.skill.registry import Skills

log = logging.getLogger(__name__)

OTHERWISE = "otherwise"
"""The intent of a no to what was offered."""


def kept(offers: Sequence[Offer], told: int, sentence: str, *, learn: bool) -> dict[str, Any]:
    """Return offers as plain JSON, to wait with the question; ``told`` of them were named."""
    rows = [row_of(offer) for offer in offers]
    return {"offers": rows, "told": told, "sentence": sentence, "learn": learn}


def row_of(offer: Offer) -> dict[str, Any]:
    """Return an offer as plain JSON."""
    from assistant.language.values import to_json

    return {
        "intent": offer.intent,
        "slots": {slot.name: to_json(slot.value) for slot in offer.slots},
        "said": {slot.name: slot.text for slot in offer.slots},
        "text": offer.text,
        "instead": offer.instead,
    }


def offer_of(row: Mapping[str, Any], skills: Skills) -> Offer:
    """Return the offer that was kept, of a skill that is installed."""
    return Offer(row["intent"], _slots(row, skills), row["text"], row.get("instead", 0))


def lasting(offers: Sequence[Offer], skills: Skills) -> tuple[Offer, ...]:
    """Return the offers whose values can be read again when they are answered."""
    return tuple(each for each in offers if _lasts(each, skills))


def _lasts(offer: Offer, skills: Skills) -> bool:
    question = OpenQuestion("", OFFER, kept((offer,), 1, "", learn=False))
    try:
        return bool(offers_of(question, skills))
    except Exception:  # a skill's own type may raise anything
        log.warning("can't offer %s", offer.intent, exc_info=True)
        return False


def offers_of(question: OpenQuestion, skills: Skills) -> list[Offer]:
    """Return what a question offers, of the skills that are installed still."""
    if not question.offers:
        return []
    rows = [row for row in question.keep["offers"] if row["intent"] in skills.intents]
    return [offer_of(row, skills) for row in rows]


def answered(
    text: str, question: OpenQuestion, skills: Skills, now: datetime
) -> Understanding | None:
    """Return which of the offers was accepted, that none was, or None where that stays open.

    Of a plan a yes accepts all, and a choice those that it names.
    """
    from assistant.language.values import slot_type

    offers = offers_of(question, skills)
    rows = question.keep["offers"][: question.keep["told"]]
    told = offers[: sum(row["intent"] in skills.intents for row in rows)]
    gone = _meant(ruled_out(text), told, skills)
    if gone:
        others = [each for each in told if each not in gone]
        if question.plans and others:
            return _together(others)
        return _left(others, offers[len(told) :])
    agreed = slot_type(bool).parse(text, now)
    if agreed is False:
        rest = tuple(offers[len(told) :])
        return Understanding(OTHERWISE, 1.0, parser="answer", offered=rest)
    if agreed and (len(told) == 1 or question.plans):
        return _together(told)
    text = _without_only(text) if question.plans else text
    chosen = _meant(text, told, skills) if len(told) > 1 else []
    if question.plans and chosen:
        return _together([each for each in told if each in chosen])
    return _accepted(chosen[0]) if len(chosen) == 1 else None


def _without_only(text: str) -> str:
    """Return the words for some of several without what says that they are some."""
    said = [word for word in text.split() if word.lower() not in ("only", "just")]
    return " ".join(said)


def _meant(text: str, told: Sequence[Offer], skills: Skills) -> list[Offer]:
    """Return the offers that words tell from the others, by their texts or by their examples."""

    def wording(offer: Offer) -> list[str]:
        examples = skills.intents[offer.intent].examples
        return [offer.text, *(" ".join(literals(each)) for each in examples)]

    for names in (lambda offer: offer.text, wording) if text else ():
        chosen = choose(told, text, names)
        if chosen.clear and len(chosen.options) <= max(1, len(told) - 1):
            return chosen.options
    return []


def _left(rest: Sequence[Offer], untold: Sequence[Offer]) -> Understanding:
    """Return what is meant where some were ruled out: the only one left, or which is asked anew."""
    if len(rest) == 1:
        return _accepted(rest[0])
    if not rest:
        return Understanding(OTHERWISE, 1.0, parser="answer", offered=tuple(untold))
    return Understanding(None, parser="answer", offered=tuple(rest), why=WHICH)


def _together(offers: Sequence[Offer]) -> Understanding:
    first, *more = map(_accepted, offers)
    return replace(first, more=tuple(more))


def _accepted(offer: Offer) -> Understanding:
    if offer.instead:
        meant = Understanding(offer.intent, 1.0, offer.slots, parser=CORRECTION)
        return replace(meant, whole=offer.text, instead=offer.instead)
    return Understanding(offer.intent, 1.0, offer.slots, parser="answer")


def _slots(row: Mapping[str, Any], skills: Skills) -> tuple[SlotValue, ...]:
    from assistant.language.values import from_json

    specs = skills.intents[row["intent"]].slots
    return tuple(
        SlotValue(name, from_json(specs[name].annotation, value), row["said"].get(name, ""))
        for name, value in row["slots"].items()
        if name in specs
    )
