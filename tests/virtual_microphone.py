"""A microphone and a loudspeaker without hardware: a PulseAudio of one's own with two cables.

What is played into the sink ``cable`` is heard by the microphone; what a program plays comes out
of the sink ``out``, where it is recorded.
"""

from __future__ import annotations

import os
import random
import shutil
import subprocess
import tempfile
import threading
import time
import wave
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from ctypes.util import find_library
from pathlib import Path

import pytest

PROGRAMS = ("pulseaudio", "pactl", "paplay", "parec", "pacat", "espeak-ng")
"""What the cables and the speaker need."""

PLUGIN = "libasound_module_pcm_pulse.so"
"""ALSA's way to PulseAudio, by which PortAudio finds it."""

CABLE = "module-null-sink", "sink_name=cable", "rate=48000"
OUT = "module-null-sink", "sink_name=out", "rate=48000"
RATE = 16_000
MONO = f"--rate={RATE}", "--channels=1", "--format=s16le"
HISS = 6
"""Greatest sample of the room's noise: no real microphone gives mere zeros."""

DEFAULT_VOICE = "en-us"


def missing() -> str:
    """Return why there can be no virtual microphone here; empty when there can."""
    absent = [name for name in PROGRAMS if shutil.which(name) is None]
    if not find_library("portaudio"):
        absent.append("libportaudio2")
    if not any(Path("/usr/lib").glob(f"**/{PLUGIN}")):
        absent.append("libasound2-plugins")
    return f"a virtual microphone needs {', '.join(absent)}" if absent else ""


