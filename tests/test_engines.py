"""Each program that speaks is told rate, volume, voice and text in its own way."""

from __future__ import annotations

import io
import json
import shutil
from array import array
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from assistant.errors import SpeechError
from assistant.speech.speaking import engines, piper_process, voice
from assistant.speech.speaking.engines import (
    Espeak,
    Manner,
    PiperPackage,
    PiperProgram,
    Say,
    Windows,
)
from assistant.speech.speaking.player import Cut, Player, Sound
from tests.loudspeakers import Ear, program, wav


@pytest.fixture
def path(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Return the only folder programs are found in."""
    monkeypatch.setenv("PATH", str(tmp_path))
    return tmp_path


def test_engines_are_told_rate_volume_and_voice(tmp_path: Path) -> None:
    """Each has its own way to count."""
    fast, slow = Manner(rate=2.0, volume=0.5), Manner(rate=0.5, volume=0.0)
    for name in ("one.onnx", "one.onnx.json"):
        (tmp_path / name).touch()
    piper = PiperProgram(tmp_path)
    dispatcher = engines.SpeechDispatcher()

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
    assert piper.command("", fast)[3:] == ["--length_scale", "0.500", "--output_raw"]


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


PIPER = """
import array
class SynthesisConfig:
    def __init__(self, length_scale): self.length_scale = length_scale
class Chunk:
    sample_rate = 16000
    def __init__(self, text, scale):
        self.audio_int16_bytes = array.array("h", [round(100 * scale)] * len(text)).tobytes()
class PiperVoice:
    @staticmethod
    def load(path): return PiperVoice()
    def synthesize(self, text, manner):
        if "fail" in text: raise ValueError("bad sentence")
        yield Chunk(text, manner.length_scale)
"""


@pytest.fixture
def piper(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[PiperPackage]:
    """Return the engine with a stand-in for the package, in a process of its own."""
    (tmp_path / "piper.py").write_text(PIPER, encoding="utf-8")
    (tmp_path / "amy.onnx").touch()
    (tmp_path / "amy.onnx.json").write_text('{"audio": {"sample_rate": 16000}}', encoding="utf-8")
    root = Path(voice.__file__).parents[2]
    monkeypatch.setenv("PYTHONPATH", f"{tmp_path}:{root}")
    engine = PiperPackage(tmp_path)
    yield engine
    engine.close()


def test_piper_stays_loaded_and_speaks_by_sentences(piper: PiperPackage) -> None:
    """Two texts use one process; each sentence is a sound of the voice's rate."""
    ear = Ear()
    subject = Player([("ear", ear)])
    piper.say("One. Two two.", "amy", Manner(rate=2.0, volume=0.5), subject, Cut())
    first = piper._loaded
    piper.say("More.", "", Manner(), subject, Cut())

    assert [(s.rate, len(s.samples) // 2, s.samples[0]) for s in ear.heard] == [
        (16_000, 4, 25),
        (16_000, 8, 25),
        (16_000, 5, 100),
    ]
    assert piper._loaded == first


def test_piper_that_fails_says_why_and_goes_on(piper: PiperPackage) -> None:
    """What piper raises is told; the next sentence is spoken."""
    ear = Ear()
    with pytest.raises(SpeechError, match="ValueError: bad sentence"):
        piper.say("fail", "amy", Manner(), Player([("ear", ear)]), Cut())
    piper.say("fine", "amy", Manner(), Player([("ear", ear)]), Cut())

    assert len(ear.heard) == 1


def test_piper_process_ends_with_its_input(monkeypatch: pytest.MonkeyPatch) -> None:
    """A missing package is an answer, not a crash."""

    def missing() -> Any:
        raise ImportError("no piper")

    monkeypatch.setattr(piper_process, "_piper", missing)
    out = io.BytesIO()
    piper_process.serve("x", io.BytesIO(b'{"text": "a", "length_scale": 1}\n'), out)

    assert json.loads(out.getvalue()) == {"error": "ImportError: no piper"}


def test_piper_program_is_asked_whether_it_speaks(path: Path) -> None:
    """A mouse tool of that name is not started with a text."""
    (path / "amy.onnx").touch()
    (path / "amy.onnx.json").write_text('{"audio": {"sample_rate": 8000}}', encoding="utf-8")
    program(path, "piper", "print('configures mice')")
    with pytest.raises(SpeechError, match="pip install piper-tts"):
        PiperProgram(path).say("a", "", Manner(), Player([]), Cut())
    program(
        path, "piper", "print('--output_raw') if '--help' in sys.argv else print('1234', end='')"
    )
    ear = Ear()
    PiperProgram(path).say("a", "", Manner(), Player([("ear", ear)]), Cut())

    assert ear.heard == [Sound(8000, b"1234")]


def test_installed_knows_piper_by_its_voice(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Piper without a voice file is none, and it comes before the others."""
    for name in ("piper", "espeak-ng", "spd-say"):
        program(path, name, "")
    monkeypatch.setattr("platform.system", lambda: "Linux")
    monkeypatch.setattr("importlib.util.find_spec", lambda name: None)
    (path / "amy.onnx").touch()
    without = [engine.name for engine in engines.installed(path)]
    (path / "amy.onnx.json").touch()

    assert without == ["espeak-ng", "spd-say"]
    assert [engine.name for engine in engines.installed(path)] == ["piper", *without]


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
