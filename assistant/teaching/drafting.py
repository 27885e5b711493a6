"""Drafts a skill from sentences that nothing understood: examples, and a function to fill in."""

from __future__ import annotations

import json
import keyword
import re
from collections import Counter
from collections.abc import Collection, Sequence
from datetime import date, datetime, time, timedelta

from assistant.language.content import content_words
from assistant.language.records import dataclass
from assistant.language.values import slot_type
from assistant.teaching.examples import example_of, has_words

SLOTS: tuple[tuple[str, type, str], ...] = (
    ("length", timedelta, "from datetime import timedelta"),
    ("number", float, ""),
    ("when", datetime, "from datetime import datetime"),
    ("at", time, "from datetime import time"),
    ("day", date, "from datetime import date"),
)
"""Slots whose type reads all that stands in one place: name, type and what imports that."""

FREE = "what"
"""The slot of what is of no such type."""

SHARED = 2
"""Words that two sentences must share around the place in which they differ."""

NAMED = 2
"""Words that the name of a skill is made of."""

LONGEST = 40
"""Letters of such a name."""


@dataclass(frozen=True, slots=True)
class Draft:
    """A skill in the making: its name, the sentences it was drafted from, and its file's text."""

    name: str
    sentences: tuple[str, ...]
    text: str


def draft(sentences: Sequence[str], taken: Collection[str]) -> Draft:
    """Return a draft of one intent for sentences, under a name that is not ``taken``."""
    name = _name(sentences, taken)
    slot, kind, examples = _examples(sentences)
    return Draft(name, tuple(sentences), _text(name, slot, kind, examples))


def _name(sentences: Sequence[str], taken: Collection[str]) -> str:
    """Return the words that most of the sentences tell something by, as a name."""
    told = (word for each in sentences for word in sorted(content_words(each)))
    words = [re.sub(r"[^a-z0-9]", "", word.lower()) for word, _ in Counter(told).most_common()]
    plain = [word for word in words if word and word[0].isalpha()][:NAMED]
    plain.sort(key=lambda word: sentences[0].lower().find(word))
    name = "_".join(plain)[:LONGEST].rstrip("_") or "draft"
    tries = (name, *(f"{name}_{number}" for number in range(2, len(taken) + 3)))
    return next(each for each in tries if each not in taken and not keyword.iskeyword(each))


def _examples(sentences: Sequence[str]) -> tuple[str, type, list[str]]:
    """Return the slot that sentences differ by, its type, and the examples with a hole for it."""
    parted = [(each, _differing(each, sentences)) for each in sentences]
    values = [each[start:end] for each, (start, end) in parted if end > start]
    slot, kind = _slot(values)
    named = [(each, [(slot, *at)] if at[1] > at[0] else []) for each, at in parted]
    examples = [example_of(each, places) for each, places in named]
    return slot, kind, [*dict.fromkeys(filter(has_words, examples))]


def _differing(sentence: str, others: Sequence[str]) -> tuple[int, int]:
    """Return where a sentence differs from the one most like it that differs in one place alone.

    An empty place, where there is none.
    """
    places = [found for other in others if (found := _place(sentence, other))]
    return min(places, key=lambda at: at[1] - at[0], default=(0, 0))


def _place(sentence: str, other: str) -> tuple[int, int] | None:
    """Return the one place in which a sentence differs from another, in words of both."""
    words, theirs = [*re.finditer(r"\S+", sentence)], other.casefold().split()
    own = [word[0].casefold() for word in words]
    before = _alike(own, theirs)
    behind = _alike(own[before:][::-1], theirs[before:][::-1])
    first, last = before, len(own) - behind
    if before + behind < SHARED or first >= last or len(theirs) - behind <= before:
        return None
    end = words[last - 1].end()
    return words[first].start(), end - len(sentence[:end]) + len(sentence[:end].rstrip(" .,;:!?"))


def _alike(left: Sequence[str], right: Sequence[str]) -> int:
    """Return how many words two sentences begin with alike."""
    pairs = zip(left, right, strict=False)
    return next((i for i, (a, b) in enumerate(pairs) if a != b), min(len(left), len(right)))


def _slot(values: Sequence[str]) -> tuple[str, type]:
    now = datetime.now().astimezone()
    for name, kind, _ in SLOTS:
        if values and all(slot_type(kind).parse(each, now) is not None for each in values):
            return name, kind
    return FREE, str


def _text(name: str, slot: str, kind: type, examples: Sequence[str]) -> str:
    """Return the file of a skill."""
    holes = any(f"{{{slot}}}" in each for each in examples)
    imported = next((line for _, each, line in SLOTS if each is kind and line), "")
    head = f"{imported}\n\n" if holes and imported else ""
    told = "".join(f"    {_quoted(each)},\n" for each in examples)
    default = 'str = ""' if kind is str else f"{kind.__name__} | None = None"
    takes = f"{slot}: {default}" if holes else ""
    lines = [
        f'"""A draft of {name}: sentences that nothing understood; say here what they shall do."""',
        "",
        f"{head}from assistant import Skill",
        "",
        f'skill = Skill("{name}", "A draft, which does nothing yet.")',
        "",
        "",
        f"@skill.intent(\n{told})",
        f"def {name}({takes}) -> str:",
        '    """Do nothing yet: this is a draft."""',
        f'    return "I know what you mean, but {name} is a draft that does nothing yet."',
        "",
    ]
    return "\n".join(lines)


def _quoted(text: str) -> str:
    return json.dumps(text, ensure_ascii=False)
