"""Alarms at a clock time, and snoozing whatever rang."""

from datetime import date, time, timedelta
from typing import Annotated

from assistant import Alarms, Ask, Choosing, Clock, Skill, SkillError, Slot

skill = Skill("alarm", "Alarms at a clock time; snooze.")

SNOOZE = timedelta(minutes=9)
NOON = 12

choosing = Choosing(skill, "alarm", full="alarm for {}")


@skill.intent(
    "wake me [up] at {at} [{day}]",
    "wake me [up] {day} at {at}",
    "(set|make) an alarm (at|for) {at} [{day}]",
    "set an alarm [for] {day} (at|for) {at}",
    "set my alarm (for|to) {at}",
    "alarm (at|for) {at} [{day}]",
    "i need to (get up|wake up|be up) at {at} [{day}]",
    "(get me up|get me out of bed|have me up) [{day}] at {at} [{day}]",
    "make sure i am (awake|up) (by|at) {at} [{day}]",
    "ring (me|the alarm) at {at}",
    "(set an alarm|wake me up)",
    "{at} alarm",
)
def set_alarm(
    at: Annotated[time, Slot(ask="For what time?")],
    alarms: Alarms,
    clock: Clock,
    day: date | None = None,
) -> str:
    """Set an alarm for a clock time."""
    due = clock.next(at, day)
    alarms.add(due, f"Wake up, it is {clock.spoken_time(due)}.")
    told = f"Alarm set for {clock.spoken_moment(due)}."
    if day is None and due.hour >= NOON and at.hour < NOON:
        return f"{told} For the morning say “no, {at:%H:%M} am”."
    return told


@skill.intent(
    "(list|show) [me] (my|the|all) alarms",
    "what alarms (are set|do i have|have i set)",
    "what are my alarms",
    "which alarms do i have",
    "(when|what time) is my [next] alarm",
    "do i have an alarm set",
    "is there an alarm set",
    "my alarms",
    "when will you wake me",
)
def pending(alarms: Alarms, clock: Clock) -> str:
    """List the alarms that are set."""
    told = [f"- {clock.spoken_moment(alarm.due)}" for alarm in alarms.list()]
    return "\n".join(told) or "No alarm is set."


@skill.intent(
    "(cancel|delete|remove|turn off|switch off) (the|my) alarm [(at|for) {at}]",
    "(cancel|delete|turn off) the {at} alarm",
    "don't wake me [up] [at {at}]",
    "i don't need the alarm any more",
    careful=True,
)
def cancel(alarms: Alarms, at: time | None = None) -> str | Ask:
    """Cancel an alarm."""
    return choosing.cancel(alarms, at)


@skill.intent(
    "(cancel|delete|remove|clear) all [my|the] alarms",
    "(cancel|clear) my alarms",
    "turn off all alarms",
)
def cancel_all(alarms: Alarms) -> str | Ask:
    """Cancel every alarm, after asking."""
    return choosing.cancel_all(alarms)


@skill.intent(
    "(move|change) (the|my) alarm to {at} [{day}]",
    "change my alarm from {old} to {at}",
    "make (the|my) alarm {at} instead",
    "reset the alarm for {at}",
    careful=True,
)
def move(
    at: Annotated[time, Slot(ask="To what time?")],
    alarms: Alarms,
    clock: Clock,
    day: date | None = None,
    old: time | None = None,
) -> str:
    """Move an alarm to another time."""
    alarm = choosing.one(alarms, old)
    moved = alarms.move(alarm, clock.next(at, day, instead=alarm.due))
    return f"Alarm moved to {clock.spoken_moment(moved.due)}."


@skill.intent(
    "snooze [for {length}]",
    "snooze it [for {length}]",
    "(give me|just) {length} more sleep",
    "{length} more",
    "ring again in {length}",
    "let me sleep [for] {length} more",
    "not yet, a bit later",
)
def snooze(alarms: Alarms, clock: Clock, length: timedelta = SNOOZE) -> str:
    """Let what rang last ring again."""
    rung = alarms.rung()
    if rung is None:
        raise SkillError("Nothing has rung that I could snooze.")
    moved = alarms.move(rung, clock.after(length))
    return f"Snoozed until {clock.spoken_time(moved.due)}."
