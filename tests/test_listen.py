"""A spoken conversation in a plain terminal: what is printed, spoken, heard, and how it ends."""

from __future__ import annotations

import io
import json
import sys
import threading
from collections.abc import Callable

import pytest

from assistant.doors import news
from assistant.doors.news import HEARD_NOTHING
from assistant.doors.spoken import Conversation, Manners
from assistant.speech.events import Changed, Event, Heard, Level, Notice, Partial, Woken
from assistant.speech.hearing.options import Options
from assistant.testing import WEDNESDAY
from assistant.testing import Conversation as Say
from assistant.turn import Reply, Utterance
from assistant.turn.hearing import Hearing, Hypothesis, Sayable

IDLE = Changed("idle")


class ScriptedEars:
    """A listener that tells what its script says; a step may be a call made in its place."""

    mode = None

    def __init__(self, *script: Event | Callable[[], object]) -> None:
        self.script = script
        self.done: list[str] = []
        self.expected: list[Sayable] = []
        self.post: Callable[[Event], object] = print

    def __call__(self, post: Callable[[Event], object]) -> ScriptedEars:
        self.post = post
        return self

    def start(self, mode: str) -> None:
        self.done.append(mode)
        threading.Thread(target=self._tell).start()

    def _tell(self) -> None:
        for step in self.script:
            if callable(step):
                step()
            else:
                self.post(step)

    def expect(self, sayable: Sayable) -> None:
        self.expected.append(sayable)

    def mute(self, on: bool) -> None:
        self.done.append(f"mute {on}")

    def change(self, options: Options, open_second: object = None) -> None:
        again = " and another second hearing" if open_second is not None else ""
        word = options.wake_word or "no wake word"
        self.done.append(f"patience {options.patience:g}, {word}{again}")

    def finish(self) -> None:
        raise AssertionError("nobody presses a key here")

    def stop(self) -> None:
        self.done.append("stop")

    def close(self) -> None:
        self.done.append("close")


class ScriptedVoice:
    """A voice that speaks into a list; ``slow`` until it is stopped or told to end."""

    found = True

    def __init__(self, ears: ScriptedEars, *, slow: bool = False) -> None:
        self.ears = ears
        self.slow = slow
        self.began = threading.Event()
        self.pending: list[Callable[[], None]] = []

    def speak(self, reply: Reply, done: Callable[[], None] | None = None) -> None:
        assert done is not None
        self.ears.done.append(f"say {reply.speech or reply.text}")
        self.pending.append(done)
        self.began.set()
        if not self.slow:
            self.end()

    def stop(self) -> None:
        self.ears.done.append("hush")
        self.end()

    def warm(self) -> None:
        """Nothing is loaded."""

    def beep(self, kind: str) -> None:
        self.ears.done.append(f"beep {kind}")

    def close(self) -> None:
        self.stop()

    def end(self) -> None:
        while self.pending:
            self.pending.pop(0)()


def heard(text: str) -> Heard:
    """Return what a listener tells of words it heard."""
    hypotheses = (Hypothesis(text, 1.0, "open", 0.9),) if text else ()
    return Heard(Hearing(hypotheses, WEDNESDAY, seconds=1.0, ended="silence"))


def hold(say: Say, ears: ScriptedEars, **manners: bool) -> int:
    """Run a conversation that speaks nothing."""
    return Conversation(say.assistant, say.session.id, ears, None, Manners(**manners)).run()


@pytest.fixture
def soon(monkeypatch: pytest.MonkeyPatch) -> None:
    """Look at the alarms as often as can be."""
    monkeypatch.setattr(news, "LOOK", 0.01)


def test_listen_adds_one_line_a_fact(say: Say, capsys: pytest.CaptureFixture[str]) -> None:
    """State, words, reply and notices are lines; level and partial words are none in a pipe."""
    ears = ScriptedEars(
        Changed("listening"),
        Level(-40.0),
        Changed("hearing"),
        Partial("set a timer"),
        heard("set a timer for ten minutes"),
        Changed("listening"),
        Changed("listening"),
        Notice("The microphone is open again."),
        Changed("listening"),
        heard("cancel all timers"),
        IDLE,
    )
    code = hold(say, ears)

    assert capsys.readouterr().out.splitlines() == [
        "listening",
        "you: set a timer for ten minutes",
        "assistant: Timer set for 10 minutes.",
        "listening",
        "notice: The microphone is open again.",
        "listening",
        "you: cancel all timers",
        "assistant: 10 minute timer cancelled.",
    ]
    assert code == 0
    assert ears.done == ["hands_free", "close"]


