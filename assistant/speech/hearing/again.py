"""The second hearing of an utterance: heard when silence begins, so that it is ready at its end."""

from __future__ import annotations

import logging
from collections.abc import Callable, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass

from assistant.language.alike import said_alike
from assistant.language.spoken import as_said, as_sentence
from assistant.language.tidying import tidy
from assistant.speech.second import LONGEST, Belief, Passage, SecondModel, Writing
from assistant.speech.sound import RATE
from assistant.turn.hearing import Ear, Hypothesis, Sayable, Word


@dataclass(frozen=True)
class Again:
    """What was heard the second time: freely, and with hints where there were any."""

    hypotheses: tuple[Hypothesis, ...] = ()
    words: tuple[Word, ...] = ()
    judge: Judging | None = None


NOTHING = Again()

log = logging.getLogger(__name__)

PATIENCE = 10.0
"""Seconds that are waited for it."""

ENDS = 2
"""The beginning and the end of a sentence."""

MATCHED = 3
"""Sentences that are told of those that can be said."""

QUIET = 2
"""Seconds of silence in which texts are held against nothing."""


class Second:
    """Hears utterances again in a thread of its own; asked by one thread."""

    def __init__(self, model: SecondModel) -> None:
        self._model = model
        self._thread = ThreadPoolExecutor(1, "second-hearing")
        self._sayable = Sayable()
        self._begun: tuple[int, Future[Again]] | None = None
        self._silence: Passage | None = None

    def expect(self, sayable: Sayable) -> None:
        """Set what can be said from the next utterance on."""
        self._sayable = sayable

    def begin(self, sound: bytes | bytearray, spoken: int) -> Future[Again]:
        """Hear what was said so far, unless it is being heard; it may go on.

        Of the bytes of ``sound``, ``spoken`` are those up to the last word: what was begun will do
        if nothing after it was.
        """
        if self._begun is None or self._begun[0] < spoken:
            self.drop()
            heard = self._thread.submit(self._hear, bytes(sound), self._sayable)
            self._begun = len(sound), heard
        return self._begun[1]

    def finish(self, sound: bytes | bytearray, spoken: int) -> Again:
        """Return what was said, begun already or not."""
        if len(sound) > LONGEST * 2 * RATE:
            self.drop()
            return NOTHING  # it would be cut off
        heard = self.begin(sound, spoken)
        self._begun = None
        try:
            return heard.result(PATIENCE)
        except Exception as error:  # noqa: BLE001  # whatever went wrong, it was heard once
            log.warning("not heard a second time: %s", type(error).__name__)
            return NOTHING

    def drop(self) -> None:
        """Forget what was begun."""
        if self._begun is not None:
            self._begun[1].cancel()
        self._begun = None

    def close(self) -> None:
        """End the thread, soon."""
        self.drop()
        self._thread.shutdown(wait=False, cancel_futures=True)

    def _hear(self, sound: bytes, sayable: Sayable) -> Again:
        passage, hints = self._model.listen(sound), sayable.hints
        free = passage.write()
        told = [_told(free, "second"), *([_told(passage.write(hints), "hinted")] if hints else [])]
        told += [
            Hypothesis(text, round(score, 2), "matched")
            for text, score in _matched(passage, told, sayable)[:MATCHED]
        ]
        heard = tuple(each for each in told if each.text)
        told_of = passage, hints, self._model.belief, free.silence, self._quiet
        return Again(heard, free.words, Judging(*told_of) if heard else None)

    def _quiet(self) -> Passage:
        """Return a sound in which nobody speaks, heard once."""
        if self._silence is None:
            self._silence = self._model.listen(bytes(QUIET * 2 * RATE))
        return self._silence


def _matched(
    passage: Passage, told: Sequence[Hypothesis], sayable: Sayable
) -> list[tuple[str, float]]:
    """Return the sentences it is likeliest to be; none where it was heard as one, both times."""
    if sayable.graph is None or not told[0].text:
        return []
    agree = all(said_alike(told[0].text, each.text) for each in told)
    if agree and sayable.complete(told[0].text):
        return []
    return passage.match(sayable.graph, sayable.hints)


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
        self._alone: dict[str, float] = {}

    def likelihoods(self, texts: Sequence[str]) -> Sequence[float]:
        """Return the log-likelihood of each text with the hints in mind."""
        return self._passage.likelihoods([as_sentence(text) for text in texts], self.hints)

    def alone(self, texts: Sequence[str]) -> Sequence[float]:
        """Return the log-likelihood of each text with nothing in mind; each is judged once."""
        if new := [text for text in dict.fromkeys(texts) if text not in self._alone]:
            likely = self._passage.likelihoods([as_sentence(text) for text in new])
            self._alone.update(zip(new, likely, strict=True))
        return [self._alone[text] for text in texts]

    def unheard(self, texts: Sequence[str]) -> Sequence[float]:
        """Return the log-likelihood of each text in silence."""
        return self._quiet().likelihoods([as_sentence(text) for text in texts])

    def sure(self, text: str) -> float:
        """Return the probability that a text was said."""
        return round(self._belief.of(self.word(text), self.silence), 3) if text else 0.0

    def word(self, text: str) -> float:
        """Return the log-likelihood of a text for each of its words, with nothing in mind.

        Its beginning and end count as words.
        """
        return self.alone([text])[0] / (len(text.split()) + ENDS)


def _told(writing: Writing, ear: Ear) -> Hypothesis:
    text = tidy(writing.text)
    sure = [word.confidence for word in writing.words]
    mean = sum(sure) / len(sure) if sure else 0.0
    return Hypothesis(as_said(text), writing.score, ear, round(mean, 3), text)
