"""The wake word: a phrase of the user's that is waited for while nothing else is listened to.

Two stages. A recognizer that knows nothing but the phrase hears only what the gate takes for
speech, and finds it too often rather than too seldom. Where it found it, that moment alone is
heard once more by two fresh recognizers: one that can say only the phrase, one that can say
anything. By how much the phrase explains the sound better than the best other words is the score.
"""

from __future__ import annotations

import json
import math
from collections import deque
from typing import Any, Literal, NamedTuple

from assistant.errors import SpeechError
from assistant.speech.hearing.soundalikes import sound_alike, syllables, vocabulary
from assistant.speech.recognizer import SpeechModel
from assistant.speech.sound import FRAME_SECONDS, Frame

SPOKEN = 0.35
"""The gate's probability from which a frame is given to the recognizer."""

PREROLL_SECONDS = 0.6
"""Sound before it that is given too: the gate notices speech late."""

HANG_SECONDS = 0.7
"""Sound after it that is given too: a recognizer answers half a second late."""

KEPT_SECONDS = 3.2
"""Sound that is kept to be heard once more."""

LOOK_FRAMES = 3
"""Frames between two looks at the words so far."""

SETTLE_SECONDS = 0.15
"""How much sound must have come after the phrase before it is heard once more."""

PATIENCE_SECONDS = 0.9
"""How long it is waited for that after the phrase was first seen."""

BEFORE_SECONDS, AFTER_SECONDS = 0.2, 0.05
"""Sound on both sides of the phrase that is heard once more with it: after it a command may follow
in the same breath."""

SHORTEST, LONGEST = 0.045, 0.16
"""Seconds a letter of the phrase may last on average, a quarter of a second more at the longest."""

EVEN, SCALE = 3.0, 3.0
"""The log-likelihood ratio for each word that scores 0.5, and how many more points score 0.73: an
open ear that agrees gives 6 to 9 a word, what was not the phrase seldom more than 3."""

FIRST_STEP = 0.1
"""How far the first mark moves the threshold; each further one moves it less."""


class Found(NamedTuple):
    """Where a phrase may have been said: seconds from the start of the kept sound."""

    start: float
    end: float


class Wake:
    """Waits for one phrase; made, fed and asked in one thread."""

    def __init__(self, model: SpeechModel, phrase: str, threshold: float = 0.5) -> None:
        """Wait for a phrase of known words. Raises SpeechError naming words that are not known."""
        self.phrase = checked(model, phrase)
        self.threshold = threshold
        self.since = 0.0
        self.after: list[Frame] = []
        self._model = model
        self._recognizer = model.recognizer([self.phrase])
        self._kept: deque[Frame] = deque(maxlen=_frames(KEPT_SECONDS))
        self._hang = 0
        self._begin_anew()

    def feed(self, frame: Frame, speech: float) -> float | None:
        """Take a frame with the gate's probability; return the score when the phrase was said.

        ``since`` is then how many seconds ago the phrase ended, ``after`` the sound since.
        """
        self._kept.append(frame)
        if speech >= SPOKEN:
            begins = not self._hang
            self._hang = _frames(HANG_SECONDS)
            return self._hear(b"".join(self._preroll()) if begins else frame)
        if not self._hang:
            return None
        self._hang -= 1
        return self._hear(frame) if self._hang else self._close()

    def reset(self) -> None:
        """Forget what was heard."""
        if not self._kept:
            return
        self._recognizer.Reset()
        self._kept.clear()
        self._hang = 0
        self._begin_anew()

    def _begin_anew(self) -> None:
        self._count = 0
        self._waited = 0
        self._refused = 0

    def _preroll(self) -> list[Frame]:
        return list(self._kept)[-_frames(PREROLL_SECONDS) - 1 :]

    def _hear(self, sound: bytes) -> float | None:
        """Let the recognizer hear; look at its words now and then."""
        self._count += 1
        if self._recognizer.AcceptWaveform(sound):
            return self._last_look(self._recognizer.Result())
        if self._waited:
            self._waited += 1
        if self._count % LOOK_FRAMES:
            return None
        words = json.loads(self._recognizer.PartialResult())["partial"]
        if self._times(words) <= self._refused:
            self._waited = 0
            return None
        self._waited = max(self._waited, 1)
        return self._look(patient=self._waited < _frames(PATIENCE_SECONDS))

    def _close(self) -> float | None:
        return self._last_look(self._recognizer.FinalResult())

    def _last_look(self, result: str) -> float | None:
        """Look at the words of a stretch that is over."""
        said = self._times(json.loads(result)["text"]) > self._refused
        self._begin_anew()
        return self._look(patient=False) if said else None

    def _times(self, words: str) -> int:
        """Return how often the phrase is among the words."""
        return f" {words} ".replace(" ", "  ").count(f" {self.phrase.replace(' ', '  ')} ")

    def _look(self, *, patient: bool) -> float | None:
        """Hear the kept sound once more; wait for its end where that is to be expected."""
        found = self._find()
        length = len(self._kept) * FRAME_SECONDS
        if patient and (found is None or length - found.end < SETTLE_SECONDS):
            return None
        score = self._score(found) if found is not None else 0.0
        self._waited = 0
        if found is None or score < self.threshold:
            self._refused += 1
            return None
        self.since = max(length - found.end, 0.0)
        self.after = list(self._kept)[math.ceil(found.end / FRAME_SECONDS) :]
        self.reset()
        return score

    def _find(self) -> Found | None:
        """Return where in the kept sound the phrase was last said."""
        recognizer = self._model.recognizer([self.phrase])
        recognizer.SetWords(True)
        words = _heard(recognizer, self._kept).get("result", [])
        wanted = self.phrase.split()
        for first in range(len(words) - len(wanted), -1, -1):
            said = words[first : first + len(wanted)]
            if [word["word"] for word in said] == wanted:
                return Found(said[0]["start"], said[-1]["end"])
        return None

    def _score(self, found: Found) -> float:
        """Return how sure it is, 0 to 1, that the phrase was said there."""
        if not plausible(self.phrase, found.end - found.start):
            return 0.0
        first = max(_frames(found.start - BEFORE_SECONDS), 0)
        sound = list(self._kept)[first : _frames(found.end + AFTER_SECONDS)]
        phrase = _likelihood(self._model.recognizer([self.phrase]), sound, self.phrase)
        if phrase is None:
            return 0.0
        anything = _likelihood(self._model.recognizer(), sound)
        return score_of(phrase - (anything or 0.0), len(self.phrase.split()))


