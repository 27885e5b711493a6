"""Several requests in one sentence: shown where it matters, done as one turn, undone as one."""

from __future__ import annotations

from pathlib import Path

import pytest

from assistant.testing import Conversation

BANK = Path(__file__).with_name("bank_skill.py")

AT_ONCE = {
    "of two skills": (
        "add milk to my list and set a timer for 5 minutes",
        ("Added milk to your shopping list.", "Timer set for 5 minutes."),
    ),
    "a question behind a request": (
        "set a timer for 5 minutes and tell me the time",
        ("Timer set for 5 minutes.", "It is 10:00."),
    ),
    "two questions": (
        "what time is it and what's on my list",
        ("It is 10:00.", "Your shopping list is empty."),
    ),
    "a thing that was named": (
        "add milk to the shopping list and remind me at six to buy it",
        ("Added milk to your shopping list.", "Reminder set for today at 18:00: buy milk."),
    ),
    "things that were named": (
        "add tea and jam to my list and remind me to buy them tomorrow",
        (
            "Added tea and jam to your shopping list.",
            "Reminder set for tomorrow at 09:00: buy tea and jam.",
        ),
    ),
    "a time that was named": (
        "set an alarm for 19:30 and remind me to take pills at the same time",
        ("Alarm set for today at 19:30.", "Reminder set for today at 19:30: take pills."),
    ),
    "a text behind a request": (
        "put eggs on the shopping list and note that the milk is off",
        ("Added eggs to your shopping list.", "Noted: the milk is off."),
    ),
    "a question of two places": (
        "what time is it in Rome and in Tokyo",
        (
            "In Rome it is 10:00 on Wednesday, 4 March.",
            "In Tokyo it is 18:00 on Wednesday, 4 March.",
        ),
    ),
    "a list that was made just now": (
        "create a list called camping and add a tent to it",
        ("Made a camping list.", "Added a tent to your camping list."),
    ),
}

SHOWN = {
    "more than two": (
        "add eggs to my list, set an alarm for 19:00 and flip a coin",
        (
            "That is 3 things:\n\n1. add eggs to my list\n2. wake me at 19:00\n3. flip a coin\n\n"
            "Shall I do them all?"
        ),
    ),
    "a careful one": (
        "cancel the timer and set an alarm for 19:00",
        "That is 2 things:\n\n1. cancel the timer\n2. wake me at 19:00\n\nShall I do both?",
    ),
    "what may be one text": (
        "note that the plumber comes and set a timer for 5 minutes",
        (
            "That can be 2 things:\n\n1. note the plumber comes\n2. set a timer for 5 minutes\n\n"
            "Shall I do both?"
        ),
    ),
    "a text that is pointed at": (
        "note that the plumber comes at 5 and remind me about it tomorrow",
        (
            "That can be 2 things:\n\n1. note the plumber comes at 5\n"
            "2. remind me to the plumber comes at 5 tomorrow\n\nShall I do both?"
        ),
    ),
    "one that begins in other words": (
        "clear my list and set an alarm for 19:00",
        (
            "That is 2 things:\n\n1. remove everything from my list\n2. wake me at 19:00\n\n"
            "Shall I do both?"
        ),
    ),
}

FREELY = ("a text that is pointed at", "one that begins in other words")
"""Plans of which a request is understood by its meaning alone."""

ONE = (
    "remind me to wash up and dry the plates tomorrow at 5",
    "add salt and pepper to my list",
    "note that salt and pepper are out",
    "remind me to call mum and set the table at 6",
    "remind me to call mum and to wake dad tomorrow at 5",
    "note that mum called and that dad rang",
    "remember that I was born in Rome and in Oslo I studied",
)


@pytest.mark.parametrize("name", AT_ONCE)
def test_two_requests_are_carried_out(say: Conversation, name: str) -> None:
    said, replies = AT_ONCE[name]
    turn = say(said)
    assert turn.reply.text == "\n\n".join(replies)
    assert len(turn.understanding.more) == 1


@pytest.mark.parametrize("name", SHOWN)
def test_a_plan_is_shown_first(say: Conversation, name: str) -> None:
    """Nothing is done before a yes."""
    said, shown = SHOWN[name]
    if name in FREELY:
        say.listen_freely()
    turn = say(said)
    assert (turn.reply.text, turn.outcome) == (shown, "asked")
    left = say("undo").reply.text
    assert left.startswith("There is nothing to undo.\n\n(I've let go of my question “Shall I")


