"""Days that no calendar has are named, wherever one is asked for."""

from __future__ import annotations

import pytest

from assistant.language.values.impossible import no_such_day
from assistant.testing import WEDNESDAY, Conversation

DAYS = [
    ("days between 31 november and easter", "There is no 31 November: it has 30 days."),
    ("the 31st of june", "There is no 31 June: it has 30 days."),
    ("april the 31st", "There is no 31 April: it has 30 days."),
    ("february 30", "There is no 30 February: it has 29 days at most."),
    ("29 february 2027", "There is no 29 February 2027: it has 28 days."),
    ("40 may", "There is no 40 May: it has 31 days."),
    ("29 february", ""),
    ("29 february 2028", ""),
    ("31 may", ""),
    ("may i have 40 of them", ""),
    ("in march 2027", ""),
]


@pytest.mark.parametrize(("text", "told"), DAYS, ids=[row[0] for row in DAYS])
def test_values_name_impossible_days(text: str, told: str) -> None:
    """What is longer than its month is told with the month's length; nothing else is."""
    assert no_such_day(text, WEDNESDAY) == told


def test_values_impossible_days_are_answered(say: Conversation) -> None:
    """A question about one is refused, and a question for one asks again."""
    turn = say("how many days until 31 november")
    assert (turn.outcome, turn.reply.text) == (
        "refused",
        "There is no 31 November: it has 30 days. Name another day.",
    )
    for said in ("remind me to pay the fee on 31 june", "wake me on february 30 at 7"):
        assert say(said).reply.text.startswith("There is no"), said
    say("remind me to water the ferns")
    turn = say("on the 31st of june")
    assert turn.outcome == "asked"
    assert turn.reply.text.startswith("There is no 31 June: it has 30 days.")


def test_values_impossible_days_may_stand_in_a_free_text(say: Conversation) -> None:
    """What is told of a reminder, a list or a note is no day that is asked for."""
    turn = say("remind me tomorrow at 6 to print page november 31")
    assert turn.reply.text.startswith("Reminder set for tomorrow at 18:00: print page november 31")
    assert say("add 31 april beers to my shopping list").outcome == "answered"
    assert say("add 31 april beers to my boat list").outcome == "asked"
