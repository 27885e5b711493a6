from __future__ import annotations

import json
import os
import subprocess
import sys
import textwrap
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

from assistant.errors import SpeechError
from assistant.speech.capture import microphone as microphone_module
from assistant.speech.capture.microphone import Microphone
from assistant.speech.events import Notice
from assistant.speech.sound import FRAME_SECONDS, RATE, SAMPLES
from tests.sounddevices import OVERFLOW, FakeSounddevice, PortAudioError
from tests.virtual_microphone import VirtualMicrophone, virtual_microphone

pytestmark = pytest.mark.sound

ROOT = Path(__file__).parent.parent


@pytest.fixture
def fake(monkeypatch: pytest.MonkeyPatch) -> FakeSounddevice:
    made = FakeSounddevice()
    monkeypatch.setitem(sys.modules, "sounddevice", made)
    monkeypatch.setattr(microphone_module, "VANISHED_SECONDS", 0.05)
    monkeypatch.setattr(microphone_module, "FIRST_SECONDS", 0.05)
    return made


def block(value: int, seconds: float = FRAME_SECONDS, rate: int = RATE) -> np.ndarray:
    return np.full(round(rate * seconds), value, np.int16)


def take(microphone: Microphone, number: int) -> list[np.ndarray]:
    """Take so many frames and close it."""
    frames, taken = microphone.frames(), []
    for frame in frames:
        taken.append(np.frombuffer(frame, "<i2"))
        if len(taken) == number:
            microphone.close()
    return taken


def test_microphone_gives_frames_at_16_khz(fake: FakeSounddevice) -> None:
    fake.add("Desk mic")
    fake.scripts = [[block(n) for n in (1, 2, 3)]]
    microphone = Microphone()
    frames = take(microphone, 3)

    assert [set(frame.tolist()) for frame in frames] == [{1}, {2}, {3}]
    assert {len(frame) for frame in frames} == {SAMPLES}
    assert microphone.name == "Desk mic"
    assert microphone.live
    assert microphone.lost == 0
    assert fake.streams[-1].closed


@pytest.mark.parametrize("rate", [8_000, 44_100, 48_000, 96_000])
@pytest.mark.parametrize("channels", [1, 2, 8])
def test_microphone_negotiates_rate_and_channels(
    fake: FakeSounddevice, rate: int, channels: int
) -> None:
    fake.add("Studio", channels, rate)
    fake.scripts = [[block(8_000, rate=rate) for _ in range(30)]]
    frames = take(Microphone(), 20)

    assert fake.streams[-1].asked["samplerate"] == rate
    assert fake.streams[-1].asked["channels"] == channels
    assert frames[10].mean() == pytest.approx(8_000, rel=0.01)


def test_microphone_asks_a_sound_server_for_one_channel(fake: FakeSounddevice) -> None:
    fake.add("pulse", 32, 44_100, rates=(RATE, 44_100.0), takes=tuple(range(1, 33)))
    fake.scripts = [[block(5)]]
    take(Microphone(), 1)

    assert (fake.streams[-1].asked["samplerate"], fake.streams[-1].asked["channels"]) == (RATE, 1)


