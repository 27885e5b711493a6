"""Things said in one breath: "milk, mac and cheese, and some eggs" are three."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator, Sequence

from assistant.language.things import without_article
from assistant.language.tokens import Words, phrase, split, touching, word
from assistant.language.values.numbers import number

JOINTS = ("and", "plus")
"""Words between the things of a list."""

SIGNS = (",", ";", "&", "+")
"""Signs between them."""

AND = ("and", "&", "n")
"""How the "and" of a pair with one name is written."""

PAIRS = tuple(
    tuple(pair.split())
    for pair in (
        "mac and cheese,macaroni and cheese,fish and chips,gin and tonic,half and half,"
        "salt and vinegar,cheese and onion,sour cream and onion,sweet and sour,black and white,"
        "cookies and cream,peanut butter and jelly,pork and beans,bits and pieces,arts and crafts,"
        "ben and jerry's,arm and hammer,head and shoulders,black and decker,marks and spencer,"
        "johnson and johnson,sage and onion,ham and cheese,rum and raisin,surf and turf"
    ).split(",")
)
"""Pairs with one name, which only mean what they do together."""


def split_list(text: str, joints: Collection[str] = JOINTS, whole: Iterable[str] = ()) -> list[str]:
    """Return the things of a list, each once, as they were said but without "some" and the like.

    ``joints`` are the words they may be parted by; commas, "&", "+" and lines part them too.
    ``whole`` are things that are known as one, whatever joins them.
    """
    known = [[w.text for w in split(thing)] for thing in whole]
    things = (
        without_article(thing)
        for line in text.splitlines()
        for thing in _parts(line, joints, known)
    )
    return list(dict.fromkeys(thing for thing in things if thing))


def without_mark(line: str) -> str:
    """Return a line of a list without what marks it as one: "- undo", "2. undo", "[x] undo".

    Only words may follow: "- 5" and "1. 5" are figures.
    """
    rest = line.strip()
    bare = _BULLETS.sub("", rest, count=1)
    return bare if bare[:1].isalpha() else rest


_BULLETS = re.compile(r"^(?:[-*+•‣◦●▪–—]\s+)?(?:\[[ xX]?\]\s+|\(?\d{1,3}[.)]\s+)?")
"""What begins the line of a list: a bullet, a box, a number."""


def _parts(line: str, joints: Collection[str], known: Sequence[Sequence[str]]) -> Iterator[str]:
    words = split(line)
    start = i = 0
    while i < len(words):
        end = _joint(words, i, joints)
        if end is None:
            i = _whole(words, i, known) or i + 1
            continue
        yield _said(line, words, start, i)
        start = i = end
    yield _said(line, words, start, i)


def _joint(words: Words, i: int, joints: Collection[str]) -> int | None:
    """Return the place after what parts two things here: ", and", "plus", "&"."""
    text = word(words, i)
    if text in SIGNS:
        # "M&M's" and "C++" are one word; a comma parts what touches it too.
        glued = touching(words, i) and text in "&+"
        return None if glued or _firm(words, i) else _joint(words, i + 1, joints) or i + 1
    if text not in joints or touching(words, i) or touching(words, i + 1):
        return None
    return phrase(words, i + 1, "also") or i + 1


def _firm(words: Words, i: int) -> bool:
    """Tell whether an "&" stands in a firm's name, as it is typed: "Ben & Jerry's"."""
    if word(words, i) != "&" or not 0 < i < len(words) - 1:
        return False
    first, last = words[i - 1].said, words[i + 1].said
    return first[:1].isupper() and last[:1].isupper() and last.endswith("'s")


def _whole(words: Words, i: int, known: Sequence[Sequence[str]]) -> int | None:
    """Return the place after what is one thing or number, whatever joins its words."""
    ends = [_pair(words, i), *(phrase(words, i, *each) for each in known if len(each) > 1)]
    read = number(words, i)
    return max((end for end in (*ends, read and read[1]) if end), default=None)


def _pair(words: Words, i: int) -> int | None:
    """Return the place after a pair with one name."""
    for pair in PAIRS:
        said = [each.text for each in words[i : i + len(pair)]]
        if ["and" if each in AND else each for each in said] == list(pair):
            return i + len(pair)
    return None


def _said(line: str, words: Words, start: int, end: int) -> str:
    return line[words[start].start : words[end - 1].end] if start < end else ""
