"""What turns sound into words, as plain values: the contract between the ears and a recognizer.

Sound is 16 kHz, 16 bit, one channel, in pieces of any even number of bytes. What comes out are
wordings: words with their times and, where only one wording is asked for, how sure each is.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Protocol, runtime_checkable

from assistant.turn.hearing import Word, WordGraph

UNKNOWN = "[unk]"
"""Stands for a word that is not known, in the sentences of a grammar and in what was heard."""


@dataclass(frozen=True, slots=True)
class Wording:
    """One way to understand a stretch of sound; ``score`` is a log-likelihood, higher is better.

    Times are seconds of all the sound its recognizer was ever given; 0 where it can't tell them.
    """

    words: tuple[Word, ...]
    score: float = 0.0

    @property
    def text(self) -> str:
        """Return the words, with blanks between."""
        return " ".join(word.text for word in self.words)


class Recognizer(Protocol):
    """Hears one stream of sound; one thread at a time may use it."""

    def accept(self, sound: bytes) -> Sequence[Wording] | None:
        """Take sound; return the wordings of a stretch that ended with it, best first, else None.

        A recognizer that sees no ends of its own always returns None.
        """

    def partial(self) -> str:
        """Return the words so far of the stretch that goes on."""

    def finish(self) -> Sequence[Wording]:
        """End the stretch that goes on; return its wordings, best first."""

    def whole(self, sound: bytes) -> Sequence[Wording]:
        """Return the wordings of a sound that is all there is, whatever its pauses."""

    def reset(self) -> None:
        """Forget what was heard; its clock goes on."""


@runtime_checkable
class SpeechModel(Protocol):
    """A model of a language, loaded once, that makes recognizers for any number of threads."""

    @property
    def name(self) -> str:
        """Return what it is called."""

    @property
    def takes_grammar(self) -> bool:
        """Tell whether it can be limited to sentences."""

    def knows(self, word: str) -> bool:
        """Tell whether a word (lower case) can be heard."""

    def vocabulary(self) -> list[str]:
        """Return the words that can be heard; none where they are not listed."""

    def recognizer(self, sentences: Sequence[str] | None = None, best: int = 0) -> Recognizer:
        """Return a recognizer, limited to sentences of known words where some are given.

        Its wordings are the ``best`` so many with their scores; with 0 it is one wording whose
        words tell how sure they are.
        """

    def narrowed(self, graph: WordGraph) -> SpeechModel:
        """Return a model that hears only a graph's sentences. Raises SpeechError where none can."""


def text_of(wordings: Sequence[Wording]) -> str:
    """Return the text of the best wording, empty where there is none."""
    return wordings[0].text if wordings else ""


def heard(recognizer: Recognizer, sounds: Iterable[bytes]) -> list[Sequence[Wording]]:
    """Let a recognizer hear all sounds; return the wordings of each stretch."""
    ended = [found for sound in sounds if (found := recognizer.accept(sound)) is not None]
    return [*ended, recognizer.finish()]


def transcript(recognizer: Recognizer, sounds: Iterable[bytes]) -> str:
    """Let a recognizer hear all sounds; return the best words of all stretches."""
    return " ".join(filter(None, map(text_of, heard(recognizer, sounds))))
