"""What the skill says, tested by talking to it."""

import assistant_water
import pytest

from assistant.testing import Conversation


@pytest.fixture(autouse=True)
def _installed(say: Conversation) -> None:
    say.use(assistant_water.__file__)


def test_water_is_counted_day_by_day(say: Conversation) -> None:
    """What was drunk adds up until midnight."""
    say("i drank two glasses of water")
    assert say("i had a bottle of water").reply.text == "0.9 litres today."
    say.clock.advance(days=1)
    assert say("how much water did i drink").reply.text == "0 litres today."


def test_water_can_be_corrected_and_undone(say: Conversation) -> None:
    """Another number takes the place of the one before, and undo brings that back."""
    say("i drank two glasses of water")
    assert say("no, three").reply.text == "0.6 litres today."
    say("undo")
    assert say("how much water").reply.text == "0.4 litres today."


def test_water_asks_for_the_goal(say: Conversation) -> None:
    """A value that was not said is asked for."""
    assert say("set a water goal").reply.text == "How many glasses a day?"
    assert say("eight").reply.text == "8 glasses a day: 1.6 litres."
    assert say("how much water").reply.text == "0 litres of 1.6 litres today."


def test_water_asks_before_it_forgets(say: Conversation) -> None:
    """Nothing is lost by a slip of the tongue."""
    say("i drank a cup")
    assert say("forget what i drank").outcome == "asked"
    assert say("no").reply.text == "It stays."
