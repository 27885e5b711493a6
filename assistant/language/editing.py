"""Editing terms: what is said between words that are taken back and those said instead.

"Wake me at 7, no, 8" has a reparandum (7), an editing term (no) and a repair (8), after Shriberg,
Preliminaries to a Theory of Speech Disfluencies (1994).
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from assistant.language.records import dataclass
from assistant.language.tokens import Word, split
from assistant.language.tying import AGAINST
from assistant.language.words import (
    DOUBTING,
    HESITATIONS,
    MAKING,
    MARKS,
    MEANING,
    Phrase,
    longest,
    phrases,
)

TAKING_BACK = phrases("scratch that", "scrap that", "strike that", "take that back")
"""Words that take back what was said right before them."""

NAMING = phrases("i mean", "i meant")
"""Words of which no pause is needed: hardly anything else is said with them."""

PAUSES = MARKS | {"-", "…"}
"""How a pause is written."""

QUOTE = '"'


@dataclass(frozen=True, slots=True)
class Edit:
    """An editing term at ``words[start:end]``, pauses around it and all.

    It is ``firm`` where it can hardly be anything else: after a pause, or in several words.
    """

    start: int
    end: int
    firm: bool


def edits(words: Sequence[Word]) -> Iterator[Edit]:
    """Give the editing terms that have words before and behind them, outside of quotes."""
    said, i, quoted = [word.text for word in words], 0, False
    while i < len(said):
        quoted ^= said[i] == QUOTE
        end, found = (i, None) if quoted else _edit(said, i)
        if found and i:
            yield found
        i = max(end, i + 1)


def _edit(said: Sequence[str], start: int) -> tuple[int, Edit | None]:
    """Return the editing term that begins there, as long as it goes on, and where what fills pauses
    ends: no other one begins in it.
    """
    i, terms = start, list[Phrase]()
    while i < len(said):
        term = _term(said, i)
        if not term and not _idle(said, i):
            break
        terms += [term] if term else []
        i += len(term) or 1
    if not terms or i == len(said):
        return i, None
    return i, Edit(start, i, _firm(said, start, i, terms))


def _term(said: Sequence[str], i: int) -> Phrase:
    """Return the longest of the words that stands there and doubts, names or takes back."""
    begun = _BY_FIRST.get(said[i], ()) if i < len(said) else ()
    there = [each for each in begun if tuple(said[i : i + len(each)]) == each]
    longest = max(there, key=len, default=())
    return () if longest == ("rather",) and said[i + 1 : i + 2] == ["than"] else longest


def _idle(said: Sequence[str], i: int) -> bool:
    """Tell whether a word only fills the pause: "uh", a comma, "or" of "or rather"."""
    return said[i] in PAUSES | HESITATIONS or (said[i] == "or" and bool(_term(said, i + 1)))


def _firm(said: Sequence[str], start: int, end: int, terms: Sequence[Phrase]) -> bool:
    """Tell whether it is one by its words; behind a lone "no" that takes a pause, unlike
    "coffee, no sugar".
    """
    if terms == [("no",)]:
        return said[start] in PAUSES and said[end - 1] in PAUSES
    several = len(terms) > 1 or said[start] == "or" or said[start] in PAUSES
    return several or terms[0] in NAMING + TAKING_BACK


_TERMS = (*((word,) for word in DOUBTING), *MEANING, *MAKING, *TAKING_BACK)

_BY_FIRST = {each[0]: [term for term in _TERMS if term[0] == each[0]] for each in _TERMS}
"""The terms by their first words."""


def exchanged(text: str) -> list[tuple[str, str]]:
    """Return what may be told to take the place of what: of "not mum, dad" (mum, dad).

    Without a pause it is not told where the one ends: "not mum dad".
    """
    words = split(text)
    said, end = [word.text for word in words], len(words)
    while end and said[end - 1] in MARKS:
        end -= 1
    start = next((i for i in range(end) if not _leads(said, i)), end)
    lead = next((p for p in (*MEANING, ("not",)) if tuple(said[start : start + len(p)]) == p), ())
    begin = start + len(lead)
    return (_behind if lead == ("not",) else _against)(text, words, begin, end)


def _behind(text: str, words: Sequence[Word], start: int, end: int) -> list[tuple[str, str]]:
    """Return the ways to part what stands behind "not", at a pause where there is one."""
    said = [word.text for word in words]
    pauses = [i for i in range(start + 1, end - 1) if said[i] in (*PAUSES, "but")]
    cuts = (
        [(pauses[0], _past(said, pauses[0], end))]
        if pauses
        else [(i, i) for i in range(start + 1, end)]
    )
    return [(_text(text, words, start, i), _text(text, words, j, end)) for i, j in cuts if j < end]


def _against(text: str, words: Sequence[Word], start: int, end: int) -> list[tuple[str, str]]:
    """Return what stands behind "not" in "dad, not mum", and what before it."""
    said = [word.text for word in words]
    for i in range(start + 1, end):
        size = longest(said, i, AGAINST)
        if size and i + size < end:
            stop = i - (said[i - 1] in PAUSES)
            new = _text(text, words, start, stop) if start < stop else ""
            return [(_text(text, words, i + size, end), new)] if new else []
    return []


def _leads(said: Sequence[str], i: int) -> bool:
    return said[i] in DOUBTING | HESITATIONS | PAUSES


def _past(said: Sequence[str], i: int, end: int) -> int:
    while i < end and said[i] in (*PAUSES, "but"):
        i += 1
    return i


def _text(text: str, words: Sequence[Word], start: int, end: int) -> str:
    return text[words[start].start : words[end - 1].end]
