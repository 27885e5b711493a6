"""Finds the words that narrow or widen a question which the intent does not know.

"Is it sunday | in tokyo", "how many | school days until christmas", "saturday | or sunday": the
question is answered only where each of them is explained.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence

from assistant.language.moods import DETERMINERS
from assistant.language.tokens import Word
from assistant.turn import Explained

PLACING = frozenset("in at near from to with about for on by".split())
"""Prepositions that narrow what stands before them; "of" mostly names it: "day of the week"."""

CHOOSING = frozenset(("or",))
"""What makes one value of two."""


def restricting(told: Sequence[Explained], words: Sequence[Word], known: Collection[str]) -> str:
    """Return the words that narrow a question and that no example of the skill has, in quotes.

    They stand before a value ("working | days", "anything on | tuesday") or behind a preposition.
    """
    for i, each in enumerate(told):
        if each.by == "slot" and _or_another(told, words, i):
            return f"“{words[i - 1].text} {each.text}”"
        if each.by != "left" or not _is_content(words[i].text) or words[i].text in known:
            continue
        if _is_placed(words, i) or _is_before_value(told, words, i):
            return f"“{each.text}”"
    return ""


def _or_another(told: Sequence[Explained], words: Sequence[Word], i: int) -> bool:
    """Tell whether a value follows another one behind an "or" that is no value's."""
    joined = i > 1 and words[i - 1].text in CHOOSING and told[i - 1].by == "function"
    return joined and told[i - 2].by == "slot"


def _is_content(word: str) -> bool:
    """Tell whether a word says what is asked about; an adverb in -ly says how."""
    return len(word) > 1 and word.isalpha() and not word.endswith("ly")


def _is_placed(words: Sequence[Word], i: int) -> bool:
    k = i - 1
    while k > 0 and words[k].text in DETERMINERS:
        k -= 1
    return k > 0 and words[k].text in PLACING


def _is_before_value(told: Sequence[Explained], words: Sequence[Word], i: int) -> bool:
    k = i + 1
    while k < len(told) and (words[k].text in PLACING or words[k].text in DETERMINERS):
        k += 1
    return k < len(told) and told[k].by == "slot"
