"""Files are whole or not at all, their owner's alone, and written by one at a time."""

from __future__ import annotations

import os
import random
import signal
import stat
import subprocess
import sys
import time
from pathlib import Path

import pytest

from assistant import files, paths, settings
from assistant.doors.logs import keep_log
from assistant.errors import HomeError, SettingsError
from assistant.testing import Conversation

SET = """
import sys
from pathlib import Path
from assistant import settings
for n in range(int(sys.argv[2]), 10**9, 8):
    action = [*settings.ACTIONS][n % len(settings.ACTIONS)]
    settings.save(Path(sys.argv[1]), f"keys.{action}", f"alt+{chr(97 + n % len(settings.ACTIONS))}")
    print(n, flush=True)
"""


def test_files_that_can_t_be_written_stay_as_they_were(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Where the disk is full the old text is there, and nothing beside it."""
    path = tmp_path / "settings.toml"
    settings.save(path, "units", "imperial")
    before = path.read_bytes()

    def full(_: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(SettingsError, match="No space left on device"):
        settings.save(path, "units", "metric")
    assert path.read_bytes() == before
    assert [each.name for each in tmp_path.iterdir() if "part" in each.name] == []


def test_files_of_a_killed_writer_are_whole(tmp_path: Path) -> None:
    """However a program is killed that sets settings, the file can be read, with what was told."""
    path, chance = tmp_path / "settings.toml", random.Random(1)
    for n in range(6):
        with subprocess.Popen(
            [sys.executable, "-c", SET, str(path), str(n)], stdout=subprocess.PIPE, text=True
        ) as process:
            assert process.stdout is not None
            told = [int(process.stdout.readline())]
            time.sleep(chance.random() * 0.05)
            process.send_signal(signal.SIGKILL)
            told += [int(line) for line in process.stdout if line.endswith("\n")]
        action = [*settings.ACTIONS][told[-1] % len(settings.ACTIONS)]
        assert action in settings.load(path).keys


def test_files_that_killed_writers_left_go(tmp_path: Path) -> None:
    """What one that is gone had begun is dropped by the next; what one writes now stays."""
    path = tmp_path / "[odd] settings.toml"
    with subprocess.Popen([sys.executable, "-c", "pass"]) as other:
        other.wait()
    begun = [path.with_name(f".{path.name}.{number}.1.part") for number in (other.pid, 1)]
    for each in begun:
        each.touch()
    files.write(path, "text")
    assert [each.exists() for each in begun] == [False, True]


def test_files_that_are_links_are_written_through(tmp_path: Path) -> None:
    """Settings may lie elsewhere: the link stays, and its target holds them; that of none too."""
    target, link = tmp_path / "dotfiles" / "settings.toml", tmp_path / "home" / "settings.toml"
    link.parent.mkdir()
    link.symlink_to(Path("..", "dotfiles", "settings.toml"))
    for units in ("imperial", "metric"):
        settings.save(link, "units", units)
        assert link.is_symlink()
        assert settings.load(target).units == units
    assert [each.name for each in link.parent.iterdir()] == ["settings.toml"]


def test_files_of_several_writers_lose_nothing(tmp_path: Path) -> None:
    """Eight programs set a key each at once; all eight are there."""
    path = tmp_path / "settings.toml"
    code = SET.replace("10**9, 8", "int(sys.argv[2]) + 1")
    every = [
        subprocess.Popen([sys.executable, "-c", code, str(path), str(n)], stdout=subprocess.PIPE)
        for n in range(8)
    ]
    assert all(each.wait() == 0 for each in every)
    assert set(settings.load(path).keys) == set([*settings.ACTIONS][:8])


def test_files_are_their_owner_s_alone(say: Conversation) -> None:
    """Whatever the umask was when it was made."""
    before = os.umask(0o022)
    try:
        say("add milk to my shopping list")
        settings.save(paths.settings_file(), "units", "metric")
    finally:
        os.umask(before)
    kept = [paths.home(), *paths.home().glob("assistant.db*"), paths.settings_file()]
    assert {stat.S_IMODE(each.stat().st_mode) & 0o077 for each in kept} == {0}


def test_files_of_an_older_home_are_taken_back(say: Conversation) -> None:
    """What others could read of ours they can't any more; what is somebody's own stays."""
    say("add milk to my shopping list")
    own = paths.home() / "mine" / "run.sh"
    own.parent.mkdir()
    own.touch()
    for each in (own, own.parent, paths.home()):
        each.chmod(0o755)
    (paths.home() / "assistant.db").chmod(0o644)
    files.keep_private(paths.home())
    assert stat.S_IMODE((paths.home() / "assistant.db").stat().st_mode) == 0o600
    assert {stat.S_IMODE(each.stat().st_mode) for each in (own, own.parent)} == {0o755}


@pytest.mark.parametrize(
    ("content", "told"),
    [
        (b"units = 7\n", "units must be one of"),
        (b"deadline = true\n", "deadline must be a number"),
        (b"voice_name = [1, 2]\n", "voice_name must be a text"),
        (b"timezone = {a = 1}\n", "timezone must be a text"),
        (b"time_fromat = '12h'\n", "did you mean “time_format”?"),
        (b"x = " + b"[" * 5_000 + b"]" * 5_000, "nested too deeply"),
        (b"units = 'metric'\nunits = 'metric'\n", "can't be read"),
        (b"\xff\xfeunits", "no UTF-8 text"),
        (b"deadline = " + b"9" * 5_000, "can't be read"),
        (b"units = 0x" + b"f" * 5_000 + b"\n", "units must be one of"),
        (b"timezone = '" + b"x" * 5_000 + b"'\n", "There is no time zone"),
        (b"intent_model = '..'\n", "intent_model must be the name of a checkpoint"),
        (b"#" * 1_000_001, "over 1,000,000 bytes"),
        (b"intent_model = '../x'\n", "intent_model must be the name of a checkpoint"),
    ],
)
def test_files_settings_that_are_wrong_are_told_and_left(
    tmp_path: Path, content: bytes, told: str
) -> None:
    """One sentence says what and where; the others hold, and nothing is written over."""
    path = tmp_path / "settings.toml"
    path.write_bytes(content + (b"half_hour = 'to'\n" if content[:1] in b"udvti" else b""))
    before = path.read_bytes()
    found, sentences = settings.load_anyway(path)
    assert len(sentences) == 1
    assert told in sentences[0]
    assert str(path) in sentences[0]
    assert len(sentences[0]) < 400 + len(str(path))
    with pytest.raises(SettingsError):
        settings.load(path)
    if "Until then" in sentences[0]:
        assert found == settings.Settings()
        with pytest.raises(SettingsError):
            settings.save(path, "units", "metric")
        assert path.read_bytes() == before
    else:
        assert found.half_hour == "to"
        assert settings.save(path, "time_format", "12h").time_format == "12h"


@pytest.mark.parametrize("kind", ["folder", "pipe"])
def test_files_settings_that_are_no_file(tmp_path: Path, kind: str) -> None:
    """Neither is waited for."""
    path = tmp_path / "settings.toml"
    if kind == "pipe" and not hasattr(os, "mkfifo"):
        pytest.skip("needs named pipes")
    path.mkdir() if kind == "folder" else os.mkfifo(path)
    assert settings.load_anyway(path)[0] == settings.Settings()
    with pytest.raises(SettingsError, match="no file"):
        settings.load(path)


def test_files_settings_with_a_byte_order_mark(tmp_path: Path) -> None:
    """An editor's mark before the first line is none of the settings'."""
    path = tmp_path / "settings.toml"
    path.write_bytes(b"\xef\xbb\xbfunits = 'imperial'\n")
    assert settings.save(path, "time_format", "12h").units == "imperial"


def test_files_home_of_nobody(monkeypatch: pytest.MonkeyPatch) -> None:
    """A user there is not is told."""
    monkeypatch.setenv("ASSISTANT_HOME", "~nobody-by-this-name/x")
    with pytest.raises(HomeError, match="no such user"):
        paths.home()


def test_files_zone_of_the_system_that_is_none(monkeypatch: pytest.MonkeyPatch) -> None:
    """One sentence names the setting that mends it."""
    import tzlocal

    def none() -> None:
        raise KeyError("no zone is named Foo/Bar")

    monkeypatch.setattr(tzlocal, "get_localzone", none)  # it keeps what it has found once
    with pytest.raises(SettingsError, match="assistant settings set timezone"):
        settings.Settings().zone()


def test_files_log_that_can_t_be_written(capfd: pytest.CaptureFixture[str]) -> None:
    """What can't be logged is no matter for the screen."""
    import logging

    paths.home().mkdir(parents=True)
    paths.log_file().mkdir()
    keep_log()
    logging.getLogger("assistant.x").warning("something")
    assert capfd.readouterr() == ("", "")


def test_files_that_are_none_are_not_replaced(tmp_path: Path) -> None:
    """What a link leads to may be a device or a pipe, whose place no file may take."""
    pipe, link = tmp_path / "pipe", tmp_path / "settings.toml"
    os.mkfifo(pipe)
    link.symlink_to(pipe)
    with pytest.raises(OSError, match="is no file"):
        files.write(link, "a = 1")
    with pytest.raises(OSError, match="is no file"), files.alone(link):
        pass
    assert pipe.is_fifo()
    assert sorted(each.name for each in tmp_path.iterdir()) == ["pipe", "settings.toml"]
