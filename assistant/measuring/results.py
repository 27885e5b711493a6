"""What an evaluation found: its figures, and what a report draws."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True)
class Mistake:
    """A sentence that was understood wrongly."""

    text: str
    expected: str
    given: str
    confidence: float


@dataclass(frozen=True)
class Series:
    """Lines of a picture: points (x, y) by name."""

    heading: str
    told: str
    x: str
    y: str
    lines: dict[str, tuple[tuple[float, float], ...]]


@dataclass(frozen=True)
class Table:
    """A table of its own; a head that begins with # is that of a column of numbers."""

    heading: str
    heads: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]


@dataclass(frozen=True)
class Evaluation:
    """Figures by their flat names, and the answers behind them where there are any.

    ``expected``, ``given`` and ``confidence`` are of the labelled sentences, ``outside`` the
    confidences of out-of-scope ones. ``labels``: (precision, recall, F1, rows) by label. ``curve``:
    (examples an intent, accuracy, standard deviation). ``points``: (score, cosine) of pairs.
    ``weight`` is what the mistakes are sorted by. ``more`` are figures that are no single number.
    """

    title: str
    figures: dict[str, float]
    expected: tuple[str, ...] = ()
    given: tuple[str, ...] = ()
    confidence: tuple[float, ...] = ()
    outside: tuple[float, ...] = ()
    labels: dict[str, tuple[float, float, float, int]] = field(default_factory=dict)
    curve: tuple[tuple[int, float, float], ...] = ()
    mistakes: tuple[Mistake, ...] = ()
    notes: tuple[str, ...] = ()
    points: tuple[tuple[float, float], ...] = ()
    weight: str = "confidence"
    more: dict[str, Any] = field(default_factory=dict)
    series: tuple[Series, ...] = ()
    tables: tuple[Table, ...] = ()


MOST = 40
"""Mistakes that are kept, the surest first."""


def worst(
    texts: list[str], expected: list[str], given: list[str], confidence: list[float]
) -> tuple[Mistake, ...]:
    """Return the mistakes that were made with the greatest confidence."""
    rows = zip(texts, expected, given, confidence, strict=True)
    wrong = [Mistake(t, e, g, c) for t, e, g, c in rows if e != g]
    return tuple(sorted(wrong, key=lambda m: -m.confidence)[:MOST])
