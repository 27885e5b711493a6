"""Sounds are played by the first way that works, until their end or the cut."""

from __future__ import annotations

import threading
from array import array
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from assistant.errors import SpeechError
from assistant.speech.speaking import player
from assistant.speech.speaking.player import Cut, LoudspeakerError, Player, Sound
from tests.loudspeakers import Ear, program, wav


@pytest.fixture
def path(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Return the only folder programs are found in."""
    monkeypatch.setenv("PATH", str(tmp_path))
    return tmp_path


def test_player_takes_the_next_way_with_the_whole_sound() -> None:
    """What the failing way had swallowed already is played too, and the good way comes first."""

    def failing(sounds: Iterator[Sound], cut: Cut) -> None:
        next(sounds)
        raise LoudspeakerError("no server")

    ear = Ear()
    subject = Player([("bad", failing), ("good", ear)])
    pieces = [Sound(8000, b"11"), Sound(8000, b"22")]
    subject.play(pieces, Cut())

    assert ear.heard == pieces
    assert subject.name == "good"


def test_player_of_a_program_is_killed_by_the_cut(
    path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A program that plays on and on ends with the cut, also while it is being fed."""
    program(path, "drone", "import time\nsys.stdin.buffer.read(10)\ntime.sleep(60)")
    monkeypatch.setitem(player.STREAMING, "drone", "drone {rate}")
    cut = Cut()
    threading.Timer(0.3, cut.cut).start()
    player.streamed("drone")(iter([Sound(8000, bytes(1_000_000))]), cut)

    assert cut.done


def test_player_of_a_program_that_fails(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Its last words are told."""
    program(path, "mute", "sys.exit('Connection refused')")
    monkeypatch.setitem(player.STREAMING, "mute", "mute {rate}")
    with pytest.raises(LoudspeakerError, match="Connection refused"):
        player.streamed("mute")(iter([Sound(8000, bytes(1_000_000))]), Cut())


def test_cut_that_came_first_calls_at_once() -> None:
    """What is hung on it later ends before it begins."""
    cut, called = Cut(), list[int]()
    cut.cut()
    cut.hang(lambda: called.append(1))

    assert called == [1]


def test_sound_at_a_volume() -> None:
    assert Sound(8000, array("h", [100, -100]).tobytes()).at(0.5) == Sound(
        8000, array("h", [50, -50]).tobytes()
    )


@pytest.mark.parametrize("kind", ["start", "end"])
def test_tone_is_short_and_begins_softly(kind: Any) -> None:
    """No click at either end, and no alarm."""
    sound = player.tone(kind)
    samples = array("h", sound.samples)

    assert 0.05 < len(samples) / sound.rate < 0.3
    assert 4000 < max(samples) < 12_000
    assert abs(samples[0]) < 50
    assert abs(samples[-1]) < 200


@pytest.mark.parametrize("data", [b"", b"RIFF", wav(b"1234", channels=2)])
def test_from_wav_of_something_else(data: bytes) -> None:
    with pytest.raises(SpeechError):
        player.from_wav(data)
