"""Whether a second hearing vouches for a wake phrase that Vosk spotted: it has the last word.

It hears that stretch alone, with nothing in mind, so that it has no reason to hear the phrase
rather than other words.
"""

from __future__ import annotations

import logging
from collections.abc import Sequence

from assistant.language.sounds import LIKE, likeness
from assistant.language.spoken import as_said, as_sentence
from assistant.speech.second import SecondModel, for_a_word

AROUND_SECONDS = 0.3
"""Sound before and after the phrase that is heard with it."""

LIKELY = 0.2
"""The probability from which the phrase may have been said, whatever was written."""

log = logging.getLogger(__name__)


class Vouching:
    """Judges one phrase by what a model hears; for one thread."""

    def __init__(self, model: SecondModel, phrase: str) -> None:
        """Judge a phrase of words in small letters."""
        self._model = model
        self._phrase = phrase

    def confirms(self, sound: bytes) -> bool | None:
        """Tell whether the phrase was said in 16-bit sound, 16 kHz; None where it can't be told."""
        try:
            return self._confirms(sound)
        except Exception as error:  # noqa: BLE001  # whatever went wrong, Vosk has spotted it
            log.warning("a wake was not heard a second time: %s", type(error).__name__)
            return None

    def _confirms(self, sound: bytes) -> bool:
        passage = self._model.listen(sound)
        free = passage.write()
        if is_among(self._phrase.split(), as_said(free.text).split()):
            return True
        (likely,) = passage.likelihoods([as_sentence(self._phrase)])
        return self._model.belief.of(for_a_word(likely, self._phrase), free.silence) >= LIKELY


def is_among(phrase: Sequence[str], words: Sequence[str]) -> bool:
    """Tell whether words that stand together sound like a phrase."""
    sizes = range(max(len(phrase) - 1, 1), len(phrase) + 2)
    return any(
        likeness(phrase, words[first : first + size]) >= LIKE
        for size in sizes
        for first in range(len(words) - size + 1)
    )
