"""When memory is given back that hearing has done with.

An utterance needs some hundred megabytes for a moment, and the next one, of another length, takes
more beside the pieces in which they were freed.
"""

from __future__ import annotations

from assistant.speech.sound import FRAME_SECONDS
from assistant.system.memory import give_back

QUIET_FRAMES = round(0.5 / FRAME_SECONDS)
"""Frames after the last use: the reply is made by then, and nobody waits."""


class Spare:
    """Counts frames, and gives back what is free half a second after it was used."""

    def __init__(self) -> None:
        self._frames = 0

    def used(self) -> None:
        """Begin to count anew."""
        self._frames = 0

    def frame(self) -> None:
        """Count a frame."""
        self._frames += 1
        if self._frames == QUIET_FRAMES:
            give_back()
