"""Each program that speaks is told rate, volume, voice and text in its own way."""

from __future__ import annotations

import json
import shutil
from array import array
from pathlib import Path

import pytest

from assistant.errors import SpeechError
from assistant.speech.speaking import system
from assistant.speech.speaking.engines import Manner
from assistant.speech.speaking.player import Cut, Player, Sound
from assistant.speech.speaking.system import Espeak, Say, SpeechDispatcher, Windows
from tests.loudspeakers import Ear, program, wav


@pytest.fixture
def path(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Return the only folder programs are found in."""
    monkeypatch.setenv("PATH", str(tmp_path))
    return tmp_path


def test_engines_are_told_rate_volume_and_voice() -> None:
    """Each has its own way to count."""
    fast, slow = Manner(rate=2.0, volume=0.5), Manner(rate=0.5, volume=0.0)
    dispatcher = SpeechDispatcher()

    assert Espeak("espeak-ng").command("en-gb", fast) == (
        "espeak-ng -v en-gb -s 350 -a 50 --stdin".split()
    )
    assert Say().command("Anna Lee", slow) == ["say", "-r", "88", "-v", "Anna Lee", "-f", "-"]
    assert Windows().environment("", fast) == {
        "ASSISTANT_RATE": "6",
        "ASSISTANT_VOLUME": "50",
        "ASSISTANT_VOICE": "",
    }
    assert Windows().environment("Zira", slow)["ASSISTANT_RATE"] == "-6"
    assert dispatcher.command("--x", "", fast)[2:] == ["-r", "100", "-i", "0", "--", "--x"]
    assert dispatcher.command("x", "Bob", Manner())[2:] == ["-r", "0", "-y", "Bob", "--", "x"]


def test_espeak_gets_the_text_by_a_pipe(path: Path) -> None:
    """A text is never an option nor shell code, whatever is in it."""
    out = path / "told"
    program(
        path,
        "espeak-ng",
        f"open({str(out)!r}, 'w').write(json.dumps([sys.argv[1:], sys.stdin.read()]))\n"
        f"sys.stdout.buffer.write({wav(b'12' * 5)!r})",
    )
    ear = Ear()
    text = "--help; $(rm x) `y` 'z' \"q\"\n-v"
    Espeak("espeak-ng").say(text, "", Manner(), Player([("ear", ear)]), Cut())
    options, said = json.loads(out.read_text(encoding="utf-8"))

    assert said == text
    assert options == "-v en-us -s 175 -a 100 --stdin --stdout".split()
    assert ear.heard == [Sound(22_050, b"12" * 5)]


def test_espeak_that_fails_says_why(path: Path) -> None:
    """The program's own words are in the sentence."""
    program(path, "espeak-ng", "sys.exit('no such voice')")
    with pytest.raises(SpeechError, match=r"no such voice.*assistant voice list"):
        Espeak("espeak-ng").say("a", "", Manner(), Player([("ear", Ear())]), Cut())


def test_espeak_lists_english_voices_it_can_speak(path: Path) -> None:
    """Voices of mbrola and mere variants are left out."""
    table = (
        "Pty Language Age/Gender VoiceName File Other\\n"
        " 2 en-gb --/M English gmw/en (en 2)\\n 2 en-us --/M America gmw/en-US (en 3)\\n"
        " 5 en-us --/M us-mbrola-2 mb/mb-us2 (en 7)\\n 5 variant --/M Storm !v/Storm (x)\\n"
    )
    program(path, "espeak-ng", f"print('{table}')")

    assert Espeak("espeak-ng").voices() == ["en-us", "en-gb"]


def test_say_takes_no_commands_from_the_text(path: Path) -> None:
    """Only our own volume is a command of macOS's speech."""
    out = path / "told"
    program(path, "say", f"open({str(out)!r}, 'w').write(sys.stdin.read())")
    Say().say("loud [[volm 1]] x", "", Manner(volume=0.25), Player([]), Cut())

    assert out.read_text(encoding="utf-8") == "[[volm 0.25]] loud  volm 1  x"


SPD = """
rows = {
    ("-L",): "NAME LANGUAGE VARIANT\\n  English (America)   en-US  x\\n  R+Adam  en-US  x",
    ("-O",): "OUTPUT MODULES\\nespeak-ng\\npiper\\nkokoro-generic",
    ("-o", "piper", "-L"): "NAME LANGUAGE VARIANT\\n  Amy   en-us  x\\n  Eva   de  x",
    ("-o", "kokoro-generic", "-L"): "NAME LANGUAGE VARIANT",
}
print(rows[tuple(sys.argv[1:])])
"""


def test_dispatcher_lists_the_voices_of_pleasant_modules(path: Path) -> None:
    """A module of piper or Kokoro is asked too, and chosen with its voice."""
    program(path, "spd-say", SPD)
    dispatcher = SpeechDispatcher()

    assert dispatcher.voices() == ["English (America)", "piper:Amy"]
    assert dispatcher.command("x", "piper:Amy", Manner())[4:-2] == ["-o", "piper", "-y", "Amy"]
    assert dispatcher.command("x", "a: b", Manner())[4:-2] == ["-y", "a: b"]


@pytest.mark.parametrize("script", ["print('Hello, I am no wav.')", "pass"])
def test_espeak_that_prints_something_else(path: Path, script: str) -> None:
    """Garbage is no sound: it is refused, not played."""
    program(path, "espeak-ng", script)
    ear = Ear()
    with pytest.raises(SpeechError, match="no sound"):
        Espeak("espeak-ng").say("a", "", Manner(), Player([("ear", ear)]), Cut())

    assert ear.heard == []


def test_espeak_that_hangs_is_given_up(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    program(path, "espeak-ng", "import time\ntime.sleep(60)")
    monkeypatch.setattr(system, "PATIENCE", 0.5)
    with pytest.raises(SpeechError, match=r"espeak-ng failed \(no answer in 0.5 seconds\)"):
        Espeak("espeak-ng").say("a", "", Manner(), Player([("ear", Ear())]), Cut())


@pytest.mark.skipif(shutil.which("espeak-ng") is None, reason="needs espeak-ng")
def test_espeak_itself_makes_a_sound() -> None:
    """The real program's wav, whose lengths are unknown, is read; a quiet one is quieter."""
    loud, quiet = Ear(), Ear()
    espeak = Espeak("espeak-ng")
    for ear, volume in ((loud, 1.0), (quiet, 0.2)):
        espeak.say("Good morning.", "", Manner(volume=volume), Player([("ear", ear)]), Cut())
    peaks = [max(array("h", ear.heard[0].samples)) for ear in (loud, quiet)]

    assert len(loud.heard[0].samples) / 2 / loud.heard[0].rate > 0.5
    assert peaks[1] < peaks[0] / 2
    assert "en-us" in espeak.voices()
