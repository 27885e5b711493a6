"""What comes of spoken words in the chat: turns, spoken replies, tones, marks of the wake word."""

from __future__ import annotations

from pathlib import Path

import pytest

from assistant.conversation.assistant import Assistant
from assistant.settings import Settings
from assistant.speech.events import Changed, Notice, Woken
from assistant.testing import StandingClock
from assistant.tui.inspector import Inspector
from assistant.tui.transcript import Notice as Line
from assistant.tui.transcript import Said, differences
from assistant.turn.hearing import Sayable
from tests.chats import opened, texts, until
from tests.talks import Talk, choose_simply, type_over
from tests.test_tui import SLOW

ROOT = Path(__file__).parent.parent


@pytest.fixture(autouse=True)
def _simple(monkeypatch: pytest.MonkeyPatch) -> None:
    choose_simply(monkeypatch)


async def test_tui_voice_hands_free_answers_and_listens_again() -> None:
    """With --voice it listens at once, answers aloud, is deaf meanwhile, and goes on."""
    talk = Talk(voice=True)
    async with opened(talk.app):
        await talk.shows("● listening")
        assert "hands-free" in talk.state
        talk.ears.begin("what time is it")
        talk.ears.end("what time is it")
        await talk.shows("♪ speaking")
        assert talk.ears.muted
        assert talk.speaker.said == ["It is 10:00."]
        talk.speaker.end()
        await talk.shows("● listening")
        assert not talk.ears.muted
        talk.ears.begin("flip a coin")
        talk.ears.end("flip a coin")
        await until(lambda: len(talk.speaker.said) == 2)

        assert texts(talk.app, Said) == ["what time is it", "flip a coin"]
        assert talk.ears.did == ["start hands_free"]


async def test_tui_voice_typed_requests_are_answered_aloud_only_by_the_setting() -> None:
    """With --voice what is spoken is answered aloud; the setting does so with everything."""
    for setting, said in (("off", []), ("on", ["It is 10:00."])):
        talk = Talk(voice=True, settings=Settings(voice=setting))
        async with opened(talk.app) as pilot:
            await type_over(pilot, "what time is it")
            await pilot.pause(0.05)
            assert talk.speaker.said == said


async def test_tui_voice_escape_stops_the_reply_and_hears_again() -> None:
    """Esc while it speaks does nothing else: hands-free goes on."""
    talk = Talk(voice=True)
    async with opened(talk.app) as pilot:
        await talk.shows("listening")
        talk.ears.end("what time is it")
        await talk.shows("speaking")
        await pilot.press("escape")
        await talk.shows("● listening")

        assert talk.speaker.done is None
        assert not talk.ears.muted
        assert talk.ears.mode == "hands_free"


async def test_tui_voice_headphones_let_one_talk_over_the_reply() -> None:
    """It is not deaf then, and falls silent as soon as somebody speaks."""
    talk = Talk(voice=True, settings=Settings(headphones="on"))
    async with opened(talk.app):
        await talk.shows("listening")
        talk.ears.end("what time is it")
        await talk.shows("speaking")
        assert not talk.ears.muted
        talk.ears.begin("stop")
        await talk.shows("hearing you")

        assert talk.speaker.done is None
        assert talk.app.prompt.value == "stop"


async def test_tui_voice_wake_word_stops_the_reply_too() -> None:
    """Asleep with headphones nothing else is heard; the wake word is, and then it is one's turn."""
    talk = Talk(voice=True, settings=Settings(headphones="on", wake_word="hey computer"))
    async with opened(talk.app):
        await talk.shows("listening")
        talk.ears.end("what time is it")
        talk.ears.post(Changed("asleep"))
        await talk.shows("speaking")
        talk.ears.post(Woken("hey computer", 0.9))
        talk.ears.post(Changed("listening"))
        await talk.shows("● listening")

        assert talk.speaker.done is None


