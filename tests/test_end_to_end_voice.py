"""From a recording to a spoken reply, through every part there is and a virtual microphone."""

from __future__ import annotations

import contextlib
import json
import os
import signal
import sqlite3
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.listening import (
    LISTENING,
    Listening,
    listening,
    listening_on_terminal,
    modes,
    settings,
    turns,
)
from tests.speech_material import BUNDLED, speech
from tests.virtual_microphone import VirtualMicrophone, loudest, seconds_of, virtual_microphone

pytestmark = pytest.mark.slow
WHAT_TIME = "espeak_synthetic/es_070_a.flac"
FIVE_MINUTES = "espeak_synthetic/es_000_b.flac"

SPOKEN = ["timer set for five minutes", "timer set for nine minutes", "it is five", "what time"]
"""What the loudspeaker may have said, for the ear that checks it."""

STOPPED = 130
LOUD = 1_000
LOADING = 0.2
"""Seconds after a process has noted its door in which it can't have loaded all."""

SLOW = '''"""A skill that takes its time."""
import time

from assistant import Skill

skill = Skill("slow")


@skill.intent("keep talking")
def wait() -> str:
    """Wait."""
    time.sleep(15)
    return "Done at last."
'''

RAMBLING = '''"""A skill that talks for long."""
from assistant import Skill

skill = Skill("rambling")


@skill.intent("keep talking")
def ramble() -> str:
    """Talk for long."""
    return "It is late. " * 40
'''


@pytest.fixture(scope="module")
def microphone(speech_model: Path) -> Iterator[VirtualMicrophone]:
    """Return a virtual microphone that the tests of this file share."""
    with virtual_microphone() as each:
        each.environment["VOSK_MODEL"] = str(speech_model)
        yield each


@pytest.fixture
def own_microphone(speech_model: Path) -> Iterator[VirtualMicrophone]:
    """Return a virtual microphone that a test may break."""
    with virtual_microphone() as each:
        each.environment["VOSK_MODEL"] = str(speech_model)
        yield each


@pytest.fixture
def home(tmp_path: Path) -> Path:
    """Return the home of the test, where nothing is spoken."""
    folder = tmp_path / "home"
    settings(folder, timezone="Europe/Berlin")
    return folder


def environment(microphone: VirtualMicrophone, home: Path) -> dict[str, str]:
    """Return what a child needs to hear the microphone and to know the model."""
    return {
        **microphone.environment,
        "ASSISTANT_HOME": str(home),
        "PYTHONUNBUFFERED": "1",
    }


def transcript(path: Path, sentences: list[str]) -> str:
    """Return which of the sentences a recording holds, as the speech model hears it."""
    from assistant.speech.capture.source import FileSource
    from assistant.speech.models.vosk import VoskModel
    from assistant.speech.recognizer import transcript as hear

    ear = VoskModel(BUNDLED).recognizer(sentences)
    heard = hear(ear, FileSource(path).frames())
    return heard.replace("[unk]", "").strip()


def intents(where: dict[str, str]) -> list[str | None]:
    """Return what the turns in the database were understood as."""
    return [turn["understanding"]["intent"] for turn in turns(where)]


def sound(home: Path) -> None:
    """Check that the database survived, and that no door is said to be open."""
    with contextlib.closing(sqlite3.connect(home / "assistant.db")) as db:
        assert db.execute("PRAGMA integrity_check").fetchone() == ("ok",)
    assert not list((home / "cache" / "doors").glob("*"))


def test_voice_from_recording_to_database(microphone: VirtualMicrophone, home: Path) -> None:
    """A recorded question is heard, understood, answered, and recorded with its words."""
    where = environment(microphone, home)
    with listening(where, "--once") as door:
        door.wait_for(LISTENING)
        microphone.say(speech(WHAT_TIME))
        assert door.ended() == 0
    (turn,) = turns(where)

    # A line between them may tell what was heard where other words were taken.
    told = [line for line in door.lines if not line.startswith("heard: ")]
    assert told[-2:] == [
        f"you: {turn['utterance']['text']}",
        f"assistant: {turn['reply']['text']}",
    ]
    assert turn["understanding"]["intent"] == "clock.now"
    assert turn["utterance"]["source"] == "voice"
    assert 0 < turn["utterance"]["confidence"] <= 1
    assert turn["utterance"]["words"][0]["end"] > turn["utterance"]["words"][0]["start"] >= 0
    sound(home)


