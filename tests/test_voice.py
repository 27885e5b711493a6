"""Replies are read aloud by whatever speaks on this system, and cut off at once."""

from __future__ import annotations

import queue
import threading
import wave
from array import array
from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest

from assistant.errors import SpeechError
from assistant.speech.events import Notice
from assistant.speech.speaking import player
from assistant.speech.speaking.engines import Manner
from assistant.speech.speaking.piper import PiperProgram
from assistant.speech.speaking.places import piper_voices
from assistant.speech.speaking.player import Cut, LoudspeakerError, Player, Sound
from assistant.speech.speaking.voice import Voice, choose, shown
from assistant.turn import Reply
from tests.loudspeakers import PATIENCE, Ear
from tests.speaking_programs import piper_voice, speaking_piper
from tests.speech_material import BUNDLED
from tests.virtual_microphone import loudest, seconds_of, virtual_microphone

pytestmark = pytest.mark.sound


class Speaker:
    """An engine whose every word is a sound of that many samples."""

    def __init__(self, name: str, fails: bool = False, voices: tuple[str, ...] = ()) -> None:
        self.name = name
        self.said: list[tuple[str, str]] = []
        self._fails = fails
        self._voices = list(voices)

    def voices(self) -> list[str]:
        return self._voices

    def say(self, text: str, voice: str, manner: Manner, player: Player, cut: Cut) -> None:
        if self._fails:
            raise SpeechError(f"{self.name} is hoarse.")
        self.said.append((text, voice))
        player.play([Sound(8000, b"\1\0" * len(text.split()))], cut)

    def close(self) -> None:
        """Nothing is kept."""


def spoken(subject: Voice, text: str) -> list[str]:
    """Let a voice read a text to its end; return what ``done`` was called from."""
    ended: queue.Queue[str] = queue.Queue()
    subject.speak(Reply(text), lambda: ended.put(threading.current_thread().name))
    calls = [ended.get(timeout=PATIENCE)]
    assert ended.empty()
    return calls


def test_voice_reads_what_is_for_the_ear() -> None:
    """The reply's words for the ear are read as one says them, and ``done`` is called once."""
    speaker, ear = Speaker("one"), Ear()
    subject = Voice(engines=[speaker], player=Player([("ear", ear)]))
    ended = threading.Event()
    subject.speak(Reply("- **milk**", "Milk, 3 °C"), ended.set)

    assert ended.wait(PATIENCE)
    assert speaker.said == [("Milk, 3 degrees Celsius.", "")]
    assert len(ear.heard) == 1
    assert not subject.speaking


def test_voice_stops_at_once_and_says_so_once() -> None:
    """Stopping ends the sound; ``done`` comes once although it is stopped twice."""
    ear = Ear(lasting=True)
    subject = Voice(engines=[Speaker("one")], player=Player([("ear", ear)]))
    ended: queue.Queue[None] = queue.Queue()
    subject.speak(Reply("long"), lambda: ended.put(None))
    assert ear.began.wait(PATIENCE)
    assert subject.speaking
    subject.stop()
    subject.stop()

    ended.get(timeout=PATIENCE)
    assert not subject.speaking
    assert ended.empty()


def test_voice_is_cut_off_by_the_next_reply() -> None:
    """The second reply begins although the first has not ended, and is not taken as ended."""
    first, second = Ear(lasting=True), threading.Event()
    subject = Voice(engines=[Speaker("one")], player=Player([("ear", first)]))
    over = threading.Event()
    subject.speak(Reply("first"), over.set)
    assert first.began.wait(PATIENCE)
    first.began.clear()
    subject._player = Player([("ear", again := Ear(lasting=True))])
    subject.speak(Reply("second"), second.set)

    assert over.wait(PATIENCE)
    assert again.began.wait(PATIENCE)
    assert subject.speaking
    again.finish.set()
    assert second.wait(PATIENCE)


def test_voice_without_any_is_silent() -> None:
    """A system without a voice speaks nothing, breaks nothing, and is done."""
    subject = Voice(engines=[], player=Player([]))

    assert not subject.found
    assert subject.name == ""
    assert len(spoken(subject, "hello")) == 1


def test_voice_that_fails_hands_over_to_the_next() -> None:
    """A hoarse engine is told of once; the next reads this reply and those after."""
    told: list[Notice] = []
    good = Speaker("good")
    subject = Voice(
        tell=told.append, engines=[Speaker("bad", fails=True), good], player=Player([("e", Ear())])
    )
    spoken(subject, "one")
    spoken(subject, "two")

    assert [text for text, _ in good.said] == ["one.", "two."]
    assert told == [Notice("bad is hoarse.", trouble=True)]


