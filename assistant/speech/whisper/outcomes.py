"""What became of the trials of Whisper models, kept in the user's folder from one run to the next.

A trial is noted before it begins: one that takes the assistant with it, or that somebody waits for
in vain and ends, is not begun for ever.
"""

from __future__ import annotations

import json
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from assistant import files, paths

RECORD = "second-hearing.json"
"""The file in the user's folder that tells what was tried."""

LARGEST = 100_000
"""Bytes of the record, at most."""

MOST = 8
"""Trials that are kept, the newest."""

MOST_BEGUN = 3
"""Times that a trial is begun which never comes to an end."""

LONGEST = 1_000
"""Signs of a sentence that are kept."""


@dataclass(frozen=True)
class Outcome:
    """How a trial ended: well, having heard ``text``, or with a sentence.

    ``begun`` counts those that never ended. One that took too long, or was killed, may end
    otherwise another time: it is not ``sure``.
    """

    well: bool = False
    trouble: str = ""
    begun: int = 0
    text: str = ""
    sure: bool = True


def record() -> Path:
    """Return where it is kept."""
    return paths.home() / RECORD


def known(key: str) -> Outcome:
    """Return what became of what a key stands for; of what was never tried, an empty one."""
    told = _all().get(key)
    if not isinstance(told, dict):
        return Outcome()
    begun = told.get("begun")
    return Outcome(
        told.get("well") is True,
        str(told.get("trouble") or "")[:LONGEST],
        begun if isinstance(begun, int) else 0,
    )


def begin(key: str, begun: int) -> None:
    """Keep how many trials began that have not ended."""
    settle(key, Outcome(begun=begun))


def settle(key: str, outcome: Outcome) -> None:
    """Keep how a trial ended; where the home can't be written it is found out anew."""
    trouble = outcome.trouble[:LONGEST]
    told = {"well": outcome.well, "trouble": trouble, "begun": outcome.begun}
    others = {name: each for name, each in _all().items() if name != key}
    newest = [*others.items(), (key, told)][-MOST:]
    path = record()
    with suppress(OSError):
        files.folder(path.parent)
        files.write(path, json.dumps({"trials": dict(newest)}))


def _all() -> dict[str, Any]:
    try:
        told = json.loads(files.read(record(), LARGEST))["trials"]
    except (OSError, ValueError, LookupError, TypeError, RecursionError):
        return {}
    return told if isinstance(told, dict) else {}