def test_microphone_counts_and_tells_what_was_lost(
    fake: FakeSounddevice, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(microphone_module, "KEPT_SECONDS", 10 * FRAME_SECONDS)
    fake.add("Desk mic")
    fake.scripts = [[OVERFLOW, *[block(1)] * 30]]
    told: list[Notice] = []
    microphone = Microphone(tell=told.append)
    take(microphone, 5)

    assert microphone.lost == 1 + 21
    assert "22 frames (0.7 s) of the microphone Desk mic were lost" in told[0].text
    assert len(told) == 1


def test_microphone_that_vanished_is_opened_again(fake: FakeSounddevice) -> None:
    mic = fake.add("Desk mic")
    fake.scripts = [[block(1)], [block(2)]]

    def scanned() -> None:
        mic["error"] = None if fake.scans >= 3 else PortAudioError("gone", -9996)

    fake.on_scan = scanned
    told: list[Notice] = []
    frames = [frame[0] for frame in take(Microphone(tell=told.append), 6)]

    assert frames[0] == 1
    assert frames[-1] == 2
    assert set(frames[1:-1]) == {0}, "silence in its place"
    assert fake.scans == 3
    assert [each.trouble for each in told] == [True, False]
    assert "has vanished" in told[0].text
    assert "open again" in told[1].text


def test_microphone_that_never_comes_back_can_be_closed(fake: FakeSounddevice) -> None:
    fake.add("Desk mic")
    fake.scripts = [[block(1)]]
    fake.on_scan = fake.listed.clear
    microphone = Microphone()
    threading.Timer(0.4, microphone.close).start()
    began = time.monotonic()
    list(microphone.frames())

    assert time.monotonic() - began < 2


def test_microphone_is_opened_again_after_sleep(
    fake: FakeSounddevice, monkeypatch: pytest.MonkeyPatch
) -> None:
    slept = iter([0.0, 0.0, 3600.0])
    monkeypatch.setattr(microphone_module, "asleep", lambda: next(slept, 3600.0))
    fake.add("Desk mic")
    fake.scripts = [[block(1), block(1)], [block(2)]]
    told: list[Notice] = []
    frames = [frame[0] for frame in take(Microphone(tell=told.append), 2)]

    assert frames == [1, 2]
    assert "The machine slept" in told[0].text


def test_microphone_of_mere_zeros_is_told_once(fake: FakeSounddevice) -> None:
    fake.add("Desk mic")
    fake.scripts = [[block(0)] * 240]
    told: list[Notice] = []
    take(Microphone(tell=told.append), 240)

    assert [each.text.split(":")[0] for each in told] == [
        "The microphone Desk mic gives only silence"
    ]
    assert "may be muted" in told[0].text


def test_microphone_of_some_noise_is_not_muted(fake: FakeSounddevice) -> None:
    fake.add("Desk mic")
    fake.scripts = [([block(0)] * 100 + [block(1)]) * 2]
    told: list[Notice] = []
    take(Microphone(tell=told.append), 200)

    assert told == []


@pytest.mark.parametrize(
    ("error", "said"),
    [
        (PortAudioError("Device unavailable", -9985), "is busy: close the other program"),
        (
            PortAudioError("Unanticipated host error", -9999, (0, -16, "Device or resource busy")),
            "is busy",
        ),
        (
            PortAudioError("Unanticipated host error", -9999, (0, -13, "Permission denied")),
            "may not be used: ",
        ),
        (PortAudioError("Internal PortAudio error", -9986), "can't be opened (Internal"),
    ],
)
def test_microphone_that_does_not_open_is_one_sentence(
    fake: FakeSounddevice, error: Exception, said: str
) -> None:
    fake.add("Desk mic", error=error)

    with pytest.raises(SpeechError) as caught:
        next(Microphone().frames())

    assert said in str(caught.value)
    assert "Desk mic" in str(caught.value)
    assert "\n" not in str(caught.value)


def test_microphone_imports_cheaply() -> None:
    code = (
        "import assistant.speech.capture.microphone, sys\n"
        "print('sounddevice' in sys.modules, 'numpy' in sys.modules)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, cwd=ROOT)

    assert done.stdout.split() == ["False", "False"]


CHILD = """
import sys, threading, time
from assistant.speech.hearing.gate import level
from assistant.speech.capture.microphone import Microphone

microphone = Microphone("", lambda notice: print("told", notice.text, flush=True))
threading.Thread(target=lambda: (sys.stdin.readline(), microphone.close()), daemon=True).start()
for number, frame in enumerate(microphone.frames()):
    if number == 0:
        print("open", microphone.name, flush=True)
    if level(frame) > -40:
        print("loud", flush=True)
print("closed", microphone.lost, flush=True)
"""


class Child:
    """A process that listens at the virtual microphone and prints what happens."""

    def __init__(self, virtual: VirtualMicrophone) -> None:
        self.process = subprocess.Popen(
            [sys.executable, "-c", textwrap.dedent(CHILD)],
            env={**virtual.environment, "PYTHONPATH": str(ROOT)},
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            text=True,
        )
        self.lines: list[str] = []
        threading.Thread(target=self._read, daemon=True).start()

    def wait_for(self, part: str, seconds: float = 20.0) -> str:
        """Return the first line with that part after those that were waited for already."""
        until = time.monotonic() + seconds
        while time.monotonic() < until:
            for number, line in enumerate(self.lines):
                if part in line:
                    del self.lines[: number + 1]
                    return line
            time.sleep(0.05)
        raise AssertionError(f"no line with {part!r}; there are {self.lines[-5:]}")

    def close(self) -> str:
        assert self.process.stdin is not None
        self.process.stdin.write("\n")
        self.process.stdin.flush()
        return self.wait_for("closed")

    def _read(self) -> None:
        assert self.process.stdout is not None
        for line in self.process.stdout:
            self.lines.append(line.strip())


@pytest.fixture
def virtual() -> Iterator[VirtualMicrophone]:
    with virtual_microphone() as made:
        yield made


@pytest.fixture
def child(virtual: VirtualMicrophone) -> Iterator[Child]:
    pytest.importorskip("sounddevice")
    made = Child(virtual)
    yield made
    made.process.kill()
    made.process.wait()


def test_microphone_hears_what_is_played(virtual: VirtualMicrophone, child: Child) -> None:
    child.wait_for("open")
    virtual.speak("what time is it")

    child.wait_for("loud")
    assert child.close() == "closed 0"


def test_microphone_outlives_the_sound_server(virtual: VirtualMicrophone, child: Child) -> None:
    child.wait_for("open")
    virtual.kill()
    child.wait_for("has vanished")
    virtual.start()
    child.wait_for("is open again")
    virtual.speak("what time is it")

    child.wait_for("loud")
    assert child.close() == "closed 0"


def test_microphone_serves_two_programs_or_says_busy(
    virtual: VirtualMicrophone, child: Child
) -> None:
    """A sound server lets both in; the hardware itself would say that it is busy."""
    child.wait_for("open")
    second = Child(virtual)
    try:
        second.wait_for("open")
        virtual.speak("hello")
        child.wait_for("loud")
        second.wait_for("loud")
    finally:
        second.process.kill()
        second.process.wait()


def test_microphone_without_a_server_is_one_sentence(tmp_path: Path) -> None:
    """Neither hardware nor server: opening fails or there is no device, without a traceback."""
    pytest.importorskip("sounddevice")
    code = (
        "from assistant.speech.capture.microphone import Microphone\n"
        "from assistant.errors import SpeechError\n"
        "import json\n"
        "try:\n    next(Microphone('no such microphone').frames())\n"
        "except SpeechError as error:\n    print(json.dumps(str(error)))\n"
    )
    nowhere = {"HOME": str(tmp_path), "XDG_RUNTIME_DIR": str(tmp_path), "PULSE_SERVER": "unix:/no"}
    done = subprocess.run(
        [sys.executable, "-c", code],
        env={**os.environ, **nowhere, "PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
    )
    said = json.loads(done.stdout)

    assert "microphone" in said.casefold()
    assert said.endswith((".", ")", "portaudio", "libportaudio2"))
