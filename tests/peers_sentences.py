"""Runs peers' sentences by their own runner, with the intents that have other names by now.

``python tests/peers_sentences.py RUNNER.py SENTENCES.tsv ASSISTANT [MORE OF THE RUNNER'S OPTIONS]``
"""

from __future__ import annotations

import csv
import json
import re
import subprocess
import sys
import tempfile
from pathlib import Path

RENAMED = (
    (re.compile(r"calculator\.(?!what_percent).*"), "calculator.calculate"),
    (re.compile(r"lists\.remove"), "lists.(remove|tick)"),
    (re.compile(r"units\.\(?(?:per_one|convert)\b.*"), "units.(convert|convert_over|unknown)"),
)
"""Patterns of intents as the rows have them, and what took their place: one intent for every sum,
one for every conversion, one more for what is ticked off a list."""


def renamed(expect: str) -> str:
    """Return what a row expects, JSON of [[intent pattern, slots], ...], by today's names."""
    told = json.loads(expect)
    for each in told:
        for pattern, now in RENAMED:
            each[0] = pattern.sub(now, each[0])
    return json.dumps(told)


def main() -> int:
    """Rewrite the rows into a file that is forgotten afterwards, and run the runner on it."""
    runner, rows, *rest = sys.argv[1:]
    with Path(rows).open(encoding="utf-8", newline="") as file:
        reader = csv.DictReader(file, delimiter="\t", quoting=csv.QUOTE_NONE)
        names = list(reader.fieldnames or ())
        told = [{**row, "expect": renamed(row["expect"])} for row in reader]
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, "sentences.tsv")
        lines = ["\t".join(names), *("\t".join(row[n] for n in names) for row in told)]
        path.write_text("\n".join(lines) + "\n", encoding="utf-8")
        return subprocess.run([sys.executable, runner, str(path), *rest], check=False).returncode


if __name__ == "__main__":
    sys.exit(main())