def test_voice_sets_a_timer_and_tells_so_aloud(microphone: VirtualMicrophone, home: Path) -> None:
    """The alarm is in the database, and the loudspeaker says what was answered."""
    settings(home, timezone="Europe/Berlin", voice="on")
    where = environment(microphone, home)
    with microphone.recording() as recorded, listening(where, "--once", "--json") as door:
        door.wait_for(LISTENING)
        microphone.say(speech(FIVE_MINUTES))
        assert door.ended() == 0
    with contextlib.closing(sqlite3.connect(home / "assistant.db")) as db:
        alarms = db.execute("SELECT skill, state FROM alarms").fetchall()

    (turn,) = turns(where)
    assert turn["understanding"]["slots"][0]["value"] == 300
    assert json.loads(next(line for line in door.lines if line.startswith("{"))) == turn
    assert alarms == [("timer", "pending")]
    assert "five minutes" in transcript(recorded, SPOKEN)


def test_voice_does_not_hear_itself(own_microphone: VirtualMicrophone, home: Path) -> None:
    """With the loudspeaker in the same room its replies are no requests."""
    settings(home, timezone="Europe/Berlin", voice="on")
    own_microphone.pactl("load-module", "module-loopback", "source=out.monitor", "sink=cable")
    where = environment(own_microphone, home)
    with own_microphone.recording() as recorded, listening(where) as door:
        door.wait_for(LISTENING)
        own_microphone.say(speech(FIVE_MINUTES))
        door.wait_for("assistant:")
        door.wait_for(LISTENING, after=door.lines.index(door.wait_for("assistant:")))
        own_microphone.say(speech(WHAT_TIME))
        door.wait_for("assistant: It is")
        time.sleep(5)
        assert door.end() == STOPPED

    assert loudest(recorded) > LOUD
    assert [turn["understanding"]["intent"] for turn in turns(where)] == [
        "timer.start",
        "clock.now",
    ]


def test_voice_with_headphones_can_be_talked_over(
    microphone: VirtualMicrophone, home: Path, tmp_path: Path
) -> None:
    """Speech that begins stops the reply at once, and is the next request."""
    settings(home, timezone="Europe/Berlin", voice="on", headphones="on")
    skill = written(tmp_path / "rambling.py", RAMBLING)
    where = environment(microphone, home)
    with microphone.recording() as recorded, listening(where, "--skill", str(skill)) as door:
        door.wait_for(LISTENING)
        microphone.speak("keep talking")
        door.wait_for("assistant: It is late.")
        time.sleep(2)
        microphone.say(speech(FIVE_MINUTES))
        door.wait_for("interrupted")
        door.wait_for("assistant: Timer set for 5 minutes.")
        door.end()

    assert seconds_of(recorded) < 30
    assert [t["understanding"]["intent"] for t in turns(where)] == [
        "rambling.ramble",
        "timer.start",
    ]


def test_voice_of_a_file_and_of_raw_samples(home: Path, microphone: VirtualMicrophone) -> None:
    """--file and --stdin run the same road without a microphone."""
    where = environment(microphone, home)
    recording = speech(WHAT_TIME)
    with listening(where, "--file", str(recording), "--json") as door:
        assert door.ended() == 0
    raw = microphone.as_wav(recording).read_bytes()[44:]
    done = subprocess.run(
        [sys.executable, "-m", "assistant", "listen", "--stdin"],
        input=raw + bytes(64_000),
        env=where,
        capture_output=True,
        check=False,
    )

    assert done.returncode == 0
    assert b"you: what time is it\n" in done.stdout
    assert intents(where) == ["clock.now"] * 2


def test_voice_for_two_processes_at_one_microphone(
    microphone: VirtualMicrophone, home: Path
) -> None:
    """Both hear, both answer, and both turns are kept."""
    where = environment(microphone, home)
    with (
        listening(where, "--once", "--session", "one") as first,
        listening(where, "--once", "--session", "two") as second,
    ):
        first.wait_for(LISTENING)
        second.wait_for(LISTENING)
        microphone.say(speech(WHAT_TIME))
        assert (first.ended(), second.ended()) == (0, 0)

    assert len({turn["session"] for turn in turns(where)}) == 2
    sound(home)


def test_voice_survives_a_microphone_that_vanishes(
    own_microphone: VirtualMicrophone, home: Path
) -> None:
    """It says so, waits, takes it up again, and hears the next request."""
    where = environment(own_microphone, home)
    with listening(where) as door:
        door.wait_for(LISTENING)
        own_microphone.unplug()
        door.wait_for("The microphone")
        own_microphone.plug()
        after = len(door.lines)
        door.wait_for("notice: The microphone")
        time.sleep(2)
        own_microphone.say(speech(WHAT_TIME))
        door.wait_for("assistant: It is", after)
        assert door.end() == STOPPED
    sound(home)


