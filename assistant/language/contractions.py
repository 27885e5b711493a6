"""What words are short for, as they sound: "what's" and "nevermind", but "an" is an "an"."""

from __future__ import annotations

from assistant.language.words import CONTRACTED, HEADS, WHOLE


def apart(word: str) -> list[str]:
    """Return the words that one is short for, or itself."""
    if word in WHOLE and word != "an":
        return WHOLE[word].split()
    for ending, full in CONTRACTED.items():
        if word.endswith(ending) and word.removesuffix(ending) in HEADS:
            return [word.removesuffix(ending), full]
    return [word]
