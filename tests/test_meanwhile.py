"""Requests while a question is open, what is taken back, single words, and the lines of a list."""

from __future__ import annotations

from pathlib import Path

import pytest

from assistant.language.lists import without_mark
from assistant.testing import Conversation
from assistant.turn import Offer, SlotValue
from assistant.understanding.parsers.offered import lasting

LINES = (
    ("- undo", "undo"),
    ("* [x] undo", "undo"),
    ("[ ] undo", "undo"),
    ("12. undo", "undo"),
    ("(3) undo", "undo"),
    ("• undo", "undo"),
    ("- 2. undo", "undo"),
    ("- 5 + 3", "- 5 + 3"),
    ("1. 5", "1. 5"),
    ("2 eggs", "2 eggs"),
    ("-undo", "-undo"),
    ("2026. undo", "2026. undo"),
    ("7", "7"),
    ("", ""),
)


@pytest.mark.parametrize(("line", "said"), LINES)
def test_a_line_of_a_list_is_taken_without_its_mark(line: str, said: str) -> None:
    assert without_mark(line) == said


@pytest.mark.parametrize(
    ("asking", "answer"),
    [("remind me to call mum", "at six"), ("set a timer", "4 minutes"), ("set an alarm", "at 7")],
)
def test_a_request_is_no_answer_and_the_form_goes_on(
    say: Conversation, asking: str, answer: str
) -> None:
    question = say(asking).reply.text
    turn = say("put rice on my shopping list")
    assert turn.understanding.intent == "lists.add"
    assert turn.reply.text.endswith(f"Back to “{asking}”: {question}")
    assert say(answer).outcome == "answered"
    assert say("what is on my shopping list").reply.text.endswith("rice")


def test_several_requests_are_no_answer(say: Conversation) -> None:
    say("take a note")
    turn = say("set a timer for 4 minutes and set a timer for 8 minutes")
    assert "Timer set for 8 minutes." in turn.reply.text
    assert "Back to “take a note”" in turn.reply.text
    turn = say("set a timer for 9 minutes and put rice on my shopping list")
    assert "Added rice" in turn.reply.text
    assert "Back to “take a note”" in turn.reply.text


def test_a_taught_sentence_is_no_answer(say: Conversation) -> None:
    say("when i say nap time i mean set a timer for 20 minutes")
    say("take a note")
    assert say("nap time").understanding.intent == "timer.start"


def test_what_was_just_done_is_taken_back(say: Conversation) -> None:
    say("put rice on my shopping list")
    assert say("get rid of that").reply.text == "Undone: “put rice on my shopping list”."
    assert say("delete that").reply.text == "There is nothing to undo."
    assert "empty" in say("what is on my shopping list").reply.text


def test_what_was_done_before_is_asked_about(say: Conversation) -> None:
    say("put rice on my shopping list")
    say("what day is it")
    assert say("delete that").reply.text == "Undo “put rice on my shopping list”?"
    assert say("no").reply.text == "It stays as it is."
    say("delete that")
    assert say("yes").reply.text == "Undone: “put rice on my shopping list”."


def test_everything_is_undone_after_it_was_asked(say: Conversation) -> None:
    say("put rice on my shopping list")
    say("put tea on my shopping list")
    both = "“put tea on my shopping list” and “put rice on my shopping list”"
    assert say("undo everything").reply.text == f"Undo {both}?"
    assert say.reopen()("yes").reply.text == f"Undone: {both}."
    assert "empty" in say("what is on my shopping list").reply.text


@pytest.mark.model
def test_a_word_that_is_no_intents_own_is_refused(say: Conversation) -> None:
    say.listen_freely()
    for word in ("rice", "umbrella", "giraffes"):
        assert say(word).outcome == "refused", word
    assert say("timer").reply.text == "For how long?"


@pytest.mark.model
def test_all_is_left_over_where_an_intent_does_one_thing(say: Conversation) -> None:
    say.listen_freely()
    say("set an alarm for 6 am")
    say("set an alarm for 7 am")
    assert "“all”" in say("change all my alarms to 9").reply.text


HALF_ANSWERS = (
    ("remind me to feed the cat", "unless it rains at 6"),
    ("remind me to feed the cat", "at 6 except on sunday"),
    ("remind me to feed the cat", "saturday or sunday"),
    ("set a timer", "4 or 8 minutes"),
    ("set a timer", "4 minutes not 8"),
    ("set an alarm", "6 and 9"),
)


@pytest.mark.parametrize(("asking", "answer"), HALF_ANSWERS)
def test_half_an_answer_is_asked_for_again(say: Conversation, asking: str, answer: str) -> None:
    question = say(asking).reply.text
    turn = say(answer)
    assert turn.outcome == "asked"
    assert question in turn.reply.text


def test_numbers_are_no_request_while_a_value_is_asked_for(say: Conversation) -> None:
    say("set an alarm")
    assert say("what is 6 plus 9").understanding.intent == "calculator.calculate"


def test_a_value_is_taken_off_a_free_answer_only_where_the_rest_ends(say: Conversation) -> None:
    say("remind me")
    assert say("pay the rent until friday at 9").reply.text == "When?"
    say("at 6 pm")
    say("remind me")
    assert "today at 19:00: turn the heating on" in say("turn the heating on at 7").reply.text


NUTS = '''
from typing import ClassVar

from assistant import Skill

skill = Skill("nuts", "Nuts.")


class Nut:
    """A nut; what it is written as is none."""

    examples: ClassVar = ("hazelnut", "walnut")

    @classmethod
    def parse(cls, text):
        if not text.endswith("nut"):
            raise ValueError(text)
        return cls()

    def __str__(self):
        return "gone"


@skill.intent("crack {nut}", "crack {nut} {times} times")
def crack(nut: Nut, times: int) -> str:
    """Crack one."""
    return "Crack."
'''


def test_a_question_whose_values_cannot_be_read_is_dropped(
    say: Conversation, tmp_path: Path
) -> None:
    file = tmp_path / "nuts.py"
    file.write_text(NUTS)
    say.use(file)
    assert say("crack walnut").outcome == "asked"
    assert say("what day is it").reply.text == "Today is Wednesday, 4 March 2026."
    assert say.session.open_question is None


def test_nothing_is_offered_whose_values_cannot_be_read(say: Conversation, tmp_path: Path) -> None:
    file = tmp_path / "nuts.py"
    file.write_text(NUTS)
    skills = say.use(file).assistant.skills
    times = SlotValue("times", 3, "3")
    assert lasting((Offer("nuts.crack", (times,), "crack … 3 times"),), skills)
    nut = SlotValue("nut", "gone", "walnut")
    assert lasting((Offer("nuts.crack", (nut, times), "crack walnut 3 times"),), skills) == ()


@pytest.mark.parametrize("said", ["no, it's Carla", "no, it's a Fiat", "no, it's at 6"])
def test_a_doubt_about_nothing_leaves_no_question_that_breaks(say: Conversation, said: str) -> None:
    say.listen_freely()
    say(said)
    assert say("what time is it").reply.text == "It is 10:00."
    assert say.reopen()("what time is it").reply.text == "It is 10:00."
