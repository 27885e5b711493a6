"""Time is real: over both changes of the clock in 2026, Europe/Berlin."""

from __future__ import annotations

from datetime import UTC, datetime, time, timedelta

import pytest

from assistant.skill.given import Clock
from assistant.testing import BERLIN, Conversation, StandingClock

SPRING = datetime(2026, 3, 29, 0, 30, tzinfo=BERLIN)
"""Before 02:00 becomes 03:00."""

AUTUMN = datetime(2026, 10, 25, 0, 30, tzinfo=BERLIN)
"""Before 03:00 becomes 02:00."""


@pytest.mark.parametrize("before", [SPRING, AUTUMN], ids=["spring", "autumn"])
def test_clock_changes_lengths_are_real(say: Conversation, before: datetime) -> None:
    """A timer, what is added to it, a reminder and a snooze take as long as was said."""
    say.clock.at = before
    say("set a tea timer for 4 hours")
    (timer,) = say.assistant.store.pending()
    assert timer.due_utc - say.clock() == timedelta(hours=4)
    assert "Tea timer: 4 hours left" in say("my timers").reply.text

    say("add 1 hour to the tea timer")
    say("remind me in 6 hours to stretch")
    timer, reminder = say.assistant.store.pending()
    assert timer.due_utc - say.clock() == timedelta(hours=5)
    assert reminder.due_utc - say.clock() == timedelta(hours=6)
    assert "5 hours left" in say("my timers").reply.text

    say.clock.at = (timer.due_utc - timedelta(hours=4)).astimezone(BERLIN)
    say("set a timer for 1 second")
    say.clock.advance(seconds=2)
    assert len(say.ring()) == 1
    say("snooze for 2 hours")
    soonest = say.assistant.store.pending()[0]
    assert soonest.due_utc - say.clock() == timedelta(hours=2)


@pytest.mark.parametrize(
    ("before", "hours"), [(SPRING, 5.5), (AUTUMN, 7.5)], ids=["spring", "autumn"]
)
def test_clock_changes_wall_times_stay(say: Conversation, before: datetime, hours: float) -> None:
    """An alarm for seven rings when the wall shows seven, so much real time later."""
    say.clock.at = before
    say("wake me at 7 am")
    (alarm,) = say.assistant.store.pending()

    assert f"{alarm.due:%H:%M}" == "07:00"
    assert alarm.due_utc - say.clock() == timedelta(hours=hours)


def test_clock_changes_a_time_in_the_gap_is_told(say: Conversation) -> None:
    """An alarm for a time that is leapt over says when it will ring."""
    say.clock.at = SPRING

    assert "today at 03:30" in say("wake me at 2:30 am").reply.text
    (alarm,) = say.assistant.store.pending()
    assert alarm.due_utc == datetime(2026, 3, 29, 1, 30, tzinfo=UTC)


@pytest.mark.parametrize("sentence", ["set an alarm for 4:45", "remind me at 4:45 to call mum"])
@pytest.mark.parametrize(
    ("hour", "told"), [(1, "today at 04:45"), (13, "today at 16:45"), (20, "tomorrow at 04:45")]
)
def test_clock_changes_the_next_such_time_is_one_rule(
    say: Conversation, sentence: str, hour: int, told: str
) -> None:
    """With am and pm open it is the sooner one, whichever skill is asked."""
    say.clock.at = say.clock.at.replace(hour=hour)

    assert told in say(sentence).reply.text


def test_clock_changes_the_hour_that_comes_twice(say: Conversation) -> None:
    """In the second of two equal hours, what is a minute ahead has not passed."""
    say.clock.at = datetime(2026, 10, 25, 1, 30, tzinfo=UTC).astimezone(BERLIN)

    assert "today at 02:45" in say("remind me at 2:45 am to stretch").reply.text
    assert "today at 02:40" in say("set an alarm for 2:40 am today").reply.text
    assert [a.due_utc - say.clock() for a in say.assistant.store.pending()] == [
        timedelta(minutes=10),
        timedelta(minutes=15),
    ]


def test_clock_changes_no_moment_that_has_passed(say: Conversation) -> None:
    """Neither set nor moved, and what is there stays as it was."""
    say("remind me tomorrow at noon to eat")
    for sentence in ("remind me yesterday to eat", "move the reminder to yesterday"):
        assert "has passed" in say(sentence).reply.text
    (alarm,) = say.assistant.store.pending()

    assert f"{alarm.due:%d %H:%M}" == "05 12:00"


def test_clock_changes_of_the_clock_itself() -> None:
    """``after`` and ``until`` are real time, ``next`` is the wall's."""
    clock = Clock(BERLIN, StandingClock(SPRING))

    assert clock.after(timedelta(hours=4)) == datetime(2026, 3, 29, 5, 30, tzinfo=BERLIN)
    assert clock.until(datetime(2026, 3, 29, 5, 30, tzinfo=BERLIN)) == timedelta(hours=4)
    assert clock.spoken_moment(clock.next(time(0, 15))) == "tomorrow at 00:15"
