"""Words by which a request points at what was named in the same sentence: "it", "then"."""

from __future__ import annotations

from collections.abc import Iterator

from assistant.language.moods import PREPOSITIONS
from assistant.language.things import POINTING
from assistant.language.tokens import Word, split
from assistant.language.words import MARKS, phrases

ALWAYS = frozenset("it them".split())
"""Words that stand for a thing wherever they are; "that" may lead to one: "that milk"."""

SAME_TIME = phrases("at the same time", "the same time")
"""What stands for the time that was named."""

THEN = sorted(
    (
        *SAME_TIME,
        *phrases("at that time", "for the same time", "on the same day", "on that day"),
        *phrases("the same day", "that day"),
    ),
    key=len,
    reverse=True,
)
"""What stands for the time or the day that was named, the longer ones first."""


def pointers(text: str) -> Iterator[Word]:
    """Give the words of a text that stand for a thing: "buy | it", "wash | those | up"."""
    words = split(text)
    for i, word in enumerate(words):
        after = words[i + 1].text if i + 1 < len(words) else ""
        ends = not after or after in PREPOSITIONS or after in MARKS
        if word.text in ALWAYS or (word.text in POINTING - {"same"} and ends):
            yield word


def without_then(text: str) -> tuple[str, str] | None:
    """Return what stands before and behind words for the time that was named, or None."""
    words = split(text)
    for phrase in THEN:
        for i in range(len(words) - len(phrase) + 1):
            if tuple(word.text for word in words[i : i + len(phrase)]) == phrase:
                end = words[i + len(phrase) - 1].end
                return text[: words[i].start].strip(), text[end:].strip()
    return None