def checked(model: SpeechModel, phrase: str) -> str:
    """Return the phrase in the model's spelling. Raises SpeechError where a word is not known."""
    words = phrase.lower().split()
    if not words:
        raise SpeechError("The wake word is empty: assistant settings set wake_word PHRASE.")
    for word in words:
        if not model.knows(word):
            likes = ", ".join(sound_alike(word, vocabulary(model.path)))
            remedy = f"words that sound like it: {likes}" if likes else "choose another word"
            raise SpeechError(f"The speech model doesn't know the word “{word}”; {remedy}.")
    return " ".join(words)


def risky(phrase: str) -> str | None:
    """Return why a phrase will often wake by mistake, None where it will not."""
    if syllables(phrase) < 2:
        return f"“{phrase}” is very short and will wake by mistake: choose two syllables or more."
    if " " not in phrase:
        return f"“{phrase}” alone wakes by mistake now and then: two words, “hey …”, are safer."
    return None


def plausible(phrase: str, seconds: float) -> bool:
    """Tell whether a phrase can last so long."""
    letters = len(phrase.replace(" ", ""))
    return SHORTEST * letters <= seconds <= LONGEST * letters + 0.25


def score_of(ratio: float, words: int = 1) -> float:
    """Return 0 to 1 for a log-likelihood ratio of a phrase of so many words to the best others.

    Each word of the phrase spares it what a language model asks for a word.
    """
    return 1.0 / (1.0 + math.exp(min((EVEN * words - ratio) / SCALE, 60.0)))


def marked(threshold: float, kind: Literal["missed", "false"], before: int = 0) -> float:
    """Return the threshold after a mark, the step smaller the more marks came ``before``.

    A missed phrase lowers it, a false wake raises it; it stays between 0.05 and 0.95.
    """
    step = FIRST_STEP / math.sqrt(1 + before)
    moved = threshold + (step if kind == "false" else -step)
    return round(min(max(moved, 0.05), 0.95), 3)


def _likelihood(recognizer: Any, sound: list[Frame], phrase: str = "") -> float | None:
    """Return the log-likelihood of the best words, or of the best that are the phrase."""
    recognizer.SetMaxAlternatives(10 if phrase else 1)
    for each in _heard(recognizer, sound).get("alternatives", []):
        if not phrase or each["text"] == phrase:
            return float(each["confidence"])
    return None


def _heard(recognizer: Any, sound: Any) -> dict[str, Any]:
    """Return the result over a stretch of sound, whatever its pauses."""
    recognizer.AcceptWaveform(b"".join(sound))
    told: dict[str, Any] = json.loads(recognizer.FinalResult())
    return told


def _frames(seconds: float) -> int:
    return round(seconds / FRAME_SECONDS)