class VirtualMicrophone:
    """The running server; ``environment`` lets a child process use it."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._runtime = folder / "pulse"
        self._runtime.mkdir(mode=0o700)
        self.environment = {
            **os.environ,
            "HOME": str(folder),
            "XDG_RUNTIME_DIR": str(folder),
            "PULSE_RUNTIME_PATH": str(self._runtime),
            "PULSE_SERVER": f"unix:{self._runtime}/native",
            "PULSE_COOKIE": str(folder / "cookie"),
        }
        self.environment.pop("DBUS_SESSION_BUS_ADDRESS", None)
        self.environment.pop("DISPLAY", None)
        self._server: subprocess.Popen[bytes] | None = None
        self._room: subprocess.Popen[bytes] | None = None
        self._spoken = 0

    def start(self) -> None:
        """Start the server, both cables and the room's noise."""
        self._server = subprocess.Popen(
            [
                "pulseaudio",
                "-n",
                "--daemonize=no",
                "--exit-idle-time=-1",
                "--use-pid-file=no",
                "--disable-shm=yes",
                "-L",
                "module-native-protocol-unix",
                "-L",
                " ".join(CABLE),
                "-L",
                " ".join(OUT),
            ],
            env=self.environment,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=(self._folder / "server.log").open("ab"),
        )
        self._wait_for_server()
        self._point_at_cable()
        self.pactl("set-default-sink", "out")
        self.hiss()

    def pactl(self, *words: str) -> str:
        """Run pactl and return what it prints."""
        done = subprocess.run(
            ["pactl", *words], env=self.environment, capture_output=True, text=True, check=True
        )
        return done.stdout

    def say(self, path: Path, wait: bool = True) -> subprocess.Popen[bytes]:
        """Play a recording into the microphone; return when it is over, unless told otherwise."""
        playing = subprocess.Popen(
            ["paplay", "--device=cable", str(self.as_wav(path))], env=self.environment
        )
        if wait:
            assert playing.wait(timeout=120) == 0
        return playing

    def speak(self, text: str, voice: str = DEFAULT_VOICE, speed: int = 140) -> None:
        """Let a synthetic voice say a sentence into the microphone."""
        self.say(self.synthesize(text, voice, speed))

    def synthesize(self, text: str, voice: str = DEFAULT_VOICE, speed: int = 140) -> Path:
        """Return a wav of a sentence said by espeak-ng."""
        self._spoken += 1
        path = self._folder / f"spoken_{self._spoken}.wav"
        subprocess.run(
            ["espeak-ng", "-v", voice, "-s", str(speed), "-w", str(path), text], check=True
        )
        return path

    @contextmanager
    def recording(self) -> Iterator[Path]:
        """Record what the loudspeaker gives, as 16 kHz mono, into the wav that is yielded."""
        self._spoken += 1
        path = self._folder / f"recorded_{self._spoken}.wav"
        recorder = subprocess.Popen(
            [
                "parec",
                "--device=out.monitor",
                "--file-format=wav",
                f"--rate={RATE}",
                "--channels=1",
                "--format=s16le",
                "--latency-msec=30",
                str(path),
            ],
            env=self.environment,
        )
        time.sleep(0.3)
        try:
            yield path
        finally:
            time.sleep(0.3)
            recorder.terminate()
            recorder.wait(timeout=10)

    def wait_for_silence(self, patience: float = 30.0) -> None:
        """Return when the loudspeaker has had nothing to play for a moment."""
        end, quiet = time.monotonic() + patience, 0
        while quiet < 3 and time.monotonic() < end:
            sinks = self.pactl("list", "short", "sinks").splitlines()
            playing = any("\tout\t" in line and "RUNNING" in line for line in sinks)
            quiet = 0 if playing else quiet + 1
            time.sleep(0.2)

    def hiss(self) -> None:
        """Let the room make a little noise, until ``hush``."""
        chance = random.Random(1)
        steps = (chance.randint(-HISS, HISS) for _ in range(RATE))
        self.sound(b"".join(each.to_bytes(2, "little", signed=True) for each in steps))

    def sound(self, noise: bytes) -> None:
        """Let the room sound of nothing but samples, again and again, until ``hush``."""
        self.hush()
        self._room = subprocess.Popen(
            ["pacat", "--device=cable", *MONO],
            env=self.environment,
            stdin=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
        )
        threading.Thread(target=_pour, args=(self._room, noise), daemon=True).start()

    def hush(self) -> None:
        """Take the noise away, so that the microphone gives only zeros."""
        _end(self._room)
        self._room = None

    def unplug(self) -> None:
        """Take the microphone away while it is used."""
        self.hush()
        numbers = [
            line.split()[0]
            for line in self.pactl("list", "short", "modules").splitlines()
            if "sink_name=cable" in line
        ]
        for number in numbers:
            self.pactl("unload-module", number)

    def plug(self) -> None:
        """Bring the microphone back."""
        self.pactl("load-module", *CABLE)
        self._point_at_cable()
        self.hiss()

    def kill(self) -> None:
        """End the server as a crash would."""
        if self._server is not None:
            self._server.kill()
            self._server.wait(timeout=10)

    def close(self) -> None:
        """End everything."""
        self.hush()
        _end(self._server)

    def _point_at_cable(self) -> None:
        self.pactl("set-default-source", "cable.monitor")

    def _wait_for_server(self) -> None:
        for _ in range(100):
            with suppress(subprocess.CalledProcessError):
                self.pactl("info")
                return
            time.sleep(0.1)
        log = (self._folder / "server.log").read_text(encoding="utf-8", errors="replace")
        pytest.skip(f"pulseaudio does not start here: {log[-300:]}")

    def as_wav(self, path: Path) -> Path:
        """Return a recording as a wav of 16 bits."""
        if path.suffix == ".wav":
            return path
        import soundfile

        samples, rate = soundfile.read(path, dtype="int16")
        made = self._folder / f"{path.stem}.wav"
        soundfile.write(made, samples, rate, subtype="PCM_16")
        return made


@contextmanager
def virtual_microphone() -> Iterator[VirtualMicrophone]:
    """Yield a microphone of one's own, or skip with the reason why there is none."""
    reason = missing()
    if reason:
        pytest.skip(reason)
    # Not pytest's folder: the path of a socket may not be longer than 107 characters.
    with tempfile.TemporaryDirectory(prefix="mic-", ignore_cleanup_errors=True) as folder:
        microphone = VirtualMicrophone(Path(folder))
        try:
            microphone.start()
            yield microphone
        finally:
            microphone.close()


def seconds_of(path: Path) -> float:
    """Return how long a wav is."""
    with wave.open(str(path)) as sound:
        return sound.getnframes() / sound.getframerate()


def loudest(path: Path) -> int:
    """Return the greatest sample of a wav of 16 bits."""
    import array

    with wave.open(str(path)) as sound:
        samples = array.array("h", sound.readframes(sound.getnframes()))
    return max(map(abs, samples), default=0)


def _pour(room: subprocess.Popen[bytes], noise: bytes) -> None:
    """Write noise into the cable until it is cut."""
    assert room.stdin is not None
    with suppress(OSError, ValueError):
        while room.poll() is None:
            room.stdin.write(noise)


def _end(process: subprocess.Popen[bytes] | None) -> None:
    if process is None:
        return
    process.terminate()
    try:
        process.wait(timeout=5)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait(timeout=5)
