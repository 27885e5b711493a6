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
    """

    text: str
    words: tuple[Word, ...]
    score: float
    silence: float


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


class Passage(Protocol):
    """A sound, heard once and written as often as one likes; any one thread may use it."""

    def write(self, hints: Sequence[str] = ()) -> Writing:
        """Write it, as if the sentences of ``hints`` had been said before."""

    def match(self, graph: WordGraph, hints: Sequence[str] = ()) -> list[tuple[str, float]]:
        """Return the sentences of a graph that it is likeliest to be, with log-likelihoods."""

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


LONGEST = 28.0
"""Seconds that are heard at once, at most."""
