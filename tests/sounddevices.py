"""As much of sounddevice as the microphone uses, with devices that do what a test says."""

from __future__ import annotations

from collections.abc import Callable
from types import SimpleNamespace
from typing import Any

import numpy as np

from assistant.speech.sound import RATE


class PortAudioError(Exception):
    """As sounddevice's."""


OVERFLOW = object()
"""A block before which PortAudio dropped some."""


class FakeStream:
    """Plays what its device has, all at once, when it is started."""

    def __init__(self, fake: FakeSounddevice, asked: dict[str, Any]) -> None:
        self.fake, self.asked, self.closed = fake, asked, True
        fake.streams.append(self)
        device = fake.listed[asked["device"]]
        if device.get("error"):
            raise device["error"]
        if asked["samplerate"] not in device["rates"]:
            raise PortAudioError("Invalid sample rate", -9997)
        if asked["channels"] not in device["takes"]:
            raise PortAudioError("Invalid number of channels", -9998)

    def start(self) -> None:
        self.closed = False
        script = self.fake.scripts.pop(0) if self.fake.scripts else []
        for block in script:
            flags = SimpleNamespace(input_overflow=block is OVERFLOW)
            samples = np.zeros(1, np.int16) if block is OVERFLOW else block
            whole = np.repeat(samples[:, np.newaxis], self.asked["channels"], axis=1)
            self.asked["callback"](memoryview(whole.tobytes()), len(samples), None, flags)

    def close(self) -> None:
        self.closed = True


class FakeSounddevice:
    """As much of sounddevice as the microphone uses."""

    PortAudioError = PortAudioError

    def __init__(self) -> None:
        self.listed: list[dict[str, Any]] = []
        self.usual = 0
        self.streams: list[FakeStream] = []
        self.scripts: list[list[Any]] = []
        self.scans = 0
        self.on_scan: Callable[[], None] = lambda: None

    def add(self, name: str, channels: int = 1, rate: int = RATE, **more: Any) -> dict[str, Any]:
        self.listed.append(
            {
                "name": name,
                "index": len(self.listed),
                "max_input_channels": channels,
                "default_samplerate": float(rate),
                "rates": (rate, float(rate)),
                "takes": (channels,),
                **more,
            }
        )
        return self.listed[-1]

    def query_devices(self, device: Any = None, kind: str | None = None) -> Any:
        if kind is None:
            return self.listed
        if not 0 <= self.usual < len(self.listed):
            raise PortAudioError("Error querying device -1")
        return self.listed[self.usual]

    def RawInputStream(self, **asked: Any) -> FakeStream:
        return FakeStream(self, asked)

    def _terminate(self) -> None:
        assert all(stream.closed for stream in self.streams), "an open stream would be cut"

    def _initialize(self) -> None:
        self.scans += 1
        self.on_scan()
