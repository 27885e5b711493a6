"""How alike words sound, from their spelling alone: a recognizer's slips sound like what was said.

A word is written as a key of sounds by rules of English spelling; the distance of two words is the
weighted edit distance of their keys (Levenshtein 1966), a vowel counting half a consonant.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from difflib import SequenceMatcher
from functools import cached_property, lru_cache

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float32]

VOWELS = "aeiou"
SOUNDS = "aeioubdfghjklmnprstvwCST"
"""The signs of a key: C as in chair, S as in she, T as in thin."""

ALIKE = ("ptkbdgTf", "sSCjTfv", "mn", "lrw")
"""Consonants that are mistaken for one another."""

WITHIN, VOWEL, SAME, MIXED, OTHER = 0.6, 0.4, 0.5, 1.2, 1.0
"""The cost of a change: among consonants alike, among vowels; of a vowel left out or put in; of a
vowel for a consonant; of any other change."""

RULES = tuple(
    (re.compile(spelt), sound)
    for spelt, sound in (
        ("'", ""), ("tion", "Sn"), ("igh", "i"), ("eigh", "e"), ("ght", "t"), ("ough", "o"),
        ("augh", "af"), ("ph", "f"), ("^kn", "n"), ("^wr", "r"), ("wh", "w"), ("ck", "k"),
        ("qu", "kw"), ("x", "ks"), ("sch", "sk"), ("tch|ch", "C"), ("sh", "S"), ("th", "T"),
        ("mb$", "m"), ("oo", "u"), ("ee|ea", "i"), ("ou|ow", "o"), ("ai|ay", "e"),
        ("c(?=[eiy])", "s"), ("c", "k"), ("g(?=e$)", "j"), ("z", "s"), ("y", "i"), ("q", "k"),
        ("[^aeioubdfghjklmnprstvwCST]", ""), (r"(.)\1+", r"\1"), ("(?<=..)e$", ""),
    )
)  # fmt: skip
"""Spellings and the sounds they stand for, in this order."""

SPOKEN = {
    "two": "tu", "too": "tu", "to": "tu", "one": "wan", "won": "wan", "eight": "et", "ate": "et",
    "four": "for", "fore": "for", "hour": "or", "our": "or", "eye": "i", "aye": "i", "buy": "bi",
    "bye": "bi", "by": "bi", "their": "Ter", "there": "Ter", "whether": "weTer",
    "weather": "weTer", "right": "rit", "write": "rit", "know": "no", "no": "no", "add": "ad",
    "ad": "ad", "off": "of", "of": "ov", "a": "a", "an": "a", "the": "Ta",
}  # fmt: skip
"""Words whose spelling misleads, homophones above all."""


@lru_cache(maxsize=65536)
def key(word: str) -> str:
    """Return the sounds of a word, nothing of digits."""
    word = word.lower()
    if word in SPOKEN:
        return SPOKEN[word]
    sounds = word
    for spelt, sound in RULES:
        sounds = spelt.sub(sound, sounds)
    return sounds


@lru_cache(maxsize=65536)
def size(word: str) -> float:
    """Return how much a word weighs: what leaving it out costs."""
    return sum(SAME if sound in VOWELS else OTHER for sound in key(word)) + 0.3


LIKE = 0.7
"""How alike (see below) words must be to be the same ones heard by another ear."""


def likeness(one: Sequence[str], other: Sequence[str]) -> float:
    """Return how alike the sounds of two rows of words are (difflib's ratio), 0 to 1."""
    first, second = ("".join(map(key, words)) for words in (one, other))
    return SequenceMatcher(None, first, second, autojunk=False).ratio()


KNOWN = 2_000
"""Words whose distances are kept: a day of listening hears every word of a model."""


class Lexicon:
    """Words to compare with, all at once."""

    def __init__(self, words: Sequence[str]) -> None:
        self.words = tuple(words)
        self.place = {word: i for i, word in enumerate(self.words)}
        self._known: dict[str, Floats] = {}

    @cached_property
    def sizes(self) -> Floats:
        """Return what leaving each word out costs, (V,)."""
        return np.array([size(word) for word in self.words], np.float32)

    def distances(self, word: str) -> Floats:
        """Return how far each word (V,) is from one; 0 for words that sound the same."""
        if word not in self._known:
            if len(self._known) >= KNOWN:
                self._known.clear()
            self._known[word] = self._measure(word)
        return self._known[word]

    @cached_property
    def _keys(self) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
        """Return the keys as signs (V, L), padded with the first sign, and their lengths (V,)."""
        keys = [[_SIGN[sound] for sound in key(word)] for word in self.words]
        lengths = np.array([len(each) for each in keys], np.int64)
        signs = np.zeros((len(keys), max(lengths, default=1)), np.int64)
        for row, each in zip(signs, keys, strict=True):
            row[: len(each)] = each
        return signs, lengths

    def _measure(self, word: str) -> Floats:
        """Walk the table of edits of all words together, a row for each sound of the one."""
        signs, lengths = self._keys
        put_in = _DROP[signs]
        row = np.concatenate([np.zeros((len(signs), 1)), np.cumsum(put_in, axis=1)], axis=1)
        for sound in key(word):
            place = _SIGN[sound]
            change = row[:, :-1] + _CHANGE[place][signs]
            row = self._next(row + _DROP[place], change, put_in)
        found: Floats = row[np.arange(len(signs)), lengths].astype(np.float32)
        return found

    @staticmethod
    def _next(left_out: Floats, change: Floats, put_in: Floats) -> Floats:
        row = left_out
        for i in range(change.shape[1]):
            better = np.minimum(row[:, i + 1], change[:, i])
            row[:, i + 1] = np.minimum(better, row[:, i] + put_in[:, i])
        return row


def _cost(one: str, other: str) -> float:
    if one == other:
        return 0.0
    if one in VOWELS and other in VOWELS:
        return VOWEL
    if one in VOWELS or other in VOWELS:
        return MIXED
    return WITHIN if any(one in kin and other in kin for kin in ALIKE) else OTHER


_SIGN = {sound: i for i, sound in enumerate(SOUNDS)}
_CHANGE = np.array([[_cost(one, other) for other in SOUNDS] for one in SOUNDS], np.float32)
_DROP = np.array([SAME if sound in VOWELS else OTHER for sound in SOUNDS], np.float32)