def test_listen_tells_the_ears_what_can_be_said_next(say: Say) -> None:
    """Before the first utterance and after each turn they are told; a question wants little."""
    ears = ScriptedEars(heard("set a timer"), IDLE)
    hold(say, ears)

    assert [sayable.expects for sayable in ears.expected] == ["request", "short"]


@pytest.mark.parametrize(
    ("words", "code"),
    [("what time is it", 0), ("set a timer", 4), ("who sings flowers on the moon", 3), ("", 1)],
)
def test_listen_once_ends_with_the_code_of_say(
    say: Say, capsys: pytest.CaptureFixture[str], words: str, code: int
) -> None:
    """0 understood, 4 waits, 3 refused, 1 when nothing could be heard."""
    ears = ScriptedEars(Changed("listening"), heard(words), IDLE)

    assert hold(say, ears, once=True) == code
    assert ears.done[0] == "once"
    assert (HEARD_NOTHING in capsys.readouterr().err) == (not words)


def test_listen_json_is_one_turn_a_line(say: Say, capsys: pytest.CaptureFixture[str]) -> None:
    """Standard output holds the turns and nothing else."""
    ears = ScriptedEars(
        Changed("listening"),
        Notice("Something to tell."),
        heard("set a timer for ten minutes"),
        heard("what time is it"),
        IDLE,
    )
    hold(say, ears, as_json=True)
    printed = capsys.readouterr()
    turns = [json.loads(line) for line in printed.out.splitlines()]

    assert [t["utterance"]["text"] for t in turns] == [
        "set a timer for ten minutes",
        "what time is it",
    ]
    assert {t["utterance"]["source"] for t in turns} == {"voice"}
    assert "Something to tell." in printed.err


def test_listen_tells_why_it_gave_up(say: Say, capsys: pytest.CaptureFixture[str]) -> None:
    """Trouble before the microphone is closed is one sentence on standard error, and code 1."""
    ears = ScriptedEars(Notice("There is no microphone.", trouble=True), IDLE)

    assert hold(say, ears) == 1
    assert capsys.readouterr().err == "There is no microphone.\n"


def test_listen_goes_on_after_trouble_that_passed(say: Say) -> None:
    """A microphone that came back is no reason for code 1."""
    ears = ScriptedEars(
        heard("what time is it"),
        Notice("The microphone has vanished.", trouble=True),
        Changed("listening"),
        IDLE,
    )

    assert hold(say, ears) == 0


def test_listen_hears_nothing_while_it_speaks(say: Say) -> None:
    """Without headphones the ears are shut before the voice begins, and open when it ended."""
    ears = ScriptedEars(heard("set a timer for ten minutes"), IDLE)
    voice = ScriptedVoice(ears)
    Conversation(say.assistant, say.session.id, ears, lambda _post: voice).run()

    expected = ["mute True", "say Timer set for 10 minutes.", "mute False"]
    assert ears.done[1:4] == expected
    assert ears.done[-2:] == ["hush", "close"]


def test_listen_stays_deaf_until_the_newest_reply_ended(say: Say) -> None:
    """The end of a reply that another one cut off opens no ear."""
    ears = ScriptedEars()
    voice = ScriptedVoice(ears, slow=True)

    def cut_off() -> None:
        first = voice.pending.pop(0)
        voice.began.clear()
        ears.post(heard("set a timer for two hours"))
        assert voice.began.wait(5)
        first()
        ears.post(Notice("still deaf"))
        ears.post(IDLE)
        voice.end()

    ears.script = (heard("what time is it"), lambda: voice.began.wait(5), cut_off)
    Conversation(say.assistant, say.session.id, ears, lambda _post: voice).run()

    assert ears.done.count("mute True") == 2
    assert ears.done.count("mute False") == 1


def test_listen_with_headphones_is_interrupted_by_speech(
    say: Say, capsys: pytest.CaptureFixture[str]
) -> None:
    """Speech that begins stops the voice at once; the ears were never shut."""
    ears = ScriptedEars()
    voice = ScriptedVoice(ears, slow=True)
    ears.script = (
        heard("what can you do"),
        lambda: voice.began.wait(5),
        Changed("hearing"),
        heard("set a timer for ten minutes"),
        IDLE,
        lambda: threading.Timer(0.3, voice.end).start(),
    )
    manners = Manners(half_duplex=False)
    Conversation(say.assistant, say.session.id, ears, lambda _post: voice, manners).run()

    assert "mute True" not in ears.done
    assert ears.done.index("hush") < ears.done.index("say Timer set for 10 minutes.")
    assert "interrupted" in capsys.readouterr().out.splitlines()


