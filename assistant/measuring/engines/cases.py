"""What every engine is given: the same made-up sentences, alone and in ragged batches."""

from __future__ import annotations

import random

SINGLE = ("4", "8", "16", "32", "64", "128")
"""Sentences alone, by their tokens."""

BATCHES = ("batch8", "batch32", "batch128")
"""Ragged batches, by their sentences."""

CASES = (*SINGLE, *BATCHES)

FIRST, LAST = 101, 102
"""The marks around a text, in the published vocabulary."""

WORDS = (1_996, 29_000)
"""Ids between which the vocabulary has whole words."""

SHORT, LONG, OFTEN = (4, 24), 40, 0.06
"""Tokens of commands: mostly between two numbers, and that often a long one."""


def lengths_of(case: str) -> list[int]:
    """Return the tokens of each sentence of a case, ascending."""
    if case.isdecimal():
        return [int(case)]
    chance = random.Random(case)
    count = int(case.removeprefix("batch"))
    return sorted(LONG if chance.random() < OFTEN else chance.randint(*SHORT) for _ in range(count))


def ids_of(case: str) -> list[list[int]]:
    """Return the token ids of each sentence of a case."""
    chance = random.Random(f"words of {case}")
    return [
        [FIRST, *(chance.randint(*WORDS) for _ in range(length - 2)), LAST]
        for length in lengths_of(case)
    ]
