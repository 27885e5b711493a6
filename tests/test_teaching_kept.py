"""Teaching after corrections and follow-ups, and what waits meanwhile: in talks with real homes."""

from __future__ import annotations

import pytest

from assistant import paths
from assistant.testing import Conversation

ALARM = "that was wrong, i meant set an alarm for 20:00"


def lines() -> list[str]:
    """Return the examples in the user's own file."""
    if not paths.user_examples().exists():
        return []
    text = paths.user_examples().read_text(encoding="utf-8")
    return [line for line in text.splitlines() if not line.startswith("#")]


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
