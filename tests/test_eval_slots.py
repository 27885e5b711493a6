"""`assistant eval slots` and the pages of spans and pairs, with a stand-in for the encoder."""

from __future__ import annotations

import json
import re
from pathlib import Path

import numpy as np
import pytest
from click.testing import CliRunner, Result

from assistant.cli import commands
from assistant.engine.encoder import TokenVectors
from assistant.labelled.rows import Row
from assistant.measuring import labels as evaluate_labels
from assistant.measuring import report
from assistant.measuring import slots as evaluate_slots
from assistant.measuring.results import Evaluation
from assistant.turn import Entity
from assistant.understanding.learning.features import Reading

KNOWN = {word: i for i, word in enumerate("fly to from play by".split())}
NAMES = "oslo rome paris lima cairo berlin quito accra hanoi dublin".split()


def look(texts):
    """Return an encoder's token vectors: a known word has one of its own, others share one."""
    made = []
    for text in texts:
        spots = [m.span() for m in re.finditer(r"\S+", text)]
        vectors = np.zeros((len(spots), 8), np.float32)
        for row, (a, b) in enumerate(spots):
            vectors[row, KNOWN.get(text[a:b], 7)] = 1
        made.append(TokenVectors(vectors, np.array(spots).reshape(-1, 2), vectors.sum(0)))
    return made


@pytest.fixture
def flights(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Return a file of flights, with the encoder's stand-in in place."""
    monkeypatch.setattr(evaluate_slots, "_encoder", lambda checkpoint: look)
    rows = [
        {
            "tokens": ["fly", "from", a, "to", b],
            "tags": ["O", "O", "B-start", "O", "B-end"],
            "intent": "fly",
        }
        for a, b in zip(NAMES, reversed(NAMES), strict=True)
    ]
    path = tmp_path / "flights.jsonl"
    path.write_text("".join(json.dumps(row) + "\n" for row in rows))
    return path


def run(*words: object) -> Result:
    """Run ``assistant eval``."""
    return CliRunner().invoke(commands, ["eval", *map(str, words)], catch_exceptions=False)


def test_eval_slots_of_one_file_asks_about_what_was_left_out(flights: Path) -> None:
    """Without another file to learn from each fifth is asked of the other four."""
    done = run("slots", "--test", flights)

    assert re.search(r"^f1 +1\.0000", done.output)
    assert "learnt on four other fifths" in done.output


def test_eval_slots_of_few_rows_tells_how_far_draws_differ(flights: Path, tmp_path: Path) -> None:
    """Means over draws have their deviations, and the page has pictures."""
    page = tmp_path / "page.html"
    ask = ("slots", "--train", flights, "--test", flights, "--shots", 3, "--seeds", 2)
    figures = json.loads(run(*ask, "--json", "--report", page).output.splitlines()[-1])

    assert figures["f1"] == 1.0
    assert figures["f1_std"] == 0.0
    assert page.read_text().count("<svg") == 2
    assert "± 0.0000" in page.read_text()


def test_eval_entities_reads_names_of_both_sides_alike(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A head that says PER and a file that says person mean the same; --map changes both."""
    found = (Entity("PER", "anna", 0, 4, 0.9), Entity("LOC", "oslo", 8, 12, 0.9))
    monkeypatch.setattr(
        evaluate_labels, "_read", lambda texts, _: [Reading(None, found) for _ in texts]
    )
    test = tmp_path / "x.jsonl"
    row = {"tokens": ["anna", "in", "oslo"], "tags": ["B-person", "O", "B-city"]}
    test.write_text(json.dumps(row))
    assert evaluate_labels.entities(test, None, None).figures["f1"] == 1.0

    table = tmp_path / "map.toml"
    table.write_text('human = "PER person"')
    told = evaluate_labels.entities(test, table, None)
    assert told.figures["f1"] == 1.0
    assert told.notes == (
        "Names in the file: person as human.",
        "Not compared, being none of ours: city.",
    )


def test_eval_sentiment_leaves_out_what_a_table_ignores(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Only classes of the file are answers, and rows can be left out by a table."""
    monkeypatch.setattr(
        evaluate_labels,
        "_read",
        lambda texts, _: [Reading((0.2, 0.5, 0.3), ()) for _ in texts],
    )
    test, table = tmp_path / "x.jsonl", tmp_path / "map.toml"
    test.write_text(
        "".join(
            json.dumps({"text": "x", "label": label}) + "\n" for label in ("up", "down", "mixed")
        )
    )
    table.write_text('positive = "up"\nnegative = "down"\nignore = "mixed"')

    told = evaluate_labels.sentiment(test, table, None)

    assert told.given == ("positive", "positive")
    assert told.confidence[0] == pytest.approx(0.6)
    assert told.figures["accuracy"] == told.figures["macro_recall"] == 0.5
    assert "1 rows are left out" in told.notes[1]


def test_report_confusions_of_spans() -> None:
    """What was missed, made up or named otherwise stands in the matrix."""
    told = evaluate_labels.spans_report(
        "x",
        [Row("a b c")],
        [[(0, 1, "one"), (2, 3, "two")]],
        [[(0, 1, "two"), (4, 5, "two")]],
        (),
    )
    names, grid = report.confusion(told)

    assert names == [evaluate_labels.ELSE, "one", "two"]
    assert grid == [[0, 0, 1], [0, 0, 1], [1, 0, 0]]
    assert told.mistakes[0].confidence == 4


def test_report_bears_any_label_and_many_of_them() -> None:
    """Dollar signs, letters no font has, tabs and long names are drawn; long tables fold."""
    names = [f"${i}$ \t\u4e2d {'long' * 20}" for i in range(40)]
    given = [*names[1:], names[0]]
    scores = dict.fromkeys(names, (0.0, 0.0, 0.0, 1))

    page = report.document(
        Evaluation("x", {"f1": 0.0}, tuple(names), tuple(given), labels=scores, points=((1, 0.5),))
    )

    assert page.count("<svg") == 3
    assert "The largest confusions" in page
    assert "20 more" in page
    assert report.INK not in page.partition("</style>")[2]
