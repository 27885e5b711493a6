"""What was read of memory is kept until another one writes, and is never what is no longer so."""

from __future__ import annotations

import sqlite3
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

from assistant.conversation.ahead import Ahead
from assistant.errors import RaceError, StoreError
from assistant.language.plurals import singular
from assistant.language.tokens import split
from assistant.language.values.kept import Keys, Texts
from assistant.skill.given import DropMemory, Effect, Reader, UndoTurn, WriteMemory
from assistant.store import Store, Transaction, What
from assistant.store.kept import Kept
from assistant.store.opening import read_only
from assistant.turn import Reply, Turn, Understanding, Utterance
from tests.overtaking import now, opened
from tests.shelf import Copy

Rows = dict[str, Any]

SKILLS = ("notes", "lists")


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
        assert reads(reader, skill) == [*rows.items()]
        assert [*transaction.made(skill, Copy).rows.items()] == [*rows.items()]
        keys = transaction.made_of_keys(skill, Keys)
        assert [*keys] == [*rows]
        for said in KEYS:
            assert keys.told(said) == next((key for key in rows if _alike(key, said)), None)
            words = {word.text for key in rows for word in split(key)}
            assert {*keys.words(said[0])} == {word for word in words if word[0] == said[0]}
        found = transaction.made(skill, Texts)
        assert sorted(found) == sorted(rows.values())
        for word in WORDS:
            assert next(found.having({singular(word)}), None) == _newest(rows, word)
    return True


def reads(reader: Reader, skill: str) -> list[tuple[str, Any]]:
    """Return all of a skill's memory, which each way to read it gives."""
    there = reader.memory(skill)
    assert [*reader.keys(skill)] == [*there]
    assert {key: reader.value(skill, key) for key in there} == there
    assert reader.made(skill, Copy).rows == there
    for key in {*KEYS} - {*there}:
        with pytest.raises(KeyError):
            reader.value(skill, key)
    return [*there.items()]


def _alike(key: str, said: str) -> bool:
    return key == said or {key, said} == {*KEYS[1:]}


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

KEYS = ("a", "red tent", "the red tents")
"""Names, of which the last two are told alike."""

WRITES = st.one_of(
    st.builds(WriteMemory, st.sampled_from(SKILLS), st.sampled_from(KEYS), TEXTS),
    st.builds(DropMemory, st.sampled_from(SKILLS), st.sampled_from(KEYS)),
)

CHANGES = WRITES | st.sampled_from(["undo", "lose"])


