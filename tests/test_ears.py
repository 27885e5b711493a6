"""Two ears over the same sound; with the real recognizer where a model is there."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from assistant.speech.capture.source import FileSource
from assistant.speech.hearing.ears import Ears, sayable, unknown_words
from assistant.speech.models.vosk import VoskModel
from assistant.speech.recognizer import Wording
from assistant.speech.sound import SAMPLES
from assistant.turn.hearing import Hearing, Word

SILENCE = bytes(2 * SAMPLES)
CLIP = Path(__file__).parent.parent / "data" / "speech" / "what-time-is-it.wav"


class ScriptedRecognizer:
    """A recognizer that says what it is told, in pieces."""

    def __init__(self, pieces: list[list[tuple[str, float]]]) -> None:
        self._pieces = list(pieces)

    def accept(self, sound: bytes) -> list[Wording] | None:
        return self.finish() if len(self._pieces) > 1 else None

    def finish(self) -> list[Wording]:
        return [_spoken(*each) for each in self._pieces.pop(0)]

    def partial(self) -> str:
        return "so far"

    def reset(self) -> None: ...


class ScriptedModel:
    """A model whose open and closed recognizers say what they are told."""

    takes_grammar = True

    def __init__(self, *scripts: list[list[tuple[str, float]]]) -> None:
        self._scripts = list(scripts)
        self.grammars: list[list[str]] = []

    def recognizer(self, sentences: list[str] | None = None, best: int = 0) -> ScriptedRecognizer:
        if sentences is not None:
            self.grammars.append(sentences)
        return ScriptedRecognizer(self._scripts.pop(0))

    def knows(self, word: str) -> bool:
        return word not in ("hvac", "zucchini")


def _spoken(text: str, score: float) -> Wording:
    """Return a wording whose words last a tenth of a second each."""
    said = enumerate(text.split())
    return Wording(tuple(Word(word, i / 10, (i + 1) / 10) for i, word in said), score)


def listen(model: Any, sentences: tuple[str, ...] = (), frames: int = 3) -> Hearing:
    """Let scripted ears hear some frames."""
    ears = Ears(model, sentences)
    for _ in range(frames):
        ears.accept(SILENCE)
    return ears.finish(datetime.now(UTC), "enough")


def test_ears_join_the_pieces_of_a_sentence() -> None:
    """A model's own endpoints do not cut what is said."""
    pieces = [[("set a", 5.0), ("sat a", 4.0)], [("timer", 3.0), ("time", 2.5)]]
    hearing = listen(ScriptedModel(pieces))

    assert [h.text for h in hearing.hypotheses][:3] == ["set a timer", "set a time", "sat a timer"]
    assert hearing.hypotheses[0].score == 8.0
    assert hearing.ended == "enough"


def test_ears_are_surer_of_words_that_all_hypotheses_share() -> None:
    """A word's confidence is how likely the hypotheses are that have it."""
    hearing = listen(ScriptedModel([[("set a timer", 5.0), ("set the timer", 5.0)]]))

    sure = {word.text: word.confidence for word in hearing.words}
    assert sure["set"] == sure["timer"] == 1.0
    assert sure["a"] == pytest.approx(0.5)


def test_ears_fill_what_the_closed_one_did_not_know() -> None:
    """Free words come from the open ear, at the time they were said."""
    open_ear = [[("at brown bread to my list", 9.0)]]
    closed = [[("add [unk] [unk] to my list", 8.0)]]
    hearing = listen(ScriptedModel(open_ear, closed), ("add [unk] to my list",))

    assert [h.text for h in hearing.hypotheses if h.ear == "closed"] == [
        "add brown bread to my list"
    ]


def test_ears_without_a_word_heard_nothing() -> None:
    """Silence and noise give no hypotheses."""
    hearing = listen(ScriptedModel([[("", 1.0)]]))

    assert hearing.hypotheses == ()
    assert hearing.text == ""


def test_ears_put_unknown_words_aside() -> None:
    """A grammar has only words the model knows; a sentence of none is left out."""
    model: Any = ScriptedModel()
    said = ["Set the HVAC low", "zucchini hvac", "set the hvac low"]

    assert sayable(model, said) == ["set the [unk] low"]
    assert unknown_words(model, said) == ["hvac", "zucchini"]


def test_ears_give_no_grammar_to_a_model_that_takes_none() -> None:
    """A model with a fixed graph has one ear; an empty grammar would end the process."""
    model = ScriptedModel([[("yes", 1.0)]])
    model.takes_grammar = False
    listen(model, ("yes", "no"))
    assert model.grammars == []

    other = ScriptedModel([[("yes", 1.0)]])
    listen(other, ("hvac zucchini",))
    assert other.grammars == []


def test_ears_hear_a_real_sentence(speech_model: Path) -> None:
    """The clip of this repository, by the real recognizer: words, times and both ears."""
    ears = Ears(VoskModel(speech_model), ("what time is it", "what is the time"))
    for frame in FileSource(CLIP).frames():
        partial = ears.accept(frame)
    hearing = ears.finish(datetime.now(UTC))

    assert partial
    closed = [h for h in hearing.hypotheses if h.ear == "closed"]
    assert closed[0].text == "what time is it"
    starts = [word.start for word in hearing.words]
    assert starts == sorted(starts)
    assert hearing.words[-1].end <= hearing.seconds


def test_ears_time_the_second_sentence_from_its_own_start(speech_model: Path) -> None:
    """A recognizer's clock goes on; the words' times do not."""
    ears = Ears(VoskModel(speech_model))
    for _ in range(2):
        for frame in FileSource(CLIP).frames():
            ears.accept(frame)
        hearing = ears.finish(datetime.now(UTC))

    assert 0 <= hearing.words[0].start < 1.0
    assert hearing.words[-1].end <= hearing.seconds + 0.1
