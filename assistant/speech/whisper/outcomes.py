"""What became of the trials of Whisper models, kept in the user's folder from one run to the next.

A trial is noted before it begins: one that takes the assistant with it, or that somebody waits for
in vain and ends, is not begun for ever.
"""

from __future__ import annotations

import json
from contextlib import suppress
from dataclasses import asdict, dataclass
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
    """How a trial ended: well, or with a sentence; ``begun`` counts those that never ended."""

    well: bool = False
    trouble: str = ""
    begun: int = 0
    text: str = ""


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
    """Keep that a trial begins, for the how manieth time."""
    _keep(key, Outcome(begun=begun))


def settle(key: str, outcome: Outcome) -> None:
    """Keep how a trial ended."""
    _keep(key, outcome)


def _keep(key: str, outcome: Outcome) -> None:
    """Write it down; where the home can't be written it is found out anew."""
    told = asdict(outcome)
    told["trouble"] = outcome.trouble[:LONGEST]
    others = {name: each for name, each in _all().items() if name != key}
    newest = [*others.items(), (key, told)][-MOST:]
    path = paths.home() / RECORD
    with suppress(OSError):
        path.parent.mkdir(parents=True, exist_ok=True)
        files.write(path, json.dumps({"trials": dict(newest)}))


def _all() -> dict[str, Any]:
    try:
        told = json.loads(files.read(paths.home() / RECORD, LARGEST))["trials"]
    except (OSError, ValueError, LookupError, TypeError, RecursionError):
        return {}
    return told if isinstance(told, dict) else {}
