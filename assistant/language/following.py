"""How a sentence begins, or ends, that only goes on with one before: “and”, “the same for”."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Literal

from assistant.language.content import EMPTY, content_words
from assistant.language.moods import ASKING, AUXILIARIES, PREPOSITIONS, PRONOUNS
from assistant.language.telling import NUMBER, closed_class
from assistant.language.tokens import split
from assistant.language.words import (
    AROUND_ANSWER,
    HAILS,
    HESITATIONS,
    JOINING,
    MARKS,
    NO,
    POLITE,
    YES,
    normalise,
    phrases,
)

How = Literal["more", "same", "asked"]
"""What is wanted with another value: it is done too, it is done as it was, or that is open."""

MORE = phrases("and", "and then", "also", "plus", "besides")
"""What adds to what was said before."""

SAME = phrases(
    "again", "once more", "one more time", "the same", "same", "the same thing", "same thing",
    "the same again", "same again", "do the same", "do the same thing", "do it again",
    "do that again",
)  # fmt: skip
"""What asks for the same once more."""

ASKED = phrases("what about", "how about")
"""What asks, or proposes, something about what was said before."""

TOO = phrases("too", "as well", "also")
"""What ends a sentence that adds to the one before."""

ANOTHER = phrases("another", "another one", "one more", "one")
"""Words for one more of what was said, which needs no name."""

BUT = phrases("but", "only", "except")
"""What sets a value against those that stay: "the same | but | tomorrow"."""

TOWARDS = ("for", "with")
"""What leads to a value behind "the same"."""

NEW = frozenset("a an another one".split())
"""Words that begin a new thing, which is not called as the one before."""

NO_NAMES = (
    PRONOUNS | AUXILIARIES | ASKING | POLITE | HAILS | HESITATIONS | (PREPOSITIONS - {"of"})
    | frozenset("it that this these those them there here so such same else then".split())
)  # fmt: skip
"""Words that stand in no name of a thing."""

IDLE = EMPTY | AROUND_ANSWER | YES | NO | JOINING
"""Words that name nothing by themselves."""

LONGEST = 6
"""Words of the longest name that is taken for one without more around it."""


@dataclass(frozen=True, slots=True)
class Followed:
    """What a sentence says anew: its text as it may be read, each with its place, the fullest
    first. ``new`` tells that it begins another thing: "and | a timer".
    """

    texts: tuple[tuple[str, int], ...]
    how: How
    new: bool


def followed(text: str) -> Followed | None:
    """Return what is said anew in a sentence that goes on with one before, or None."""
    words = split(text)
    said = [word.text for word in words]
    start, how = _led(said)
    end = len(said)
    while end > start and said[end - 1] in MARKS:
        end -= 1
    asks = "?" in said[end:]
    ending = next((len(p) for p in TOO if tuple(said[:end][-len(p) :]) == p), 0)
    if how is None and not ending:
        return None
    places = [*dict.fromkeys(_places(said, start, end - ending, how))]
    texts = tuple((text[words[i].start : words[end - ending - 1].end], words[i].start)
                  for i in places)  # fmt: skip
    if not texts:
        return None
    told: How = "asked" if asks or how is None else how
    return Followed(texts, told, said[start] in NEW)


def _led(said: Sequence[str]) -> tuple[int, How | None]:
    """Return how many words only lead, and what the last of them wants."""
    i, how = 0, None
    while i < len(said):
        found = [
            (size, kind)
            for kind, leads in _LEADS
            if (size := _longest(said, i, leads)) and (how or kind != "on")
        ]
        if not found:
            break
        size, kind = max(found)
        how = how if kind in ("idle", "on") else kind
        i += size
    return i, how


def _places(said: Sequence[str], start: int, end: int, how: How | None) -> Iterator[int]:
    """Give where what is said anew may begin: before and behind "another", or "for"."""
    i = start
    if i < end:
        yield i
    if size := _longest(said[:end], i, ANOTHER):
        i += size
        if i < end:
            yield i
    if how == "same" and said[i : i + 1] and said[i] in TOWARDS and i + 1 < end:
        yield i + 1


def _longest(said: Sequence[str], i: int, leads: Sequence[tuple[str, ...]]) -> int:
    return max((len(p) for p in leads if tuple(said[i : i + len(p)]) == p), default=0)


_LEADS: tuple[tuple[Literal["more", "same", "asked", "idle", "on"], Sequence[tuple[str, ...]]], ...]
_LEADS = (
    ("more", MORE),
    ("same", SAME),
    ("asked", ASKED),
    ("idle", tuple((word,) for word in HESITATIONS | HAILS | MARKS)),
    ("on", BUT),
)


def names_things(text: str) -> bool:
    """Tell whether a text may be the name of something: "two eggs", but "he left", "so what"."""
    words = [word.text for word in normalise(text)]
    if not 0 < len(words) <= LONGEST or not NO_NAMES.isdisjoint(words):
        return False
    if any(closed_class(word) not in ("", NUMBER) for word in words):
        return False
    return not content_words(" ".join(words)) <= IDLE
