"""A few rounds of the campaign of signals, and programs started with their streams closed."""

from __future__ import annotations

import os
import pty
import random
import select
import shutil
import subprocess
import sys
import time
from contextlib import suppress
from pathlib import Path

import pytest

from assistant import paths, settings
from assistant.doors.ending import Ended, nobody_reads
from tests.hostile.signals import DOORS, Campaign

ROUNDS = [
    ("plain, waiting", "^C", 0.9),
    ("plain, a skill sleeps", "TERM", 1.0),
    ("chat", "HANGUP", 1.0),
    ("help", "PIPE", 0.1),
]
"""Doors, how they are ended, and after how many seconds."""


@pytest.mark.parametrize(("name", "way", "after"), ROUNDS)
def test_signals_end_quietly(name: str, way: str, after: float, tmp_path: Path) -> None:
    """The usual code, no word of Python's, the terminal as it was, what was told is kept."""
    home = tmp_path / "home"
    home.mkdir()
    campaign = Campaign(home, random.Random(1))

    campaign.round(name, DOORS[name], way, after)

    assert campaign.wrong == []
    assert sum(campaign.ended.values()) == 1


@pytest.mark.skipif(os.name == "nt", reason="streams are closed otherwise there")
def test_signals_without_streams_a_program_does_its_work() -> None:
    """Its files get none of the numbers that prints go to."""
    paths.home().mkdir(parents=True)
    words = f'exec "{sys.executable}" -m assistant say "note that the sky is blue" <&- >&- 2>&-'
    subprocess.run(["sh", "-c", words], check=True)
    words = words.replace('say "note that the sky is blue"', "chat --plain")
    subprocess.run(["sh", "-c", words], check=True)

    done = subprocess.run(
        [sys.executable, "-m", "assistant", "history"], capture_output=True, text=True, check=True
    )
    assert "the sky is blue" in done.stdout
    assert settings.load(paths.settings_file()) == settings.Settings()


def test_signals_only_a_closed_stream_ends_a_program() -> None:
    """A full disk is told as what it is."""
    with pytest.raises(Ended) as ended:
        nobody_reads(BrokenPipeError(32, "Broken pipe"))
    assert ended.value.code == 141
    with pytest.raises(OSError, match="No space"):
        nobody_reads(OSError(28, "No space left on device"))


@pytest.mark.skipif(shutil.which("make") is None, reason="make is not installed")
def test_signals_a_closed_terminal_ends_a_chat_behind_make(tmp_path: Path) -> None:
    """Make waits for what it runs, so that no signal comes to the chat of `make chat`."""
    told, rules = tmp_path / "pid", tmp_path / "Makefile"
    words = f"echo $$$$ > {told}; exec {sys.executable} -m assistant chat"
    rules.write_text(f"chat:\n\t@{words}\n", encoding="utf-8")
    make, terminal = pty.fork()
    if not make:
        os.environ["TERM"] = "xterm-256color"
        os.execvp("make", ["make", "-f", str(rules), "chat"])
    drawn = b""
    until = time.monotonic() + 60
    while b"idle" not in drawn and time.monotonic() < until:
        if select.select([terminal], [], [], 1)[0]:
            drawn += os.read(terminal, 65536)
    assert b"idle" in drawn

    os.close(terminal)

    until = time.monotonic() + 30
    while os.waitpid(make, os.WNOHANG) == (0, 0) and time.monotonic() < until:
        time.sleep(0.1)
    ended = not Path(f"/proc/{told.read_text().strip()}").exists()
    with suppress(ProcessLookupError):
        os.kill(int(told.read_text()), 9)
    assert ended
