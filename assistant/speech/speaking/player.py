"""Sound to the loudspeaker, by whatever plays here and can be cut off at once."""

from __future__ import annotations

import importlib
import importlib.util
import itertools
import logging
import math
import platform
import shutil
import struct
import subprocess
import sys
import tempfile
import threading
import wave
from array import array
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

from assistant.errors import SpeechError

log = logging.getLogger(__name__)

STREAMING = {
    "paplay": "paplay --raw --format=s16le --channels=1 --rate={rate} --latency-msec=100",
    "aplay": "aplay --quiet --file-type raw --format S16_LE --channels 1 --rate {rate}",
}
"""Programs that play samples from their standard input."""

BLOCK_SECONDS = 0.01
"""What is given to PortAudio at a time, and half of what it keeps: so soon it is silent."""

TONES = {"start": (660.0, 880.0), "end": (880.0, 660.0)}
"""Hertz of the two halves of a beep: rising when listening begins, falling when it ends."""

TONE_RATE = 22_050
TONE_SECONDS = 0.14
LOUDNESS = 0.25
"""Of full scale: a beep is no alarm."""


LEAST_RATE, MOST_RATE = 4_000, 192_000
"""Samples a second that a voice may have; anything else is no sound."""


class LoudspeakerError(SpeechError):
    """Nothing here plays sound."""


@dataclass(frozen=True, slots=True)
class Sound:
    """One channel of little-endian 16-bit samples, ``rate`` a second."""

    rate: int
    samples: bytes

    def at(self, volume: float) -> Sound:
        """Return it at a volume from 0 to 1."""
        if volume >= 1:
            return self
        louder = array("h", self.samples)
        if sys.byteorder == "big":
            louder.byteswap()
        quiet = struct.pack(f"<{len(louder)}h", *(int(each * volume) for each in louder))
        return Sound(self.rate, quiet)

    @property
    def seconds(self) -> float:
        """Return how long it is."""
        return len(self.samples) / 2 / self.rate

    def followed(self, seconds: float) -> Sound:
        """Return it with silence behind it."""
        return Sound(self.rate, self.samples + bytes(2 * round(self.rate * seconds)))


class Cut:
    """Ends something that sounds: what is hung on it is called when it is cut, once."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._acts: list[Callable[[], object]] = []
        self._done = threading.Event()

    @property
    def done(self) -> bool:
        """Tell whether it was cut."""
        return self._done.is_set()

    def hang(self, act: Callable[[], object]) -> None:
        """Call ``act`` when it is cut; at once where it is already."""
        with self._lock:
            if not self.done:
                self._acts.append(act)
                return
        act()

    def cut(self) -> None:
        """End it."""
        with self._lock:
            self._done.set()
            acts, self._acts = self._acts, []
        for act in acts:
            act()


Way = Callable[[Iterator[Sound], Cut], None]
"""Plays sounds of one rate until their end or the cut. Raises SpeechError where it can't."""


class Player:
    """Plays by the first way that works here, and stays with it."""

    def __init__(self, ways: Sequence[tuple[str, Way]] | None = None) -> None:
        self._ways = list(here() if ways is None else ways)

    @property
    def found(self) -> bool:
        """Tell whether there is any way to play."""
        return bool(self._ways)

    @property
    def name(self) -> str:
        """Return what plays; empty where nothing does."""
        return self._ways[0][0] if self._ways else ""

    def play(self, sounds: Iterable[Sound], cut: Cut) -> None:
        """Play until the end or the cut. Raises LoudspeakerError with what each way said."""
        coming, played, told = iter(sounds), list[Sound](), []
        for name, way in list(self._ways):
            if cut.done:
                return
            try:
                way(itertools.chain(list(played), _kept(coming, played)), cut)
            except LoudspeakerError as error:
                log.info("%s: %s", name, error)
                told.append(f"{name}: {error}")
                continue
            self._ways.sort(key=lambda each: each[0] != name)
            return
        reasons = "; ".join(told) or "no program that plays"
        raise LoudspeakerError(f"No sound can be played ({reasons}): {mend_loudspeaker()}.")


def here() -> list[tuple[str, Way]]:
    """Return the ways this system may have to play, the best first."""
    if platform.system() == "Windows":
        return [*_portaudio(), ("winsound", by_winsound)]
    if platform.system() == "Darwin":
        return [*_portaudio(), ("afplay", by_file)]
    return [*((name, streamed(name)) for name in STREAMING if shutil.which(name)), *_portaudio()]


def mend_loudspeaker() -> str:
    """Return what helps where nothing plays."""
    if platform.system() == "Linux":
        return (
            "start the sound server (systemctl --user start pipewire-pulse), or install "
            "pulseaudio-utils or alsa-utils"
        )
    return "choose a loudspeaker in the system's sound settings"


def streamed(name: str) -> Way:
    """Return the way of a program that reads samples from its standard input."""

    def play(sounds: Iterator[Sound], cut: Cut) -> None:
        first = next(sounds, None)
        if first is None or cut.done:
            return
        playing = subprocess.Popen(
            STREAMING[name].format(rate=first.rate).split(),
            stdin=subprocess.PIPE,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE,
        )
        cut.hang(playing.kill)
        _pour(playing, itertools.chain([first], sounds))
        _, said = playing.communicate()
        if playing.returncode and not cut.done:
            raise LoudspeakerError(_last_line(said))

    return play


