"""Replies are read aloud by whatever speaks on this system."""

from __future__ import annotations

from pathlib import Path

import pytest

from assistant.speech.voice import Voice
from assistant.turn import Reply


@pytest.fixture
def spoken(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Return a file that a stand-in for espeak-ng writes what it is told to speak to."""
    out = tmp_path / "spoken"
    program = tmp_path / "espeak-ng"
    program.write_text(f'#!/bin/sh\nprintf "%s" "$1" > "{out}"\n', encoding="utf-8")
    program.chmod(0o755)
    monkeypatch.setenv("PATH", f"{tmp_path}:/bin:/usr/bin")
    monkeypatch.setattr("assistant.speech.voice.VOICES", (("espeak-ng",),))
    return out


def test_voice_speaks_the_speech_of_a_reply(spoken: Path) -> None:
    """The words for the ear are spoken, and a dash is no option."""
    voice = Voice()
    voice.speak(Reply("- **milk**", "--milk"))
    assert voice._speaking is not None
    voice._speaking.wait(timeout=5)

    assert spoken.read_text(encoding="utf-8") == " --milk"


def test_voice_is_cut_off_by_the_next_reply(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Stopping ends the process that speaks."""
    program = tmp_path / "drone"
    program.write_text("#!/bin/sh\nexec sleep 60\n", encoding="utf-8")
    program.chmod(0o755)
    monkeypatch.setattr("assistant.speech.voice.VOICES", ((str(program),),))
    voice = Voice()
    voice.speak(Reply("long"))
    speaking = voice._speaking
    voice.stop()

    assert speaking is not None
    assert speaking.returncode is not None


def test_voice_without_any_is_silent(monkeypatch: pytest.MonkeyPatch) -> None:
    """A system without a voice speaks nothing and breaks nothing."""
    monkeypatch.setattr("assistant.speech.voice.VOICES", (("no-such-voice",),))
    voice = Voice()
    voice.speak(Reply("hello"))

    assert not voice.found
