"""What is taken as an answer while a form is open, and what is none."""

from __future__ import annotations

from pathlib import Path

import pytest

from assistant.testing import Conversation

BANK = Path(__file__).with_name("bank_skill.py")

RASH = ("yes?", "yes, 20", "ok 20", "yes wait", "yes, hold on", "sure, but make it 20")


@pytest.mark.parametrize("said", RASH)
def test_forms_take_no_half_yes(say: Conversation, said: str) -> None:
    """What holds a yes up, or says more, sends nothing."""
    say.use(BANK)
    assert say("transfer 10 to Joe").reply.text == "Send 10 to Joe?"
    assert "Sent" not in say(said).reply.text
    say("never mind")
    assert say("what is left in the bank").reply.text == "100 are left."


NOBODY = (
    "I don't know", "nobody", "what?", "it's not for Bob", "yes", "no problem",
    "my train leaves at six", "she lives in Sweden", "I'm 30 years old", "Anna comes on tuesday",
    "there by seven", "two kids",
)  # fmt: skip


@pytest.mark.parametrize("said", NOBODY)
def test_forms_take_nobody_for_a_name(say: Conversation, said: str) -> None:
    """What names nobody, or only tells something, is asked once more."""
    say.use(BANK)
    say("send money")
    assert say(said).reply.text.endswith("To whom? (Or say “cancel”.)")


@pytest.mark.parametrize("said", ["April", "mum", "Will", "the Duke of York", "Anna Maria"])
def test_forms_take_names(say: Conversation, said: str) -> None:
    """Names are taken, also those that are other words too."""
    say.use(BANK)
    say("send money")
    assert say(said).reply.text == f"How much for {said.removeprefix('the ')}?"


REMARKS = (
    "my train leaves at 6", "the shop closes at eight", "it costs 5 dollars", "20 for Anna",
    "20, as Anna said to me", "she has two kids",
)  # fmt: skip


@pytest.mark.parametrize("said", REMARKS)
def test_forms_take_no_value_of_others(say: Conversation, said: str) -> None:
    """A number in what is told of others is no answer."""
    say.use(BANK)
    say("send money to Joe")
    assert say(said).reply.text == "I didn't get that. How much for Joe? (Or say “cancel”.)"
    assert say("20 for Joe").reply.text == "Send 20 to Joe?"


LED = (
    ("set an alarm", "for 7 pm", "Alarm set for today at 19:00."),
    ("set an alarm", "by 7 pm", "Alarm set for today at 19:00."),
    ("remind me to call mum", "by tomorrow", "Reminder set for tomorrow at 09:00: call mum."),
    ("set a timer", "of 5 minutes", "Timer set for 5 minutes."),
    ("book a table", "for monday", "At which hour?"),
    ("send money to Joe", "of 20", "Send 20 to Joe?"),
    ("set an alarm", "until 7", "I didn't get that. For what time? (Or say “cancel”.)"),
)


@pytest.mark.parametrize(("asked", "said", "answered"), LED)
def test_forms_take_led_values(say: Conversation, asked: str, said: str, answered: str) -> None:
    """A preposition before the value belongs to the answer, one that changes it does not."""
    say.use(BANK)
    say(asked)
    assert say(said).reply.text == answered


POLITELY = (
    ("send money", "Joe, please", "How much for Joe?"),
    ("send money", "to Joe please", "How much for Joe?"),
    ("send money", "Joe, thanks", "How much for Joe?"),
    ("send money to Joe", "20, please", "Send 20 to Joe?"),
    ("remind me at 5 pm", "to call mum, please", "Reminder set for today at 17:00: call mum."),
    ("remind me at 5 pm", "tell mum thanks", "Reminder set for today at 17:00: tell mum thanks."),
    ("create a list", "party please", "Made a party list."),
)


@pytest.mark.parametrize(("asked", "said", "answered"), POLITELY)
def test_forms_take_no_politeness_for_a_part_of_a_value(
    say: Conversation, asked: str, said: str, answered: str
) -> None:
    """A “please” that ends an answer is none of it."""
    say.use(BANK)
    say(asked)
    assert say(said).reply.text == answered


@pytest.mark.parametrize(
    "said",
    [
        "the second one", "number two", "option 2", "the latter", "I'll take the second one",
        "I mean the second one", "the 2nd, please", "second",
    ],
)  # fmt: skip
def test_forms_take_a_choice_by_its_place(say: Conversation, said: str) -> None:
    """One of two choices is told by where it stands."""
    say.use(BANK)
    say("book a table")
    turn = say(said)
    assert turn.reply.text == "At which hour?"
    assert turn.understanding.slots[0].value == "tuesday"


@pytest.mark.parametrize("said", ["both", "the third one", "not the second one"])
def test_forms_take_no_choice_that_is_open(say: Conversation, said: str) -> None:
    """What tells no one choice is asked once more."""
    say.use(BANK)
    say("book a table")
    assert say(said).outcome in ("asked", "refused")
    assert say("monday").reply.text == "At which hour?"


def test_forms_take_no_remark_for_half_a_request(say: Conversation) -> None:
    """What is told of oneself by meaning alone begins nothing, and is no other request."""
    say.use(BANK).listen_freely()
    say("send money to Joe")
    for said in ("I was born in May", "my dentist comes for the reminder"):
        assert say(said).reply.text.endswith("How much for Joe? (Or say “cancel”.)")


CAREFUL = '''
from typing import Annotated
from assistant import Skill, Slot, Suggest
skill = Skill("careful", "Asks before it does.")

def fits(number: float) -> Suggest | None:
    return Suggest({told!r}, number=8.0) if number == 7 else None

@skill.intent("order {{number}} crates", careful=True)
def order(number: Annotated[float, Slot(check=fits)]) -> str:
    """Order some."""
    return f"Ordered {{number:g}}."
'''


@pytest.mark.parametrize(
    ("told", "answered"),
    [
        ("Seven are none. How about {number}?", "Changed the number to 8.\n\nOrdered 8."),
        ("Seven are none. How about one more?", "Change the number from 7 to 8?"),
    ],
)
def test_forms_ask_once_for_what_was_read_aloud(
    say: Conversation, tmp_path: Path, told: str, answered: str
) -> None:
    """A yes to a proposal is enough where it told the value, also where one is careful."""
    path = tmp_path / "careful.py"
    path.write_text(CAREFUL.format(told=told))
    say.use(path)
    say("order 7 crates")
    assert say("yes").reply.text == answered
