"""Teaching after corrections and follow-ups, and what waits meanwhile: in talks with real homes."""

from __future__ import annotations

import pytest

from assistant import paths
from assistant.testing import Conversation
from tests.taught import lines

ALARM = "that was wrong, i meant set an alarm for 20:00"


def rings(say: Conversation) -> list[str]:
    """Return the skills of what is still to ring."""
    return sorted(alarm.skill for alarm in say.assistant.store.pending())


def test_teaching_after_a_correction_takes_all_of_it_back(say: Conversation) -> None:
    """The request goes as it was corrected to, and neither of the sentences is learnt."""
    say("set a timer for 5 minutes")
    say("no, 20 minutes")
    assert rings(say) == ["timer"]
    say(ALARM)
    assert rings(say) == ["alarm"]
    assert lines() == []
    assert say("set a timer for 10 minutes").understanding.intent == "timer.start"
    assert say("undo").outcome == "answered"
    say("undo")
    assert rings(say) == ["timer"]


def test_teaching_after_an_undo_is_about_what_was_taken_back(say: Conversation) -> None:
    """Its sentence is learnt."""
    say("add let the tea brew for ten minutes to my shopping list")
    say("undo")
    say("that was wrong, i meant set a timer for ten minutes")
    assert lines() == ["timer.start: add let the tea brew for {length} to my shopping list"]


@pytest.mark.parametrize(
    ("before", "wrong", "meant"),
    [
        ("add milk to my shopping list", "also eggs", "set a timer for ten minutes"),
        ("add milk to my shopping list", "also eggs", "add bread to my shopping list"),
        ("set a timer for 5 minutes", "no, 20 minutes", "add bread to my shopping list"),
        ("set a timer for 5 minutes", "set it to 20 minutes", "add bread to my shopping list"),
    ],
)
def test_teaching_learns_nothing_that_leans_on_what_was_said_before(
    say: Conversation, before: str, wrong: str, meant: str
) -> None:
    """It is done, and told; alone the words say no request."""
    say(before)
    say(wrong)
    turn = say(f"that was wrong, i meant {meant}")
    assert turn.outcome == "answered"
    assert f"I learn nothing of “{wrong}”: it is no request by itself." in turn.reply.text
    assert lines() == []


def test_teaching_learns_no_sentence_that_teaches(say: Conversation) -> None:
    """What was meant is told once more: the sentence about the first one is none to learn."""
    say("let the tea brew for ten minutes")
    say("that was wrong, i meant set a timer for ten minutes")
    turn = say(ALARM)
    assert "I learn nothing of “that was wrong" in turn.reply.text
    assert rings(say) == ["alarm"]
    assert lines() == []


FORM = "remind me to call mum"


def test_teaching_lets_a_form_wait(say: Conversation) -> None:
    """It is gone on with, once what was meant is said, or no longer asked about."""
    say(FORM)
    say("what time is it")
    say("that was wrong, i meant what day is it")
    assert f"Back to “{FORM}”" in say("no").reply.text
    asked = say("that was wrong")
    assert asked.reply.text.startswith("What did you mean by")
    assert say("cancel").outcome == "answered"
    assert say.session.open_question is not None
    say("at 5 pm")
    assert rings(say) == ["reminder"]


def test_teaching_ends_the_form_that_the_wrong_turn_began(say: Conversation) -> None:
    """Nothing goes on with what was not meant."""
    say(FORM)
    turn = say("that was wrong, i meant set a timer for ten minutes")
    assert "Back to" not in turn.reply.text + say("no").reply.text
    assert rings(say) == ["timer"]
    assert say.session.open_question is None


@pytest.mark.parametrize(
    "said",
    [
        ["that was wrong", "cancel"],
        ["that was wrong, i meant what day is it", "no"],
        ["record this conversation"],
    ],
)
def test_teaching_keeps_what_is_parked(say: Conversation, said: list[str]) -> None:
    """It waits until it is asked for, as it did."""
    say(FORM)
    for text in ("blah", "blubb", "hubb"):
        say(text)
    assert say.session.parked is not None
    say("what time is it")
    for text in said:
        say(text)
    assert say.session.parked is not None
    assert FORM in say("where were we").reply.text


def test_recording_that_fails_keeps_what_waits(say: Conversation) -> None:
    """The form that is open, and the one below it."""
    say(FORM)
    for text in ("blah", "blubb", "hubb"):
        say(text)
    say("set a timer")
    paths.user_conversations().write_text("no folder")
    assert say("record this conversation").outcome == "failed"
    assert say.session.parked is not None
    say("ten minutes")
    assert rings(say) == ["timer"]


BOTH = "add milk to my shopping list and set a timer for ten minutes"


def test_teaching_does_all_that_was_meant(say: Conversation) -> None:
    """Both requests are done, as one turn; a sentence that means two is not learnt."""
    say("let the tea brew for ten minutes")
    turn = say(f"that was wrong, i meant {BOTH}")
    assert "I can't learn it" in turn.reply.text
    assert rings(say) == ["timer"]
    assert "milk" in say("what is on my shopping list").reply.text
    assert lines() == []
    say("undo")
    assert rings(say) == []
    assert say("what is on my shopping list").reply.text == "Your shopping list is empty."


@pytest.mark.parametrize("kind", ["yes", "no"])
def test_teaching_asks_whether_all_was_meant(say: Conversation, kind: str) -> None:
    """Every request is named, and a yes does them all."""
    say("let the tea brew for ten minutes")
    say("that was wrong")
    asked = say(BOTH)
    assert asked.outcome == "asked"
    assert "milk" in asked.reply.text
    assert "ten minutes" in asked.reply.text.split("you meant")[1]
    say(kind)
    assert rings(say) == (["timer"] if kind == "yes" else [])
    assert lines() == []


@pytest.mark.parametrize("free", [False, pytest.param(True, marks=pytest.mark.slow)])
@pytest.mark.parametrize("said", ["set a timer", "set a timer for 10 minutes"])
def test_teaching_takes_no_example_of_a_skill_without_a_yes(
    say: Conversation, said: str, free: bool
) -> None:
    """However many examples the skill has, with and without weights."""
    if free:
        say.listen_freely()
    say(said)
    asked = say(ALARM)
    assert "not “Start a timer” any more, but “Set an alarm" in asked.reply.text
    say("no")
    assert lines() == []
    assert say(said).understanding.intent == "timer.start"


def test_teaching_tries_every_example(say: Conversation) -> None:
    """Also a seldom way of saying the last one of many, which a hole of the new one takes in."""
    intents = say.assistant.skills.intents
    teacher, at = say.assistant.teacher, say.assistant.situation(say.session.id)
    assert teacher is not None
    for name, text in (
        ("notes.add", "create two timers of {text}"),
        ("notes.add", "how much longer until that {text} ends"),
    ):
        assert name in intents
        worse = teacher.worse(name, text, at, lambda: False)
        assert any("timer" in each for each in worse), (text, worse)
