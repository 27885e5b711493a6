"""What is said in a window, as a model that hears it whole writes it; nothing where nobody speaks.

Such a model writes something for any sound (Radford et al. 2022, section 4.5), so that it is
believed only where the gate heard speech, and where the model itself doubts less than it may.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from assistant.language.tidying import tidy
from assistant.speech.dictation.windows import SPOKEN, Window, in_frames
from assistant.speech.second import SecondModel, Writing
from assistant.speech.sound import FRAME_SECONDS, SAMPLES
from assistant.turn.hearing import Word

SILENT, DOUBTED = 0.5, -0.6
"""The probability that nobody speaks from which a writing whose score is less is none: six people
who talk at once have 0.58 and -0.95 and worse, a sentence of one 0.03."""

ASIDE = 0.5
"""Seconds that a word may be away from all speech: its time may be wrong by so much."""

LATE = 0.06
"""Seconds by which the place that a model looks at lags behind a word."""

UNHEARD = 1.5
"""Seconds of speech after the last word that are heard anew, by themselves."""

LAST = 1.0
"""Seconds that a last word may take."""

TURNS = 4
"""How often a window is heard, at most."""


@dataclass(frozen=True)
class Piece:
    """Words of a window with their times in the recording, and how sure they are.

    ``score`` is the mean log-probability of what was written in ``spoken`` seconds of speech,
    believed or not.
    """

    words: tuple[Word, ...] = ()
    score: float = 0.0
    spoken: float = 0.0


def write(model: SecondModel, window: Window) -> Piece:
    """Return what is said in a window; what the model leaves out at its end is heard by itself."""
    words: list[Word] = []
    scores: list[float] = []
    begin = window.begin
    for _ in range(TURNS):
        sound = window.sound[2 * SAMPLES * in_frames(begin - window.begin) :]
        writing = model.listen(sound).write()
        found = _believed(writing, window, begin)
        words += found
        scores.append(writing.score)
        reached = min(found[-1].start + LAST, found[-1].end) if found else window.end
        if window.spoken(reached, window.end) < UNHEARD:
            break
        begin = max(_breath(window, reached), begin + FRAME_SECONDS)
    spoken = window.spoken(window.begin, window.end)
    return Piece(tuple(words), round(sum(scores) / len(scores), 4), round(spoken, 3))


def _believed(writing: Writing, window: Window, begin: float) -> list[Word]:
    """Return the words of a writing that somebody said, with their times in the recording."""
    if writing.silence > SILENT and writing.score < DOUBTED:
        return []
    since = begin - LATE
    words = [
        Word("".join(w.text.split()), w.start + since, w.end + since, w.confidence)
        for w in _unlooped(writing.words)
    ]
    near = [w for w in words if window.spoken(w.start - ASIDE, w.end + ASIDE) > 0]
    return [_drawn_in(word, window) for word in near]


def _unlooped(words: Sequence[Word]) -> list[Word]:
    """Return words without the repetitions of a decoder in a loop, or nothing that is no word."""
    if len(words) > 1 and len({w.text for w in words}) == len(words):
        return list(words)
    left = [_key(text) for text in tidy(" ".join(word.text for word in words)).split()]
    if len(left) >= len([word for word in words if _key(word.text)]):
        return list(words)
    kept: list[Word] = []
    for word in words:
        if left and _key(word.text) == left[0]:
            kept.append(word)
            del left[0]
    return kept


def _key(text: str) -> str:
    return "".join(sign for sign in text.casefold() if sign.isalnum())


def _drawn_in(word: Word, window: Window) -> Word:
    """Return a word without the silence before and after it."""
    first, last = (in_frames(time - window.begin) for time in (word.start, word.end))
    spoken = [i for i in range(max(first, 0), min(last, len(window.speech))) if _speaks(window, i)]
    if not spoken:
        return word
    start, end = (window.begin + i * FRAME_SECONDS for i in (spoken[0], spoken[-1] + 1))
    return replace(word, start=max(start, word.start), end=min(end, word.end))


def _breath(window: Window, time: float) -> float:
    """Return the first time from then on at which nobody speaks, or that time."""
    first = in_frames(time - window.begin)
    still = (i for i in range(first, len(window.speech)) if not _speaks(window, i))
    place = next(still, first)
    return window.begin + FRAME_SECONDS * (place if place - first < in_frames(LAST) else first)


def _speaks(window: Window, frame: int) -> bool:
    return window.speech[frame] >= SPOKEN
