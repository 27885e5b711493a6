"""Undo of several, redo and going back: against a model in plain Python, and in talks."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from assistant.errors import StoreError
from assistant.skill.given import Reopen, UndoTurn, WriteMemory
from assistant.skill.history import Way
from assistant.store import Store
from assistant.testing import Conversation
from assistant.turn import OpenQuestion, Reply, Understanding, Utterance
from tests.filled import BEFORE
from tests.undoing import KEYS, NOW, Model, history, record, step

SESSIONS = st.sampled_from(["one", "one", "one", "two"])
VALUES = st.dictionaries(
    st.sampled_from(KEYS), st.sampled_from([None, 1, 2, 3]), min_size=1, max_size=2
)
ACTS = st.one_of(
    VALUES,
    st.tuples(st.sampled_from(["undo", "redo"]), st.integers(1, 3)),
    st.tuples(st.just("instead"), VALUES),
    st.sampled_from(["restart", ("drop", 0)]),
)

ONE, TWO, UNDO, REDO, DROP = {"a": 1}, {"a": 2}, ("undo", 1), ("redo", 1), ("drop", 0)
BOTH = {"a": None, "c": 1}
REDONE_AS_A_WHOLE = [ONE, TWO, UNDO, UNDO, ("redo", 2), UNDO, REDO]
CORRECTED_TWICE = [ONE, ("instead", TWO), ("instead", {"b": 3}), DROP, REDO, UNDO, REDO, UNDO]


@settings(
    max_examples=60,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@example([("one", act) for act in REDONE_AS_A_WHOLE])
@example([("one", act) for act in CORRECTED_TWICE])
@example([("one", BOTH), ("one", ("instead", {"a": None})), ("two", BOTH), ("one", ("undo", 2))])
@given(steps=st.lists(st.tuples(SESSIONS, ACTS), max_size=16))
def test_rewinding_is_what_the_model_does(tmp_path: Path, steps: list[Any]) -> None:
    """Whatever is written, undone and redone in two sessions, also over restarts."""
    path = tmp_path / "x.db"
    store, model = Store.open(path, lambda: NOW), Model()
    store.empty()
    for session, act in steps:
        if act == "restart":
            store.close()
            store = Store.open(path, lambda: NOW)
        else:
            step(store, model, session, act)
        there = store.reader().memory("m")
        assert {key: there.get(key) for key in KEYS} == model.state
        turns = [turn for name in ("one", "two") for turn in store.turns(store.session(name).id)]
        undone = {turn.id for turn in turns if turn.outcome == "undone"}
        assert undone == {each.id for each in model.turns if model.undone(each)}
    store.close()


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    """Give a store whose clock stands."""
    with closing(Store.open(tmp_path / "s.db", lambda: NOW)) as store:
        yield store


def test_rewinding_nothing_is_taken_back_twice(store: Store) -> None:
    """Also where it would change nothing."""
    turn = record(store, "one", WriteMemory("m", "a", 1))
    record(store, "one", UndoTurn(turn.id))
    with pytest.raises(StoreError, match="taken back already"):
        record(store, "one", UndoTurn(turn.id))


def test_rewinding_names_who_changed_it_since(store: Store) -> None:
    """A turn of another session is named with its session; what it is built on stays."""
    first = record(store, "one", WriteMemory("m", "a", 1))
    second = record(store, "one", WriteMemory("m", "b", 1))
    record(store, "two", WriteMemory("m", "a", 2))
    way = history(store).before(first)
    assert way.ids == (second.id,)
    told = "the m “a” has changed since, by “x” in the conversation “two”"
    assert way.kept == ((first, told),)


def test_rewinding_in_a_file_of_an_older_version(tmp_path: Path) -> None:
    """What was undone there can be redone here, and what was corrected stays a change."""
    path = tmp_path / "old.db"
    with closing(Store.open(path, lambda: NOW)) as store:
        turn = record(store, "one", WriteMemory("m", "a", 1))
        record(store, "one", UndoTurn(turn.id))
    with closing(sqlite3.connect(path)) as db:
        for statement in BEFORE:
            db.execute(statement)
        db.execute("DELETE FROM _sqlite_migrations WHERE name > 'm003'")
        db.commit()
    with closing(Store.open(path, lambda: NOW)) as store:
        here = history(store)
        here.take(here.redoable(1))
        record(store, "one", *(each for each in here.effects if isinstance(each, UndoTurn)))
        assert store.reader().memory("m") == {"a": 1}
        undoable = history(store).undoable()
        assert undoable is not None
        assert undoable.id == turn.id


def test_rewinding_tells_which_question_waited(store: Store) -> None:
    """The one that the turn before left open, in the same session."""
    question = OpenQuestion("How long?", "timer.start", {}, "length")
    session, said = store.session("one"), Utterance("x", NOW)
    with store.transaction(alone=True) as transaction:
        transaction.record(session, said, Understanding(None), Reply("y"), "asked", (), question)
    record(store, "two", WriteMemory("m", "b", 1))
    turn = record(store, "one", WriteMemory("m", "a", 1))
    after = record(store, "one")
    assert history(store).waited(turn) == question
    assert history(store).waited(after) is None
    here = history(store)
    here.take(Way(), turn)
    assert here.effects == [Reopen(turn.id)]


THREE = ("add milk to my shopping list", "set a tea timer for 5 minutes", "note that it rains")
NAMES = f"“{THREE[2]}”, “{THREE[1]}” and “{THREE[0]}”"


@pytest.fixture
def three(say: Conversation) -> Conversation:
    """Give a talk in which three things were done."""
    for text in THREE:
        say(text)
    return say


def kept(say: Conversation) -> Any:
    """Return what is kept, with the alarms by their ids."""
    reader = say.assistant.store.reader()
    return reader.memory("lists"), reader.memory("notes"), reader.alarms()


def test_rewinding_several_is_asked_about_and_one_turn(three: Conversation) -> None:
    """More than two are shown first; one redo brings all back as it was, after a restart too."""
    before = kept(three)
    assert three("undo the last three things").reply.text == f"Undo {NAMES}?"
    assert kept(three) == before
    assert three("yes").reply.text == f"Undone: {NAMES}."
    assert kept(three) == ({}, {}, [])
    assert three.reopen()("redo").reply.text == f"Done again: {NAMES}."
    assert kept(three) == before


def test_rewinding_two_are_taken_back_at_once_and_a_redo_is_undone(three: Conversation) -> None:
    """Undo after a redo takes back all that it did again."""
    both = f"“{THREE[2]}” and “{THREE[1]}”"
    assert three("undo the last two").reply.text == f"Undone: {both}."
    without = kept(three)
    three("redo that")
    assert three("undo").reply.text == f"Undone: {both}."
    assert kept(three) == without
    assert three("undo").reply.text == f"Undone: “{THREE[0]}”."
    assert three("redo the last two").outcome == "answered"
    assert "milk" in three("what's on my shopping list").reply.text
    assert three("redo").reply.text == "There is nothing to redo."


def test_rewinding_what_contradicts_ends_what_can_be_redone(say: Conversation) -> None:
    """A new change of the same list; one of another is asked about, as it is not the last thing."""
    say("add milk to my shopping list")
    say("undo")
    say("add tea to my shopping list")
    told = say("redo").reply.text
    assert told.startswith("I can't redo “add milk to my shopping list”: the lists “shopping” has")
    assert "by “add tea to my shopping list”" in told
    say("undo")
    say("note that it rains")
    assert say("redo").reply.text == "Do “add tea to my shopping list” again?"
    assert say("yes").reply.text == "Done again: “add tea to my shopping list”."


def test_rewinding_part_of_it_is_offered(three: Conversation) -> None:
    """What has rung stays, and is named; the rest is taken back after a yes alone."""
    three.clock.advance(minutes=6)
    three.ring()
    asked = three("undo the last three")
    assert asked.reply.text == (
        f"I can undo 2 of 3: “{THREE[2]}” and “{THREE[0]}”, but not “{THREE[1]}” "
        "(that timer has rung since). Shall I?"
    )
    assert three("no").reply.text == "It stays as it is."
    assert three("undo the last five changes").outcome == "asked"
    assert three("yes").outcome == "answered"
    assert three("undo").reply.text == (f"I can't undo “{THREE[1]}”: that timer has rung since.")


def test_rewinding_what_would_have_rung_is_said(say: Conversation) -> None:
    """It comes back with its id and its time, and rings."""
    say("set a tea timer for 5 minutes")
    (before,) = say.assistant.store.pending()
    say("undo")
    say.clock.advance(minutes=10)
    told = say("redo").reply.text
    assert "Meanwhile this would have rung: “Your tea timer is done.” today at 10:05." in told
    assert say.assistant.store.pending() == [before]
    assert [alarm.id for alarm in say.ring()] == [before.id]


@pytest.mark.parametrize(
    ("said", "names"),
    [
        ("undo everything since noon", [THREE[2], THREE[1]]),
        ("take back everything since 11 am", [THREE[2], THREE[1]]),
        ("undo everything from today", [*THREE[::-1]]),
        ("undo what i did since noon", [THREE[2], THREE[1]]),
        (f"undo everything since i said “{THREE[1]}”", [THREE[2]]),
    ],
)
def test_rewinding_since(say: Conversation, said: str, names: list[str]) -> None:
    """A day, a time of day, a sentence; it is always asked about."""
    say(THREE[0])
    say.clock.advance(hours=3)
    say(THREE[1])
    say(THREE[2])
    turn = say(said)
    assert turn.outcome == "asked"
    assert [name for name in reversed(THREE) if f"“{name}”" in turn.reply.text] == names
    assert say("undo everything from yesterday").reply.text.startswith("There is nothing to undo.")


def test_rewinding_what_was_changed_is_told(three: Conversation) -> None:
    """Changes alone, in words, those that were taken back marked."""
    three("what time is it")
    three("undo")
    told = three("what did you change today").reply.text.splitlines()
    assert told[0] == f"- “{THREE[0]}”: Added milk to your shopping list."
    assert told[2].startswith(f"- “{THREE[2]}”: ")
    assert [line.endswith("(taken back)") for line in told] == [False, False, True]
    assert three("what did you change yesterday").reply.text == "Nothing was changed in that time."
    three("redo")
    assert "taken back" not in three("what have you changed since 9 am").reply.text


def test_rewinding_goes_back_to_a_sentence(three: Conversation) -> None:
    """What was changed since is named first, and taken back as one turn that a redo takes back."""
    before = kept(three)
    asked = three(f"go back to before “{THREE[1]}”")
    both = f"“{THREE[2]}” and “{THREE[1]}”"
    assert asked.reply.text == f"Undo {both}, to go back to before “{THREE[1]}”?"
    assert kept(three) == before
    told = three("yes").reply.text
    assert told == f"Undone: {both}. We are back to before “{THREE[1]}”."
    assert three("what's on my shopping list").reply.text.endswith("milk")
    three("redo")
    assert kept(three) == before
    assert three("go back to before the flood").outcome == "failed"


def test_rewinding_puts_the_question_of_then_again(say: Conversation) -> None:
    """The conversation goes on from there, after a restart too."""
    say("set a timer")
    say("5 minutes")
    say("add milk to my shopping list")
    assert say("go back to when i said 5 minutes").outcome == "asked"
    assert say("yes").reply.text.endswith("I had asked: For how long?")
    assert say.reopen()("20 minutes").reply.text == "Timer set for 20 minutes."
    assert say("undo").reply.text == "Undone: “20 minutes”."


def test_rewinding_another_session_is_named_first(say: Conversation) -> None:
    """What was built on there stays, and is told before anything is taken back."""
    say("add milk to my shopping list")
    say("note that it rains")
    other = say.assistant.open_session("kitchen")
    tea = Utterance("add tea to my shopping list", say.assistant.clock.now())
    say.assistant.respond(tea, other.id)
    asked = say("go back to before i said add milk to my shopping list")
    assert "by “add tea to my shopping list” in the conversation “kitchen”" in asked.reply.text
    assert "I can undo 1 of 2: “note that it rains”" in asked.reply.text
    say("yes")
    assert "milk" in say("what's on my shopping list").reply.text


def test_rewinding_is_not_corrected(three: Conversation) -> None:
    """What “no, three” would be of is open: nothing is taken back, or done again, by it."""
    three("undo the last two")
    before = kept(three)
    told = three("no, three").reply.text
    assert told.startswith("I can't change “undo the last two”: take that back first")
    assert kept(three) == before
    assert three("undo the last zero things").reply.text == "There is nothing to undo."


def test_rewinding_takes_a_corrected_request_back_as_often(say: Conversation) -> None:
    """Each correction counts as one, and a request that was dropped comes back as it was."""
    say("set a timer for ten minutes")
    say("no, twenty")
    before = kept(say)
    both = "“set a timer for twenty minutes” and “set a timer for ten minutes”"
    assert say("undo the last two").reply.text == f"Undone: {both}."
    assert kept(say)[2] == []
    assert say("redo").reply.text == f"Done again: {both}."
    assert kept(say) == before
    assert say("delete that").outcome == "asked"
    say("yes")
    say("redo")
    assert kept(say) == before
