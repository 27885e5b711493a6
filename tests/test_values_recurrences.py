"""What recurs is read as a rule, happens when people mean it, and nothing breaks that."""

from __future__ import annotations

import json
from datetime import date, datetime, time, timedelta
from itertools import islice

import pytest
from dateutil.rrule import rrulestr
from hypothesis import given
from hypothesis import strategies as st

from assistant import DateRange, Recurrence, SkillError
from assistant.language.values import from_json, slot_type, to_json
from assistant.testing import BERLIN, WEDNESDAY

RULES = {
    "every day": "FREQ=DAILY",
    "daily at noon": "FREQ=DAILY 12:00",
    "every other day": "FREQ=DAILY;INTERVAL=2",
    "every 3 days at 8": "FREQ=DAILY;INTERVAL=3 08:00",
    "every weekday at seven": "FREQ=WEEKLY;BYDAY=MO,TU,WE,TH,FR 07:00",
    "weekdays at 8:15": "FREQ=WEEKLY;BYDAY=MO,TU,WE,TH,FR 08:15",
    "weekends": "FREQ=WEEKLY;BYDAY=SA,SU",
    "mondays and thursdays": "FREQ=WEEKLY;BYDAY=MO,TH",
    "every tuesday, thursday and saturday": "FREQ=WEEKLY;BYDAY=TU,TH,SA",
    "every tuesday to friday at 9 am": "FREQ=WEEKLY;BYDAY=TU,WE,TH,FR 09:00",
    "every second tuesday": "FREQ=WEEKLY;BYDAY=TU;INTERVAL=2",
    "every two weeks on friday": "FREQ=WEEKLY;BYDAY=FR;INTERVAL=2",
    "weekly on sundays": "FREQ=WEEKLY;BYDAY=SU",
    "every week": "FREQ=WEEKLY;BYDAY=WE",
    "fortnightly on mondays": "FREQ=WEEKLY;BYDAY=MO;INTERVAL=2",
    "every day except sundays": "FREQ=WEEKLY;BYDAY=MO,TU,WE,TH,FR,SA",
    "every morning": "FREQ=DAILY 09:00",
    "each night at 10": "FREQ=DAILY 22:00",
    "at six every evening": "FREQ=DAILY 18:00",
    "thursday evenings": "FREQ=WEEKLY;BYDAY=TH 19:00",
    "every hour": "FREQ=HOURLY",
    "every 15 minutes": "FREQ=MINUTELY;INTERVAL=15",
    "twice a day": "FREQ=HOURLY;INTERVAL=12",
    "once a month on the 5th": "FREQ=MONTHLY;BYMONTHDAY=5",
    "on the 31st of every month": "FREQ=MONTHLY;BYMONTHDAY=28,29,30,31;BYSETPOS=-1",
    "the 1st and 15th of each month": "FREQ=MONTHLY;BYMONTHDAY=1,15",
    "the last day of every month at 6 pm": "FREQ=MONTHLY;BYMONTHDAY=-1 18:00",
    "first monday of every month": "FREQ=MONTHLY;BYDAY=1MO",
    "every last friday of the month": "FREQ=MONTHLY;BYDAY=-1FR",
    "every year on the 3rd of may": "FREQ=YEARLY;BYMONTH=5;BYMONTHDAY=3",
    "june 5th every year at 8": "FREQ=YEARLY;BYMONTH=6;BYMONTHDAY=5 08:00",
    "every christmas": "FREQ=YEARLY;BYMONTH=12;BYMONTHDAY=25",
    "every christmas eve": "FREQ=YEARLY;BYMONTH=12;BYMONTHDAY=24",
    "every new year's eve": "FREQ=YEARLY;BYMONTH=12;BYMONTHDAY=31",
    "every thanksgiving eve": None,
    "every christmas week": None,
    "every mother's day": "FREQ=YEARLY;BYMONTH=5;BYDAY=2SU",
    "every friday until the 3rd of may": "FREQ=WEEKLY;BYDAY=FR;UNTIL=20260503T235959",
    "every day at 8 until june": "FREQ=DAILY;UNTIL=20260531T235959 08:00",
    "every day for two weeks": "FREQ=DAILY;UNTIL=20260317T235959",
    "every hour for 3 hours": "FREQ=HOURLY;UNTIL=20260304T130000",
    "every 10 minutes until 5 pm": "FREQ=MINUTELY;INTERVAL=10;UNTIL=20260304T170000",
    "every day from monday for a week": "FREQ=DAILY;UNTIL=20260315T235959",
    "every day for the next month": "FREQ=DAILY;UNTIL=20260403T235959",
    "at 6:30 each morning": "FREQ=DAILY 06:30",
    "every monday 5 times": "FREQ=WEEKLY;BYDAY=MO;COUNT=5",
    "every saturday from next month": "FREQ=WEEKLY;BYDAY=SA",
    "every easter": None,
    "every second": None,
    "every day unless it rains": None,
    "every day at 8 and 20": None,
    "every day from 9 to 5": None,
    "monday and thursday": None,
    "every time": None,
    "the 3rd of may": None,
    "twice": None,
}
"""A phrase and its rule with the time, seen from Wednesday, 4 March 2026, 10:00; None is none."""


