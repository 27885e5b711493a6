"""“No, twenty” changes what was just done, in one turn that can be taken back."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from pathlib import Path

import pytest

from assistant.language.words import correcting
from assistant.testing import Conversation
from assistant.turn.hearing import Hearing, Hypothesis


def lengths(say: Conversation) -> list[timedelta]:
    """Return how long the timers that run still take."""
    now = say.assistant.clock.now()
    return [alarm.due - now for alarm in say.assistant.store.pending()]


def minutes(*numbers: float) -> list[timedelta]:
    """Return timedeltas."""
    return [timedelta(minutes=number) for number in numbers]


@pytest.mark.parametrize(
    "words",
    [
        "no, twenty",
        "no twenty",
        "no, twenty minutes",
        "sorry, I meant twenty",
        "make that twenty minutes",
        "no no make it 20",
        "actually twenty",
        "twenty minutes instead",
    ],
)
def test_correction_takes_the_place_of_the_turn_before(say: Conversation, words: str) -> None:
    """The timer of before is gone, the new one runs, and the turn says what it stands for."""
    first = say("set a timer for ten minutes")
    turn = say(words)

    assert turn.reply.text == "Timer set for 20 minutes."
    assert turn.understanding.parser == "correction"
    assert turn.understanding.notes == ("not “set a timer for ten minutes”",)
    assert lengths(say) == minutes(20)
    outcomes = {t.id: t.outcome for t in say.assistant.store.turns(first.session_id)}
    assert outcomes == {first.id: "undone", turn.id: "answered"}


def test_correction_keeps_the_other_values(say: Conversation) -> None:
    """What was not corrected stays as it was said."""
    say("set a pasta timer for ten minutes")

    assert say("no, twelve").reply.text == "Pasta timer set for 12 minutes."
    assert [a.label for a in say.assistant.store.pending()] == ["pasta"]


@pytest.mark.parametrize(
    "between",
    [
        ["how long is left on the pasta timer"],
        ["what time is it", "how are you"],
        ["what is on my shopping list and what time is it"],
    ],
)
def test_correction_reaches_over_what_only_asked(say: Conversation, between: list[str]) -> None:
    """A question that takes no such value changes nothing about what was done before it."""
    first = say("set a pasta timer for ten minutes")
    for text in between:
        say(text)
    turn = say("no, make it twelve")

    assert turn.understanding.notes == ("not “set a pasta timer for ten minutes”",)
    assert lengths(say) == minutes(12)
    say("undo")
    assert lengths(say) == minutes(10)
    say("undo")
    assert lengths(say) == []
    outcomes = {t.id: t.outcome for t in say.assistant.store.turns(first.session_id)}
    assert outcomes[first.id] == "undone"


def test_correction_is_of_the_question_where_that_takes_the_value(say: Conversation) -> None:
    """What was asked last is what is corrected."""
    say("set a timer for ten minutes")
    say("what is 5 plus 7")

    assert say("no, 8").reply.text == "13."
    assert lengths(say) == minutes(10)


@pytest.mark.parametrize("between", ["undo", "start the stopwatch", "wobble the frob"])
def test_correction_stops_at_what_did_more_than_ask(say: Conversation, between: str) -> None:
    """Behind another change, an undo or what was not understood, what is corrected is open."""
    say("set a timer for ten minutes")
    say(between)
    before = lengths(say)

    assert say("no, make it twelve").outcome == "refused"
    assert lengths(say) == before


def test_correction_of_a_correction_and_undo_go_back_step_by_step(say: Conversation) -> None:
    """Each undo gives back what the correction had replaced, until nothing is left."""
    say("set a timer for ten minutes")
    say("no, twenty")
    say("no, thirty")
    assert lengths(say) == minutes(30)

    assert say("undo").reply.text == "Undone: “set a timer for thirty minutes”."
    assert lengths(say) == minutes(20)
    say("undo")
    assert lengths(say) == minutes(10)
    assert say("undo").reply.text == "Undone: “set a timer for ten minutes”."
    assert lengths(say) == []
    assert say("undo").reply.text == "There is nothing to undo."


def test_correction_leaves_other_timers_alone(say: Conversation) -> None:
    """Only the turn before is taken back."""
    say("set a timer for five minutes")
    say("set a timer for ten minutes")
    say("no, twenty")

    assert lengths(say) == minutes(5, 20)


def test_correction_of_a_list_sees_the_list_as_it_was(say: Conversation) -> None:
    """A skill that corrects reads its memory without what it takes back."""
    say("add bread to my shopping list")
    say("add milk to my shopping list")
    turn = say("no, I meant eggs")

    assert turn.understanding.parser == "correction"
    shown = say("what's on my shopping list").reply.text
    assert "eggs" in shown
    assert "bread" in shown
    assert "milk" not in shown


def test_correction_of_a_time_keeps_its_half_of_the_day(say: Conversation) -> None:
    """A mere number takes the place of the number there was."""
    say("wake me at 6 pm")
    say("no, seven")

    assert [f"{a.due:%H:%M}" for a in say.assistant.store.pending()] == ["19:00"]


@pytest.mark.parametrize(
    ("when", "words", "due"),
    [
        ("tomorrow morning", "no, in the evening", "5 19:00"),
        ("tomorrow in the evening", "no, at eight", "5 20:00"),
        ("tomorrow at five", "no, half past seven", "5 07:30"),
        ("tomorrow at five", "sorry, on friday", "6 17:00"),
        ("friday evening", "make that saturday", "7 19:00"),
        ("at noon", "no, tomorrow", "5 12:00"),
        ("in ten minutes", "no, tomorrow at six", "5 18:00"),
    ],
)
def test_correction_of_a_moment_keeps_its_other_half(
    say: Conversation, when: str, words: str, due: str
) -> None:
    """A new day keeps the hour, a new hour the day; a whole moment replaces all."""
    say(f"remind me {when} to call mum")
    say(words)

    assert [f"{a.due:%-d %H:%M}" for a in say.assistant.store.pending()] == [due]


def test_correction_of_a_question_answers_it_again(say: Conversation) -> None:
    """Where nothing was changed nothing is taken back, and the answer is a new one."""
    say("what's 15 % of 80")
    turn = say("no, 20 %")

    assert turn.understanding.parser == "correction"
    assert "16" in turn.reply.text


@pytest.mark.parametrize("words", ["no, twenty", "make that twenty"])
def test_correction_needs_something_to_correct(say: Conversation, words: str) -> None:
    """With nothing before, or a refusal, or no value in it, the words are no correction."""
    assert say(words).understanding.parser != "correction"
    say("what time is it")
    assert say(words).understanding.parser != "correction"


def test_correction_is_no_answer_nor_a_clear_request(say: Conversation) -> None:
    """An open question and an exact example go before."""
    say("set a timer")
    assert say("no, twenty minutes").understanding.parser == "answer"
    say("add milk to my shopping list")
    assert say("no more timers").understanding.parser == "template"


def test_correction_that_fails_leaves_what_was(say: Conversation) -> None:
    """A skill that says no takes nothing back."""
    say("set a timer for ten minutes")
    turn = say("no, zero")

    assert turn.outcome == "failed"
    assert lengths(say) == minutes(10)


def test_correction_says_what_has_changed_since(say: Conversation) -> None:
    """What rang since can't be changed any more."""
    say("set a timer for ten minutes")
    say.clock.advance(minutes=11)
    say.ring()
    turn = say("no, twenty")

    assert turn.outcome == "failed"
    assert turn.reply.text.startswith("I can't change “set a timer for ten minutes”")


