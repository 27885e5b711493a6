"""A speech model gets the words of a recipe's texts, and keeps its sounds."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from click.testing import CliRunner

from assistant.cli import commands
from assistant.errors import AssistantError, CheckpointError
from assistant.speech.models import fst, layout, shelf, trial
from assistant.training.hearing import GRAPH, make, read_recipe
from tests.speech_material import BUNDLED, is_sentence, made_up

RECIPE = """
name = "toy"
seed = 1
pairs = 1e-6
triples = 1e-6
[[texts]]
name = "said"
file = "skills"
part = "ours"
[[texts]]
name = "rows"
file = "rows.jsonl"
part = "theirs"
rows = 2
[[texts]]
name = "plain"
file = "held.txt"
held = true
"""


@pytest.fixture
def data(tmp_path: Path) -> Path:
    """Return a folder of texts, and the recipe beside them."""
    rows = ({"text": f"word{n} word2, word3 4!"} for n in (1, 5, 9))
    (tmp_path / "rows.jsonl").write_text("".join(f"{json.dumps(row)}\n" for row in rows))
    (tmp_path / "held.txt").write_text("word1 word2 word3\nword7 word8\n")
    (tmp_path / "toy.toml").write_text(RECIPE)
    return tmp_path


def test_hearing_writes_the_words_and_copies_the_sounds(data: Path) -> None:
    """The graph is new and whole, all else is as it was, and the card stays behind."""
    sounds = made_up(data / "sounds")
    (sounds / "README.md").write_text("who made it")
    told: list[str] = []
    recipe = read_recipe(data / "toy.toml")
    made = make(recipe, sounds, data, ["word7 word8 word9"] * 3, data / "made", told.append)

    assert layout.files_of(made) == layout.files_of(sounds) - {"README.md"}
    for name in layout.files_of(made) - {GRAPH}:
        assert (made / name).read_bytes() == (sounds / name).read_bytes()
    assert fst.is_whole(made / GRAPH)
    # Every word can be said, seen or not, and what is held was not counted.
    assert fst.largest_output(made / GRAPH) == 29
    assert told[0].startswith("ours: 9 words, perplexity ")
    assert told[1].startswith("theirs: 6 words, perplexity ")
    assert any(line.startswith("weight of theirs: ") for line in told)


@pytest.mark.parametrize(
    ("change", "told"),
    [
        (("held = true", "held = false"), "one to hold"),
        (("seed = 1", "sead = 1"), "unknown keys sead"),
        (("seed = 1", "seed ="), "Cannot read the recipe"),
        (('file = "held.txt"', 'flie = "held.txt"'), "unknown keys flie"),
    ],
)
def test_hearing_tells_what_is_wrong_with_a_recipe(
    data: Path, change: tuple[str, str], told: str
) -> None:
    """One sentence names the file and what is the matter."""
    path = data / "toy.toml"
    path.write_text(RECIPE.replace(*change))
    with pytest.raises(CheckpointError, match=told) as caught:
        read_recipe(path)
    assert str(path) in str(caught.value)


def test_hearing_needs_a_model_in_two_parts(data: Path) -> None:
    """One whose graph is fixed can't get other words."""
    sounds = made_up(data / "sounds")
    (sounds / GRAPH).rename(sounds / "graph/HCLG.fst")
    with pytest.raises(AssistantError, match="name a model in two parts") as caught:
        make(read_recipe(data / "toy.toml"), sounds, data, ["word1 word2"], data / "made", print)
    assert is_sentence(caught.value)
    assert not (data / "made").exists()


def test_train_hearing_makes_a_model_that_hears(data: Path) -> None:
    """By the command, with real sounds: what is made is tried out, and its sums are kept."""
    (data / "rows.jsonl").write_text('{"text": "what time is it"}\n' * 9)
    (data / "held.txt").write_text("what time is it now\n")
    out = data / "made"
    words = [str(data / "toy.toml"), "--sounds", str(BUNDLED), "--data", str(data)]
    done = CliRunner().invoke(commands, ["train", "hearing", *words, "--out", str(out)])

    assert f"it heard “{trial.SENTENCE}”" in done.output, done.exception
    assert GRAPH in json.loads((out / layout.RECORD).read_text())["sha256"]
    assert shelf.check(out).heard == trial.SENTENCE
