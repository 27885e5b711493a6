"""A microphone as a ``sound.Source``: PortAudio hands over blocks, a thread of ours the frames.

PortAudio calls back in a thread that must never wait: there a block is copied into a bounded queue
and nothing else is done.
"""

from __future__ import annotations

import logging
import queue
import threading
import time
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, Any

from assistant.errors import SpeechError
from assistant.speech.capture.devices import (
    Device,
    choose,
    devices,
    permission,
    portaudio,
    quiet,
    rescan,
    unfit,
    why_not,
)
from assistant.speech.capture.framing import FULL_SCALE, Framer
from assistant.speech.events import Notice
from assistant.speech.sound import FRAME_SECONDS, RATE, SAMPLES, Frame

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

__all__ = ["Device", "Microphone", "devices"]

log = logging.getLogger(__name__)

KEPT_SECONDS = 8.0
"""How much sound waits for a busy listener before some is dropped."""

VANISHED_SECONDS = 1.0
"""A device from which nothing came for so long has vanished; it is looked for as often."""

FIRST_SECONDS = 3.0
"""How long the first block may take: a sound server has to wake up."""

LATENCY = 0.1
"""Seconds of sound in the device's buffer."""

MUTED_SECONDS = 5.0
"""A device that gives nothing but zeros for so long is told of."""

SLEPT_SECONDS = 2.0
"""A jump of the clock by so much was the machine asleep."""

TOLD_EVERY = 5.0
"""Seconds between two notices of lost frames."""

MOST_CHANNELS = 8
"""A device with more is no microphone but a sound server: it is asked for one channel."""

SILENT_FRAME = bytes(2 * SAMPLES)


class Microphone:
    """A device chosen by name; empty follows the system.

    Where it vanishes, ``tell`` is told, silence comes in its place (so that a sentence that was
    begun ends), and it is opened again as soon as it is back.
    """

    live = True

    def __init__(
        self, name: str = "", tell: Callable[[Notice], object] = lambda _notice: None
    ) -> None:
        """Find the device. Raises SpeechError where there is none, or no PortAudio."""
        self._wanted = name
        self._tell = tell
        self._closed = threading.Event()
        self._stream: _Stream | None = None
        self._device = choose(name, devices())
        self._lost = _Lost()
        self._zeros = 0.0

    @property
    def name(self) -> str:
        """Return the device's name."""
        return self._device.name

    @property
    def lost(self) -> int:
        """Return how many frames were dropped so far."""
        return self._lost.frames

    def frames(self) -> Iterator[Frame]:
        """Yield frames until ``close``. Raises SpeechError where it can't be opened at first."""
        try:
            self._stream = _Stream(self._device, self._lost)
            slept = asleep()
            while not self._closed.is_set():
                block = self._stream.read() if self._stream else None
                if asleep() - slept > SLEPT_SECONDS:
                    slept = asleep()
                    yield from self._reopened("The machine slept")
                elif block is None:
                    yield from self._reopened(f"The microphone {self.name} has vanished")
                else:
                    self._look(block)
                    yield from self._stream.framer.feed(block)
        finally:
            self._shut()

    def close(self) -> None:
        """End it; its stream is closed by the thread that takes the frames."""
        self._closed.set()
        stream = self._stream
        if stream is not None:
            stream.wake()

    def _shut(self) -> None:
        if self._stream is not None:
            self._stream.close()
        self._stream = None

    def _look(self, block: NDArray[np.float32]) -> None:
        """Tell of lost frames, and of a device that gives only zeros."""
        if notice := self._lost.notice(self.name):
            self._tell(notice)
        if block.any():
            self._zeros = 0.0
            return
        before, seconds = self._zeros, len(block) / self._stream.rate if self._stream else 0.0
        self._zeros += seconds
        if before < MUTED_SECONDS <= self._zeros:
            self._tell(Notice(_muted(self.name), trouble=True))

    def _reopened(self, why: str) -> Iterator[Frame]:
        """Yield silence until the device is open again."""
        if self._closed.is_set():
            return
        name = self.name
        self._tell(Notice(f"{why}: waiting for the microphone {name}.", trouble=True))
        self._shut()
        while not self._try_again():
            for _ in range(round(VANISHED_SECONDS / FRAME_SECONDS)):
                if self._closed.wait(FRAME_SECONDS):
                    return
                yield SILENT_FRAME
        self._zeros = 0.0
        self._tell(Notice(f"The microphone {self.name} is open again."))

    def _try_again(self) -> bool:
        try:
            rescan()
            self._device = choose(self._wanted, devices())
            self._stream = _Stream(self._device, self._lost)
        except SpeechError as error:
            log.info("%s", error)
            return False
        return True


