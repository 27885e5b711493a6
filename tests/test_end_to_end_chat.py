"""Voice in the chat, in a real terminal (tmux), through the virtual microphone."""

from __future__ import annotations

import shutil
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.listening import settings, turns
from tests.speech_material import speech
from tests.terminal_chat import Chat
from tests.virtual_microphone import VirtualMicrophone, loudest, virtual_microphone

pytestmark = pytest.mark.sound

FIVE_MINUTES = "espeak_synthetic/es_000_b.flac"
WHAT_TIME = "espeak_synthetic/es_070_a.flac"
LOUD = 1_000


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
    chat = Chat(microphone.environment, home)
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