def test_correction_survives_a_restart(say: Conversation, tmp_path: Path) -> None:
    """The values of the turn before are read from the database again."""
    say("remind me to call mum tomorrow at five")
    say.reopen()
    turn = say("no, six")

    assert turn.understanding.parser == "correction"
    assert [f"{a.due:%H:%M}" for a in say.assistant.store.pending()] in (["06:00"], ["18:00"])


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("no, twenty", ("twenty", False)),
        ("No. Twenty!", ("Twenty", False)),
        ("i meant eggs", ("eggs", True)),
        ("twenty instead", ("twenty", False)),
        ("twenty", ("", False)),
        ("no", ("", False)),
        ("nothing", ("", False)),
        ("note that it rains", ("", False)),
    ],
)
def test_correction_words(text: str, words: tuple[str, bool]) -> None:
    """Only words after a "no" or with an "I meant" are a correction."""
    assert correcting(text) == words


def test_correction_is_seen_from_another_thread(say: Conversation) -> None:
    """The listener asks in its own thread whether the words are complete."""
    say("set a timer for ten minutes")
    sayable = say.assistant.sayable(say.session.id)
    with ThreadPoolExecutor(1) as other:
        assert other.submit(sayable.complete, "no twenty").result()
        assert not other.submit(sayable.complete, "no").result()


