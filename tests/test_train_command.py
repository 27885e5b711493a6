"""`assistant train`: from a file of one's own to a checkpoint that is used, and what goes wrong."""

from __future__ import annotations

import json
import re
import sys
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from assistant import paths
from assistant.cli import commands
from assistant.errors import AssistantError
from assistant.training import making


def run(*words: str | Path) -> Result:
    """Run ``assistant train``."""
    return CliRunner().invoke(commands, ["train", *map(str, words)])


@pytest.fixture
def own(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Return a file of moods of our own, in an empty working folder."""
    monkeypatch.chdir(tmp_path)
    rows = [
        {"text": text.format(thing), "label": label}
        for text, label in (("what a lovely {}", "positive"), ("this {} is awful", "negative"))
        for thing in "day film meal song book cake tree house".split()
    ]
    path = tmp_path / "moods.jsonl"
    path.write_text("\n".join(json.dumps(row) for row in rows))
    return path


def test_train_without_torch_is_a_sentence(
    own: Path, assistant_home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Without the extra the command says how to get it."""
    monkeypatch.setitem(sys.modules, "assistant.training.distill", None)
    monkeypatch.setitem(sys.modules, "assistant.training", None)

    error = run("sentiment", "--train", own).exception

    assert isinstance(error, AssistantError)
    assert re.search(r"pip install 'offline-assistant\[train\]'", str(error))


def test_train_whisper_tells_what_it_lacks(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """What is no package or folder of a model is told, and without onnx how to get it."""
    pytest.importorskip("onnx")
    wheel = tmp_path / "model.whl"
    wheel.write_bytes(b"no package")
    for source in (wheel, tmp_path):
        error = run("whisper", source, "--out", tmp_path / "made").exception
        assert isinstance(error, AssistantError)
        assert str(source) in str(error)
    assert not (tmp_path / "made").exists()

    for name in [name for name in sys.modules if name.startswith("assistant.training.whisper")]:
        monkeypatch.delitem(sys.modules, name)
    monkeypatch.setitem(sys.modules, "onnx", None)
    error = run("whisper", wheel, "--out", tmp_path / "made").exception
    assert isinstance(error, AssistantError)
    assert "onnx: pip install 'offline-assistant[train]'" in str(error)


def test_train_wants_a_recipe_or_a_file(own: Path, assistant_home: Path) -> None:
    """Neither, both, and one file for two heads are told."""
    assert "Give a recipe, or a file" in run("intents").output
    assert "needs a recipe" in run("distill", "--train", own).output


def test_train_places_a_checkpoint_whole_or_not_at_all(tmp_path: Path) -> None:
    """A checkpoint takes another's place in one move; one that can't be copied leaves it."""
    made, target = tmp_path / "made", tmp_path / "models" / "mine"
    made.mkdir()
    (made / "config.json").write_text("new")
    target.mkdir(parents=True)
    (target / "config.json").write_text("old")

    making.place(made, target)
    assert (target / "config.json").read_text() == "new"
    assert [p.name for p in target.parent.iterdir()] == ["mine"]

    with pytest.raises(AssistantError, match="can't be written"):
        making.place(tmp_path / "gone", target)
    assert (target / "config.json").read_text() == "new"
    assert [p.name for p in target.parent.iterdir()] == ["mine"]


@pytest.mark.train
def test_train_own_file_to_a_checkpoint_in_use(own: Path, assistant_home: Path) -> None:
    """A user's rows become a quantized checkpoint that is read, checked, and can be resumed."""
    pytest.importorskip("torch", reason="needs torch: run `make test-all`")

    done = run("sentiment", "--train", own)

    assert done.exception is None, done.exception
    assert "assistant models use moods" in done.output
    folder = paths.user_models() / "moods"
    assert not (folder / "head-entities.safetensors").exists()
    test = own.with_name("test.jsonl")
    rows = [("such a lovely chair", "positive"), ("this chair is awful", "negative")]
    test.write_text("\n".join(json.dumps({"text": t, "label": m}) for t, m in rows))
    words = ["eval", "sentiment", "--test", str(test), "--checkpoint", str(folder), "--json"]
    assert json.loads(CliRunner().invoke(commands, words).output)["accuracy"] == 1.0

    assert "Going on from step" in run("sentiment", "runs/moods/moods.toml").output
    assert run("reference", "runs/moods", folder).exception is None
    checked = CliRunner().invoke(commands, ["models", "check", "moods"])
    assert "ok   moods: 24 sentences" in checked.output, checked.exception


@pytest.mark.train
def test_train_recipe_of_another_task_is_told(own: Path, assistant_home: Path) -> None:
    """A recipe is carried out by its own command."""
    pytest.importorskip("torch", reason="needs torch: run `make test-all`")
    recipe = Path(__file__).parent.parent / "models" / "recipes" / "intent-distilbert.toml"

    assert "is a recipe for intents" in str(run("distill", recipe).exception)
