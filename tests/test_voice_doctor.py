"""The doctor of voice names what is wrong with it, and the command that mends it."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from assistant.cli import commands
from assistant.errors import SpeechError
from assistant.measuring import voice_checks
from assistant.speech.capture import devices, microphone
from assistant.speech.capture.devices import Device
from assistant.speech.events import Notice
from assistant.speech.sound import SAMPLES
from tests.loudspeakers import wav
from tests.virtual_microphone import virtual_microphone

pytestmark = pytest.mark.sound

PULSE = Device("pulse", 2, 44_100.0, default=True, index=0)


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Return a home of one's own, and a path without programs."""
    monkeypatch.setenv("ASSISTANT_HOME", str(tmp_path / "home"))
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.delenv("VOSK_MODEL", raising=False)
    monkeypatch.setattr("platform.system", lambda: "Linux")
    return tmp_path


def program(folder: Path, name: str, script: str) -> None:
    """Put a program on the path that stands in for one."""
    path = folder / name
    path.write_text(f"#!{sys.executable}\nimport sys\n{script}\n", encoding="utf-8")
    path.chmod(0o755)


def microphone_of(
    frame: bytes = b"", error: str = "", notice: str = "", lost: int = 0
) -> Callable[..., Any]:
    """Return a class whose microphone gives one frame again and again, or fails."""

    class Fake:
        def __init__(self, name: str, tell: Callable[[Notice], object]) -> None:
            self.lost = lost
            if notice:
                tell(Notice(notice, trouble=True))

        def frames(self) -> Iterator[bytes]:
            if error:
                raise SpeechError(error)
            while True:
                yield frame

        def close(self) -> None:
            """Nothing is open."""

    return Fake


def with_devices(monkeypatch: pytest.MonkeyPatch, *found: Device) -> None:
    monkeypatch.setattr(devices, "devices", lambda: list(found))


def doctor(*options: str) -> Result:
    return CliRunner().invoke(commands, ["voice", "doctor", "--no-speak", *options])


def checks(result: Result) -> dict[str, tuple[bool, str, str]]:
    """Return the checks of ``--json`` by name, the last of each."""
    found = json.loads(result.stdout)["checks"]
    return {each["name"]: (each["well"], each["found"], each["mend"]) for each in found}


