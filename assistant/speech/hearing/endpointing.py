"""When somebody has begun to speak, and when he has finished: plain rules, told in words.

Nothing here knows sound. Each frame brings the gate's probability and the words so far; the same
frames give the same decisions, so that a record of them can be replayed.
"""

from __future__ import annotations

import logging
import math
from collections import deque
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal, NamedTuple

from assistant.language.floor import breaks_off, keeps_the_floor
from assistant.speech.sound import FRAME_SECONDS, Frame
from assistant.turn.hearing import Sayable

log = logging.getLogger(__name__)

Kind = Literal["start", "end", "limit", "noise"]

STILL = 0.35
"""The probability of a frame down to which speech goes on."""

START_FRAMES = 5
"""Speech starts when the probabilities of so many frames ..."""

START_SUM = 1.6
"""... add up to this. With it none of some 1,150 recordings is missed; see docs/measures.md."""

PREROLL_SECONDS = 0.8
"""How much of the sound before the start is kept: the first consonants are soft."""

QUICK, USUAL, BROKEN_OFF, FREE, HOLD = 0.5, 0.95, 1.8, 2.5, 6.0
"""Seconds of silence after which it is finished: a short or whole answer, anything else, words
that break off, dictation, and after "hold on"."""

SHORT_WORDS = 3
"""An answer of more words than this is not a short one."""

CLICK_SECONDS, CLICK_SILENCE = 0.15, 1.0
"""Less speech than this without a word after so much silence was a click or a cough ..."""

CLEAR = 0.75
"""... unless a frame of it was as probable as this: a word as short as "up" is."""

SETTLE = 0.3
"""Seconds the words must have stayed the same: a recognizer lags behind the sound."""

STUCK = 6.0
"""Seconds without a new word in which a voice goes on: another's, or music."""

LIMIT, FREE_LIMIT = 30.0, 120.0
"""The longest stretch in seconds, and the longest dictation."""


@dataclass(frozen=True, slots=True)
class Decision:
    """What was decided, ``at`` so many seconds, after how much silence, and why in plain words.

    "start": somebody speaks. "end": he has finished. "limit": it was too long. "noise": nobody.
    """

    kind: Kind
    reason: str
    silence: float
    at: float


class Moment(NamedTuple):
    """A frame as it was decided on: all that a replay needs."""

    at: float
    probability: float
    words: str
    expects: Literal["request", "short", "free"] = "request"
    complete: bool = False


class Preroll:
    """The last frames before speech was noticed."""

    def __init__(self, seconds: float = PREROLL_SECONDS) -> None:
        """Keep so many seconds."""
        self._frames: deque[Frame] = deque(maxlen=math.ceil(seconds / FRAME_SECONDS))

    def push(self, frame: Frame) -> None:
        """Keep a frame and forget the oldest."""
        self._frames.append(frame)

    def take(self) -> list[Frame]:
        """Return the kept frames, oldest first, and forget them."""
        frames = list(self._frames)
        self._frames.clear()
        return frames


