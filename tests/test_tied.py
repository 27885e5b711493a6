"""Values that are tied to each other, and requests that share their words."""

from __future__ import annotations

import pytest

from assistant.language.things import Things
from assistant.testing import Conversation


def reminders(say: Conversation) -> list[str]:
    """Return what is to be reminded of, and when."""
    text = say("show my reminders").reply.text
    return [] if text == "No reminder is set." else text.splitlines()


@pytest.mark.parametrize(
    ("sentence", "words", "offered"),
    [
        ("remind me to feed the cat at 6 not 7", "“not 7”", "feed the cat at 6"),
        ("remind me to feed the cat at 6 pm instead of 5", "“instead of 5”", "at 6 pm"),
        ("remind me to feed the cat on friday rather than sunday", "sunday”", "on friday"),
        ("set a rice timer for 5 but not 6 minutes", "“but not 6”", "for 5 minutes"),
        ("remind me to feed the cat at 6 unless it is fed", "“unless it is fed”", "cat at 6"),
        ("remind me to feed the cat tomorrow if dad is away", "“if dad is away”", "cat tomorrow"),
        ("remind me at 5 to feed the cat unless it is fed", "“unless it is fed”", "cat at 5"),
    ],
)
def test_tied_value_ruled_out_or_on_a_condition_is_told_and_asked(
    say: Conversation, sentence: str, words: str, offered: str
) -> None:
    """Nothing is done before a yes, which does the first."""
    turn = say(sentence)
    question, _, offer = turn.reply.text.partition("Did you mean")
    assert turn.outcome == "asked"
    assert words in question
    assert offered in offer
    assert say("yes").outcome == "answered"


def test_tied_values_one_of_which_is_meant_are_both_offered(say: Conversation) -> None:
    """The one that is named is done, and nothing is learnt from it."""
    asked = say("remind me to feed the cat on friday or sunday")
    assert "feed the cat on friday” or “" in asked.reply.text.replace("cat friday", "cat on friday")
    assert "Sunday at 09:00" in say("the second one").reply.text
    assert reminders(say) == ["- feed the cat: Sunday at 09:00"]


@pytest.mark.parametrize(
    ("sentence", "times"),
    [
        ("remind me to feed the cat at 5 and 6", ["today at 17:00", "today at 18:00"]),
        ("remind me tomorrow at 9 and 10 to feed the cat", ["tomorrow at 09:00", "10:00"]),
        ("remind me to feed the cat at 5 pm, 6 pm and 7 pm", ["17:00", "18:00", "19:00"]),
        ("remind me to feed the cat tomorrow and on sunday at 9", ["tomorrow at 09", "Sunday at"]),
    ],
)
def test_tied_values_that_both_hold_are_each_done(
    say: Conversation, sentence: str, times: list[str]
) -> None:
    """What is said once holds for each; one undo takes all of it back."""
    assert say(sentence).outcome == "answered"
    there = reminders(say)
    assert len(there) == len(times)
    for line, time in zip(there, times, strict=True):
        assert line.startswith("- feed the cat: ")
        assert time in line
    say("undo")
    assert reminders(say) == []


@pytest.mark.parametrize(
    "sentence",
    [
        "remind me to feed the cat every friday except next friday at 8",
        "remind me to feed the cat on friday but not if dad is here",
        "wake me at 7 but not on sunday",
    ],
)
def test_tied_exception_is_told_and_nothing_is_done(say: Conversation, sentence: str) -> None:
    """Nothing is offered either: a yes would drop what was said."""
    turn = say(sentence)
    assert turn.outcome == "refused"
    assert "so I do nothing" in turn.reply.text
    assert "Did you mean" not in turn.reply.text
    assert reminders(say) == []


