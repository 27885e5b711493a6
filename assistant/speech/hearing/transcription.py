"""Recorded sound to words: all of a source, its segments joined."""

from __future__ import annotations

import time
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from assistant.speech.recognizer import Recognizer, SpeechModel, Wording, text_of
from assistant.speech.sound import FRAME_SECONDS, RATE, SAMPLES, Frame
from assistant.turn.hearing import Word

MOST_ALTERNATIVES = 5
"""Other wordings that are told of one recording."""

FRAMES = 8
"""Frames handed over at once: a quarter of a second, a tenth faster than one by one."""


@dataclass(frozen=True, slots=True)
class Alternative:
    """Another wording; ``score`` is the recognizer's own, higher is better."""

    text: str
    score: float


@dataclass(frozen=True, slots=True)
class Transcript:
    """What was said in ``seconds`` of sound; recognised in ``realtime_factor`` times as long."""

    text: str
    words: tuple[Word, ...]
    alternatives: tuple[Alternative, ...]
    seconds: float
    realtime_factor: float


def transcribe(
    model: SpeechModel, frames: Iterable[Frame], *, alternatives: bool = False
) -> Transcript:
    """Return what is said in frames, however many; alternatives take twice as long.

    A recognizer tells how sure words are or other wordings, not both, so that for both the sound
    is heard twice, side by side. Raises SpeechError where the sound can't be read.
    """
    ears = [_Ear(model.recognizer())]
    if alternatives:
        ears.append(_Ear(model.recognizer(best=MOST_ALTERNATIVES + 1)))
    seconds, spent = _let_hear(ears, frames)
    text = " ".join(filter(None, map(text_of, ears[0].segments)))
    return Transcript(
        text,
        tuple(_words(ears[0].segments)),
        tuple(_wordings(ears[-1].segments, text)) if alternatives else (),
        seconds,
        spent / max(seconds, 1 / RATE),
    )


def _let_hear(ears: list[_Ear], frames: Iterable[Frame]) -> tuple[float, float]:
    """Play all frames to each ear; return their seconds, and those spent on hearing."""
    count, spent = 0, 0.0
    for sound in _together(frames):
        began = time.perf_counter()
        for ear in ears:
            ear.hear(sound)
        spent += time.perf_counter() - began
        count += len(sound) // (2 * SAMPLES)
    began = time.perf_counter()
    for ear in ears:
        ear.finish()
    return count * FRAME_SECONDS, spent + time.perf_counter() - began


class _Ear:
    """One recognizer and the segments it has ended, by rules of its own."""

    def __init__(self, recognizer: Recognizer) -> None:
        self._recognizer = recognizer
        self.segments: list[Sequence[Wording]] = []

    def hear(self, sound: bytes) -> None:
        ended = self._recognizer.accept(sound)
        if ended is not None:
            self.segments.append(ended)

    def finish(self) -> None:
        self.segments.append(self._recognizer.finish())


def _together(frames: Iterable[bytes]) -> Iterator[bytes]:
    gathered: list[bytes] = []
    for frame in frames:
        gathered.append(frame)
        if len(gathered) == FRAMES:
            yield b"".join(gathered)
            gathered.clear()
    if gathered:
        yield b"".join(gathered)


def _words(segments: Iterable[Sequence[Wording]]) -> Iterator[Word]:
    for segment in segments:
        for word in segment[0].words if segment else ():
            start, end = round(word.start, 3), round(word.end, 3)
            yield Word(word.text, start, end, round(word.confidence, 3))


def _wordings(segments: Iterable[Sequence[Wording]], text: str) -> list[Alternative]:
    """Join the segments' alternatives to the best wordings of the whole, but for ``text``."""
    whole = [Alternative("", 0.0)]
    for segment in segments:
        choices = [wording for wording in segment if wording.words] or [Wording(())]
        joined = {
            f"{before.text} {choice.text}".strip(): before.score + choice.score
            for choice in reversed(choices)
            for before in reversed(whole)
        }
        ranked = sorted(joined.items(), key=lambda item: -item[1])
        whole = [Alternative(*each) for each in ranked[: MOST_ALTERNATIVES + 1]]
    others = [each for each in whole if each.text and each.text != text]
    return [Alternative(each.text, round(each.score, 2)) for each in others[:MOST_ALTERNATIVES]]
