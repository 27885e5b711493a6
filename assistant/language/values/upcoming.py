"""When a clock shows a time: next, on a day, or in the place of another moment."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta

EARLIEST = 7
"""Beside a day, an open hour before this one is in the afternoon."""


def next_time(at: time, day: date | None, now: datetime, *, early: bool = False) -> datetime:
    """Return when a clock shows a time next, or on a certain day.

    A ``ClockTime`` that left am or pm open is the first of both still ahead; on another day than
    today one from 1 to 6 is in the afternoon, unless ``early``, as for getting up.
    """
    is_open = getattr(at, "open", False)
    both = _halves(at)
    if day is None:
        days = [now.date() + timedelta(days=n) for n in (0, 1, 2)]
        return next(m for d in days for hour in both if ahead_of(m := on(d, hour, now), now))
    if is_open and day == now.date():
        ahead = [m for hour in both if ahead_of(m := on(day, hour, now), now)]
        return ahead[0] if ahead else on(day, both[-1], now)
    if is_open and 1 <= at.hour < EARLIEST and not early:
        return on(day, both[-1], now)
    return on(day, at, now)


def nearest_time(at: time, day: date | None, near: datetime, now: datetime) -> datetime:
    """Return when a clock shows a time on a day, else on that of a moment it takes the place of.

    With am or pm open it is the one nearer to that moment; where all are over, the next.
    """
    near = near.astimezone(now.tzinfo)
    found = [on(day or near.date(), hour, now) for hour in _halves(at)]
    ahead = [each for each in found if ahead_of(each, now)]
    if not ahead:
        return next_time(at, day, now, early=True)
    shown = near.hour * 60 + near.minute
    return min(ahead, key=lambda each: abs(each.hour * 60 + each.minute - shown))


def _halves(at: time) -> list[time]:
    """Return a time, or where am or pm is open that of the morning and that of the evening."""
    if not getattr(at, "open", False):
        return [at]
    return [at.replace(hour=at.hour % 12), at.replace(hour=at.hour % 12 + 12)]


def ahead_of(moment: datetime, now: datetime) -> bool:
    """Tell whether a moment is still to come, by real time."""
    # In one zone Python compares what the clocks show, which twice a year is no order.
    return moment.astimezone(UTC) > now


def on(day: date, at: time, now: datetime) -> datetime:
    """Combine in the zone of ``now``, by the rules of the clock's changes.

    An hour that is leapt over becomes the one after; of an hour that comes twice it is the first
    that is still ahead.
    """
    plain = time(at.hour, at.minute, at.second)
    first, second = (
        datetime.combine(day, plain.replace(fold=fold), now.tzinfo).astimezone(UTC)
        for fold in (0, 1)
    )
    chosen = second if first <= now < second else first
    return chosen.astimezone(now.tzinfo)
