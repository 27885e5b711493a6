"""Writes every kind: ``python -m tests.sentence_rows tests/sentences``.

With ``--floors`` all files of the folder are run instead, and what they reach is kept as the least
that the tests demand.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path

from assistant.measuring import sentences
from assistant.settings import Settings
from tests.sentence_rows import choosing, leftover, making, reckoning, texts, tying, verbs, wording
from tests.sentence_rows.making import Row, rows

STRANGERS = Path(__file__).parents[1] / "strangers"
"""Skills that nothing was tuned on, each with sentences of its own."""

Reached = dict[str, dict[str, int]]


def kinds() -> dict[str, list[Row]]:
    """Return the rows of every kind."""
    return {
        "left_over": rows("left_over", leftover.left_over(), 300),
        "tied": rows("tied", tying.tied(), 220),
        "other_verb": rows("other_verb", verbs.other_verb(), 240),
        "moods": rows("moods", verbs.moods(), 240),
        "free_text": rows("free_text", texts.free_text(), 220),
        "names": rows("names", texts.names()),
        "memory": rows("memory", texts.memory(), 100),
        "choosing": choosing.choosing(),
        "recurring": rows("recurring", reckoning.recurring()),
        "days": rows("days", reckoning.days(), 220),
        "sums": rows("sums", reckoning.sums()),
        "measures": rows("measures", reckoning.measures(), 140),
        "other_words": rows("other_words", wording.other_words(), 240),
        "typos": wording.typos(),
        "dressed": rows("dressed", wording.dressed(), 133) + wording.shouted(),
        "bad_input": rows("bad_input", wording.bad_input(), 250),
        "strays": rows("strays", wording.strays(), 250),
    }


def measured(folder: Path) -> Reached:
    """Return how many rows of each file of a folder are right, and wrong, by the file's name.

    A skill beside a file, of its name, is used with it, and with no other.
    """
    files = sorted(folder.glob("*.tsv"))
    alone = [file for file in files if file.with_suffix(".py").exists()]
    found = sentences.run([file for file in files if file not in alone], Settings())
    for file in alone:
        found += sentences.run([file], Settings(), [file.with_suffix(".py")])
    return {
        Path(name).stem: {"right": counts["right"], "wrong": counts["wrong"]}
        for name, counts in sentences.by_file(found).items()
    }


def main() -> None:
    """Write the files into the folder that is named, or the floors beside them."""
    folder = Path(sys.argv[1])
    if "--floors" in sys.argv:
        places = {"open": folder, "kept": folder / "kept", "strangers": STRANGERS}
        floors = {name: measured(place) for name, place in places.items()}
        (folder / "floors.json").write_text(json.dumps(floors, indent=1) + "\n", encoding="utf-8")
        return
    for kind, made in kinds().items():
        making.write(folder, kind, made)
        kept = sum(map(making.is_kept, made))
        print(f"{kind:12} {len(made):4} rows, {kept} kept")


if __name__ == "__main__":
    main()
