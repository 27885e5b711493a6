"""Open questions: what an answer means, and when it is no answer at all."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import datetime
from typing import Any

from assistant.skill.declared import Intent, SlotSpec
from assistant.skill.registry import Skills
from assistant.turn import OpenQuestion, Session, SlotValue, Understanding, Utterance

CANCEL = "conversation.cancel"
"""The intent of leaving an open question, whether or not that skill is installed."""

LEAVING = frozenset(
    {
        "abort",
        "cancel",
        "cancel it",
        "cancel that",
        "drop it",
        "forget it",
        "forget that",
        "leave it",
        "let it go",
        "neither",
        "never mind",
        "nevermind",
        "none",
        "none of them",
        "none of these",
        "nothing",
        "scrap that",
        "skip it",
        "stop",
    }
)
"""Whole answers that always leave an open question."""

STRAY = 4
"""How many words an answer may have beside the value that was asked for."""

MAX_TRIES = 2
"""How often a question is put again before it is let go."""

Parser = Callable[[Utterance, Session], Understanding | None]


class AnswerParser:
    """The first parser of the chain: takes the words as the answer to the session's open question.

    It stays silent (None) when they are a clear request of another kind, or no answer.
    """

    def __init__(self, skills: Skills, exact: Parser, now: Callable[[], datetime]) -> None:
        self._skills = skills
        self._exact = exact
        self._now = now

    def __call__(self, utterance: Utterance, session: Session) -> Understanding | None:
        """Return the answer, the wish to leave, or None."""
        question = session.open_question
        if question is None:
            return None
        if _plain(utterance.text) in LEAVING:
            return Understanding(CANCEL, 1.0, parser="answer")
        target = target_of(question, self._skills)
        if target is None:
            return None
        heard = self._hear(utterance, session, target, question)
        if heard is None:
            return None
        kept = restore(question, target)
        return Understanding(target.name, 1.0, (*kept, *heard), parser="answer")

    def _hear(
        self, utterance: Utterance, session: Session, target: Intent, question: OpenQuestion
    ) -> tuple[SlotValue, ...] | None:
        wanted = _wanted(target, question)
        if not wanted:
            return ()
        first, *rest = wanted
        text, now = utterance.text, self._now()
        value = None if first.type.greedy else first.type.parse(text, now)
        if value is None and self._exact(utterance, session) is not None:
            return None
        if value is None and first.type.greedy:
            value = first.type.parse(text, now)
        if value is not None:
            return (SlotValue(first.name, value, text, 0, len(text)),)
        return _found([first, *rest], text, now)


def target_of(question: OpenQuestion, skills: Skills) -> Intent | None:
    """Return the intent or answer that waits, or None when it has vanished."""
    return (skills.intents if question.slot else skills.answers).get(question.then)


def restore(question: OpenQuestion, target: Intent) -> tuple[SlotValue, ...]:
    """Return what was kept with the question, as the values it was made from."""
    from assistant.language.values import from_json

    return tuple(
        SlotValue(name, from_json(target.slots[name].annotation, data))
        for name, data in question.keep.items()
        if name in target.slots
    )


def keep(values: dict[str, Any]) -> dict[str, Any]:
    """Return the values as plain JSON, to wait with a question."""
    from assistant.language.values import to_json

    return {name: to_json(value) for name, value in values.items()}


def _wanted(target: Intent, question: OpenQuestion) -> list[SlotSpec]:
    """Return the slots an answer may fill, the one asked for first."""
    if question.slot:
        return [target.slots[question.slot]] if question.slot in target.slots else []
    return [slot for name, slot in target.slots.items() if name not in question.keep]


def _found(wanted: list[SlotSpec], text: str, now: datetime) -> tuple[SlotValue, ...] | None:
    """Look for the values inside a short answer such as "make it ten minutes"."""
    filled: list[SlotValue] = []
    covered = 0
    for slot in wanted:
        spans = slot.type.find(text, now)
        if spans:
            span = spans[0]
            filled.append(SlotValue(slot.name, span.value, span.text, span.start, span.end))
            covered += len(span.text.split())
    if not any(s.name == wanted[0].name for s in filled):
        return None
    return tuple(filled) if len(text.split()) - covered <= STRAY else None


def _plain(text: str) -> str:
    words = re.findall(r"[a-z']+", text.lower())
    return " ".join(w for w in words if w not in ("please", "oh", "just", "ok", "okay"))
