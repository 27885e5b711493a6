"""How a listener listens, as the user chose it."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, slots=True)
class Options:
    """How to listen. ``closed`` is whether to listen for what can be said now beside every word.

    Hands-free it sleeps until the wake word, where there is one; for how long is written to
    ``marks`` (see marks.py).
    """

    patience: float = 1.0
    wake_word: str = ""
    wake_threshold: float = 0.5
    closed: bool = True
    marks: Path | None = None