def test_voice_without_loudspeaker_says_what_to_do() -> None:
    """What the ways to play said is told; no engine is blamed for it."""

    def broken(sounds: Iterator[Sound], cut: Cut) -> None:
        raise LoudspeakerError("no server")

    told: list[Notice] = []
    subject = Voice(tell=told.append, engines=[Speaker("a")], player=Player([("way", broken)]))
    spoken(subject, "one")

    assert "way: no server" in told[0].text
    assert subject.found


def test_voice_unknown_is_told_and_the_best_reads() -> None:
    """A setting that names no voice is told in one sentence, not a crash."""
    told: list[Notice] = []
    best = Speaker("best", voices=("anna",))
    subject = Voice(Manner("nobody"), told.append, [best], Player([("ear", Ear())]))
    spoken(subject, "one")
    spoken(subject, "two")

    assert [notice.text for notice in told] == [
        "There is no voice “nobody”, so best reads: assistant voice list shows those there are."
    ]
    assert best.said == [("one.", ""), ("two.", "")]


@pytest.mark.parametrize(
    ("name", "found"),
    [
        ("", "one"),
        ("two", "two"),
        ("ANNA", "one/Anna"),
        ("two/bert", "two/Bert"),
        ("bert", "two/Bert"),
        ("carl", None),
    ],
)
def test_choose_takes_the_names_of_the_list(name: str, found: str | None) -> None:
    """An engine, a voice, or both with a stroke between, in any case of letters."""
    chosen = choose(name, [Speaker("one", voices=("Anna",)), Speaker("two", voices=("Bert",))])

    assert (shown(*chosen) if chosen else None) == found


def test_beep_is_played_and_done() -> None:
    ear, ended = Ear(), threading.Event()
    Voice(engines=[], player=Player([("ear", ear)])).beep("end", ended.set)

    assert ended.wait(PATIENCE)
    assert ear.heard == [player.tone("end")]


def test_voice_is_understood_by_the_recognizer(monkeypatch: pytest.MonkeyPatch) -> None:
    """What comes out of the loudspeaker is the sentence; cut off, it is over at once."""
    from assistant.speech.models.vosk import VoskModel

    model = VoskModel(BUNDLED)
    with virtual_microphone() as cables:
        for name, value in cables.environment.items():
            monkeypatch.setenv(name, value)
        subject = Voice(Manner(rate=0.9))
        with cables.recording() as whole:
            spoken(subject, "Alarm set for tomorrow at 06:30.")
        with cables.recording() as part:
            subject.speak(Reply("A long sentence is read aloud, and nobody wants to hear it. " * 3))
            threading.Event().wait(1.5)
            subject.stop()
            threading.Event().wait(1.0)
        heard = understood(model, whole)

        assert {"tomorrow", "six", "thirty"} <= set(heard.split()), heard
        assert loudest(part) > 1000
        assert seconds_of(part) > 2
        assert tail(part) < 100


def test_sentences_follow_one_another(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """By piper's command line, as espeak-ng sounds: all is heard in turn, without a long gap.

    Cut off within the second sentence, nothing of it comes later, nor of the next reply's end.
    """
    with virtual_microphone() as cables:
        for name, value in cables.environment.items():
            monkeypatch.setenv(name, value)
        monkeypatch.setenv("PATH", f"{tmp_path}:{cables.environment['PATH']}")
        speaking_piper(tmp_path)
        piper = PiperProgram(piper_voices([piper_voice(tmp_path / "voices").parent])[0])
        subject = Voice(engines=[piper])
        with cables.recording() as whole:
            spoken(subject, "The first one is short. The second comes next. The third is last.")
            cables.wait_for_silence()
        with cables.recording() as part:
            subject.speak(Reply("The first one is short. " + "The second is much longer. " * 8))
            threading.Event().wait(2.5)
            subject.stop()
            threading.Event().wait(1.0)
        subject.close()

        assert 3.0 < longest_sound(whole) < 9.0
        assert loudest(part) > 1000
        assert tail(part) < 100


def longest_sound(path: Path) -> float:
    """Return the seconds of the longest stretch of a wav without a second of silence."""
    with wave.open(str(path)) as sound:
        rate = sound.getframerate()
        samples = array("h", sound.readframes(sound.getnframes()))
    loud = [at / rate for at, sample in enumerate(samples) if abs(sample) > 300]
    longest, begin = 0.0, loud[0]
    for before, at in pairwise(loud):
        begin = at if at - before > 1.0 else begin
        longest = max(longest, at - begin)
    return longest


def understood(model: Any, path: Path) -> str:
    """Return what the speech model hears in a wav."""
    from assistant.speech.recognizer import text_of

    ear = model.recognizer()
    with wave.open(str(path)) as sound:
        return text_of(ear.whole(sound.readframes(sound.getnframes())))


def tail(path: Path) -> int:
    """Return the greatest sample of the last half second of a wav."""
    with wave.open(str(path)) as sound:
        sound.setpos(sound.getnframes() - sound.getframerate() // 2)
        return max(map(abs, array("h", sound.readframes(sound.getnframes()))))
