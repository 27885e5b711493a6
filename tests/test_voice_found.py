"""The commands tell which voices there are, which reads, and how to get a pleasant one."""

from __future__ import annotations

import json
import threading
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from assistant.cli import commands
from assistant.errors import AssistantError, SettingsError
from assistant.measuring.bench_speaking import REPLY, SENTENCES, Heard
from assistant.speech.capture import devices
from assistant.speech.speaking import installed
from assistant.speech.speaking.engines import Manner
from assistant.speech.speaking.player import Cut, Player, Sound
from assistant.speech.speaking.voice import Voice
from tests.loudspeakers import Ear, program, wav
from tests.speaking_programs import only_programs_in, piper_program, piper_voice, told


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Return a folder that is home and path, with espeak-ng and without a microphone."""
    only_programs_in(tmp_path, monkeypatch)
    monkeypatch.delenv("VOSK_MODEL", raising=False)
    monkeypatch.setattr(devices, "devices", list)
    sound = f"sys.stdout.buffer.write({wav(b'12' * 9)!r})"
    program(tmp_path, "espeak-ng", f"{sound} if '--stdout' in sys.argv else print('Pty')")
    return tmp_path


def run(*words: str) -> Result:
    return CliRunner().invoke(commands, words)


def found(*names: str) -> list[tuple[bool, str, str]]:
    """Return what the doctor of voice finds under some names."""
    checks = json.loads(run("voice", "doctor", "--json", "--no-speak").stdout)["checks"]
    return [(c["well"], c["found"], c["mend"]) for c in checks if c["name"] in names]


def test_doctor_leads_to_a_pleasant_voice(home: Path) -> None:
    """With the system's voice alone both packages are named, with their licences."""
    ((well, lacking, mend),) = found("pleasant voice")
    ((_, system, _),) = found("voice found")

    assert well
    assert "piper-tts, GPL-3" in lacking
    assert "Apache-2.0" in lacking
    assert mend == (
        f"pip install piper-tts, then put NAME.onnx and NAME.onnx.json into {home / 'home/voices'}"
    )
    assert system == f"espeak-ng ({home / 'espeak-ng'}); it reads replies"


def test_doctor_tells_each_voice_and_how_another_is_chosen(home: Path) -> None:
    """The one that reads, those beside it, and the damaged one with what mends it."""
    piper_program(home)
    amy = piper_voice(home / "share/piper-voices/en")
    joe = piper_voice(home / "share/piper-voices/en", "en_US-joe-low", "damaged")
    rows = found("voice found")

    assert rows[0][0]
    assert rows[0][1].startswith(f"piper/{amy.stem} ({amy})")
    assert rows[0][1].endswith("; it reads replies")
    assert not rows[1][0]
    assert rows[1][1].startswith(f"piper/{joe.stem} ({joe}) does not speak (onnxruntime: ")
    assert rows[1][2] == "fetch it again, or take it away"
    assert rows[2][1].endswith("; to choose it: assistant settings set voice_name espeak-ng")
    assert found("pleasant voice") == []


def test_list_shows_only_what_speaks(home: Path) -> None:
    piper_program(home)
    amy = piper_voice(home / "home/voices")
    piper_voice(home / "home/voices", "en_US-joe-low", "damaged")
    lines = run("voice", "list").stdout.splitlines()

    assert lines[:2] == [f"* piper/{amy.stem} ({amy})", f"  espeak-ng ({home / 'espeak-ng'})"]
    assert lines[2].startswith("piper/en_US-joe-low (")
    assert "does not speak" in lines[2]


def test_a_folder_of_voices_is_set(home: Path) -> None:
    """A folder that is none is refused; what lies in it is found."""
    piper_program(home)
    voice = piper_voice(home / "mine")
    refused = run("settings", "set", "voice_folder", str(home / "none"))
    taken = run("settings", "set", "voice_folder", str(home / "mine"))

    assert isinstance(refused.exception, SettingsError)
    assert "There is no folder" in str(refused.exception)
    assert taken.exit_code == 0
    assert f"* piper/{voice.stem}" in run("voice", "list").stdout


def test_a_voice_is_warm_before_the_first_reply(home: Path) -> None:
    """It is loaded while nothing is said; a voice that needs no loading is left alone."""
    piper_program(home)
    voice = piper_voice(home / "home/voices")
    player = Player([("ear", Ear())])
    warm = Voice(engines=installed.found("")[:1], player=player)
    warm.warm()
    for thread in threading.enumerate():
        if thread.name.endswith("(_load)"):
            thread.join(20)
    lines = told(voice)
    warm.close()

    assert lines == ["started", "1 Yes."]


def test_bench_tells_how_soon_a_reply_is_heard(home: Path) -> None:
    """Three lengths, each beside the same reply made as a whole."""
    piper_program(home)
    voice = piper_voice(home / "home/voices")
    done = run("bench", "speaking", "--rounds", "1", "--json", "--out", str(home / "bench"))
    figures = json.loads(done.stdout)

    assert figures.pop("machine")
    assert [*figures] == [
        "speaking_first_word",
        *(f"speaking_first_sound_{count}" for count in SENTENCES),
    ]
    assert all("ratio" in figures[f"speaking_first_sound_{n}"]["detail"] for n in SENTENCES)
    assert f"1 {' '.join(REPLY)}" in told(voice)


def test_bench_without_a_voice_to_measure(home: Path) -> None:
    (home / "espeak-ng").unlink()
    done = run("bench", "speaking", "--out", str(home / "bench"))

    assert isinstance(done.exception, AssistantError)
    assert "assistant voice list shows them" in str(done.exception)


def test_a_gap_is_what_a_loudspeaker_waits_for() -> None:
    """A sound that comes while another is played makes none; one that comes later does."""
    heard = Heard()
    heard.sounds = [(1.0, 2.0), (1.5, 1.0), (4.25, 1.0)]

    assert heard.first == 1000
    assert heard.gap == 250


def test_a_volume_and_a_breath_belong_to_the_sound(home: Path) -> None:
    piper_program(home)
    piper_voice(home / "home/voices")
    (piper, *_) = installed.found("")
    ear = Ear()
    piper.say("Loud.", "", Manner(volume=0.0), Player([("ear", ear)]), Cut())
    piper.close()

    assert [type(each) for each in ear.heard] == [Sound]
    assert not any(ear.heard[0].samples)
