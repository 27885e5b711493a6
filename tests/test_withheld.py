"""What is forbidden beside a request is not done, and the request is where nothing else is open."""

from __future__ import annotations

import pytest

from assistant.testing import Conversation

APART = (
    ("add tea to the list but don't clear it", "Added tea to your shopping list."),
    ("add tea to the list, but do not clear the list", "Added tea to your shopping list."),
    ("set a timer for 5 minutes but don't cancel the alarm", "Timer set for 5 minutes."),
    ("set an alarm for 19:00 and don't wake me at 20:00", "Alarm set for today at 19:00."),
    ("what time is it but don't tell me the date", "It is 10:00."),
)


@pytest.mark.parametrize(("said", "reply"), APART)
def test_what_is_forbidden_beside_a_request_is_not_done(
    say: Conversation, said: str, reply: str
) -> None:
    """Only the first is done, and taken back as what was said."""
    say.listen_freely()
    say("add milk to the list")
    say("set an alarm for 22:00")
    turn = say(said)
    assert turn.reply.text == reply
    assert "milk" in say("what is on my list").reply.text
    assert "22:00" in say("my alarms").reply.text


HOW = (
    "set an alarm for 19:00 but don't wake me",
    "cancel the alarm but don't delete it",
    "set an alarm for 19:00 but don't make it loud",
    "set a timer for 5 minutes but don't ring",
    "tell me a joke but don't make me laugh",
)


@pytest.mark.parametrize("said", HOW)
def test_what_tells_how_a_request_is_meant_is_asked_about(say: Conversation, said: str) -> None:
    """A request that is taken back by what stands behind it, or changed, is not just done."""
    say.listen_freely()
    say("set an alarm for 22:00")
    before = say.assistant.store.pending()
    turn = say(said)
    assert turn.outcome == "asked"
    assert "Did you mean" in turn.reply.text
    assert say.assistant.store.pending() == before


def test_what_is_forbidden_in_a_text_is_a_part_of_it(say: Conversation) -> None:
    """A text is kept as it was said."""
    said = say("note that mum called but don't ring back")
    assert said.reply.text == "Noted: mum called but don't ring back."
