"""Words with their places, folded to plain signs, and the little parsers over them.

A reader is a function ``(words, i, now) -> (value, j) | None``: the longest reading that starts at
word ``i``, and the place after it. What a reader said of a place is kept with the words (packrat
parsing, Ford 2002), so that readers may call one another freely and a sentence stays cheap.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from functools import lru_cache, wraps
from threading import get_ident
from typing import Any, ParamSpec, TypeVar, cast

from assistant.language.habits import HALF
from assistant.language.pace import look
from assistant.language.records import dataclass

LONGEST = 2_000
"""Characters that are looked at; more is no value."""

LETTERS = 5
"""Letters of a word, about."""

SOMETIME = datetime(2000, 1, 1, tzinfo=UTC)
"""A moment for readers that want one and read nothing by it: of lengths, hours and quantities."""

_WORD = re.compile(
    r"\d{1,3}(?:,\d{3})+(?![\d,])(?:\.\d+)?|\d+(?:\.\d+)?|(?<![\d.])\.\d+"
    r"|[^\W\d_]+(?:'[^\W\d_]+)*'?|[^\w\s]"
)

_SIGNS = str.maketrans(
    {
        "’": "'",
        "‘": "'",
        "ʼ": "'",
        "‐": "-",
        "‑": "-",
        "‒": "-",
        "–": "-",
        "—": "-",
        "―": "-",
        "−": "-",
        "⁄": "/",
        "∕": "/",
        "º": "°",
        "˚": "°",
        "“": '"',
        "”": '"',
        "„": '"',
        "«": '"',
        "»": '"',
    }
)
"""Signs that are written in several ways, and the plain one of each."""


POWERED = frozenset("0123456789)")
"""What a small raised number behind it is a power of: "2³", but not "m³"."""


@dataclass(frozen=True, slots=True)
class Word:
    """A lower-case word, number or sign at ``source[start:end]``; ``said`` keeps its capitals."""

    text: str
    start: int
    end: int
    said: str = ""


@dataclass(frozen=True, slots=True)
class Found:
    """A value and the words it was read from, at ``source[start:end]``.

    ``spans`` are all its places where it was said in several, the first of them that one.
    """

    value: Any
    text: str
    start: int
    end: int
    spans: tuple[tuple[int, int], ...] = ()

    def covers(self, start: int, end: int) -> bool:
        """Tell whether any of the value's words lie in source[start:end]."""
        return any(first < end and start < last for first, last in self.places)

    @property
    def places(self) -> tuple[tuple[int, int], ...]:
        """Return where the value's words stand."""
        return self.spans or ((self.start, self.end),)


class Words(list[Word]):
    """The words of a ``source``; ``memo`` keeps what readers said of its places.

    They belong to the thread that split them: what one still reads is nothing to another yet.
    """

    def __init__(self, words: Sequence[Word] = (), source: str = "") -> None:
        super().__init__(words)
        self.source = source
        self.memo: dict[tuple[Any, ...], Any] = {}


Reader = Callable[[Words, int, datetime], "tuple[Any, int] | None"]
P = ParamSpec("P")
T = TypeVar("T")


def remembered(read: Callable[P, T]) -> Callable[P, T]:
    """Let a reader, whose first argument is the words, read each place only once."""

    @wraps(read)
    def once(*args: P.args, **kwargs: P.kwargs) -> T:
        words: Any = args[0]
        memo = words.memo
        key = (read, HALF.get(), *args[1:], *kwargs.values())
        found: Any = memo.get(key, memo)
        if found is memo:
            memo[key] = None  # a reader that comes back to its own place reads nothing there
            found = memo[key] = read(*args, **kwargs)
        return cast("T", found)

    return once


def split(text: str) -> Words:
    """Return the words of a text, lower-case and folded, with their places in it."""
    look()
    return _split(text[:LONGEST], get_ident())


@lru_cache(maxsize=512)
def _split(text: str, _thread: int) -> Words:
    look(len(text) // LETTERS)
    folded, places = fold(text)
    return Words(
        [
            Word(m.group().lower(), places[m.start()], places[m.end() - 1] + 1, m.group())
            for m in _WORD.finditer(folded)
        ],
        text,
    )


def fold(text: str) -> tuple[str, Sequence[int]]:
    """Return a text with one sign for each meaning, and where each of its signs stood.

    NFKC (Unicode annex 15) makes "５" a 5, "½" 1/2 and a thin space a space; "2³" is 2^3, and
    dashes, apostrophes and degree signs become the plain ones.
    """
    if text.isascii():
        return text, range(len(text))
    folded: list[str] = []
    places: list[int] = []
    for i, sign in enumerate(text):
        plain = unicodedata.normalize("NFKC", sign.translate(_SIGNS)).translate(_SIGNS)
        fraction = "/" in plain and sign != "/"
        if fraction and i and text[i - 1].isdigit():
            plain = " " + plain
        if plain.isdecimal() and not sign.isdecimal() and i and text[i - 1] in POWERED:
            plain = "^" + plain
        folded.append(plain)
        places += [i] * len(plain)
    return "".join(folded), places


def word(words: Sequence[Word], i: int) -> str:
    """Return the word at a place, "" past the end and before the start."""
    # The most frequent call of the language: a look past the end is rarer than a check is dear.
    try:
        return words[i].text if i >= 0 else ""
    except IndexError:
        return ""


def phrase(words: Sequence[Word], i: int, *wanted: str) -> int | None:
    """Return the place after the wanted words if they stand at ``i``."""
    for k, text in enumerate(wanted):
        if word(words, i + k) != text:
            return None
    return i + len(wanted)


def cuts_a_word(text: str, start: int, end: int) -> bool:
    """Tell whether text[start:end] begins or ends inside a word: the "n't" of "isn't"."""
    letters = ((text[:start][-1:], text[start:end][:1]), (text[start:end][-1:], text[end:][:1]))
    return any(
        before.isalpha() and (behind.isalpha() or behind == "'") for before, behind in letters
    )


def touching(words: Sequence[Word], i: int) -> bool:
    """Tell whether word ``i`` follows the one before it without a space."""
    return 0 < i < len(words) and words[i - 1].end >= words[i].start
