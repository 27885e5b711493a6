"""Turns that overtake one another: nothing is lost, nothing is done twice, and nobody is told."""

from __future__ import annotations

import sqlite3
import threading
from collections.abc import Callable
from contextlib import closing
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from assistant.conversation import assistant
from assistant.conversation.assistant import OVERTAKEN
from assistant.errors import StoreError
from assistant.store import Store, Transaction, opening
from assistant.store.reader import SqliteReader
from assistant.turn import Turn, Utterance
from tests.hostile import turns as campaign
from tests.overtaking import THINGS, Two, now, opened


def test_turns_overtaken_turn_is_run_anew(two: Two, meanwhile: list[Callable[[], object]]) -> None:
    """What the other one wrote meanwhile is seen, and only one turn is kept."""
    meanwhile.append(lambda: two.say(1, "add eggs to my shopping list"))

    assert two.say(0, "add milk to my shopping list").outcome == "answered"

    assert two.one.store.reader().memory("lists") == {"shopping": ["eggs", "milk"]}
    assert len(two.one.store.turns(two.sessions[0])) == 1


def test_turns_a_number_is_given_once(two: Two, meanwhile: list[Callable[[], object]]) -> None:
    """Notes get numbers of their own, however late one sees the other's."""
    meanwhile.append(lambda: two.say(1, "note that the bins are full"))

    two.say(0, "note that the milk is off")

    notes = two.one.store.reader().memory("notes")
    assert [note["text"] for note in notes.values()] == ["the bins are full", "the milk is off"]


def test_turns_overtaken_again_and_again_hold_the_store(
    two: Two, meanwhile: list[Callable[[], object]], monkeypatch: pytest.MonkeyPatch
) -> None:
    """After a few times nobody can overtake it any more, however slow it is."""
    monkeypatch.setattr(assistant, "QUICK", 0.0)
    late: list[threading.Thread] = []

    def write() -> None:
        two.say(1, f"add thing {len(meanwhile)} to my shopping list")

    def try_to_write() -> None:
        late.append(threading.Thread(target=write))
        late[0].start()
        late[0].join(timeout=0.3)
        assert late[0].is_alive()

    # Each write is a turn of its own, for which the hook is passed by.
    for _ in range(OVERTAKEN):
        meanwhile += [write, lambda: None]
    meanwhile.append(try_to_write)

    assert two.say(0, "add milk to my shopping list").outcome == "answered"
    late[0].join()
    kept = two.one.store.reader().memory("lists")["shopping"]
    assert kept.index("milk") == OVERTAKEN
    assert len(kept) == OVERTAKEN + 2