def test_doctor_names_the_missing_library(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Without PortAudio the command that installs it is told, for the package program here."""

    def missing() -> Any:
        raise SpeechError(
            "The microphone needs the PortAudio library (PortAudio library not found): "
            + devices.portaudio_command()
        )

    monkeypatch.setattr(devices, "portaudio", missing)
    program(home, "apt-get", "")
    result = doctor()

    assert result.exit_code == 1
    assert "BAD  microphone: The microphone needs the PortAudio library" in result.stdout
    assert "     mend: sudo apt install libportaudio2\n" in result.stdout


@pytest.mark.parametrize(
    ("system", "mend"),
    [
        ("Linux", "plug one in, or start the sound server"),
        ("Darwin", "System Settings > Sound > Input"),
        ("Windows", "Settings > System > Sound > Input"),
    ],
)
def test_doctor_without_device(
    home: Path, monkeypatch: pytest.MonkeyPatch, system: str, mend: str
) -> None:
    monkeypatch.setattr("platform.system", lambda: system)
    with_devices(monkeypatch)
    well, found, how = checks(doctor("--json"))["microphone"]

    assert (well, found) == (False, "No microphone was found")
    assert mend in how


def test_doctor_of_an_unknown_microphone(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The setting names none of them: they are listed."""
    with_devices(monkeypatch, PULSE)
    (home / "home").mkdir()
    (home / "home" / "settings.toml").write_text('microphone = "blue"', encoding="utf-8")
    _, found, mend = checks(doctor("--json"))["microphone"]

    assert "“blue”; there are: pulse" in found
    assert mend == "assistant settings set microphone NAME"


@pytest.mark.parametrize(
    ("sentence", "mend"),
    [
        ("The microphone pulse is busy: close the other program that uses it.", "close the other"),
        (
            "The microphone pulse may not be used: allow it in Privacy & Security > Microphone.",
            "Privacy & Security > Microphone",
        ),
    ],
)
def test_doctor_of_a_microphone_that_does_not_open(
    home: Path, monkeypatch: pytest.MonkeyPatch, sentence: str, mend: str
) -> None:
    """Busy and forbidden are told apart; the model and the voice are looked at all the same."""
    with_devices(monkeypatch, PULSE)
    monkeypatch.setattr(microphone, "Microphone", microphone_of(error=sentence))
    result = doctor("--json")
    found = checks(result)

    assert found["recording"][:2] == (False, sentence.partition(":")[0])
    assert mend in found["recording"][2]
    assert {"speech model", "voice"} <= set(found)


def test_doctor_of_a_muted_microphone(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Zeros are told as such, and no second complaint that no words were heard."""
    with_devices(monkeypatch, PULSE)
    monkeypatch.setattr(microphone, "Microphone", microphone_of(bytes(2 * SAMPLES)))
    found = checks(doctor("--json", "--seconds", "1"))

    assert not found["level"][0]
    assert "only zeros" in found["level"][1]
    assert "words" not in found


def test_doctor_tells_lost_frames_and_notices(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with_devices(monkeypatch, PULSE)
    gone = "The microphone pulse has vanished: waiting for the microphone pulse."
    fake = microphone_of(b"\1\0" * SAMPLES, notice=gone, lost=7)
    monkeypatch.setattr(microphone, "Microphone", fake)
    result = doctor("--seconds", "1")

    assert "BAD  recording: The microphone pulse has vanished" in result.stdout
    assert "7 frames were lost" in result.stdout


PACTL = """
answers = {
    "get-default-source": "out.monitor",
    "get-source-mute": "Mute: yes",
    "list": "0\\tout.monitor\\tx\\n1\\tusb_mic\\tx",
}
print(answers[sys.argv[1]])
"""


def test_doctor_asks_the_sound_server(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A muted source, and a default that records the loudspeaker, are told with commands."""
    program(home, "pactl", PACTL)
    with_devices(monkeypatch, PULSE)
    monkeypatch.setattr(microphone, "Microphone", microphone_of(bytes(2 * SAMPLES)))
    result = doctor("--seconds", "1")

    assert "mend: pactl set-source-mute @DEFAULT_SOURCE@ 0\n" in result.stdout
    assert "mend: pactl set-default-source usb_mic\n" in result.stdout


def test_doctor_tells_of_the_bundled_model(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """It is well, and larger ones are named."""
    with_devices(monkeypatch)
    found = checks(doctor("--json"))

    assert found["speech model"][0]
    assert found["speech model"][1].startswith("hearing-vosk-en; assistant models get")


def test_doctor_without_model_and_voice(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Both are told with what to type."""
    with_devices(monkeypatch)
    monkeypatch.setattr("assistant.speech.models.shelf.bundled", list)
    program(home, "dnf", "")
    found = checks(doctor("--json"))

    assert "assistant models get" in found["speech model"][2]
    assert found["voice"][:2] == (False, "No voice was found")
    assert "sudo dnf install espeak-ng" in found["voice"][2]


def test_doctor_of_everything_does_not_call_missing_voice_bad(
    home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Chat works without: both are off, with what mends it."""
    with_devices(monkeypatch)
    result = CliRunner().invoke(commands, ["doctor", "--json"])
    found = {each["name"]: each for each in json.loads(result.stdout)}

    assert found["speech"]["well"]
    assert found["speech"]["found"] == "off: No microphone was found"
    assert "plug one in" in found["speech"]["mend"]
    assert found["voice"]["well"]
    assert found["voice"]["found"] == "off: No voice was found"
    assert found["voice"]["mend"].endswith("assistant settings set voice off")


def test_doctor_tells_an_unknown_voice(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    program(home, "espeak-ng", "print('Pty\\n 2 en-gb --/M English gmw/en')")
    with_devices(monkeypatch)
    (home / "home").mkdir()
    (home / "home" / "settings.toml").write_text('voice_name = "nobody"', encoding="utf-8")

    assert checks(doctor("--json"))["voice"] == (
        False,
        "There is no voice “nobody”, so espeak-ng reads",
        "assistant voice list shows those there are",
    )


@pytest.mark.parametrize("kind", ["unmute", "lower", "raise", "speak", "quiet"])
@pytest.mark.parametrize("system", ["Linux", "Darwin", "Windows"])
def test_mend_level_has_something_for_every_system(
    home: Path, monkeypatch: pytest.MonkeyPatch, kind: str, system: str
) -> None:
    """No pactl where there is none."""
    monkeypatch.setattr("platform.system", lambda: system)
    bare = voice_checks.mend_level(kind)
    program(home, "pactl", "")
    with_server = voice_checks.mend_level(kind)

    assert "pactl" not in bare
    assert len(bare) > 20
    assert ("pactl" in with_server) == (system == "Linux" and kind in ("unmute", "lower", "raise"))


ESPEAK = f"""
if "--stdout" in sys.argv:
    sys.stdout.buffer.write({wav(b"12" * 9)!r})
else:
    print("Pty\\n 2 en-gb --/M E gmw/en\\n 2 en-us --/M A gmw/en-US")
"""


def test_voice_list_marks_the_one_that_reads(home: Path) -> None:
    program(home, "espeak-ng", ESPEAK)
    (home / "home").mkdir()
    (home / "home" / "settings.toml").write_text('voice_name = "en-gb"', encoding="utf-8")
    lines = CliRunner().invoke(commands, ["voice", "list"]).stdout.splitlines()

    assert lines[:2] == [f"* espeak-ng/en-gb ({home / 'espeak-ng'})", "  espeak-ng/en-us"]


def test_voice_list_without_any(home: Path) -> None:
    result = CliRunner().invoke(commands, ["voice", "list"])

    assert isinstance(result.exception, SpeechError)
    assert "No voice was found" in str(result.exception)


def run(environment: dict[str, str], *words: str) -> subprocess.CompletedProcess[str]:
    """Run the command line in a process of its own."""
    return subprocess.run(
        [sys.executable, "-m", "assistant", *words],
        env={**os.environ, **environment},
        capture_output=True,
        text=True,
        timeout=120,
    )


def test_doctor_hears_and_speaks(tmp_path: Path, speech_model: Path) -> None:
    """By a virtual microphone: words are heard and spoken; then muted, which is named."""
    with virtual_microphone() as cables:
        environment = {
            **cables.environment,
            "VOSK_MODEL": str(speech_model),
            "ASSISTANT_HOME": str(tmp_path),
        }
        sentence = cables.synthesize("set a timer for ten minutes")
        over = threading.Event()
        talking = threading.Thread(target=_repeat, args=(lambda: cables.say(sentence), over))
        talking.start()
        with cables.recording() as path:
            well = run(environment, "voice", "doctor", "--seconds", "6")
        over.set()
        talking.join()
        spoken = path.stat().st_size
        cables.pactl("set-source-mute", "@DEFAULT_SOURCE@", "1")
        muted = run(environment, "voice", "doctor", "--seconds", "1", "--no-speak")

    assert well.returncode == 0, well.stdout + well.stderr
    assert "timer" in well.stdout.partition("I heard")[2]
    assert "it has spoken" in well.stdout
    assert well.stderr == ""
    assert spoken > 100_000
    assert muted.returncode == 1
    assert "is muted\n     mend: pactl set-source-mute @DEFAULT_SOURCE@ 0" in muted.stdout
    assert "only zeros" in muted.stdout


def _repeat(act: Callable[[], object], over: threading.Event) -> None:
    while not over.is_set():
        act()
        time.sleep(0.3)
