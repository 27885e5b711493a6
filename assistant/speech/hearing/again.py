"""The second hearing of an utterance: heard when silence begins, so that it is ready at its end."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from datetime import UTC, datetime

from assistant.language.alike import said_alike
from assistant.language.spoken import as_said, as_sentence
from assistant.language.tidying import tidy
from assistant.speech.second import (
    LONGEST,
    Belief,
    Passage,
    SecondModel,
    Writing,
    for_a_word,
)
from assistant.speech.sound import RATE
from assistant.system.memory import give_back
from assistant.turn.hearing import Ear, Hearing, Hypothesis, Sayable, Word


@dataclass(frozen=True)
class Again:
    """What was heard the second time: freely, and with hints where there were any.

    ``foreign`` tells that it was clearly no English.
    """

    hypotheses: tuple[Hypothesis, ...] = ()
    words: tuple[Word, ...] = ()
    judge: Judging | None = None
    foreign: bool = False


NOTHING = Again()

_Asked = tuple[Passage, str, tuple[str, ...]]
"""A sound, a text, and the sentences in mind."""

log = logging.getLogger(__name__)

PATIENCE = 10.0
"""Seconds that are waited for it."""

MATCHED = 3
"""Sentences that are told of those that can be said."""

LESS, LESS_A_WORD = 12.0, 1.0
"""How much less likely than what was written freely a sentence may be that is looked for, with
nothing in mind: well above what the judging allows, which has hints in mind."""

QUIET = 2
"""Seconds of silence in which texts are held against nothing."""


class Second:
    """Hears utterances again in a thread of its own; asked by one thread."""

    def __init__(self, model: SecondModel) -> None:
        self._model = model
        self._thread = ThreadPoolExecutor(1, "second-hearing")
        self._sayable = Sayable()
        self._begun: _Begun | None = None
        self._silence: Passage | None = None

    @property
    def model(self) -> SecondModel:
        """Return what hears."""
        return self._model

    def expect(self, sayable: Sayable) -> None:
        """Set what can be said from the next utterance on."""
        self._sayable = sayable

    def begin(self, sound: bytes | bytearray, spoken: int) -> _Begun:
        """Hear what was said so far, unless it is being heard; it may go on.

        Of the bytes of ``sound``, ``spoken`` are those up to the last word: what was begun will do
        if nothing after it was.
        """
        if self._begun is None or self._begun.length < spoken:
            self.drop()
            over, sayable = threading.Event(), self._sayable
            heard = self._thread.submit(self._hear, bytes(sound), sayable, over)
            self._begun = _Begun(len(sound), heard, over, threading.Event())
            self._thread.submit(_prepare, self._begun, sayable)
        return self._begun

    def finish(self, sound: bytes | bytearray, spoken: int) -> Again:
        """Return what was said, begun already or not."""
        if len(sound) > LONGEST * 2 * RATE:
            self.drop()
            return NOTHING  # it would be cut off
        begun = self.begin(sound, spoken)
        self._begun = None
        begun.waited.set()
        try:
            return begun.heard.result(PATIENCE)
        except Exception as error:  # noqa: BLE001  # whatever went wrong, it was heard once
            begun.over.set()
            log.warning("not heard a second time: %s", type(error).__name__)
            return NOTHING

    def drop(self) -> None:
        """Forget what was begun."""
        if self._begun is not None:
            self._begun.over.set()
            self._begun.heard.cancel()
        self._begun = None

    def close(self) -> None:
        """End the thread, soon."""
        self.drop()
        self._thread.shutdown(wait=False, cancel_futures=True)

    def _hear(self, sound: bytes, sayable: Sayable, over: threading.Event) -> Again:
        passage, hints = self._model.listen(sound), sayable.hints
        give_back()
        if over.is_set():  # the speech went on: what comes then is waited for
            return NOTHING
        free = passage.write()
        told = [_told(free, "second"), *([_told(passage.write(hints), "hinted")] if hints else [])]
        if over.is_set():
            return NOTHING
        judge = Judging(passage, hints, self._model.belief, free.silence, self._quiet)
        told += [
            Hypothesis(text, round(score, 2), "matched")
            for text, score in _matched(passage, judge, told, sayable)[:MATCHED]
        ]
        give_back()
        heard = tuple(each for each in told if each.text)
        return Again(heard, free.words, judge if heard else None, free.foreign)

    def _quiet(self) -> Passage:
        """Return a sound in which nobody speaks, heard once."""
        if self._silence is None:
            self._silence = self._model.listen(bytes(QUIET * 2 * RATE))
        return self._silence


@dataclass(frozen=True)
class _Begun:
    """What is being heard: so many bytes.

    ``over`` is set once nobody needs it, ``waited`` once somebody waits for it.
    """

    length: int
    heard: Future[Again]
    over: threading.Event
    waited: threading.Event


def _prepare(begun: _Begun, sayable: Sayable) -> None:
    """Get ready for the choice among what was heard, while it is still waited for its end."""
    if begun.waited.is_set() or begun.over.is_set() or begun.heard.cancelled():
        return
    try:
        again = begun.heard.result()
        if again.judge is not None and not begun.over.is_set():
            now = datetime.now(UTC)
            sayable.prepare(Hearing(again.hypotheses, now, again.words, judge=again.judge))
    except Exception:  # whoever chooses is told what is wrong
        log.debug("nothing was got ready", exc_info=True)


def _matched(
    passage: Passage, judge: Judging, told: Sequence[Hypothesis], sayable: Sayable
) -> list[tuple[str, float]]:
    """Return the sentences it is likeliest to be; none where it was heard as one, both times."""
    if sayable.graph is None or not told[0].text:
        return []
    agree = all(said_alike(told[0].text, each.text) for each in told)
    if agree and sayable.complete(told[0].text):
        return []
    heard = told[0].text
    less = LESS + LESS_A_WORD * len(heard.split())
    return passage.match(sayable.graph, judge.alone([heard])[0] - less)


class Judging:
    """Judges texts by what was heard, as they are said."""

    def __init__(
        self,
        passage: Passage,
        hints: Sequence[str],
        belief: Belief,
        silence: float,
        quiet: Callable[[], Passage],
    ) -> None:
        self._passage = passage
        self.hints = tuple(hints)
        self._belief = belief
        self.silence = silence
        self._quiet = quiet
        self._known: dict[_Asked, float] = {}

    def likelihoods(self, texts: Sequence[str]) -> Sequence[float]:
        """Return the log-likelihood of each text with the hints in mind."""
        return self._likely(texts, self._passage, self.hints)

    def alone(self, texts: Sequence[str]) -> Sequence[float]:
        """Return the log-likelihood of each text with nothing in mind."""
        return self._likely(texts, self._passage)

    def unheard(self, texts: Sequence[str]) -> Sequence[float]:
        """Return the log-likelihood of each text in silence."""
        return self._likely(texts, self._quiet())

    def sure(self, text: str) -> float:
        """Return the probability that a text was said."""
        return round(self._belief.of(self.word(text), self.silence), 3) if text else 0.0

    def word(self, text: str) -> float:
        """Return the log-likelihood of a text for each of its words, with nothing in mind."""
        return for_a_word(self.alone([text])[0], text)

    def _likely(
        self, texts: Sequence[str], passage: Passage, hints: tuple[str, ...] = ()
    ) -> list[float]:
        """Return the log-likelihood of each text; what was asked for once is known."""
        new = [t for t in dict.fromkeys(texts) if (passage, t, hints) not in self._known]
        found = passage.likelihoods([as_sentence(text) for text in new], hints)
        for text, likely in zip(new, found, strict=True):
            self._known[passage, text, hints] = likely
        return [self._known[passage, text, hints] for text in texts]


def _told(writing: Writing, ear: Ear) -> Hypothesis:
    text = tidy(writing.text)
    sure = [word.confidence for word in writing.words]
    mean = sum(sure) / len(sure) if sure else 0.0
    return Hypothesis(as_said(text), writing.score, ear, round(mean, 3), text)
