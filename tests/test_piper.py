"""Piper as a program of its own: found, asked, given up. The stand-in has its command line."""

from __future__ import annotations

import queue
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from assistant.errors import SpeechError
from assistant.speech.events import Notice
from assistant.speech.speaking import installed, trial, warm
from assistant.speech.speaking.engines import Engine, Manner
from assistant.speech.speaking.piper import PiperPackage, PiperProgram
from assistant.speech.speaking.places import piper_voices, places
from assistant.speech.speaking.player import Cut, Player
from assistant.speech.speaking.voice import Voice
from assistant.turn import Reply
from tests.loudspeakers import PATIENCE, Ear, program, wav
from tests.speaking_programs import (
    FIRST,
    SECOND,
    only_programs_in,
    piper_program,
    piper_voice,
    told,
)


@pytest.fixture
def path(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Return the only folder programs are found in, beside a home and data of one's own."""
    return only_programs_in(tmp_path, monkeypatch)


def piper_of(folder: Path) -> PiperProgram:
    return PiperProgram(piper_voices([folder])[0])


@pytest.mark.parametrize("names", [FIRST, SECOND])
def test_piper_stays_and_is_told_sentence_by_sentence(path: Path, names: str) -> None:
    """Both generations are understood; two texts use one process, another speed another one."""
    piper_program(path, names)
    voice = piper_voice(path / "voices")
    piper, ear = piper_of(path / "voices"), Ear()
    player = Player([("ear", ear)])
    for text in ("One. It is 3.5 km, two.", "More."):
        piper.say(text, "", Manner(volume=0.5), player, Cut())
    piper.say("Fast.", voice.stem, Manner(rate=2.0), player, Cut())
    piper.close()

    lines = ["started", "1 One.", "1 It is 3.5 km, two.", "1 More.", "started", "0.5 Fast."]
    assert told(voice) == lines
    assert [sound.rate for sound in ear.heard] == [16_000] * 4
    assert [sound.samples[0] for sound in ear.heard] == [2, 9, 2, 5]
    silence = round(0.2 * 16_000)
    assert [len(sound.samples) // 2 - silence for sound in ear.heard] == [400, 1800, 500, 250]


@pytest.mark.parametrize(
    ("kind", "reason"),
    [
        ("damaged", "onnxruntime: InvalidProtobuf: Load model failed"),
        ("garbage", "it makes no sound"),
        ("hangs", "no answer in "),
    ],
)
def test_piper_that_fails_is_told_once_and_the_system_reads(
    path: Path, monkeypatch: pytest.MonkeyPatch, kind: str, reason: str
) -> None:
    """One sentence; then the system's voice reads the whole reply, and those after."""
    monkeypatch.setattr(warm, "LOADING", 0.5)
    piper_program(path)
    voice = piper_voice(path / "home" / "voices", kind=kind)
    program(path, "espeak-ng", f"sys.stdout.buffer.write({wav(b'12' * 9)!r})")
    notices: list[Notice] = []
    ear = Ear()
    subject = Voice(Manner(f"piper/{voice.stem}"), notices.append, player=Player([("ear", ear)]))
    for _ in range(2):
        read_to_the_end(subject, "One. Two.")
    subject.close()

    (notice,) = notices
    assert notice.text.startswith(f"The voice piper/{voice.stem} failed ({reason}")
    assert len(ear.heard) == 4
    assert subject.name == "espeak-ng"


def test_piper_that_breaks_off_is_followed_by_the_rest(path: Path) -> None:
    """What it had read is not read again, and what it had not is read by the next voice."""
    piper_program(path)
    piper_voice(path / "home" / "voices")
    said = path / "said"
    script = f"open({str(said)!r}, 'a').write(sys.stdin.read() + '|')\n"
    program(path, "espeak-ng", script + f"sys.stdout.buffer.write({wav(b'12' * 9)!r})")
    notices: list[Notice] = []
    ear = Ear()
    subject = Voice(tell=notices.append, player=Player([("ear", ear)]))
    read_to_the_end(subject, "One. Two. It will crash. Four.")
    subject.close()

    assert said.read_text() == "It will crash.|Four.|"
    assert ["failed (RuntimeError: out of memory)" in each.text for each in notices] == [True]
    assert [sound.rate for sound in ear.heard] == [16_000, 16_000, 22_050, 22_050]


def read_to_the_end(subject: Voice, text: str) -> None:
    ended: queue.Queue[None] = queue.Queue()
    subject.speak(Reply(text), lambda: ended.put(None))
    ended.get(timeout=PATIENCE)


def test_piper_that_hangs_later_ends_with_its_process(
    path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A process that does not answer is gone, with its folder."""
    monkeypatch.setattr(warm, "PATIENCE", 0.5)
    piper_program(path)
    piper_voice(path / "voices")
    piper = piper_of(path / "voices")
    piper.make("One.", "", Manner(), Cut())
    process, folder = piper._process._process, piper._process._folder
    with pytest.raises(SpeechError, match="no answer in "):
        piper.make("It will hang.", "", Manner(), Cut())
    piper.close()

    assert process is not None
    assert folder is not None
    assert process.poll() is not None
    assert not Path(folder.name).exists()


def test_a_mouse_tool_is_no_voice(path: Path) -> None:
    """A tool for mice has the same name: what it says is told."""
    program(path, "piper", "sys.exit('unknown option --model')")
    piper_voice(path / "voices")
    with pytest.raises(SpeechError, match="unknown option --model"):
        piper_of(path / "voices").make("One.", "", Manner(), Cut())


def test_voices_are_found_in_the_usual_places(path: Path) -> None:
    """One's own folder comes first, then that of the settings; other languages are left out."""
    piper_program(path)
    mine = piper_voice(path / "home" / "voices", "en_GB-alba-low")
    chosen = piper_voice(path / "elsewhere", "en_US-joe-medium")
    usual = [
        piper_voice(path / "share/piper-voices/en/en_US/amy/medium"),
        piper_voice(path / "user/.local/share/piper/voices", "en_US-ryan-high"),
        piper_voice(path / "user/.var/app/com.mikeasoft.pied/data/pied/models", "en_GB-cori-high"),
    ]
    piper_voice(path / "home" / "voices", "de_DE-thorsten-low")
    piper_voice(path / "share/piper", mine.stem)
    piper_voice(path / "share/piper-voices/a/b/c/d/e/f", "en_US-too-deep")
    (engine,) = installed.found(str(path / "elsewhere"))

    found = [engine.where(voice) for voice in engine.voices()]  # type: ignore[attr-defined]
    assert found == [str(each) for each in (mine, chosen, usual[1], usual[0], usual[2])]
    assert places(Path("a"), "~/b", {"HOME": "/c"})[:2] == [Path("a"), Path("/c/b")]


@pytest.mark.parametrize(
    ("settings", "reason"),
    [
        (None, "lacks its settings: put en_US-amy-medium.onnx.json beside it."),
        ("{", "can't be read"),
        ("[]", "can't be read"),
        ('{"audio": {}}', "can't be read"),
        ('{"audio": {"sample_rate": "many"}}', "can't be read"),
    ],
)
def test_a_voice_without_whole_settings_is_told_where_it_is_wanted(
    path: Path, settings: str | None, reason: str
) -> None:
    """It is never among the voices; named in the settings, the sentence says why not."""
    piper_program(path)
    voice = piper_voice(path / "home" / "voices")
    beside = voice.with_name(f"{voice.name}.json")
    beside.unlink()
    if settings is not None:
        beside.write_text(settings, encoding="utf-8")
    program(path, "espeak-ng", f"sys.stdout.buffer.write({wav(b'12' * 9)!r})")
    notices: list[Notice] = []
    subject = Voice(Manner(voice.stem), notices.append, player=Player([("ear", Ear())]))
    read_to_the_end(subject, "One.")

    (notice,) = notices
    assert str(voice) in notice.text
    assert reason in notice.text
    assert subject.name == "espeak-ng"


def test_an_empty_voice_is_damaged(path: Path) -> None:
    piper_voice(path / "voices", kind="")

    assert piper_voices([path / "voices"])[1][0].told.endswith("(it is empty): fetch both again.")


def test_look_tells_only_what_speaks(path: Path) -> None:
    """Each voice is tried; where the usual one fails the next engine reads, as it does then."""
    piper_program(path)
    program(
        path,
        "espeak-ng",
        f"sys.stdout.buffer.write({wav(b'12' * 9)!r} if '--stdout' in sys.argv else b'Pty')",
    )
    well = piper_voice(path / "home" / "voices", "en_US-b-low")
    broken = piper_voice(path / "home" / "voices", "en_US-a-low", "damaged")
    (path / "home" / "voices" / "en_US-c-low.onnx").write_text("x", encoding="utf-8")
    seen = trial.look("", "")

    assert [(each.name, each.used, bool(each.trouble)) for each in seen.voices] == [
        ("piper/en_US-a-low", False, True),
        ("piper/en_US-b-low", False, False),
        ("espeak-ng", True, False),
    ]
    assert [each.where for each in seen.voices][:2] == [str(broken), str(well)]
    assert str(broken) in seen.voices[0].trouble
    assert "Load model failed): fetch it again" in seen.voices[0].trouble
    assert trial.look("en_US-b-low", "").voices[1].used
    assert seen.pleasant
    assert ["lacks its settings" in each for each in seen.troubles] == [True]


def test_look_leads_to_what_is_missing(path: Path) -> None:
    """A voice without piper, and piper without a voice, say what to get."""
    piper_voice(path / "home" / "voices")
    without_piper = trial.look("", "")
    piper_program(path)
    for each in (path / "home" / "voices").iterdir():
        each.unlink()
    without_voice = trial.look("", "")

    assert without_piper.troubles[0].endswith("no piper to speak it: pip install piper-tts.")
    assert "Piper is here without a voice: put NAME.onnx" in without_voice.troubles[0]
    assert not without_piper.pleasant


PACKAGE = """
import array
print("a package may print")
class SynthesisConfig:
    def __init__(self, length_scale): self.length_scale = length_scale
class Chunk:
    sample_rate = 16000
    def __init__(self, text, scale):
        self.audio_int16_bytes = array.array("h", [round(100 * scale)] * len(text)).tobytes()
class Config:
    length_scale = 1.0
    sample_rate = 16000
class PiperVoice:
    config = Config()
    @staticmethod
    def load(path): return PiperVoice()
    def synthesize(self, text, manner):
        if "fail" in text: raise ValueError("bad sentence")
        yield Chunk(text, manner.length_scale)
"""


@pytest.fixture
def package(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[PiperPackage]:
    """Return the engine with a stand-in for the package, in a process of its own."""
    (tmp_path / "piper.py").write_text(PACKAGE, encoding="utf-8")
    piper_voice(tmp_path / "voices")
    monkeypatch.setenv("PYTHONPATH", str(tmp_path))
    engine = PiperPackage(piper_voices([tmp_path / "voices"])[0])
    yield engine
    engine.close()


def test_the_package_stays_loaded_in_a_process_of_its_own(package: PiperPackage) -> None:
    """Two texts use one process; nothing of piper is in ours."""
    ear = Ear()
    subject = Player([("ear", ear)])
    package.say("One. Two two.", "", Manner(rate=2.0, volume=0.5), subject, Cut())
    first = package._process._process
    package.say("More.", "", Manner(), subject, Cut())

    assert [sound.samples[0] for sound in ear.heard] == [25, 25, 100]
    assert package._process._process is first
    assert "piper" not in sys.modules


def test_the_package_that_fails_says_why_and_goes_on(package: PiperPackage) -> None:
    with pytest.raises(SpeechError, match="ValueError: bad sentence"):
        package.make("fail", "", Manner(), Cut())

    assert package.make("fine", "", Manner(), Cut()).rate == 16_000


def test_the_process_of_a_missing_package_answers(tmp_path: Path) -> None:
    """A missing package is an answer, not a crash."""
    engine: Engine = PiperPackage(piper_voices([piper_voice(tmp_path / "voices").parent])[0])
    with pytest.raises(SpeechError, match="No module named 'piper'"):
        engine.say("One.", "", Manner(), Player([("ear", Ear())]), Cut())
    engine.close()
