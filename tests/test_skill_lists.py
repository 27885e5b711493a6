"""The skill lists in conversation: amounts, ticking off, several lists, names that are there."""

from __future__ import annotations

import pytest

from assistant.testing import Conversation
from tests.following import follow

TALKS = {
    "amounts are added up": [
        ("add three litres of juice and a dozen rolls to my shopping list", "Added three litres"),
        ("put a litre of juice on the list", "It's 4 litres of juice on your shopping list now"),
        ("add rolls to my shopping list", "^A dozen rolls are on it already.$"),
        ("undo", "Undone"),
        ("take the juice off", "Took 4 litres of juice off"),
        ("undo", "Undone"),
        ("undo", "Undone"),
        ("my shopping list", "- three litres of juice\n- a dozen rolls$"),
    ],
    "ticked off and back": [
        ("add jam, rolls and honey to my shopping list", "Added"),
        ("i've got the jam", "Ticked off jam on your shopping list: 2 things left"),
        ("mark rolls as bought", "Ticked off rolls.*: 1 thing left"),
        ("complete honey on my shopping list", "that was all"),
        ("what's on my shopping list", "is empty: everything on it is done"),
        ("uncheck the rolls", "^Rolls are on your shopping list again.$"),
        ("tick off the mustard", "^Mustard is not on any list.$"),
        ("untick the mustard", "^Mustard is not ticked off any list.$"),
        ("add jam to my shopping list", "Added jam"),
        ("untick the jam", "not ticked off"),
        ("how many things are on my shopping list", "2 things"),
        ("undo", "undo|Undone"),
    ],
    "a list that is not there is asked for": [
        ("add rope to the boat list", "There is no boat list; make one?"),
        ("no", "I add nothing"),
        ("what are my lists", "no list yet"),
        ("add rope to the boat list", "make one"),
        ("yes", "Added rope to your boat list"),
        ("put a torch on boat", "Added a torch to your boat list"),
        ("add tape to the baot list", "There is no baot list; do you mean boat"),
        ("yes please", "Added tape to your boat list"),
        ("what's on boat", "- rope\n- a torch\n- tape"),
        ("is there any rope on boat", "Yes, on your boat list: rope"),
        ("is a tent on the boat list", "^No, a tent is not on your boat list"),
        ("take the rope off boat", "Took rope off your boat list"),
        ("what's on deck", "can't help"),
    ],
    "several lists at once": [
        ("create a party list", "Made"),
        ("add ice to the shopping and the party list", "shopping list.*Added ice to your party"),
        ("add cups to both lists", "cups to your shopping list. Added cups to your party"),
        ("move the cups from party to my shopping list", "Moved cups from your party list to"),
        ("is cups on the party list", "^No, cups are not on your party list"),
        ("undo", "Undone"),
        ("move ice to the garden list", "no garden list; make one and move ice"),
        ("yes", "Moved ice from your shopping list to your garden list"),
        ("what are my lists", "party: 2\n- shopping: 1\n- garden: 1"),
        ("merge my garden list into the party list", "Put the 1 thing.*and delete garden"),
        ("yes", "party list has 2 things now; garden is gone"),
        ("undo", "Undone"),
        ("what are my lists", "garden: 1"),
    ],
    "sorted, copied, renamed": [
        ("add 3 pears, apples and a jar of jam to my shopping list", "Added"),
        ("sort my shopping list", "in order: apples, a jar of jam and 3 pears"),
        ("copy my shopping list to the picnic list", "Copied.*to your picnic list"),
        ("rename the picnic list to outing", "Your picnic list is called outing now"),
        ("rename my outing list to shopping", "There is a shopping list already"),
        ("what is on the outing list", "- apples\n- a jar of jam\n- 3 pears"),
        ("remove everything but the apples from the outing list", "Take a jar of jam and 3 pears"),
        ("yes", "Took"),
        ("get rid of the outing list", "Delete your outing list with 1 thing"),
        ("yes", "gone"),
        ("what is on the outing list", "no list called outing"),
    ],
    "a list is not put on itself": [
        ("add bolts and nails to my garage list", "make one"),
        ("yes", "Added"),
        ("merge my garage list with my garage list", "^That is your garage list itself; name ano"),
        ("copy my garage list to my garage list", "^That is your garage list itself"),
        ("what are my lists", "^- garage: 2$"),
        ("copy my garage list to the attic and cellar list", "to your attic and cellar list"),
        ("tick off the bolts on my attic list", "1 thing left"),
        ("tick off the nails on my attic list", "that was all"),
        ("clear my attic list", "^Take the 2 ticked-off things off your attic list"),
        ("no", "stays as it is"),
        ("take the bolts and nails off my cellar list", "Took"),
        ("merge my attic list into my cellar list", "Put the no things"),
        ("yes", "attic is gone"),
        ("untick the bolts on my cellar list", "^Bolts are on your cellar list again"),
    ],
    "two names are two lists": [
        ("create an indoor and outdoor list", "^Made a indoor and a outdoor list.$"),
        ("add rope to my outdoor list", "Added rope to your outdoor list"),
        ("what are my lists", "^- indoor: 0\n- outdoor: 1$"),
        ("create a harbour and outdoor list", "^There is a outdoor list already.$"),
        ("rename my indoor list to cards and dice", "^One name, please: cards or dice"),
    ],
    "words are kept as they are typed": [
        ("add Ben & Jerry's, 2,500 pins and [b]blue[/b] wool to my shopping list", "Added"),
        ("add 🥝 and 牛乳 to my shopping list", "Added 🥝 and 牛乳"),
        ("undo", "Undone"),
        ("my shopping list", "- Ben & Jerry's\n- 2,500 pins\n- \\[b\\]blue\\[/b\\] wool$"),
        ("remove ben and jerry's from my shopping list", "^Took Ben & Jerry's off"),
    ],
    "what is asked for when it is missing": [
        ("add to my shopping list", "What should I add"),
        ("soap", "Added soap to your shopping list"),
        ("add something to the list", "What should I add"),
        ("cancel", "never mind"),
        ("make a new list", "What is it called"),
        ("garden", "Made a garden list"),
        ("delete the list", "Which list"),
        ("garden", "Delete your garden list with no things"),
        ("no", "It stays"),
        ("take soap and sponges off my shopping list", "Took soap off.*Sponges are not there"),
    ],
}


@pytest.mark.parametrize("talk", TALKS.values(), ids=TALKS)
def test_skill_lists_follow_a_conversation(say: Conversation, talk: list[tuple[str, str]]) -> None:
    """Each turn's reply holds what it should."""
    follow(say, talk)


def test_skill_lists_take_a_correction(say: Conversation) -> None:
    """What was put on in error makes place for what was meant."""
    say("add beans to my shopping list")
    say("no, green beans")
    assert say("no, remove green beans").understanding.parser != "correction"
    say("add carrots to my shopping list")
    say("i meant peas")

    assert say("my shopping list").reply.text.endswith(":\n\n- green beans\n- peas")


def test_skill_lists_kept_as_plain_texts_are_read(say: Conversation) -> None:
    """What is open is a text, what is ticked off is told apart, and both survive a restart."""
    say("add figs and dates to my shopping list")
    say("tick off the figs")

    kept = say.assistant.store.reader().memory("lists")
    assert kept == {"shopping": ["dates", {"done": "figs"}]}
    assert say.reopen()("untick the figs").reply.text == "Figs are on your shopping list again."
