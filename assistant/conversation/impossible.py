"""Names a day that no calendar has, instead of asking as if none had been said."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, datetime

from assistant.conversation.replies import Handled
from assistant.language.values import DateRange, Recurrence, TimeSpan
from assistant.language.values.impossible import no_such_day, no_such_time
from assistant.skill.declared import Intent
from assistant.turn import Reply, SlotValue, Understanding

DATED = (date, DateRange, Recurrence, TimeSpan)
"""Values that such a day may have been misread as, in part."""


def named(
    handled: Handled, meant: Understanding, intent: Intent | None, text: str, now: datetime
) -> Handled:
    """Return what came of a text; where it names a day that there is none of, say that instead.

    What it would have done on another day is dropped. A question that was open before goes on.
    ``intent`` is the one that is meant; where it misses no day, its free texts may tell any.
    """
    dated = any(isinstance(slot.value, DATED) for slot in meant.slots)
    open_ = handled.outcome in ("asked", "refused")
    if not (dated or open_ or _as_a_name(meant, intent, now)):
        return handled
    whole = intent is None or (not dated and _takes_a_day(intent))
    said = no_such_day(text, now)
    if not whole and said and _in_a_free_text(said, meant.slots, now):
        said = no_such_day(_without_free_texts(text, meant.slots), now)
    timeless = handled.outcome == "asked" and (intent is None or _lacks_a_time(meant, intent))
    if not said and timeless and (hour := no_such_time(_without_free_texts(text, meant.slots))):
        return _refused(handled, f"{hour} Name another time.")
    if not said:
        return handled
    if handled.question is not None and handled.question.tries:
        return replace(handled, reply=Reply(f"{said} {handled.reply.text}"))
    return _refused(handled, f"{said} Name another day.")


def _refused(handled: Handled, text: str) -> Handled:
    return Handled(Reply(text), "refused", meant=handled.meant)


def _as_a_name(meant: Understanding, intent: Intent | None, now: datetime) -> bool:
    """Tell whether a name is a day that there is none of: an alarm "the 31st of november"."""
    if intent is None or not _takes_a_day(intent):
        return False
    names = (s for s in meant.slots if s.name in intent.slots and not intent.slots[s.name].required)
    return any(isinstance(s.value, str) and bool(no_such_day(s.text, now)) for s in names)


def _lacks_a_time(meant: Understanding, intent: Intent) -> bool:
    """Tell whether an intent takes a time of day that it was not told."""
    told = {slot.name for slot in meant.slots}
    return any(name not in told and s.type.name in TIMES for name, s in intent.slots.items())


TIMES = ("time", "datetime", "TimeSpan")
"""Types of a slot that a time of day is told for."""


def _takes_a_day(intent: Intent) -> bool:
    kinds = (slot.annotation for slot in intent.slots.values())
    return any(isinstance(kind, type) and issubclass(kind, DATED) for kind in kinds)


def _in_a_free_text(said: str, slots: Sequence[SlotValue], now: datetime) -> bool:
    """Tell whether a free text has all of the day that there is none of, not its number alone."""
    return any(isinstance(s.value, str) and no_such_day(s.text, now) == said for s in slots)


def _without_free_texts(text: str, slots: Sequence[SlotValue]) -> str:
    """Return a text with a comma in the place of each free text."""
    for slot in sorted(slots, key=lambda each: each.start, reverse=True):
        if isinstance(slot.value, str) and slot.start >= 0:
            text = f"{text[: slot.start]},{text[slot.end :]}"
    return text
