"""What goes on with one of several requests of a turn, or corrects it."""

from __future__ import annotations

import pytest

from assistant.testing import Conversation
from assistant.understanding.parsers.correction import TOGETHER
from tests.following import follow

BOTH = "add milk to my list and set a timer for 5 minutes"
THREE = "add eggs to my list, set an alarm for 19:00 and flip a coin"
SAME_TIME = "set an alarm for 19:30 and remind me to take pills at the same time"
IT = "add milk to the shopping list and remind me at six to buy it"

ADDED = (
    (BOTH, "also eggs", r"^Added eggs to your shopping list\.$"),
    (BOTH, "and 8 minutes", r"^Timer set for 8 minutes\.$"),
    (BOTH, "another for 9 minutes", r"^Timer set for 9 minutes\.$"),
    ("what time is it and what's on my list", "and in paris?", r"^In Paris it is 10:00"),
    (SAME_TIME, "and at 9 pm", r"^Did you mean “wake me at 9 pm” or “remind me to take pills"),
)
"""What is said, how one of it is gone on with, and the reply."""

CORRECTED = (
    (BOTH, "no, 7 minutes", r"^Added milk to your .* list\.\n\nTimer set for 7 minutes\.$"),
    (BOTH, "no, eggs", r"^Added eggs to your .* list\.\n\nTimer set for 5 minutes\.$"),
    (BOTH, "not milk, jam", r"^Added jam to your .* list\.\n\nTimer set for 5 minutes\.$"),
    (IT, "no, at seven", r"^Added milk to .*\n\nReminder set for today at 19:00: buy milk\.$"),
)
"""What is said, how one of it is corrected, and the reply."""

OPEN = (
    (SAME_TIME, "no, 8 pm"),
    (IT, "not milk, jam"),
    (IT, "no, eggs"),
    ("add milk to my list and put soap on my to-do list", "no, eggs"),
    ("set a timer for 5 minutes and add 3 eggs to my list", "no, 7"),
)
"""What is said, and words that may be meant for one or another of it, or for both."""


@pytest.mark.parametrize(("said", "words", "reply"), ADDED)
def test_one_of_several_is_gone_on_with(
    say: Conversation, said: str, words: str, reply: str
) -> None:
    """That is the one whose slots take the value; nothing is taken back."""
    first = say(said)
    follow(say, [(words, reply)])
    outcomes = {t.id: t.outcome for t in say.assistant.store.turns(first.session_id)}
    assert outcomes[first.id] == "answered"


@pytest.mark.parametrize(("said", "words", "reply"), CORRECTED)
def test_one_of_several_is_corrected(say: Conversation, said: str, words: str, reply: str) -> None:
    """One turn takes all of it back and does it anew; one undo takes back the correction."""
    first = say(said)
    follow(say, [(words, reply)])
    outcomes = {t.id: t.outcome for t in say.assistant.store.turns(first.session_id)}
    assert outcomes[first.id] == "undone"
    say("undo")
    outcomes = {t.id: t.outcome for t in say.assistant.store.turns(first.session_id)}
    assert outcomes[first.id] == "answered"


@pytest.mark.parametrize(("said", "words"), OPEN)
def test_correction_of_one_or_another_of_several_says_what_to_do(
    say: Conversation, said: str, words: str
) -> None:
    """Nothing is changed where it is open which is meant, or where both have the value."""
    first = say(said)
    assert first.outcome == "answered"
    there = [turn.id for turn, _ in say.assistant.changes(first.session_id)]
    turn = say(words)
    assert (turn.reply.text, turn.outcome) == (TOGETHER, "refused")
    assert [turn.id for turn, _ in say.assistant.changes(first.session_id)] == there


def test_one_of_several_is_corrected_again_and_after_a_restart(say: Conversation) -> None:
    """The second correction takes the place of the first, and undo of all leaves nothing."""
    say(BOTH)
    say("no, 7 minutes")
    say.reopen()
    follow(
        say,
        [
            ("no, 9 minutes", r"Timer set for 9 minutes\.$"),
            ("my timers", "^- 9 minute timer: 9 minutes left$"),
            ("what's on my list", "^Your shopping list:\n\n- milk$"),
            ("undo", "^Undone: “add milk to my list and set a timer for 9 minutes”"),
            ("my timers", "^- 7 minute timer: 7 minutes left$"),
        ],
    )


def test_one_of_several_that_were_agreed_to_is_corrected(say: Conversation) -> None:
    """A plan that was shown before is one turn like any other."""
    follow(
        say,
        [
            (THREE, "Shall I do them all"),
            ("yes", "Alarm set for today at 19:00"),
            ("no, 20:00", r"^Added eggs to .*Alarm set for today at 20:00\.\n\n(Heads|Tails)"),
            ("also bread", r"^Added bread to your shopping list\.$"),
        ],
    )


def test_one_of_several_is_corrected_only_where_nothing_would_be_lost(say: Conversation) -> None:
    """What has rung since stays as it is, and so does all of the turn."""
    first = say(BOTH)
    follow(say, [("+6", ""), ("no, 7 minutes", f"^I can't change “{BOTH}”: ")])
    assert [turn.id for turn, _ in say.assistant.changes(first.session_id)] == [first.id]
