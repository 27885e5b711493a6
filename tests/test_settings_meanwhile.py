"""Settings that another program changes while a chat is open: they reach it without a restart."""

from __future__ import annotations

import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from assistant import paths
from assistant import settings as settings_file
from assistant.doors import devices, plain
from assistant.doors import listening as doors
from assistant.doors.listening import Wishes, follower, manners_of
from assistant.doors.meanwhile import FOLLOWED, Watched
from assistant.doors.spoken import Conversation
from assistant.settings import Settings
from assistant.speech.events import Changed
from assistant.testing import Conversation as Say
from assistant.tui.transcript import Notice as Line
from tests.chats import opened, texts, until
from tests.talks import Talk, choose_simply, type_over
from tests.test_listen import ScriptedEars, ScriptedVoice, heard


def set_by_another(name: str, value: str) -> None:
    """Set something as another process does."""
    subprocess.run(
        [sys.executable, "-m", "assistant", "settings", "set", name, value],
        check=True,
        capture_output=True,
        timeout=120,
    )


def save(name: str, value: str) -> None:
    settings_file.save(paths.settings_file(), name, value)


def test_what_was_set_meanwhile_is_told_once() -> None:
    save("patience", "2")
    watched = Watched(replace(Settings(), theme="light"), FOLLOWED)
    assert watched.look() is None
    save("voice", "on")
    save("units", "imperial")
    change = watched.look()
    assert change is not None
    assert change.names == {"voice", "units"}
    assert change.now == replace(Settings(), theme="light", voice="on", units="imperial")
    assert change.told == ("units was set: this chat has to be opened anew for that.",)
    assert watched.look() is None


@pytest.mark.parametrize("text", ["patience = [", "patience = 99", "\0", "volume = 3"])
def test_a_file_that_is_wrong_changes_nothing_and_is_told_once(text: str) -> None:
    save("patience", "2")
    watched = Watched(Settings(patience=2.0), FOLLOWED)
    paths.settings_file().write_text(text, encoding="utf-8")
    change = watched.look()
    assert change is not None
    assert change.names == frozenset()
    assert change.now.patience == 2.0
    assert len(change.told) == 1
    assert change.told[0].endswith("Until then all is as it was.")
    paths.settings_file().write_text(text + " ", encoding="utf-8")
    assert watched.look() is None or text == "\0"
    paths.settings_file().write_text("patience = 3.0", encoding="utf-8")
    mended = watched.look()
    assert mended is not None
    assert mended.now.patience == 3.0


def test_what_is_deleted_or_unset_has_its_default_again() -> None:
    save("wake_word", "hey computer")
    watched = Watched(Settings(wake_word="hey computer"), FOLLOWED)
    paths.settings_file().unlink()
    assert watched.look() is None  # another may be put there in this moment
    change = watched.look()
    assert change is not None
    assert change.now.wake_word == ""


def test_a_file_that_is_emptied_while_it_is_written_changes_nothing() -> None:
    save("wake_word", "hey computer")
    watched = Watched(Settings(wake_word="hey computer"), FOLLOWED)
    written = paths.settings_file().read_text()
    paths.settings_file().write_text("")
    assert watched.look() is None
    paths.settings_file().write_text(written)
    change = watched.look()
    assert change is None or change.now.wake_word == "hey computer"


