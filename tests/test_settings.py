"""Settings are read from one TOML file, and a mistake in it is one sentence."""

from __future__ import annotations

import subprocess
import sys
from contextlib import closing
from pathlib import Path

import pytest
from click.testing import CliRunner
from textual.binding import Binding

from assistant import files
from assistant.assembly import assemble
from assistant.cli import commands
from assistant.doors import news
from assistant.errors import SettingsError
from assistant.settings import ACTIONS, Settings, check, load, save, taken_twice
from assistant.tui.app import ChatApp
from assistant.tui.prompt import Prompt
from tests.hostile import settings as campaign

LISTS = ("disabled", "trusted")


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
    save(path, "keys.sessions", "f6")

    assert save(path, "keys.inspector", "f3,f2").keys == {"sessions": "f6", "inspector": "f3,f2"}


def test_settings_know_what_the_keys_do() -> None:
    """Every key of the chat can be remapped, and no other, to what it is bound to by itself."""
    bound = [b for b in (*ChatApp.BINDINGS, *Prompt.BINDINGS) if isinstance(b, Binding) and b.id]

    usual = {str(binding.id): binding.key for binding in bound}
    assert usual == ACTIONS
    assert check("keys", usual) == usual
    assert taken_twice({}) == []


@pytest.mark.parametrize(
    ("name", "value", "told"),
    [
        ("units", "furlongs", "metric, imperial"),
        ("colour", "red", "time_format"),
        ("deadline", "soon", "from 1 to 600"),
        ("false_accepts", "nan", "from 0 to 0.5"),
        ("timezone", "Mars/Olympus", "Europe/Berlin"),
        ("timezone", "../etc/passwd", "Europe/Berlin"),
        ("keys.inspectr", "f3", "no key “inspectr” to set: did you mean “inspector”"),
        ("keys.x", "f3", "no key “x” to set: there are: help, inspector"),
        ("keys.inspector", "f3", "f3, which is sessions already: take another key, or set keys.se"),
        ("keys.talk", "f6,escape", "escape, which is leave already"),
        ("keys.talk", "enter", "enter, which is what sends a line already: take another key."),
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


NAMING = {
    "disabled": ("dyce", "dice", "install it first, as by putting its file into"),
    "trusted": ("nunpy", "numpy", "install it first, as by pip install zzz."),
    "recognizer": ("vosc", "vosk", "install the package that brings it first."),
    "intent_model": ("intent-distilbrt", "intent-distilbert", "assistant models import FOLDER"),
    "feature_model": ("featuressqueezebert", "features-squeezebert", "models import FOLDER"),
    "speech_model": ("zzy", "", "assistant models add PATH"),
}
"""Settings that name what is installed: one that is nearly a name, the name, what brings one in."""


@pytest.mark.parametrize("name", NAMING)
def test_settings_name_what_is_installed(assistant_home: Path, name: str) -> None:
    """What is not there is refused with how it comes in; what the file names already may stay."""
    wrong, right, how = NAMING[name]
    path = assistant_home / "settings.toml"

    def set_(value: str) -> str:
        done = CliRunner().invoke(commands, ["settings", "set", name, value])
        assert done.exception is None or isinstance(done.exception, SettingsError)
        return str(done.exception or "")

    assert (f"did you mean “{right}”?" if right else how) in set_(wrong)
    assert how in set_("zzz")
    assert not path.exists()
    assert set_(right) == ""
    path.write_text(f'{name} = ["zzz", "{right}"]\n' if name in LISTS else f'{name} = "zzz"\n')
    assert set_("zzz") == ""
    assert set_(right) == ""


def test_settings_that_name_what_is_gone_are_told(assistant_home: Path) -> None:
    """At each opening, and nothing ends; the commands take the names out."""
    path = assistant_home / "settings.toml"
    files.write(path, 'disabled = ["gone"]\ntrusted = ["gone"]\nkeys = {talk = "f2"}\n')
    with closing(assemble(load(path))) as assistant:
        told = [each.text for each in news.at_opening(assistant)]
    assert [each.partition(",")[0] for each in told] == [
        "The setting “disabled” names “gone”",
        "The setting “trusted” names “gone”",
        "The key f2 is that of inspector and talk: give another one to talk.",
    ]
    listed = CliRunner().invoke(commands, ["skills"]).output
    assert all(each in listed for each in told)
    for words in (["enable", "gone"], ["trust", "gone", "--no"]):
        assert CliRunner().invoke(commands, ["skills", *words]).exit_code == 0
    assert (load(path).disabled, load(path).trusted) == ((), ())


def test_settings_tell_what_each_allows() -> None:
    """Every setting is listed with what may be set."""
    from dataclasses import fields

    from assistant.commands.settings import _allowed
    from assistant.settings import Settings

    assert all(_allowed(each.name) for each in fields(Settings))