@pytest.mark.parametrize(
    ("sentence", "reply"),
    [
        ("remind me to read 20 pages at 5 pm", "today at 17:00: read 20 pages."),
        ("remind me to be at the gate by 8 at 7", "at 19:00: be at the gate by 8."),
        ("remind me to stop by at 5", "at 17:00: stop by."),
        ("remind me to call ann before 6 at 5", "at 17:00: call ann before 6."),
        ("remind me to see if it is on at 5", "at 17:00: see if it is on."),
        ("remind me to buy 2 or 3 lemons at 5", "at 17:00: buy 2 or 3 lemons."),
        ("remind me to call ann and not bob at 5", "at 17:00: call ann and not bob."),
        ("remind me to call ann and bob at 5", "at 17:00: call ann and bob."),
        ("note that dinner is at 5 not 6", "Noted: dinner is at 5 not 6."),
        ("set a timer for 1 hour and 15 minutes", "Timer set for 1 hour 15 minutes."),
        ("remind me to feed the cat every monday and friday at 5", "Monday and Friday at 17:00"),
    ],
)
def test_tied_looking_words_of_a_text_or_a_value_stay_there(
    say: Conversation, sentence: str, reply: str
) -> None:
    """A number that is tied to no value of the request is part of what is said."""
    assert reply in say(sentence).reply.text


def test_short_requests_take_what_they_share_from_the_one_before(say: Conversation) -> None:
    """“And one for …”, “and at 8 on …”, “and milk to …” lack a verb, and nothing else."""
    told = say("set a timer for rice for 12 minutes and one for eggs for 6 minutes").reply.text
    assert told == "Rice timer set for 12 minutes.\n\nEggs timer set for 6 minutes."
    told = say("wake me at 7 tomorrow and at 8 on friday").reply.text
    assert told == "Alarm set for tomorrow at 07:00.\n\nAlarm set for Friday at 08:00."
    told = say("add jam to my shopping list and a stamp to my to-do list").reply.text
    assert told == "Added jam to your shopping list.\n\nAdded a stamp to your to-do list."


def test_short_request_of_another_kind_is_done_too(say: Conversation) -> None:
    """Two kinds are done in one turn, and none is dropped."""
    turn = say("set a timer for 5 minutes and an alarm for 19:00")
    assert turn.reply.text == "Timer set for 5 minutes.\n\nAlarm set for today at 19:00."
    assert say("undo").outcome == "answered"
    assert not say.assistant.store.pending()


@pytest.mark.parametrize(
    "task",
    ["feed the cat before 6", "pay the rent until friday at 9", "mow after five past ten at night"],
)
def test_free_text_before_a_value_keeps_what_ties_it(say: Conversation, task: str) -> None:
    """“Before 6” tells no time to ring at, so that is asked."""
    turn = say(f"remind me to {task}")
    assert turn.outcome == "asked"
    assert turn.reply.text == "When?"
    assert f": {task}." in say("at 5").reply.text


@pytest.mark.parametrize("text", ["bread and remove milk from it", "jam to them", "eggs off that"])
def test_things_hold_no_request_that_points_at_a_list(text: str) -> None:
    """What is named before is no thing."""
    with pytest.raises(ValueError, match=text):
        Things.parse(text)


@pytest.mark.model
@pytest.mark.parametrize(
    "sentence", ["remove the early alarms", "delete the old alarms", "cancel the noisy alarms"]
)
def test_offers_never_take_all_where_a_word_tells_which(say: Conversation, sentence: str) -> None:
    """A yes would drop that word, and all would be gone."""
    say.listen_freely()
    say("set an alarm for 7 am")
    say("set an alarm for 8 pm")
    turn = say(sentence)
    assert "Did you mean" not in turn.reply.text
    assert turn.understanding.offered == ()
    say("yes")
    assert len(say("show my alarms").reply.text.splitlines()) == 2


@pytest.mark.model
def test_things_with_another_request_among_them_are_not_added(say: Conversation) -> None:
    """The verb of another intent of the skill is no part of a thing."""
    say.listen_freely()
    say("add milk to my shopping list")
    assert "and remove" in say("add bread and remove milk").reply.text
    say("no")
    assert say("what is on my shopping list").reply.text.endswith("- milk")
