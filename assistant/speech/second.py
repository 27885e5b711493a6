"""What hears a finished utterance a second time, better than what heard it live.

The contract between the ears and a model that takes a sound whole. Sound is as in `recognizer`.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

from assistant.turn.hearing import Word, WordGraph


@dataclass(frozen=True, slots=True)
class Writing:
    """What was written of a sound, as people write it: capitals, figures and full stops.

    ``words`` have their times in seconds of the sound and their probabilities; ``score`` is the
    mean log-probability of a token, ``silence`` the probability (0 to 1) that nobody spoke.
    ``english`` is the probability that it is English, where a model knows other languages too.
    """

    text: str
    words: tuple[Word, ...]
    score: float
    silence: float
    english: float | None = None

    @property
    def seconds(self) -> float:
        """Return the seconds from the first word to the end of the last."""
        return self.words[-1].end - self.words[0].start if self.words else 0.0

    @property
    def foreign(self) -> bool:
        """Tell whether it clearly is another language, or nothing that could be made out."""
        if self.english is not None:
            return self.seconds >= LEAST and self.english < UNLIKELY
        return len(self.words) >= MANY and self.score < CLEARLY


@dataclass(frozen=True, slots=True)
class Belief:
    """How likely words are right: a logistic regression, fitted on recordings (see the card).

    It knows the log-likelihood of a word, with nothing in mind, and the probability of silence.
    """

    bias: float = 0.0
    word: float = 0.0
    silence: float = 0.0

    def of(self, word: float, silence: float) -> float:
        """Return the probability, 0 to 1."""
        odds = self.bias + self.word * word + self.silence * silence
        return 1.0 / (1.0 + math.exp(-min(max(odds, -30.0), 30.0)))


def for_a_word(likely: float, text: str) -> float:
    """Return the log-likelihood of a text for each of its words; its beginning and end are two."""
    return likely / (len(text.split()) + ENDS)


class Passage(Protocol):
    """A sound, heard once and written as often as one likes; any one thread may use it."""

    def write(self, hints: Sequence[str] = ()) -> Writing:
        """Write it, as if the sentences of ``hints`` had been said before."""

    def match(self, graph: WordGraph, least: float) -> list[tuple[str, float]]:
        """Return the sentences of a graph that it is likeliest to be, with log-likelihoods.

        Where none can be as likely as ``least`` it may return none.
        """

    def likelihoods(self, texts: Sequence[str], hints: Sequence[str] = ()) -> list[float]:
        """Return the log-likelihood of each text, given the sound and the hints."""


class SecondModel(Protocol):
    """A model of such a kind, loaded once, for any number of threads."""

    @property
    def name(self) -> str:
        """Return what it is called."""

    @property
    def belief(self) -> Belief:
        """Return how far it is believed."""

    def listen(self, sound: bytes) -> Passage:
        """Hear a sound of at most ``LONGEST`` seconds; what is longer is cut off."""


FOREIGN = -0.9
"""The mean score below which it is another language, or can't be made out: sentences of German,
French, Spanish and Italian have -1.2 and less, English ones read aloud -0.5 and more."""

ENOUGH = 3.0
"""Seconds of speech from which that can be told."""

MANY, CLEARLY = 4, -1.0
"""Words of one sentence, and the mean score below which they clearly are another language. Of 159
real English ones, some of them noisy, one is below it, which was not understood anyway; of 77 by
eSpeak's German, French and Spanish voices, a third of them in a noisy kitchen, 74 are."""

LEAST, UNLIKELY = 1.0, 0.2
"""Seconds from which a model that knows languages tells them, and the probability below which it is
not English."""


def is_foreign(score: float, seconds: float) -> bool:
    """Tell by the score of so many seconds of speech whether it is another language."""
    return seconds >= ENOUGH and score < FOREIGN


ENDS = 2
"""The beginning and the end of a sentence."""

LONGEST = 28.0
"""Seconds that are heard at once, at most."""