def test_voice_tells_of_a_microphone_that_stalls(
    own_microphone: VirtualMicrophone, home: Path
) -> None:
    """A device that is there and gives nothing is told of, and heard again when it gives."""
    where = environment(own_microphone, home)
    with listening(where) as door:
        door.wait_for(LISTENING)
        own_microphone.pactl("suspend-sink", "cable", "1")
        door.wait_for("The microphone")
        own_microphone.pactl("suspend-sink", "cable", "0")
        door.wait_for("notice: The microphone")
        time.sleep(2)
        own_microphone.say(speech(WHAT_TIME))
        door.wait_for("assistant: It is")
        assert door.end() == STOPPED


def test_voice_tells_of_mere_zeros(own_microphone: VirtualMicrophone, home: Path) -> None:
    """A muted microphone is told of, once, and works as soon as it is not."""
    where = environment(own_microphone, home)
    with listening(where) as door:
        door.wait_for(LISTENING)
        own_microphone.hush()
        line = door.wait_for("The microphone")
        assert "only silence" in line
        own_microphone.hiss()
        own_microphone.say(speech(WHAT_TIME))
        door.wait_for("assistant: It is")
        assert door.end() == STOPPED
    assert door.lines.count(line) == 1


def test_voice_survives_the_end_of_the_sound_server(
    own_microphone: VirtualMicrophone, home: Path
) -> None:
    """A sound server that crashed is a vanished microphone; nothing is lost."""
    where = environment(own_microphone, home)
    with listening(where) as door:
        door.wait_for(LISTENING)
        own_microphone.say(speech(WHAT_TIME))
        door.wait_for("assistant: It is")
        own_microphone.kill()
        door.wait_for("The microphone")
        assert door.end() == STOPPED
    assert len(turns(where)) == 1
    sound(home)


def test_voice_without_a_sound_server_is_one_sentence(
    own_microphone: VirtualMicrophone, home: Path
) -> None:
    """No microphone at all: a sentence, code 1."""
    own_microphone.kill()
    with listening(environment(own_microphone, home)) as door:
        assert door.ended() == 1
    assert len(door.lines) == 1
    assert door.lines[0].endswith(".")


@pytest.mark.parametrize("kind", [signal.SIGINT, signal.SIGTERM])
@pytest.mark.parametrize("state", ["loading", "listening", "hearing", "thinking", "speaking"])
def test_voice_stopped_at_each_state_ends_quietly(
    microphone: VirtualMicrophone, home: Path, tmp_path: Path, state: str, kind: signal.Signals
) -> None:
    """Ctrl-C and SIGTERM: the usual code, the terminal as it was, the database closed."""
    settings(home, timezone="Europe/Berlin", voice="on" if state == "speaking" else "off")
    text = SLOW if state == "thinking" else RAMBLING
    skill = written(tmp_path / "own.py", text)
    where = environment(microphone, home)
    with listening_on_terminal(where, "--skill", str(skill)) as (door, terminal):
        before = modes(terminal)
        until(door, microphone, home, state)
        if kind == signal.SIGINT:
            os.write(terminal, b"\x03")
        else:
            door.process.send_signal(kind)
        began = time.monotonic()
        assert door.ended() == 128 + kind
        assert modes(terminal) == before

    assert time.monotonic() - began < 10
    assert (door.lines[-1:] == ["Stopped."]) is (kind == signal.SIGINT)
    assert not [line for line in door.lines if "Traceback" in line or "Exception" in line]
    sound(home)


def until(door: Listening, microphone: VirtualMicrophone, home: Path, state: str) -> None:
    """Bring a conversation to a state."""
    if state == "loading":
        while not list((home / "cache" / "doors").glob("*")):
            time.sleep(0.01)
        time.sleep(LOADING)
        assert LISTENING not in door.lines
        return
    door.wait_for(LISTENING)
    if state == "listening":
        return
    playing = microphone.say(microphone.synthesize("keep talking"), wait=False)
    if state == "hearing":
        time.sleep(0.8)
        return
    playing.wait()
    if state == "thinking":
        door.wait_for("you: keep talking")
        time.sleep(0.5)
    if state == "speaking":
        door.wait_for("assistant: It is late.")
        time.sleep(1.5)


def written(path: Path, text: str) -> Path:
    """Write a file and return it."""
    path.write_text(text, encoding="utf-8")
    return path
