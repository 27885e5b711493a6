"""What `assistant eval sentiment|entities|similarity` measures on files of JSON lines."""

from __future__ import annotations

import sys
from bisect import bisect_left
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

import click

from assistant import paths
from assistant import settings as settings_file
from assistant.errors import AssistantError
from assistant.labelled import labels, rows
from assistant.measuring.results import MOST, Evaluation, Mistake, worst

if TYPE_CHECKING:
    from assistant.turn import Entity
    from assistant.understanding.learning.features import Reading

CHUNK = 256
"""Sentences that are read at a time."""

ELSE = "(no such span)"
"""What stands in a confusion matrix where a span was missed, made up, or cut otherwise."""

IGNORED = "ignore"
"""What a table of one's own calls labels whose rows are left out."""

Span = tuple[int, int, str]
T = TypeVar("T")


def sentiment(test: Path, table: Path | None, checkpoint: Path | None) -> Evaluation:
    """Compare the sentiment read with the labels of a file; classes absent there are no answer."""
    own = labels.read_map(table) if table else None
    every = rows.read(test, "sentiment")
    told = [row for row in every if labels.sentiment(row.label, own) != IGNORED]
    expected = [_mood(row, test, own) for row in told]
    present = [name for name in labels.SENTIMENTS if name in set(expected)]
    if len(present) < 2:
        only = ", ".join(present) or "none"
        raise AssistantError(f"{test} has one sentiment only ({only}): give two at least.")
    given, sure = [], []
    for reading in _read([row.text for row in told], checkpoint):
        if reading.sentiment is None:
            raise AssistantError("The checkpoint has no head for sentiment: name another.")
        chances = dict(zip(labels.SENTIMENTS, reading.sentiment, strict=True))
        best = max(present, key=chances.__getitem__)
        given.append(best)
        sure.append(chances[best] / sum(chances[name] for name in present))
    from assistant.labelled import metrics

    right = [e == g for e, g in zip(expected, given, strict=True)]
    scores = metrics.by_label(expected, given)
    return Evaluation(
        f"Sentiment of {test.name}",
        {
            "accuracy": metrics.accuracy(expected, given),
            "macro_f1": metrics.macro([s[2] for s in scores.values()]),
            "macro_recall": metrics.macro([s[1] for s in scores.values()]),
            "ece": metrics.calibration_error(right, sure),
        },
        tuple(expected),
        tuple(given),
        tuple(sure),
        labels=scores,
        mistakes=worst([row.text for row in told], expected, given, sure),
        notes=_sentiment_notes(told, len(every) - len(told), own),
    )


def _sentiment_notes(
    told: Sequence[rows.Row], left_out: int, own: labels.Table | None
) -> tuple[str, ...]:
    names = {row.label: labels.sentiment(row.label, own) for row in told}
    named = ", ".join(f"{theirs} as {ours}" for theirs, ours in sorted(names.items()))
    notes = (f"{len(told)} sentences. Names in the file: {named}.",)
    return (*notes, f"{left_out} rows are left out by the table.") if left_out else notes


def _mood(row: rows.Row, test: Path, own: labels.Table | None) -> str:
    name = labels.sentiment(row.label, own)
    if name not in labels.SENTIMENTS:
        raise AssistantError(
            f"{test}:{row.line} has the sentiment “{row.label}”: say with --map which of "
            f"{', '.join(labels.SENTIMENTS)} it is, or {IGNORED}."
        )
    return name


def entities(test: Path, table: Path | None, checkpoint: Path | None) -> Evaluation:
    """Compare the entities read with those of a file, both by our names of types."""
    own = labels.read_map(table) if table else None
    told = rows.read(test, "entities")
    sources = {kind for row in told for _, _, kind in spans_of(row)}
    names = {name: mapped for name in sources if (mapped := labels.entity(name, own))}
    if not names:
        raise AssistantError(
            f"{test} names no type we know ({', '.join(sorted(sources)) or 'none at all'}): say "
            "with --map what its own are."
        )
    gold = [[(a, b, names[k]) for a, b, k in spans_of(row) if k in names] for row in told]
    kinds = set(names.values())
    found = [
        [(e.start, e.end, kind) for e in reading.entities if (kind := _kind(e, own)) in kinds]
        for reading in _read([row.text for row in told], checkpoint)
    ]
    told_names = ", ".join(f"{name} as {ours}" for name, ours in sorted(names.items()))
    left = sorted(sources - names.keys())
    notes = [f"Names in the file: {told_names}."]
    notes += [f"Not compared, being none of ours: {', '.join(left)}."] if left else []
    return spans_report(f"Entities of {test.name}", told, gold, found, tuple(notes))


def _kind(entity: Entity, own: labels.Table | None) -> str:
    return labels.entity(entity.type, own) or entity.type


