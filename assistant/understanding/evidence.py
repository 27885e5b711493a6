"""What speaks for and against a reading of a sentence, in figures.

How likely the intent is by the sentence's meaning; the same with words of the examples where the
sentence has free text, for what is bought or read tells nothing of the request; how each word
stands to the words of the nearest examples; and what no word of the intent's explains.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

import numpy as np

from assistant.language.words import normalise
from assistant.turn import SlotValue
from assistant.understanding.accounting import FUNCTION, Account

if TYPE_CHECKING:
    from assistant.understanding.learning.model import IntentModel, Likeness
    from assistant.understanding.learning.regression import Floats
    from assistant.understanding.slots import Spec


def figures(
    model: IntentModel,
    text: str,
    intent: str,
    slots: Sequence[SlotValue],
    specs: Mapping[str, Spec],
    account: Account,
) -> Floats:
    """Return the figures (k,) of a sentence taken for an intent, as belief.FIGURES names them."""
    neutral = _neutral(text, slots, specs)
    likeness = model.likeness(text, neutral, intent)
    there = {slot.name for slot in slots}
    complete = all(name in there for name, spec in specs.items() if spec.required)
    words = [word.text for word in normalise(neutral)]
    closed = sum(bool(each.name) for each in account.left)
    told = (
        *likeness.figures,
        float(neutral != text),
        *_alike(model, words, likeness),
        len(account.left) - closed,
        closed,
        float(complete),
        float(bool(account.against)),
        len(words),
    )
    return np.array(told, np.float32)


def _neutral(text: str, slots: Sequence[SlotValue], specs: Mapping[str, Spec]) -> str:
    """Return a text with words of the examples instead of its free texts."""
    for slot in sorted(slots, key=lambda each: -each.start):
        kind = specs[slot.name].type
        if kind.greedy and kind.examples:
            text = text[: slot.start] + str(kind.examples[0]) + text[slot.end :]
    return text


def _alike(model: IntentModel, words: Sequence[str], likeness: Likeness) -> tuple[float, ...]:
    """Return how like the words are to those of the nearest examples, and those to them."""
    examples = [[w.text for w in normalise(each)] for each in likeness.examples]
    said = model.word_vectors(words)  # (n, hidden)
    tables = [said @ model.word_vectors(each).T for each in examples if each]
    if not len(words) or not tables:
        return (1.0, 1.0, 0.0, 1.0, 1.0, 1.0, 1.0, 0.0)
    like = np.max([table.max(axis=1) for table in tables], axis=0)
    telling = _telling(words)
    best = int(np.argmax([t.max(axis=1).mean() + t.max(axis=0).mean() for t in tables]))
    back = tables[best].max(axis=0)
    named = _telling([each for each in examples if each][best])
    return (
        *_least_mean_lack(like[telling]),
        float(not telling.any()),
        float(tables[best].max(axis=1).mean()),
        float(back.mean()),
        float(back[named].min()) if named.any() else 1.0,
        float((1 - back[named]).sum()),
    )


def _telling(words: Sequence[str]) -> Floats:
    """Return which words (n,) say what a sentence is about."""
    return np.array([word not in FUNCTION for word in words], bool)


def _least_mean_lack(like: Floats) -> tuple[float, float, float]:
    if not len(like):
        return 1.0, 1.0, 0.0
    return float(like.min()), float(like.mean()), float((1 - like).sum())
