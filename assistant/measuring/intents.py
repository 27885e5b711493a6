"""What `assistant eval intents|skills` measures: labelled files, and the installed skills."""

from __future__ import annotations

import random
import sys
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from statistics import mean, stdev
from typing import TYPE_CHECKING

from assistant import paths
from assistant import settings as settings_file
from assistant.assembly import registry
from assistant.errors import AssistantError
from assistant.labelled import rows
from assistant.measuring.results import Evaluation, worst
from assistant.understanding.learning.lessons import read_background, sentences_of

if TYPE_CHECKING:
    from assistant.understanding.learning.classifier import IntentClassifier
    from assistant.understanding.learning.vectors import VectorCache

Examples = Sequence[tuple[str, str]]
Ask = Callable[[Examples, Examples, Sequence[str], int], "Said"]
STEPS = (1, 2, 5, 10, 20, 50)
"""Examples an intent at which a learning curve is measured."""

PART = 4096
"""Sentences whose vectors are in memory together while a head is asked."""

LEARNT = 150_000
"""Rows a head learns from, at most; of a larger file so many are drawn."""

SHOWN = 10
"""Names listed in a note, at most."""


@dataclass(frozen=True)
class Said:
    """What was answered: an intent and its confidence for each sentence asked."""

    given: tuple[str, ...]
    confidence: tuple[float, ...]
    outside: tuple[float, ...] = ()


def cross_validate(*, with_curve: bool = False) -> Evaluation:
    """Return the figures of the installed skills, each example asked of a head without it."""
    from assistant.measuring import evaluation
    from assistant.understanding.learning.classifier import Labelled, by_intent

    settings = settings_file.load(paths.settings_file())
    wordings = sentences_of(registry(settings).skills.intents)
    flat, intents, templates = by_intent(wordings)
    head = _Head()
    labelled = Labelled.of(head.cache.vectors(flat), intents, templates)
    budget = settings.false_accepts
    found = evaluation.hold_out(list(wordings), labelled, head.background, budget)
    told = evaluation.figures(found.answers, found.outside, found.threshold)
    asked = [(flat[row], found.answers.expected[i]) for i, row in enumerate(found.asked)]
    answers = found.answers
    said = Said(answers.given, tuple(answers.confidence.tolist()), tuple(found.outside.tolist()))
    note = (
        f"At most {budget:.1%} of unrelated sentences may act (false_accepts); on sentences "
        f"left out that costs {told['missed']:.1%} of the commands."
    )
    whole = _evaluation("The installed skills", asked, said, told)
    curve = evaluation.curve(list(wordings), labelled, STEPS) if with_curve else ()
    return replace(whole, curve=curve, notes=(note,))


def ask_skills(test: Path, oos: Path | None) -> Evaluation:
    """Return the figures of the installed skills on a file; a bare name is that of a function."""
    from assistant.measuring import evaluation
    from assistant.understanding.learning.classifier import IntentClassifier, Labelled, by_intent

    settings = settings_file.load(paths.settings_file())
    wordings = sentences_of(registry(settings).skills.intents)
    asked = matched(_pairs(test), set(wordings), test)
    outside = [row.text for row in rows.read(oos, "text")] if oos else []
    flat, intents, templates = by_intent(wordings)
    head = _Head()
    labelled = Labelled.of(head.cache.vectors(flat), intents, templates)
    fitted = IntentClassifier.fit(list(wordings), labelled, head.background)
    said = head.answered(fitted, asked, outside)
    answers = evaluation.answers(_meant(asked, said.given), said.given, said.confidence)
    threshold = fitted.judge.threshold(settings.false_accepts)
    told = evaluation.figures(answers, evaluation.floats(said.outside), threshold)
    found = _evaluation(f"The installed skills on {test.name}", asked, said, told)
    return replace(found, notes=_unknown(asked, wordings))


