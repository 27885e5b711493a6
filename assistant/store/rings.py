"""What becomes of an alarm that rings: it has rung, or waits for its next time."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta

from assistant.skill.given import Alarm

MISSED = timedelta(days=32)
"""How far back the last time that was missed is looked for."""


def rung(alarm: Alarm, now: datetime) -> list[Alarm]:
    """Return what rang of a due alarm, and the alarm itself where it rings again.

    Of several times that were missed the last one rang. What rang of one that repeats is an alarm
    of its own, to be snoozed without the others.
    """
    now = now.astimezone(alarm.due.tzinfo)
    if alarm.repeat is None:
        return [replace(alarm, state="rung", rung_at=now)]
    last, following = alarm.due, None
    since = max(alarm.due, now - MISSED)  # what was missed longer ago is not counted one by one
    for each in alarm.repeat.times(since):
        if each > now:
            following = each
            break
        last = each
    if following is None:
        return [replace(alarm, due=last, state="rung", rung_at=now, repeat=None)]
    once = replace(
        alarm,
        id=f"{alarm.id}-{last:%Y%m%dT%H%M%S}",
        due=last,
        state="rung",
        rung_at=now,
        repeat=None,
    )
    return [once, replace(alarm, due=following)]
