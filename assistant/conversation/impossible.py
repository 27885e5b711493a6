"""Names a day that no calendar has, instead of asking as if none had been said."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime

from assistant.conversation.replies import Handled
from assistant.language.values import DateRange, Recurrence, TimeSpan
from assistant.language.values.impossible import no_such_day
from assistant.turn import Reply, Understanding

DATED = (date, DateRange, Recurrence, TimeSpan)
"""Values that such a day may have been misread as, in part."""


def named(handled: Handled, meant: Understanding, text: str, now: datetime) -> Handled:
    """Return what came of a text; where it names a day that there is none of, say that instead.

    What it would have done on another day is dropped. A question that was open before goes on.
    """
    dated = any(isinstance(slot.value, DATED) for slot in meant.slots)
    said = no_such_day(text, now) if dated or handled.outcome in ("asked", "refused") else ""
    if not said:
        return handled
    if handled.question is not None and handled.question.tries:
        return replace(handled, reply=Reply(f"{said} {handled.reply.text}"))
    return Handled(Reply(f"{said} Name another day."), "refused")
