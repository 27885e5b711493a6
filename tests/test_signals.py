"""A few rounds of the campaign of signals, and programs started with their streams closed."""

from __future__ import annotations

import os
import random
import subprocess
import sys
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
