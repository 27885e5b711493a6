"""Alarms at a clock time, and snoozing whatever rang."""

from datetime import date, datetime, time, timedelta
from typing import Annotated

from assistant import Alarm, Alarms, Ask, Clock, Settings, Skill, SkillError, Slot

skill = Skill("alarm", "Alarms at a clock time; snooze.")

SNOOZE = timedelta(minutes=9)


@skill.intent(
    "wake me [up] at {at} [{day}]",
    "wake me [up] {day} at {at}",
    "(set|make) an alarm for {at} [{day}]",
    "set an alarm {day} (at|for) {at}",
    "set an alarm for {day} at {at}",
    "set my alarm (for|to) {at}",
    "alarm (at|for) {at} [{day}]",
    "i need to (get up|wake up|be up) at {at} [{day}]",
    "get me (up|out of bed) at {at} [{day}]",
    "make sure i am (awake|up) (by|at) {at} [{day}]",
    "(rouse|have) me up [{day}] at {at}",
    "set an alarm",
    "ring (me|the alarm) at {at}",
    "wake me up",
    "{at} alarm please",
)
def set_alarm(
    at: Annotated[time, Slot(ask="For what time?")],
    alarms: Alarms,
    clock: Clock,
    settings: Settings,
    day: date | None = None,
) -> str:
    """Set an alarm for a clock time."""
    now = clock.now()
    due = next_time(at, day, now)
    if due <= now:
        raise SkillError("That moment has passed; name a later one.")
    alarms.add(due, f"Wake up, it is {said(due, settings)}.", said(due, settings))
    return f"Alarm set for {when(due, now, settings)}."


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
def pending(alarms: Alarms, clock: Clock, settings: Settings) -> str:
    """List the alarms that are set."""
    found = alarms.list()
    if not found:
        return "No alarm is set."
    return "\n".join(f"- {when(a.due, clock.now(), settings)}" for a in found)


@skill.intent(
    "(cancel|delete|remove|turn off|switch off) (the|my) alarm [(at|for) {at}]",
    "(cancel|delete|turn off) the {at} alarm",
    "don't wake me [up] [at {at}]",
    "i don't need the alarm any more",
    careful=True,
)
def cancel(alarms: Alarms, clock: Clock, settings: Settings, at: time | None = None) -> str | Ask:
    """Cancel an alarm."""
    found = [a for a in alarms.list() if at is None or a.due.time() == at]
    if not found:
        raise SkillError(f"No alarm is set{f' for {at:%H:%M}' if at else ''}.")
    if len(found) > 1:
        times = ", ".join(when(a.due, clock.now(), settings) for a in found)
        return Ask(f"Which one: {times}?", then=cancel_which)
    alarms.cancel(found[0])
    return f"Alarm for {when(found[0].due, clock.now(), settings)} cancelled."


@skill.answer
def cancel_which(at: time, alarms: Alarms, clock: Clock, settings: Settings) -> str:
    """Cancel the alarm of that time."""
    found = [a for a in alarms.list() if a.due.time() == at]
    if not found:
        raise SkillError(f"No alarm is set for {at:%H:%M}, so I left them all.")
    alarms.cancel(found[0])
    return f"Alarm for {when(found[0].due, clock.now(), settings)} cancelled."


@skill.intent(
    "(cancel|delete|remove|clear) all [my|the] alarms",
    "(cancel|clear) my alarms",
    "turn off all alarms",
)
def cancel_all(alarms: Alarms) -> str | Ask:
    """Cancel every alarm, after asking."""
    found = alarms.list()
    if not found:
        raise SkillError("No alarm is set.")
    if len(found) > 1:
        return Ask(f"Cancel all {len(found)} alarms?", then=cancel_all_confirmed)
    alarms.cancel(found[0])
    return "Alarm cancelled."


@skill.answer
def cancel_all_confirmed(yes: bool, alarms: Alarms) -> str:
    """Cancel every alarm if so wished."""
    if not yes:
        return "They stay set."
    found = alarms.list()
    for alarm in found:
        alarms.cancel(alarm)
    return f"Cancelled {len(found)} alarms."


@skill.intent(
    "(move|change) (the|my) alarm to {at} [{day}]",
    "change my alarm from {old} to {at}",
    "make (the|my) alarm {at} instead",
    "reset the alarm for {at}",
    careful=True,
)
def move(
    at: time,
    alarms: Alarms,
    clock: Clock,
    settings: Settings,
    day: date | None = None,
    old: time | None = None,
) -> str:
    """Move an alarm to another time."""
    found = [a for a in alarms.list() if old is None or a.due.time() == old]
    if len(found) != 1:
        problem = "No such alarm is set" if not found else "Several alarms are set; say which"
        raise SkillError(f"{problem}.")
    moved = alarms.move(found[0], next_time(at, day, clock.now()))
    return f"Alarm moved to {when(moved.due, clock.now(), settings)}."


@skill.intent(
    "snooze [for {length}]",
    "snooze it [for {length}]",
    "(give me|just) {length} more sleep",
    "{length} more please",
    "ring again in {length}",
    "let me sleep [for] {length} more",
    "not yet, a bit later",
)
def snooze(alarms: Alarms, clock: Clock, settings: Settings, length: timedelta = SNOOZE) -> str:
    """Let what rang last ring again."""
    rung: Alarm | None = alarms.rung()
    if rung is None:
        raise SkillError("Nothing has rung that I could snooze.")
    moved = alarms.move(rung, clock.now() + length)
    return f"Snoozed until {said(moved.due, settings)}."


def next_time(at: time, day: date | None, now: datetime) -> datetime:
    """Return when a clock shows a time next, or on a certain day."""
    chosen = day or now.date()
    due = datetime.combine(chosen, at, now.tzinfo)
    if day is None and due <= now:
        due = datetime.combine(chosen + timedelta(days=1), at, now.tzinfo)
    return due


def said(moment: datetime, settings: Settings) -> str:
    """Return a clock time as the user likes it."""
    if settings.time_format == "12h":
        return f"{moment:%I:%M %p}".lstrip("0").lower()
    return f"{moment:%H:%M}"


def when(moment: datetime, now: datetime, settings: Settings) -> str:
    """Return a moment as one says it: today, tomorrow or by its date."""
    days = (moment.date() - now.date()).days
    if days < 2:
        return f"{('today', 'tomorrow')[max(days, 0)]} at {said(moment, settings)}"
    day = f"{moment:%A}" if days < 7 else f"{moment:%A}, {moment.day} {moment:%B}"
    return f"{day} at {said(moment, settings)}"
