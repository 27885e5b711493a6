"""Voice in the chat, in a real terminal (tmux), through the virtual microphone."""

from __future__ import annotations

import shutil
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.listening import PATIENCE, settings, turns
from tests.speech_material import speech
from tests.virtual_microphone import VirtualMicrophone, loudest, virtual_microphone

pytestmark = pytest.mark.sound

FIVE_MINUTES = "espeak_synthetic/es_000_b.flac"
WHAT_TIME = "espeak_synthetic/es_070_a.flac"
LOUD = 1_000


class Chat:
    """The chat in a tmux of its own."""

    def __init__(self, microphone: VirtualMicrophone, home: Path) -> None:
        folder = microphone.environment["HOME"]
        self.environment = {
            **microphone.environment,
            "ASSISTANT_HOME": str(home),
            "TERM": "xterm-256color",
            "LC_ALL": "C.UTF-8",
        }
        self.environment.pop("TMUX", None)
        self._socket = f"{folder}/tmux"
        command = f"{sys.executable} -m assistant chat"
        self._tmux("new-session", "-d", "-x", "100", "-y", "30", command)

    def press(self, *keys: str) -> None:
        """Press keys."""
        self._tmux("send-keys", *keys)

    def screen(self) -> str:
        """Return what is on the screen."""
        return self._tmux("capture-pane", "-p")

    def until(self, *words: str) -> str:
        """Return the screen as soon as all the words are on it; they must come."""
        end = time.monotonic() + PATIENCE
        while True:
            screen = self.screen()
            if all(each in screen for each in words):
                return screen
            assert time.monotonic() < end, f"{words} did not come:\n{screen}"
            time.sleep(0.1)

    def until_ended(self) -> None:
        """Return as soon as the chat has left its terminal."""
        end = time.monotonic() + PATIENCE
        while self._tmux("list-sessions", check=False):
            assert time.monotonic() < end, self.screen()
            time.sleep(0.1)

    def close(self) -> None:
        """End it, however it stands."""
        self._tmux("kill-server", check=False)

    def _tmux(self, *words: str, check: bool = True) -> str:
        done = subprocess.run(
            ["tmux", "-S", self._socket, *words],
            env=self.environment,
            capture_output=True,
            text=True,
            check=check,
        )
        return done.stdout


@pytest.fixture
def microphone(speech_model: Path) -> Iterator[VirtualMicrophone]:
    """Return a virtual microphone."""
    if shutil.which("tmux") is None:
        pytest.skip("a chat in a real terminal needs tmux")
    with virtual_microphone() as each:
        each.environment["VOSK_MODEL"] = str(speech_model)
        yield each


@pytest.fixture
def chat(microphone: VirtualMicrophone, tmp_path: Path) -> Iterator[Chat]:
    """Return an open chat that reads its replies aloud."""
    home = tmp_path / "home"
    settings(home, timezone="Europe/Berlin", voice="on")
    chat = Chat(microphone, home)
    try:
        chat.until("idle", "model ready")
        yield chat
    finally:
        chat.close()


def test_chat_push_to_talk_from_key_to_loudspeaker(
    chat: Chat, microphone: VirtualMicrophone
) -> None:
    """The key opens the microphone, words appear while one speaks, the reply is shown and said."""
    with microphone.recording() as recorded:
        chat.press("F4")
        chat.until("listening")
        playing = microphone.say(speech(FIVE_MINUTES), wait=False)
        chat.until("hearing you", "set a")
        playing.wait()
        chat.until("set a timer for five minutes", "Timer set for 5 minutes.", "1 pending")
        chat.until("idle")

    assert loudest(recorded) > LOUD
    (turn,) = turns(chat.environment)
    assert turn["understanding"]["intent"] == "timer.start"
    assert turn["utterance"]["source"] == "voice"


def test_chat_hands_free_answers_and_listens_again(
    chat: Chat, microphone: VirtualMicrophone
) -> None:
    """Two requests in a row without a key, and the chat ends with its screen in order."""
    chat.press("F5")
    chat.until("listening")
    microphone.say(speech(FIVE_MINUTES))
    chat.until("Timer set for 5 minutes.")
    microphone.wait_for_silence()
    chat.until("listening")
    microphone.say(speech(WHAT_TIME))
    screen = chat.until("It is ")

    assert "Expression" not in screen
    assert "ALSA" not in screen
    chat.press("C-q")
    chat.until_ended()
    assert [turn["understanding"]["intent"] for turn in turns(chat.environment)] == [
        "timer.start",
        "clock.now",
    ]


def test_chat_screen_survives_the_end_of_the_sound_server(
    chat: Chat, microphone: VirtualMicrophone
) -> None:
    """The chat says that the microphone has vanished; nothing else is on its screen."""
    chat.press("F5")
    chat.until("listening")
    microphone.kill()
    screen = chat.until("has vanished")
    time.sleep(3)

    assert "Expression" not in screen + chat.screen()
    chat.press("Escape")
    chat.until("idle")
