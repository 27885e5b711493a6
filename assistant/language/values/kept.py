"""Names that a skill keeps something under: what was stored decides which words are one.

"Add a tent to camping" names a list only where there is a camping list.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import datetime
from functools import lru_cache
from itertools import count

from assistant.language.content import content_words
from assistant.language.facts import subject_of
from assistant.language.tokens import split

NAMES: ContextVar[Mapping[str, Collection[str]] | None] = ContextVar("names", default=None)
"""By skill, the names that its memory has now."""

TEXTS: ContextVar[Mapping[str, Collection[str]] | None] = ContextVar("texts", default=None)
"""By skill, the sentences that its memory has now, the newest last."""

_Place = tuple[int, str]
"""A sentence and its number, higher for later ones."""

ACTING = frozenset(("i", "we"))


class Kept(str):
    """A name under which the skill keeps something in its memory, as it is stored."""

    __slots__ = ()
    examples = ("camping", "wifi password", "christmas")


class Told(str):
    """A text that the skill keeps, which has every word that tells what a question is about."""

    __slots__ = ()
    examples = ("wifi password", "plumber come", "i owe tom")


class Keys(Collection[str]):
    """The keys of a skill's memory, found by the words that tell them."""

    def __init__(self) -> None:
        self._keys: dict[str, None] = {}
        self._told: dict[frozenset[str] | str, tuple[str, ...]] = {}
        self._words: dict[str, Counter[str]] = {}

    def changed(self, values: Mapping[str, object], gone: Collection[str]) -> Keys:
        """Return those of a memory with values that were written and without keys."""
        new = Keys()
        new._keys, new._told, new._words = self._keys.copy(), self._told.copy(), self._words.copy()
        gone = [key for key in (*values, *gone) if key in self._keys]
        for letter in {word[0] for key in (*values, *gone) for word in _words(key)}:
            new._words[letter] = Counter(self._words.get(letter))
        for key in gone:
            new._drop(key)
        for key in values:
            new._add(key)
        return new

    def told(self, text: str) -> str | None:
        """Return the key that a text is, of those that are told alike the first."""
        return next(iter(self._told.get(_told_by(text.strip()), ())), None)

    def words(self, letter: str) -> Collection[str]:
        """Return the words of the keys that begin with a letter; numbers are no words."""
        return self._words.get(letter, {}).keys()

    def _add(self, key: str) -> None:
        told = _told_by(key)
        self._keys[key] = None
        self._told[told] = (*self._told.get(told, ()), key)
        for word in _words(key):
            self._words[word[0]][word] += 1

    def _drop(self, key: str) -> None:
        told = _told_by(key)
        del self._keys[key]
        left = tuple(each for each in self._told.pop(told) if each != key)
        self._told |= {told: left} if left else {}
        for word in _words(key):
            self._words[word[0]] -= Counter((word,))

    def __iter__(self) -> Iterator[str]:
        return iter(self._keys)

    def __len__(self) -> int:
        return len(self._keys)

    def __contains__(self, key: object) -> bool:
        return key in self._keys


def keys_of(names: Collection[str]) -> Keys:
    """Return names as keys, which those of a memory are already."""
    return names if isinstance(names, Keys) else _keys_of(tuple(names))


@lru_cache(maxsize=64)
def _keys_of(names: tuple[str, ...]) -> Keys:
    return Keys().changed(dict.fromkeys(names), ())


