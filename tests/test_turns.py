"""Turns that overtake one another: nothing is lost, nothing is done twice, and nobody is told."""

from __future__ import annotations

import shutil
import sqlite3
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from assistant.assembly import assemble, templates_only
from assistant.conversation import assistant
from assistant.conversation.assistant import OVERTAKEN, Assistant
from assistant.settings import Settings
from assistant.store import Transaction, durable, opening
from assistant.turn import Turn, Utterance
from tests.hostile import turns as campaign

THINGS = ("milk", "eggs", "bread", "tea")


def opened() -> Assistant:
    """Return an assistant of this test's home that understands by templates."""
    return assemble(Settings(), model=templates_only(), packages=False)


@dataclass
class Two:
    """Two programs that talk to one home, each in a session of its own."""

    one: Assistant
    other: Assistant
    sessions: list[int] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.sessions = [each.open_session(None).id for each in (self.one, self.other)]

    def say(self, who: int, text: str) -> Turn:
        """Say something to one of them."""
        there = (self.one, self.other)[who]
        return there.respond(Utterance(text, _now(there)), self.sessions[who])


@pytest.fixture
def two() -> Iterator[Two]:
    """Give two programs on one home."""
    both = Two(opened(), opened())
    yield both
    both.one.close()
    both.other.close()


@pytest.fixture
def meanwhile(monkeypatch: pytest.MonkeyPatch) -> list[Callable[[], object]]:
    """Return a list whose next function is called right before a turn is committed."""
    waiting: list[Callable[[], object]] = []
    record = Transaction.record

    def recorded(self: Transaction, *given: Any) -> Turn:
        if waiting:
            waiting.pop(0)()
        return record(self, *given)

    monkeypatch.setattr(Transaction, "record", recorded)
    return waiting


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


def test_turns_locked_out_say_so_and_change_nothing(
    two: Two, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Where another program never lets go, one sentence says so; what needs no writing is told."""
    monkeypatch.setattr(opening, "PATIENCE", 0.2)
    patient = opened()
    session = patient.open_session("patient").id
    with closing(sqlite3.connect(patient.store._path)) as hog:
        hog.execute("BEGIN IMMEDIATE")
        turn = patient.respond(Utterance("add milk to my shopping list", _now(patient)), session)
        clock = patient.respond(Utterance("what time is it", _now(patient)), session)
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
    with two.one.store.transaction() as transaction:
        reader = transaction.reader()
    from assistant.errors import StoreError

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


def test_turns_that_change_something_are_on_the_disk(
    two: Two, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """After an answer the disk holds it, with the power gone at once; nothing else costs a sync."""
    store, disk = two.one.store, tmp_path / "disk"
    synced: list[int] = []

    def sync(_: durable.LogSync) -> None:
        shutil.copytree(store._path.parent, disk, dirs_exist_ok=True)
        synced.append(1)

    monkeypatch.setattr(durable.LogSync, "_sync", sync)
    two.say(0, "what time is it")
    assert synced == []
    for n, thing in enumerate(THINGS):
        two.say(0, f"add {thing} to my shopping list")
        assert len(synced) == n + 1
        with closing(sqlite3.connect(disk / store._path.name)) as db:
            (value,) = db.execute("SELECT value FROM memory WHERE skill = 'lists'").fetchone()
        assert thing in value


def test_turns_at_once_share_a_sync(two: Two, monkeypatch: pytest.MonkeyPatch) -> None:
    """While one waits for the disk others commit, and the next sync is for all of them."""
    sync, begun, seen = durable.LogSync(Path("x")), threading.Event(), list[int]()

    def slow(self: durable.LogSync) -> None:
        seen.append(1)
        begun.set()
        time.sleep(0.2)

    monkeypatch.setattr(durable.LogSync, "_sync", slow)
    threads = [threading.Thread(target=sync) for _ in range(8)]
    threads[0].start()
    begun.wait()
    for each in threads[1:]:
        each.start()
    for each in threads:
        each.join()
    assert len(seen) == 2


def test_turns_disk_that_does_not_sync_is_told(two: Two, monkeypatch: pytest.MonkeyPatch) -> None:
    """Then it is not acknowledged, nor denied."""

    def broken(_: durable.LogSync) -> None:
        raise OSError(5, "Input/output error")

    monkeypatch.setattr(durable.LogSync, "_sync", broken)
    told = two.say(0, "add milk to my shopping list")
    assert told.outcome == "failed"
    assert "Input/output error" in told.reply.text
    assert "Nothing was changed" not in told.reply.text


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


def _now(there: Assistant) -> datetime:
    return there.clock.now()
