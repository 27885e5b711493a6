"""Copies of the database, the way back to them, and what is saved of a damaged one."""

from __future__ import annotations

import random
import sqlite3
from contextlib import closing
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
from click.testing import CliRunner

from assistant.cli import commands
from assistant.errors import StoreError
from assistant.store import Store, backups, recovering
from assistant.testing import Conversation
from tests.hostile import databases as campaign

NOW = datetime(2026, 11, 29, 10, tzinfo=UTC)


@pytest.fixture
def database(say: Conversation) -> Path:
    """Give the database of a home in which something was said."""
    for n in range(40):
        say(f"note that box {n} is in the loft")
    say("add milk to my shopping list")
    say("set a tea timer for 5 hours")
    path = say.assistant.store._path
    say.close()
    return path


def kept(path: Path) -> tuple[int, list[str], int]:
    """Return how many notes there are, the shopping list and how many alarms wait."""
    store = Store.open(path)
    try:
        notes, lists = (store.reader().memory(name) for name in ("notes", "lists"))
        return len(notes), lists["shopping"], len(store.pending())
    finally:
        store.close()


def test_backups_are_made_once_a_day_and_the_newest_stay(database: Path) -> None:
    """One a day, a week of them, none of which others may read."""
    first = date(2026, 11, 1)
    made = [backups.back_up_daily(database, first + timedelta(days=n)) for n in range(10)]
    assert all(made)
    assert backups.back_up_daily(database, first + timedelta(days=9)) is None
    there = backups.copies(database)
    assert [each.name for each in there][:2] == [
        "assistant-2026-11-10.db",
        "assistant-2026-11-09.db",
    ]
    assert len(there) == backups.DAYS
    assert {each.stat().st_mode & 0o077 for each in there} == {0}
    assert kept(there[0]) == (40, ["milk"], 1)


def test_backups_made_by_hand_stay(database: Path, tmp_path: Path) -> None:
    """Neither do they push out those of the days, nor is the folder they go to changed."""
    for n in range(7):
        backups.back_up_daily(database, date(2026, 11, 1 + n))
        backups.back_up(database, backups.folder(database) / f"assistant-2026-12-01-10000{n}.db")
    backups.back_up_daily(database, date(2026, 11, 8))
    assert len(backups.copies(database)) == 14
    public = tmp_path / "public"
    public.mkdir(mode=0o755)
    public.chmod(0o755)
    backups.back_up(database, public / "x.db")
    assert public.stat().st_mode & 0o777 == 0o755
    with pytest.raises(StoreError, match="the database itself"):
        backups.back_up(database, database)


def test_backups_of_a_damaged_database_take_no_good_one_s_place(database: Path) -> None:
    """What can't be copied whole is no copy."""
    good = backups.back_up_daily(database, date(2026, 11, 1))
    assert good is not None
    _damage(database, 0.7, seed=1)
    with pytest.raises(StoreError):
        backups.back_up(database, good)
    assert kept(good) == (40, ["milk"], 1)


def test_restore_goes_back_and_keeps_what_was(database: Path, say: Conversation) -> None:
    """A program that has it open sees what is restored, and what was before stays beside it."""
    copy = backups.back_up_daily(database, date(2026, 11, 1))
    assert copy is not None
    say("add eggs to my shopping list")
    aside = backups.restore(database, copy, NOW)
    assert say("what is on my shopping list").reply.text.endswith("\n- milk")
    assert aside is not None
    assert kept(aside)[1] == ["milk", "eggs"]


def test_restore_over_a_damaged_database(database: Path) -> None:
    """What can't even be opened makes room."""
    copy = backups.back_up_daily(database, date(2026, 11, 1))
    assert copy is not None
    database.write_bytes(b"no database at all" * 1000)
    backups.restore(database, copy, NOW)
    assert kept(database) == (40, ["milk"], 1)


@pytest.mark.parametrize("content", [b"", b"SQLite format 3\0" + b"x" * 5000, b"hello"])
def test_restore_refuses_what_is_no_copy(database: Path, tmp_path: Path, content: bytes) -> None:
    """Nothing is changed then."""
    other = tmp_path / "other.db"
    other.write_bytes(content)
    if not content:
        with closing(sqlite3.connect(other)) as db:
            db.execute("CREATE TABLE theirs (x)")
    with pytest.raises(StoreError):
        backups.restore(database, other, NOW)
    assert kept(database) == (40, ["milk"], 1)


def test_recover_saves_what_can_be_read(database: Path) -> None:
    """Pages that are lost cost their rows alone; the damaged file keeps its bytes."""
    saved = list[int]()
    whole = database.read_bytes()
    for seed in range(8):
        database.write_bytes(whole)
        _damage(database, 0.15, seed)
        before = database.read_bytes()
        try:
            found = recovering.recover(database, NOW + timedelta(minutes=seed))
        except StoreError:
            assert database.read_bytes() == before
            saved.append(0)
            continue
        assert found.aside.read_bytes() == before
        saved.append(found.saved["turns"])
        Store.open(database).close()
    assert sum(saved) > 8 * 42 * 0.5


def test_recover_of_a_whole_database_loses_nothing(database: Path) -> None:
    """Then everything is saved."""
    found = recovering.recover(database, NOW)
    assert (found.saved["turns"], found.saved["memory"]) == (42, 41)
    assert kept(database) == (40, ["milk"], 1)


def test_recover_by_the_command_line(database: Path) -> None:
    """`assistant doctor --recover` says what was saved, and where the old file is."""
    told = CliRunner().invoke(commands, ["doctor", "--recover"])
    assert told.exit_code == 0, told.output
    assert "42 turns" in told.output
    assert "is kept in" in told.output


def test_backup_and_restore_by_the_command_line(database: Path, tmp_path: Path) -> None:
    """A copy to a file and back, and one that is not there."""
    run = CliRunner()
    copy = str(tmp_path / "copy.db")
    assert run.invoke(commands, ["backup", copy]).exit_code == 0
    assert run.invoke(commands, ["restore", copy, "--yes"]).exit_code == 0
    assert kept(database) == (40, ["milk"], 1)
    gone = run.invoke(commands, ["restore", "2020-01-01", "--yes"])
    assert isinstance(gone.exception, StoreError)
    assert "There is no copy “2020-01-01”" in str(gone.exception)


def _damage(path: Path, share: float, seed: int) -> None:
    """Overwrite a share of the pages behind the first one."""
    chance, data = random.Random(seed), bytearray(path.read_bytes())
    for at in range(4096, len(data), 4096):
        if chance.random() < share:
            data[at : at + 4096] = chance.randbytes(4096)
    path.write_bytes(data)


def test_databases_damaged_in_short(tmp_path: Path) -> None:
    """A little of the campaign; whole it is `python -m tests.hostile.databases`."""
    wrong, ended = campaign.run(tmp_path, rounds=12, seed=4)
    assert wrong == []
    assert ended["recovered"] > 2


def test_recover_ends_where_a_damaged_tree_leads_back() -> None:
    """Row numbers that never go on are no reason to read for ever."""
    asked: list[int] = []

    class Circle:
        """Answers every look with the same rows."""

        def execute(self, _: str, given: list[int]) -> Circle:
            """Note the look."""
            asked.append(given[0])
            return self

        def fetchall(self) -> list[tuple[int, str]]:
            """Return rows in no order."""
            return [(7, "seven"), (3, "three")]

    rows = [*recovering._rows(Circle(), "turns", ["text"])]  # type: ignore[arg-type]
    assert {row[0] for row in rows} == {"seven", "three"}
    assert len(asked) <= recovering.GAP // recovering.CHUNK + 2
