"""Things said in one breath: "milk, mac and cheese, and some eggs" are three."""

from __future__ import annotations

from collections.abc import Collection, Iterator

from assistant.language.plurals import singular
from assistant.language.tokens import Words, phrase, split, touching, word
from assistant.language.values.numbers import number

JOINTS = ("and", "plus")
"""Words between the things of a list."""

SIGNS = (",", ";", "&", "+")
"""Signs between them."""

BEFORE_THINGS = frozenset("the some any my our your also".split())
"""Words before a thing that a list of things leaves out."""

ARTICLES = BEFORE_THINGS | frozenset("a an another few".split())
"""Words before a thing that do not tell which kind of thing it is."""

PAIRS = tuple(
    tuple(pair.split())
    for pair in (
        "mac and cheese,macaroni and cheese,fish and chips,gin and tonic,half and half,"
        "salt and vinegar,cheese and onion,sour cream and onion,sweet and sour,black and white,"
        "cookies and cream,peanut butter and jelly,pork and beans,bits and pieces,arts and crafts"
    ).split(",")
)
"""Pairs with one name, which only mean what they do together."""


def split_list(text: str, joints: Collection[str] = JOINTS) -> list[str]:
    """Return the things of a list, each once, as they were said but without "some" and the like.

    ``joints`` are the words they may be parted by; commas, "&", "+" and lines part them too.
    """
    things = (
        without_article(thing) for line in text.splitlines() for thing in _parts(line, joints)
    )
    return list(dict.fromkeys(thing for thing in things if thing))


def same_thing(one: str, other: str) -> bool:
    """Tell whether two texts name the same kind of thing: "the Egg" and "a dozen eggs" do."""
    return thing_of(one) == thing_of(other)


def thing_of(text: str) -> str:
    """Return a thing to compare: small letters, one of it, without accents, amount or article."""
    words = split(text.strip(" .!?"))
    amount = number(words, 0)
    start = amount[1] if amount and amount[1] < len(words) else 0
    while start < len(words) - 1 and words[start].text in ARTICLES:
        start += 1
    return singular(
        _without_accents(" ".join(w.text for w in words[start:] if w.text[0].isalnum()))
    )


def without_article(thing: str) -> str:
    """Return a thing without "the", "my", "some" before it and the full stop behind it."""
    thing = thing.strip(" .!?")
    words = split(thing)
    kept = (i for i, w in enumerate(words) if w.text not in BEFORE_THINGS)
    start = next(kept, 0)
    return thing[words[start].start :] if words else ""


def _parts(line: str, joints: Collection[str]) -> Iterator[str]:
    words = split(line)
    start = i = 0
    while i < len(words):
        end = _joint(words, i, joints)
        if end is None:
            i = _pair(words, i) or i + 1
            continue
        yield _said(line, words, start, i)
        start = i = end
    yield _said(line, words, start, i)


def _joint(words: Words, i: int, joints: Collection[str]) -> int | None:
    """Return the place after what parts two things here: ", and", "plus", "&"."""
    text = word(words, i)
    glued = touching(words, i) and touching(words, i + 1)
    if text in SIGNS:
        # "M&M's" and "A+B" are one word; a comma parts what touches it too.
        return None if glued and text in "&+" else _joint(words, i + 1, joints) or i + 1
    if text not in joints or touching(words, i) or touching(words, i + 1):
        return None
    return phrase(words, i + 1, "also") or i + 1


def _pair(words: Words, i: int) -> int | None:
    """Return the place after a pair with one name."""
    return next((end for pair in PAIRS if (end := phrase(words, i, *pair))), None)


def _said(line: str, words: Words, start: int, end: int) -> str:
    return line[words[start].start : words[end - 1].end] if start < end else ""


def _without_accents(text: str) -> str:
    import unicodedata

    parted = unicodedata.normalize("NFD", text)
    return "".join(sign for sign in parted if not unicodedata.combining(sign))
