"""Words that go on with a request and name what a skill keeps: “and the party list?”."""

from __future__ import annotations

import pytest

from assistant.testing import Conversation
from tests.following import changes


@pytest.mark.parametrize(
    "said",
    ["remind me of the concert on friday", "remind me about the party on friday",
     "set a stew timer for 5 minutes", "add milk to my shopping list"],
)  # fmt: skip
@pytest.mark.parametrize("words", ["and the party list?", "also the party list"])
def test_followed_takes_what_is_kept_for_nothing_else(
    say: Conversation, said: str, words: str
) -> None:
    """A list is neither what is to be done nor the name of a timer."""
    say("create a party list")
    say(said)
    before = changes(say)
    say(words)
    assert [each for each in changes(say) if each not in before] in ([], [words])
    alarms = say.assistant.store.pending()
    assert not [alarm for alarm in alarms if "party list" in alarm.label]
    question = say.session.open_question
    offered = question.keep["offers"] if question else []
    assert all(row["intent"].startswith("lists.") for row in offered), offered


def test_followed_offers_nothing_that_a_skill_would_not_do(say: Conversation) -> None:
    """It is said at once what a yes would be answered by."""
    say("create a party list")
    say("throw a die")
    turn = say("and the party list?")
    assert (turn.reply.text, turn.outcome) == ("There is a party list already.", "refused")
    assert say.session.open_question is None


def test_followed_still_takes_another_name_than_a_kept_one(say: Conversation) -> None:
    """Without a word for what it is a name may be of anything."""
    say("create a party list")
    say("remind me of the concert on friday")
    assert say("and the party").reply.text == "Reminder set for Friday at 09:00: the party."
