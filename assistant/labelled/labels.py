"""The labels we use, and what others call them: the tables in data/labels."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping
from functools import cache
from pathlib import Path

from assistant import paths
from assistant.errors import AssistantError

SENTIMENTS = ("negative", "neutral", "positive")
ENTITY_TYPES = (
    "person", "place", "organisation", "product", "work", "event", "date", "time", "duration",
    "number", "money",
)  # fmt: skip

Table = Mapping[str, str]


def entity(name: str, table: Table | None = None) -> str | None:
    """Return our type of a set's entity or slot name, None where it is none of ours."""
    return (_built_in("entities") if table is None else table).get(plain(name))


def sentiment(name: str, table: Table | None = None) -> str | None:
    """Return our sentiment of a set's label, None where it is none of ours."""
    return (_built_in("sentiment") if table is None else table).get(plain(name))


def read_map(path: Path) -> dict[str, str]:
    """Read a table: TOML, our label = "their names". Raises AssistantError."""
    try:
        data = tomllib.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise AssistantError(f"The label table {path} can't be read ({error}): mend it.") from error
    table: dict[str, str] = {}
    for ours, theirs in data.items():
        names = theirs.split() if isinstance(theirs, str) else theirs
        if not isinstance(names, list) or not all(isinstance(n, str) for n in names):
            raise AssistantError(f'{path}: “{ours}” must be text or a list, as in {ours} = "a b".')
        for name in names:
            if table.setdefault(plain(name), ours) != ours:
                raise AssistantError(
                    f"{path}: “{name}” stands under {table[plain(name)]} and {ours}."
                )
    return table


def plain(name: str) -> str:
    """Return a label without case, and with one kind of joint between its words."""
    return re.sub(r"[\s\-_.]+", "_", name.strip().casefold())


@cache
def _built_in(name: str) -> dict[str, str]:
    return read_map(paths.bundled() / "data" / "labels" / f"{name}.toml")
