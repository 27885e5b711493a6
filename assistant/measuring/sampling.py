"""Sentences that the skills' examples stand for, with values in their holes, as they are said."""

from __future__ import annotations

import random
from collections.abc import Iterator, Sequence
from itertools import cycle, islice
from typing import TYPE_CHECKING, TypeVar

from assistant import paths
from assistant import settings as settings_file

if TYPE_CHECKING:
    from assistant.skill.declared import Intent

T = TypeVar("T")

AROUND = 3
"""Of so many sentences one has something polite before it, and another behind."""

ANSWERED = 5
"""For so many requests one question is answered."""


def everything(most: int, seed: int) -> Iterator[str]:
    """Give up to ``most`` sentences of every installed intent, some politely, and answers."""
    from assistant.assembly import registry

    chance = random.Random(seed)
    fills = free_words()
    skills = registry(settings_file.load(paths.settings_file())).skills
    count = 0
    for intent in skills.intents.values():
        for text in sentences_of(intent, fills, most):
            yield _dressed(text, chance)
            count += 1
    yield from islice(cycle(_answers()), count // ANSWERED)


def _dressed(text: str, chance: random.Random) -> str:
    from assistant.language.words import AFTER, BEFORE

    before = chance.choice(BEFORE) if chance.randrange(AROUND) == 0 else ""
    after = chance.choice(AFTER) if chance.randrange(AROUND) == 0 else ""
    return f"{before} {text} {after}".strip()


def _answers() -> list[str]:
    """Return what a question of the assistant is answered with: values, yes and no."""
    from assistant.language.words import ANSWERS, LEAVING
    from assistant.understanding.spoken.phrases import values

    told = (*values().values(), ANSWERS, sorted(LEAVING))
    return [wording for wordings in told for wording in wordings]


def sentences_of(intent: Intent, fills: Sequence[str], most: int) -> list[str]:
    """Return up to ``most`` sentences that an intent's examples stand for, in spoken words."""
    from assistant.language import templates
    from assistant.understanding.spoken.choosing import written
    from assistant.understanding.spoken.phrases import plain

    each = -(-most // max(1, len(intent.examples)))
    made: dict[str, None] = {}
    for example in intent.examples:
        values = _values(intent, fills, random.Random(example.text))
        drawn = templates.sample(example, values, limit=each + 1, seed=1)
        said = (written(plain(sampled.text)) for sampled in drawn)
        made |= dict.fromkeys([text for text in said if text][:each])
    return evenly(list(made), most)


def _values(
    intent: Intent, fills: Sequence[str], chance: random.Random
) -> dict[str, tuple[str, ...]]:
    """Return what each slot is filled with, in an order of chance.

    Where any words may stand, those are the wordings that its type names, else ``fills``.
    """
    from assistant.understanding.spoken.phrases import ANYTHING, plain, wordings

    values = {}
    for name, told in wordings(intent, ()).items():
        free = [word for word in told if word != ANYTHING]
        kind = intent.slots[name].type
        if not free and kind.name != "str":
            free = [word for word in map(plain, kind.examples) if word]
        values[name] = tuple(chance.sample(free or list(fills), len(free or fills)))
    return values


def free_words() -> list[str]:
    """Return words that may stand in a hole for free text."""
    file = paths.bundled() / "data" / "fills" / "words.txt"
    lines = (line.strip() for line in file.read_text(encoding="utf-8").splitlines())
    return [line for line in lines if line and not line.startswith("#")]


def evenly(several: Sequence[T], most: int) -> list[T]:
    """Return at most so many, evenly drawn."""
    step = max(len(several) / most, 1.0)
    return [several[int(at * step)] for at in range(round(len(several) / step))]