async def test_tui_voice_talk_key_interrupts_the_reply() -> None:
    """Push-to-talk while a reply is read: silence, and it listens unmuted."""
    talk = Talk(settings=Settings(voice="on"))
    async with opened(talk.app) as pilot:
        await type_over(pilot, "what time is it")
        await talk.shows("speaking")
        await pilot.press("f4")
        await talk.shows("listening")

        assert talk.speaker.done is None
        assert not talk.ears.muted


async def test_tui_voice_tells_of_a_microphone_that_vanished_and_is_back() -> None:
    """Both are lines of the transcript; hands-free stays on."""
    talk = Talk(voice=True)
    async with opened(talk.app):
        await talk.shows("listening")
        talk.ears.post(Notice("The microphone has vanished.", trouble=True))
        talk.ears.post(Notice("The microphone is back."))
        await until(lambda: "The microphone is back." in texts(talk.app, Line))

        assert "The microphone has vanished." in texts(talk.app, Line)
        assert "listening" in talk.state


async def test_tui_voice_nothing_heard_is_told_after_push_to_talk_only() -> None:
    """An empty hearing says so once; hands-free just goes on."""
    talk = Talk()
    async with opened(talk.app) as pilot:
        await pilot.press("f4")
        talk.ears.end("")
        await until(lambda: any("I heard nothing" in t for t in texts(talk.app, Line)))
        await talk.shows("idle")
        await pilot.press("f5")
        talk.ears.end("")
        await talk.shows("listening")
        await pilot.pause(0.05)

        assert sum("I heard nothing" in t for t in texts(talk.app, Line)) == 1
        assert texts(talk.app, Said) == []


