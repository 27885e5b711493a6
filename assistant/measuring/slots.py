"""What `assistant eval slots` measures: a tagger learnt on some rows, asked about others."""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from statistics import mean, stdev
from typing import TYPE_CHECKING

from assistant import paths
from assistant import settings as settings_file
from assistant.errors import AssistantError
from assistant.labelled import rows
from assistant.measuring.labels import Span, few, parts, spans_of, spans_report

if TYPE_CHECKING:
    from assistant.engine.encoder import TokenVectors
    from assistant.measuring.results import Evaluation
    from assistant.understanding.learning.tagging import Tokens

REMEMBERED = 20_000
"""Sentences whose token vectors are kept while a file is asked several times."""

LEARNT = 100_000
"""Rows a tagger learns from, at most; of a larger file so many are drawn."""

FOLDS = 5
"""Parts a file is cut into where there is no other to learn from."""

Rows = Sequence[rows.Row]


def slots(
    train: Path | None, test: Path, shots: int | None, seeds: int, checkpoint: Path | None
) -> Evaluation:
    """Learn slots from one file and find them in another, or in each fifth of one file.

    With ``shots`` rows of every intent the means over ``seeds`` draws, with standard deviations.
    """
    told = rows.read(test, "entities")
    known = _some(rows.read(train, "entities")) if train else told
    if not any(spans_of(row) for row in known):
        raise AssistantError(f"{train or test} has no slots: give a file whose tags aren't all O.")
    if train is None and len(told) < FOLDS:
        raise AssistantError(
            f"{test} has {len(told)} rows: give --train, or {FOLDS} rows at least."
        )
    tokens = _encoder(checkpoint)
    name = f"Slots of {test.name}"
    if train is None:
        note = f"{len(told)} sentences, each asked of a tagger learnt on four other fifths of them."
        return spans_report(name, told, _gold(told), _folded(told, tokens), (note,))
    drawn = [few(known, shots, seed) for seed in range(seeds)] if shots else [known]
    found = [
        spans_report(name, told, _gold(told), _asked(each, told, tokens), (_note(each, told),))
        for each in drawn
    ]
    if shots:
        found[0].figures.update(_summed([each.figures for each in found]))
    return found[0]


def _some(known: Rows) -> Rows:
    """Return rows that a tagger can learn from at once; the same ones every time."""
    return known if len(known) <= LEARNT else random.Random(0).sample(list(known), LEARNT)


def _asked(known: Rows, told: Rows, tokens: Tokens) -> list[list[Span]]:
    """Return what a tagger learnt on some rows finds in others."""
    from assistant.understanding.learning import tagging

    tagger = tagging.fit([row.text for row in known], [row.tags for row in known], tokens)
    return [spans for part in parts([row.text for row in told]) for spans in tagger.spans(part)]


def _folded(told: Rows, tokens: Tokens) -> list[list[Span]]:
    """Return what taggers find in rows they did not see."""
    order = list(range(len(told)))
    random.Random(0).shuffle(order)
    found: list[list[Span]] = [[] for _ in told]
    for fold in range(FOLDS):
        known = [told[i] for at, i in enumerate(order) if at % FOLDS != fold]
        asked = order[fold::FOLDS]
        for i, spans in zip(asked, _asked(known, [told[i] for i in asked], tokens), strict=True):
            found[i] = spans
    return found


def _gold(told: Rows) -> list[list[Span]]:
    return [spans_of(row) for row in told]


def _note(known: Rows, told: Rows) -> str:
    kinds = {tag[2:] for row in known for tag in row.tags if tag != "O"}
    return f"{len(told)} sentences, learnt from {len(known)} with {len(kinds)} kinds of slots."


def _summed(told: Sequence[dict[str, float]]) -> dict[str, float]:
    summed = {name: mean(each[name] for each in told) for name in told[0]}
    for name in list(summed):
        values = [each[name] for each in told]
        summed[f"{name}_std"] = stdev(values) if len(values) > 1 else 0.0
    return summed


def _encoder(checkpoint: Path | None) -> Tokens:
    """Return what gives token vectors: a checkpoint, else those in use, side by side.

    A sentence is encoded once if there are not too many.
    """
    from assistant.engine import Encoder

    settings = settings_file.load(paths.settings_file())
    used = [paths.model(name) for name in (settings.intent_model, settings.feature_model)]
    encoders = [Encoder.load(folder) for folder in ([checkpoint] if checkpoint else used)]
    known: dict[str, TokenVectors] = {}

    def tokens(texts: Sequence[str]) -> list[TokenVectors]:
        new = [text for text in dict.fromkeys(texts) if text not in known]
        each = [encoder.tokens(new) for encoder in encoders] if new else []
        told = dict(zip(new, map(_beside, *each), strict=True)) if new else {}
        told |= {text: known[text] for text in texts if text in known}
        if len(known) < REMEMBERED:
            known.update(told)
        return [told[text] for text in texts]

    return tokens


def _beside(*parts: TokenVectors) -> TokenVectors:
    """Return one text's token vectors of several encoders, side by side and half as exact."""
    from assistant.engine.encoder import beside

    whole = beside(*parts)
    return replace(whole, vectors=whole.vectors.astype("float16"))
