"""Replies are read aloud by whatever speaks on this system, and cut off at once."""

from __future__ import annotations

import io
import json
import queue
import shutil
import sys
import threading
import wave
from array import array
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from assistant.errors import SpeechError
from assistant.speech import engines, piper_process, player, voice
from assistant.speech.engines import Espeak, Manner, PiperPackage, PiperProgram, Say, Windows
from assistant.speech.events import Notice
from assistant.speech.player import Cut, LoudspeakerError, Player, Sound
from assistant.speech.voice import Voice, choose, shown
from assistant.turn import Reply
from tests.virtual_microphone import loudest, seconds_of, speech, virtual_microphone

PATIENCE = 20.0


class Ear:
    """A way to play that keeps what it plays; it lasts until ``finish`` or the cut."""

    def __init__(self, lasting: bool = False) -> None:
        self.heard: list[Sound] = []
        self.finish = threading.Event()
        self.began = threading.Event()
        if not lasting:
            self.finish.set()

    def __call__(self, sounds: Iterator[Sound], cut: Cut) -> None:
        cut.hang(self.finish.set)
        self.heard.extend(sounds)
        self.began.set()
        assert self.finish.wait(PATIENCE)


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


def program(folder: Path, name: str, script: str) -> None:
    """Put a program on the path that stands in for one."""
    path = folder / name
    path.write_text(f"#!{sys.executable}\nimport sys, json\n{script}\n", encoding="utf-8")
    path.chmod(0o755)