async def test_tui_voice_words_that_nobody_wants_end_the_turn(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Where the assistant takes nothing of what was heard, the next sentence is answered."""
    talk = Talk(voice=True)
    monkeypatch.setitem(__import__("tests.talks").talks.TAKEN, "hm", "")
    async with opened(talk.app):
        await talk.shows("listening")
        talk.ears.end("hm")
        talk.ears.end("what time is it")
        await until(lambda: texts(talk.app))

        assert texts(talk.app, Said) == ["what time is it"]


async def test_tui_voice_two_sentences_in_a_row_are_two_turns() -> None:
    """What is said while the answer is computed waits for it."""
    talk = Talk()
    async with opened(talk.app) as pilot:
        await pilot.press("f5")
        talk.ears.end("set a timer")
        talk.ears.end("ten minutes")
        await until(lambda: len(texts(talk.app)) == 2)

        assert texts(talk.app)[1].startswith("Timer set for 10 minutes")


async def test_tui_voice_thinking_is_shown_until_the_answer(tmp_path: Path) -> None:
    """The state says that a spoken request is being answered; Esc stops that."""
    path = tmp_path / "slow.py"
    path.write_text(SLOW, encoding="utf-8")
    talk = Talk(files=(path,))
    async with opened(talk.app) as pilot:
        await pilot.press("f5")
        talk.ears.end("be slow")
        await talk.shows("◌ thinking")
        await pilot.press("escape")
        await until(lambda: texts(talk.app))

        assert texts(talk.app) == ["Stopped. Nothing was changed."]
        await talk.shows("listening")


async def test_tui_voice_beeps_tell_when_to_speak_and_when_it_was_taken() -> None:
    """One tone when it is one's turn, another when the words are taken; none by default."""
    for beeps, heard in (("off", []), ("on", ["start", "end", "start"])):
        talk = Talk(voice=True, settings=Settings(beeps=beeps))
        async with opened(talk.app):
            await talk.shows("listening")
            talk.ears.begin("what time is it")
            talk.ears.end("what time is it")
            await talk.shows("speaking")
            talk.speaker.end()
            await talk.shows("listening")

            assert talk.speaker.beeps == heard


async def test_tui_voice_knows_what_can_be_said_now(monkeypatch: pytest.MonkeyPatch) -> None:
    """The listener is told at the start and after every turn, typed ones too."""

    def sayable(assistant: Assistant, session_id: int) -> Sayable:
        question = assistant.session(session_id).open_question
        return Sayable(expects="short" if question else "request")

    monkeypatch.setattr(Assistant, "sayable", sayable, raising=False)
    talk = Talk(voice=True)
    async with opened(talk.app) as pilot:
        await talk.shows("listening")
        await until(lambda: talk.ears.sayable and talk.ears.sayable.expects == "request")
        await type_over(pilot, "set a timer")
        await until(lambda: talk.ears.sayable and talk.ears.sayable.expects == "short")


async def test_tui_voice_what_was_taken_for_other_words_is_shown() -> None:
    """The transcript tells the words heard otherwise; the inspector tells all."""
    talk = Talk()
    async with opened(talk.app) as pilot:
        await pilot.press("f2", "f4")
        talk.ears.end("what time is is")
        await until(lambda: texts(talk.app))
        shown = str(talk.app.query_one(Inspector).query_one("#why").content)

        assert texts(talk.app, Said) == ["what time is it\nheard is, took it"]
        for part in (
            "83%",
            "heard  “what time is is”",
            "or     “what time was it”",
            "0.0 what · 0.3 time · 0.6 is · 0.9 is · 1.1 s",
        ):
            assert part in shown
        await pilot.press("up")
        assert talk.app.prompt.value == "what time is it"


def test_tui_voice_differences_are_told_by_the_word() -> None:
    """Only what was heard otherwise is told; of sentences with little in common all of it."""
    assert differences("", "stop") == []
    assert differences("whether in rome", "weather in rome") == [("whether", "weather")]
    assert differences("set the timer", "set timer") == [("set the", "set")]
    assert differences("timer please", "a timer please") == [("", "a")]
    assert differences("a b c d e", "a x c y z e w") == [("a b c d e", "a x c y z e w")]


async def test_tui_voice_wake_word_state_and_marks(tmp_path: Path) -> None:
    """Asleep is shown with the phrase; a mark moves the threshold, is told, saved and used."""
    home = tmp_path / "home"
    talk = Talk(voice=True, settings=Settings(wake_word="hey computer", wake_threshold=0.5))
    async with opened(talk.app) as pilot:
        await talk.shows("listening")
        talk.ears.post(Changed("asleep"))
        await talk.shows("☾ asleep")
        assert "hey computer" in talk.state
        talk.ears.post(Woken("hey computer", 0.8))
        talk.ears.post(Changed("listening"))
        await talk.shows("● listening")
        (home / "wake.jsonl").write_text(
            '{"kind": "listened", "phrase": "hey computer", "hours": 2.0}\n', encoding="utf-8"
        )
        await pilot.press("f9")
        await until(lambda: any("1 false in 2.0 hours" in t for t in texts(talk.app, Line)))
        saved = (home / "settings.toml").read_text(encoding="utf-8")

        assert float(saved.split("=")[1]) > 0.5
        assert '"score": 0.8' in (home / "wake.jsonl").read_text(encoding="utf-8")
        assert talk.ears.did == ["start hands_free", "change 0.6 with the same model"]
        await talk.shows("listening")
        await pilot.press("f8")
        await until(lambda: any("Marked as missed" in t for t in texts(talk.app, Line)))


async def test_tui_voice_marks_without_a_wake_word_say_how_to_set_one() -> None:
    """There is nothing to move then."""
    talk = Talk()
    async with opened(talk.app) as pilot:
        await pilot.press("f8")
        await until(lambda: any("settings set wake_word" in t for t in texts(talk.app, Line)))


async def test_tui_voice_alarms_are_spoken_in_hands_free_unless_somebody_speaks() -> None:
    """Without looking one hears that the tea is done."""
    clock = StandingClock()
    talk = Talk(voice=True, clock=clock)
    async with opened(talk.app) as pilot:
        await type_over(pilot, "set a tea timer for 4 minutes")
        await type_over(pilot, "set an egg timer for 8 minutes")
        clock.advance(minutes=5)
        await talk.shows("speaking")
        assert "tea" in talk.speaker.said[0]
        talk.speaker.end()
        await talk.shows("listening")
        talk.ears.begin("what")
        await talk.shows("hearing")
        clock.advance(minutes=5)
        await until(lambda: any("egg" in t for t in texts(talk.app, Line)))

        assert len(talk.speaker.said) == 1