def by_portaudio(sounds: Iterator[Sound], cut: Cut) -> None:
    """Play through PortAudio, in this process."""
    from assistant.speech.capture.devices import portaudio, quiet

    try:
        sounddevice = portaudio()
    except SpeechError as error:
        raise LoudspeakerError(str(error)) from error
    first = next(sounds, None)
    if first is None:
        return
    try:
        with quiet():
            stream = sounddevice.RawOutputStream(
                samplerate=first.rate, channels=1, dtype="int16", latency=2 * BLOCK_SECONDS
            )
            stream.start()
        _write(stream, itertools.chain([first], sounds), cut)
    except sounddevice.PortAudioError as error:
        if not cut.done:
            raise LoudspeakerError(str(error)) from error


def by_file(sounds: Iterator[Sound], cut: Cut) -> None:
    """Play by macOS's afplay, which wants a file."""
    for sound in sounds:
        with tempfile.TemporaryDirectory() as folder:
            playing = subprocess.Popen(
                ["afplay", _saved(sound, folder)],
                stdout=subprocess.DEVNULL,
                stderr=subprocess.PIPE,
            )
            cut.hang(playing.kill)
            _, said = playing.communicate()
        if cut.done:
            return
        if playing.returncode:
            raise LoudspeakerError(_last_line(said))


def by_winsound(sounds: Iterator[Sound], cut: Cut) -> None:
    """Play by Windows itself; a file played in the background can be stopped."""
    winsound: Any = importlib.import_module("winsound")  # exists on Windows only
    for sound in sounds:
        with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as folder:
            over = threading.Event()
            cut.hang(over.set)
            try:
                winsound.PlaySound(
                    _saved(sound, folder), winsound.SND_FILENAME | winsound.SND_ASYNC
                )
            except RuntimeError as error:
                raise LoudspeakerError(str(error)) from error
            over.wait(len(sound.samples) / 2 / sound.rate)
            winsound.PlaySound(None, winsound.SND_PURGE)
        if cut.done:
            return


def tone(kind: Literal["start", "end"]) -> Sound:
    """Return the beep that tells that listening begins or ends."""
    count = round(TONE_RATE * TONE_SECONDS)
    samples = array("h")
    phase = 0.0
    for index in range(count):
        phase += 2 * math.pi * TONES[kind][2 * index // count] / TONE_RATE
        swell = math.sin(math.pi * index / count)
        samples.append(round(32_767 * LOUDNESS * swell * math.sin(phase)))
    if sys.byteorder == "big":
        samples.byteswap()
    return Sound(TONE_RATE, samples.tobytes())


def from_wav(data: bytes) -> Sound:
    """Return the sound of a wav as a program writes it to a pipe, its lengths unknown.

    Raises SpeechError where it is no wav of one channel and 16 bits.
    """
    begin = data.find(b"data", 12)
    if data[:4] != b"RIFF" or data[12:16] != b"fmt " or begin < 0:
        raise SpeechError("The voice made no sound: assistant voice doctor.")
    kind, channels, rate, _, _, bits = struct.unpack_from("<HHIIHH", data, 20)
    if (kind, channels, bits) != (1, 1, 16):
        raise SpeechError(f"The voice made {channels} channels of {bits} bits, not 1 of 16.")
    samples = data[begin + 8 :]
    if len(samples) < 2 or not LEAST_RATE <= rate <= MOST_RATE:
        raise SpeechError("The voice made no sound: assistant voice doctor.")
    return Sound(rate, samples[: len(samples) // 2 * 2])


def _portaudio() -> list[tuple[str, Way]]:
    known = importlib.util.find_spec("sounddevice") is not None
    return [("PortAudio", by_portaudio)] if known else []


def _kept(coming: Iterator[Sound], played: list[Sound]) -> Iterator[Sound]:
    """Yield sounds and keep them, for the next way should this one fail."""
    for sound in coming:
        played.append(sound)
        yield sound


def _pour(playing: subprocess.Popen[bytes], sounds: Iterator[Sound]) -> None:
    assert playing.stdin is not None
    try:
        for sound in sounds:
            with suppress(BrokenPipeError):
                playing.stdin.write(sound.samples)
                playing.stdin.flush()
                continue
            return
    except SpeechError:
        playing.kill()
        playing.wait()
        raise


def _write(stream: Any, sounds: Iterator[Sound], cut: Cut) -> None:
    """Write blocks until the end or the cut; then what is in the buffer is dropped."""
    try:
        for sound in sounds:
            step = 2 * round(sound.rate * BLOCK_SECONDS)
            for begin in range(0, len(sound.samples), step):
                if cut.done:
                    stream.abort()
                    return
                stream.write(sound.samples[begin : begin + step])
        _drain(stream, cut)
    finally:
        stream.close()


def _drain(stream: Any, cut: Cut) -> None:
    """Let the buffer play out, unless it is cut."""
    cut_off = threading.Event()
    cut.hang(cut_off.set)
    cut_off.wait(stream.latency)
    (stream.abort if cut.done else stream.stop)()


def _saved(sound: Sound, folder: str) -> str:
    path = Path(folder) / "sound.wav"
    with wave.open(str(path), "wb") as file:
        file.setparams((1, 2, sound.rate, 0, "NONE", ""))
        file.writeframes(sound.samples)
    return str(path)


def _last_line(said: bytes) -> str:
    lines = said.decode("utf-8", "replace").split("\n")
    return next((line.strip() for line in reversed(lines) if line.strip()), "it failed")
