"""Which language a speech model is for, told by the words it knows."""

from __future__ import annotations

from collections.abc import Iterable
from unicodedata import name as name_of

ENGLISH = "English"

COMMON = {
    ENGLISH: "the and is what you that with have not this they which",
    "Arabic": "في من على ما هذا لا أن كان",
    "Chinese": "的 是 不 我 有 在 这 他",
    "Czech": "že není jsem také když být která",
    "Dutch": "het een niet van dat zijn maar ook",
    "French": "est pas vous les dans avec pour que une être",
    "German": "und nicht ist ich das wie haben mit für auch",
    "Hindi": "है के में की और नहीं यह से",
    "Italian": "che non per una sono con della anche perché",
    "Japanese": "の は です を に が て ます",
    "Korean": "그 이 있는 수 것 나는 그리고",
    "Polish": "nie jest się że jak który przez także",
    "Portuguese": "não que uma você para com está isso também",
    "Russian": "и не что это как на он по",
    "Spanish": "que los para una está pero muy cómo también",
    "Swedish": "och inte att det som är också från",
    "Turkish": "bir ve bu için değil çok daha ne",
    "Ukrainian": "і не що це як на він також",
    "Vietnamese": "không của là và có được người những",
}
"""A few of the most frequent words of each; some appear in neighbours too."""

ENOUGH = 0.75
"""Share of a language's words a model must know to count as one for it."""


def language_of(words: Iterable[str]) -> str:
    """Return the language whose frequent words are known best; empty where none is.

    English goes first where it is level with another, for large models know foreign words.
    """
    known = {word.casefold() for word in words}
    shares = {name: _share(common.split(), known) for name, common in COMMON.items()}
    best = max(shares, key=lambda name: (shares[name], name == ENGLISH))
    return best if shares[best] >= ENOUGH else ""


def script_of(words: Iterable[str]) -> str:
    """Return the writing most words are in, e.g. "Latin" or "Cyrillic"; empty without words."""
    counts: dict[str, int] = {}
    for word in words:
        letter = next((c for c in word if c.isalpha()), "")
        script = name_of(letter, "").partition(" ")[0].capitalize() if letter else ""
        counts[script] = counts.get(script, 0) + 1
    counts.pop("", None)
    return max(counts, key=lambda script: counts[script], default="")


def _share(common: list[str], known: set[str]) -> float:
    return sum(word in known for word in common) / len(common)
