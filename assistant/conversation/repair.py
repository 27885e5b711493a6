"""What is said when refusals begin to annoy: choices, and an offer to learn."""

from __future__ import annotations

from collections.abc import Callable

from assistant.skill.registry import Skills
from assistant.turn import OpenQuestion, Reply, Turn, Understanding, Utterance

CHOOSE = "choose"
"""The role of the answer that takes the number of a choice and learns from it."""

CHOICES = 3
"""How many meanings are offered."""

Felt = Callable[[str, Understanding], Understanding]
"""Gives an understanding the sentiment and the entities of its words, where weights can be read."""

SORRY = "I keep getting you wrong, sorry."
TEACH = "teach me: “when I say … I mean …”"


def again(before: Turn) -> bool:
    """Tell whether a miss would be the second in a row, so that its mood counts."""
    return before.outcome == "refused"


def frustrated(meant: Understanding, before: Turn, felt: Felt) -> bool:
    """Tell whether the user took badly a miss, whose mood was read, and the one before.

    Of that its mood is read now, unless it was a second one itself.
    """
    if meant.sentiment != "negative":
        return False
    first = before.understanding
    return (first.sentiment or felt(before.utterance.text, first).sentiment) == "negative"


def offer(
    meant: Understanding, said: Utterance, before: Turn, skills: Skills
) -> tuple[Reply, OpenQuestion | None]:
    """Return choices of what may have been meant, by this sentence or by the one before it."""
    texts = {**_likely(before.understanding), **_likely(meant)}
    likely = [(intent, text) for intent, text in texts.items() if intent in skills.intents]
    choosing = skills.role(CHOOSE)
    if not likely or choosing is None:
        hint = f"Say it in other words, or {TEACH}. “What can you do” lists everything."
        return Reply(f"{SORRY} {hint}"), None
    chosen = likely[:CHOICES]
    lines = "\n".join(f"{i}. {text}" for i, (_, text) in enumerate(chosen, 1))
    asked = f"{SORRY} Is it one of these?"
    hint = f"Say the number, and I'll do it and remember it; or “none”. Or {TEACH}."
    keep = {"sentence": _request(meant, said, before), "intents": [name for name, _ in chosen]}
    question = OpenQuestion("Which number?", choosing.name, keep)
    spoken = f"{asked} " + " ".join(f"{i}: {text}." for i, (_, text) in enumerate(chosen, 1))
    return Reply(f"{asked}\n\n{lines}\n\n{hint}", spoken), question


def _likely(meant: Understanding) -> dict[str, str]:
    return {c.intent: c.example for c in meant.alternatives if c.example}


def _request(meant: Understanding, said: Utterance, before: Turn) -> str:
    """Return the sentence to learn: a complaint that is like no example is not the request."""
    complains = not _likely(meant) and _likely(before.understanding)
    return before.utterance.text if complains else said.text
