"""How well the wake word does here: a file of JSON lines with what was marked, and hours listened.

A line is a mark (``when``, ``kind`` "missed" or "false", ``phrase``, ``score``, ``threshold``), or
a time in which the phrase was waited for (``kind`` "listened", ``phrase``, ``hours``).
"""

from __future__ import annotations

import json
import math
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Literal

from assistant.errors import SpeechError

Kind = Literal["missed", "false"]

FILE = "wake.jsonl"
"""The file's name in the user's folder."""


@dataclass(frozen=True, slots=True)
class Count:
    """What was marked of one phrase in so many hours of waiting for it."""

    missed: int = 0
    false: int = 0
    hours: float = 0.0

    @property
    def rate(self) -> float:
        """Return the false wakes an hour; 0 where no time is known."""
        return self.false / self.hours if self.hours else 0.0

    @property
    def bound(self) -> float:
        """Return what the rate stays below with 95 % certainty; infinite without any time."""
        return most_likely(self.false) / self.hours if self.hours else math.inf


def most_likely(count: int) -> float:
    """Return the upper 95 % bound of a Poisson mean of which ``count`` were seen: 3.0 for none."""
    low, high = float(count), count + 10.0 + 4.0 * math.sqrt(count)
    while high - low > 1e-6:
        middle = (low + high) / 2
        terms = (math.exp(-middle + k * math.log(middle) - math.lgamma(k + 1)) for k in _to(count))
        low, high = (middle, high) if sum(terms) > 0.05 else (low, middle)
    return high


def mark(path: Path, kind: Kind, phrase: str, score: float | None, threshold: float) -> None:
    """Write down a mark; ``score`` is that of the wake that was false. Raises SpeechError."""
    _add(path, kind, phrase, score=score, threshold=threshold)


def listened(path: Path, phrase: str, seconds: float) -> None:
    """Write down for how long a phrase was waited for. Raises SpeechError."""
    _add(path, "listened", phrase, hours=round(seconds / 3600, 5))


def count(path: Path, phrase: str) -> Count:
    """Return what is written of a phrase; lines that can't be read are passed over."""
    wanted = plain(phrase)
    missed = false = 0
    hours = 0.0
    for row in _rows(path):
        if row.get("phrase") != wanted:
            continue
        missed += row.get("kind") == "missed"
        false += row.get("kind") == "false"
        told = row.get("hours", 0.0)
        hours += told if isinstance(told, (int, float)) else 0.0
    return Count(missed, false, hours)


def plain(phrase: str) -> str:
    """Return a phrase in lower case with single blanks."""
    return " ".join(phrase.lower().split())


def _to(count: int) -> range:
    return range(count + 1)


def _add(path: Path, kind: str, phrase: str, **more: Any) -> None:
    when = datetime.now(UTC).astimezone().isoformat(timespec="seconds")
    line = json.dumps(
        {"when": when, "kind": kind, "phrase": plain(phrase), **more}, ensure_ascii=False
    )
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with path.open("a", encoding="utf-8") as file:
            file.write(line + "\n")
    except OSError as error:
        raise SpeechError(
            f"{path} can't be written ({error.strerror}): check the rights of its folder."
        ) from error


def _rows(path: Path) -> Iterator[dict[str, Any]]:
    try:
        lines = path.read_text(encoding="utf-8", errors="replace").splitlines()
    except OSError:
        return
    for line in lines:
        try:
            row: Any = json.loads(line)
        except ValueError:
            continue
        if isinstance(row, dict):
            yield row
