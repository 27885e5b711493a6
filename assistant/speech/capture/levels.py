"""How loud a recording is, in figures and in plain words."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from assistant.speech.sound import RATE, SAMPLES

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

FULL_SCALE = 32_768
"""The greatest 16-bit sample."""

LEAST = -90.0
"""Decibels of full scale that stand for silence: one step of 16 bits is -90.3."""

CLIPPED = 32_700
"""A sample from here on was more than the microphone could take."""

CLIPPED_SHARE = 0.001
"""Of the samples: from here on one hears it."""

FAINT = -45.0
"""Decibels below which speech is too faint to be understood well."""

NOISY = -40.0
"""Decibels of a room that is not quiet."""

STANDS_OUT = 10.0
"""Decibels by which speech stands out from the room."""


@dataclass(frozen=True, slots=True)
class Levels:
    """A recording's loudness, in decibels of full scale (-90 to 0), and its length in seconds.

    ``rms`` and ``peak`` of the whole, ``speech`` and ``floor`` the 95th and 10th percentile of its
    frames' levels, ``clipped`` the share of samples at the limit, ``zeros`` whether all are 0.
    """

    seconds: float
    rms: float
    peak: float
    speech: float
    floor: float
    clipped: float
    zeros: bool


def measure(samples: NDArray[np.int16]) -> Levels:
    """Return the levels of samples, 16,000 a second; of none at all those of silence."""
    import numpy as np

    if not samples.size:
        return Levels(0.0, LEAST, LEAST, LEAST, LEAST, 0.0, True)
    scaled = samples.astype(np.float64) / FULL_SCALE
    frames = [decibels(float(np.sqrt(np.mean(part**2)))) for part in _frames(scaled)]
    return Levels(
        seconds=samples.size / RATE,
        rms=decibels(float(np.sqrt(np.mean(scaled**2)))),
        peak=decibels(float(np.max(np.abs(scaled)))),
        speech=float(np.percentile(frames, 95)),
        floor=float(np.percentile(frames, 10)),
        clipped=float(np.mean(np.abs(samples.astype(np.int32)) >= CLIPPED)),
        zeros=not samples.any(),
    )


def measure_bytes(sound: bytes) -> Levels:
    """Return the levels of little-endian 16-bit samples, 16,000 a second."""
    import numpy as np

    return measure(np.frombuffer(sound, "<i2"))


def decibels(amplitude: float) -> float:
    """Return a share of full scale (0 to 1) in decibels, at least -90."""
    import math

    return max(LEAST, 20 * math.log10(amplitude)) if amplitude > 0 else LEAST


def faults(levels: Levels) -> list[tuple[str, str]]:
    """Return what is wrong with a recording of speech and what to do about it, worst first."""
    if levels.zeros:
        return [("it gave only zeros: it is muted, or this program may not use it", "unmute")]
    found = []
    if levels.clipped >= CLIPPED_SHARE:
        share = f"{levels.clipped:.1%}"
        found.append((f"it is too loud: {share} of the samples are cut off", "lower"))
    if levels.speech - levels.floor < STANDS_OUT:
        found.append(("nothing stood out from the background: was anything said?", "speak"))
    elif levels.speech < FAINT:
        found.append((f"speech is faint ({levels.speech:.0f} dB)", "raise"))
    if levels.floor > NOISY:
        found.append((f"the background is loud ({levels.floor:.0f} dB)", "quiet"))
    return found


def bar(level: float, width: int = 30) -> str:
    """Return a level (-90 to 0 dB) as a meter; what is under -60 dB is empty."""
    filled = round(width * min(1.0, max(0.0, (level + 60) / 60)))
    return "#" * filled + "." * (width - filled)


def _frames(samples: NDArray[np.float64]) -> list[NDArray[np.float64]]:
    """Return the frames of 32 ms; a rest shorter than that is left out, unless it is all."""
    whole = len(samples) // SAMPLES
    return list(samples[: whole * SAMPLES].reshape(whole, SAMPLES)) if whole else [samples]
