"""Values that a word ties to another one, and requests that share their words."""

from __future__ import annotations

from collections.abc import Iterator

from tests.sentence_rows.making import Told

ALARMS = "before=set an alarm for 6:20 am ; set an alarm for 2 pm"
LIST = "before=add {I} and {J} to my shopping list"


def tied() -> Iterator[Told]:
    """Two values where a request takes one, what spares some, and free texts that hold values."""
    yield from values()
    yield from shared()
    yield from spared()
    yield from free()
    yield from some()


def values() -> Iterator[Told]:
    for tie in ("not", "instead of", "rather than", "and not", "but not", "or"):
        yield (f"remind me to {{K}} at {{T}} {tie} {{T2}}", "reminder.add:offered")
        yield (f"set a {{N}} timer for {{L}} {tie} {{S}}", "timer.start:offered")
    yield ("wake me at {T} or {T2}", "alarm.set_alarm:offered")
    yield ("remind me {D} or {D2} to {K}", "reminder.add:offered")
    yield ("move my alarm to {T} not {T2}", "not acted", "before=set an alarm for 3:33 am")
    yield ("how many days until monday or friday", "not acted")
    yield ("remind me to {K} at {T} and {T2}", "reminder.add", "reply={T.shown} ; {T2.shown}")
    yield ("remind me at {T} and at {T2} to {K}", "reminder.add", "reply={T.shown} ; {T2.shown}")
    yield ("set an alarm for {T}, {T2} and {T3}", "alarm.*", "reply={T.shown} ; {T3.shown}")
    yield ("wake me on monday and friday at {T}", "alarm.*", "reply=Mon ; Fri ; {T.shown}")


def shared() -> Iterator[Told]:
    yield (
        "set a timer for {N} for {L} and one for {N2} for {S}",
        "timer.start",
        "slots=length={L.json} ; label={N}",
        "reply={N2} ; {S.shown}",
    )
    yield (
        "remind me to {K} at {T} and to {K2} at {T2}",
        "reminder.add",
        "reply={T.shown}: {K} ; {T2.shown}: {K2}",
    )
    yield ("wake me at {T} tomorrow and at {T2} on friday", "alarm.*", "reply=tomorrow ; Fri")
    yield (
        "set a timer for {L} and an alarm for {T}",
        "timer.start",
        "slots=length={L.json}",
        "reply=Alarm set",
    )
    yield (
        "add {I} to my shopping list and {J} to my to-do list",
        "lists.add",
        "reply=Added {I} to your shopping list. ; Added {J} to your to-do list.",
    )


def spared() -> Iterator[Told]:
    yield ("remind me to {K} at {T} unless it rains", "not acted")
    yield ("remind me to {K} {D} at {T} if dad does not", "not acted")
    yield ("remind me to {K} every friday except next friday at {T}", "not acted")
    yield ("wake me every weekday at {T} except friday", "not acted")
    yield ("set an alarm for {T} unless i am up", "not acted")
    yield ("remind me to {K} before {T}", "reminder.add:asked", "reply=When?")
    yield ("remind me to {K} until friday", "reminder.add:asked|not acted")


def free() -> Iterator[Told]:
    yield ("remind me to read 20 pages at {T}", "reminder.add", "reply={T.shown}: read 20 pages")
    yield (
        "remind me to be at the station by 8 at {T}",
        "reminder.add",
        "reply={T.shown}: be at the station by 8",
    )
    yield ("remind me to buy 2 or 3 {J} at {T}", "reminder.add", "reply=: buy 2 or 3 {J}")
    yield ("remind me to call {P} and not my aunt at {T}", "reminder.add", "reply=not my aunt")
    yield ("remind me to check if it is on at {T}", "reminder.add", "reply=: check if it is on")
    yield ("remind me to {K} and {K2} at {T}", "reminder.add", "reply={T.shown}: {K} and {K2}")
    yield (
        "note that {P} comes at 5 and bob at 6",
        "notes.add",
        "reply={P} comes at 5 and bob at 6",
    )
    yield ("note that the meeting is on friday not monday", "notes.add", "reply=friday not monday")
    yield ("add 7 up and {J} to my shopping list", "lists.add", "reply=7 up and {J}")
    yield ("set a timer for 1 hour and 15 minutes", "timer.start", "slots=length=4500")
    yield ("remind me to {K} every monday and friday at {T}", "reminder.add", "reply=and Friday at")


def some() -> Iterator[Told]:
    """What takes all is never offered where a word tells which; things hold no request."""
    yield ("remove the early alarms", "unchanged", "reply=!Did you mean", ALARMS)
    yield ("delete the annoying alarms", "unchanged", "reply=!Did you mean", ALARMS)
    yield ("cancel the first thing", "unchanged", ALARMS)
    yield ("remove the first thing", "unchanged", "reply=!Did you mean", LIST)
    yield ("add {I2} and remove {J}", "unchanged", LIST)
    yield ("add {I2} and remove {J} from it", "unchanged", LIST)
