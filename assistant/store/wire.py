"""Turns as plain JSON: for the database, `assistant say --json` and exports."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, replace
from datetime import datetime
from typing import Any

from assistant.turn import (
    Candidate,
    Entity,
    Explained,
    Offer,
    OpenQuestion,
    SlotValue,
    Turn,
    Understanding,
    Utterance,
)
from assistant.turn.hearing import Word

Json = dict[str, Any]


def turn_to_json(turn: Turn) -> Json:
    """Return a turn as the JSON that `say --json` prints: utterance, understanding, reply."""
    return {
        "id": turn.id,
        "session": turn.session_id,
        "utterance": utterance_to_json(turn.utterance),
        "understanding": understanding_to_json(turn.understanding),
        "reply": {"text": turn.reply.text, "speech": turn.reply.speech or turn.reply.text},
        "outcome": turn.outcome,
        "offered": [_offer(offer) for offer in turn.understanding.offered],
    }


def utterance_to_json(utterance: Utterance) -> Json:
    """Return an utterance as JSON, its time in ISO 8601."""
    data = asdict(replace(utterance, choice=None, hints=()))
    del data["choice"], data["hints"]
    data["heard_at"] = utterance.heard_at.isoformat()
    data["alternatives"] = list(utterance.alternatives)
    data["words"] = list(data["words"])
    return data


def utterance_from_json(data: Mapping[str, Any]) -> Utterance:
    """Return the utterance that was written."""
    return Utterance(
        data["text"],
        datetime.fromisoformat(data["heard_at"]),
        data["source"],
        data["confidence"],
        tuple(data["alternatives"]),
        tuple(Word(**word) for word in data["words"]),
        data.get("heard", ""),
    )


def understanding_to_json(meant: Understanding) -> Json:
    """Return an understanding as JSON; slot values as ISO times, seconds, names or text."""
    from assistant.language.values import to_json

    return {
        "intent": meant.intent,
        "confidence": round(meant.confidence, 4),
        "slots": [{**_slot(slot), "value": to_json(slot.value)} for slot in meant.slots],
        "entities": [asdict(entity) for entity in meant.entities],
        "sentiment": meant.sentiment,
        "parser": meant.parser,
        "alternatives": [asdict(candidate) for candidate in meant.alternatives],
        "timings": meant.timings,
        "notes": list(meant.notes),
        "account": [asdict(each) for each in meant.account],
        "why": meant.why,
        "offered": [{**_offer(offer), "text": offer.text} for offer in meant.offered],
        "mood": meant.mood,
        "more": [understanding_to_json(each) for each in meant.more],
        "whole": meant.whole,
    }


def understanding_from_json(data: Mapping[str, Any]) -> Understanding:
    """Return the understanding that was written, its slot values as they are in JSON."""
    return Understanding(
        data["intent"],
        data["confidence"],
        tuple(SlotValue(**slot) for slot in data["slots"]),
        tuple(Entity(**entity) for entity in data["entities"]),
        data["sentiment"],
        data["parser"],
        tuple(Candidate(**candidate) for candidate in data["alternatives"]),
        data["timings"],
        tuple(data["notes"]),
        tuple(Explained(**each) for each in data.get("account", ())),
        data.get("why", ""),
        tuple(_offer_from(each) for each in data.get("offered", ())),
        data.get("mood", "request"),
        tuple(understanding_from_json(each) for each in data.get("more", ())),
        data.get("whole", ""),
    )


def question_from_json(data: Mapping[str, Any]) -> OpenQuestion:
    """Return the open question that was written with ``dataclasses.asdict``."""
    under = question_from_json(data["under"]) if data.get("under") else None
    passed = tuple(data.get("passed", ()))
    return OpenQuestion(**{**data, "under": under, "passed": passed})


def _offer(offer: Offer) -> Json:
    from assistant.language.values import to_json

    return {"intent": offer.intent, "slots": {s.name: to_json(s.value) for s in offer.slots}}


def _offer_from(data: Mapping[str, Any]) -> Offer:
    slots = tuple(SlotValue(name, value) for name, value in data["slots"].items())
    return Offer(data["intent"], slots, data["text"])


def _slot(slot: SlotValue) -> Json:
    return {"name": slot.name, "text": slot.text, "start": slot.start, "end": slot.end}