def test_turns_that_the_store_fails_say_that_nothing_was_changed(
    two: Two, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Where a skill can't read what it keeps."""
    two.say(0, "add milk to my shopping list")
    before = two.one.store.reader().memory("lists")

    def failing(*_: object) -> object:
        raise StoreError("The database x is damaged.")

    for method in ("memory", "value", "keys"):
        monkeypatch.setattr(SqliteReader, method, failing)
    turn = two.say(0, "add eggs to my shopping list")
    monkeypatch.undo()
    assert turn.outcome == "failed"
    assert turn.reply.text == "The database x is damaged. Nothing was changed."
    assert two.one.store.reader().memory("lists") == before


def test_turns_that_can_not_begin_say_that_nothing_was_changed(
    two: Two, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Where the turn itself can read nothing there is no reply, but a sentence."""

    def failing(*_: object) -> object:
        raise StoreError("The database x is damaged.")

    monkeypatch.setattr(Transaction, "before", failing)
    with pytest.raises(StoreError, match=r"is damaged\. Nothing was changed\.$"):
        two.say(0, "add milk to my shopping list")


def test_turns_that_are_kept_never_say_that_nothing_was_changed(
    two: Two, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What is read once a turn is kept may fail: it is not done again, and stays."""

    def failing(*_: object) -> object:
        raise StoreError("The database x is damaged.") from OSError()

    monkeypatch.setattr(Store, "changed", failing)
    turn = two.say(0, "add milk to my shopping list")
    assert turn.outcome == "answered"
    assert turn.reply.text.startswith("Added milk to your shopping list.")
    assert "The database x is damaged." in turn.reply.text
    assert two.one.store.reader().memory("lists") == {"shopping": ["milk"]}
    assert [each.id for each in two.one.store.turns(two.sessions[0])] == [turn.id]


def test_turns_locked_out_say_so_and_change_nothing(
    two: Two, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Where another program never lets go, one sentence says so; what needs no writing is told."""
    monkeypatch.setattr(opening, "PATIENCE", 0.2)
    patient = opened()
    session = patient.open_session("patient").id
    with closing(sqlite3.connect(patient.store._path)) as hog:
        hog.execute("BEGIN IMMEDIATE")
        turn = patient.respond(Utterance("add milk to my shopping list", now(patient)), session)
        clock = patient.respond(Utterance("what time is it", now(patient)), session)
    patient.close()
    assert turn.outcome == clock.outcome == "failed"
    assert turn.reply.text.startswith("Nothing was changed.")
    assert "Another program holds" in turn.reply.text
    assert ":" in clock.reply.text.splitlines()[0]
    assert two.say(0, "what is on my shopping list").reply.text == "Your shopping list is empty."


def test_turns_one_question_is_answered_once(
    two: Two, meanwhile: list[Callable[[], object]]
) -> None:
    """Of two answers to one question the second is no answer any more."""
    two.sessions[1] = two.sessions[0]
    two.say(0, "add milk to my shopping list")
    two.say(0, "clear my shopping list")
    meanwhile.append(lambda: two.say(1, "no"))

    told = two.say(0, "yes")

    assert two.one.store.reader().memory("lists") == {"shopping": ["milk"]}
    assert "cleared" not in told.reply.text.lower()


def test_turns_an_undo_takes_back_once(two: Two, meanwhile: list[Callable[[], object]]) -> None:
    """Two undos at once take back two turns, or one says that there is nothing left."""
    two.sessions[1] = two.sessions[0]
    two.say(0, "add milk to my shopping list")
    two.say(0, "add eggs to my shopping list")
    meanwhile.append(lambda: two.say(1, "undo"))

    two.say(0, "undo")

    assert two.one.store.reader().memory("lists").get("shopping", []) == []


def test_turns_a_skill_that_outlives_its_turn_reads_nothing(two: Two) -> None:
    """What is given to a skill is over when its turn is."""
    with two.one.store.transaction() as past:
        reader = past.reader()

    with pytest.raises(StoreError, match="over"):
        reader.memory("lists")


Plan = tuple[int, str, list[Any]]

SAID = st.one_of(
    st.sampled_from(THINGS).map(lambda thing: f"add {thing} to my shopping list"),
    st.sampled_from(THINGS).map(lambda thing: f"remove {thing} from my shopping list"),
    st.sampled_from(THINGS).map(lambda thing: f"note that the {thing} is off"),
    st.sampled_from(THINGS).map(lambda thing: f"remember that the {thing} is cold"),
)

PLANS = st.recursive(
    st.tuples(st.integers(0, 1), SAID, st.just([])),
    lambda inner: st.tuples(st.integers(0, 1), SAID, st.lists(inner, max_size=2)),
    max_leaves=5,
)
"""Who says what, and what is said before that is committed."""


@settings(
    max_examples=25,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(plans=st.lists(PLANS, min_size=1, max_size=4))
def test_turns_are_as_if_one_after_another(two: Two, plans: list[Plan]) -> None:
    """Whatever overtakes whatever, the store is what plain dictionaries hold in order of commit."""
    two.one.store.empty()
    two.__post_init__()
    kept = Model()
    with pytest.MonkeyPatch.context() as patch:
        record = Transaction.record
        inside: list[list[Plan]] = []

        def recorded(self: Transaction, *given: Any) -> Turn:
            for plan in inside.pop() if inside else []:
                run(plan)
            return record(self, *given)

        def run(plan: Plan) -> None:
            who, text, inner = plan
            inside.append(inner)
            assert two.say(who, text).outcome in ("answered", "failed")
            kept.say(text)

        patch.setattr(Transaction, "record", recorded)
        for plan in plans:
            run(plan)
    reader = two.one.store.reader()
    assert reader.memory("lists").get("shopping", []) == kept.items
    assert [n["text"] for n in reader.memory("notes").values()] == kept.notes
    facts = " ".join(map(str, reader.memory("memory").values()))
    assert {thing for thing in THINGS if thing in facts} == kept.facts


@dataclass
class Model:
    """What is kept, in plain Python."""

    items: list[str] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    facts: set[str] = field(default_factory=set)

    def say(self, text: str) -> None:
        """Do what a sentence asks for."""
        words = text.split()
        if words[0] == "add" and words[1] not in self.items:
            self.items.append(words[1])
        elif words[0] == "remove" and words[1] in self.items:
            self.items.remove(words[1])
        elif words[0] == "note":
            self.notes.append(text.removeprefix("note that "))
        elif words[0] == "remember":
            self.facts.add(words[3])


def test_turns_of_many_threads_of_one_assistant(tmp_path: Path) -> None:
    """Any number of threads may talk to one assistant."""
    told = campaign.talk(tmp_path, processes=1, threads=30, turns=2, seed=5)
    assert len(told) == 60
    assert campaign.report(tmp_path, told)


def test_turns_of_many_processes_in_short(tmp_path: Path) -> None:
    """A little of the campaign; whole it is `python -m tests.hostile.turns`."""
    told = campaign.talk(tmp_path, processes=4, threads=1, turns=15, seed=7)
    assert len(told) == 60
    assert campaign.report(tmp_path, told)


def test_turns_of_killed_processes_are_kept(tmp_path: Path) -> None:
    """What was acknowledged before a process was killed is there."""
    assert campaign.report(tmp_path, campaign.kill(tmp_path, kills=4, seed=3))