def test_listen_beeps_when_it_begins_and_ends_to_hear(say: Say) -> None:
    """The tones belong to listening and to the end of the words, also where nothing is read."""
    ears = ScriptedEars(Changed("listening"), heard("what time is it"), IDLE)
    voice = ScriptedVoice(ears)
    manners = Manners(beep=True, speak=False)
    Conversation(say.assistant, say.session.id, ears, lambda _post: voice, manners).run()

    assert ears.done == ["hands_free", "beep start", "beep end", "hush", "close"]


@pytest.mark.usefixtures("soon")
def test_listen_rings_alarms(say: Say, capsys: pytest.CaptureFixture[str]) -> None:
    """What is due rings while it listens, aloud where the voice is on."""
    ears = ScriptedEars()
    rang = threading.Event()
    voice = ScriptedVoice(ears)

    def later() -> None:
        while not any("timer is done" in step for step in ears.done):
            if rang.wait(0.01):
                return
        ears.post(IDLE)

    ears.script = (
        heard("set a pasta timer for ten minutes"),
        lambda: voice.began.wait(5),
        lambda: say.clock.advance(minutes=11),
        later,
    )
    Conversation(say.assistant, say.session.id, ears, lambda _post: voice).run()

    assert "\aalarm: Your pasta timer is done." in capsys.readouterr().out.splitlines()
    assert "say Your pasta timer is done." in ears.done


def test_listen_tells_what_woke_it(say: Say, capsys: pytest.CaptureFixture[str]) -> None:
    """Waiting for the wake word is a state of its own."""
    ears = ScriptedEars(Changed("asleep"), Woken("hey computer", 0.9), IDLE)
    hold(say, ears)

    assert capsys.readouterr().out.splitlines() == ["asleep", "woken: hey computer"]


class Terminal(io.StringIO):
    """A standard output that is a terminal."""

    def isatty(self) -> bool:
        return True


def test_listen_rewrites_the_words_so_far_on_a_terminal(
    say: Say, monkeypatch: pytest.MonkeyPatch
) -> None:
    """They are on one line, never wider than the terminal, and gone before the next fact."""
    monkeypatch.setenv("COLUMNS", "40")
    terminal = Terminal()
    monkeypatch.setattr(sys, "stdout", terminal)
    words = "remind me to " + "call my very dear friends " * 3
    ears = ScriptedEars(Partial("remind me"), Partial(words), heard("what time is it"), IDLE)
    hold(say, ears)
    rewritten = terminal.getvalue().split("\n")[0].split("\r")

    assert rewritten[1] == "… remind me"
    assert rewritten[2].endswith("friends ")
    assert max(map(len, rewritten)) <= 39
    assert rewritten[-2].strip() == ""
    assert rewritten[-1] == "you: what time is it"


def test_listen_shows_what_was_heard_where_other_words_were_taken(
    say: Say, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """What the ear heard and what was made of it are both told."""
    taken = Utterance("what time is it", WEDNESDAY, "voice", heard="what dime is it")
    monkeypatch.setattr(say.assistant, "heard", lambda hearing, session_id: taken)
    hold(say, ScriptedEars(heard("what dime is it"), IDLE))

    assert capsys.readouterr().out.splitlines()[:2] == [
        "you: what time is it",
        "heard: what dime is it",
    ]


def test_listen_closes_what_it_opened_when_it_is_stopped(say: Say) -> None:
    """Ctrl-C in the middle leaves voice and ears shut."""
    ears = ScriptedEars()
    voice = ScriptedVoice(ears, slow=True)

    def interrupt(hearing: Hearing, session_id: int) -> Utterance:
        raise KeyboardInterrupt

    say.assistant.heard = interrupt  # type: ignore[method-assign]
    ears.script = (heard("what time is it"),)
    with pytest.raises(KeyboardInterrupt):
        Conversation(say.assistant, say.session.id, ears, lambda _post: voice).run()

    assert ears.done[-2:] == ["hush", "close"]