@pytest.fixture
def path(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Return the only folder programs are found in."""
    monkeypatch.setenv("PATH", str(tmp_path))
    return tmp_path


def wav(samples: bytes, rate: int = 22_050, channels: int = 1) -> bytes:
    """Return a wav as a file has it."""
    out = io.BytesIO()
    with wave.open(out, "wb") as file:
        file.setparams((channels, 2, rate, 0, "NONE", ""))
        file.writeframes(samples)
    return out.getvalue()


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


def test_engines_are_told_rate_volume_and_voice(tmp_path: Path) -> None:
    """Each has its own way to count."""
    fast, slow = Manner(rate=2.0, volume=0.5), Manner(rate=0.5, volume=0.0)
    for name in ("one.onnx", "one.onnx.json"):
        (tmp_path / name).touch()
    piper = PiperProgram(tmp_path)
    dispatcher = engines.SpeechDispatcher()

    assert Espeak("espeak-ng").command("en-gb", fast) == (
        "espeak-ng -v en-gb -s 350 -a 50 --stdin".split()
    )
    assert Say().command("Anna Lee", slow) == ["say", "-r", "88", "-v", "Anna Lee", "-f", "-"]
    assert Windows().environment("", fast) == {
        "ASSISTANT_RATE": "6",
        "ASSISTANT_VOLUME": "50",
        "ASSISTANT_VOICE": "",
    }
    assert Windows().environment("Zira", slow)["ASSISTANT_RATE"] == "-6"
    assert dispatcher.command("--x", "", fast)[2:] == ["-r", "100", "-i", "0", "--", "--x"]
    assert dispatcher.command("x", "Bob", Manner())[2:] == ["-r", "0", "-y", "Bob", "--", "x"]
    assert piper.command("", fast)[3:] == ["--length_scale", "0.500", "--output_raw"]


def test_espeak_gets_the_text_by_a_pipe(path: Path) -> None:
    """A text is never an option nor shell code, whatever is in it."""
    out = path / "told"
    program(
        path,
        "espeak-ng",
        f"open({str(out)!r}, 'w').write(json.dumps([sys.argv[1:], sys.stdin.read()]))\n"
        f"sys.stdout.buffer.write({wav(b'12' * 5)!r})",
    )
    ear = Ear()
    text = "--help; $(rm x) `y` 'z' \"q\"\n-v"
    Espeak("espeak-ng").say(text, "", Manner(), Player([("ear", ear)]), Cut())
    options, said = json.loads(out.read_text(encoding="utf-8"))

    assert said == text
    assert options == "-v en-us -s 175 -a 100 --stdin --stdout".split()
    assert ear.heard == [Sound(22_050, b"12" * 5)]


def test_espeak_that_fails_says_why(path: Path) -> None:
    """The program's own words are in the sentence."""
    program(path, "espeak-ng", "sys.exit('no such voice')")
    with pytest.raises(SpeechError, match=r"no such voice.*assistant voice list"):
        Espeak("espeak-ng").say("a", "", Manner(), Player([("ear", Ear())]), Cut())


def test_espeak_lists_english_voices_it_can_speak(path: Path) -> None:
    """Voices of mbrola and mere variants are left out."""
    table = (
        "Pty Language Age/Gender VoiceName File Other\\n"
        " 2 en-gb --/M English gmw/en (en 2)\\n 2 en-us --/M America gmw/en-US (en 3)\\n"
        " 5 en-us --/M us-mbrola-2 mb/mb-us2 (en 7)\\n 5 variant --/M Storm !v/Storm (x)\\n"
    )
    program(path, "espeak-ng", f"print('{table}')")

    assert Espeak("espeak-ng").voices() == ["en-us", "en-gb"]


def test_say_takes_no_commands_from_the_text(path: Path) -> None:
    """Only our own volume is a command of macOS's speech."""
    out = path / "told"
    program(path, "say", f"open({str(out)!r}, 'w').write(sys.stdin.read())")
    Say().say("loud [[volm 1]] x", "", Manner(volume=0.25), Player([]), Cut())

    assert out.read_text(encoding="utf-8") == "[[volm 0.25]] loud  volm 1  x"


PIPER = """
import array
class SynthesisConfig:
    def __init__(self, length_scale): self.length_scale = length_scale
class Chunk:
    sample_rate = 16000
    def __init__(self, text, scale):
        self.audio_int16_bytes = array.array("h", [round(100 * scale)] * len(text)).tobytes()
class PiperVoice:
    @staticmethod
    def load(path): return PiperVoice()
    def synthesize(self, text, manner):
        if "fail" in text: raise ValueError("bad sentence")
        yield Chunk(text, manner.length_scale)
"""


@pytest.fixture
def piper(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[PiperPackage]:
    """Return the engine with a stand-in for the package, in a process of its own."""
    (tmp_path / "piper.py").write_text(PIPER, encoding="utf-8")
    (tmp_path / "amy.onnx").touch()
    (tmp_path / "amy.onnx.json").write_text('{"audio": {"sample_rate": 16000}}', encoding="utf-8")
    root = Path(voice.__file__).parents[2]
    monkeypatch.setenv("PYTHONPATH", f"{tmp_path}:{root}")
    engine = PiperPackage(tmp_path)
    yield engine
    engine.close()


def test_piper_stays_loaded_and_speaks_by_sentences(piper: PiperPackage) -> None:
    """Two texts use one process; each sentence is a sound of the voice's rate."""
    ear = Ear()
    subject = Player([("ear", ear)])
    piper.say("One. Two two.", "amy", Manner(rate=2.0, volume=0.5), subject, Cut())
    first = piper._loaded
    piper.say("More.", "", Manner(), subject, Cut())

    assert [(s.rate, len(s.samples) // 2, s.samples[0]) for s in ear.heard] == [
        (16_000, 4, 25),
        (16_000, 8, 25),
        (16_000, 5, 100),
    ]
    assert piper._loaded == first


def test_piper_that_fails_says_why_and_goes_on(piper: PiperPackage) -> None:
    """What piper raises is told; the next sentence is spoken."""
    ear = Ear()
    with pytest.raises(SpeechError, match="ValueError: bad sentence"):
        piper.say("fail", "amy", Manner(), Player([("ear", ear)]), Cut())
    piper.say("fine", "amy", Manner(), Player([("ear", ear)]), Cut())

    assert len(ear.heard) == 1


def test_piper_process_ends_with_its_input(monkeypatch: pytest.MonkeyPatch) -> None:
    """A missing package is an answer, not a crash."""

    def missing() -> Any:
        raise ImportError("no piper")

    monkeypatch.setattr(piper_process, "_piper", missing)
    out = io.BytesIO()
    piper_process.serve("x", io.BytesIO(b'{"text": "a", "length_scale": 1}\n'), out)

    assert json.loads(out.getvalue()) == {"error": "ImportError: no piper"}


def test_piper_program_is_asked_whether_it_speaks(path: Path) -> None:
    """A mouse tool of that name is not started with a text."""
    (path / "amy.onnx").touch()
    (path / "amy.onnx.json").write_text('{"audio": {"sample_rate": 8000}}', encoding="utf-8")
    program(path, "piper", "print('configures mice')")
    with pytest.raises(SpeechError, match="pip install piper-tts"):
        PiperProgram(path).say("a", "", Manner(), Player([]), Cut())
    program(
        path, "piper", "print('--output_raw') if '--help' in sys.argv else print('1234', end='')"
    )
    ear = Ear()
    PiperProgram(path).say("a", "", Manner(), Player([("ear", ear)]), Cut())

    assert ear.heard == [Sound(8000, b"1234")]


def test_player_takes_the_next_way_with_the_whole_sound() -> None:
    """What the failing way had swallowed already is played too, and the good way comes first."""

    def failing(sounds: Iterator[Sound], cut: Cut) -> None:
        next(sounds)
        raise LoudspeakerError("no server")

    ear = Ear()
    subject = Player([("bad", failing), ("good", ear)])
    pieces = [Sound(8000, b"11"), Sound(8000, b"22")]
    subject.play(pieces, Cut())

    assert ear.heard == pieces
    assert subject.name == "good"


def test_player_of_a_program_is_killed_by_the_cut(
    path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A program that plays on and on ends with the cut, also while it is being fed."""
    program(path, "drone", "import time\nsys.stdin.buffer.read(10)\ntime.sleep(60)")
    monkeypatch.setitem(player.STREAMING, "drone", "drone {rate}")
    cut = Cut()
    threading.Timer(0.3, cut.cut).start()
    player.streamed("drone")(iter([Sound(8000, bytes(1_000_000))]), cut)

    assert cut.done


def test_player_of_a_program_that_fails(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Its last words are told."""
    program(path, "mute", "sys.exit('Connection refused')")
    monkeypatch.setitem(player.STREAMING, "mute", "mute {rate}")
    with pytest.raises(LoudspeakerError, match="Connection refused"):
        player.streamed("mute")(iter([Sound(8000, bytes(1_000_000))]), Cut())


def test_cut_that_came_first_calls_at_once() -> None:
    """What is hung on it later ends before it begins."""
    cut, called = Cut(), list[int]()
    cut.cut()
    cut.hang(lambda: called.append(1))

    assert called == [1]


def test_sound_at_a_volume() -> None:
    assert Sound(8000, array("h", [100, -100]).tobytes()).at(0.5) == Sound(
        8000, array("h", [50, -50]).tobytes()
    )


@pytest.mark.parametrize("kind", ["start", "end"])
def test_tone_is_short_and_begins_softly(kind: Any) -> None:
    """No click at either end, and no alarm."""
    sound = player.tone(kind)
    samples = array("h", sound.samples)

    assert 0.05 < len(samples) / sound.rate < 0.3
    assert 4000 < max(samples) < 12_000
    assert abs(samples[0]) < 50
    assert abs(samples[-1]) < 200


def test_beep_is_played_and_done() -> None:
    ear, ended = Ear(), threading.Event()
    Voice(engines=[], player=Player([("ear", ear)])).beep("end", ended.set)

    assert ended.wait(PATIENCE)
    assert ear.heard == [player.tone("end")]


@pytest.mark.parametrize("data", [b"", b"RIFF", wav(b"1234", channels=2)])
def test_from_wav_of_something_else(data: bytes) -> None:
    with pytest.raises(SpeechError):
        player.from_wav(data)


def test_installed_knows_piper_by_its_voice(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Piper without a voice file is none, and it comes before the others."""
    for name in ("piper", "espeak-ng", "spd-say"):
        program(path, name, "")
    monkeypatch.setattr("platform.system", lambda: "Linux")
    monkeypatch.setattr("importlib.util.find_spec", lambda name: None)
    (path / "amy.onnx").touch()
    without = [engine.name for engine in engines.installed(path)]
    (path / "amy.onnx.json").touch()

    assert without == ["espeak-ng", "spd-say"]
    assert [engine.name for engine in engines.installed(path)] == ["piper", *without]


@pytest.mark.skipif(shutil.which("espeak-ng") is None, reason="needs espeak-ng")
def test_espeak_itself_makes_a_sound() -> None:
    """The real program's wav, whose lengths are unknown, is read; a quiet one is quieter."""
    loud, quiet = Ear(), Ear()
    espeak = Espeak("espeak-ng")
    for ear, volume in ((loud, 1.0), (quiet, 0.2)):
        espeak.say("Good morning.", "", Manner(volume=volume), Player([("ear", ear)]), Cut())
    peaks = [max(array("h", ear.heard[0].samples)) for ear in (loud, quiet)]

    assert len(loud.heard[0].samples) / 2 / loud.heard[0].rate > 0.5
    assert peaks[1] < peaks[0] / 2
    assert "en-us" in espeak.voices()


def test_voice_is_understood_by_the_recognizer(monkeypatch: pytest.MonkeyPatch) -> None:
    """What comes out of the loudspeaker is the sentence; cut off, it is over at once."""
    from assistant.speech.recognizer import SpeechModel

    model = SpeechModel(speech("vosk-model-home-en"))
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


def understood(model: Any, path: Path) -> str:
    """Return what the speech model hears in a wav."""
    ear = model.recognizer()
    with wave.open(str(path)) as sound:
        ear.AcceptWaveform(sound.readframes(sound.getnframes()))
    return str(json.loads(ear.FinalResult())["text"])


def tail(path: Path) -> int:
    """Return the greatest sample of the last half second of a wav."""
    with wave.open(str(path)) as sound:
        sound.setpos(sound.getnframes() - sound.getframerate() // 2)
        return max(map(abs, array("h", sound.readframes(sound.getnframes()))))
