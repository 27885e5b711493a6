"""Settings are read from one TOML file, and a mistake in it is one sentence."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest
from textual.binding import Binding

from assistant.errors import SettingsError
from assistant.settings import ACTIONS, Settings, check, load, save
from assistant.tui.app import ChatApp
from assistant.tui.prompt import Prompt
from tests.hostile import settings as campaign


def test_settings_missing_file_means_defaults(tmp_path: Path) -> None:
    """Without a file everything has its default."""
    assert load(tmp_path / "none.toml") == Settings()


def test_settings_save_keeps_comments(tmp_path: Path) -> None:
    """Setting one value leaves the rest of the file as the user wrote it."""
    path = tmp_path / "settings.toml"
    path.write_text('# mine\nunits = "imperial" # miles\n', encoding="utf-8")

    changed = save(path, "time_format", "12h")

    assert (changed.units, changed.time_format) == ("imperial", "12h")
    assert "# mine" in path.read_text(encoding="utf-8")
    assert "# miles" in path.read_text(encoding="utf-8")


def test_settings_save_one_key(tmp_path: Path) -> None:
    """Keys are remapped one by one and add up."""
    path = tmp_path / "settings.toml"
    save(path, "keys.inspector", "f3")

    assert save(path, "keys.sessions", "f4").keys == {"inspector": "f3", "sessions": "f4"}


def test_settings_know_what_the_keys_do() -> None:
    """Every key of the chat can be remapped, and no other, to what it is bound to by itself."""
    bound = [b for b in (*ChatApp.BINDINGS, *Prompt.BINDINGS) if isinstance(b, Binding) and b.id]

    assert {binding.id for binding in bound} == set(ACTIONS)
    usual = {str(binding.id): binding.key for binding in bound}
    assert check("keys", usual) == usual


@pytest.mark.parametrize(
    ("name", "value", "told"),
    [
        ("units", "furlongs", "metric, imperial"),
        ("colour", "red", "time_format"),
        ("deadline", "soon", "from 1 to 600"),
        ("false_accepts", "nan", "from 0 to 0.5"),
        ("timezone", "Mars/Olympus", "Europe/Berlin"),
        ("timezone", "../etc/passwd", "Europe/Berlin"),
        ("keys.inspectr", "f3", "no key “inspectr” to set; there are: help, inspector"),
        ("keys.inspector", "nosuchkey", "a key such as f6"),
        ("keys.inspector", "super+k", "a key such as f6"),
    ],
)
def test_settings_refuse_in_one_sentence(tmp_path: Path, name: str, value: str, told: str) -> None:
    """A value that is not allowed is refused with what is, and nothing is written."""
    path = tmp_path / "settings.toml"

    with pytest.raises(SettingsError, match=told):
        save(path, name, value)

    assert not path.exists()


def test_settings_lists_are_lists_of_names(tmp_path: Path) -> None:
    """A number where names are wanted is told; a mark of the encoding before the file is none."""
    path = tmp_path / "settings.toml"
    path.write_bytes(b"disabled = 5\n")
    with pytest.raises(SettingsError, match="disabled must be a list of names"):
        load(path)
    path.write_bytes(b'\xef\xbb\xbfdisabled = ["dice"]\n')
    assert load(path).disabled == ("dice",)
    assert save(path, "time_format", "12h").disabled == ("dice",)


@pytest.mark.parametrize("content", [b"units = ", b"\xff\xfe\x00", b"[units]\nx = 1\n"])
def test_settings_damaged_file_names_itself(tmp_path: Path, content: bytes) -> None:
    """A file that can't be read is an error of ours, not a traceback."""
    path = tmp_path / "settings.toml"
    path.write_bytes(content)

    with pytest.raises(SettingsError):
        load(path)


def test_settings_of_any_kind_are_read_and_set_as_told(tmp_path: Path) -> None:
    """The campaign's short form: wrong types, depths, encodings, pipes, and odd values given."""
    wrong, ended = campaign.run(tmp_path, 300, seed=4)
    assert wrong == []
    assert ended["set"] > 20


@pytest.mark.parametrize("name", ["wake_word", "disabled", "microphone", "keys.inspector"])
def test_settings_given_no_text_are_a_sentence(name: str, assistant_home: Path) -> None:
    """A terminal may give bytes that are no letters; so may a script."""
    command = (sys.executable, "-m", "assistant", "settings", "set", name)
    done = subprocess.run([*command, b"\xff"], capture_output=True, text=True, check=False)
    assert (done.returncode, done.stdout) == (1, "")
    assert done.stderr.startswith(f"{name} must be a text, not “")
    assert not (assistant_home / "settings.toml").exists()


def test_settings_tell_what_each_allows() -> None:
    """Every setting is listed with what may be set."""
    from dataclasses import fields

    from assistant.commands.settings import _allowed
    from assistant.settings import Settings

    assert all(_allowed(each.name) for each in fields(Settings))
