"""Blocks of any rate and number of channels, cut into the frames of this room."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from assistant.speech.sound import RATE, SAMPLES, Frame

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

FULL_SCALE = 32_768
"""What 1.0 is in 16 bits."""


LOUDEST = 1_000.0
"""What floats of a damaged file are cut at; 1 is full scale."""


class Framer:
    """Mixes channels down, resamples in a stream (soxr) and cuts frames; keeps the rest."""

    def __init__(self, rate: float) -> None:
        """Take blocks of ``rate`` samples a second."""
        self._rest = b""
        self._resample = None
        if rate != RATE:
            import soxr

            self._resample = soxr.ResampleStream(rate, RATE, 1, dtype="float32")

    def feed(self, block: NDArray[np.float32]) -> Iterator[Frame]:
        """Yield the frames that are full now. ``block`` is (samples, channels), -1 to 1."""
        return self._cut(self._bytes(block, last=False))

    def finish(self) -> Iterator[Frame]:
        """Yield what is left, the last frame padded with zeros."""
        import numpy as np

        if self._resample is not None:
            yield from self._cut(self._bytes(np.zeros((0, 1), np.float32), last=True))
        if self._rest:
            yield self._rest.ljust(2 * SAMPLES, b"\0")
            self._rest = b""

    def _bytes(self, block: NDArray[np.float32], last: bool) -> bytes:
        import numpy as np

        block = np.clip(block, -LOUDEST, LOUDEST)  # or the sum of two would be no number
        mono = block[:, 0] if block.shape[1] == 1 else block.mean(axis=1, dtype=np.float32)
        mono = np.nan_to_num(mono)
        if self._resample is not None:
            mono = self._resample.resample_chunk(np.ascontiguousarray(mono), last=last)
        whole = np.clip(np.rint(mono * FULL_SCALE), -FULL_SCALE, FULL_SCALE - 1)
        return bytes(whole.astype("<i2").tobytes())

    def _cut(self, more: bytes) -> Iterator[Frame]:
        whole, size = self._rest + more, 2 * SAMPLES
        full = len(whole) - len(whole) % size
        self._rest = whole[full:]
        for start in range(0, full, size):
            yield whole[start : start + size]
