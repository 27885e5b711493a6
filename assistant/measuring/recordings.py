"""Recordings with what is said, or meant, in them, as ``assistant eval speech`` reads them.

A ``transcripts.tsv`` has a header line with at least the columns ``file`` and ``transcript``; a
``labels.jsonl`` has one object a line with ``file``, ``intent`` and ``slots``, maybe
``transcript``. Sound files are named as they lie beside the table.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from assistant.errors import AssistantError


@dataclass(frozen=True)
class Recording:
    """A sound file. ``transcript`` is None where it is not known, "" where nothing is said.

    ``labelled`` tells whether ``intent`` and ``slots`` are known; its ``intent`` is None where
    nothing is meant for the assistant.
    """

    path: Path
    transcript: str | None = None
    labelled: bool = False
    intent: str | None = None
    slots: dict[str, Any] = field(default_factory=dict)

    @property
    def is_outside(self) -> bool:
        """Tell whether nothing in it is meant for the assistant."""
        return self.intent is None if self.labelled else self.transcript == ""


class _WrongError(Exception):
    """What is the matter with a line."""


def read(test: Path, most: int | None = None) -> list[Recording]:
    """Return the recordings, at most so many, evenly drawn.

    Raises AssistantError naming the file, the line and what is wrong.
    """
    found = list(_read(test))
    if not found:
        raise AssistantError(f"{test} names no recordings: give a line for each.")
    step = max(len(found) / most, 1.0) if most else 1.0
    return [found[int(at * step)] for at in range(round(len(found) / step))]


def _read(test: Path) -> Iterator[Recording]:
    lines = _lines(test)
    columns: list[str] = []
    for number, line in lines:
        try:
            if number == 1 and not line.lstrip().startswith("{"):
                columns = _header(line)
            elif columns:
                yield _row(test.parent, dict(zip(columns, line.split("\t"), strict=False)))
            else:
                yield _label(test.parent, _object(line))
        except _WrongError as wrong:
            raise AssistantError(f"{test}:{number} {wrong}.") from wrong


def _lines(test: Path) -> Iterator[tuple[int, str]]:
    """Give the lines that are not blank, with their numbers."""
    try:
        text = test.read_text(encoding="utf-8-sig")
    except UnicodeDecodeError as error:
        raise AssistantError(f"{test} is not UTF-8: save the file as UTF-8.") from error
    except OSError as error:
        raise AssistantError(f"{test} can't be read ({error.strerror}): check the name.") from error
    for number, line in enumerate(text.splitlines(), start=1):
        if line.strip():
            yield number, line


def _header(line: str) -> list[str]:
    columns = line.split("\t")
    if lacking := [name for name in ("file", "transcript") if name not in columns]:
        raise _WrongError(
            f"has no column {' and no column '.join(lacking)}: a table begins with their names, "
            "parted by tabs"
        )
    return columns


def _row(folder: Path, row: dict[str, str]) -> Recording:
    if "transcript" not in row:
        raise _WrongError("has no transcript: part the columns by tabs, also before an empty one")
    return Recording(_sound(folder, row.get("file")), _plain(row["transcript"]))


def _object(line: str) -> dict[str, Any]:
    try:
        data = json.loads(line)
    except (ValueError, RecursionError) as error:
        raise _WrongError(f"is no JSON ({error!s:.60})") from error
    if not isinstance(data, dict):
        raise _WrongError("is no JSON object")
    return data


def _label(folder: Path, data: dict[str, Any]) -> Recording:
    path = _sound(folder, data.get("file"))
    intent, slots, words = data.get("intent"), data.get("slots", {}), data.get("transcript")
    if intent is not None and not isinstance(intent, str):
        raise _WrongError("has no name under “intent”")
    if slots is not None and not isinstance(slots, dict):
        raise _WrongError("has no object under “slots”: give names and values")
    if words is not None and not isinstance(words, str):
        raise _WrongError("has no text under “transcript”")
    transcript = None if words is None else _plain(words)
    return Recording(path, transcript, "intent" in data, intent or None, slots or {})


def _sound(folder: Path, name: object) -> Path:
    if not isinstance(name, str) or not name.strip():
        raise _WrongError("names no file")
    path = folder / name.strip()
    if not path.is_file():
        raise _WrongError(f"names {path}, which is not there")
    return path


def _plain(transcript: str) -> str:
    return " ".join(transcript.lower().split())
