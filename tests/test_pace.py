"""However a sentence is worded, it is read in time; what is learnt once does not count."""

from __future__ import annotations

import time
from collections.abc import Callable

import pytest

from assistant.conversation import reading
from assistant.language import pace
from assistant.language.editing import edits
from assistant.language.tokens import split
from assistant.language.words import normalise, without_politeness
from assistant.testing import Conversation
from assistant.turn import Utterance
from assistant.understanding.parsers import chain
from tests.hostile import utterances


def test_pace_out_of_time_is_told(say: Conversation, monkeypatch: pytest.MonkeyPatch) -> None:
    """Where reading takes too long nothing is done, and one sentence says what to do."""
    monkeypatch.setattr(chain, "LONGEST", 0.0)
    monkeypatch.setattr(pace, "EARNEST", 0)
    turn = say("add milk to my shopping list")
    assert turn.reply.text == chain.TOO_HARD
    assert turn.outcome == "refused"
    monkeypatch.undo()
    assert "empty" in say("what is on my shopping list").reply.text


def test_pace_no_guard_takes_it_for_a_skill_s_error(monkeypatch: pytest.MonkeyPatch) -> None:
    """What guards against strangers' code lets it through."""
    monkeypatch.setattr(pace, "EARNEST", 0)

    def guarded() -> None:
        with pace.within(0.0):
            try:
                split("milk")
            except Exception:  # noqa: BLE001 - what the guards do
                pytest.fail("taken for an error")

    with pytest.raises(pace.OutOfTimeError):
        guarded()


def test_pace_aside_costs_no_time(monkeypatch: pytest.MonkeyPatch) -> None:
    """What is learnt within a sentence is not counted, what is read behind it is."""
    monkeypatch.setattr(pace, "EARNEST", 0)
    with pace.within(0.05):
        with pace.aside():
            _work(0.1)
            pace.look()
        pace.look()
        _work(0.1)
        with pytest.raises(pace.OutOfTimeError):
            pace.look()


def test_pace_what_is_said_in_earnest_is_never_refused() -> None:
    """A machine may be as slow as it likes: the first steps are free, the next are not."""
    with pace.within(0.0):
        for _ in range(pace.EARNEST // 2):
            pace.look()
        with pytest.raises(pace.OutOfTimeError):
            pace.look(pace.EARNEST * pace.STRIDE)


def _work(seconds: float) -> None:
    start = time.thread_time()
    while time.thread_time() < start + seconds:
        pass


def test_pace_inner_time_is_no_more_than_is_left(monkeypatch: pytest.MonkeyPatch) -> None:
    """A block within a block gets no longer than the outer one has."""
    monkeypatch.setattr(pace, "EARNEST", 0)
    with pace.within(0.0), pace.within(10.0), pytest.raises(pace.OutOfTimeError):
        pace.look()


@pytest.mark.parametrize(
    "steps",
    [
        lambda n: len([*without_politeness(normalise("- " * n + "help"))]),
        lambda n: len([*without_politeness(normalise("please " * n + "help" + " please" * n))]),
        lambda n: len([*edits(split("when " + "- " * n + "i mean tomorrow"))]),
    ],
)
def test_pace_steps_do_not_grow_with_what_is_repeated(steps: Callable[[int], int]) -> None:
    """Politeness and pauses that go on and on are no more ways to read a sentence."""
    assert steps(200) == steps(100)


@pytest.mark.parametrize(
    "text",
    ["please " * 60 + "help", "- " * 60 + "help", "help" + " please" * 60, "> " * 90 + "help 🙂"],
)
def test_pace_all_politeness_is_taken_off(say: Conversation, text: str) -> None:
    """However much there is."""
    assert say(text).understanding.intent == say("help").understanding.intent


def test_pace_long_requests_are_still_understood(say: Conversation) -> None:
    """A list of many things is one request, whatever it costs."""
    things = [f"thing {chr(97 + n % 26)}{chr(97 + n // 26)}" for n in range(40)]
    assert say(f"add {', '.join(things)} to my shopping list").outcome == "answered"
    told = say("what is on my shopping list").reply.text
    assert all(thing in told for thing in things)


def test_pace_odd_utterances_in_short(assistant_home: object) -> None:
    """A handful of each run of the campaign; whole it is `python -m tests.hostile.utterances`."""
    crashed, slow, slowest = utterances.run(seed=11, rounds=40, freely=False)
    assert (crashed, slow) == (0, 0), slowest


def test_pace_of_words_that_are_read_twice(
    monkeypatch: pytest.MonkeyPatch, say: Conversation
) -> None:
    """As an answer to an open question, and then as a request: together they take no second."""
    monkeypatch.setattr(pace, "EARNEST", 0)
    given = list[float]()
    within = chain.within
    monkeypatch.setattr(chain, "within", lambda seconds: given.append(seconds) or within(seconds))
    say("set a tea timer for 5 minutes")
    say("set a rice timer for 9 minutes")
    assert say("cancel the timer").outcome == "asked"
    given.clear()
    say("the pizza one")
    assert len(given) == 2
    assert sum(given) < 1


def test_pace_what_goes_wrong_while_it_is_read_is_said(
    say: Conversation, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A fault of our own ends a turn in a sentence."""

    def broken(_: object, utterance: Utterance, __: object) -> None:
        raise ValueError(utterance.text)

    monkeypatch.setattr(chain, "_ask", broken)
    turn = say("add milk to my shopping list")
    assert (turn.reply.text, turn.outcome) == (reading.FAILED, "refused")
    monkeypatch.undo()
    assert "empty" in say("what is on my shopping list").reply.text


def test_pace_of_a_correction_without_a_word(say: Conversation) -> None:
    """What is not there, to the eye, is corrected by nothing."""
    say("add \u200b to my list no, eggs")
    assert say("set a timer for \u200b i mean five minutes").outcome != "failed"
