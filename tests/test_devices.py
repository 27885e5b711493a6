from __future__ import annotations

import builtins
import subprocess
import sys
import textwrap
from pathlib import Path
from typing import Any

import pytest

from assistant.errors import SpeechError
from assistant.speech.capture import devices as devices_module
from assistant.speech.capture.devices import Device, choose, portaudio_command
from assistant.speech.capture.microphone import Microphone, devices
from tests.sounddevices import FakeSounddevice

ROOT = Path(__file__).parent.parent


@pytest.fixture
def fake(monkeypatch: pytest.MonkeyPatch) -> FakeSounddevice:
    made = FakeSounddevice()
    monkeypatch.setitem(sys.modules, "sounddevice", made)
    return made


def test_devices_are_those_that_record(fake: FakeSounddevice) -> None:
    fake.add("Speakers", channels=0)
    fake.add("Desk mic", 2, 48_000)
    fake.add("Headset")
    fake.usual = 2

    assert devices() == [
        Device("Desk mic", 2, 48_000.0, default=False, index=1),
        Device("Headset", 1, 16_000.0, default=True, index=2),
    ]


def test_devices_without_any_and_without_a_default(fake: FakeSounddevice) -> None:
    with pytest.raises(SpeechError, match="No microphone was found: "):
        Microphone()
    fake.add("hw:0,0")
    fake.add("pulse")
    fake.usual = -1

    assert Microphone().name == "pulse"


LISTED = [
    Device("Built-in Microphone", 1, 44_100.0, index=0),
    Device("USB Microphone", 1, 44_100.0, index=1),
    Device("USB Microphone", 1, 48_000.0, default=True, index=2),
    Device("USB", 1, 48_000.0, index=3),
]


@pytest.mark.parametrize(("name", "index"), [("", 2), ("built-in", 0), ("usb mic", 2), ("usb", 3)])
def test_devices_chosen_by_name_or_a_part_of_it(name: str, index: int) -> None:
    assert choose(name, LISTED).index == index


def test_devices_unknown_name_lists_the_others() -> None:
    with pytest.raises(SpeechError, match="“Headset”; there are: Built-in Microphone, USB"):
        choose("Headset", LISTED)
    with pytest.raises(SpeechError, match="“1”"):
        choose("1", LISTED)


def test_devices_without_the_library(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delitem(sys.modules, "sounddevice", raising=False)
    genuine = builtins.__import__

    def refuse(name: str, *more: Any, **named: Any) -> Any:
        if name == "sounddevice":
            raise OSError("PortAudio library not found")
        return genuine(name, *more, **named)

    monkeypatch.setattr(builtins, "__import__", refuse)

    with pytest.raises(SpeechError, match="PortAudio library"):
        devices()


@pytest.mark.parametrize(
    ("program", "command"),
    [
        ("apt-get", "sudo apt install libportaudio2"),
        ("dnf", "sudo dnf install portaudio"),
        ("pacman", "sudo pacman -S portaudio"),
        ("", "install the package portaudio"),
    ],
)
def test_devices_command_for_this_system(
    monkeypatch: pytest.MonkeyPatch, program: str, command: str
) -> None:
    monkeypatch.setattr(devices_module.platform, "system", lambda: "Linux")
    monkeypatch.setattr(devices_module.shutil, "which", lambda name: name == program or None)

    assert portaudio_command() == command


def test_devices_command_elsewhere_is_the_wheel(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(devices_module.platform, "system", lambda: "Darwin")

    assert "pip install --force-reinstall sounddevice" in portaudio_command()


def test_devices_quiet_in_two_threads_gives_standard_error_back() -> None:
    code = """
        import os, threading, time
        from assistant.speech.capture.devices import quiet

        def hush():
            for _ in range(200):
                with quiet():
                    os.write(2, b"noise")

        threads = [threading.Thread(target=hush) for _ in range(4)]
        [each.start() for each in threads]
        [each.join() for each in threads]
        os.write(2, b"back")
    """
    done = subprocess.run(
        [sys.executable, "-c", textwrap.dedent(code)], capture_output=True, text=True, cwd=ROOT
    )

    assert done.stderr == "back"
