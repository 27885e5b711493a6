"""What Whisper hears: the logarithm of the power in mel bands (Radford et al. 2022, section 2.2).

As in its ``audio.py``: frames of 25 ms every 10 ms, bands spaced as by Slaney's Auditory Toolbox.
"""

from __future__ import annotations

from functools import cache

import numpy as np

from assistant.speech.sound import RATE

FRAME, HOP = 400, 160
"""Samples of a frame, and from one to the next."""

SECONDS = HOP / RATE
"""Seconds from a frame to the next."""

RANGE = 8.0
"""What is softer than the loudest by so many powers of ten is as good as silence."""


FAINT = 0.6
"""How far below the loudest band a sound is that nobody would take for speech: 24 dB (a unit of a
band is 40)."""


def log_mel(samples: np.ndarray, bands: int = 80) -> np.ndarray:
    """Return the bands of float samples (-1 to 1) as float32 [bands, len(samples) // 160]."""
    padded = np.pad(samples.astype(np.float32), FRAME // 2, mode="reflect")
    frames = np.lib.stride_tricks.sliding_window_view(padded, FRAME)[::HOP][:-1]
    power = np.abs(np.fft.rfft(frames * _window(), axis=1)).astype(np.float32) ** 2
    found = np.log10(np.maximum(_filters(bands) @ power.T, 1e-10))
    heard: np.ndarray = (np.maximum(found, found.max() - RANGE) + 4.0) / 4.0
    return heard.astype(np.float32)


def last_sound(mel: np.ndarray) -> float:
    """Return the seconds after which bands are only as good as silent."""
    loud = np.flatnonzero(mel.max(axis=0) > mel.max() - FAINT)
    return float((loud[-1] + 1) * SECONDS) if len(loud) else 0.0


@cache
def _window() -> np.ndarray:
    return np.hanning(FRAME + 1)[:-1].astype(np.float32)


@cache
def _filters(bands: int) -> np.ndarray:
    """Return a triangle over the frequencies for each band, each of the same area."""
    edges = _hertz(np.linspace(0.0, _mel(RATE / 2), bands + 2))
    frequencies = np.linspace(0.0, RATE / 2, FRAME // 2 + 1)
    steps = np.diff(edges)[:, None]
    rising = (frequencies - edges[:-2, None]) / steps[:-1]
    falling = (edges[2:, None] - frequencies) / steps[1:]
    triangles = np.maximum(0.0, np.minimum(rising, falling))
    found: np.ndarray = triangles * (2.0 / (edges[2:] - edges[:-2]))[:, None]
    return found.astype(np.float32)


LINEAR = 200.0 / 3.0
"""Hertz of a mel up to ``CORNER``; above it each is ``STEP`` times as wide as the one before."""

CORNER = 1000.0
STEP = np.log(6.4) / 27.0


def _mel(hertz: float) -> float:
    low = hertz / LINEAR
    return low if hertz < CORNER else float(CORNER / LINEAR + np.log(hertz / CORNER) / STEP)


def _hertz(mels: np.ndarray) -> np.ndarray:
    corner = CORNER / LINEAR
    high = CORNER * np.exp(STEP * (mels - corner))
    found: np.ndarray = np.where(mels < corner, mels * LINEAR, high)
    return found
