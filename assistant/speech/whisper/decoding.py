"""Sound to tokens, the likeliest one after the other, by Whisper's own rules for times.

As in its ``decoding.py`` (ApplyTimestampRules, SuppressTokens), with one more, for with little
sound the model begins to repeat itself: each word has to account for sound that those before did
not. A time is never after the last sound; where a sentence has ended there, nothing follows; and
what goes on without going forward is taken back.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from assistant.speech.whisper.checkpoint import Checkpoint
from assistant.speech.whisper.network import Network, Opened, Sound, Step

TICKS = 50
"""Steps of time in a second; of positions, too."""

FIRST_TICKS = 50
"""Ticks after the beginning at which the first words may begin, at most."""

LEFT = 0.8
"""Seconds of sound that a last word may take: what is less than this is no further sentence."""

UNHEARD = 5.0
"""What a second of sound costs that words leave over, in units of log-likelihood: by themselves the
fewer words are the likelier."""

MOST_TOKENS, ROWS = 120, 32
"""Tokens of a text that are judged, and of all texts at once: each has a score for every token."""

STALLED = 4
"""Tokens after one another that were written before and look no farther than those: a loop."""


@dataclass(frozen=True)
class Written:
    """Tokens that were written, words only, each with its log-probability and attention.

    ``attention`` [tokens, heads, S] tells where the heads that follow the sound look; ``ended`` is
    the log-probability that nothing follows, ``silence`` the probability that nothing was said.
    """

    tokens: tuple[int, ...]
    logs: tuple[float, ...]
    attention: np.ndarray
    ended: float
    silence: float

    @property
    def mean(self) -> float:
        """Return the mean log-probability, the end counted."""
        return (sum(self.logs) + self.ended) / (len(self.logs) + 1)


class Decoder:
    """Writes what is heard in one sound."""

    def __init__(
        self, network: Network, checkpoint: Checkpoint, sentence_ends: frozenset[int]
    ) -> None:
        self._network = network
        self._of = checkpoint
        self._ends = sentence_ends

    def open(self, sound: Sound, seconds: float, before: Sequence[int] = ()) -> Opened:
        """Begin, as if ``before`` stood before the words of a sound of so many seconds."""
        of = self._of
        opening = [of.earlier, *before, *of.start] if before else list(of.start)
        where = np.array([len(opening) - len(of.start), len(opening) - 1])
        step = self._network.step(sound, np.array([opening]), where)
        silence = float(np.exp(step.logs[0, 0, of.silent]))
        return Opened(sound, seconds, step, silence)

    def write(self, opened: Opened, most: int = 200) -> Written:
        """Write at most so many tokens."""
        made = _Making(self._of, round(opened.seconds * TICKS), self._ends)
        step = opened.step
        while not made.take(step) and len(made.tokens) < most:
            last = np.array([[made.tokens[-1]]])
            step = self._network.step(opened.sound, last, np.array([0]), step.past)
        return made.written(opened.silence)

    def likelihoods(self, opened: Opened, texts: Sequence[Sequence[int]]) -> list[float]:
        """Return how likely each text is: the sum of log-probabilities, its end counted.

        Any mark that ends a sentence, a time or the end will do. It is less what the text leaves
        over of the sound; only its first tokens count where they are many.
        """
        texts = [text[:MOST_TOKENS] for text in texts]
        at_once = max(ROWS // (1 + max(map(len, texts), default=0)), 1)
        parts = (texts[i : i + at_once] for i in range(0, len(texts), at_once))
        return [each for part in parts for each in self._likely(opened, part)]

    def ending(self, logs: np.ndarray) -> float:
        """Return how likely it is that a sentence ends, by log-probabilities of what comes next."""
        of = self._of
        marks = [logs[each] for each in (*self._ends, of.end)]
        return float(np.logaddexp.reduce([*marks, np.logaddexp.reduce(logs[of.timed :])]))

    def _likely(self, opened: Opened, texts: Sequence[Sequence[int]]) -> list[float]:
        longest = max(map(len, texts))
        rows = np.full((len(texts), 1 + longest), self._of.end)
        rows[:, 0] = self._of.timed
        for row, text in zip(rows, texts, strict=True):
            row[1 : 1 + len(text)] = text
        step = self._network.on(opened, rows, np.arange(1 + longest))
        last = round(opened.seconds * TICKS)
        looks = step.attention[:, :, 1:, : last + 1]
        return [
            self._likelihood(logs, text) - left_over(self._reached(look, text), last)
            for logs, look, text in zip(step.logs, looks, texts, strict=True)
        ]

    def _reached(self, look: np.ndarray, text: Sequence[int]) -> float:
        """Return the last tick that the words of a text look at."""
        words = (i for i, token in enumerate(text) if token not in self._ends)
        return max((middle(look[:, i]) for i in words), default=0.0)

    def _likelihood(self, logs: np.ndarray, text: Sequence[int]) -> float:
        """Return how likely a text is, and that it ends there."""
        words = float(logs[np.arange(len(text)), list(text)].sum())
        return words + self.ending(logs[len(text)])


class _Making:
    """What is written so far, and what may come next."""

    def __init__(self, of: Checkpoint, last: int, ends: frozenset[int]) -> None:
        self._of = of
        self._last = last
        self._ends = ends
        self.tokens: list[int] = []
        self._logs: list[float] = []
        self._looks: list[np.ndarray] = []
        self._ended = 0.0
        self._reached = -1.0
        self._idle = self._forward = 0

    def take(self, step: Step) -> bool:
        """Write the likeliest token; tell whether that was the end."""
        logs = step.logs[0, -1]
        token = int(self._allowed(logs).argmax())
        if token == self._of.end or self._accounted():
            self._ended = float(max(logs[self._of.end], logs[self._of.timed :].max()))
            return True
        self.tokens.append(token)
        self._logs.append(float(logs[token]))
        look = step.attention[0, :, -1]
        self._looks.append(look)
        if token >= self._of.end or token in self._ends:
            return False
        return self._stalled(middle(look[:, : self._last + 1]))

    def _stalled(self, tick: float) -> bool:
        """Tell whether words don't go forward any more; then those are taken back."""
        if tick > self._reached:
            self._reached, self._idle = tick, 0
            self._forward = len(self.tokens)
            return False
        self._idle += 1
        if self._idle < STALLED or not self._repeats():
            return False
        ends = [i + 1 for i, token in enumerate(self.tokens[:-STALLED]) if token in self._ends]
        keep = ends[-1] if ends else self._forward
        for each in (self.tokens, self._logs, self._looks):
            del each[keep:]
        self._ended = min(self._logs, default=0.0)
        return True

    def _repeats(self) -> bool:
        """Tell whether the last tokens were written one after another before."""
        last = self.tokens[-STALLED:]
        ends = range(STALLED, len(self.tokens))
        return any(self.tokens[end - STALLED : end] == last for end in ends)

    def written(self, silence: float) -> Written:
        """Return the words, without the times."""
        words = [i for i, token in enumerate(self.tokens) if token < self._of.end]
        looks = [self._looks[i] for i in words]
        return Written(
            tuple(self.tokens[i] for i in words),
            tuple(self._logs[i] for i in words),
            np.array(looks) if looks else np.zeros((0, 1, 1), np.float32),
            self._ended,
            silence,
        )

    def _allowed(self, logs: np.ndarray) -> np.ndarray:
        """Return the log-probabilities without those of tokens that may not come now."""
        of, timed = self._of, self._of.timed
        left = logs.copy()
        left[list(of.never)] = -np.inf
        left[of.untimed] = -np.inf
        left[timed + self._last + 1 :] = -np.inf
        if not self.tokens:
            left[:timed] = -np.inf
            left[timed + FIRST_TICKS + 1 :] = -np.inf
            return left
        if len(self.tokens) == 1:
            left[list(of.never_first)] = -np.inf
        self._in_pairs(left)
        times = left[timed:]
        if np.logaddexp.reduce(times) > left[:timed].max():
            left[:timed] = -np.inf
        return left

    def _in_pairs(self, left: np.ndarray) -> None:
        """Let times come in pairs, an end and a beginning, and never go back."""
        of, timed = self._of, self._of.timed
        ended = self.tokens[-1] >= timed
        if ended and (len(self.tokens) < 2 or self.tokens[-2] >= timed):
            left[timed:] = -np.inf
        elif ended:
            left[: of.end] = -np.inf
        latest = max(token for token in self.tokens if token >= timed)
        left[timed : latest + (not ended)] = -np.inf

    def _accounted(self) -> bool:
        """Tell whether a sentence has ended, and the sound with it."""
        if len(self.tokens) < 2 or self.tokens[-1] not in self._ends:
            return False
        return self._last - self._reached < LEFT * TICKS


def left_over(reached: float, last: float) -> float:
    """Return what it costs that words account for the sound up to a tick only."""
    return UNHEARD * max(last - reached, 0.0) / TICKS


def middle(look: np.ndarray) -> float:
    """Return the tick that heads [heads, S] look at, in the mean."""
    share = look.sum(axis=0)
    return float(share @ np.arange(len(share)) / max(share.sum(), 1e-9))
