"""A conversation that is written down passes as a test of itself."""

from __future__ import annotations

import math
import threading
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest
import yaml
from click.testing import CliRunner

from assistant import paths
from assistant.cli import commands
from assistant.conversation import assistant as responding
from assistant.errors import AssistantError, RaceError
from assistant.store.transaction import Transaction
from assistant.teaching import recording
from assistant.testing import Conversation
from assistant.turn import Choice, Turn, Understanding, Utterance
from tests.overtaking import Two, opened

TALK = (
    "add milk and eggs to my shopping list",
    "set a timer",
    "ten minutes",
    "no, twenty",
    "what is on my shopping list",
    "undo",
    "yes",
)


def recorded() -> list[Path]:
    """Return the files that were written."""
    return sorted(paths.user_conversations().glob("*.yaml"), key=lambda path: len(path.name))


def steps(path: Path) -> list[dict[str, object]]:
    """Return what was said, with what is expected of it."""
    (talk,) = yaml.safe_load(path.read_text(encoding="utf-8"))
    return [step for step in talk["steps"] if "user" in step]


def record(say: Conversation) -> Turn:
    """Say the sentence that records."""
    turn = say("record this conversation as a test")
    assert turn.outcome == "answered", turn.reply.text
    return turn


def test_recording_passes_as_a_test(say: Conversation) -> None:
    """With weights, over a clock that moves; replies, intents and values are all expected."""
    say.listen_freely()
    for text in (*TALK[:3], "could you give me a shout in a quarter of an hour"):
        say(text)
    say.clock.advance(minutes=16, seconds=7)
    say("what time is it")
    told = record(say).reply.text
    (path,) = recorded()
    assert told == f"Recorded 5 turns in {path}: run it with assistant test {path}."
    assert path.stat().st_mode & 0o777 == 0o600
    assert all({"reply", "outcome"} <= step.keys() for step in steps(path))
    assert steps(path)[2]["slots"] == {"length": "600.0"}
    say.close()
    ran = CliRunner().invoke(commands, ["test", str(path), "--wrong"])
    assert ran.exit_code == 0, ran.output


def test_recording_can_fail(say: Conversation) -> None:
    """What is recorded is really expected: another reply is wrong."""
    say("set a timer for ten minutes")
    record(say)
    (path,) = recorded()
    text = path.read_text(encoding="utf-8")
    path.write_text(text.replace("10 minutes", "11 minutes"), encoding="utf-8")
    say.close()
    assert CliRunner().invoke(commands, ["test", str(path)]).exit_code == 1


def test_recording_leaves_open_what_depends_on_more(say: Conversation) -> None:
    """On what was kept before, or on chance: it is told, and the rest is expected."""
    say("add tea to my shopping list")
    other = say.assistant.open_session("other")
    say._session = other
    say("what is on my shopping list")
    say("roll six dice")
    say("what is 7 times 8")
    assert record(say).reply.text.endswith(
        "What 2 turns came to depends on more than that, so it is left open."
    )
    (path,) = recorded()
    assert ["reply" in step for step in steps(path)] == [False, False, True]
    assert [step["intent"] for step in steps(path)][1] == "dice.roll"


def test_recording_lets_a_question_wait(say: Conversation) -> None:
    """The sentence that asks for it is no part of the talk."""
    say("set a timer")
    record(say)
    assert say("ten minutes").reply.text == "Timer set for 10 minutes."
    record(say)
    first, second = recorded()
    assert [step["user"] for step in steps(first)] == ["set a timer"]
    assert [step["user"] for step in steps(second)] == ["set a timer", "ten minutes"]


def test_recording_of_nothing(say: Conversation) -> None:
    """It is told, and no file is made."""
    turn = say("record this conversation")
    assert turn.reply.text == "Nothing was said here yet, so there is nothing to record."
    assert recorded() == []


def test_recording_where_nothing_can_be_written(say: Conversation) -> None:
    """A sentence says where, and the conversation goes on."""
    say("what time is it")
    paths.user_conversations().write_text("no folder")
    turn = say("record this conversation")
    assert turn.outcome == "failed"
    assert "conversations" in turn.reply.text
    assert say("what is 1 plus 1").outcome == "answered"


@pytest.mark.parametrize("text", ["yes", "{a: b}", "it's “odd”: - # |", "null", "a | b"])
def test_recording_of_odd_words(say: Conversation, text: str) -> None:
    """What YAML would take for something else is read as it was said."""
    turn = say(text)
    record(say)
    assert [step["user"] for step in steps(recorded()[0])] == [turn.utterance.text]


