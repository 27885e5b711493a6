"""Known words that sound like an unknown one, by spelling alone: a model says not how it speaks."""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterable

SAME_SOUND = (
    (r"'|h(?![aeiouy])", ""),
    (r"^(?:kn|gn)", "n"),
    (r"^wr", "r"),
    (r"tch|ch|sh|ci(?=[aou])|ti(?=[aou])", "S"),
    (r"ph", "f"),
    (r"th", "t"),
    (r"ck|q|c(?![eiy])|kh", "k"),
    (r"x", "ks"),
    (r"c|z", "s"),
    (r"dg|j|g(?=[eiy])", "J"),
    (r"wh", "w"),
    (r"ee|ea|ie|y", "i"),
    (r"oo|ou|ew|ue", "u"),
    (r"ai|ay|ei|ey", "e"),
    (r"([a-z])\1", r"\1"),
    (r"(?<=[^aeiou])e$", ""),
)
"""Spellings that are spoken much alike in English, in this order."""

LIKENESS = 0.6
"""How alike (difflib ratio) two words must be, as they are spoken."""


def sound_alike(word: str, vocabulary: Iterable[str], most: int = 5) -> list[str]:
    """Return the known words, or pairs of them, that sound most like a word; best first."""
    spoken = as_spoken(word)
    known = {each: as_spoken(each) for each in vocabulary if each.isalpha() and len(each) > 1}
    ranked = sorted(
        (-difflib.SequenceMatcher(None, spoken, sound).ratio(), len(each), each)
        for each, sound in known.items()
        if sound[:1] == spoken[:1] and abs(len(sound) - len(spoken)) <= 2
    )
    pairs = _pairs(word, known)
    alone = [each for unlike, _, each in ranked if -unlike >= LIKENESS and each != word]
    return [*pairs[:2], *alone][:most]


def as_spoken(word: str) -> str:
    """Return letters that stand for how an English word is spoken."""
    spoken = word.lower()
    for spelling, sound in SAME_SOUND:
        spoken = re.sub(spelling, sound, spoken)
    return spoken


def syllables(phrase: str) -> int:
    """Return about how many syllables a phrase has."""
    return sum(max(len(re.findall(r"[aeiouy]+", _unvoiced(w))), 1) for w in phrase.split())


def _unvoiced(word: str) -> str:
    """Return the word without an e that is not spoken."""
    return re.sub(r"(?<=[aeiouy][^aeiouy])e$", "", word)


def _pairs(word: str, known: Iterable[str]) -> list[str]:
    """Return the two known words that a compound is made of, the evenest cut first."""
    words = set(known)
    cuts = range(3, len(word) - 2)
    halves = [(word[:cut], word[cut:]) for cut in cuts]
    found = [(a, b) for a, b in halves if a in words and b in words]
    return [f"{a} {b}" for a, b in sorted(found, key=lambda p: abs(len(p[0]) - len(p[1])))]
