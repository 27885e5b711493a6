"""Turns wait for the disk together and for nobody else; none may hold the store without end."""

from __future__ import annotations

import re
import shutil
import sqlite3
import threading
import time
from collections.abc import Callable
from contextlib import closing
from functools import partial
from pathlib import Path
from typing import Any

import pytest

from assistant.assembly import assemble, templates_only
from assistant.conversation import assistant
from assistant.conversation.assistant import Assistant
from assistant.settings import Settings
from assistant.store import durable, transaction
from assistant.store.lease import Lease
from assistant.turn import Turn, Utterance
from tests.overtaking import THINGS, Two, now, opened, wait_until


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


def test_turns_that_wait_for_the_disk_hold_nothing(
    two: Two, monkeypatch: pytest.MonkeyPatch
) -> None:
    """While the disk takes its time others commit, in this program and another; none is told."""
    writing, taken, told = threading.Event(), threading.Event(), list[str]()

    def slow(_: durable.LogSync) -> None:
        writing.set()
        assert taken.wait(30)

    def say(who: int, thing: str) -> None:
        two.say(who, f"add {thing} to my shopping list")
        told.append(thing)

    monkeypatch.setattr(durable.LogSync, "_sync", slow)
    said = zip((0, 0, 1, 1), THINGS, strict=True)
    threads = [threading.Thread(target=say, args=each) for each in said]
    for each in threads:
        each.start()
    assert writing.wait(30)
    reader = two.one.store.reader()
    wait_until(lambda: len(reader.memory("lists").get("shopping", [])) == len(THINGS))

    assert told == []

    taken.set()
    for each in threads:
        each.join()
    assert sorted(told) == sorted(THINGS)


def test_turns_at_once_share_syncs_of_a_slow_disk(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Eight threads that change something wait for far fewer syncs than turns."""
    seen, there = list[int](), opened()

    def slow(_: durable.LogSync) -> None:
        seen.append(1)
        time.sleep(0.1)

    def talk(number: int) -> None:
        session = there.open_session(f"s{number}").id
        for thing in THINGS:
            said = f"add {thing} {number} to my shopping list"
            assert there.respond(Utterance(said, now(there)), session).id > 0

    monkeypatch.setattr(durable.LogSync, "_sync", slow)
    threads = [threading.Thread(target=talk, args=(number,)) for number in range(8)]
    for each in threads:
        each.start()
    for each in threads:
        each.join()
    assert len(there.store.reader().memory("lists")["shopping"]) == 8 * len(THINGS)
    assert len(seen) <= 8 * len(THINGS) // 2
    there.close()


SLOW = '''
from time import sleep
from assistant import Memory, Skill
skill = Skill("slow", "Takes its time.")
@skill.intent("dawdle")
def dawdle(memory: Memory) -> str:
    """Take a minute."""
    sleep(SECONDS)
    memory["done"] = True
    return "Done."
'''


def dawdler(folder: Path, seconds: float) -> Assistant:
    """Return an assistant with a skill that takes so long to "dawdle"."""
    file = folder / "slow.py"
    file.write_text(SLOW.replace("SECONDS", str(seconds)))
    settings = Settings(deadline=600)
    return assemble(settings, skill_files=[file], model=templates_only(), packages=False)


def overtaking(
    two: Two, meanwhile: list[Callable[[], object]], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Let the next turn be overtaken, and hold the store then."""
    monkeypatch.setattr(assistant, "QUICK", 0.0)
    monkeypatch.setattr(assistant, "OVERTAKEN", 1)
    add = "add tea to my shopping list"
    meanwhile += [partial(two.say, 1, add), lambda: None]


def test_turns_a_skill_that_holds_the_store_loses_it(
    two: Two,
    meanwhile: list[Callable[[], object]],
    monkeypatch: pytest.MonkeyPatch,
    tmp_path: Path,
) -> None:
    """It is given up for those who wait, whatever it may take by itself, and that is told."""
    monkeypatch.setattr(transaction, "HELD", 1.0)
    slow = dawdler(tmp_path, 1.3)
    overtaking(two, meanwhile, monkeypatch)

    told = slow.respond(Utterance("dawdle", now(slow)), slow.open_session().id)

    assert told.outcome == "failed"
    said = "The skill slow took over . seconds while others waited for it, so I gave it up. .*"
    assert re.fullmatch(said + r"Nothing was changed\.", told.reply.text)
    assert slow.store.reader().memory("slow") == {}
    assert slow.store.turns(told.session_id)[-1].id == told.id
    assert two.say(1, "add milk to my shopping list").outcome == "answered"
    slow.close()


def test_turns_whatever_holds_the_store_loses_it(
    two: Two, meanwhile: list[Callable[[], object]], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Nor may anything else of a turn keep others waiting, such as a parser that hangs."""
    monkeypatch.setattr(transaction, "HELD", 0.2)
    monkeypatch.setattr(transaction, "LET_GO", 0.2)
    understand = Assistant.understand
    held = list[Turn]()

    def hang(self: Assistant, utterance: Utterance, *given: Any) -> Any:
        if self is two.one and not meanwhile and not held:
            held.append(two.say(1, "add eggs to my shopping list"))
        return understand(self, utterance, *given)

    monkeypatch.setattr(Assistant, "understand", hang)
    overtaking(two, meanwhile, monkeypatch)

    told = two.say(0, "add milk to my shopping list")

    assert told.outcome == "failed"
    text = "That took over 0.2 seconds while all others waited: say it again. Nothing was changed."
    assert told.reply.text == text
    assert [each.outcome for each in held] == ["answered"]
    assert two.one.store.reader().memory("lists")["shopping"] == ["tea", "eggs"]
    two.say(0, "add bread to my shopping list")
    assert two.one.store.reader().memory("lists")["shopping"] == ["tea", "eggs", "bread"]


def test_turns_of_a_process_wait_only_for_quick_ones() -> None:
    """One who takes long is gone past, and lets nobody in when he is done at last."""
    lease, held = Lease(0.5), list[str]()

    def hold(name: str, seconds: float) -> None:
        with lease.held():
            held.append(name)
            time.sleep(seconds)
            held.append(f"{name} done")

    slow = threading.Thread(target=hold, args=("slow", 0.9))
    slow.start()
    wait_until(lambda: held == ["slow"])
    quick = [threading.Thread(target=hold, args=(f"quick {n}", 0.05)) for n in range(4)]
    for each in quick:
        each.start()
    for each in (slow, *quick):
        each.join()
    assert held.index("slow done") > held.index(held[1])
    others = [each for each in held if not each.startswith("slow")]
    assert all(others[n + 1] == f"{others[n]} done" for n in range(0, 8, 2))


def test_turns_disk_that_does_not_sync_is_told(two: Two, monkeypatch: pytest.MonkeyPatch) -> None:
    """Then it is not acknowledged, nor denied."""

    def broken(_: durable.LogSync) -> None:
        raise OSError(5, "Input/output error")

    monkeypatch.setattr(durable.LogSync, "_sync", broken)
    told = two.say(0, "add milk to my shopping list")
    assert told.outcome == "failed"
    assert "Input/output error" in told.reply.text
    assert "Nothing was changed" not in told.reply.text
