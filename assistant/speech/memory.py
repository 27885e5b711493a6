"""Memory that hearing has done with, given back to the system.

An utterance needs some hundred megabytes for a moment. The C library keeps what was freed, in
pieces between what stays, and the next utterance, of another length, takes more beside them.
"""

from __future__ import annotations

import ctypes
import sys

from assistant.speech.sound import FRAME_SECONDS

QUIET_FRAMES = round(0.5 / FRAME_SECONDS)
"""Frames after the last use: the reply is made by then, and nobody waits."""


def give_back() -> None:
    """Give free memory back; nothing where the C library isn't glibc (``malloc_trim(3)``)."""
    library = ctypes.CDLL(None) if sys.platform == "linux" else None
    if library is not None and hasattr(library, "malloc_trim"):
        library.malloc_trim(0)


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
