"""How a sentence begins, or ends, that only goes on with one before: “and”, “the same for”."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import pairwise
from typing import Literal

from assistant.language.content import EMPTY, content_words
from assistant.language.moods import ASKING, AUXILIARIES, DETERMINERS, PREPOSITIONS, PRONOUNS
from assistant.language.records import dataclass
from assistant.language.sharing import SAME_TIME
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
    Phrase,
    longest,
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
    "do that again", "same time",
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

IDLING = tuple((word,) for word in sorted(HESITATIONS | HAILS | MARKS))
"""What only fills a pause before it."""

BEHIND_SAME = ("for", "with")
"""What leads to a value behind "the same"."""

NUMERALS = ("one",)
"""Words for one more which by themselves only count: "one for ten minutes"."""

NEW = frozenset("a an another one".split())
"""Words that begin a new thing, which is not called as the one before."""

NO_NAMES = (
    PRONOUNS | AUXILIARIES | ASKING | POLITE | HAILS | HESITATIONS | (PREPOSITIONS - {"of"})
    | frozenset("it that this these those them there here so such same else then".split())
)  # fmt: skip
"""Words that stand in no name of a thing."""

IDLE = EMPTY | AROUND_ANSWER | YES | NO | JOINING | DETERMINERS
"""Words that name nothing by themselves."""

INTRODUCING = JOINING | {"of", "all", "both"}
"""Words within a name that a determiner may follow."""

PARTING = JOINING | {",", "&"}
"""What stands between two names."""

MOST = 12
"""Words that are said anew at most."""

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
    if how is None and longest(said, start, ANOTHER) and said[start] not in NUMERALS:
        how = "more"
    if (how is None and not ending) or end - start > MOST:
        return None
    places = [*dict.fromkeys(_places(said, start, end - ending, how))]
    texts = tuple((text[words[i].start : words[end - ending - 1].end], words[i].start)
                  for i in places)  # fmt: skip
    if not texts:
        return None
    told: How = "asked" if asks or how is None else how
    return Followed(texts, told, said[start] in NEW)


def _led(said: Sequence[str]) -> tuple[int, How | None]:
    """Return how many words only lead, and what the last of them that tells it wants."""
    i, how = 0, None
    while i < len(said):
        idle: tuple[Sequence[Phrase], How | None] = IDLING + (BUT if how else ()), how
        found = [(longest(said, i, leads), told) for leads, told in (*_LEADS, idle)]
        size, told = max(found, key=lambda each: each[0])
        if not size:
            break
        i, how = i + size, told
    return i, how


def _places(said: Sequence[str], start: int, end: int, how: How | None) -> Iterator[int]:
    """Give where what is said anew may begin: before and behind "another", or "for"."""
    i = start
    if i < end:
        yield i
    if size := longest(said[:end], i, ANOTHER):
        i += size
        if i < end:
            yield i
    if how == "same" and said[i : i + 1] and said[i] in BEHIND_SAME and i + 1 < end:
        yield i + 1


_LEADS: tuple[tuple[Sequence[Phrase], How], ...] = (
    (MORE, "more"),
    ((*SAME, *SAME_TIME), "same"),
    (ASKED, "asked"),
)


def names_things(text: str) -> bool:
    """Tell whether a text may be the name of something: "two eggs", but "he left", "so what"."""
    words = [word.text for word in normalise(text)]
    if not 0 < len(words) <= LONGEST or not NO_NAMES.isdisjoint(words):
        return False
    if any(closed_class(word) not in ("", NUMBER) for word in words):
        return False
    if any(each in DETERMINERS and one not in INTRODUCING for one, each in pairwise(words)):
        return False
    return not content_words(" ".join(words)) <= IDLE


def plainly_named(text: str) -> bool:
    """Tell whether nothing in a text can be a verb: "eggs and a loaf of bread", but "order pizza".

    Each name of it is one word, or begins with a determiner or a number.
    """
    return all(_is_plain(part) for part in _parted(text))


def _is_plain(said: Sequence[str]) -> bool:
    return len(said) == 1 or said[0] in DETERMINERS or closed_class(said[0]) == NUMBER


def _parted(text: str) -> Iterator[list[str]]:
    """Give the words of each name in a text."""
    part: list[str] = []
    for word in (*(each.text for each in split(text) if each.text != "-"), ","):
        if word not in PARTING:
            part.append(word)
        elif part:
            yield part
            part = []
