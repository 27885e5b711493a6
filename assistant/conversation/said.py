"""What was said, before it is read: as one line of so many characters, and heard well enough."""

from __future__ import annotations

from dataclasses import replace
from unicodedata import category

from assistant.language.lists import without_mark
from assistant.turn import Understanding, Utterance

LONGEST = 2_000
"""Characters of an utterance that are looked at and kept; more is no request."""

TOO_LONG = f"That is too long for me: say it in at most {LONGEST:,} characters."

HEARD = 0.55
"""The confidence below which nothing is done for spoken words."""


def surely(utterance: Utterance, meant: Understanding) -> Understanding:
    """Let nothing be done for words that were hardly heard: a noise is full of them."""
    if utterance.source != "voice" or utterance.confidence >= HEARD or meant.intent is None:
        return meant
    note = f"I'm not sure that I heard “{utterance.text}”: say it once more, please."
    return replace(meant, intent=None, slots=(), parser="none", notes=(note, *meant.notes))


def cut(utterance: Utterance) -> Utterance:
    """Drop control characters, a list's bullet, and what is past one character over LONGEST."""
    text = utterance.text[: LONGEST * 4]
    text = "".join(" " if category(c) in ("Cc", "Cs", "Co", "Cn") else c for c in text)
    return replace(utterance, text=without_mark(" ".join(text.split()))[: LONGEST + 1])