def few(known: Sequence[rows.Row], shots: int, seed: int) -> list[rows.Row]:
    """Return so many rows of every intent, drawn by the seed."""
    import random

    order = list(known)
    random.Random(seed).shuffle(order)
    count: dict[str, int] = {}
    kept = []
    for row in order:
        count[row.label] = count.get(row.label, 0) + 1
        if count[row.label] <= shots:
            kept.append(row)
    return kept


def similarity(test: Path, checkpoint: Path | None) -> Evaluation:
    """Compare the cosines of pairs with the scores of a file, by rank (Spearman)."""
    from assistant.engine import Encoder
    from assistant.labelled.metrics import spearman

    told = rows.read(test, "pairs")
    settings = settings_file.load(paths.settings_file())
    encoder = Encoder.load(checkpoint or paths.model(settings.intent_model))
    cosines: list[float] = []
    for part in parts(told):
        left, right = (encoder.encode(t) for t in ([r.text for r in part], [r.pair for r in part]))
        cosines += (left * right).sum(axis=1).tolist()
    scores = [row.score or 0.0 for row in told]
    found = {"spearman": spearman(cosines, scores)}
    far = sorted(zip(told, _standing(cosines), _standing(scores), cosines, strict=True), key=_gap)
    mistakes = tuple(
        Mistake(f"{row.text} ⟷ {row.pair}", f"{row.score:g}", f"cosine {near:.2f}", abs(a - b))
        for row, a, b, near in far[:MOST]
    )
    note = f"{len(told)} pairs. The worst are told with the distance of their ranks, of 0 to 1."
    return Evaluation(
        f"Similarity of {test.name}",
        found,
        mistakes=mistakes,
        notes=(note,),
        points=tuple(zip(scores, cosines, strict=True)),
        weight="distance",
    )


def _standing(values: Sequence[float]) -> list[float]:
    """Return the share of values that are smaller than each."""
    order = sorted(values)
    return [bisect_left(order, value) / len(order) for value in values]


def _gap(pair: tuple[rows.Row, float, float, float]) -> float:
    return -abs(pair[1] - pair[2])


def spans_of(row: rows.Row) -> list[Span]:
    """Return (start, end, type) in the text of every span of a row's tags."""
    starts, at = [], 0
    for token in row.tokens:
        starts.append(at)
        at += len(token) + 1
    return [
        (starts[first], starts[after - 1] + len(row.tokens[after - 1]), kind)
        for first, after, kind in sorted(rows.spans(row.tags))
    ]


def _read(texts: Sequence[str], checkpoint: Path | None) -> Iterator[Reading]:
    from assistant.understanding.learning.features import Features

    settings = settings_file.load(paths.settings_file())
    features = Features.load(checkpoint or paths.model(settings.feature_model))
    for part in parts(texts):
        yield from features.read(part)


def parts(everything: Sequence[T]) -> Iterator[Sequence[T]]:
    """Give what is to be read a part at a time, with a bar where somebody looks on."""
    starts = range(0, len(everything), CHUNK)
    hidden = len(starts) < 8 or not sys.stderr.isatty()
    with click.progressbar(starts, label="reading", file=sys.stderr, hidden=hidden) as bar:
        for start in bar:
            yield everything[start : start + CHUNK]


def spans_report(
    title: str,
    told: Sequence[rows.Row],
    gold: Sequence[Sequence[Span]],
    found: Sequence[Sequence[Span]],
    notes: tuple[str, ...],
) -> Evaluation:
    """Return the figures of spans found against those expected, row by row."""
    from assistant.labelled import metrics

    scores = metrics.spans(gold, found)
    precision, recall, f1, _ = scores.pop("")
    whole = sum(set(g) == set(f) for g, f in zip(gold, found, strict=True)) / len(told)
    texts = [row.text for row in told]
    shown = [
        [", ".join(f"{text[a:b]}: {k}" for a, b, k in sorted(each)) for text, each in pairs]
        for pairs in (zip(texts, gold, strict=True), zip(texts, found, strict=True))
    ]
    wrong = [float(len(set(g) ^ set(f))) for g, f in zip(gold, found, strict=True)]
    pairs = [pair for g, f in zip(gold, found, strict=True) for pair in _confused(g, f)]
    return Evaluation(
        title,
        {"f1": f1, "precision": precision, "recall": recall, "whole_sentences": whole},
        tuple(expected for expected, _ in pairs),
        tuple(given for _, given in pairs),
        labels=scores,
        mistakes=worst(texts, shown[0], shown[1], wrong),
        notes=notes,
        weight="spans wrong",
    )


def _confused(gold: Sequence[Span], found: Sequence[Span]) -> Iterator[tuple[str, str]]:
    """Give (type expected, type given) of every span, by where it stands; ELSE where none does."""
    there = {span[:2]: span[2] for span in found}
    places = {span[:2] for span in gold}
    for start, end, kind in gold:
        yield kind, there.get((start, end), ELSE)
    yield from ((ELSE, kind) for start, end, kind in found if (start, end) not in places)
