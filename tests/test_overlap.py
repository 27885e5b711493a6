"""Rows that train and measure at once are found, counted and dropped."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from click.testing import CliRunner

pytest.importorskip("torch", reason="needs torch: run `make test-all`")

from assistant.commands.train import train
from assistant.labelled.rows import Row
from assistant.training import overlap
from assistant.training.recipe import read_recipe

pytestmark = pytest.mark.train

RECIPE = """
name = "tiny"
architecture = "distilbert"
seed = 1
epochs = 1
batch = 8
learning_rate = 1e-3
head_learning_rate = 1e-3
warmup = 0.1
weight_decay = 0.0
longest = 12

[[sources]]
name = "own"
file = "own/train.jsonl"

[[sources]]
name = "trained"
file = "spoken/devel.jsonl"
"""


@pytest.fixture
def data(tmp_path: Path) -> Path:
    """Return a folder of two sets that train, a dev file, a yardstick and pairs."""
    files = {
        "own/train.jsonl": [{"text": t, "intent": "a"} for t in ("Water it!", "Dry it", "Pay up")],
        "own/valid.jsonl": [{"text": "water it", "intent": "a"}],
        "spoken/devel.jsonl": [{"tokens": ["dry", "it"], "tags": ["O", "O"], "intent": "b"}],
        "banking77/train.jsonl": [{"text": "pay up.", "intent": "c"}],
        "glue/x_dev.jsonl": [{"a": "left side", "b": "right side", "label": 1}],
        "corpus/test.jsonl": [{"text": "no measure"}],
    }
    for name, rows in files.items():
        path = tmp_path / "data" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text("\n".join(map(json.dumps, rows)), encoding="utf-8")
    return tmp_path / "data"


def test_overlap_counts_by_file(data: Path, tmp_path: Path) -> None:
    """Each source tells its rows, how many stand in which file, and how many are dropped."""
    path = tmp_path / "r.toml"
    path.write_text(RECIPE, encoding="utf-8")

    told = overlap.overlap(read_recipe(path), data)

    assert told["own"] == {
        "rows": 3,
        "dropped": 2,
        "banking77/train.jsonl": 1,
        "own/valid.jsonl": 1,
    }
    assert told["trained"] == {"rows": 1, "dropped": 0}


def test_overlap_keys_of_all_that_measures(data: Path) -> None:
    """Pairs count on both sides; a file that trains is not among those kept aside."""
    kept = overlap.dev_and_test(data, ["spoken/devel.jsonl"])

    assert kept == {"waterit", "payup", "leftside", "rightside"}


def test_overlap_drops_pairs_by_either_side() -> None:
    """A pair goes if one of its texts is kept aside; empty partners count for nothing."""
    rows = [Row("a", pair="b"), Row("c", pair="A!"), Row("d")]

    assert overlap.without(rows, {"a", ""}) == [Row("d")]


def test_overlap_command_tells_each_source(data: Path, tmp_path: Path) -> None:
    """The command prints a line a source; as JSON it gives the counts."""
    path = tmp_path / "r.toml"
    path.write_text(RECIPE, encoding="utf-8")
    run = CliRunner()

    told = run.invoke(train, ["overlap", str(path), "--data", str(data)])
    counts = run.invoke(train, ["overlap", str(path), "--data", str(data), "--json"])

    assert told.output.splitlines() == [
        "own: 3 rows, 2 dropped  1 in banking77/train.jsonl, 1 in own/valid.jsonl",
        "trained: 1 rows, 0 dropped",
    ]
    assert json.loads(counts.output)["own"]["dropped"] == 2