def test_listen_follows_what_another_process_sets(
    say: Say, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    """The voice is there for the next reply, the ears hear otherwise; nothing is opened anew."""
    ears = ScriptedEars(
        Changed("listening"),
        heard("what time is it"),
        lambda: answered.wait(60),
        lambda: set_by_another("voice", "on"),
        lambda: set_by_another("patience", "2.5"),
        lambda: set_by_another("second_hearing", "off"),
        lambda: set_by_another("time_format", "12h"),
        heard("what time is it"),
        lambda: spoken.wait(60),
        lambda: set_by_another("voice", "off"),
        heard("what time is it"),
        Changed("idle"),
    )
    answered, spoken = threading.Event(), threading.Event()
    voice = ScriptedVoice(ears)
    voice.began = spoken
    monkeypatch.setattr(devices, "voice_if_any", lambda *_given: lambda _post: voice)
    respond = say.assistant.respond

    def respond_and_tell(*given: object) -> object:
        turn = respond(*given)  # type: ignore[arg-type]
        answered.set()
        return turn

    monkeypatch.setattr(say.assistant, "respond", respond_and_tell)
    chosen = Settings()
    manners = manners_of(chosen, Wishes())
    follow = follower(chosen, Wishes())
    code = Conversation(say.assistant, say.session.id, ears, None, manners, follow).run()

    assert code == 0
    told = capfd.readouterr().out
    assert told.count("assistant: ") == 3
    assert told.count("time_format was set: this chat has to be opened anew for that.") == 1
    assert sum(each.startswith("say ") for each in ears.done) == 1
    heard_otherwise = [each for each in ears.done if each.startswith("patience")]
    assert heard_otherwise[-1] == "patience 2.5, no wake word and another second hearing" or (
        heard_otherwise == ["patience 2.5, no wake word", heard_otherwise[-1]]
    )
    assert "and another second hearing" in heard_otherwise[-1]


def test_plain_chat_reads_aloud_from_the_moment_it_is_set(
    monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    said: list[str] = []

    class Voice(ScriptedVoice):
        speaking = False

        def __init__(self) -> None:
            super().__init__(ScriptedEars())

        def speak(self, reply: object, done: object = None) -> None:
            said.append(str(reply))

    lines: Iterator[bytes | tuple[str, str]] = iter(
        [b"what time is it\n", ("voice", "on"), b"what time is it\n", ("voice", "off"), b"hello\n"]
    )

    def piece() -> bytes:
        for each in lines:
            if isinstance(each, bytes):
                return each
            save(*each)
        return b""

    def voice_if_any(*_given: object) -> Callable[[object], Voice]:
        return lambda _post: Voice()

    monkeypatch.setattr(devices, "voice_if_any", voice_if_any)
    # A line is only given when the one before was answered.
    monkeypatch.setattr(plain._Linear, "_read", lambda self: None)
    answer = plain._Linear._answer

    def run(self: plain._Linear) -> None:
        while line := piece():
            answer(self, line.decode())

    monkeypatch.setattr(plain._Linear, "_converse", run)
    plain.converse(None, ())
    assert len(said) == 1
    assert capfd.readouterr().out.count("assistant: ") == 3


@pytest.fixture
def _simply(monkeypatch: pytest.MonkeyPatch) -> None:
    choose_simply(monkeypatch)


@pytest.mark.usefixtures("_simply")
async def test_tui_follows_what_another_process_sets() -> None:
    talk = Talk()
    async with opened(talk.app) as pilot:
        await pilot.press("f5")
        await talk.shows("listening")
        await asyncio_set("wake_threshold", "0.7")
        await until(lambda: talk.ears.did[-1] == "change 0.7 with the same model")
        await asyncio_set("second_hearing", "off")
        await until(lambda: talk.ears.did[-1] == "change 0.7 with another model")
        before = list(talk.ears.did)
        await asyncio_set("voice", "on")
        await until(lambda: talk.app.settings.voice == "on")
        await type_over(pilot, "what time is it")
        await until(lambda: talk.speaker.said)
        assert talk.ears.did[: len(before)] == before
        assert not any(each.startswith("change") for each in talk.ears.did[len(before) :])
        await asyncio_set("theme", "light")
        await until(lambda: talk.app.theme == "textual-light")
        await asyncio_set("units", "imperial")
        await until(lambda: any("units was set" in each for each in texts(talk.app, Line)))
        assert len(talk.opened) == 1


@pytest.mark.usefixtures("_simply")
async def test_tui_opens_another_microphone_when_nobody_speaks() -> None:
    talk = Talk()
    async with opened(talk.app) as pilot:
        await pilot.press("f5")
        await talk.shows("listening")
        talk.ears.begin("what time")
        await talk.shows("hearing")
        await asyncio_set("microphone", "other")
        await until(lambda: talk.app.settings.microphone == "other")
        assert len(talk.opened) == 1
        talk.ears.end("what time is it")
        await until(lambda: len(talk.opened) == 2)
        await until(lambda: texts(talk.app))
        await talk.shows("listening")
        assert not talk.opened[0].thread.is_alive()


async def asyncio_set(name: str, value: str) -> None:
    """Set something as another process does, while the screen goes on."""
    import asyncio

    await asyncio.to_thread(set_by_another, name, value)


def test_a_recording_is_listened_to_without_looking_at_voices() -> None:
    """What is set meanwhile does not let a recording be spoken over."""
    follow = follower(Settings(), Wishes(path=Path("a.wav")))
    save("voice", "on")
    ears = ScriptedEars()
    meanwhile = follow(ears, print)
    assert meanwhile is not None
    assert not meanwhile.manners.speak
    assert meanwhile.open_voice is None
    assert doors.options_of(Settings(), Wishes()).wake_word == ""
