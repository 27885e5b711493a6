"""Whether a wake phrase that was spotted was really said: that moment is heard once more.

Two fresh recognizers hear it: one that can say only the phrase, one that can say anything. By how
much the phrase explains the sound better than the best other words is the score. Somebody who calls
pauses first; what sounds like the phrase in the midst of a sentence is none, nor is what turns out
to be other words once those behind it are heard too.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import NamedTuple

from assistant.speech.hearing.gate import level
from assistant.speech.recognizer import SpeechModel
from assistant.speech.sound import FRAME_SECONDS, Frame

AROUND_SECONDS = 0.2, 0.05
"""Sound before and after the phrase that is heard once more with it."""

SHORTEST, LONGEST = 0.045, 0.16
"""Seconds a letter of the phrase may last on average, a quarter of a second more at the longest."""

EVEN, SCALE = 3.0, 3.0
"""The log-likelihood ratio for each word that scores 0.5, and how many more points score 0.73: an
open ear that agrees gives 6 to 9 a word, what was not the phrase seldom more than 3."""

BEFORE_SECONDS = 0.35, 0.1
"""From when to when before the phrase nobody may speak."""

BEHIND_SECONDS = 0.2, 0.55
"""From when to when after the phrase it is listened whether the speech goes on."""

PAUSE_SECONDS = 0.1
"""Silence that shows sooner that it does not."""

SPEECH = 0.5
"""The gate's probability from which a frame counts as speech here."""

LOUDER = 4.0, 6.0
"""By how many dB the phrase must be louder than the speech before and after it, to be another
speaker's: a television goes on talking. Within a sentence it is seldom 4 louder than what was
before."""

ROOM_SECONDS = 1.6, 0.1
"""From when to when before the phrase it is measured how loud the room is."""

QUIETER = 20.0
"""By how many dB a room is quieter than the phrase where there is no noise."""

WORDINGS = 10
"""Wordings among which the phrase must be."""


class Kept(NamedTuple):
    """A frame, and the gate's probability that somebody speaks in it."""

    frame: Frame
    speech: float


class Found(NamedTuple):
    """Where a phrase may have been said: seconds from the start of the kept sound."""

    start: float
    end: float


class Confirmation:
    """Judges where a phrase may have been said; for one thread."""

    def __init__(self, model: SpeechModel, phrase: str) -> None:
        """Judge one phrase of words that the model knows."""
        self._model = model
        self._phrase = phrase

    def find(self, kept: Sequence[Kept]) -> Found | None:
        """Return where in the sound the phrase was last said."""
        heard = self._model.recognizer([self._phrase]).whole(_sound(kept))
        words = heard[0].words if heard else ()
        wanted = self._phrase.split()
        for first in range(len(words) - len(wanted), -1, -1):
            said = words[first : first + len(wanted)]
            if [word.text for word in said] == wanted:
                return Found(said[0].start, said[-1].end)
        return None

    def score(self, kept: Sequence[Kept], found: Found) -> float:
        """Return how sure it is, 0 to 1, that the phrase was said there, to the assistant."""
        if not plausible(self._phrase, found.end - found.start) or amid(kept, found):
            return 0.0
        before, after = AROUND_SECONDS
        sound = part(kept, found.start - before, found.end + after)
        phrase = self._likelihood(sound, self._phrase)
        if phrase is None or (goes_on(kept, found) and not self._among_words(kept, found)):
            return 0.0
        anything = self._likelihood(sound)
        return score_of(phrase - (anything or 0.0), len(self._phrase.split()))

    def _among_words(self, kept: Sequence[Kept], found: Found) -> bool:
        """Tell whether the phrase is still heard together with what follows it."""
        sound = part(kept, found.start - AROUND_SECONDS[0])
        wordings = self._model.recognizer(best=WORDINGS).whole(_sound(sound))
        return any(f" {self._phrase} " in f" {each.text} " for each in wordings)

    def _likelihood(self, sound: Sequence[Kept], phrase: str = "") -> float | None:
        """Return the log-likelihood of the best words, or of the best that are the phrase."""
        limit, best = ([phrase], WORDINGS) if phrase else (None, 1)
        for each in self._model.recognizer(limit, best).whole(_sound(sound)):
            if not phrase or each.text == phrase:
                return each.score
        return None


def settled(kept: Sequence[Kept], found: Found) -> bool:
    """Tell whether enough was heard after the phrase to judge it."""
    since = len(kept) * FRAME_SECONDS - found.end
    pause = part(kept, len(kept) * FRAME_SECONDS - PAUSE_SECONDS)
    silent = all(each.speech < SPEECH for each in pause)
    return since >= (PAUSE_SECONDS if silent else BEHIND_SECONDS[1])


def amid(kept: Sequence[Kept], found: Found) -> bool:
    """Tell whether the speaker was speaking already when the phrase began."""
    first, last = BEFORE_SECONDS
    before = part(kept, found.start - first, found.start - last)
    return _speaks(before, part(kept, *found), LOUDER[0])


def goes_on(kept: Sequence[Kept], found: Found) -> bool:
    """Tell whether the speaker goes on after the phrase."""
    first, last = BEHIND_SECONDS
    behind = part(kept, found.end + first, found.end + last)
    return _speaks(behind, part(kept, *found), LOUDER[1])


def in_noise(kept: Sequence[Kept], found: Found) -> bool:
    """Tell whether it was not quiet before the phrase."""
    first, last = ROOM_SECONDS
    before = part(kept, found.start - first, found.start - last)
    return bool(before) and level(_sound(part(kept, *found))) - level(_sound(before)) < QUIETER


def _speaks(around: Sequence[Kept], phrase: Sequence[Kept], louder: float) -> bool:
    """Tell whether there is speech in most of a stretch, the phrase not so much louder than it."""
    mostly = 2 * sum(each.speech >= SPEECH for each in around) > len(around)
    return mostly and level(_sound(phrase)) - level(_sound(around)) < louder


def plausible(phrase: str, seconds: float) -> bool:
    """Tell whether a phrase can last so long."""
    letters = len(phrase.replace(" ", ""))
    return SHORTEST * letters <= seconds <= LONGEST * letters + 0.25


def score_of(ratio: float, words: int = 1) -> float:
    """Return 0 to 1 for a log-likelihood ratio of a phrase of so many words to the best others.

    Each word of the phrase spares it what a language model asks for a word.
    """
    return 1.0 / (1.0 + math.exp(min((EVEN * words - ratio) / SCALE, 60.0)))


def part(kept: Sequence[Kept], start: float, end: float | None = None) -> list[Kept]:
    """Return the frames from one second to another, or to the last."""
    last = len(kept) if end is None else max(round(end / FRAME_SECONDS), 0)
    return list(kept[max(round(start / FRAME_SECONDS), 0) : last])


def _sound(kept: Sequence[Kept]) -> Frame:
    return b"".join(each.frame for each in kept)
