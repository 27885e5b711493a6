"""A chosen checkpoint that can't be used is told, and the bundled one used meanwhile."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from unittest.mock import patch

import pytest
from click.testing import CliRunner, Result

from assistant import files, paths
from assistant import settings as settings_file
from assistant.cli import commands
from assistant.engine.trial import try_out
from assistant.errors import AssistantError
from assistant.speech.models import shelf, trial
from assistant.training.making import place
from tests import checkpoints
from tests.hostile import checkpoints as campaign
from tests.speech_material import made_up

FREELY = "stick some bananas onto what i have to buy"
"""What no example covers."""


def run(*words: str, said: str = "") -> Result:
    """Run a command line, its home being the test's own."""
    return CliRunner().invoke(commands, words, input=said)


@pytest.fixture
def broken(assistant_home: Path) -> Path:
    """Return a checkpoint of one's own, a file of which is gone."""
    folder = paths.user_models() / "mine"
    shutil.copytree(paths.checkpoint(), folder)
    (folder / "encoder.safetensors").unlink()
    return folder


def choose(**chosen: str) -> None:
    """Choose checkpoints by their settings."""
    for setting, name in chosen.items():
        settings_file.save(paths.settings_file(), setting, name)


@pytest.mark.model
def test_bundled_weights_stand_in_and_it_is_said(broken: Path) -> None:
    """What is said freely is understood as without it; what is missing is told by its path."""
    without = run("say", FREELY)
    for setting in ("intent_model", "feature_model"):
        choose(**{setting: "mine"})
        answered = run("say", FREELY)
        assert answered.stdout == without.stdout
        told = set(answered.stderr.splitlines()) - set(without.stderr.splitlines())
        stands_in = getattr(settings_file.Settings, setting)
        (mine,) = (each for each in told if f"the bundled {stands_in} is used." in each)
        assert mine.startswith(f"{broken}/encoder.safetensors can't be read")
    chat = (sys.executable, "-m", "assistant", "chat", "--plain")
    assert mine in subprocess.check_output(chat, input=f"{FREELY}\n", text=True)


@pytest.mark.model
def test_without_any_weights_the_reply_says_why(
    broken: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Nobody is told “I can't help with that” where it is the weights that are missing."""
    choose(intent_model="mine")
    monkeypatch.setattr(paths, "checkpoint", lambda: broken.with_name("nowhere"))
    answered = run("say", FREELY)
    assert answered.exit_code == 3
    assert answered.stdout.startswith(f"Only examples are understood: {broken}")
    assert run("say", "what is 2 plus 2").stdout == "4.\n"


@pytest.mark.model
def test_doctor_and_check_look_at_what_is_chosen(broken: Path) -> None:
    """All is not well because the bundled ones are; what mends it is named."""
    assert "ok   weights" in run("doctor").output
    choose(intent_model="mine")
    told = run("doctor").output
    assert f"BAD  weights: {broken}" in told
    assert "mend: assistant settings set intent_model intent-distilbert" in told
    checked = run("models", "check")
    assert checked.exit_code == 1
    assert f"BAD  mine: {broken}" in checked.output
    assert "ok   features-squeezebert" in checked.output
    sentences = Path(__file__).parent / "sentences" / "alerts.tsv"
    tested = run("test", str(sentences))
    assert tested.exit_code == 2
    assert f"Only examples are understood: {broken}" in tested.output


@pytest.fixture
def whole(tmp_path: Path, assistant_home: Path) -> Path:
    """Return a tiny checkpoint of one's own."""
    _, made = campaign.make(tmp_path)
    folder: Path = shutil.copytree(made, paths.user_models() / "tiny")
    return folder


def test_broken_checkpoints_can_be_removed(whole: Path) -> None:
    """Also one without a config, and not one that is in use."""
    for name in ("config.json", "encoder.safetensors"):
        (whole / name).unlink()
        assert "broken: " in run("models").output
    choose(intent_model="tiny")
    assert "in use" in str(run("models", "remove", "tiny", "--yes").exception)
    choose(intent_model="intent-distilbert")
    assert run("models", "remove", "tiny", "--yes").output == "tiny is gone.\n"
    assert list(paths.user_models().iterdir()) == []


def test_cards_of_any_kind_are_told(whole: Path) -> None:
    """A card may be a pipe, or no text."""
    (whole / "card.md").write_bytes(b"# \xff\n")
    assert "# \N{REPLACEMENT CHARACTER}" in run("models", "card", "tiny").output
    (whole / "card.md").unlink()
    os.mkfifo(whole / "card.md")
    assert "it is no file" in str(run("models", "card", "tiny").exception)


CHANGES = ("os.rename", "os.remove", "os.rmdir", "os.mkdir", "open")
"""Audit events of what changes files."""


def killed_at(number: int, act: Callable[[], object]) -> bool:
    """Do something in a process that is killed at its change of that number; tell whether it was.

    It is killed before the change is made.
    """
    child = os.fork()
    if child:
        return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == -signal.SIGKILL
    left = number

    def count(event: str, given: tuple[object, ...]) -> None:
        nonlocal left
        if event in CHANGES and (event != "open" or int(str(given[2])) & os.O_WRONLY):
            left -= 1
            if left < 0:
                os.kill(os.getpid(), signal.SIGKILL)

    sys.addaudithook(count)
    try:
        act()
    finally:
        os._exit(0)


def _imported(source: Path) -> None:
    commands(["models", "import", str(source), "--name", "new"], standalone_mode=False)


def _added(source: Path) -> None:
    with patch.object(trial, "try_out", lambda *_, **__: trial.SENTENCE):
        shelf.add(made_up(source.parent / "speech"), paths.user_models(), "new")


ACTS: dict[str, Callable[[Path], object]] = {
    "add": _added,
    "remove": lambda source: shelf.remove(paths.user_models() / "tiny"),
    "import": _imported,
    "replace": lambda source: place(source, paths.user_models() / "tiny"),
}


@pytest.mark.parametrize("name", ACTS)
def test_killed_at_any_change_leaves_nothing_half(
    tmp_path: Path, assistant_home: Path, name: str
) -> None:
    """Each checkpoint is whole or not there, and what was left lying is swept by the next act."""
    plain, made = campaign.make(tmp_path)
    source = plain if name == "import" else made
    models = paths.user_models()
    everything = {each.name: each.read_bytes() for each in made.iterdir()}
    number, was_killed = 0, True
    while was_killed:
        shutil.rmtree(models, ignore_errors=True)
        shutil.copytree(made, models / "tiny")
        was_killed = killed_at(number, lambda: ACTS[name](source))
        files.sweep(models)
        there = {each.name for each in models.iterdir()}
        assert there <= {"tiny", "new"}, number
        assert "tiny" in there or name == "remove", number
        if "tiny" in there:
            assert {p.name: p.read_bytes() for p in (models / "tiny").iterdir()} == everything
        if "new" in there:
            (shelf.describe if name == "add" else try_out)(models / "new")
        number += 1
    assert number > 5
    assert there == {"remove": set(), "replace": {"tiny"}}.get(name, {"tiny", "new"})


def test_import_into_what_can_t_be_written_is_told(whole: Path, tmp_path: Path) -> None:
    """A file in the place of the folder of models is a sentence."""
    shutil.rmtree(paths.user_models())
    paths.user_models().write_text("")
    source = checkpoints.write(tmp_path / "float2", checkpoints.config("distilbert"))
    assert isinstance(run("models", "import", str(source)).exception, AssistantError)
