"""Text to sound, not to be played but to be heard by our own ears: for measurements."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator

from assistant.speech.capture.framing import FULL_SCALE, Framer
from assistant.speech.sound import FRAME_SECONDS, SAMPLES, Frame
from assistant.speech.speaking.engines import Manner, run
from assistant.speech.speaking.player import Cut, Sound, from_wav
from assistant.speech.speaking.system import Espeak

VOICES = (("en-us", 0.9), ("en-gb", 1.0), ("en-us+f3", 1.0), ("en-gb+m3", 0.85), ("en-us+m7", 1.1))
"""espeak's voices that take turns, and how fast each speaks."""

AROUND = 0.3
"""Seconds of silence before and after."""

Synthesizer = Callable[[str, int], list[Frame]]
"""Turns a text into frames; the number tells which voice's turn it is."""


def synthesizer() -> Synthesizer | None:
    """Return what speaks into frames, None where this system has no espeak."""
    name = next((each for each in ("espeak-ng", "espeak") if shutil.which(each)), None)
    if name is None:
        return None
    engine = Espeak(name)
    return lambda text, turn: _spoken(engine, text, turn)


def _spoken(engine: Espeak, text: str, turn: int) -> list[Frame]:
    voice, rate = VOICES[turn % len(VOICES)]
    made = run([*engine.command(voice, Manner(rate=rate)), "--stdout"], text, Cut())
    around = [bytes(2 * SAMPLES)] * round(AROUND / FRAME_SECONDS)
    return [*around, *_frames(from_wav(made)), *around]


def _frames(sound: Sound) -> Iterator[Frame]:
    import numpy as np

    samples = np.frombuffer(sound.samples, "<i2").astype(np.float32) / np.float32(FULL_SCALE)
    framer = Framer(sound.rate)
    yield from framer.feed(samples[:, np.newaxis])
    yield from framer.finish()
