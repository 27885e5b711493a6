"""What is said when refusals begin to annoy: choices, and an offer to learn."""

from __future__ import annotations

from assistant.skill.registry import Skills
from assistant.turn import OpenQuestion, Reply, Turn, Understanding, Utterance

CHOOSE = "choose"
"""The role of the answer that takes the number of a choice and learns from it."""

CHOICES = 3
"""How many meanings are offered."""

SORRY = "I keep getting you wrong, sorry."
TEACH = "teach me: “when I say … I mean …”"


def frustrated(meant: Understanding, before: Turn | None) -> bool:
    """Tell whether this is the second miss in a row that the user took badly."""
    return (
        meant.sentiment == "negative"
        and before is not None
        and before.outcome == "refused"
        and before.understanding.sentiment == "negative"
    )


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
