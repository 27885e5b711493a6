"""Teaching on the spot: in talks with real homes, real files, and real weights."""

from __future__ import annotations

from pathlib import Path
from textwrap import dedent

import pytest
from click.testing import CliRunner

from assistant import paths
from assistant.cli import commands
from assistant.doors import news
from assistant.errors import AssistantError
from assistant.teaching.examples import Examples, Line, example_of
from assistant.testing import Conversation
from tests.taught import lines

BREW = "let the tea brew for ten minutes"
WRONG = "that was wrong, I meant set a timer for ten minutes"
LINE = "timer.start: let the tea brew for {length}"


def test_teaching_in_one_breath(say: Conversation) -> None:
    """Other words are done, and the sentence is an example with its value as a hole, for good."""
    assert say(BREW).outcome == "refused"
    assert say(WRONG).reply.text.startswith("Timer set for 10 minutes.")
    assert lines() == [LINE]
    assert paths.user_examples().stat().st_mode & 0o777 == 0o600
    again = say.reopen()("let the tea brew for 3 minutes")
    assert again.reply.text == "Timer set for 3 minutes."
    assert again.understanding.parser == "taught"


def test_teaching_offers_no_text_that_nobody_named(say: Conversation) -> None:
    """What may be a name is none in what is offered, done and learnt."""
    say(BREW)
    assert "1. Start a timer: “set a timer for ten minutes”" in say("that was wrong").reply.text
    assert say("1").reply.text.startswith("Timer set for 10 minutes.")
    assert lines() == [LINE]


def test_teaching_takes_the_wrong_turn_back_and_is_undone_as_one(say: Conversation) -> None:
    """What was done wrong goes with what it was meant as; undo and redo move the line with it."""
    say(f"add {BREW} to my shopping list")
    turn = say(WRONG)
    assert turn.reply.text.startswith(f"Undone: “add {BREW} to my shopping list”.")
    assert turn.understanding.intent == "timer.start"
    assert say("what is on my shopping list").reply.text == "Your shopping list is empty."
    taught = "timer.start: add let the tea brew for {length} to my shopping list"
    assert lines() == [taught]
    say("undo")
    assert lines() == []
    assert BREW in say("what is on my shopping list").reply.text
    say.reopen()("redo")
    assert lines() == [taught]


def test_teaching_by_a_number(say: Conversation) -> None:
    """The nearest other meanings are told in plain words, each with a number."""
    say(BREW)
    asked = say("that was wrong")
    assert asked.outcome == "asked"
    offers = [each for each in asked.reply.text.splitlines() if each[:1].isdigit()]
    number, does = next(each.split(". ") for each in offers if "Start a timer" in each)
    assert does == "Start a timer: “set a timer for ten minutes”"
    assert say(number).reply.text.startswith("Timer set for 10 minutes.")
    assert lines() == [LINE]


def test_teaching_guesses_no_name(say: Conversation) -> None:
    """What a hole of any words would take in that nobody told is left a word of the sentence."""
    say.listen_freely()
    say(BREW)
    asked = say("that was wrong").reply.text.splitlines()
    say(next(line[0] for line in asked if "Start a timer" in line))
    assert lines() == [LINE]
    assert say("let the dog out for ten minutes").understanding.intent != "timer.start"


def test_teaching_asks_whether_another_request_is_what_was_meant(say: Conversation) -> None:
    """For it may just be another request: a no teaches nothing, and does nothing."""
    say(BREW)
    say("that is not what i meant")
    asked = say("what time is it")
    assert asked.reply.text == f"By “{BREW}” you meant “what time is it”?"
    assert say("no").outcome == "asked"
    say("cancel")
    assert lines() == []
    assert say(BREW).outcome == "refused"


def test_teaching_what_would_be_worse_needs_a_yes(say: Conversation) -> None:
    """The sentences are named, the request is done, and nothing is learnt without insisting."""
    say("wake me in ten minutes")
    asked = say("that was wrong, i meant remind me to get up in ten minutes")
    assert asked.outcome == "asked"
    assert "would be understood otherwise" in asked.reply.text
    assert "Teach it anyway?" in asked.reply.text
    assert [alarm.skill for alarm in say.assistant.store.pending()] == ["reminder"]
    say("no")
    assert lines() == []
    assert say("wake me in ten minutes").understanding.intent == "alarm.set_alarm"
    say("that was wrong, i meant remind me to get up in ten minutes")
    say("teach it anyway")
    assert len(lines()) == 1
    assert say("wake me in ten minutes").understanding.intent == "reminder.add"
    say("cancel")
    say("undo")
    assert lines() == []
    assert say("wake me in ten minutes").understanding.intent == "alarm.set_alarm"


def test_teaching_runs_the_rows_beside_a_skill(say: Conversation, tmp_path: Path) -> None:
    """A row that was right and would not be any more is named, and stops it."""
    lamp = tmp_path / "lamp.py"
    lamp.write_text(
        dedent('''
        from assistant import Skill

        skill = Skill("lamp", "A lamp.")


        @skill.intent("light lamp {number}")
        def light(number: int) -> str:
            """Light a lamp."""
            return f"{number} is lit."


        @skill.intent("let number {number} glow")
        def glow(number: int) -> str:
            """Let a lamp glow."""
            return f"{number} glows."
        ''')
    )
    rows = "sentence\tintent\nlight lamp 2\tlamp.light\nlight lamp 3\tlamp.glow\n"
    lamp.with_suffix(".tsv").write_text(rows)
    say.use(lamp)
    say("light lamp 5")
    asked = say("that was wrong, i meant let number 5 glow")
    assert "“light lamp 2” (lamp.tsv:2)" in asked.reply.text
    assert "light lamp 3” (lamp.tsv" not in asked.reply.text
    say("no")
    assert lines() == []


