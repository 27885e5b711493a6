"""Finds the words that narrow or widen a question which the intent does not know.

"Is it sunday | in tokyo", "how many | school days until christmas", "saturday | or sunday": the
question is answered only where each of them is explained.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence

from assistant.language.moods import ASKING, DETERMINERS, Taken
from assistant.language.tokens import Word
from assistant.turn import Explained
from assistant.understanding.lexicon import Lexicon

PLACING = frozenset("in at near from to with about for on by".split())
"""Prepositions that narrow what stands before them; "of" mostly names it: "day of the week"."""

CHOOSING = frozenset(("or",))
"""What makes one value of two."""


def asks_more(
    told: Sequence[Explained], words: Sequence[Word], intent: str, taken: Taken, lexicon: Lexicon
) -> str:
    """Return what speaks against answering: a word that narrows the question, or a question where
    none of the intent's examples is one.
    """
    asked = intent in lexicon.asking
    start = 0 if taken.verb is None else taken.verb + 1
    if asked and start and words[start - 1].text not in lexicon.every_verb:
        start -= 1  # a question that begins with a noun: "working | days until"
    more = restricting(told[start:], words[start:], lexicon.skill_words(intent))
    more = more or _anothers(told, words, intent, lexicon)
    first = words[0].text
    if more or taken.verb is not None or taken.lead or first not in ASKING:
        return more
    asks = asked or lexicon.first[intent] & ASKING
    return "" if asks else f"“{first}”"


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


def _anothers(
    told: Sequence[Explained], words: Sequence[Word], intent: str, lexicon: Lexicon
) -> str:
    """Return a word left over that a sibling's examples have just there: "what | time | is"."""
    for i in range(1, len(told) - 1):
        if told[i].by != "left" or not _is_content(words[i].text):
            continue
        before, word, after = (each.text for each in words[i - 1 : i + 2])
        around = {(before, word), (word, after)}
        if any(around <= lexicon.pairs[name] for name in lexicon.siblings(intent)):
            return f"“{told[i].text}”"
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
