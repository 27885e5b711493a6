"""Timers: several at once, by name or length."""

from datetime import timedelta
from typing import Annotated

from assistant import (
    Alarm,
    Alarms,
    Choosing,
    Clock,
    Skill,
    SkillError,
    Slot,
    sentence,
    spoken_length,
)

skill = Skill("timer", "Timers that ring, several at once, with names.")

LONGEST = timedelta(days=365)


def names(timer: Alarm) -> list[str]:
    """Return what a timer is called: its label, and its length."""
    length = spoken_length(timer.length)
    return [timer.label, length] if timer.label else [length]


timers = Choosing(skill, "timer", names, "{} timer")


@skill.intent(
    "set a [{label}] timer for {length}",
    "(set|start) a timer (for|of) {length} (called|named|for) [the|my] {label}",
    "(set|start) a {length} timer [(called|named|for) [the|my] {label}]",
    "start a [{label}] timer (for|of) {length}",
    "[start a] timer [for] {length}",
    "(count down|start a countdown of|begin a countdown of) {length} [for the {label}]",
    "let me know (in|after) {length}",
    "(let me know|tell me|shout) when {length} (is|are|have) (up|over|passed)",
    "(alert|buzz|ping|poke|call) me (in|after) {length}",
    "give me (a nudge|a buzz|a heads up|a holler) in {length}",
    "(beep|ring) in {length}",
    "(set|start) a [{label}] timer",
)
def start(
    length: Annotated[timedelta, Slot(ask="For how long?")],
    alarms: Alarms,
    clock: Clock,
    label: str = "",
) -> str:
    """Start a timer."""
    if length < timedelta(seconds=1):
        raise SkillError("A timer needs at least a second.")
    if length > LONGEST:
        raise SkillError("That is more than a year; set a reminder instead.")
    done = f"Your {label or spoken_length(length)} timer is done."
    alarms.add(clock.after(length), done, label)
    return sentence(f"{label} timer set for {spoken_length(length)}")


@skill.intent(
    "how much time is left [on (the|my) [{label}] timer]",
    "how long [is] left on (the|my) [{label}] timer",
    "how much longer [on the [{label}] timer]",
    "what is the remaining time [on (the|my) [{label}] timer]",
    "how (long|much longer) (do|does) the {label} [still] (need|take)",
    "time left",
    "when is the [{label}] timer done",
    "check [on] (the|my) [{label}] timer",
    "how is my timer doing",
)
def left(alarms: Alarms, clock: Clock, label: str = "") -> str:
    """Tell how much time is left."""
    return "\n".join(f"{remaining(t, clock)}." for t in timers.found(alarms, label))


@skill.intent(
    "(list|show) [me] (my|the|all) timers",
    "what timers are (running|set|on)",
    "which timers do i have",
    "what are my timers",
    "are there any timers running",
    "my timers",
)
def running(alarms: Alarms, clock: Clock) -> str:
    """List the running timers."""
    told = [f"- {remaining(timer, clock)}" for timer in alarms.list()]
    return "\n".join(told) or "No timer is running."


@skill.intent(
    "(cancel|stop|delete|end|remove) (the|my) [{label}] timer",
    "(cancel|stop|delete|end) [the|my] timer (called|named|for) [the] {label}",
    "turn off the [{label}] timer",
    "i don't need the [{label}] timer any more",
    "kill the [{label}] timer",
    "forget [about] (the|my|that) [{label}] timer",
    careful=True,
)
def cancel(alarms: Alarms, label: str = "") -> str:
    """Cancel a timer."""
    return timers.cancel(alarms, label)


@skill.intent(
    "(cancel|stop|delete|remove|clear|scrap|end) all [my|the|of my] timers",
    "(cancel|stop|clear) (my|the) timers",
    "(cancel|stop) all [my|the] timers (except|but|apart from) [for] [the|my] {spared} [timer]",
    "(cancel|stop) (all|everything|every timer) (except|but) [the|my] {spared} timer",
    "turn off all timers",
    "no more timers",
)
def cancel_all(alarms: Alarms, spared: str = "") -> str:
    """Cancel every timer, or all but some, after asking."""
    return timers.cancel_all(alarms, spared)


@skill.intent(
    "add {length} to (the|my) [{label}] timer",
    "extend the [{label}] timer by {length}",
    "(put|give) {length} more on the [{label}] timer",
    "give me {length} more",
    "make the [{label}] timer {length} longer",
    "{length} more on the timer",
)
def extend(length: timedelta, alarms: Alarms, clock: Clock, label: str = "") -> str:
    """Add time to a timer."""
    timer = timers.one(alarms, label)
    longer = alarms.move(timer, clock.after(clock.until(timer.due) + length))
    return f"{remaining(longer, clock)} now."


def remaining(timer: Alarm, clock: Clock) -> str:
    """Return how long a timer still runs."""
    name = names(timer)[0].capitalize()
    return f"{name} timer: {spoken_length(clock.until(timer.due))} left"
