"""What `assistant eval` measures, on the installed skills or on files of JSON lines."""

from __future__ import annotations

import json
import lzma
from pathlib import Path
from typing import TYPE_CHECKING

from assistant import paths
from assistant import settings as settings_file
from assistant.assembly import registry
from assistant.errors import AssistantError
from assistant.understanding.model import read_background, sentences_of

if TYPE_CHECKING:
    from assistant.understanding.vectors import VectorCache


def cross_validate() -> dict[str, float]:
    """Return the figures of the installed skills, each example asked of a head without it."""
    from assistant.understanding import evaluation
    from assistant.understanding.classifier import Labelled, by_intent

    settings = settings_file.load(paths.settings_file())
    wordings = sentences_of(registry(settings).skills.intents)
    flat, intents, templates = by_intent(wordings)
    cache = _vectors()
    labelled = Labelled.of(cache.vectors(flat), intents, templates)
    background = cache.vectors(read_background(paths.bundled() / "data" / "background"))
    return evaluation.cross_validate(list(wordings), labelled, background, settings.false_accepts)


def fit_and_test(
    train: Path, test: Path, oos: Path | None, shots: int | None, seed: int
) -> dict[str, float]:
    """Return the figures of a head fitted on one file and asked about another."""
    from assistant.understanding import evaluation

    cache = _vectors()
    rows = read_rows(train)
    chosen = evaluation.few(rows, shots, seed) if shots else rows
    background = cache.vectors(read_background(paths.bundled() / "data" / "background"))
    head = evaluation.fit(chosen, background, cache.vectors)
    asked = read_rows(test)
    vectors = cache.vectors([text for text, _ in asked])
    answers = evaluation.ask(head, vectors, [intent for _, intent in asked])
    outside = None
    if oos is not None:
        texts = [text for text, _ in read_rows(oos, intent_needed=False)]
        outside = evaluation.ask(head, cache.vectors(texts), [""] * len(texts)).confidence
    budget = settings_file.load(paths.settings_file()).false_accepts
    return evaluation.figures(answers, outside, head.judge.threshold(budget))


def read_rows(path: Path, *, intent_needed: bool = True) -> list[tuple[str, str]]:
    """Return (text, intent) of every JSON line. Raises AssistantError naming file and line."""
    rows = []
    with lzma.open(path, "rt", encoding="utf-8") if path.suffix == ".xz" else path.open() as file:
        for number, line in enumerate(file, 1):
            try:
                data = json.loads(line)
                rows.append((data["text"], data["intent"] if intent_needed else ""))
            except (ValueError, KeyError, TypeError) as error:
                raise AssistantError(
                    f"{path}:{number} is no JSON object with text and intent ({error})."
                ) from error
    if not rows:
        raise AssistantError(f"{path} holds no sentences.")
    return rows


def _vectors() -> VectorCache:
    from assistant.engine import Encoder
    from assistant.understanding.vectors import VectorCache

    shipped = paths.bundled() / "data" / "vectors" / "bundled.npz"
    encoder = Encoder.load(paths.checkpoint())
    return VectorCache(encoder, shipped, paths.cache() / "vectors.npz")
