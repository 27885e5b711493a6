"""Which training rows also stand in a file that is kept for measuring."""

from __future__ import annotations

import json
import lzma
import re
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any

from assistant.labelled.rows import Row
from assistant.training.recipe import Recipe, read_source

MEASURED = re.compile(r"(^|[_-])(val|valid|dev|devel|test\w?)([_.-]|$)|^oos_val")
"""Names of files that are for measuring."""

YARDSTICKS = ("banking77", "rostd")
"""Sets of which every file is for measuring: they never train a shipped checkpoint."""

PASSAGES = ("corpus", "squad2")
"""Folders without dev or test sentences of their own."""


def key(text: str) -> str:
    """Return what two texts have in common that count as equal: lower-case letters and digits."""
    return "".join(c for c in text.lower() if c.isalnum())


def files(data: Path, sources: Iterable[str] = ()) -> list[Path]:
    """Return the files for measuring below the data folder, without those that train."""
    found = [p for p in sorted(data.rglob("*.jsonl*")) if _measures(p.relative_to(data))]
    trained = {data / source for source in sources}
    return [path for path in found if path not in trained]


def dev_and_test(data: Path, sources: Iterable[str] = ()) -> set[str]:
    """Return the key of every dev and test text, of sets that ``sources`` do not train on.

    Sources named by their full paths are a user's own: the folder around them is left alone.
    """
    named = list(sources)
    if named and all(Path(source).is_absolute() for source in named):
        return set()
    return {key(text) for path in files(data, named) for text in _texts(path)} - {""}


def without(rows: Sequence[Row], kept_aside: set[str]) -> list[Row]:
    """Return the rows whose text, and whose partner if they have one, is not kept aside."""
    return [r for r in rows if not ({key(r.text), key(r.pair)} - {""}) & kept_aside]


def overlap(recipe: Recipe, data: Path) -> dict[str, dict[str, int]]:
    """Count, for every source, its rows and how many of them stand in each file for measuring."""
    told: dict[str, dict[str, int]] = {}
    aside = {
        str(path.relative_to(data)): {key(text) for text in _texts(path)}
        for path in files(data, [source.file for source in recipe.sources])
    }
    for source in recipe.sources:
        rows = read_source(source, recipe, data)
        keys = [key(row.text) for row in rows]
        counts = {name: sum(k in texts for k in keys) for name, texts in aside.items()}
        every = set().union(*aside.values()) if aside else set()
        told[source.name] = {
            "rows": len(rows),
            "dropped": len(rows) - len(without(rows, every)),
            **{name: count for name, count in counts.items() if count},
        }
    return told


def _measures(path: Path) -> bool:
    if path.parts[0] in PASSAGES:
        return False
    return path.parts[0] in YARDSTICKS or bool(MEASURED.search(path.name.partition(".")[0]))


def _texts(path: Path) -> Iterator[str]:
    with lzma.open(path, "rt", encoding="utf-8") if path.suffix == ".xz" else path.open() as file:
        for line in file:
            row: dict[str, Any] = json.loads(line)
            if isinstance(row.get("text"), str):
                yield row["text"]
            if isinstance(row.get("tokens"), list):
                yield " ".join(map(str, row["tokens"]))
            yield from (row[side] for side in ("a", "b") if isinstance(row.get(side), str))