class Endpointer:
    """Decides frame by frame; ``decisions`` holds the last hundred."""

    def __init__(self, patience: float = 1.0) -> None:
        """Wait ``patience`` times as long as usual."""
        self.patience = patience
        self._record: list[Moment] = []
        self._last_record: list[Moment] = []
        self.decisions: deque[Decision] = deque(maxlen=100)
        self._sayable = Sayable()
        self._frame = 0
        self._known = ("", False)
        self._begin_anew()

    @property
    def record(self) -> list[Moment]:
        """Return the frames of the open stretch, else of the last one, for ``replay``."""
        return self._last_record if self._began is None else self._record

    @property
    def speaking(self) -> bool:
        """Tell whether a stretch of speech is open."""
        return self._began is not None

    @property
    def left(self) -> float:
        """Return the share of the silence still to pass, 1 while somebody speaks."""
        if self._began is None or not self._silence:
            return 1.0
        return max(1.0 - self._silence / self._wait, 0.0)

    def expect(self, sayable: Sayable) -> None:
        """Set what can be said from now on."""
        self._sayable = sayable
        self._known = ("", False)

    def reset(self) -> None:
        """Drop an open stretch; the clock goes on."""
        self._begin_anew()

    def feed(self, probability: float, words: str) -> Decision | None:
        """Take the next frame: the gate's probability and the words so far."""
        at = round(self._frame * FRAME_SECONDS, 3)
        self._frame += 1
        return self._take(
            Moment(at, round(probability, 2), words, self._sayable.expects, self._complete(words))
        )

    def _complete(self, words: str) -> bool:
        """Ask once for each new wording: a parser may be behind it."""
        if not words:
            return False
        if words != self._known[0]:
            self._known = (words, bool(self._sayable.complete(words)))
        return self._known[1]

    def _begin_anew(self) -> None:
        self._began: float | None = None
        self._wait, self._why = USUAL, ""
        self._silence = 0.0
        self._voiced = self._peak = 0.0
        self._last_voice = self._last_change = 0.0
        self._words = ""
        self._lately: deque[float] = deque(maxlen=START_FRAMES)

    def _take(self, moment: Moment) -> Decision | None:
        if self._began is None:
            decision = self._waiting(moment)
        else:
            self._record.append(moment)
            decision = self._listening(moment)
        if decision is not None:
            self.decisions.append(decision)
            log.info("%.2f s: %s, %s", decision.at, decision.kind, decision.reason)
            if decision.kind != "start":
                self._last_record = self._record
                self._begin_anew()
        return decision

    def _waiting(self, moment: Moment) -> Decision | None:
        before = self._record[1 - START_FRAMES :] if self._lately else []
        self._record = [*before, moment]
        self._lately.append(moment.probability)
        if round(sum(self._lately), 2) < START_SUM:
            return None
        self._began = self._last_voice = self._last_change = moment.at
        self._voiced = FRAME_SECONDS * sum(each >= STILL for each in self._lately)
        self._peak = max(self._lately)
        return Decision("start", "somebody speaks", 0.0, moment.at)

    def _listening(self, moment: Moment) -> Decision | None:
        if moment.words != self._words:
            self._words, self._last_change = moment.words, moment.at
        self._peak = max(self._peak, moment.probability)
        if moment.probability >= STILL:
            self._voiced += FRAME_SECONDS
            self._last_voice = moment.at
        self._silence = round(moment.at - self._last_voice, 3)
        self._wait, self._why = self._how_long(moment)
        return self._limit(moment) or self._stuck(moment) or self._finished(moment)

    def _how_long(self, moment: Moment) -> tuple[float, str]:
        """Return the seconds to wait, and why."""
        seconds, why = _wait(moment)
        if self._is_click(moment):
            seconds, why = CLICK_SILENCE, "no word was heard"
        return seconds * self.patience, why

    def _limit(self, moment: Moment) -> Decision | None:
        assert self._began is not None
        most = FREE_LIMIT if moment.expects == "free" else LIMIT
        if moment.at - self._began < most:
            return None
        return self._decide(
            "limit", f"it went on for {most:.0f} seconds, the longest allowed", moment
        )

    def _stuck(self, moment: Moment) -> Decision | None:
        quiet = moment.at - self._last_change
        if self._silence or quiet < STUCK * self.patience:
            return None
        why = f"a voice goes on, but no new word came for {quiet:.1f} s"
        return self._decide("end" if moment.words else "noise", why, moment)

    def _finished(self, moment: Moment) -> Decision | None:
        if self._silence < self._wait:
            return None
        settled = moment.at - self._last_change >= SETTLE
        if not settled and self._silence < self._wait + 2 * SETTLE:
            return None
        if self._is_click(moment):
            return self._decide("noise", f"{self._voiced:.2f} s of sound without a word", moment)
        return self._decide("end", f"{self._silence:.2f} s of silence: {self._why}", moment)

    def _is_click(self, moment: Moment) -> bool:
        short = self._voiced < CLICK_SECONDS and self._peak < CLEAR
        return short and not moment.words

    def _decide(self, kind: Kind, reason: str, moment: Moment) -> Decision:
        return Decision(kind, reason, self._silence, moment.at)


def _wait(moment: Moment) -> tuple[float, str]:
    """Return the seconds of silence that finish these words, and why."""
    words = moment.words.split()
    if keeps_the_floor(words):
        return HOLD, f"“{' '.join(words[-2:])}” keeps the floor"
    if moment.expects == "free":
        return FREE, "dictation"
    if breaks_off(words, complete=moment.complete):
        return BROKEN_OFF, f"the words break off after “{words[-1]}”"
    if moment.complete:
        return QUICK, "the words are a whole command"
    if moment.expects == "short" and 0 < len(words) <= SHORT_WORDS:
        return QUICK, "a short answer was expected"
    return USUAL, "the words may be finished"


def replay(record: Iterable[Moment], patience: float = 1.0) -> list[Decision]:
    """Decide on recorded frames again; the same decisions come of it."""
    endpointer = Endpointer(patience)
    taken = (endpointer._take(Moment(*moment)) for moment in record)
    return [decision for decision in taken if decision is not None]