@pytest.mark.parametrize(("said", "rule"), RULES.items())
def test_values_recurrences_table(said: str, rule: str | None) -> None:
    """Each phrasing is the rule people mean by it."""
    found = slot_type(Recurrence).parse(said, WEDNESDAY)

    shown = None
    if found is not None:
        shown = f"{found.rule} {found.time:%H:%M}" if found.time else found.rule
    assert shown == rule


@pytest.mark.parametrize(
    ("said", "times"),
    [
        ("every other friday at 4", ["03-06 16:00", "03-20 16:00", "04-03 16:00"]),
        ("on the 31st of every month at 8", ["03-31 08:00", "04-30 08:00", "05-31 08:00"]),
        ("every 36 hours", ["03-05 22:00", "03-07 10:00", "03-08 22:00"]),
        ("every monday 2 times", ["03-09 09:00", "03-16 09:00", None]),
        ("every saturday from next month", ["04-04 09:00", "04-11 09:00", "04-18 09:00"]),
        ("every day until friday", ["03-05 09:00", "03-06 09:00", None]),
        ("every hour for 2 hours", ["03-04 11:00", "03-04 12:00", None]),
        ("every month on the 4th at 11", ["03-04 11:00", "04-04 11:00", "05-04 11:00"]),
    ],
)
def test_values_recurrences_happen(said: str, times: list[str | None]) -> None:
    """The next times follow one another, and end where an end was told."""
    found = slot_type(Recurrence).parse(said, WEDNESDAY)
    after: datetime | None = WEDNESDAY
    shown = []
    for _ in times:
        after = found.next(after) if after else None
        shown.append(f"{after:%m-%d %H:%M}" if after else None)

    assert shown == times


def test_values_recurrences_keep_the_wall_time() -> None:
    """Over both changes of the clocks a day's time stays, and hours are real ones."""
    daily = Recurrence("FREQ=DAILY", time(8))
    leapt = Recurrence("FREQ=DAILY", time(2, 30))
    spring = datetime(2026, 3, 28, 9, tzinfo=BERLIN)
    hours = Recurrence("FREQ=HOURLY;INTERVAL=12", None, spring)

    assert daily.next(spring) == datetime(2026, 3, 29, 8, tzinfo=BERLIN)
    assert daily.next(datetime(2026, 10, 24, 9, tzinfo=BERLIN)).hour == 8  # type: ignore[union-attr]
    assert leapt.next(spring) == datetime(2026, 3, 29, 3, 30, tzinfo=BERLIN)
    assert hours.next(datetime(2026, 3, 28, 21, tzinfo=BERLIN)).hour == 10  # type: ignore[union-attr]


SAID = [s for s, rule in RULES.items() if rule and "SETPOS" not in rule and " for " not in s]


@pytest.mark.parametrize("said", SAID)
def test_values_recurrences_say_what_they_are(said: str) -> None:
    """What a recurrence says of itself is read as the same one; JSON keeps it whole."""
    found = slot_type(Recurrence).parse(said, WEDNESDAY)

    again = slot_type(Recurrence).parse(str(found), WEDNESDAY)
    assert (again.rule, again.time) == (found.rule, found.time)
    assert from_json(Recurrence, json.loads(json.dumps(to_json(found)))) == found


def test_values_recurrences_tell_of_short_months() -> None:
    """The rule for months without a 31st is said."""
    assert "last day of a shorter one" in str(
        slot_type(Recurrence).parse("every month on the 31st", WEDNESDAY)
    )


def test_values_recurrences_bad_json() -> None:
    """What is no recurrence is a ValueError."""
    with pytest.raises(ValueError, match="is no recurrence"):
        from_json(Recurrence, {"time": None})


@given(st.sampled_from(SAID), st.integers(0, 3000), st.integers(0, 1439))
def test_values_recurrences_agree_with_rrule(said: str, days: int, minutes: int) -> None:
    """The next time is one dateutil's rrule names too, and no earlier one lies between."""
    found = slot_type(Recurrence).parse(said, WEDNESDAY)
    after = WEDNESDAY + timedelta(days=days, minutes=minutes)
    then = found.next(after)
    if then is None or found.parts()["FREQ"] in ("HOURLY", "MINUTELY"):
        return
    first = found.start.date() if found.start else date(2026, 3, 1)
    start = datetime.combine(first, found.time or time(9))
    days_ = rrulestr(found.rule, dtstart=start)

    assert then > after
    assert days_.after(after.replace(tzinfo=None)) == then.replace(tzinfo=None) or then.hour == 3


