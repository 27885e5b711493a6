"""The values between the ears and understanding: what was heard, and what can be said."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import field
from datetime import datetime
from typing import Literal, Protocol

from assistant.language.records import dataclass

Expects = Literal["request", "short", "free"]


@dataclass(frozen=True, slots=True)
class Word:
    """A spoken word: when it was said, in seconds from the start, and how sure that is (0 to 1)."""

    text: str
    start: float
    end: float
    confidence: float = 1.0


Ear = Literal["open", "closed", "exact", "second", "hinted", "matched"]


@dataclass(frozen=True, slots=True)
class Hypothesis:
    """What one ear may have heard: "open" knows every word, "closed" those that can be said now,
    "exact" the sentences that can be said, word for word. "second" heard it again when it was
    finished, "hinted" did with the words in mind that can be said now, "matched" held the sentences
    that can be said against it.

    ``text`` is as it was said, ``written`` as one writes it where that is known. ``score`` is the
    recognizer's own, higher is better, comparable within one ear only; ``confidence`` is the mean
    of the words' (0 to 1).
    """

    text: str
    score: float
    ear: Ear = "open"
    confidence: float = 0.0
    written: str = ""


class Judge(Protocol):
    """What heard an utterance a second time, and judges what it may have been."""

    @property
    def hints(self) -> Sequence[str]:
        """Return the sentences that were kept in mind."""

    def likelihoods(self, texts: Sequence[str]) -> Sequence[float]:
        """Return the log-likelihood of each text, of what can be said now first of all."""

    def alone(self, texts: Sequence[str]) -> Sequence[float]:
        """Return the log-likelihood of each text with nothing in mind."""

    def unheard(self, texts: Sequence[str]) -> Sequence[float]:
        """Return the log-likelihood of each text in silence: how usual its words are."""

    def sure(self, text: str) -> float:
        """Return the probability that this was said, with nothing in mind: a witness."""


@dataclass(frozen=True, slots=True)
class Hearing:
    """One stretch of speech as the ears took it: hypotheses, best first within each ear.

    ``words`` are those of the best one that is free, ``seconds`` the length of the sound, ``ended``
    why it was taken as finished. ``judge`` is there where it was heard a second time; ``foreign``
    tells that it was clearly no English.
    """

    hypotheses: tuple[Hypothesis, ...]
    heard_at: datetime
    words: tuple[Word, ...] = ()
    seconds: float = 0.0
    ended: str = ""
    judge: Judge | None = field(default=None, compare=False, repr=False)
    foreign: bool = False

    @property
    def text(self) -> str:
        """Return what was heard freely, the second time before the first; empty when nothing."""
        ears: tuple[Ear, ...] = ("second", "open", "closed")
        return next(filter(None, map(self.text_of, ears)), "")

    def best_of(self, ear: Ear) -> Hypothesis | None:
        """Return the best of what an ear heard in words, if there is any."""
        return next((h for h in self.hypotheses if h.ear == ear and h.text), None)

    def text_of(self, ear: Ear) -> str:
        """Return its words; empty where there are none."""
        best = self.best_of(ear)
        return best.text if best is not None else ""


@dataclass(frozen=True, slots=True)
class WordGraph:
    """All sentences that can be said, as a finite automaton that begins in state 0.

    ``arcs`` tells for each state which words lead on to which state, ``ends`` where a sentence may
    end. ``[unk]`` stands for a word that nobody can foresee.
    """

    arcs: tuple[Mapping[str, int], ...]
    ends: frozenset[int]


@dataclass(frozen=True, slots=True)
class Sayable:
    """What can be said now, for the ears: sentences, and how long to wait after the last word.

    ``graph`` is what can be said at any time, word for word; ``sentences`` are drawn from it, with
    the answers to an open question. ``expects`` is "request", "short" (a yes or no, a number, one
    of a list) or "free" (dictation). ``complete`` tells whether words are a whole command already.
    ``hints`` are the few of them that are kept in mind when it is heard a second time. ``prepare``
    gets ready for what was heard again, before it is known that all was said.
    """

    sentences: tuple[str, ...] = ()
    expects: Expects = "request"
    complete: Callable[[str], bool] = lambda _words: False
    graph: WordGraph | None = None
    hints: tuple[str, ...] = ()
    prepare: Callable[[Hearing], object] = lambda _hearing: None
