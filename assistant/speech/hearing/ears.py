"""Three ears over the same sound: one knows every word, one the words that can be said now, one
the sentences. The third is there only where nothing hears again.

A model's own endpoints cut speech into pieces; the pieces are joined until ``finish``. Where the
closed ear met a word it was not given, the open ear's words of that moment are filled in.
"""

from __future__ import annotations

import logging
import math
from collections.abc import Iterable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import datetime

from assistant.errors import SpeechError
from assistant.speech.hearing.again import NOTHING, Again, Second
from assistant.speech.recognizer import UNKNOWN, SpeechModel, Wording
from assistant.speech.second import LONGEST
from assistant.speech.sound import FRAME_SECONDS, RATE, Frame
from assistant.turn.hearing import Ear as Which
from assistant.turn.hearing import Hearing, Hypothesis, Sayable, Word, WordGraph

OPEN_BEST, CLOSED_BEST = 10, 20
"""Hypotheses asked of each ear."""

JOINED = 40
"""Hypotheses kept while pieces are joined."""

PARTIAL_FRAMES = 4
"""Frames between two looks at the words so far."""

DOUBT = 2.0
"""How many points of a recognizer's score make one hypothesis e times as likely as another."""

LONGEST_WORD = 1.5
"""Seconds that no word lasts, not even in noise; what does is no word."""

MOST_SENTENCES = 4_000
"""Sentences a grammar is made of at most: 500 take 20 ms."""


log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class _Heard:
    """A hypothesis on the way: its words with their times."""

    words: tuple[Word, ...]
    score: float

    @property
    def text(self) -> str:
        return " ".join(word.text for word in self.words)


class Ear:
    """One recognizer; one thread at a time may use it."""

    def __init__(
        self, model: SpeechModel, best: int, sentences: Sequence[str] | None = None
    ) -> None:
        """Listen for any words, or for the words of sentences only."""
        self._recognizer = model.recognizer(sentences, best)
        self._pieces: list[list[_Heard]] = []
        self._began = self._heard = 0.0

    def accept(self, frame: Frame) -> None:
        """Take a frame."""
        self._heard += FRAME_SECONDS
        ended = self._recognizer.accept(frame)
        if ended is not None:
            self._keep(ended)

    def partial(self) -> str:
        """Return the words so far."""
        pieces = [piece[0].text for piece in self._pieces]
        return _plain(" ".join([*pieces, self._recognizer.partial()]))

    def finish(self) -> list[_Heard]:
        """Return the hypotheses of all pieces together, best first, and begin anew."""
        self._keep(self._recognizer.finish())
        joined = [_Heard((), 0.0)]
        for piece in self._pieces:
            joined = _best(
                _Heard(before.words + after.words, before.score + after.score)
                for before in joined
                for after in piece
            )
        self.reset()
        return joined if joined[0].words else []

    def reset(self) -> None:
        """Forget what was heard; a recognizer's clock goes on."""
        self._recognizer.reset()
        self._pieces = []
        self._began = self._heard

    def _keep(self, ended: Iterable[Wording]) -> None:
        """Keep the hypotheses of a piece; one without words is mere silence."""
        found = [_since(self._began, each) for each in ended]
        if found and found[0].words:
            self._pieces.append(_best(found))


class Ears:
    """All ears; made, fed and asked in one thread."""

    def __init__(
        self,
        model: SpeechModel,
        sentences: Sequence[str] = (),
        graph: WordGraph | None = None,
        second: Second | None = None,
    ) -> None:
        """Listen with the open ear, and with others where sentences or a graph are given.

        What is finished is heard a ``second`` time where there is something to do so.
        """
        self._model = model
        self._second = second
        self._sound = bytearray()
        self._spoken = 0
        self._open = Ear(model, OPEN_BEST)
        self._closed: Ear | None = None
        self._exact: Ear | None = None
        self._sentences: tuple[str, ...] = ()
        self._graph: WordGraph | None = None
        self._frames = 0
        self._partial = ""
        self.expect(sentences, graph)

    def expect(self, sentences: Sequence[str], graph: WordGraph | None = None) -> None:
        """Set what can be said from the next stretch of speech on."""
        if graph is not self._graph:
            self._graph = graph
            self._exact = self._exactly(graph) if graph is not None else None
        if tuple(sentences) != self._sentences:
            self._sentences = tuple(sentences)
            phrases = sayable(self._model, sentences) if self._model.takes_grammar else []
            self._closed = Ear(self._model, CLOSED_BEST, phrases) if phrases else None

    def _exactly(self, graph: WordGraph) -> Ear | None:
        """Return the exact ear; none where what hears again knows the graph better."""
        if self._second is not None or not self._model.takes_grammar:
            return None
        try:
            return Ear(self._model.narrowed(graph), CLOSED_BEST)
        except SpeechError as error:
            log.warning("hearing without the exact ear: %s", error)
            return None

    def change(self, second: Second | None) -> None:
        """Let something else hear a second time, or nothing, from the next stretch on."""
        self._second = second
        if self._graph is not None:
            self._exact = self._exactly(self._graph)
        self._begin_anew()

    def expect_again(self, sayable: Sayable) -> None:
        """Set what the second hearing has in mind from the next stretch of speech on."""
        if self._second is not None:
            self._second.expect(sayable)

    def accept(self, frame: Frame, *, spoken: bool = True) -> str:
        """Take a frame, in which somebody speaks or nobody does; return the words so far."""
        for ear in self._all():
            ear.accept(frame)
        if self._second is not None:
            self._sound += frame
            self._spoken = len(self._sound) if spoken else self._spoken
        self._frames += 1
        if self._frames % PARTIAL_FRAMES == 0:
            self._partial = self._open.partial()
        return self._partial

    def pause(self) -> None:
        """Begin to hear again what was said so far: it may be all."""
        if self._second is not None and len(self._sound) <= LONGEST * 2 * RATE:
            self._second.begin(self._sound, self._spoken)

    def finish(self, heard_at: datetime, ended: str = "") -> Hearing:
        """Return what was heard since the last ``finish`` or ``reset``."""
        seconds = round(self._frames * FRAME_SECONDS, 3)
        free, closed, exact = _finished(self._open, self._closed, self._exact)
        again = self._again() if any((free, closed, exact)) or self._spoken else NOTHING
        words = _surely(free)
        self._begin_anew()
        told = (
            *again.hypotheses,
            *_told(free, "open"),
            *_told(_with_words(closed, words), "closed"),
            *_told(_with_words(exact, words), "exact"),
        )
        found = again.words or words
        return Hearing(told, heard_at, found, seconds, ended, again.judge, again.foreign)

    def _again(self) -> Again:
        if self._second is None:
            return NOTHING
        return self._second.finish(self._sound, self._spoken)

    def reset(self) -> None:
        """Forget what was heard."""
        for ear in self._all():
            ear.reset()
        self._begin_anew()

    def _all(self) -> Iterator[Ear]:
        return (ear for ear in (self._open, self._closed, self._exact) if ear is not None)

    def _begin_anew(self) -> None:
        self._frames, self._partial = 0, ""
        self._sound.clear()
        self._spoken = 0
        if self._second is not None:
            self._second.drop()


