"""Facts that are told: what one is about, and whether it takes another's place.

"My locker code is 4711" is about the locker code, and a new code takes its place; "my dog is brown"
takes no place of "my dog is called rex".
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar

from assistant.language.calendar import MONTHS, WEEKDAYS
from assistant.language.content import EMPTY, content_words
from assistant.language.tokens import Word, split, word

BEING = frozenset("is are was were isn't aren't will = :".split())
"""What stands between a thing and what is said of it."""

PUT = frozenset("put left parked keep kept hid stored placed stuck locked".split())
"""Verbs of somebody who tells where a thing is."""

PLACING = frozenset(
    "at above among around behind below beneath beside between by in inside near next on onto over "
    "under underneath upstairs downstairs outside here there with".split()
)
"""Words that begin a place."""

CALLED = frozenset("called named".split())

NAMELESS = frozenset(
    "back later soon again now today tonight tomorrow yesterday morning noon evening night".split()
) | {name.lower() for name in (*WEEKDAYS, *MONTHS) if name not in ("April", "May", "June")}
"""Words behind "call me" that tell when, not what."""

LONGEST_NAME = 3
"""Words of the longest name."""

LONGEST = 5
"""Words that what a fact is about has at most."""


class Text(str):
    """Free words, of which one at least says something; "that" alone is none."""

    __slots__ = ()
    verbatim = True
    examples: ClassVar[tuple[str, ...]] = (
        "the spare key",
        "call mum",
        "milk",
        "the meeting went well",
    )

    @classmethod
    def parse(cls, text: str) -> Text:
        """Take the words as they are. Raises ValueError for words that say nothing."""
        if not content_words(text):
            raise ValueError(text)
        return cls(text.strip())


class Fact(Text):
    """Something that is so; what is to be done ("to buy milk") and a mere thing are none."""

    __slots__ = ()
    examples = ("my locker code is 4711", "the spare key is at anna's", "bob likes green tea")

    @classmethod
    def parse(cls, text: str) -> Fact:
        """Take the words as they are. Raises ValueError for what is no fact."""
        told = bool(subject_of(text)) or len(content_words(text)) > 1
        first = word(split(text), 0)
        if not told or first == "to" or (first.endswith("ing") and not subject_of(text)):
            raise ValueError(text)
        return cls(text.strip())


class Name(Text):
    """What somebody is called: up to three words, none of them "a", a figure or a day."""

    __slots__ = ()
    examples = ("anna", "dr jones", "bob smith", "captain")

    @classmethod
    def parse(cls, text: str) -> Name:
        """Take the words as they are. Raises ValueError for what nobody is called."""
        words = [each.text for each in split(text)]
        if not 0 < len(words) <= LONGEST_NAME or (EMPTY | NAMELESS).intersection(words):
            raise ValueError(text)
        if not all(each[0].isalpha() or each in "-'." for each in words):
            raise ValueError(text)
        return cls(text.strip())


def subject_of(fact: str) -> str:
    """Return what a fact is about, in small letters: "my locker code is 4711": locker code.

    "I put the ladder behind the shed" is about the ladder. It is "" where nothing tells.
    """
    words = split(fact)
    start, end = _placed(words) or (0, _being(words))
    while start < end and words[start].text in EMPTY:
        start += 1
    if not 0 < end - start <= LONGEST:
        return ""
    return words.source[words[start].start : words[end - 1].end].lower()


def replaces(new: str, old: str) -> bool:
    """Tell whether a fact takes the place of an old one about the same: a value, place or name."""
    kind = _kind(new)
    return new.casefold() == old.casefold() or kind == _kind(old) != ""


def owners(text: str) -> set[str]:
    """Return whose things a text is about: "dad's birthday": dad's."""
    return {each.text for each in split(text) if each.text.endswith(("'s", "s'"))}


def _being(words: Sequence[Word]) -> int:
    return next((i for i, each in enumerate(words) if each.text in BEING), 0)


def _placed(words: Sequence[Word]) -> tuple[int, int] | None:
    """Return where the thing stands in "i parked my car on level 3"."""
    if word(words, 0) not in ("i", "we", "i've", "we've"):
        return None
    verb = next((i for i, each in enumerate(words[:3]) if each.text in PUT), None)
    if verb is None:
        return None
    end = next((i for i in range(verb + 1, len(words)) if words[i].text in PLACING), verb)
    return (verb + 1, end) if end > verb + 1 else None


def _kind(fact: str) -> str:
    """Return what a fact says of its subject: a "place", "name" or "value", or else ""."""
    words = split(fact)
    if _placed(words):
        return "place"
    said = [each.text for each in words[_being(words) + 1 :] if each.text not in ("not", "now")]
    if not said or not _being(words):
        return ""
    if set(said[:2]) & CALLED:
        return "name"
    if set(said[:2]) & PLACING:
        return "place"
    figures = any(text.isdigit() for text in said)
    return "value" if figures or len(said) == 1 else ""