def fit_and_test(
    train: Path,
    test: Path | float,
    oos: Path | None,
    shots: int | None,
    seeds: int,
    *,
    finetune: bool,
    with_curve: bool = False,
) -> Evaluation:
    """Return the figures of a head fitted on one file and asked about another, or a share of it.

    With ``shots`` the means over ``seeds`` draws, each with its standard deviation as NAME_std.
    """
    known: Examples = _pairs(train)
    if len({intent for _, intent in known}) < 2:
        raise AssistantError(f"{train} has one intent only ({known[0][1]}): give at least two.")
    if isinstance(test, float):
        known, asked = _parted(known, test)
    else:
        asked = matched(_pairs(test), {intent for _, intent in known}, test)
    outside = [row.text for row in rows.read(oos, "text")] if oos else []
    ask: Ask = _finetuned if finetune else _Head()
    drawn = [_few(known, shots, seed) for seed in range(seeds)] if shots else [_some(known)]
    said = [ask(each, asked, outside, seed) for seed, each in enumerate(drawn)]
    told = [_figures(asked, each) for each in said]
    name = train.name if isinstance(test, float) else test.name
    whole = _evaluation(f"Intents of {name}", asked, said[0], _summed(told, shots))
    curve = _curve(known, asked, shots, seeds, ask) if shots and with_curve and not finetune else ()
    if shots and curve:
        curve = (*curve, (shots, whole.figures["accuracy"], whole.figures["accuracy_std"]))
    names = {intent for _, intent in known}
    note = (
        f"{len(asked)} sentences, learnt from {len(drawn[0])} of {len(known)} with "
        f"{len(names)} intents."
    )
    return replace(whole, curve=curve, notes=(note, *_unknown(asked, names)))


def _unknown(asked: Examples, names: Collection[str]) -> tuple[str, ...]:
    """Return a note about intents that were asked about without being learnt."""
    functions = {name.rpartition(".")[2] for name in names}
    unknown = sorted({label for _, label in asked} - set(names) - functions)
    if not unknown:
        return ()
    more = " …" if len(unknown) > SHOWN else ""
    return (f"Never learnt, so always wrong: {', '.join(unknown[:SHOWN])}{more}.",)


def matched(asked: Examples, names: Collection[str], test: Path) -> list[tuple[str, str]]:
    """Return rows with the names that were learnt; one without a dot is that of a function.

    Where several skills have such a function it stays as it is, and each of them is right.
    """
    functions: dict[str, list[str]] = {}
    for name in sorted(names):
        functions.setdefault(name.rpartition(".")[2], []).append(name)
    known = {label: label for label in names}
    known |= {
        bare: full[0] if len(full) == 1 else bare
        for bare, full in functions.items()
        if bare not in known
    }
    if not any(label in known for _, label in asked):
        unknown = sorted({label for _, label in asked})
        raise AssistantError(
            f"{test} has no intent that was learnt ({', '.join(unknown[:5])} …): give a file with "
            "the same names."
        )
    return [(text, known.get(label, label)) for text, label in asked]


def _meant(asked: Examples, given: Sequence[str]) -> list[str]:
    """Return the intents expected; a bare name is the one given where that has such a function."""
    return [
        name if name.rpartition(".")[2] == label else label
        for (_, label), name in zip(asked, given, strict=True)
    ]


def _figures(asked: Examples, said: Said) -> dict[str, float]:
    from assistant.measuring import evaluation

    answers = evaluation.answers(_meant(asked, said.given), said.given, said.confidence)
    return evaluation.figures(answers, evaluation.floats(said.outside), None)


def _evaluation(title: str, asked: Examples, said: Said, told: dict[str, float]) -> Evaluation:
    from assistant.labelled import metrics

    expected = _meant(asked, said.given)
    texts = [text for text, _ in asked]
    return Evaluation(
        title,
        told,
        tuple(expected),
        said.given,
        said.confidence,
        said.outside,
        metrics.by_label(expected, said.given),
        mistakes=worst(texts, expected, list(said.given), list(said.confidence)),
    )