class Texts(Collection[str]):
    """The sentences in a skill's memory, found by the words that tell them."""

    def __init__(self) -> None:
        self._by_key: dict[str, tuple[_Place, ...]] = {}
        self._by_stem: dict[str, tuple[_Place, ...]] = {}
        self._last = 0

    def changed(self, values: Mapping[str, object], gone: Collection[str]) -> Texts:
        """Return those of a memory with values that were written and without keys."""
        left = [place for key in (*values, *gone) for place in self._by_key.get(key, ())]
        new, stems = Texts(), {stem for _, text in left for stem in _stems(text)}
        without = {n for n, _ in left}
        new._by_key = self._by_key.copy()
        new._by_stem = self._by_stem.copy()
        for stem in stems:
            places = tuple(p for p in new._by_stem.pop(stem) if p[0] not in without)
            new._by_stem |= {stem: places} if places else {}
        for key in (*values, *gone):
            new._by_key.pop(key, None)
        new._add(values, self._last)
        return new

    def having(self, stems: Collection[str]) -> Iterator[str]:
        """Give the sentences that have all of some telling words, the newest first."""
        few = min((self._by_stem.get(stem, ()) for stem in stems), key=len, default=())
        return (text for _, text in reversed(few) if _stems(text).issuperset(stems))

    def _add(self, values: Mapping[str, object], last: int) -> None:
        found: dict[str, list[_Place]] = {}
        for key, value in values.items():
            texts = sentences(value)
            self._by_key[key] = placed = tuple(zip(count(last), texts))
            last += len(placed)
            for place in placed:
                for stem in _stems(place[1]):
                    found.setdefault(stem, []).append(place)
        for stem, places in found.items():
            self._by_stem[stem] = (*self._by_stem.get(stem, ()), *places)
        self._last = last

    def __iter__(self) -> Iterator[str]:
        return (text for places in self._by_key.values() for _, text in places)

    def __len__(self) -> int:
        return sum(map(len, self._by_key.values()))

    def __contains__(self, text: object) -> bool:
        return any(text == each for each in self)


def sentences(value: object) -> list[str]:
    """Return the texts of several words in a value of memory, in its order."""
    inside = value.values() if isinstance(value, dict) else value
    if isinstance(inside, str):
        inside = [inside]
    found = inside if isinstance(inside, Collection) else ()
    return [each for each in found if isinstance(each, str) and " " in each]


@contextmanager
def keeping(
    names: Mapping[str, Collection[str]], texts: Mapping[str, Collection[str]] | None = None
) -> Iterator[None]:
    """Read the names of a block as those that skills keep something under, and its texts."""
    tokens = NAMES.set(names), TEXTS.set(texts)
    try:
        yield
    finally:
        NAMES.reset(tokens[0])
        TEXTS.reset(tokens[1])


def kept_name(skill: str, text: str, now: datetime) -> Kept | None:
    """Return the name of a skill's memory that a text is; case, article and number don't count."""
    name = keys_of((NAMES.get() or {}).get(skill, ())).told(text)
    return None if name is None else Kept(name)


def told_text(skill: str, text: str, now: datetime) -> Told | None:
    """Return the newest text a skill keeps that has all telling words of a question's rest.

    One word is too little, unless it is what the text is about, or what somebody did: "i | park".
    """
    asked = _stems(text)
    acts = bool(ACTING.intersection(word.text for word in split(text)))
    there = (TEXTS.get() or {}).get(skill, ())
    texts = there if isinstance(there, Texts) else Texts().changed({"": there}, ())
    having = texts.having(asked)
    enough = (each for each in having if acts or len(asked) > 1 or _about(each) == _telling(text))
    return next((Told(each) for each in enough), None)


@lru_cache(maxsize=8192)
def _about(fact: str) -> frozenset[str]:
    return _telling(subject_of(fact))


@lru_cache(maxsize=8192)
def _stems(text: str) -> frozenset[str]:
    """Return the telling words of a text, "parked" as "park" and "comes" as "come"."""
    return frozenset(stem for word in content_words(text) for stem in (word.removesuffix("ed"),))


def _told_by(name: str) -> frozenset[str] | str:
    return _telling(name) or name.casefold()


@lru_cache(maxsize=8192)
def _words(key: str) -> tuple[str, ...]:
    return () if key.isdigit() else tuple(word.text for word in split(key))


@lru_cache(maxsize=8192)
def _telling(text: str) -> frozenset[str]:
    """Return the words that tell a name, read once: every name is looked at in many turns."""
    return frozenset(content_words(text))
