"""Checkpoints are listed, chosen, imported, checked and removed by name."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from assistant import paths
from assistant import settings as settings_file
from assistant.cli import commands
from assistant.engine import Encoder
from assistant.errors import AssistantError, CheckpointError
from assistant.measuring.selfcheck import compare
from tests import checkpoints


def run(*words: str, answer: str = "") -> Result:
    """Run a command line; the user's errors come back in ``exception``."""
    return CliRunner().invoke(commands, ["models", *words], input=answer)


@pytest.fixture
def published(tmp_path: Path) -> Path:
    """Return a float folder as it would be published."""
    return checkpoints.write(tmp_path / "tiny-bert", checkpoints.config("distilbert"))


@pytest.fixture(autouse=True)
def home(assistant_home: Path) -> Path:
    """Return the empty home of each test."""
    return assistant_home


def test_models_import_use_and_remove(published: Path) -> None:
    """An imported folder is quantized, listed, used, and removed only when it is not in use."""
    assert "assistant models use tiny-bert" in run("import", str(published)).output
    target = paths.user_models() / "tiny-bert"
    assert Encoder.load(target).encode(["set a timer"]).shape == (1, 32)

    listed = run("list").output.splitlines()
    assert any(line.startswith("* intent-distilbert") for line in listed)
    assert any(line.startswith("  tiny-bert") and "yours" in line for line in listed)

    assert run("use", "tiny-bert").exit_code == 0
    assert settings_file.load(paths.settings_file()).intent_model == "tiny-bert"
    assert "in use" in str(run("remove", "tiny-bert", "--yes").exception)
    run("use", "intent-distilbert")
    assert "is gone" in run("remove", "tiny-bert", answer="y\n").output
    assert not target.exists()


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (("use", "nothing"), "There is no model nothing; there are "),
        (("remove", "intent-distilbert", "--yes"), "bundled and stays"),
        (("check", "nothing"), "no model nothing"),
    ],
)
def test_models_mistakes_are_sentences(words: tuple[str, ...], told: str) -> None:
    """A name that is not there, or must stay, is told."""
    error = run(*words).exception
    assert isinstance(error, AssistantError)
    assert told in str(error)


def test_models_import_refuses_what_is_none(published: Path, tmp_path: Path) -> None:
    """A folder of another kind, a taken name and a name that leads elsewhere are told."""
    empty = tmp_path / "empty"
    empty.mkdir()
    (empty / "model.safetensors").touch()
    (empty / "tokenizer.json").touch()
    assert "no checkpoint in" in str(run("import", str(empty)).exception)
    assert "no name" in str(run("import", str(published), "--name", "../x").exception)
    run("import", str(published))
    assert "already" in str(run("import", str(published)).exception)
    assert [p.name for p in paths.user_models().iterdir()] == ["tiny-bert"]


def test_models_broken_one_is_listed_with_its_trouble(published: Path) -> None:
    """A damaged checkpoint does not keep the others from being listed."""
    run("import", str(published))
    (paths.user_models() / "tiny-bert" / "encoder.safetensors").write_bytes(b"x")

    assert "broken: " in run("list").output
    assert isinstance(run("use", "tiny-bert").exception, AssistantError)


def test_models_card_is_printed() -> None:
    """The card of a bundled checkpoint can be read."""
    assert "# intent-distilbert" in run("card", "intent-distilbert").output


@pytest.fixture
def checked(published: Path) -> Path:
    """Return an imported checkpoint with the answers of its float parent beside it."""
    run("import", str(published))
    folder = paths.user_models() / "tiny-bert"
    sizes = checkpoints.config("distilbert")
    ids = [2, *(checkpoints.WORDS.index(w) for w in "set a timer".split()), 3]
    mean = checkpoints.plain(sizes, checkpoints.arrays(sizes), ids).mean(0)
    rows = [{"text": "set a timer", "vector": mean[::2].tolist()}]
    (folder / "check.json").write_text(json.dumps({"every": 2, "rows": rows}))
    return folder


def test_models_check_passes_and_fails(checked: Path) -> None:
    """The check compares with the float parent: int8 passes, other weights do not."""
    well, told = compare(checked)
    assert well, told
    assert "lowest cosine 0.99" in told

    data = json.loads((checked / "check.json").read_text())
    data["rows"][0]["vector"][0] += 3
    (checked / "check.json").write_text(json.dumps(data))
    assert run("check", "tiny-bert").exit_code == 1

    (checked / "check.json").write_text("{")
    with pytest.raises(CheckpointError, match="damaged"):
        compare(checked)


def test_models_check_without_answers_looks_at_the_bytes(checked: Path) -> None:
    """Without recorded answers a changed byte is still found."""
    (checked / "check.json").unlink()
    assert compare(checked)[0]

    words = checked / "embeddings.safetensors"
    words.write_bytes(words.read_bytes()[:-1] + b"\x01")
    with pytest.raises(CheckpointError, match="not as it was made"):
        compare(checked)


def test_models_own_checkpoint_takes_the_place_of_a_bundled_one(published: Path) -> None:
    """One's own folder of a bundled name is the one that is used."""
    shutil.copytree(published, paths.user_models() / "intent-distilbert")

    assert paths.model("intent-distilbert") == paths.user_models() / "intent-distilbert"
    assert paths.model("features-squeezebert").parent == paths.bundled() / "models"