@pytest.mark.parametrize("heard", ["no twenty", "no make it twenty", "know twenty minutes"])
def test_correction_is_what_was_heard(say: Conversation, heard: str) -> None:
    """After a turn with a value "no twenty" can be said, and no note of twenty was meant."""
    hearing = Hearing(
        (Hypothesis(heard, 200.0, "open", 0.8), Hypothesis("note twenty", 199.0, "closed", 0.8)),
        say.clock(),
    )
    assert "no twenty minutes" not in say.assistant.sayable(say.session.id).sentences
    say("set a timer for ten minutes")
    sentences = say.assistant.sayable(say.session.id).sentences
    utterance = say.assistant.heard(hearing, say.session.id)

    assert any(sentence.startswith("no ") for sentence in sentences)
    assert utterance.text.startswith("no ")
    assert say(utterance.text).reply.text == "Timer set for 20 minutes."


def test_correction_does_not_swallow_the_answer_to_a_question(say: Conversation) -> None:
    """While a question is open its answers are what can be said."""
    say("set a timer for ten minutes")
    say("add milk and bread to my shopping list")
    say("clear my shopping list")
    hearing = Hearing((Hypothesis("yes", 90.0, "open", 0.9),), say.clock())

    assert say.assistant.heard(hearing, say.session.id).text == "yes"


def test_correction_of_a_sum_goes_on_from_what_came_before_it(say: Conversation) -> None:
    """What was corrected is no result to go on from."""
    said = ["what is 12 times 4", "divided by 2", "no, by 3", "plus 1", "no, plus 2"]

    assert [say(text).reply.text for text in said] == ["48.", "24.", "16.", "17.", "18."]


def test_correction_of_a_time_by_a_part_of_its_words(say: Conversation) -> None:
    """The number that is in it already is no correction of it: the hour alone is meant."""
    say("remind me at half 6 to feed the cat")

    assert "at 18:00: feed the cat" in say("sorry, i meant 6 pm").reply.text
    say("remind me at half 3 to feed the dog")
    assert "at 15:00: feed the dog" in say("i meant 3").reply.text


def test_correction_of_how_many_keeps_what_they_are(say: Conversation) -> None:
    """A bare number takes the place of a number; without one, and for a day, nothing changes."""
    say("add 6 lemons to my shopping list")
    assert say("make it 8").reply.text == "Added 8 lemons to your shopping list."
    assert say("no, 9").reply.text == "Added 9 lemons to your shopping list."
    say("add plums to my shopping list")
    for words in ("make it 8", "i meant monday", "i meant at 5"):
        assert say(words).understanding.parser != "correction", words
        say("add plums to my shopping list")
    assert say("what is on my shopping list").reply.text.endswith("- 9 lemons\n- plums")


VESSELS = '''
from assistant import Skill

skill = Skill("vessels")


class Vessel(str):
    """One of three."""

    examples = ("a cup", "two bowls")

    @classmethod
    def parse(cls, text: str) -> "Vessel":
        """Take some words and no others."""
        word = text.split()[-1]
        if word not in ("cup", "mug", "bowls"):
            raise ValueError(text)
        return cls(word)


class Anything(Vessel):
    """Whatever is said."""

    parse = classmethod(lambda cls, text: cls(text))


@skill.intent("fetch {vessel}", "bring me {vessel} please")
def fetch(vessel: Vessel) -> str:
    """Fetch it."""
    return f"Fetched {vessel}."


@skill.intent("paint {what}")
def paint(what: Anything) -> str:
    """Paint it."""
    return f"Painted {what}."
'''


@pytest.mark.parametrize("apart", [False, True], ids=["in process", "apart"])
def test_correction_of_a_type_of_the_skill_s_own(
    say: Conversation, tmp_path: Path, apart: bool
) -> None:
    """What it takes is a value of it, where it takes some words and no others."""
    path = tmp_path / "vessels.py"
    path.write_text(VESSELS, encoding="utf-8")
    (say.apart() if apart else say).use(path)
    for words in ("no, a mug", "make it a mug", "I mean a mug", "no a mug"):
        assert say("fetch a cup").reply.text == "Fetched cup."
        assert say(words).reply.text == "Fetched mug."
    assert say("bring me a cup, no, two bowls please").reply.text == "Fetched bowls."
    say("fetch a cup")
    assert say("no, thanks").understanding.intent != "vessels.fetch"
    say("paint a cup")
    assert say("no, thanks").understanding.intent != "vessels.paint"
    assert say("I mean a mug").reply.text != "Painted thanks."


@pytest.mark.parametrize("said", ["make it a coffee timer", "make that a coffee timer"])
def test_correction_of_a_label_by_its_noun(say: Conversation, said: str) -> None:
    """What is made of “it” is no label of its own: “it a coffee”."""
    say("set a tea timer for 5 minutes")
    assert say(said).reply.text == "Coffee timer set for 5 minutes."
    assert say("my timers").reply.text == "- Coffee timer: 5 minutes left"
    assert say("set me a soup timer for 7 minutes").reply.text == "Soup timer set for 7 minutes."
