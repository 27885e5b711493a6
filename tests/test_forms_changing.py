"""Words that change the values of a form, or give several: by name, before a yes, in one answer."""

from __future__ import annotations

from pathlib import Path

import pytest

from assistant.testing import Conversation

BANK = Path(__file__).with_name("bank_skill.py")
PARCEL = Path(__file__).with_name("parcel_skill.py")

BACK = "Back to “transfer 60 to Joe”: Change the amount?"

CARL = "We are at “send a parcel” (who: Carl, size: medium, weight: 3)."

TO_WHOM = "Back to “send money”: To whom?"

MILK = "To take back “add milk to my list”, say “cancel”, then “undo”."

CUE = " (Or say “cancel”.)"

TALKS = {
    "named before it is there": (
        ("send money", "To whom?"),
        ("change the amount", "There is no amount yet. To whom?"),
        ("the amount is wrong", "There is no amount yet. To whom?"),
        ("not the amount", "There is no amount yet. To whom?"),
        ("I'd like to change the recipient", "There is no recipient yet. To whom?"),
        ("change the amount to 20", "The amount is 20.\n\nTo whom?"),
        ("the amount is wrong", "Change the amount?"),
        ("no", "It stays as it was. To whom?"),
        ("Joe", "Send 20 to Joe?"),
    ),
    "named with the value that is asked for": (
        ("send money", "To whom?"),
        ("change the recipient to Ann", "How much for Ann?"),
    ),
    "named in a text": (
        ("raise my limit", "Which address?"),
        ("change the note", "There is no note yet. Which address?"),
        ("a@b.c", "Do you live in Sweden?"),
        ("yes", "Is your income high?"),
        ("yes", "Anything to add?"),
        ("not the note", "There is no note yet. Anything to add?"),
        ("the note is on the table", "Raise it for a@b.c?"),
    ),
    "a new value before the yes": (
        ("transfer 50 to Joe", "Send 50 to Joe?"),
        ("change the amount", "Change the amount?"),
        ("60", "Change the amount from 50 to 60?"),
        ("yes", "Changed the amount to 60.\n\nSend 60 to Joe?"),
        ("change the recipient", "Change the recipient?"),
        ("to Ann", "Change the recipient from Joe to Ann?"),
        ("no", "It stays as it was. Send 60 to Joe?"),
        ("change the amount", "Change the amount?"),
        ("what is left in the bank", f"100 are left.\n\n{BACK}"),
        ("it costs 70 dollars", f"I didn't get that. Change the amount?{CUE}"),
    ),
    "a new value at a later question": (
        ("send a parcel to Joe", "Which size?"),
        ("small", "How many kilos?"),
        ("3", "On which day?"),
        ("change the weight", "Change the weight?"),
        ("to 8", "Change the weight from 3 to 8?"),
        ("yes", "Changed the weight to 8.\n\nOn which day?"),
    ),
    "another value than was asked for": (
        ("send a parcel to Joe", "Which size?"),
        ("40", "The weight is 40.\n\nWhich size?"),
        ("small", "On which day?"),
    ),
    "a name among others": (
        ("send a parcel", "Who gets it?"),
        ("Carl, medium, 3", "On which day?"),
        ("where were we", f"{CARL} On which day?"),
    ),
    "a name and what is counted": (
        ("send a parcel", "Who gets it?"),
        ("to Ann, 12 kilos", "Which size?"),
        ("small, on friday", "Send 12 kilos to Ann on Friday, 6 March 2026?"),
    ),
    "a name behind the others": (
        ("send a parcel", "Who gets it?"),
        ("a large one, 12 kilos to Ann", f"I didn't get that. Who gets it?{CUE}"),
        ("12 kilos to Ann and medium", "On which day?"),
    ),
    "the others without the name": (
        ("send money", "To whom?"),
        ("20", "The amount is 20.\n\nTo whom?"),
        ("Joe", "Send 20 to Joe?"),
    ),
    "a name behind a number": (("send money", "To whom?"), ("20 to Joe", "Send 20 to Joe?")),
    "taken back before anything was done": (
        ("send money", "To whom?"),
        ("undo", f"Nothing was done yet, so there is nothing to take back.\n\n{TO_WHOM}"),
        ("cancel", "OK, never mind."),
        ("add milk to my list", "Added milk to your shopping list."),
        ("send money", "To whom?"),
        ("undo", f"“send money” was not done yet. {MILK}\n\n{TO_WHOM}"),
        ("cancel", "OK, never mind."),
        ("undo", "Undone: “add milk to my list”."),
    ),
    "a no and another request": (
        ("transfer 50 to Joe", "Send 50 to Joe?"),
        ("no and set a timer for 5 minutes", "OK, never mind.\n\nTimer set for 5 minutes."),
        ("transfer 50 to Joe", "Send 50 to Joe?"),
        ("no, set a timer for 6 minutes", "OK, never mind.\n\nTimer set for 6 minutes."),
        ("transfer 50 to Joe", "Send 50 to Joe?"),
        ("no, what time is it", "OK, never mind.\n\nIt is 10:00."),
        ("transfer 50 to Joe", "Send 50 to Joe?"),
        ("wait, what time is it", "It is 10:00.\n\nBack to “transfer 50 to Joe”: Send 50 to Joe?"),
    ),
    "a no within and another request": (
        ("raise my limit", "Which address?"),
        ("a@b.c", "Do you live in Sweden?"),
        ("no and what time is it", "It is 10:00.\n\nAnything to add?"),
    ),
    "which of two values it is": (
        ("send money", "To whom?"),
        ("Joe, 20, 30", f"I didn't get that. To whom?{CUE}"),
        ("Joe, Ann, 30", f"I didn't get that. To whom?{CUE}"),
    ),
}  # fmt: skip
"""What is said, and what is answered."""


@pytest.mark.parametrize("name", TALKS)
def test_forms_are_changed(say: Conversation, name: str) -> None:
    """A conversation, turn by turn."""
    say.use(BANK).use(PARCEL)
    for said, answered in TALKS[name]:
        assert say(said).reply.text == answered


def test_forms_take_a_day_behind_a_no(say: Conversation) -> None:
    """What is asked for is no question of its own because a no stands before it."""
    say.use(PARCEL).listen_freely()
    for said in ("send a parcel to Ann", "medium, 3"):
        say(said)
    assert say("no, on thursday").reply.text == "Send 3 kilos to Ann on Thursday, 5 March 2026?"