def _summed(told: Sequence[dict[str, float]], shots: int | None) -> dict[str, float]:
    """Return the means over draws, with their standard deviations where there were several."""
    summed: dict[str, float] = {}
    for name in told[0]:
        values = [each[name] for each in told]
        summed[name] = mean(values)
        if shots:
            summed[f"{name}_std"] = stdev(values) if len(values) > 1 else 0.0
    return summed


class _Head:
    """Asks the intent head on frozen vectors, each sentence encoded once."""

    def __init__(self) -> None:
        self.cache = _vectors()
        data = paths.bundled() / "data" / "background"
        self.background = self.cache.vectors(read_background(data))

    def __call__(self, known: Examples, asked: Examples, outside: Sequence[str], seed: int) -> Said:
        from assistant.measuring import evaluation

        return self.answered(
            evaluation.fit(known, self.background, self.cache.vectors), asked, outside
        )

    def answered(self, head: IntentClassifier, asked: Examples, outside: Sequence[str]) -> Said:
        """Ask a head that is fitted, some sentences at a time: a file may be larger than memory."""
        inside = self._told(head, [text for text, _ in asked])
        refused = self._told(head, outside)
        given, confidence = zip(*inside, strict=True)
        return Said(given, confidence, tuple(sure for _, sure in refused))

    def _told(self, head: IntentClassifier, texts: Sequence[str]) -> list[tuple[str, float]]:
        told: list[tuple[str, float]] = []
        for start in range(0, len(texts), PART):
            for vector in self.cache.vectors(texts[start : start + PART]):
                best = head.predict(vector, most=1)[0]
                told.append((sys.intern(best.intent), best.confidence))
        return told


def _finetuned(known: Examples, asked: Examples, outside: Sequence[str], seed: int) -> Said:
    """Ask an encoder that was trained as a whole."""
    from assistant.training.making import wanting_torch

    with wanting_torch("Fine-tuning needs"):
        from assistant.training.tune import finetune_and_predict
    names, inside, others = finetune_and_predict(known, [t for t, _ in asked], outside, seed)
    return Said(
        tuple(names[best] for best in inside.argmax(1)),
        tuple(inside.max(1).tolist()),
        tuple(others.max(1).tolist()) if len(others) else (),
    )


def _curve(
    known: Examples, asked: Examples, shots: int, seeds: int, ask: Ask
) -> tuple[tuple[int, float, float], ...]:
    """Return (examples an intent, mean accuracy, standard deviation) of fewer than ``shots``."""
    from assistant.labelled import metrics

    expected = [intent for _, intent in asked]
    points = []
    for count in (step for step in STEPS if step < shots):
        shares = [
            metrics.accuracy(expected, ask(_few(known, count, seed), asked, (), seed).given)
            for seed in range(seeds)
        ]
        points.append((count, mean(shares), stdev(shares) if seeds > 1 else 0.0))
    return tuple(points)


def _some(known: Examples) -> Examples:
    """Return rows that a head can learn from at once; the same ones every time."""
    return known if len(known) <= LEARNT else random.Random(0).sample(list(known), LEARNT)


def _few(known: Examples, shots: int, seed: int) -> list[tuple[str, str]]:
    from assistant.measuring import evaluation

    return evaluation.few(known, shots, seed)


def _parted(known: Examples, share: float) -> tuple[Examples, Examples]:
    """Return rows to learn from and rows to ask about, the same ones every time."""
    order = list(known)
    random.Random(0).shuffle(order)
    cut = max(1, round(len(order) * share))
    return order[cut:], order[:cut]


def _pairs(path: Path) -> list[tuple[str, str]]:
    return [(row.text, row.label) for row in rows.read(path, "intents")]


def _vectors() -> VectorCache:
    from assistant.engine import Encoder
    from assistant.understanding.learning.vectors import VectorCache

    shipped = paths.bundled() / "data" / "vectors" / "bundled.npz"
    settings = settings_file.load(paths.settings_file())
    encoder = Encoder.load(paths.model(settings.intent_model))
    return VectorCache(encoder, shipped, paths.cache() / "vectors.npz")