@pytest.mark.parametrize("said", ONE)
def test_one_request_stays_one(say: Conversation, said: str) -> None:
    assert not say(said).understanding.more


def test_a_plan_is_one_turn(say: Conversation) -> None:
    """What was agreed to is done together, and taken back together."""
    say(SHOWN["more than two"][0])
    done = say("yes").reply.text.split("\n\n")
    assert done[:2] == ["Added eggs to your shopping list.", "Alarm set for today at 19:00."]
    assert len(done) == 3
    assert say("undo").reply.text == f"Undone: “{SHOWN['more than two'][0]}”."
    assert "empty" in say("what is on my list").reply.text
    assert not say.assistant.store.pending()


@pytest.mark.parametrize(
    ("answer", "replies"),
    [
        ("not the coin", ["Added eggs to your shopping list.", "Alarm set for today at 19:00."]),
        ("only the first", ["Added eggs to your shopping list."]),
        ("just the alarm", ["Alarm set for today at 19:00."]),
        ("the first two", ["Added eggs to your shopping list.", "Alarm set for today at 19:00."]),
        ("no", ["OK, I do nothing. Say it in other words."]),
        ("never mind", ["OK, never mind."]),
    ],
)
def test_a_part_of_a_plan_is_chosen(say: Conversation, answer: str, replies: list[str]) -> None:
    say(SHOWN["more than two"][0])
    assert say(answer).reply.text.split("\n\n") == replies


def test_after_a_no_the_one_text_is_offered(say: Conversation) -> None:
    say(SHOWN["what may be one text"][0])
    assert say("no").reply.text == (
        "Did you mean “note the plumber comes and set a timer for 5 minutes, as one”?"
    )
    assert say("yes").reply.text == "Noted: the plumber comes and set a timer for 5 minutes."


def test_a_plan_waits_over_a_restart(say: Conversation) -> None:
    say(SHOWN["a careful one"][0])
    say.reopen()
    assert say("yes").reply.text == ("No timer is set.\n\nAlarm set for today at 19:00.")


@pytest.mark.parametrize(
    ("said", "replies"),
    [
        ("set a timer and add salt to my list", ("Timer set for", "Added salt")),
        ("add salt to my list and set a timer", ("Added salt", "Timer set for")),
    ],
)
def test_what_a_step_lacks_is_asked_before_any_is_done(
    say: Conversation, said: str, replies: tuple[str, str]
) -> None:
    """The order stays as it was said; another question between is answered."""
    assert say(said).reply.text == "For how long?"
    assert "empty" in say("what is on my list").reply.text
    say.reopen()
    done = say("7 minutes").reply.text.split("\n\n")
    assert [each.startswith(reply) for each, reply in zip(done, replies, strict=True)] == [True] * 2
    assert say("undo").reply.text.startswith("Undone")
    assert "empty" in say("what is on my list").reply.text
    assert not say.assistant.store.pending()


def test_a_plan_that_is_left_tells_what_is_not_done(say: Conversation) -> None:
    say("set a timer and add salt to my list")
    assert say("never mind").reply.text == "OK, never mind.\n\n(Not done: “add salt to my list”.)"


def test_the_list_of_a_request_is_that_of_the_one_before(say: Conversation) -> None:
    say.listen_freely()
    say("create a list called party")
    turn = say("add bread to the party list and add eggs")
    assert turn.reply.text.endswith("Added eggs to your party list.")
    assert say("clear my party list and add milk").reply.text.startswith("That is 2 things")
    assert say("yes").reply.text.startswith("Take all 2")


def test_the_plans_of_strangers(say: Conversation) -> None:
    """A form with checks and a confirmation of a stranger's goes before what is done with it."""
    say.use(BANK).apart()
    assert say("transfer 20 to Ann and set a timer for 5 minutes").reply.text.startswith(
        "That can be 2 things:"
    )
    assert say("yes").reply.text == "Send 20 to Ann?"
    done = say("yes").reply.text.split("\n\n")
    assert done == ["Sent 20 to Ann.", "Timer set for 5 minutes."]
    assert say("what is left in the bank").reply.text == "80 are left."
    say("transfer 20 to Ann and set a timer for 5 minutes")
    say("yes")
    assert "(Not done: “set a timer for 5 minutes”.)" in say("no").reply.text
