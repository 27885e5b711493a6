"""How a sentence was understood, in words for people."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from assistant.turn import Understanding

HOW = {
    "answer": "as the answer to a question",
    "taught": "as you taught it",
    "repaired": "as what you said instead of what you took back",
    "several": "as several requests in one",
    "tied": "once for each value",
    "misspelt": "with slips of spelling mended",
    "pointed": "as being about what was just set",
    "left": "as what you want instead of what was asked",
    "picked": "as you picked it on the screen",
    "template": "word for word, by an example",
    "correction": "as a correction of the request before",
    "followed": "as a request before, with another value",
    "classifier": "by its meaning",
    "none": "not understood",
}
"""How it was understood, by the parser that was sure."""


def told_how(meant: Understanding) -> str:
    """Return in words how it was understood; of a package's parser that is its name."""
    return HOW.get(meant.parser, f"by the parser {meant.parser}")
