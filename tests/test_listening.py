"""``assistant listen`` on the command line: settings, files, and mistakes in one sentence."""

from __future__ import annotations

import wave
from pathlib import Path

import pytest

from assistant import paths
from assistant import settings as settings_file
from assistant.doors.listening import Wishes, manners_of, opener, options_of
from assistant.doors.spoken import Manners
from assistant.errors import SpeechError
from assistant.settings import Settings
from tests.test_cli import run


def test_listen_takes_its_manners_from_settings_and_command_line() -> None:
    """A recording is never spoken over; the voice is off unless it is set on."""
    assert not manners_of(Settings(), Wishes()).speak
    on = Settings(voice="on", headphones="on", beeps="on")
    assert manners_of(on, Wishes()) == Manners(half_duplex=False, beep=True)
    assert not manners_of(on, Wishes(speak=False)).speak
    assert not manners_of(on, Wishes(path=Path("a.wav"))).speak


def test_listen_wakes_only_where_a_word_is_set() -> None:
    """--wake without a wake word is a mistake that says what to do."""
    with pytest.raises(SpeechError, match="settings set wake_word"):
        options_of(Settings(), Wishes(wake=True))
    assert options_of(Settings(wake_word="hey computer"), Wishes(wake=True)).wake_word
    assert not options_of(Settings(wake_word="hey computer"), Wishes()).wake_word


def silence(path: Path, seconds: float = 1.0) -> Path:
    """Write a wav of mere zeros."""
    with wave.open(str(path), "wb") as sound:
        sound.setparams((1, 2, 16_000, 0, "NONE", ""))
        sound.writeframes(bytes(2 * round(16_000 * seconds)))
    return path


def test_listen_opens_a_file_at_once(tmp_path: Path) -> None:
    """What is no sound is told before anything is built."""
    source = opener(Settings(), Wishes(path=silence(tmp_path / "a.wav")))(print)
    assert source.name == "a.wav"
    with pytest.raises(SpeechError):
        opener(Settings(), Wishes(path=tmp_path))


@pytest.mark.parametrize(
    ("words", "code", "sentence"),
    [
        (("--file", "nowhere.wav"), 1, "There is no file nowhere.wav: check the path."),
        (("--file", "."), 1, ". is a folder: name a sound file in it."),
        (("--file", "a.wav", "--stdin"), 2, "--file and --stdin exclude one another."),
        (("--wake",), 1, "There is no wake word yet: assistant settings set wake_word PHRASE."),
    ],
)
def test_listen_tells_a_mistake_in_one_sentence(
    words: tuple[str, ...], code: int, sentence: str
) -> None:
    """Nothing is printed but the sentence."""
    done = run("listen", *words)

    assert done.returncode == code
    assert done.stdout == ""
    assert done.stderr.splitlines()[-1].endswith(sentence)


def test_listen_with_a_speech_model_that_is_gone_says_which_there_are(
    tmp_path: Path, assistant_home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """One sentence, and the code of a failure."""
    monkeypatch.delenv("VOSK_MODEL", raising=False)
    settings_file.save(paths.settings_file(), "speech_model", "gone")
    done = run("listen", "--file", str(silence(tmp_path / "a.wav")))

    assert done.returncode == 1
    assert "There is no speech model gone: there are hearing-vosk-en." in done.stderr
    assert len(done.stderr.splitlines()) == 1
