"""Sound to words: Vosk, with one ear that knows every word and one that knows what can be said now.

What Vosk 0.3.45 does was measured: a grammar that is empty or no JSON list ends the process, so it
is never handed one; a recognizer belongs to one thread; word confidences and n-best exclude one
another, so that the ears ask for n-best and take the words' times from them.
"""

from __future__ import annotations

import json
import logging
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from assistant.errors import SpeechError
from assistant.speech.sound import RATE

UNKNOWN = "[unk]"
"""The model's name for a word it does not know."""

log = logging.getLogger(__name__)


class SpeechModel:
    """A Vosk model, loaded once and shared by the ears of every thread."""

    def __init__(self, path: Path) -> None:
        """Load the folder. Raises SpeechError where it is none, or damaged."""
        if not path.is_dir():
            raise SpeechError(f"There is no speech model at {path}: assistant models add PATH.")
        try:
            import vosk
        except (ImportError, OSError) as error:
            raise SpeechError(f"Speech needs vosk ({error}): pip install vosk.") from error
        vosk.SetLogLevel(-2)
        try:
            self._model = vosk.Model(str(path))
            vosk.KaldiRecognizer(self._model, RATE)
        except Exception as error:
            raise SpeechError(
                f"The speech model in {path} is damaged ({error}): add it again with assistant "
                "models add PATH."
            ) from error
        self.path = path

    @property
    def name(self) -> str:
        """Return the folder's name."""
        return self.path.name

    @property
    def takes_grammar(self) -> bool:
        """Tell whether it can be limited to sentences: one with a fixed graph can't."""
        return any((self.path / part / "HCLr.fst").exists() for part in ("graph", "."))

    def knows(self, word: str) -> bool:
        """Tell whether a word (lower case) is in the model's vocabulary."""
        found: int = self._model.vosk_model_find_word(word)
        return found >= 0

    def recognizer(self, sentences: Sequence[str] | None = None) -> Any:
        """Return a Vosk recognizer, limited to sentences of known words where some are given."""
        import vosk

        if sentences is None:
            return vosk.KaldiRecognizer(self._model, RATE)
        return vosk.KaldiRecognizer(self._model, RATE, json.dumps([*sentences, UNKNOWN]))
