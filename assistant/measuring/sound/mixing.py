"""Noise laid under speech at a given level: the signal-to-noise ratio (SNR), in dB."""

from __future__ import annotations

import random
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from assistant.errors import SpeechError
from assistant.speech.capture.framing import FULL_SCALE
from assistant.speech.capture.source import FileSource
from assistant.speech.sound import SAMPLES, Frame

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Samples = NDArray[np.float32]

ACTIVE = 25.0
"""How far below its loudest frame, in dB, a frame still belongs to the active part of speech."""


class Noise:
    """A recording of noise, as long as one likes: it begins again at its end."""

    def __init__(self, path: Path) -> None:
        """Read the file. Raises SpeechError where it can't be read, or is silent."""
        self._samples = _samples(list(FileSource(path).frames()))
        self._power = float((self._samples**2).mean())
        if not self._power:
            raise SpeechError(f"{path} is silent: give a recording of noise.")

    def under(self, speech: Sequence[Frame], snr: float, seed: str) -> list[Frame]:
        """Return speech with the noise, softer than it by ``snr`` dB; the same for a seed.

        The level of speech is that over its active part; where the sum is beyond full scale all of
        it is made softer, so that nothing is clipped.
        """
        import numpy as np

        sound = _samples(speech)
        offset = random.Random(seed).randrange(len(self._samples))
        noise = np.resize(np.roll(self._samples, -offset), len(sound))
        power = active_power(speech) / 10 ** (snr / 10)
        mixed: Samples = sound + noise * np.float32((power / self._power) ** 0.5)
        loudest = float(np.abs(mixed).max(initial=0.0)) / (FULL_SCALE - 1)
        return _frames(mixed / np.float32(max(loudest, 1.0)))


def active_power(speech: Sequence[Frame]) -> float:
    """Return the mean square of a sound over its active part, in samples squared."""
    powers = [float((_samples([frame]) ** 2).mean()) for frame in speech]
    least = max(powers, default=0.0) / 10 ** (ACTIVE / 10)
    active = [power for power in powers if power > least]
    return sum(active) / len(active) if active else 0.0


def _samples(frames: Sequence[Frame]) -> Samples:
    import numpy as np

    return np.frombuffer(b"".join(frames), "<i2").astype(np.float32)


def _frames(samples: Samples) -> list[Frame]:
    import numpy as np

    sound = np.rint(samples).astype("<i2").tobytes()
    size = 2 * SAMPLES
    return [sound[at : at + size] for at in range(0, len(sound), size)]
