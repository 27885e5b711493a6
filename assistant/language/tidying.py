"""What a recognizer wrote that learnt from subtitles, as one would have typed it.

Such a decoder names sounds in brackets, ends every sentence, begins it with a capital, and falls
into loops where it hears nothing (Radford et al. 2022, arXiv 2212.04356, sections 4.5 and 6).
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from assistant.language.counting import SCALE_WORDS, TENS, UNITS
from assistant.language.tokens import LONGEST

TIMES = {1: 4, 2: 3, 3: 3}
"""How often in a row so many words are said only by a decoder in a loop; more words, twice. Names
repeat a word up to three times, and "no, no, no" is said."""

LONGEST_LOOP = 24
"""Words that a loop goes round at most: those of a long sentence."""

_NOTES = re.compile(
    r"\[[^\]\d]*\]|\([^()\d]*\)|<\|[^|]*\|>|\*[^*\d]+\*|♪[^♪]*♪|[\[(][A-Z_ ]+\W*$|[♪♫♬]"
)
"""Sounds named in brackets, lyrics between notes; what is cut off at the end too."""

_MARKS = re.compile(r"[^\w']")
_DOTTED = re.compile(r"\b(?:[^\W\d_]\.){2,}")
_DOTS = re.compile(r"\.{2,}|…|(?<!\S)[-–—.,;:!?]+(?!\S)")
_OPENING = re.compile(r"(?:^|(?<=[.!?] ))(?!I\b)[A-Z](?=[a-z']*(?![\w'])(?! [A-Z][a-z]))")
"""The first letter of a sentence, but of "I", and of what may be a name: "TV", "New York"."""

_ENDS = (".", "!", "?")
_COUNTED = frozenset((*UNITS, *TENS, *SCALE_WORDS, "hundred", "oh", "double"))


def tidy(text: str) -> str:
    """Return text for understanding; "" where no word is left.

    Notes on sounds, trailing dots and loops are gone, dotted letters together ("p.m." is "pm"), the
    first word small, and no mark ends it. Marks and capitals within stay: they tell a list, a name.
    """
    said = _DOTTED.sub(lambda m: m[0].replace(".", "") + _stop(m), text[:LONGEST])
    said = _NOTES.sub(" ", said)
    words = _once(_DOTS.sub(" ", said).split())
    whole = " ".join(words).strip(" .,;:!?-–—")
    whole = _OPENING.sub(lambda m: m[0].lower(), whole)
    if not any(sign.isalnum() for sign in whole):
        return ""
    return whole if whole == text else tidy(whole)  # what was taken out may have parted a loop


def _stop(match: re.Match[str]) -> str:
    """Return the full stop that dotted letters share with the sentence that they end."""
    following = match.string[match.end() :].lstrip()
    return "." if following[:1].isupper() else ""


def _once(words: Sequence[str]) -> list[str]:
    """Return words without the repetitions of a loop."""
    left, before = list(words), -1
    while before != len(left):
        before = len(left)
        for size in range(1, LONGEST_LOOP + 1):
            left = _unlooped(left, size)
    return left


def _unlooped(words: list[str], size: int) -> list[str]:
    """Return words with each loop of so many of them gone round once, also one that is cut off."""
    keys = [_MARKS.sub("", word).lower() for word in words]
    kept: list[str] = []
    i = 0
    while i < len(words):
        piece, end = keys[i : i + size], i + size
        while keys[end : end + size] == piece:
            end += size
        times = (end - i) // size
        if times > 1 and all(map(_is_counted, piece)):
            kept += words[i:end]
        elif times > 1 and times >= _needed(words, i, size):
            kept += words[i : i + size]
            rest = keys[end:]
            if times >= TIMES[2] and len(rest) < size and piece[: len(rest)] == rest:
                return kept
        else:
            kept.append(words[i])
            end = i + 1
        i = end
    return kept


def _needed(words: Sequence[str], i: int, size: int) -> int:
    """Return how often words must be repeated to be a loop; sentences of their own twice."""
    begins = i == 0 or words[i - 1].endswith(_ENDS)
    if begins and words[i + size - 1].endswith(_ENDS):
        return 2
    return TIMES.get(size, 2)


def _is_counted(key: str) -> bool:
    """Tell whether a word is a figure or a letter, which are repeated on purpose: "5 5 5"."""
    return key in _COUNTED or len(key) < 2 or any(sign.isdigit() for sign in key)
