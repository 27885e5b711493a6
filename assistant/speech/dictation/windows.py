"""A recording of any length cut into stretches that can be heard at once.

Where nobody speaks nothing is heard; a stretch ends at a pause. Where there is none, the next one
begins before it ends, so that no word is cut in both.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass

from assistant.speech.second import LONGEST
from assistant.speech.sound import FRAME_SECONDS, Frame

SPOKEN = 0.5
"""The gate's probability from which a frame counts as speech."""


def in_frames(seconds: float) -> int:
    """Return how many frames so many seconds are."""
    return round(seconds / FRAME_SECONDS)


AROUND = in_frames(0.4)
"""Frames before the first and after the last speech that are heard with it."""

PAUSE = in_frames(2.0)
"""Frames without speech that end a window, however short it is."""

MOST = int(LONGEST / FRAME_SECONDS)
"""Frames of a window."""

BREATH = in_frames(0.2)
"""Frames without speech at which a window may be cut when it is full."""

EARLIEST = in_frames(10.0)
"""Frames of a window that is cut because it is full, at least."""

OVERLAP = in_frames(6.0)
"""Frames that are heard twice where there is no pause."""

LEAST = in_frames(0.2)
"""Frames of speech below which a window is a click or a cough."""


@dataclass(frozen=True)
class Window:
    """A stretch of sound from frame ``first`` on, with the gate's probability for each frame.

    ``overlaps`` tells whether it begins within the one before; the one after it begins at frame
    ``then``, or later.
    """

    first: int
    sound: bytes
    speech: tuple[float, ...]
    overlaps: bool
    then: int

    @property
    def begin(self) -> float:
        """Return the seconds of the recording at which it begins."""
        return self.first * FRAME_SECONDS

    @property
    def end(self) -> float:
        """Return the seconds of the recording at which it ends."""
        return (self.first + len(self.speech)) * FRAME_SECONDS

    def spoken(self, begin: float, end: float) -> float:
        """Return how many seconds of speech there are between two times of the recording."""
        first, last = (in_frames(each - self.begin) for each in (begin, end))
        return FRAME_SECONDS * sum(p >= SPOKEN for p in self.speech[max(first, 0) : max(last, 0)])


def windows(
    frames: Iterable[Frame], gate: Callable[[Frame], float], first: int = 0, overlaps: bool = False
) -> Iterator[Window]:
    """Cut frames, the first of which has that number; at most ``LONGEST`` seconds are held."""
    cutter = _Cutter(first, overlaps)
    for frame in frames:
        if (window := cutter.take(frame, gate(frame))) is not None:
            yield window
    if (window := cutter.finish()) is not None:
        yield window


class _Cutter:
    """What was not yet given away."""

    def __init__(self, first: int, overlaps: bool) -> None:
        self._first = first
        self._overlaps = overlaps
        self._frames: list[Frame] = []
        self._speech: list[float] = []
        self._last = -1  # the last frame of speech among these

    def take(self, frame: Frame, probability: float) -> Window | None:
        """Take a frame; return the window that ends now."""
        self._frames.append(frame)
        self._speech.append(probability)
        if probability >= SPOKEN:
            self._last = len(self._frames) - 1
        if self._last < 0:
            self._drop(len(self._frames) - AROUND)
            return None
        if len(self._frames) - self._last > PAUSE:
            return self._cut(self._last + 1 + AROUND)
        if len(self._frames) < MOST:
            return None
        place = _pause(self._speech)
        return self._cut(place) if place else self._cut(MOST, OVERLAP)

    def finish(self) -> Window | None:
        """Return what is left at the end."""
        return self._cut(len(self._frames)) if self._last >= 0 else None

    def _cut(self, size: int, again: int = 0) -> Window | None:
        """Give away ``size`` frames, the last of them the next time ``again``."""
        speech = tuple(self._speech[:size])
        then = self._first + size - again
        found = Window(self._first, b"".join(self._frames[:size]), speech, self._overlaps, then)
        self._overlaps = again > 0
        self._drop(size - again)
        spoken = (i for i, p in enumerate(self._speech) if p >= SPOKEN)
        self._last = max(spoken, default=-1)
        return found if sum(p >= SPOKEN for p in speech) >= LEAST else None

    def _drop(self, count: int) -> None:
        if count > 0:
            del self._frames[:count], self._speech[:count]
            self._first += count


def _pause(speech: Sequence[float]) -> int:
    """Return the middle of the longest pause after ``EARLIEST``, the last such; 0 for none."""
    best, place, begin = BREATH, 0, EARLIEST
    for i in range(EARLIEST, len(speech) + 1):
        if i < len(speech) and speech[i] < SPOKEN:
            continue
        if i - begin >= best:
            best, place = i - begin, (begin + i) // 2
        begin = i + 1
    return place
