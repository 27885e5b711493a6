"""Vosk behind the contract of a recognizer: its API and its JSON stand in this file alone.

What Vosk 0.3.45 does was measured: a grammar that is empty or no JSON list ends the process, so it
is never handed one; a recognizer belongs to one thread; word confidences and n-best exclude one
another. Its clock goes on over ``reset``.
"""

from __future__ import annotations

import json
import sys
import tempfile
from collections.abc import Mapping, Sequence
from pathlib import Path
from types import ModuleType
from typing import Any

from assistant.errors import SpeechError
from assistant.speech.models.layout import files_of, known_words
from assistant.speech.models.narrowed import narrow
from assistant.speech.recognizer import UNKNOWN, Wording
from assistant.speech.sound import RATE
from assistant.turn.hearing import Word, WordGraph


def _library() -> Any:
    """Return the library, imported without the HTTP one that it would only download with.

    That one makes two network sockets when it is imported, to see whether there is IPv6.
    """
    http = "requests"
    stand_in = None if http in sys.modules else ModuleType(http)
    if stand_in is not None:
        sys.modules[http] = stand_in
    try:
        import vosk
    except (ImportError, OSError) as error:
        raise SpeechError(f"Speech needs vosk ({error}): pip install vosk.") from error
    finally:
        if stand_in is not None and sys.modules.get(http) is stand_in:
            del sys.modules[http]
    return vosk


class VoskModel:
    """A Vosk model, loaded once and shared by the ears of every thread."""

    def __init__(self, path: Path) -> None:
        """Load the folder. Raises SpeechError where it is none, or damaged."""
        if not path.is_dir():
            raise SpeechError(f"There is no speech model at {path}: assistant models add PATH.")
        files_of(path)  # it would wait for a pipe
        self._vosk = vosk = _library()
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

    def vocabulary(self) -> list[str]:
        """Return the model's words; none where its folder doesn't list them."""
        return known_words(self.path)

    def recognizer(self, sentences: Sequence[str] | None = None, best: int = 0) -> VoskRecognizer:
        """Return a recognizer, limited to sentences of known words where some are given."""
        grammar = () if sentences is None else (json.dumps([*sentences, UNKNOWN]),)
        made = self._vosk.KaldiRecognizer(self._model, RATE, *grammar)
        made.SetWords(True)
        made.SetMaxAlternatives(best)
        return VoskRecognizer(made)

    def narrowed(self, graph: WordGraph) -> VoskModel:
        """Return a model that hears only a graph's sentences. Raises SpeechError where none can."""
        with tempfile.TemporaryDirectory(prefix="assistant-") as folder:
            try:
                narrow(self.path, graph, Path(folder))
            except OSError as error:
                raise SpeechError(f"Can't write to {folder} ({error}): free some space.") from error
            return VoskModel(Path(folder))


class VoskRecognizer:
    """One ``KaldiRecognizer`` whose JSON is read."""

    def __init__(self, made: Any) -> None:
        """Take a ``KaldiRecognizer`` that tells words."""
        self._made = made

    def accept(self, sound: bytes) -> list[Wording] | None:
        """Take sound; return the wordings of a stretch that ended with it, else None."""
        return _wordings(self._made.Result()) if self._made.AcceptWaveform(sound) else None

    def partial(self) -> str:
        """Return the words so far of the stretch that goes on."""
        return str(json.loads(self._made.PartialResult()).get("partial", ""))

    def finish(self) -> list[Wording]:
        """End the stretch that goes on; return its wordings."""
        return _wordings(self._made.FinalResult())

    def whole(self, sound: bytes) -> list[Wording]:
        """Return the wordings of a sound that is all there is, whatever its pauses."""
        self._made.AcceptWaveform(sound)
        return self.finish()

    def reset(self) -> None:
        """Forget what was heard; its clock goes on."""
        self._made.Reset()


def _wordings(result: str) -> list[Wording]:
    """Read a result: n-best with scores, or one wording with how sure its words are."""
    told: dict[str, Any] = json.loads(result)
    if "alternatives" in told:
        return [
            Wording(tuple(map(_word, _timed(each))), float(each["confidence"]))
            for each in told["alternatives"]
        ]
    return [Wording(tuple(map(_word, _timed(told))))] if told.get("text") else []


def _timed(told: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    """Return the words with their times; those of a wording that Vosk could not align have none."""
    untimed = ({"word": word, "start": 0.0, "end": 0.0} for word in told["text"].split())
    return list(told.get("result") or untimed)


def _word(told: Mapping[str, Any]) -> Word:
    return Word(told["word"], told["start"], told["end"], min(told.get("conf", 1.0), 1.0))