MOVABLE = [
    Recurrence("FREQ=DAILY", time(7)),
    Recurrence("FREQ=DAILY;INTERVAL=3", time(23, 50)),
    Recurrence("FREQ=DAILY;COUNT=4", time(0, 10)),
    Recurrence("FREQ=DAILY;UNTIL=20260310T235959", time(23, 50)),
    Recurrence("FREQ=WEEKLY;BYDAY=MO", time(23, 50)),
    Recurrence("FREQ=WEEKLY;BYDAY=MO,TU,WE,TH,FR", time(0, 10)),
    Recurrence("FREQ=WEEKLY;INTERVAL=2;BYDAY=SU", time(23, 50)),
    Recurrence("FREQ=HOURLY;INTERVAL=2"),
    Recurrence("FREQ=MINUTELY;INTERVAL=40;COUNT=9"),
    Recurrence("FREQ=HOURLY;UNTIL=20260304T200000"),
    Recurrence("FREQ=MONTHLY;BYMONTHDAY=28,29,30,31;BYSETPOS=-1", time(12)),
    Recurrence("FREQ=YEARLY;BYMONTH=5;BYDAY=2SU", time(12)),
]


@pytest.mark.parametrize("rule", MOVABLE, ids=lambda each: each.rule)
@pytest.mark.parametrize("minutes", [-30, 20, 90])
def test_values_recurrences_move_with_all_their_times(rule: Recurrence, minutes: int) -> None:
    """Each time of what is moved is one of before, later by the length, and none is lost."""
    by = timedelta(minutes=minutes)
    first = rule.next(WEDNESDAY)
    assert first is not None
    begun = rule.beginning(WEDNESDAY if rule.in_steps else first)
    times = list(islice(begun.times(WEDNESDAY), 10))
    moved = list(islice(begun.moved(by).times(WEDNESDAY + by), 10))

    assert moved == [each + by for each in times]
    left_out = begun.without(begun.time_of(times[1]))
    assert [*islice(left_out.moved(by).times(WEDNESDAY + by), 3)] == [
        each + by for each in islice(left_out.times(WEDNESDAY), 3)
    ]
    assert Recurrence.from_text(begun.moved(by).to_text(), BERLIN) == begun.moved(by)


def test_values_recurrences_hours_of_a_day_move() -> None:
    """The hours move together, round the clock."""
    moved = Recurrence("FREQ=DAILY;BYHOUR=8,20", time(8)).moved(timedelta(hours=5, minutes=30))

    assert (moved.rule, moved.time) == ("FREQ=DAILY;BYHOUR=1,13", time(13, 30))


@pytest.mark.parametrize(
    "rule", ["FREQ=MONTHLY;BYMONTHDAY=1,15", "FREQ=WEEKLY;INTERVAL=2;BYDAY=WE,SU"]
)
def test_values_recurrences_that_no_rule_tells_are_not_moved(rule: str) -> None:
    """Over midnight some would fall on days that a rule of the kind can't tell: that is said."""
    late = Recurrence(rule, time(23, 50))

    assert late.moved(timedelta(minutes=5)).time == time(23, 55)
    with pytest.raises(SkillError, match="falls on other days"):
        late.moved(timedelta(minutes=20))


WORDS = st.sampled_from(
    "every each other second day days week month monday thursdays and , the 31st of 1st at 8 until "
    "may for two weeks from except twice a weekends morning in last christmas 5 times".split()
)


@given(st.lists(WORDS, max_size=12).map(" ".join))
def test_values_recurrences_nothing_breaks_the_reading(text: str) -> None:
    """Any words are read without an error, and what is found has a next time or has ended."""
    for found in slot_type(Recurrence).find(text, WEDNESDAY):
        following = found.value.next(WEDNESDAY)
        assert following is None or following > WEDNESDAY
        assert str(found.value)


def test_values_recurrences_join_a_time_apart() -> None:
    """A time that stands apart in the sentence belongs to what recurs."""
    (found,) = slot_type(Recurrence).find("make a daily alarm for 8 am please", WEDNESDAY)

    assert (found.value.rule, found.value.time) == ("FREQ=DAILY", time(8))
    assert found.text == "daily 8 am"
    assert slot_type(Recurrence).find("not every day", WEDNESDAY) == []


@pytest.mark.parametrize(
    "sentence",
    [
        "make a daily alarm for 6 am",
        "remind me every evening at 9 to feed the cat",
        "set an alarm for 7pm on mondays",
        "call mum on the 31st of every month",
        "every other week on tuesday",
        "every day until june",
        "every 15 minutes for two hours",
    ],
)
def test_values_recurrences_hold_no_single_time(sentence: str) -> None:
    """A time or day of what recurs is not read as one that happens once."""
    for kind in (date, datetime, time, timedelta, DateRange):
        assert slot_type(kind).find(sentence, WEDNESDAY) == [], kind
