"""Sums, units, picks and small talk: what is asked in passing."""

from __future__ import annotations

import re

import pytest

from assistant.testing import Conversation

ASKED = [
    ("what is 30 and 12", "calculator.total", r"^42\.$"),
    ("how much is 1.5 and 2 and 4", "calculator.total", r"^7\.5\.$"),
    ("what is 7", "calculator.figure", r"^7\.$"),
    ("how much is three dozen", "calculator.figure", r"^36\.$"),
    ("what is four sixes", "calculator.calculate", r"^24\.$"),
    ("what is 4 less than 30", "calculator.calculate", r"^26\.$"),
    ("what is 4 more than 30", "calculator.calculate", r"^34\.$"),
    ("what is 2e3 + 5", "calculator.calculate", r"^2,005\.$"),
    ("what is 1e400 plus 1", "calculator.calculate", "no answer I could write down"),
    ("what is 2³", "calculator.calculate", r"^8\.$"),
    ("what is (1 + 2)²", "calculator.calculate", r"^9\.$"),
    ("round 3.14159 to 2 decimals", "calculator.rounded", r"is 3\.14\.$"),
    ("round 2.5", "calculator.rounded", "rounded is 3"),
    ("what is 1250 rounded to the nearest hundred", "calculator.rounded", "is 1,300"),
    ("round 2.5 to 99 decimals", "calculator.rounded", "0 to 10 decimals"),
    ("what is 200 in binary", "calculator.in_base", "11001000 in binary"),
    ("hex of 254", "calculator.in_base", "FE in hex"),
    ("convert -9 to octal", "calculator.in_base", "-11 in octal"),
    ("convert binary 1011 to decimal", "calculator.from_base", "is 11"),
    ("convert binary 12 to decimal", "calculator.from_base", "is no binary number"),
    ("what is 6 feet plus 6 inches", "units.total", "6.5 feet"),
    ("add 300 g to 2 kg", "units.total", "2.3 kilograms"),
    ("what is 1 km minus 250 m", "units.difference", "0.75 kilometers"),
    ("what is 4 times 250 ml", "units.times", "1,000 milliliters"),
    ("what is 5 kg plus 3 miles", "units.total", "can't be converted"),
    ("100 celsius in fahrenheit and kelvin", "units.convert", "212 fahrenheit, or 373.15 kelvin"),
    ("3 feet in inches and cm", "units.convert", "36 inches, or 91.44 cm"),
    ("5 kg in pounds and ounces", "units.convert", "11 pounds 0.3698 ounces"),
    ("convert ounces to grams", "units.convert_from", "How many ounces"),
    ("celsius to fahrenheit 20", "units.convert_from", "68"),
    ("convert metres to litres", "units.convert_from", "measure other things"),
    ("convert euros to dollars", "units.convert_from", "can't convert money"),
    ("throw a d 8", "dice.roll", r"You rolled [1-8]\."),
    ("roll 3d4", "dice.roll", r"You rolled [1-4], [1-4], [1-4] \("),
    ("should i have soup or salad", "dice.pick", "^(Soup|Salad)"),
    ("help me choose", "dice.pick", "Name at least two"),
    ("generate a password", "dice.password", r"^\S{16}\n"),
    ("generate a 20 character password", "dice.password", r"^\S{20}\n"),
    ("generate a 6 character password", "dice.password", r"^\S{6}\n.*guessed"),
    ("generate a 2 character password", "dice.password", "4 to 128"),
    ("repeat after me the Owl sleeps", "conversation.echo", "^the Owl sleeps$"),
    ("say Peter Piper", "conversation.echo", "^Peter Piper$"),
    ("spell rhythm", "conversation.spell", "^R-H-Y-T-H-M$"),
    ("how do you spell fjord", "conversation.spell", "^F-J-O-R-D$"),
    ("redo that", "conversation.redo", "nothing to redo"),
    ("what did you hear", "conversation.said", "not said anything"),
    ("who wrote you", "smalltalk.maker", "Apache licence"),
    ("do you have a name", "smalltalk.called", "no name"),
    ("how old are you", "smalltalk.origin", "no birthday"),
    ("are you a machine", "smalltalk.identity", "program"),
    ("do you dream", "smalltalk.body", "program"),
    ("do you share my data", "smalltalk.privacy", "offline"),
    ("tell me a joke about parrots", "smalltalk.joke", "none about parrots"),
    ("i am so tired", "smalltalk.low", "sorry"),
    ("i am happy today", "smalltalk.glad", "glad"),
    ("i'm bored", "smalltalk.bored", "Then here is one"),
    ("what time zone are we in", "clock.here", "Europe/Berlin"),
]


@pytest.mark.parametrize(("said", "intent", "reply"), ASKED, ids=[row[0] for row in ASKED])
def test_skills_talk(say: Conversation, said: str, intent: str, reply: str) -> None:
    """Each request reaches its intent and is answered."""
    turn = say(said)

    assert turn.understanding.intent == intent
    assert re.search(reply, turn.reply.text, re.DOTALL), turn.reply.text


def test_skills_units_are_asked_how_many(say: Conversation) -> None:
    """The number that was not said is asked for, and may be corrected."""
    assert say("convert miles to km").outcome == "asked"
    assert say("three").reply.text == "3 miles is 4.83 km."


def test_skills_sums_go_on_from_what_was_added_up(say: Conversation) -> None:
    """ "That" is what numbers came to too, however they were told."""
    say("what is 30 and 12")
    assert say("times 2").reply.text == "84."
    say("what is 7")
    assert say("plus 3").reply.text == "10."


def test_skills_passwords_differ(say: Conversation) -> None:
    """No password is made twice."""
    made = {say("generate a password").reply.text for _ in range(5)}
    assert len(made) == 5


def test_skills_take_back_in_other_words(say: Conversation) -> None:
    """What was done last is taken back, however that is asked."""
    for said in ("take back what you just did", "revert that", "undo what you did"):
        say("add milk to my shopping list")
        assert say(said).reply.text == "Undone: “add milk to my shopping list”."


@pytest.mark.parametrize(
    ("said", "request_"),
    [
        (
            ["add jam to my shopping list", "clear my shopping list", "yes"],
            "clear my shopping list",
        ),
        (["set a timer", "5 minutes"], "set a timer"),
        (["set a timer", "a bit", "5 minutes"], "set a timer"),
        (["set a timer", "5 minutes", "what time is it"], "set a timer"),
        (["set a timer", "add jam to my shopping list"], "add jam to my shopping list"),
    ],
)
def test_skills_take_back_names_the_request(
    say: Conversation, said: list[str], request_: str
) -> None:
    """Not the answer that ended it: what is taken back is what was asked for."""
    for text in said:
        say(text)
    assert say("undo").reply.text.partition("\n")[0] == f"Undone: “{request_}”."
