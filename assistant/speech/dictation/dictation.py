"""A recording of any length written down, window by window."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from itertools import chain

from assistant.speech.dictation.joining import in_order, joined
from assistant.speech.dictation.keeping import START, Kept, Step
from assistant.speech.dictation.windows import in_frames, windows
from assistant.speech.dictation.writing import write
from assistant.speech.hearing.gate import Gate
from assistant.speech.second import SecondModel, is_foreign
from assistant.speech.sound import FRAME_SECONDS, Frame
from assistant.turn.hearing import Word

RUN_UP = in_frames(10.0)
"""Frames shown to the gate before the one that it goes on with."""

OFTEN = in_frames(5.0)
"""Frames after which it is told how far it is."""


@dataclass(frozen=True)
class Dictation:
    """What was said in ``seconds`` of sound, as people write it, and how well that was heard.

    ``score`` is the mean log-probability over ``spoken`` seconds of speech; ``heard`` are the
    seconds of sound of this run, ``spent`` those it took.
    """

    words: tuple[Word, ...]
    seconds: float
    score: float
    spoken: float
    heard: float
    spent: float

    @property
    def text(self) -> str:
        """Return the words, with blanks between."""
        return " ".join(word.text for word in self.words)

    @property
    def doubtful(self) -> bool:
        """Tell whether it is no English, or nothing that could be made out."""
        return is_foreign(self.score, self.spoken)


def dictate(
    model: SecondModel,
    frames: Iterable[Frame],
    kept: Kept | None = None,
    tell: Callable[[float, float], object] = lambda _at, _begun: None,
) -> Dictation:
    """Write down what is said in frames, however many, from where a run before was ended.

    ``tell`` is told the seconds of sound that are done, and at how many it began. Raises
    SpeechError where the sound can't be read.
    """
    began = time.perf_counter()
    text = _Text()
    for step in kept.steps() if kept else ():
        text.add(step)
    first = text.then
    begun = first * FRAME_SECONDS
    at = _Counted(frames, lambda frame: tell(max(frame * FRAME_SECONDS, begun), begun))
    gate = Gate()
    for window in windows(_after(at, first, gate), gate, first, overlaps=text.overlaps):
        piece = write(model, window)
        step = Step(text.then, window.first, window.then, window.end, window.overlaps, piece)
        if kept:
            kept.add(step)
        text.add(step)
    seconds = at.count * FRAME_SECONDS
    return Dictation(
        tuple(in_order(text.words, seconds)),
        seconds,
        text.score,
        text.spoken,
        max(at.count - first, 0) * FRAME_SECONDS,
        time.perf_counter() - began,
    )


class _Text:
    """The words so far, and where the next window begins."""

    def __init__(self) -> None:
        self.words: list[Word] = []
        self._last = START
        self._scores = 0.0
        self.spoken = 0.0

    @property
    def then(self) -> int:
        """Return the frame from which on is to be heard."""
        return self._last.then

    @property
    def overlaps(self) -> bool:
        """Tell whether the next window begins within the last one."""
        return self._last.then * FRAME_SECONDS < self._last.end

    @property
    def score(self) -> float:
        """Return the mean score over the seconds of speech."""
        return self._scores / max(self.spoken, FRAME_SECONDS)

    def add(self, step: Step) -> None:
        """Take what comes next."""
        before, end = self._last, self._last.end
        self._last = step
        self._scores += step.piece.score * step.piece.spoken
        self.spoken += step.piece.spoken
        if not step.overlaps:
            self.words += step.piece.words
            return
        begin = step.first * FRAME_SECONDS
        many = len(before.piece.words)
        tail = self.words[max(len(self.words) - many, 0) :]
        self.words[len(self.words) - len(tail) :] = joined(tail, step.piece.words, begin, end)


class _Counted:
    """Frames that are counted while they go by."""

    def __init__(self, frames: Iterable[Frame], tell: Callable[[int], object]) -> None:
        self._frames = frames
        self._tell = tell
        self.count = 0

    def __iter__(self) -> Iterator[Frame]:
        for frame in self._frames:
            if self.count % OFTEN == 0:
                self._tell(self.count)
            self.count += 1
            yield frame


def _after(frames: Iterable[Frame], first: int, gate: Gate) -> Iterator[Frame]:
    """Yield the frames from ``first`` on; the gate is shown some before them."""
    all_of_them = iter(frames)
    for number, frame in enumerate(all_of_them):
        if number >= first:
            yield from chain([frame], all_of_them)
            return
        if number >= first - RUN_UP:
            gate(frame)
