"""Speech models are taken whole and sound, or not at all."""

from __future__ import annotations

import json
import os
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from assistant import paths
from assistant import settings as settings_file
from assistant.cli import commands
from assistant.errors import AssistantError, SpeechError
from assistant.speech.models import layout, shelf, trial
from tests.speech_material import BUNDLED, MODEL, copy, is_sentence, made_up, zipped

FILES = (
    "am/final.mdl",
    "conf/mfcc.conf",
    "conf/model.conf",
    "graph/Gr.fst",
    "graph/HCLr.fst",
    "graph/disambig_tid.int",
    "graph/phones/word_boundary.int",
    "graph/words.txt",
)

DAMAGES = {
    "deleted": lambda _content: None,
    "empty": lambda _content: b"",
    "half": lambda content: content[: len(content) // 2],
    "cut": lambda content: content[: len(content) * 9 // 10],
    "headless": lambda content: content[len(content) // 10 or 1 :],
}


@pytest.fixture
def model(tmp_path: Path) -> Path:
    """Return the folder of a real model that nobody has added yet."""
    return copy(BUNDLED, tmp_path / "found" / MODEL)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Return the folder of the user's models, which is not there yet."""
    return tmp_path / "models"


def run(*words: str, answer: str = "") -> Result:
    """Run `assistant models`; the user's errors come back in ``exception``."""
    return CliRunner().invoke(commands, ["models", *words], input=answer)


def left(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir()) if folder.exists() else []


@pytest.mark.parametrize("form", ["folder", "zip", "folder in a folder"])
def test_shelf_adds_and_finds(model: Path, folder: Path, tmp_path: Path, form: str) -> None:
    """A model is taken as a folder or zip, checked, tried out and found again."""
    if form == "zip":
        source = zipped(model, tmp_path / "download.zip", f"{MODEL}/")
    elif form == "folder":
        source = model
    else:
        source = copy(model, tmp_path / "unpacked" / MODEL).parent
    done: list[tuple[int, int]] = []
    found = shelf.add(source, folder, progress=lambda *at: done.append(at))

    assert (found.name, found.language, found.rate, found.grammar) == (
        MODEL,
        "English",
        16000,
        True,
    )
    assert found.heard == trial.SENTENCE
    assert found.notices == ()
    assert done[-1][0] == done[-1][1] > 10_000_000
    assert left(folder) == [MODEL]
    assert shelf.find("", {}, folder) == shelf.find(MODEL, {}, folder) == found.folder
    assert shelf.check(found.folder).heard == trial.SENTENCE


@pytest.mark.parametrize("damage", DAMAGES)
@pytest.mark.parametrize("name", FILES)
def test_shelf_refuses_damage_in_each_file(
    model: Path, folder: Path, tmp_path: Path, name: str, damage: str
) -> None:
    """Whatever file is damaged, the model is refused in one sentence and leaves nothing."""
    bad = copy(model, tmp_path / "bad")
    content = DAMAGES[damage]((bad / name).read_bytes())
    (bad / name).unlink() if content is None else (bad / name).write_bytes(content)
    with pytest.raises(SpeechError) as caught:
        shelf.add(bad, folder)

    assert is_sentence(caught.value), caught.value
    assert str(tmp_path / "models") not in str(caught.value)
    assert left(folder) == []


def test_shelf_takes_a_model_without_what_it_does_not_need(model: Path, folder: Path) -> None:
    """A model's card is not needed."""
    bare = copy(model, folder.parent / "bare")
    (bare / "card.md").unlink()

    assert shelf.add(bare, folder).heard == trial.SENTENCE


def test_shelf_refuses_what_ends_the_recognizer(model: Path, folder: Path, tmp_path: Path) -> None:
    """A model that aborts Vosk aborts the trial's process, not this one."""
    bad = copy(model, tmp_path / "bad")
    (bad / "conf/model.conf").write_text("--min-active=200\n")
    with pytest.raises(SpeechError, match="it ends the recognizer \\(SIGABRT\\)"):
        shelf.add(bad, folder)
    assert left(folder) == []


def test_shelf_tells_later_damage(model: Path, folder: Path) -> None:
    """A byte that changed after the model was added is found, though Vosk would take it."""
    place = shelf.add(model, folder).folder
    graph = place / "graph/Gr.fst"
    content = bytearray(graph.read_bytes())
    content[len(content) // 2] ^= 1
    graph.write_bytes(content)

    with pytest.raises(SpeechError, match="not as it was added"):
        shelf.check(place)


def test_shelf_tells_another_language(model: Path, folder: Path, tmp_path: Path) -> None:
    """A model whose words are none of English is taken, and told."""
    foreign = copy(model, tmp_path / "foreign")
    words = foreign / "graph/words.txt"
    to_cyrillic = str.maketrans("abcdefghijklmnopqrstuvwxyz", "абцдефгхийклмнопярстуввхыз")
    words.write_text(words.read_text(encoding="utf-8").translate(to_cyrillic), encoding="utf-8")
    found = shelf.add(foreign, folder)

    assert found.language == ""
    assert "seems not to be for English (Cyrillic letters)" in found.notices[0]


def test_shelf_clears_up_after_interruption(model: Path, folder: Path) -> None:
    """Ctrl-C while a model is written leaves nothing; neither does a process that was killed."""

    def interrupt(_done: int, _total: int) -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        shelf.add(model, folder, progress=interrupt)
    assert left(folder) == []

    dead = subprocess.Popen([sys.executable, "-c", ""])
    dead.wait()
    for number in (dead.pid, os.getpid()):
        (folder / f".passing-{number}-x" / "am").mkdir(parents=True)
    assert shelf.on_shelf(folder) == []
    shelf.add(model, folder)
    assert left(folder) == [f".passing-{os.getpid()}-x", MODEL]


def test_shelf_survives_ctrl_c_in_the_command(model: Path, tmp_path: Path) -> None:
    """A Ctrl-C on the terminal ends the command with nothing left."""
    source = zipped(model, tmp_path / "model.zip")
    home = tmp_path / "home"
    adding = subprocess.Popen(
        [sys.executable, "-m", "assistant", "models", "add", str(source)],
        env={**os.environ, "ASSISTANT_HOME": str(home)},
        stderr=subprocess.PIPE,
        start_new_session=True,
    )
    until = time.monotonic() + 30
    while not list(home.glob("models/.passing-*/*/*")) and time.monotonic() < until:
        time.sleep(0.005)
    os.killpg(adding.pid, signal.SIGINT)
    _out, told = adding.communicate(timeout=30)

    assert adding.returncode == 130
    assert told.decode().splitlines()[-1] == "Stopped."
    assert left(home / "models") == []


def test_trial_ends_what_hangs_or_crashes(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A trial that hangs, crashes or can't begin is told in a sentence."""
    python = tmp_path / "python"
    monkeypatch.setattr(trial.sys, "executable", str(python))
    for script, told, patience in [
        ("kill -SEGV $$", "SIGSEGV", 30.0),
        ("exec sleep 30", "got stuck", 0.2),
        ("exit 1", "the recognizer refuses it", 30.0),
        ("echo no vosk here. >&2; exit 3", "no vosk here.", 30.0),
    ]:
        monkeypatch.setattr(trial, "PATIENCE", patience)
        python.write_text(f"#!/bin/sh\n{script}\n")
        python.chmod(0o755)
        with pytest.raises(SpeechError, match=told):
            trial.try_out(tmp_path, 0, grammar=True)


def test_find_searches_the_variable_then_the_folder(folder: Path, tmp_path: Path) -> None:
    """$VOSK_MODEL goes first, then one of one's own; the bundled one is for who has no other."""
    assert shelf.find("", {}, folder) == shelf.find(shelf.BUNDLED, {}, folder) == BUNDLED
    made_up(folder / "b")
    made_up(folder / "a")
    (folder / "checkpoint").mkdir()
    elsewhere = made_up(tmp_path / "elsewhere")

    assert shelf.find("", {}, folder).name == "a"
    assert shelf.find("b", {}, folder).name == "b"
    assert shelf.find("b", {"VOSK_MODEL": str(elsewhere)}, folder) == elsewhere
    assert shelf.find(shelf.BUNDLED, {}, folder) == BUNDLED
    with pytest.raises(SpeechError, match=r"no speech model c: there are a, b, hearing-vosk-en\."):
        shelf.find("c", {}, folder)
    with pytest.raises(SpeechError, match=r"\$VOSK_MODEL leads to"):
        shelf.find("", {"VOSK_MODEL": str(folder)}, folder)


def test_find_tells_where_none_came_along(
    folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """An install without the weights says how to come by a model."""
    monkeypatch.setattr(paths, "bundled", lambda: tmp_path)
    assert shelf.bundled() == []
    with pytest.raises(SpeechError, match="install the assistant again, or fetch one") as caught:
        shelf.find("", {}, folder)
    assert is_sentence(caught.value)


def test_bundled_model_is_whole_and_what_its_card_says() -> None:
    """Every file is as it was made, passes every check, hears, and has its sum in the card."""
    record = json.loads((BUNDLED / layout.RECORD).read_text())
    assert sorted(record["sha256"]) == sorted(FILES)
    found = shelf.check(BUNDLED)
    assert (found.language, found.rate, found.grammar) == ("English", 16_000, True)
    assert found.heard == trial.SENTENCE
    assert found.notices == ()
    assert found.megabytes < 22
    card = (BUNDLED / "card.md").read_text()
    assert all(f"{digest}  {name}" in card for name, digest in record["sha256"].items())


def test_bundled_model_is_used_until_there_is_another(model: Path, assistant_home: Path) -> None:
    """It is listed, chosen by name, never removed, and makes way for the first one added."""
    assert "* hearing-vosk-en" in run("list").output
    assert "bundled" in next(e for e in run("list").output.splitlines() if "hearing-vosk-en" in e)
    assert str(run("remove", "hearing-vosk-en", "--yes").exception) == (
        "hearing-vosk-en is bundled and stays; choose another with assistant models use."
    )
    assert "ok   hearing-vosk-en" in run("check", "hearing-vosk-en").output
    run("add", str(model))
    assert f"* {MODEL} " in run("list").output
    assert run("use", "hearing-vosk-en").exit_code == 0
    assert "* hearing-vosk-en" in run("list").output
    run("remove", MODEL, "--yes")
    assert "* hearing-vosk-en" in run("list").output
    assert BUNDLED.is_dir()


@pytest.mark.parametrize("rate", [0, 44_100, 11_025])
def test_shelf_refuses_other_rates(folder: Path, tmp_path: Path, rate: int) -> None:
    """A model for a rate that ours can't be brought to is refused before anything is tried."""
    with pytest.raises(SpeechError, match=f"made for {rate} samples"):
        shelf.add(made_up(tmp_path / "model", rate), folder)
    assert left(folder) == []


def test_shelf_refuses_names(folder: Path, tmp_path: Path) -> None:
    """A taken name, one that leads elsewhere and one that hides are refused."""
    source = made_up(tmp_path / "model")
    made_up(folder / "taken")
    for name, told in [("taken", "already"), ("../x", "no name"), (".x", "no name")]:
        with pytest.raises(SpeechError, match=told):
            shelf.add(source, folder, name)
    assert left(folder) == ["taken"]


def test_shelf_refuses_what_is_no_model(folder: Path, tmp_path: Path) -> None:
    """Nothing, an empty folder, a folder of something else and a checkpoint are told apart."""
    empty = tmp_path / "empty"
    empty.mkdir()
    other = tmp_path / "other"
    shutil.copytree(empty, other)
    (other / "config.json").write_text("{}")
    half = made_up(tmp_path / "half")
    (half / "graph/Gr.fst").unlink()
    for source, told in [
        (tmp_path / "nothing", "There is nothing at"),
        (empty, "is no Vosk model"),
        (other, "is no Vosk model"),
        (half, "lacks graph/Gr.fst"),
    ]:
        with pytest.raises(SpeechError, match=told):
            shelf.add(source, folder)
    assert left(folder) == []


def test_shelf_follows_links_only_within(folder: Path, tmp_path: Path) -> None:
    """A link that leads out of the folder is refused, whatever it leads to."""
    source = made_up(tmp_path / "model")
    secret = tmp_path / "secret"
    secret.write_text("secret")
    (source / "README").symlink_to(secret)
    with pytest.raises(SpeechError, match="leads out of the folder"):
        shelf.add(source, folder)
    assert left(folder) == []


def test_shelf_tells_a_full_disk(
    folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A disk that is full, before or meanwhile, is told and nothing is left."""
    source = made_up(tmp_path / "model")

    def full(*_paths: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(shutil, "copyfile", full)
    with pytest.raises(SpeechError, match="disk is full"):
        shelf.add(source, folder)
    usage = shutil.disk_usage(tmp_path)
    monkeypatch.setattr(shutil, "disk_usage", lambda _path: usage._replace(free=10))
    with pytest.raises(SpeechError, match="has 0 MB left"):
        shelf.add(zipped(source, tmp_path / "model.zip"), folder)
    assert left(folder) == []


def test_models_commands_cover_speech(model: Path, assistant_home: Path) -> None:
    """Added models are listed, chosen, checked, shown and removed by name."""
    assert "English speech model" in run("add", str(model)).output
    assert settings_file.load(paths.settings_file()).speech_model == MODEL
    told = run("add", str(model), "--name", "another").output
    assert f"{MODEL} is in use: assistant models use another" in told
    listed = run("list").output
    assert f"* {MODEL} " in listed
    assert "  another " in listed
    assert "speech, English, 16 kHz" in listed

    assert run("use", "another").exit_code == 0
    assert f"heard “{trial.SENTENCE}”" in run("check", "another").output
    assert "# hearing-vosk-en" in run("card", "another").output
    assert "another is gone" in run("remove", "another", answer="y\n").output
    assert left(paths.user_models()) == [MODEL]
    assert f"* {MODEL} " in run("list").output
    record = json.loads((paths.user_models() / MODEL / layout.RECORD).read_text())
    assert sorted(record["sha256"]) == sorted(layout.files_of(BUNDLED))


def test_models_tell_of_the_variable(
    assistant_home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The model of $VOSK_MODEL is listed as such, goes first, and is not ours to delete."""
    elsewhere = made_up(tmp_path / "elsewhere")
    made_up(paths.user_models() / "own")
    monkeypatch.setenv("VOSK_MODEL", str(elsewhere))
    listed = run("list").output.splitlines()
    assert any(line.startswith("* elsewhere") and "$VOSK_MODEL" in line for line in listed)
    assert any(line.startswith("  own") for line in listed)
    assert "$VOSK_MODEL goes first" in run("use", "own").stderr
    assert "stays" in str(run("remove", "elsewhere", "--yes").exception)
    assert elsewhere.exists()
    refused = run("add", str(elsewhere), "--name", "intent-distilbert").exception
    assert isinstance(refused, AssistantError)
    assert "bundled model" in str(refused)