@pytest.mark.slow
def test_teaching_with_weights_spoils_nothing(say: Conversation) -> None:
    """The head is fitted anew with the sentence, and what it would get wrong by it is named."""
    say.listen_freely()
    say("could you let the tea brew for ten minutes")
    assert say(WRONG).reply.text.startswith("Timer set for 10 minutes.")
    assert lines() == [LINE]
    learnt = say("please let the tea brew for 3 minutes")
    assert learnt.understanding.intent == "timer.start"
    say("give me a shout in a quarter of an hour")
    asked = say("that was wrong, i meant remind me to shout in a quarter of an hour")
    assert "Teach it anyway?" in asked.reply.text
    assert "“give me a shout after half an hour”: not “Start a timer” any more" in asked.reply.text
    say("no")
    assert len(lines()) == 1


@pytest.mark.parametrize("said", ["cancel", "never mind"])
def test_teaching_is_left(say: Conversation, said: str) -> None:
    """Nothing is learnt, and a sentence that was right stays so."""
    say("what time is it")
    say("that's wrong")
    say(said)
    assert lines() == []
    assert say("what time is it").understanding.intent == "clock.now"


def test_teaching_before_anything_was_said(say: Conversation) -> None:
    """It is told that there is nothing."""
    assert say("that was wrong").outcome == "refused"


def test_teaching_is_told_and_unlearnt_by_its_sentence(say: Conversation) -> None:
    """Like what was taught by “when I say”."""
    say(BREW)
    say(WRONG)
    assert f"- “{BREW}”: start a timer" in say("what have i taught you").reply.text
    say(f"forget what {BREW} means")
    assert lines() == []
    assert say(BREW).outcome == "refused"


def test_examples_are_edited_by_hand(say: Conversation) -> None:
    """What is written there counts at once; what is of no intent is told once, and kept."""
    path = paths.user_examples()
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("# mine\n\ntimer.start: brew for {length}\ngone.away: do it\nclock.now: {no}\n")
    assert say("brew for 4 minutes").reply.text == "Timer set for 4 minutes."
    told = [each.text for each in news.at_opening(say.assistant)]
    assert any("there is no intent “gone.away” now" in line for line in told)
    assert any("examples.txt:5" in line and "until you mend the line" in line for line in told)
    assert not news.at_opening(say.assistant)
    say(BREW)
    say(WRONG)
    assert path.read_text().startswith("# mine\n\ntimer.start: brew")
    assert "gone.away: do it" in lines()
    path.write_text("timer.start: steep for {length}\n")
    assert "Your own examples were read again." in say.assistant.refresh()
    assert say("steep for 4 minutes").reply.text == "Timer set for 4 minutes."
    assert say("brew for 4 minutes").outcome == "refused"


def test_examples_of_several_who_write(tmp_path: Path) -> None:
    """Nothing that another one wrote is lost, and the same line is there once."""
    path = tmp_path / "home" / "examples.txt"
    one, other = Examples(path), Examples(path)
    one.add(Line("a.b", "one"))
    other.add(Line("a.b", "two"))
    one.add(Line("a.b", "Two"))
    other.remove(Line("a.b", "one"))
    assert [str(line) for line in one.read()] == ["a.b: two"]


def test_examples_that_can_not_be_written(tmp_path: Path) -> None:
    """A sentence says where and what to do."""
    blocked = tmp_path / "examples.txt"
    blocked.mkdir()
    with pytest.raises(AssistantError, match=r"examples.txt can't be"):
        Examples(blocked).add(Line("a.b", "one"))


@pytest.mark.parametrize(
    ("sentence", "values", "made"),
    [
        ("brew for ten minutes.", [("length", 9, 20)], "brew for {length}"),
        ("ten minutes", [("length", 0, 11)], "ten minutes"),
        ("could you brew for ten minutes please", [("length", 19, 30)], "brew for {length}"),
        ("what (now) {x}?", [], "what now x"),
        ("tea and tea", [("a", 0, 3), ("a", 8, 11)], "{a} and tea"),
    ],
)
def test_examples_from_sentences(
    sentence: str, values: list[tuple[str, int, int]], made: str
) -> None:
    """Values are holes, signs of examples are none, and words of its own are left."""
    assert " ".join(example_of(sentence, values).split()) == made


def test_forgetting_a_word_takes_its_examples_and_recorded_conversations(
    say: Conversation,
) -> None:
    """No byte of it is left in any file, and others' lines and conversations stay."""
    say("let the zanzibar tea brew for ten minutes")
    say(WRONG)
    say(BREW)
    say(WRONG)
    say("record this conversation")
    say.session  # noqa: B018 - a talk of its own follows
    say.close()
    told = CliRunner().invoke(commands, ["history", "forget", "--yes", "--about", "zanzibar"])
    assert told.exit_code == 0, told.output
    assert "1 recorded conversation" in told.output
    assert lines() == [LINE]
    home = [each for each in paths.home().rglob("*") if each.is_file()]
    assert not [each for each in home if b"zanzibar" in each.read_bytes().lower()]
