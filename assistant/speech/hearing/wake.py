"""The wake word: a phrase of the user's that is waited for while nothing else is listened to.

Three stages. A recognizer that knows nothing but the phrase hears only what the gate takes for
speech, and finds it too often rather than too seldom. Where it found it, that moment is judged by
`confirming`; where that is not sure, or there is noise, by the second hearing (`vouching`).
"""

from __future__ import annotations

import math
from collections import deque
from collections.abc import Sequence
from typing import Literal

from assistant.errors import SpeechError
from assistant.speech.hearing.confirming import (
    Confirmation,
    Found,
    Kept,
    in_noise,
    part,
    settled,
)
from assistant.speech.hearing.soundalikes import sound_alike, syllables
from assistant.speech.hearing.vouching import AROUND_SECONDS, Vouching
from assistant.speech.recognizer import SpeechModel, text_of
from assistant.speech.second import SecondModel
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

PATIENCE_SECONDS = 1.2
"""How long it is waited for that after the phrase was first seen."""

WORTH, CERTAIN = 0.25, 0.75
"""The score from which the second hearing is asked, and that from which it is only in noise."""

LIFT, DROP = 0.25, 0.45
"""What it adds to the score where it heard the phrase, and takes away where it did not: less than
Vosk can be sure, for in the midst of other voices it hears single words badly itself."""

FIRST_STEP = 0.1
"""How far the first mark moves the threshold; each further one moves it less."""


class Wake:
    """Waits for one phrase; made, fed and asked in one thread."""

    def __init__(
        self,
        model: SpeechModel,
        phrase: str,
        threshold: float = 0.5,
        second: SecondModel | None = None,
    ) -> None:
        """Wait for a phrase of known words. Raises SpeechError naming words that are not known."""
        self.phrase = checked(model, phrase)
        self.threshold = threshold
        self.alone = 0.0
        self.judge_by(second)
        self.since = 0.0
        self.after: list[Frame] = []
        self._recognizer = model.recognizer([self.phrase])
        self._confirmation = Confirmation(model, self.phrase)
        self._kept: deque[Kept] = deque(maxlen=_frames(KEPT_SECONDS))
        self._hang = 0
        self._begin_anew()

    def judge_by(self, second: SecondModel | None) -> None:
        """Let a second hearing have the last word from now on, or nothing."""
        self._vouching = Vouching(second, self.phrase) if second is not None else None

    def feed(self, frame: Frame, speech: float) -> float | None:
        """Take a frame with the gate's probability; return the score when the phrase was said.

        ``since`` is then how many seconds ago the phrase ended, ``after`` the sound since, and
        ``alone`` the score it had without the second hearing.
        """
        self._kept.append(Kept(frame, speech))
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
        self._recognizer.reset()
        self._kept.clear()
        self._hang = 0
        self._begin_anew()

    def _begin_anew(self) -> None:
        self._count = 0
        self._waited = 0
        self._refused = 0

    def _preroll(self) -> list[Frame]:
        return [each.frame for each in list(self._kept)[-_frames(PREROLL_SECONDS) - 1 :]]

    def _hear(self, sound: bytes) -> float | None:
        """Let the recognizer hear; look at its words now and then."""
        self._count += 1
        ended = self._recognizer.accept(sound)
        if ended is not None:
            return self._last_look(text_of(ended))
        if self._waited:
            self._waited += 1
        if self._count % LOOK_FRAMES:
            return None
        if self._times(self._recognizer.partial()) <= self._refused:
            self._waited = 0
            return None
        self._waited = max(self._waited, 1)
        return self._look(patient=self._waited < _frames(PATIENCE_SECONDS))

    def _close(self) -> float | None:
        return self._last_look(text_of(self._recognizer.finish()))

    def _last_look(self, words: str) -> float | None:
        """Look at the words of a stretch that is over."""
        said = self._times(words) > self._refused
        self._begin_anew()
        return self._look(patient=False) if said else None

    def _times(self, words: str) -> int:
        """Return how often the phrase is among the words."""
        return f" {words} ".replace(" ", "  ").count(f" {self.phrase.replace(' ', '  ')} ")

    def _look(self, *, patient: bool) -> float | None:
        """Hear the kept sound once more; wait for its end where that is to be expected."""
        kept = list(self._kept)
        found = self._confirmation.find(kept)
        if patient and (found is None or not settled(kept, found)):
            return None
        self.alone = self._confirmation.score(kept, found) if found is not None else 0.0
        score = self._judged(self.alone, kept, found) if found is not None else 0.0
        self._waited = 0
        if found is None or score < self.threshold:
            self._refused += 1
            return None
        self.since = max(len(kept) * FRAME_SECONDS - found.end, 0.0)
        self.after = [each.frame for each in part(kept, found.end)]
        self.reset()
        return score

    def _judged(self, score: float, kept: Sequence[Kept], found: Found) -> float:
        """Return the score as the second hearing leaves it, where that is asked."""
        if self._vouching is None or score < WORTH:
            return score
        if score >= CERTAIN and not in_noise(kept, found):
            return score
        said = part(kept, found.start - AROUND_SECONDS, found.end + AROUND_SECONDS)
        confirmed = self._vouching.confirms(b"".join(each.frame for each in said))
        if confirmed is None:
            return score
        return min(score + LIFT, 1.0) if confirmed else max(score - DROP, 0.0)


def checked(model: SpeechModel, phrase: str) -> str:
    """Return the phrase in the model's spelling. Raises SpeechError where a word is not known."""
    words = phrase.lower().split()
    if not words:
        raise SpeechError("The wake word is empty: assistant settings set wake_word PHRASE.")
    for word in words:
        if not model.knows(word):
            likes = ", ".join(sound_alike(word, model.vocabulary()))
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


def marked(threshold: float, kind: Literal["missed", "false"], before: int = 0) -> float:
    """Return the threshold after a mark, the step smaller the more marks came ``before``.

    A missed phrase lowers it, a false wake raises it; it stays between 0.05 and 0.95.
    """
    step = FIRST_STEP / math.sqrt(1 + before)
    moved = threshold + (step if kind == "false" else -step)
    return round(min(max(moved, 0.05), 0.95), 3)


def _frames(seconds: float) -> int:
    return round(seconds / FRAME_SECONDS)