@pytest.mark.parametrize("chosen", [False, True])
def test_recording_that_is_overtaken_writes_one_file(
    assistant_home: Path, monkeypatch: pytest.MonkeyPatch, chosen: bool
) -> None:
    """Another program's turn comes between: the turn begins anew, the file is there already.

    Also where the words were ``chosen`` for what they meant earlier.
    """
    two = Two(opened(), opened())
    one, session = two.one, two.sessions[0]
    earlier = Choice(Understanding(None), one.situation(session)) if chosen else None
    two.say(0, "what time is it")
    teacher = two.one.teacher
    assert teacher is not None
    write, overtakers = teacher.record, ["add milk to my shopping list"]

    def record(*given: Any) -> str:
        told = write(*given)
        if overtakers:
            two.say(1, overtakers.pop())
        return told

    monkeypatch.setattr(teacher, "record", record)
    said = Utterance("record this conversation", one.clock.now(), choice=earlier)
    told = one.respond(said, session).reply.text
    assert overtakers == []
    (path,) = recorded()
    assert str(path) in told
    two.say(0, "record this conversation")
    assert len(recorded()) == 2


def test_teaching_that_is_overtaken_is_tried_once(
    assistant_home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What it would make worse took long enough."""
    two = Two(opened(), opened())
    two.say(0, "let the tea brew for ten minutes")
    teacher, tried = two.one.teacher, list[str]()
    assert teacher is not None
    tries = teacher.worse

    def worse(*given: Any) -> Sequence[str]:
        tried.append(given[1])
        if len(tried) == 1:
            two.say(1, "add milk to my shopping list")
        return tries(*given)

    monkeypatch.setattr(teacher, "worse", worse)
    two.say(0, "that was wrong, i meant set a timer for ten minutes")
    assert tried == ["let the tea brew for {length}"]
    assert paths.user_examples().read_text().endswith("let the tea brew for {length}\n")


@pytest.mark.parametrize("seconds", [0, math.inf])
def test_teaching_holds_nobody_up(
    assistant_home: Path, monkeypatch: pytest.MonkeyPatch, seconds: float
) -> None:
    """A turn that holds the store, overtaken once or often, lets go of it to try an example."""
    two = Two(opened(), opened())
    two.say(0, "let the tea brew for ten minutes")
    teacher, tried, others = two.one.teacher, list[str](), list[str]()
    assert teacher is not None
    tries, done = teacher.worse, two.one._done

    def worse(*given: Any) -> Sequence[str]:
        tried.append(given[1])
        others.append(two.say(1, "add eggs to my shopping list").reply.text)  # waits for nobody
        return tries(*given)

    def quick(transaction: Transaction, *given: Any) -> Any:
        """Be overtaken before anything was tried, as often."""
        if not transaction.alone:
            raise RaceError
        return done(transaction, *given)

    monkeypatch.setattr(teacher, "worse", worse)
    monkeypatch.setattr(two.one, "_done", quick)
    monkeypatch.setattr(responding, "QUICK", seconds)
    turn = two.say(0, "that was wrong, i meant set a timer for ten minutes")
    assert "so from now on" in turn.reply.text
    assert tried == ["let the tea brew for {length}"]
    assert others == ["Added eggs to your shopping list."]


def test_teaching_that_fails_fails_once(
    assistant_home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What can't be written while nothing is held is told in the turn, which tries no more."""
    two = Two(opened(), opened())
    two.say(0, "what time is it")
    teacher, tried, done = two.one.teacher, list[int](), two.one._done
    assert teacher is not None

    def record(session: int, *_stop: object) -> str:
        tried.append(session)
        raise AssistantError("There is no place for it.")

    def quick(transaction: Transaction, *given: Any) -> Any:
        if not transaction.alone:
            raise RaceError
        return done(transaction, *given)

    monkeypatch.setattr(teacher, "record", record)
    monkeypatch.setattr(two.one, "_done", quick)
    turn = two.say(0, "record this conversation")
    assert (turn.reply.text, turn.outcome) == ("There is no place for it.", "failed")
    assert tried == [two.sessions[0]]


def test_recording_is_stopped(say: Conversation) -> None:
    """No file is left, and what waited waits."""
    say("set a timer")
    cancel = threading.Event()
    cancel.set()
    said = Utterance("record this conversation", say.clock())
    turn = say.assistant.respond(said, say.session.id, cancel)
    assert turn.reply.text == "Stopped. Nothing was recorded."
    assert recorded() == []
    assert say("ten minutes").reply.text == "Timer set for 10 minutes."


def test_recording_expects_nothing_that_failed_at_last(
    say: Conversation, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What comes out otherwise when it is said again for the last time is left open too."""
    monkeypatch.setattr(recording, "RUNS", 1)
    say("add tea to my shopping list")
    say._session = say.assistant.open_session("other")
    say("what is on my shopping list")
    record(say)
    (path,) = recorded()
    assert ["reply" in step for step in steps(path)] == [False]