class _Lost:
    """Counts what was dropped; written by PortAudio's thread."""

    def __init__(self) -> None:
        self.frames = 0
        self._told = 0
        self._told_at = -TOLD_EVERY

    def notice(self, name: str) -> Notice | None:
        """Return what to tell, not too often."""
        now, lost = time.monotonic(), self.frames - self._told
        if not lost or now - self._told_at < TOLD_EVERY:
            return None
        self._told, self._told_at = self.frames, now
        return Notice(
            f"{lost} frames ({lost * FRAME_SECONDS:.1f} s) of the microphone {name} were lost: "
            "the machine is too busy.",
            trouble=True,
        )


class _Stream:
    """An open PortAudio stream, at a rate and number of channels the device takes."""

    def __init__(self, device: Device, lost: _Lost) -> None:
        """Open it. Raises SpeechError."""
        self._lost = lost
        self._patience = FIRST_SECONDS
        self._queue: queue.Queue[bytes] = queue.Queue(round(KEPT_SECONDS / FRAME_SECONDS))
        self.rate, self._channels, self._stream = self._negotiate(device)
        self.framer = Framer(self.rate)

    def read(self) -> NDArray[np.float32] | None:
        """Return the next block as (samples, channels), or None when nothing comes any more."""
        import numpy as np

        try:
            block = self._queue.get(timeout=self._patience)
        except queue.Empty:
            return None
        self._patience = VANISHED_SECONDS
        if not block:
            return None
        samples = np.frombuffer(block, np.int16).reshape(-1, self._channels)
        return samples.astype(np.float32) / np.float32(FULL_SCALE)

    def wake(self) -> None:
        """Let a waiting ``read`` return."""
        self._put(b"")

    def close(self) -> None:
        """Close the stream; a vanished device may object, which no longer matters."""
        with quiet():
            try:
                self._stream.close()
            except portaudio().PortAudioError as error:
                log.info("closing: %s", error)

    def _negotiate(self, device: Device) -> tuple[float, int, Any]:
        """Open at 16 kHz if the device takes it, else at its own rate; and so the channels."""
        sounddevice = portaudio()
        own = device.channels if device.channels <= MOST_CHANNELS else 1
        asked = [(rate, n) for rate in (RATE, device.rate) for n in (own, 1)]
        for rate, channels in dict.fromkeys(asked):
            try:
                return float(rate), channels, self._start(sounddevice, device, rate, channels)
            except sounddevice.PortAudioError as error:
                last = error
                if not unfit(error):
                    break
        raise SpeechError(why_not(device, last)) from last

    def _start(self, sounddevice: Any, device: Device, rate: float, channels: int) -> Any:
        with quiet():
            stream = sounddevice.RawInputStream(
                samplerate=rate,
                blocksize=round(rate * FRAME_SECONDS),
                device=device.index,
                channels=channels,
                dtype="int16",
                latency=LATENCY,
                callback=self._take,
            )
            try:
                stream.start()
            except sounddevice.PortAudioError:
                stream.close()
                raise
        return stream

    def _take(self, data: Any, _frames: int, _time: Any, status: Any) -> None:
        """Keep a block, in PortAudio's thread."""
        if status.input_overflow:
            self._lost.frames += 1
        self._put(bytes(data))

    def _put(self, block: bytes) -> None:
        try:
            self._queue.put_nowait(block)
        except queue.Full:
            self._lost.frames += 1


def asleep() -> float:
    """Return a number that grows by the seconds this machine sleeps."""
    clock = getattr(time, "CLOCK_BOOTTIME", None)
    now = time.time() if clock is None else time.clock_gettime(clock)
    return now - time.monotonic()


def _muted(name: str) -> str:
    return (
        f"The microphone {name} gives only silence: it may be muted; unmute it in the sound "
        f"settings, or {permission()}."
    )
