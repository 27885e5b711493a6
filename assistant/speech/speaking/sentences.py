"""A text that is read aloud, cut where a voice may take breath.

A cut too many is heard as a false stop, a cut too few only makes a piece longer: so a full stop
that may be part of a word ends nothing.
"""

from __future__ import annotations

import re

OPENING = 60
"""Characters the first piece may have where its sentence has a pause: so it is soon made."""

LONG = 160
"""Characters any other piece may have where its sentence has a pause."""

LEAST = 12
"""Characters a piece of a sentence has at least: one word alone sounds broken off."""

TITLES = frozenset("mr mrs ms dr prof st sr jr rev gen capt sgt lt mt vs etc approx".split())
"""Words that are written with a full stop before a name or a number."""

END = re.compile(r"[.!?]+[\"')\]]*(?=\s)")
"""What may end a sentence: marks with a gap behind them, so no 3.5, no 06.30 and no example.org."""

PAUSE = re.compile(r"[,:;](?=\s)")


def pieces(text: str) -> list[str]:
    """Return a text in pieces that are made one after another; joined by spaces they are it.

    These are its sentences; one that is long is cut at its pauses, the first one early.
    """
    found: list[str] = []
    for sentence in sentences(text):
        rest = sentence
        while rest:
            piece, rest = _split(rest, LONG if found else OPENING)
            found.append(piece)
    return found


def sentences(text: str) -> list[str]:
    """Return the sentences of a text, each with a letter or figure in it."""
    found: list[str] = []
    begin = 0
    for end in END.finditer(text):
        if _ends(text[begin : end.end()], text[end.end() :].lstrip()):
            found.append(text[begin : end.end()])
            begin = end.end()
    return _sayable([*found, text[begin:]])


def _ends(before: str, after: str) -> bool:
    """Tell whether a sentence ends between ``before``, whose last is a mark, and ``after``."""
    words = before.split()
    word = words[-1].strip("\"'()[]")
    if not word.endswith(".") or word.endswith(".."):
        return not after[:1].islower()  # “is it?” he asked; well... yes
    bare = word[:-1].lower()
    if bare in TITLES or _is_dotted(bare):
        return False
    return not (bare.isdigit() and len(words) == 1)  # “1. Mix”


def _is_dotted(bare: str) -> bool:
    """Tell whether a word is written in dots: “e.g”, “p.m”, or the “J” of a name, no “I”."""
    letters = bare.split(".")
    dotted = all(len(each) == 1 and each.isalpha() for each in letters)
    return dotted and bare != "i"


def _sayable(parts: list[str]) -> list[str]:
    """Join what has no letter or figure to what is before it, and drop it where nothing is."""
    found: list[str] = []
    for part in (each.strip() for each in parts):
        if any(sign.isalnum() for sign in part):
            found.append(part)
        elif part and found:
            found[-1] += f" {part}"
    return found


def _split(sentence: str, limit: int) -> tuple[str, str]:
    """Return a sentence cut at its last pause within the limit, else at the first one after."""
    if len(sentence) <= limit:
        return sentence, ""
    ends = [found.end() for found in PAUSE.finditer(sentence, LEAST, len(sentence) - LEAST)]
    early = [end for end in ends if end <= limit]
    end = early[-1] if early else min(ends, default=len(sentence))
    return sentence[:end], sentence[end:].strip()
