"""What was read of memory is kept until another one writes, and is never what is no longer so."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Collection, Iterator, Mapping
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from assistant.errors import RaceError
from assistant.language.plurals import singular
from assistant.language.values.kept import Texts
from assistant.skill.given import DropMemory, Effect, UndoTurn, WriteMemory
from assistant.store import Store, Transaction, What
from assistant.store.kept import Kept
from assistant.store.opening import read_only
from assistant.turn import Reply, Turn, Understanding, Utterance
from tests.overtaking import now, opened

Rows = dict[str, Any]

SKILLS = ("notes", "lists")


class Copy:
    """Made of what a skill keeps: the same."""

    def __init__(self, rows: Rows | None = None) -> None:
        self.rows = rows or {}

    def changed(self, values: Mapping[str, Any], gone: Collection[str]) -> Copy:
        """Return it with what changed."""
        left = {k: v for k, v in self.rows.items() if k not in values and k not in gone}
        return Copy(left | dict(values))


@pytest.fixture
def stores(tmp_path: Path) -> Iterator[tuple[Store, Store]]:
    """Give two on one file, as two programs have them."""
    with closing(Store.open(tmp_path / "x.db")) as one, closing(Store.open(tmp_path / "x.db")) as b:
        yield one, b


def record(transaction: Transaction, session: int, *effects: Effect) -> Turn:
    """Record a turn that changes something."""
    here = transaction.before(session)[0]
    said = Utterance("x", datetime.now(UTC))
    return transaction.record(here, said, Understanding(None), Reply("y"), "answered", effects)


def agrees(transaction: Transaction, expected: Mapping[str, Rows]) -> bool:
    """Tell whether all that can be read of memory is as expected, in its order."""
    reader = transaction.reader()
    for skill in SKILLS:
        rows = expected.get(skill, {})
        assert [*reader.keys(skill)] == [*rows]
        assert all(reader.value(skill, key) == value for key, value in rows.items())
        for read in (reader.memory(skill), transaction.made(skill, Copy).rows):
            assert [*read.items()] == [*rows.items()]
        found = transaction.made(skill, Texts)
        assert sorted(found) == sorted(rows.values())
        for word in WORDS:
            assert next(found.having({singular(word)}), None) == _newest(rows, word)
    return True


def _newest(rows: Rows, word: str) -> str | None:
    return next((text for text in reversed(rows.values()) if word in text.split()), None)


def stored(store: Store) -> dict[str, Rows]:
    """Return what a connection of its own reads, which has kept nothing."""
    with closing(read_only(store._path)) as connection:
        return {skill: Kept(connection).values(skill) for skill in SKILLS}


WORDS = ("milk", "eggs", "bread")

TEXTS = st.lists(st.sampled_from(WORDS), max_size=2).map(
    lambda words: " ".join(["buy some", *words])
)

CHANGES = st.one_of(
    st.builds(WriteMemory, st.sampled_from(SKILLS), st.sampled_from("abc"), TEXTS),
    st.builds(DropMemory, st.sampled_from(SKILLS), st.sampled_from("abc")),
    st.sampled_from(["undo", "lose"]),
)


@settings(
    max_examples=60,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@example([(0, WriteMemory("notes", key, "buy some eggs"), key == "c") for key in "caba"])
@given(steps=st.lists(st.tuples(st.integers(0, 1), CHANGES, st.booleans()), max_size=12))
def test_kept_is_what_is_stored(stores: tuple[Store, Store], steps: list[Any]) -> None:
    """Whoever writes, undoes, forgets or loses a race, both read what is stored, also amid it."""
    stores[0].empty()
    session, last = stores[0].session("s").id, list[Turn]()
    for who, change, looks in steps:
        before = stored(stores[0])
        with stores[who].transaction() as mine, stores[1 - who].transaction() as other:
            undo = change == "undo" and last
            effect = UndoTurn(last.pop().id) if undo else WriteMemory("else", "z", 1)
            effects = [effect] if isinstance(change, str) else [change]
            last = [record(mine, session, *effects)]
            assert not looks or agrees(other, before)
            if change == "lose":
                with pytest.raises(RaceError):
                    record(other, session, WriteMemory("notes", "a", "never written"))
        if looks:
            both_agree(stores)
    both_agree(stores)
    stores[0].forget(What(about="milk"))
    assert "milk" not in str(both_agree(stores))


def both_agree(stores: tuple[Store, Store]) -> dict[str, Rows]:
    """Assert that both read what is stored, and return it."""
    now = stored(stores[0])
    for each in stores:
        with each.transaction() as transaction:
            assert agrees(transaction, now)
    return now


def test_kept_is_read_anew_after_a_commit_that_was_cut_short(stores: tuple[Store, Store]) -> None:
    """Where nobody can tell whether it was committed."""
    with stores[0].transaction() as first:
        session = stores[1].session("s").id
    for cut in (True, False):
        with stores[0].transaction() as transaction:
            assert agrees(transaction, {"notes": {}} if cut else {"notes": {"a": "some text"}})
            with pytest.MonkeyPatch.context() as patch:
                if cut:
                    patch.setattr(type(first._db), "execute", _cut(type(first._db).execute))
                    with pytest.raises(KeyboardInterrupt):
                        record(transaction, session, WriteMemory("notes", "a", "some text"))
                else:
                    record(transaction, session, DropMemory("notes", "a"))
    with stores[0].transaction() as transaction:
        assert agrees(transaction, {})


def _cut(execute: Any) -> Any:
    def cut(self: Any, sql: str, *given: Any) -> Any:
        done = execute(self, sql, *given)
        if sql == "COMMIT":
            raise KeyboardInterrupt
        return done

    return cut


OTHER = """
import sys
from tests.overtaking import now, opened
from assistant.turn import Utterance
there = opened()
session = there.open_session("other").id
for line in sys.stdin:
    turn = there.respond(Utterance(line.strip(), now(there)), session)
    print(turn.reply.text.replace(chr(10), " "), flush=True)
"""


def test_kept_of_two_programs_in_turn() -> None:
    """Each tells at once what the other one has noted, changed and dropped."""
    here = opened()
    session = here.open_session("here").id
    with subprocess.Popen(
        [sys.executable, "-c", OTHER], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as process:
        assert process.stdin
        said = iter(process.stdout or ())

        def there(text: str) -> str:
            print(text, file=process.stdin, flush=True)
            return next(said).strip()

        def mine(text: str) -> str:
            return here.respond(Utterance(text, now(here)), session).reply.text

        for n in range(4):
            one, other = (mine, there) if n % 2 else (there, mine)
            one(f"note that the boiler shows {n}")
            assert other("what was my last note") == f"the boiler shows {n}"
            other(f"note that parcel {n} is in the shed")
            assert one(f"where is parcel {n}") == f"You noted: parcel {n} is in the shed."
            other("undo")
            assert one("what was my last note") == f"the boiler shows {n}"
            assert "You noted" not in one(f"where is parcel {n}")
    here.close()
