"""Sound as every part of this room knows it: 16 kHz, one channel, 16 bit, in frames of 32 ms."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Protocol

RATE = 16_000
"""Samples a second."""

SAMPLES = 512
"""Samples in a frame."""

FRAME_SECONDS = SAMPLES / RATE
"""Seconds of a frame: 0.032."""

Frame = bytes
"""``SAMPLES`` little-endian 16-bit samples."""


class Source(Protocol):
    """Where sound comes from: a microphone, a file, standard input."""

    live: bool
    """Whether it comes as fast as it is spoken (a microphone), not faster (a file)."""

    @property
    def name(self) -> str:
        """Return what to call it on the screen."""

    @property
    def lost(self) -> int:
        """Return the frames that came and could not be kept, so far."""

    def frames(self) -> Iterator[Frame]:
        """Yield frames until the end of the sound or ``close``. Raises SpeechError."""

    def close(self) -> None:
        """End it; may be called from another thread, and twice."""
