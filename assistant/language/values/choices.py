"""Yes and no, and one of a few names."""

from __future__ import annotations

import difflib
from collections.abc import Collection, Mapping
from datetime import datetime
from typing import Any

from assistant.language.tokens import Found, Words, split, word
from assistant.language.values.numbers import ordinal
from assistant.language.words import AROUND_ANSWER, FILLER, MARKS, NO, POLITE, STOPPING, YES

LIKENESS = 0.8
"""How alike (difflib ratio) a misspelt choice must be."""


def yes_or_no(text: str, now: datetime) -> bool | None:
    """Return what an answer says; the last word of doubt wins: "no, but actually yes" is yes."""
    said_words = split(text)
    words = [w.text for w in said_words if w.text[0].isalpha()]
    if not words or any(w not in YES | NO | AROUND_ANSWER for w in words):
        return None
    if any(w.text[0].isdecimal() for w in said_words):
        return None  # "yes, 20" answers something else too
    if words[:2] == ["why", "not"]:
        words = ["yes", *words[2:]]
    said: bool | None = None
    for k, text_ in enumerate(words):
        if text_ in NO:
            # "Yes, cancel it" goes on with what was asked; "cancel" alone is a no.
            said = said if text_ in STOPPING and said is not None else False
        elif text_ in YES and not (text_ in ("do", "go", "right") and _negated(words, k)):
            # "absolutely not", "not sure": a no beside it is no doubt.
            said = not _negated(words, k)
    return said


def _negated(words: list[str], k: int) -> bool:
    before, after = words[k - 1] if k else "", words[k + 1] if k + 1 < len(words) else ""
    return before in ("not", "don't", "dont", "never") or after == "not"


def _abridges(said: list[str], spelt: list[str]) -> bool:
    """Tell whether words stand in a name in this order, one of them in full."""
    if not set(said) & set(spelt):
        return False
    left = iter(spelt)
    return all(any(word.startswith(each) for word in left) for each in said)


def find_yes_or_no(text: str, now: datetime, wording: Collection[str] = ()) -> list[Found]:
    """Return the whole text as yes or no, or nothing: inside a sentence neither is an answer."""
    said = yes_or_no(text, now)
    return [] if said is None else [Found(said, text, 0, len(text))]


class Choice:
    """One of a few names: spelt roughly, or by its place ("the second one")."""

    def __init__(self, options: Mapping[str, Any]) -> None:
        self.options = dict(options)
        self._words = {name: [w.text for w in split(name)] for name in options}

    def parse(self, text: str, now: datetime) -> Any | None:
        """Return the option the whole text names."""
        words = Words([w for w in split(text) if w.text not in FILLER and w.text not in MARKS])
        place = ordinal(words, 0, now) if words else None
        rest = [w.text for w in words[place[1] :]] if place else ["?"]
        if place and all(text_ in ("one", "option", "choice") for text_ in rest):
            return self._at(place[0])
        said = " ".join(w.text for w in words)
        names = {" ".join(spelt): name for name, spelt in self._words.items()}
        figures = {w.text for w in words if w.text[:1].isdecimal()}
        alike = [name for name in names if figures.issubset(name.split())]
        near = difflib.get_close_matches(said, alike, 1, LIKENESS)
        if near:
            return self.options[names[near[0]]]
        partly = self._partly([w.text for w in words if w.text not in POLITE])
        if partly is not None:
            return self.options[partly]
        inside = self.find(text, now)
        told = [w for w in words if w.text not in POLITE]
        whole = len(inside) == 1 and len(told) == len(split(inside[0].text))
        return inside[0].value if whole else None

    def _partly(self, said: list[str]) -> str | None:
        """Return the one name that is told by some of its words, others cut short: "d debit"."""
        fits = [name for name, spelt in self._words.items() if _abridges(said, spelt)]
        return fits[0] if len(fits) == 1 else None

    def exact(self, text: str, now: datetime) -> Any | None:
        """Return the option that the text is, word for word."""
        words = split(text)
        named = (n for n, s in self._words.items() if len(s) == len(words))
        name = next((n for n in named if words and self._stands(words, 0, self._words[n])), None)
        return None if name is None else self.options[name]

    def find(self, text: str, now: datetime, wording: Collection[str] = ()) -> list[Found]:
        """Return the options named inside a text, leftmost and longest."""
        words = split(text)
        found: list[Found] = []
        i = 0
        while i < len(words):
            fits = [(len(s), n) for n, s in self._words.items() if s and self._stands(words, i, s)]
            if not fits:
                i += 1
                continue
            length, name = max(fits, key=lambda fit: fit[0])
            start, end = words[i].start, words[i + length - 1].end
            found.append(Found(self.options[name], text[start:end], start, end))
            i += length
        return found

    def _at(self, place: int) -> Any | None:
        values = list(self.options.values())
        index = place if place < 0 else place - 1
        return values[index] if -len(values) <= index < len(values) else None

    def _stands(self, words: Words, i: int, spelt: list[str]) -> bool:
        said = [word(words, i + k) for k in range(len(spelt))]
        return said == spelt or (said[:-1] == spelt[:-1] and said[-1] == spelt[-1] + "s")
