"""A door rings what is due: at least once whatever happens, and twice only where it says so."""

from __future__ import annotations

import sqlite3
import subprocess
import sys
from contextlib import closing
from datetime import timedelta
from pathlib import Path

import pytest

from assistant.doors import opening, ringing
from assistant.doors.news import News
from assistant.doors.ringing import Ringer
from assistant.errors import StoreError
from assistant.store import Store, store
from assistant.testing import Conversation
from tests.hostile import rings as campaign


@pytest.fixture
def door(say: Conversation) -> Ringer:
    """Give a door of a conversation."""
    return Ringer(say.assistant)


def lines(door: Ringer) -> list[str]:
    """Return what a door tells now, and let it have been told."""
    told = door.look()
    door.told(told)
    return [each.text for each in told]


def test_ringing_is_told_once(say: Conversation, door: Ringer) -> None:
    """What rings is told by one look, and its message is what is said aloud."""
    say("set a tea timer for 5 minutes")
    assert lines(door) == []
    say.clock.advance(minutes=6)
    (news,) = door.look()
    assert (news.kind, news.aloud) == ("alarm", news.text)
    door.told([news])
    assert lines(door) == lines(Ringer(say.assistant)) == []


def test_ringing_of_a_door_that_was_killed_is_told_again(
    say: Conversation, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What was claimed and not settled may not have been heard, and is told with these words."""
    say("set a tea timer for 5 minutes")
    say.clock.advance(minutes=6)
    monkeypatch.setattr(ringing, "this_door", lambda: "999999999 1.00")
    assert len(Ringer(say.assistant).look()) == 1
    monkeypatch.undo()

    assert lines(Ringer(say.assistant)) == ["You may have heard this: Your tea timer is done."]
    assert lines(Ringer(say.assistant)) == []


def test_ringing_of_a_door_that_sleeps_is_told_by_another(
    say: Conversation, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A suspended door does not keep what it claimed for ever."""
    say("set a tea timer for 5 minutes")
    say.clock.advance(minutes=6)
    asleep = Ringer(say.assistant)
    assert len(asleep.look()) == 1
    monkeypatch.setattr(ringing, "this_door", lambda: "1 1.00")
    monkeypatch.setattr(ringing, "gone", lambda _: False)
    other = Ringer(say.assistant)
    assert lines(other) == []
    say.clock.advance(minutes=1)
    assert lines(other) == ["You may have heard this: Your tea timer is done."]


def test_ringing_what_was_silenced_meanwhile_is_not_told_again(say: Conversation) -> None:
    """Who snoozes or stops it has heard it."""
    say("set a tea timer for 5 minutes")
    say.clock.advance(minutes=6)
    say.assistant.claim("999999999 1.00", opening.gone)
    say("snooze for 10 minutes")
    assert lines(Ringer(say.assistant)) == []


def test_ringing_while_away_says_when(say: Conversation, door: Ringer) -> None:
    """What was due while nothing was open is told with its time, and not aloud."""
    say("set a tea timer for 5 minutes")
    say.clock.advance(hours=2)
    (news,) = door.look(away=True)
    assert news.text.startswith("While you were away (Wed 04 Mar, 10:05): Your tea")
    assert news.aloud == ""


@pytest.mark.parametrize("why", ["held", "full"])
def test_ringing_where_nothing_can_be_written(
    say: Conversation, door: Ringer, monkeypatch: pytest.MonkeyPatch, why: str
) -> None:
    """It is told all the same, once, with what is wrong, and settled when that is over."""
    say("set a tea timer for 5 minutes")
    say.clock.advance(minutes=6)
    monkeypatch.setattr(store, "SHORT", 0.05)
    with closing(sqlite3.connect(say.assistant.store._path)) as hog:
        hog.execute("BEGIN IMMEDIATE" if why == "held" else "SELECT 1")
        if why == "full":
            monkeypatch.setattr(Store, "claim", _full)
        first, second = lines(door), lines(door)
    monkeypatch.undo()

    assert first[0] == "Your tea timer is done."
    assert len(first) == 2
    assert second == []
    assert lines(door) == []
    assert lines(Ringer(say.assistant)) == []


def _full(*_: object) -> list[object]:
    raise StoreError("There is no room left.")


def test_ringing_while_the_clock_was_ahead_is_told_in_time(say: Conversation, door: Ringer) -> None:
    """A clock that was wrong and is set right: what rang too early rings at its time as well."""
    say("set a roast timer for 5 hours")
    say("wake me every day at 7")
    say.clock.advance(days=3)
    early = lines(door)
    assert len(early) == 2
    say.clock.advance(days=-3)
    assert lines(door) == []
    say.clock.advance(hours=5, seconds=1)
    assert lines(door) == ["You may have heard this: Your roast timer is done."]
    assert lines(door) == []
    say.clock.advance(hours=16)
    assert len(lines(door)) == 1


def test_ringing_of_many_days_missed_is_told_once(say: Conversation, door: Ringer) -> None:
    """Of something that repeats the last time tells it."""
    say("wake me every day at 7")
    say.clock.advance(days=9)
    assert len(lines(door)) == 1
    say.clock.advance(days=1)
    assert len(lines(door)) == 1


def test_ringing_a_clock_a_minute_back_rings_nothing_again(say: Conversation, door: Ringer) -> None:
    """Clocks are set by small steps all the time."""
    say("set a tea timer for 5 minutes")
    say.clock.advance(minutes=5, seconds=1)
    assert len(lines(door)) == 1
    say.clock.at -= timedelta(seconds=70)
    assert lines(door) == []
    say.clock.advance(minutes=5)
    assert lines(door) == []


def test_ringing_doors_are_told_apart_by_more_than_their_number() -> None:
    """Another process with the number of one that ended is another door."""
    assert not opening.gone(opening.this_door())
    number = opening.this_door().split()[0]
    assert opening.gone(f"{number} 1.00")
    assert opening.gone("999999999 1.00")
    assert opening.gone("")


def test_ringing_doors_are_known_whatever_the_clock_says(monkeypatch: pytest.MonkeyPatch) -> None:
    """The moment of the start is no time of the day, which is set anew while a door is open."""
    psutil = pytest.importorskip("psutil")
    if not Path("/proc/self/stat").exists():
        pytest.skip("needs a system that counts from its start")
    before = opening.this_door()
    monkeypatch.setattr(psutil.Process, "create_time", lambda _: 1.0)
    assert opening.this_door() == before
    assert not opening.gone(before)
    number, boot, ticks = before.split()
    assert opening.gone(f"{number} {boot} {int(ticks) - 1}")
    assert opening.gone(f"{number} 00000000-0000-0000-0000-000000000000 {ticks}")


def test_ringing_doors_that_were_killed_are_not_open() -> None:
    """Though another process has the number by now; what they left is taken away."""
    with opening.open_door():
        assert opening.any_open()
    note = opening.folder() / "1"
    note.write_text(opening.this_door().replace(opening.this_door().split()[-1], "7"))
    assert not opening.any_open()
    assert list(opening.folder().iterdir()) == []


def test_ringing_a_process_may_be_called_anything() -> None:
    """Its name stands in what tells its start, brackets and blanks and all."""
    name = "a) R 1 (b 2 3 4 5 6"
    code = f"import ctypes; ctypes.CDLL(None).prctl(15, {name[:15].encode()!r}); print(1); input()"
    if not Path("/proc/self/stat").exists():
        pytest.skip("needs Linux")
    with subprocess.Popen(
        [sys.executable, "-c", code], stdin=subprocess.PIPE, stdout=subprocess.PIPE
    ) as other:
        assert other.stdout is not None
        other.stdout.readline()
        door = f"{other.pid} {opening._started(other.pid)}"
        assert door.split()[2].isdigit()
        assert int(door.split()[2]) >= int(opening.this_door().split()[2])
        assert not opening.gone(door)
        other.kill()
    assert opening.gone(door)


def test_ringing_what_is_told_while_settling_is_settled_later(
    say: Conversation, door: Ringer, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Another thread may tell something just then."""
    settled = list[set[str]]()

    def settle(_: Store, alarms: set[str]) -> None:
        settled.append({*alarms})
        door._unsettled.add("b")

    monkeypatch.setattr(Store, "settle", settle)
    door.told([News("alarm", "A rings.", alarm="a")])
    door.told([])
    assert settled == [{"a"}, {"b"}]


def test_ringing_of_killed_doors_in_short(tmp_path: Path) -> None:
    """A little of the campaign; whole it is `python -m tests.hostile.rings`."""
    assert campaign.run(tmp_path, kills=6, seed=2, each=6) == []


def test_ringing_is_not_lost_where_settling_fails(
    say: Conversation, door: Ringer, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What was claimed is told, whatever becomes of what was told before."""
    say("set a tea timer for 5 minutes")
    say("set an egg timer for 6 minutes")
    say.clock.advance(minutes=5, seconds=1)
    monkeypatch.setattr(Store, "settle", _full)
    assert lines(door) == ["Your tea timer is done."]
    say.clock.advance(minutes=1)
    assert lines(door) == ["Your egg timer is done."]
    monkeypatch.undo()
    say.clock.advance(minutes=1)
    assert lines(door) == lines(Ringer(say.assistant)) == []


def test_ringing_what_a_door_lost_itself_is_told_again(say: Conversation, door: Ringer) -> None:
    """A claim that was never told, in a process that goes on, is told after a while."""
    say("set a tea timer for 5 minutes")
    say.clock.advance(minutes=6)
    door.look()
    assert lines(door) == []
    say.clock.advance(minutes=1)
    assert lines(door) == ["You may have heard this: Your tea timer is done."]
