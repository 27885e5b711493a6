"""When a hands-free listener sleeps until its wake word, and when it stays awake."""

from __future__ import annotations

from typing import NamedTuple

from assistant.speech.hearing.wake import Wake
from assistant.speech.recognizer import SpeechModel
from assistant.speech.second import SecondModel
from assistant.speech.sound import FRAME_SECONDS, Frame
from assistant.turn.hearing import Sayable

AWAKE_SECONDS = 8.0
"""How long it waits, once awake, for somebody to speak."""


class Waking(NamedTuple):
    """The wake word was said: how sure that is, and the sound since it ended."""

    score: float
    after: list[Frame]


class Sleep:
    """Whether it sleeps; for the listener's thread only."""

    def __init__(
        self,
        model: SpeechModel,
        phrase: str,
        threshold: float,
        second: SecondModel | None = None,
    ) -> None:
        """Begin asleep. Raises SpeechError where the phrase has words the model doesn't know."""
        self._wake = Wake(model, phrase, threshold, second)
        self._slept = 0
        self.asleep = True

    @property
    def phrase(self) -> str:
        """Return what is waited for."""
        return self._wake.phrase

    @property
    def threshold(self) -> float:
        """Return how sure it must be, 0 to 1."""
        return self._wake.threshold

    @threshold.setter
    def threshold(self, least: float) -> None:
        self._wake.threshold = least

    def judge_by(self, second: SecondModel | None) -> None:
        """Let a second hearing have the last word from now on, or nothing."""
        self._wake.judge_by(second)

    @property
    def seconds(self) -> float:
        """Return for how long it has slept in all."""
        return self._slept * FRAME_SECONDS

    def feed(self, frame: Frame, probability: float) -> Waking | None:
        """Take a frame with the gate's probability while asleep."""
        self._slept += 1
        score = self._wake.feed(frame, probability)
        if score is None:
            return None
        self.asleep = False
        return Waking(score, self._wake.after)

    def expect(self, sayable: Sayable) -> None:
        """Stay awake for the answer to an open question; else sleep after what was said."""
        if sayable.expects != "request":
            self.asleep = False

    def wake(self) -> None:
        """Wake without the word: a key was pressed."""
        self.drop()
        self.asleep = False

    def sleep(self) -> None:
        """Sleep until the word is said."""
        self.drop()
        self.asleep = True

    def drop(self) -> None:
        """Forget what may have been the beginning of the word."""
        self._wake.reset()
