"""“Also eggs”, “and in Paris?”, “the same for tomorrow”: a request before, with another value."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

import pytest

from assistant.testing import Conversation
from tests.following import changes, follow

ADDED = {
    "lists": (
        ("add milk to my shopping list", "also eggs", r"Added eggs to your shopping"),
        ("add milk to my shopping list", "and bread", r"Added bread to your shopping"),
        (
            "add milk to my shopping list",
            "and rice and two leeks",
            r"Added rice and two leeks",
        ),
        ("add milk to my shopping list", "plus a bag of flour", r"Added a bag of flour"),
        ("put soap on my to-do list", "and also a towel", r"Added a towel to your to-do"),
        ("create a party list", "and a picnic list", r"Made a picnic list"),
        ("what's on my shopping list", "and the to-do list?", r"Your to-do list"),
        ("is milk on my shopping list", "and eggs?", r"on your shopping list: eggs"),
        (
            "remove milk from my shopping list",
            "and from the to-do list",
            r"not on|is empty|no milk",
        ),
    ),
    "timer": (
        ("set a timer for 5 minutes", "and a timer for 10 minutes", r"Timer set for 10 minutes"),
        ("set a timer for 5 minutes", "and 8", r"Timer set for 8 minutes"),
        ("set a timer for 5 minutes", "another for 20 minutes", r"Timer set for 20 minutes"),
        ("set a timer for 5 minutes", "the same for 12 minutes", r"Timer set for 12 minutes"),
        ("set a stew timer for an hour", "and one for 3 minutes", r"^Timer set for 3 minutes"),
        ("set a stew timer for an hour", "and a rice timer for 9 minutes", r"Rice timer set for 9"),
        ("set a stew timer for an hour", "the same for two hours", r"Stew timer set for 2 hours"),
    ),
    "alarm": (
        ("wake me at 7 am tomorrow", "and at 8", r"tomorrow at 08:00"),
        ("wake me at 7 am tomorrow", "also on friday", r"Friday at 07:00"),
        ("wake me at 7 am tomorrow", "again at half past nine", r"tomorrow at 09:30"),
        ("wake me at 7 am tomorrow", "and every sunday", r"every Sunday at 07:00"),
        ("wake me at 7 every weekday", "and at 9 on saturday", r"Saturday at 09:00"),
        ("wake me at 7 am tomorrow", "the same on saturday", r"Saturday at 07:00"),
    ),
    "reminder": (
        ("remind me at 8 to take pills", "the same for tomorrow", r"tomorrow at 20:00: take pills"),
        ("remind me at 8 to take pills", "and at 9", r"today at 21:00: take pills"),
        ("remind me at noon to stretch", "do the same on sunday", r"Sunday at 12:00: stretch"),
        ("remind me at noon to stretch", "and one at 4 pm", r"today at 16:00: stretch"),
        ("remind me to call mum tomorrow at 5 pm", "same time on friday", r"Friday at 17:00: call"),
    ),
    "clock": (
        ("what time is it in london", "and in paris?", r"In Paris it is 10:00"),
        ("what time is it in london", "what about tokyo", r"In Tokyo it is 18:00"),
        ("what time is it", "and in new york?", r"In New York it is 04:00"),
        ("what is the date tomorrow", "and on sunday?", r"Sunday, 8 March"),
        ("what time will it be in 2 hours", "and in 3 hours?", r"13:00"),
    ),
    "agenda": (
        ("what's on my calendar today", "what about tomorrow?", r"Nothing is set for tomorrow"),
        ("what's on my calendar today", "and on friday", r"Nothing is set for Friday"),
        ("am i free tomorrow", "how about sunday", r"Nothing is set for Sunday"),
    ),
    "units": (
        ("convert 5 miles to km", "and 10 miles", r"10 miles is 16.09 km"),
        ("convert 5 miles to km", "and 10", r"10 miles is 16.09 km"),
        ("convert 5 miles to km", "what about in metres", r"5 miles is 8,046.72 metres"),
    ),
    "countdown": (
        ("how long until christmas", "and until easter?", r"32 days"),
        ("how many weeks until christmas", "what about easter", r"4 weeks"),
        ("how long until christmas", "and since easter?", r"333 days"),
    ),
    "calculator": (
        ("what is 15 % of 80", "and 20 %", r"is 16"),
        ("what is 15 % of 80", "and of 40?", r"is 6"),
    ),
    "dice": (("throw two dice", "and three", r"You rolled \d, \d, \d \("),),
}
"""By skill: what is said, how it is gone on with, and the reply."""

REPLACED = (
    ("throw 2 dice", "make it three", r"You rolled \d, \d, \d \("),
    ("set a timer for 5 minutes", "make it 10 minutes", r"Timer set for 10 minutes"),
    ("remind me at 8 to take pills", "make that tomorrow", r"tomorrow at 20:00"),
    ("wake me at 7 am", "make that friday", r"Friday at 07:00"),
    ("add milk to my shopping list", "no, eggs", r"Added eggs"),
    ("add milk to my shopping list", "no, some butter", r"Added butter|Added some butter"),
    ("add milk to my shopping list", "no, the to-do list", r"Added milk to your to-do list"),
    ("add milk to my shopping list", "not milk, jam", r"Added jam"),
    ("remind me to call mum at 6 pm", "not mum, dad", r"18:00: call dad"),
    ("remind me to call mum at 6 pm", "dad, not mum", r"18:00: call dad"),
    ("remind me to call mum at 6 pm", "no, dad instead of mum", r"18:00: call dad"),
    ("set a rice timer for 5 minutes", "not rice, noodles", r"Noodles timer set for 5 minutes"),
)
"""What is said, how it is corrected, and the reply."""

NOTHING = (
    "and then he left", "also known as bob", "what about it", "make it stop", "make it quick",
    "the same to you", "same here", "and you?", "how about that", "and so on", "and then some",
    "me too", "love you too", "that works too", "and it rains", "how about no", "how about later",
    "make it so", "and more", "and what now", "and this", "also there", "what about you",
    "and nothing else", "and everything", "same old same old", "another one bites the dust",
    "and without sugar", "and not for long", "no, thanks", "no, wait", "no, later", "no, it's fine",
    "and who is that", "and because of you", "one for all",
)  # fmt: skip
"""What goes on with no request."""


@pytest.mark.parametrize("skill", ADDED)
def test_followed_by_another_value(say: Conversation, skill: str) -> None:
    """The values that are not said anew are those of before, and nothing is taken back."""
    for said, words, reply in ADDED[skill]:
        first = say(said)
        follow(say, [(words, reply)])
        outcomes = {t.id: t.outcome for t in say.assistant.store.turns(first.session_id)}
        assert outcomes[first.id] == first.outcome, words


@pytest.mark.parametrize(("said", "words", "reply"), REPLACED)
def test_followed_by_a_correction(say: Conversation, said: str, words: str, reply: str) -> None:
    """One turn takes back what was done and does it anew, and one undo takes back that."""
    first = say(said)
    follow(say, [(words, reply)])
    outcomes = {t.id: t.outcome for t in say.assistant.store.turns(first.session_id)}
    assert outcomes[first.id] == "undone"


@pytest.mark.parametrize(
    "said",
    [
        "add milk to my shopping list",
        "set a stew timer for an hour",
        "remind me at 8 to take pills",
        "what time is it in london",
        "wake me at 7 am tomorrow",
        "throw 2 dice",
    ],
)
def test_followed_by_nothing(say: Conversation, said: str) -> None:
    """What no value accounts for whole does nothing."""
    for words in NOTHING:
        assert say(said).outcome == "answered"
        before = changes(say)
        turn = say(words)
        assert turn.outcome in ("refused", "answered"), f"{said}; {words} -> {turn.reply.text}"
        assert changes(say) == before, f"{said}; {words} -> {turn.reply.text}"
        assert turn.understanding.parser not in ("followed", "correction")
        assert say.session.open_question is None


@pytest.mark.parametrize("words", ["what about my mother?", "and your brother?", "and my office"])
def test_followed_by_no_place_of_somebody(say: Conversation, words: str) -> None:
    """Whose something is names no place on earth."""
    say("what time is it in london")
    assert "time zone" not in say(words).reply.text
    follow(say, [("and in paris?", "In Paris it is 10:00")])


@pytest.mark.parametrize(
    ("said", "words", "asked"),
    [
        ("add milk to my shopping list", "what about eggs", "add eggs to my shopping list"),
        ("add milk to my shopping list", "and eggs?", "add eggs to my shopping list"),
        ("add milk to my shopping list", "eggs too", "add eggs to my shopping list"),
        ("add milk to my shopping list", "and order pizza", "add order pizza"),
        ("add milk to my shopping list", "also good", "add good"),
        ("add milk to my shopping list", "no eggs", "add eggs to my shopping list"),
        ("set a timer for 5 minutes", "how about 10 minutes", "10 minutes"),
        ("throw 2 6 sided dice", "make it 3", "throw 3 6 sided dice.*throw 2 3 sided dice"),
        ("throw a die", "make it two", "two dice.*two sided"),
        ("if it is 3 pm in london what time is it in paris", "and in tokyo?", "tokyo.*tokyo"),
    ],
)
def test_followed_by_what_is_asked(say: Conversation, said: str, words: str, asked: str) -> None:
    """What may be meant otherwise, or in two ways, is not done before a yes."""
    say(said)
    count = len(changes(say))
    follow(say, [(words, f"Did you mean .*{asked}")])
    assert len(changes(say)) == count


def test_followed_question_is_answered_by_a_yes_and_teaches_nothing(say: Conversation) -> None:
    """A yes does it; the words by themselves mean as little as before."""
    say("add milk to my shopping list")
    say("what about eggs")
    assert say("yes").reply.text == "Added eggs to your shopping list."
    say.reopen()
    say.clock.advance(hours=1)
    assert say("what about eggs").outcome == "refused"


def test_correction_of_one_of_two_values_takes_back_what_was_done(say: Conversation) -> None:
    """The answer which of two is meant goes on with the correction."""
    first = say("set a timer for 10 minutes and another for 20 minutes")
    say("make it 5 minutes")
    follow(say, [("the first", "5 minutes and 20 minutes"), ("my timers", "^- 5 min.*- 20 min")])
    assert "10 minute" not in say("my timers").reply.text
    outcomes = {t.id: t.outcome for t in say.assistant.store.turns(first.session_id)}
    assert outcomes[first.id] == "undone"


def test_followed_is_bounded_in_time(say: Conversation) -> None:
    """After a quarter of an hour it is no longer talked about."""
    follow(
        say,
        [
            ("wake me at 7 am", "07:00"),
            ("+15", ""),
            ("and at 8", "08:00"),
            ("+16", ""),
            ("and at 9", "can't help"),
            ("set a timer for an hour", "Timer set"),
            ("+16", ""),
            ("no, two hours", "can't help"),
        ],
    )


def test_followed_is_bounded_in_turns(say: Conversation) -> None:
    """So many requests may lie between that were understood; a question of its own is none."""
    say("add milk to my shopping list")
    for words in ("what time is it", "what day is it", "throw a die"):
        say(words)
    assert say("also eggs").understanding.parser == "followed"
    for words in ("what time is it", "what day is it", "throw a die", "heads or tails"):
        say(words)
    assert say("also bread").outcome == "refused"


def test_followed_over_a_question_of_the_assistant(say: Conversation) -> None:
    """What it asks counts for nothing, and neither does what was let go of."""
    say("add milk to my shopping list")
    for _ in range(3):
        assert say("clear my shopping list").outcome == "asked"
        assert say("no").reply.text == "It stays as it is."
    assert say("also eggs").reply.text == "Added eggs to your shopping list."


def test_followed_is_asked_after_what_was_not_understood(say: Conversation) -> None:
    """“And eggs” after a refusal may be about what was refused."""
    say("add milk to my shopping list")
    assert say("fetch me a pint of bitter").outcome == "refused"
    assert say("and eggs").reply.text == "Did you mean “add eggs to my shopping list”?"


def test_followed_never_goes_on_with_what_was_taken_back(say: Conversation) -> None:
    """An undone request is no longer talked about."""
    say("add milk to my shopping list")
    say("undo")
    assert say("also eggs").outcome == "refused"


def test_followed_survives_a_restart_and_names_what_was_done(say: Conversation) -> None:
    """The talk is what is recorded; an undo names the whole request."""
    say("add milk to my shopping list")
    say.reopen()
    say("also eggs")
    assert say("undo").reply.text == "Undone: “add eggs to my shopping list”."
    assert say("what's on my shopping list").reply.text.endswith("- milk")


def test_followed_is_named_as_a_whole_wherever_it_is_told(say: Conversation) -> None:
    """What is gone back to before is the whole request, whichever words it is looked up by."""
    say("add milk to my shopping list")
    turn, whole = say("also eggs"), "add eggs to my shopping list"
    say("add bread to my shopping list")
    assert say.assistant.to_before(turn).text == f"go back to before “{whole}”"
    for words in ("also eggs", whole):
        asked = say(f"go back to before i said {words}").reply.text
        assert asked.endswith(f"to go back to before “{whole}”?"), asked
        say("no")


def test_undo_of_a_correction_names_the_request_as_it_was_done(say: Conversation) -> None:
    """The words of the correction tell a part only."""
    say("remind me to call mum at 6 pm")
    say("no, i meant call dad")
    assert say("undo").reply.text == "Undone: “remind me to call dad at 6 pm”."
    assert say("undo").reply.text == "Undone: “remind me to call mum at 6 pm”."


KITCHEN = '''
from typing import Annotated, Literal

from assistant import Confirm, Memory, Skill

skill = Skill("kitchen")


class Dish(str):
    """One of a few."""

    examples = ("soup", "two pies")

    @classmethod
    def parse(cls, text: str) -> "Dish":
        """Take some words and no others."""
        word = text.split()[-1]
        if word not in ("soup", "pies", "stew"):
            raise ValueError(text)
        return cls(word)


Room = Literal["kitchen", "cellar", "hall"]


@skill.intent("cook {dish} for {guests}", "cook {dish}")
def cook(dish: Dish, memory: Memory, guests: int = 1) -> str:
    """Cook it."""
    memory[dish] = guests
    return f"Cooked {dish} for {guests}."


@skill.intent("light the {room}", "turn on the light in the {room}")
def light(room: Room, memory: Memory) -> str:
    """Make light."""
    memory[room] = True
    return f"The {room} is lit."


@skill.intent("order {amount} {dish} to the {room}")
def order(
    amount: int,
    dish: Dish,
    room: Room,
    memory: Memory,
    sure: Annotated[bool, Confirm("Order {amount} {dish}?", no="Nothing is ordered.")],
) -> str:
    """Order it."""
    memory["ordered"] = amount
    return f"Ordered {amount} {dish} to the {room}."


@skill.intent("swap {first} with {second}")
def swap(first: Dish, second: Dish) -> str:
    """Swap two."""
    return f"Swapped {first} with {second}."
'''

SERVED: Iterable[tuple[str, str]] = (
    ("cook soup for 4", "Cooked soup for 4"),
    ("and stew", "Cooked stew for 4"),
    ("also for 2", "Cooked stew for 2"),
    ("make it 6", "Cooked stew for 6"),
    ("make it soup", "Cooked soup for 6"),
    ("and a joke", "can't help"),
    ("cook soup for 4", "Cooked soup for 4"),
    ("and the hall", "can't help"),
    ("light the kitchen", "The kitchen is lit"),
    ("and the hall", "The hall is lit"),
    ("also in the cellar", "The cellar is lit"),
    ("and the attic", "can't help"),
    ("light the kitchen", "The kitchen is lit"),
    ("and him", "can't help"),
    ("order 3 pies to the hall", "Order 3 pies"),
    ("yes", "Ordered 3 pies to the hall"),
    ("and 2 to the kitchen", "Order 2 pies"),
    ("no", "Nothing is ordered"),
    ("swap soup with stew", "Swapped soup with stew"),
    ("make it pies", "Did you mean “swap pies with stew” or “swap soup with pies”"),
    ("the second", "Swapped soup with pies"),
)


@pytest.mark.parametrize("apart", [False, True], ids=["in process", "apart"])
def test_followed_by_types_of_a_skill_s_own(say: Conversation, tmp_path: Path, apart: bool) -> None:
    """Any skill's types take part, a stranger's too; what confirms confirms anew."""
    path = tmp_path / "kitchen.py"
    path.write_text(KITCHEN, encoding="utf-8")
    (say.apart() if apart else say).use(path)
    follow(say, SERVED)


def test_what_another_change_came_after_is_asked_about(say: Conversation) -> None:
    """ "The same" after a list was cleared is not what was added before that."""
    for said in ("add milk and eggs to my list", "delete everything on my list", "yes"):
        say(said)
    assert say("the same for the to-do list").outcome != "answered"
    for said in ("set a timer for 5 minutes", "cancel the timer"):
        say(said)
    assert say("the same for 10 minutes").reply.text == "Did you mean “set a timer for 10 minutes”?"
