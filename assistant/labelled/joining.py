"""Sentences of several intents, joined from sentences of one, as MixSNIPS and MixATIS were made.

Source: AGIF (Qin et al. 2020, arXiv 2004.10087): of the sentences 0.3, 0.5 and 0.2 have one, two
and three intents. As in the published files every intent is as likely as any other, a sentence has
none twice, its parts stand in the alphabetical order of their intents, and no sentence is there
twice. Rows that name several intents themselves are left out.
"""

from __future__ import annotations

import random
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from assistant.errors import AssistantError
from assistant.labelled.rows import Row, read, spans

SHARES = (0.3, 0.5, 0.2)
"""Sentences of one, two and three intents."""

LAST = (("and",), ("and", "then"), ("and", "also"))
"""What stands before the last part; before those between there is a comma."""

SEVERAL = (";", "#", "+")
"""What stands between the intents of a row that has several."""

VARIED = 0.5
"""Chance of a slot to be given another value."""

CLOSING = ".?!"
"""What ends a sentence, and would tell in its midst where it was joined."""


@dataclass(frozen=True, slots=True)
class Joined:
    """A sentence of words, their BIO tags, and the intent of the part of each, "" between parts."""

    tokens: tuple[str, ...]
    tags: tuple[str, ...]
    parts: tuple[str, ...]

    @property
    def intents(self) -> frozenset[str]:
        """Return the intents of the sentence."""
        return frozenset(self.parts) - {""}


@dataclass(frozen=True, slots=True)
class MixedSet:
    """The files a set is joined from, and how many sentences are drawn before repeats are left out.

    In the order train, valid, test.
    """

    files: tuple[str, str, str]
    drawn: tuple[int, int, int]


SETS = {
    "atis": MixedSet(
        ("atis/train.jsonl.xz", "atis/valid.jsonl", "atis/test.jsonl"), (18_000, 1_000, 1_000)
    ),
    "snips": MixedSet(
        ("snips/train.jsonl.xz", "snips/valid.jsonl", "snips/test.jsonl"), (45_000, 2_500, 2_500)
    ),
}


def read_sets(name: str, data: Path, seed: int) -> tuple[list[Joined], list[Joined], list[Joined]]:
    """Return train, valid and test sentences of a set. Raises AssistantError on wrong rows."""
    told = SETS[name]
    found = []
    for part, (file, drawn) in enumerate(zip(told.files, told.drawn, strict=True)):
        path = data / file
        found.append(
            joined(read(path, "entities"), drawn, seed * len(told.files) + part, str(path))
        )
    train, valid, test = found
    return train, valid, test


def joined(rows: Sequence[Row], drawn: int, seed: int, where: str = "The file") -> list[Joined]:
    """Draw so many sentences of rows with tokens, tags and an intent, and leave out repeats.

    Raises AssistantError where there are too few intents to join.
    """
    by_intent: dict[str, list[Row]] = {}
    for row in _usable(rows):
        by_intent.setdefault(row.label, []).append(row)
    if len(by_intent) < len(SHARES):
        raise AssistantError(
            f"{where} has {len(by_intent)} intents: give rows of {len(SHARES)} at least."
        )
    chance = random.Random(seed)
    found: dict[Joined, None] = {}
    for _ in range(drawn):
        many = chance.choices(range(1, len(SHARES) + 1), SHARES)[0]
        chosen = sorted(chance.sample(sorted(by_intent), many))
        found[_join([chance.choice(by_intent[each]) for each in chosen], chance)] = None
    return list(found)


def alone(name: str, data: Path) -> list[Joined]:
    """Return the training rows of a set as they are, each once. Raises AssistantError."""
    rows = read(data / SETS[name].files[0], "entities")
    return [_join([row], random.Random(0)) for row in _usable(rows)]


def varied(sentences: Sequence[Joined], rows: Sequence[Joined], seed: int) -> list[Joined]:
    """Return sentences in which half of the slots hold another value of their type out of rows."""
    values: dict[str, dict[tuple[str, ...], None]] = {}
    for row in rows:
        for start, end, kind in sorted(spans(row.tags)):
            values.setdefault(kind, {})[row.tokens[start:end]] = None
    lists = {kind: list(each) for kind, each in values.items()}
    chance = random.Random(seed)
    return [_varied(each, lists, chance) for each in sentences]


def _varied(
    told: Joined, values: Mapping[str, Sequence[tuple[str, ...]]], chance: random.Random
) -> Joined:
    tokens, tags, parts = list(told.tokens), list(told.tags), list(told.parts)
    for start, end, kind in sorted(spans(told.tags), reverse=True):
        if kind in values and chance.random() < VARIED:
            new = chance.choice(values[kind])
            tokens[start:end] = new
            tags[start:end] = [f"B-{kind}", *[f"I-{kind}"] * (len(new) - 1)]
            parts[start:end] = [parts[start]] * len(new)
    return Joined(tuple(tokens), tuple(tags), tuple(parts))


def _usable(rows: Sequence[Row]) -> list[Row]:
    return [row for row in rows if row.label and not any(mark in row.label for mark in SEVERAL)]


def _join(rows: Sequence[Row], chance: random.Random) -> Joined:
    tokens, tags, parts = list[str](), list[str](), list[str]()
    for number, row in enumerate(rows):
        if number:
            between = chance.choice(LAST) if number == len(rows) - 1 else (",",)
            tokens += between
            tags += ["O"] * len(between)
            parts += [""] * len(between)
        for token, tag in _plain(row):
            tokens.append(token)
            tags.append(tag)
            parts.append(row.label)
    return Joined(tuple(tokens), tuple(tags), tuple(parts))


def _plain(row: Row) -> list[tuple[str, str]]:
    """Return a row's words in small letters with their tags, without what closes the sentence."""
    words = [(token.lower(), tag) for token, tag in zip(row.tokens, row.tags, strict=True)]
    token, tag = words[-1]
    kept = token.rstrip(CLOSING)
    if kept:
        return [*words[:-1], (kept, tag)]
    return words[:-1] if tag == "O" and len(words) > 1 else words