def sayable(model: SpeechModel, sentences: Iterable[str]) -> list[str]:
    """Return sentences as a grammar takes them: lower case, unknown words as ``[unk]``, each once.

    What is left of a sentence without any known word is not worth listening for.
    """
    known: dict[str, bool] = {}
    made: dict[str, None] = {}
    for sentence in sentences:
        words = sentence.lower().split()
        for word in words:
            if word not in known:
                known[word] = model.knows(word)
        spelt = [word if known[word] else UNKNOWN for word in words]
        if any(word != UNKNOWN for word in spelt):
            made[" ".join(spelt)] = None
        if len(made) >= MOST_SENTENCES:
            break
    return list(made)


def unknown_words(model: SpeechModel, sentences: Iterable[str]) -> list[str]:
    """Return the words of sentences that the model does not know, each once."""
    words = dict.fromkeys(word for sentence in sentences for word in sentence.lower().split())
    return [word for word in words if not model.knows(word)]


def _since(began: float, told: Wording) -> _Heard:
    """Return a wording with its words' times from the start of the sentence, without noises."""
    words = tuple(
        Word(word.text, round(word.start - began, 3), round(word.end - began, 3))
        if word.end
        else Word(word.text, 0.0, 0.0)
        for word in told.words
        if word.text == UNKNOWN or word.end - word.start <= LONGEST_WORD
    )
    return _Heard(words, told.score)


def _best(heard: Iterable[_Heard]) -> list[_Heard]:
    """Return the likeliest hypotheses, each wording once."""
    found: dict[str, _Heard] = {}
    for each in sorted(heard, key=lambda h: -h.score):
        found.setdefault(each.text, each)
        if len(found) >= JOINED:
            break
    return list(found.values())


def _finished(*ears: Ear | None) -> list[list[_Heard]]:
    """Return what each ear heard; they come to their ends side by side, for somebody waits."""
    with ThreadPoolExecutor(len(ears)) as threads:
        return list(threads.map(lambda ear: ear.finish() if ear is not None else [], ears))


def _with_words(heard: Sequence[_Heard], free: Sequence[Word]) -> list[_Heard]:
    """Return what a limited ear heard with the open ear's words where it met unknown ones."""
    return [_Heard(_filled(each.words, free), each.score) for each in heard]


def _surely(heard: Sequence[_Heard]) -> tuple[Word, ...]:
    """Return the best one's words with their confidence: how likely hypotheses that have it are."""
    if not heard:
        return ()
    weights = [math.exp((each.score - heard[0].score) / DOUBT) for each in heard]
    total = sum(weights)
    return tuple(
        Word(
            word.text,
            word.start,
            word.end,
            round(sum(w for w, e in zip(weights, heard, strict=True) if _has(e, word)) / total, 3),
        )
        for word in heard[0].words
        if word.text != UNKNOWN
    )


def _has(heard: _Heard, word: Word) -> bool:
    return any(
        w.text == word.text and w.start <= word.end and word.start <= w.end for w in heard.words
    )


def _filled(words: Sequence[Word], free: Sequence[Word]) -> tuple[Word, ...]:
    """Put the open ear's words where the closed ear met an unknown one."""
    if not any(word.text == UNKNOWN for word in words):
        return tuple(words)
    made: list[Word] = []
    for word in words:
        if word.text == UNKNOWN:
            made += [f for f in free if word.start <= (f.start + f.end) / 2 < word.end]
        else:
            made.append(word)
    return tuple(made)


def _told(heard: Sequence[_Heard], ear: Which) -> list[Hypothesis]:
    """Return hypotheses for the one who chooses, each wording once."""
    made: dict[str, Hypothesis] = {}
    for place, each in enumerate(heard):
        text = _plain(each.text)
        if text and text not in made:
            sure = _mean(_surely(heard)) if place == 0 else 0.0
            made[text] = Hypothesis(text, round(each.score, 2), ear, sure)
    return list(made.values())


def _mean(words: Sequence[Word]) -> float:
    return round(sum(word.confidence for word in words) / len(words), 3) if words else 0.0


def _plain(text: str) -> str:
    return " ".join(word for word in text.split() if word != UNKNOWN)