@settings(
    max_examples=60,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@example(
    [(0, WriteMemory("notes", key, "buy some eggs"), key == "a") for key in (*KEYS, "red tent")]
)
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


@settings(
    max_examples=60,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(turns=st.lists(st.lists(WRITES, max_size=3), max_size=5), last=st.integers(0, 3))
def test_kept_is_read_without_turns_and_with_what_is_to_come(
    stores: tuple[Store, Store], turns: list[list[Any]], last: int
) -> None:
    """Each way to read gives the same, and what was, or will be, stored."""
    stores[0].empty()
    session, states, done = stores[0].session("s").id, [stored(stores[0])], list[Turn]()
    for effects in turns:
        with stores[0].transaction() as transaction:
            ahead = Ahead(transaction.reader(), effects)
            seen = {skill: dict(reads(ahead, skill)) for skill in SKILLS}
            done.append(record(transaction, session, *effects))
        states.append(stored(stores[0]))
        assert seen == states[-1]
    with stores[0].transaction() as transaction:
        left = [turn.id for turn in reversed(done)][:last]
        before = transaction.reader().without(left)
        seen = {skill: dict(reads(before, skill)) for skill in SKILLS}
        assert seen == states[len(done) - len(left)]


def raw(path: Path, sql: str, *values: str) -> None:
    """Write as any other program could."""
    with closing(sqlite3.connect(path, isolation_level=None)) as connection:
        connection.execute(sql, values)


STEPS = st.tuples(
    st.sampled_from(["one", "other", "in place", "put aside", "vacuum", "nobody"]),
    st.sampled_from(KEYS),
    TEXTS | st.none(),
    st.tuples(*[st.sampled_from(["", "keys", "values", "all"])] * 2),
)

ALL = ("all", "all")


@settings(
    max_examples=100,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@example(
    [("one", "a", "buy some eggs", ALL), ("one", "a", None, ("", "")), ("one", "a", "x y", ALL)]
)
@example([("one", "a", "buy some eggs", ALL), ("in place", "a", "buy some milk", ALL)])
@example(
    [("one", key, "buy some eggs", ALL) for key in KEYS]
    + [("put aside", "a", "buy some eggs", ALL)]
)
@given(steps=st.lists(STEPS, max_size=14))
def test_kept_follows_two_connections(stores: tuple[Store, Store], steps: list[Any]) -> None:
    """Places of rows that are used again, changed or renumbered: it is as in a dictionary."""
    stores[0].empty()
    session, plain = stores[0].session("s").id, Rows()
    raw(stores[0]._path, "DELETE FROM memory")
    for who, key, text, looks in steps:
        if who in ("one", "other"):
            effect = DropMemory("notes", key) if text is None else WriteMemory("notes", key, text)
            with stores[who == "other"].transaction() as transaction:
                record(transaction, session, effect)
            plain.pop(key, None)
            plain |= {} if text is None else {key: text}
        elif who == "in place" and key in plain:
            plain[key] = text or "buy nothing"
            raw(
                stores[0]._path, "UPDATE memory SET value = ? WHERE key = ?", f'"{plain[key]}"', key
            )
        elif who == "put aside" and key in plain:
            plain = {key: plain.pop(key)} | plain
            raw(
                stores[0]._path,
                "UPDATE memory SET rowid = -(SELECT count(*) + abs(min(rowid)) "
                "FROM memory) WHERE key = ?",
                key,
            )
        elif who == "vacuum":
            raw(stores[0]._path, "VACUUM")
        for store, look in zip(stores, looks, strict=True):
            with store.transaction() as transaction:
                assert look != "all" or agrees(transaction, {"notes": plain})
                reader = transaction.reader()
                assert look != "values" or all(reader.value("notes", k) == plain[k] for k in plain)
                assert look != "keys" or [*transaction.made_of_keys("notes", Keys)] == [*plain]


class Given(Copy):
    """A copy that tells the keys it was given last."""

    def __init__(self, rows: Rows | None = None, given: Collection[str] = ()) -> None:
        super().__init__(rows)
        self.given = given

    def changed(self, values: Mapping[str, Any], gone: Collection[str]) -> Given:
        """Return it with what changed."""
        return Given(super().changed(values, gone).rows, [*values, *gone])


def test_kept_is_made_of_what_another_one_changed(stores: tuple[Store, Store]) -> None:
    """Not of all; where nothing changed in a skill's memory, of nothing."""
    session, keys = stores[0].session("s").id, [str(n) for n in range(9)]
    changes = [*(WriteMemory("notes", key, key) for key in keys)], [WriteMemory("lists", "a", 1)]
    later = [WriteMemory("notes", "3", "new"), DropMemory("notes", "8"), DropMemory("notes", "0")]
    told: list[Collection[str]] = []
    for effects in (*changes, later, [WriteMemory("notes", "8", "again")]):
        with stores[0].transaction() as transaction:
            record(transaction, session, *effects)
        with stores[1].transaction() as transaction:
            told.append({*transaction.made("notes", Given).given})

    assert told == [{*keys}, {*keys}, {"3", "8", "0"}, {"8"}]


def test_kept_that_could_not_be_read_is_read_then(stores: tuple[Store, Store]) -> None:
    """What failed once is not taken for empty."""
    session = stores[0].session("s").id
    with stores[1].transaction() as transaction:
        record(transaction, session, WriteMemory("notes", "a", "buy some eggs"))
    with stores[0].transaction() as transaction, pytest.MonkeyPatch.context() as patch:
        patch.setattr(Kept, "_rows", _fails)
        with pytest.raises(StoreError):
            transaction.made_of_keys("notes", Keys)
        patch.undo()
        assert [*transaction.made_of_keys("notes", Keys)] == ["a"]
        assert agrees(transaction, {"notes": {"a": "buy some eggs"}})


def _fails(*_: object) -> None:
    raise sqlite3.OperationalError


def both_agree(stores: tuple[Store, Store]) -> dict[str, Rows]:
    """Assert that both read what is stored, and return it."""
    now = stored(stores[0])
    for each in stores:
        with each.transaction() as transaction:
            assert agrees(transaction, now)
    return now


def test_keys_follow_what_is_written_and_read_no_value(stores: tuple[Store, Store]) -> None:
    """Those of a turn before stay as they were then."""
    session, seen = stores[0].session("s").id, list[Keys]()
    drop = DropMemory("notes", "red tent")
    for change in (*(WriteMemory("notes", key, 1) for key in ("red tent", "rope", "a")), drop):
        with stores[0].transaction() as transaction:
            seen.append(transaction.made_of_keys("notes", Keys))
            assert transaction._kept._shelf("notes").whole is False
            record(transaction, session, change)
    with stores[0].transaction() as transaction:
        seen.append(transaction.made_of_keys("notes", Keys))

    told = ([], ["red tent"], ["red tent", "rope"], ["red tent", "rope", "a"], ["rope", "a"])
    assert [[*keys] for keys in seen] == [*told]
    words = (set(), {"red"}, {"red", "rope"}, {"red", "rope"}, {"rope"})
    assert [{*keys.words("r")} for keys in seen] == [*words]
    assert [keys.told("the red tents") for keys in seen] == [None, *["red tent"] * 3, None]


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
from tests.shelf import Copy
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
