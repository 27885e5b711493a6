"""Pomodoros: a stretch of work, then a break."""

from datetime import timedelta
from typing import Annotated

from assistant import (
    Alarm,
    Alarms,
    Choosing,
    Clock,
    Memory,
    Skill,
    SkillError,
    Slot,
    sentence,
    spoken_length,
)

skill = Skill("pomodoro", "Pomodoros: work for 25 minutes, or as long as yours are, and a break.")

WORK = timedelta(minutes=25)
BREAK = timedelta(minutes=5)
LONGEST = timedelta(hours=12)

pomodoros = Choosing(skill, "pomodoro")


@skill.intent(
    "(start|begin|set|do) [a|the|another|my] [new] pomodoro [timer|session] [(of|for) {length}]",
    "[start] [a] {length} pomodoro [timer|session]",
    "pomodoro [timer|session|start]",
)
def start(alarms: Alarms, memory: Memory, length: timedelta | None = None) -> str:
    """Start a pomodoro: 25 minutes of work, or as long as yours are."""
    usual = timedelta(seconds=memory.get("length", WORK.total_seconds()))
    return begun(alarms, length or usual, "pomodoro", "Your pomodoro is over; take a break.")


@skill.intent(
    "(start|begin|take) [a|the|my] pomodoro break [(of|for) {length}]",
    "[start] [a] {length} pomodoro break",
    "pomodoro break",
)
def rest(alarms: Alarms, length: timedelta = BREAK) -> str:
    """Start the break after a pomodoro."""
    return begun(alarms, length, "break", "The break is over.")


@skill.intent(
    "(set|change) [the|my] pomodoro [session] (length|duration|time) to {length}",
    "(my pomodoros|pomodoros|pomodoro sessions) (are|take|last) {length}",
    "make my (pomodoros|pomodoro sessions) {length} [long]",
)
def usual(length: Annotated[timedelta, Slot(ask="How long?")], memory: Memory) -> str:
    """Keep how long your pomodoros are."""
    checked(length)
    memory["length"] = length.total_seconds()
    return f"Your pomodoros take {spoken_length(length)} from now on."


@skill.intent(
    "when is (the|my) pomodoro [timer|session|break] (over|done|up)",
    "how (long|much time|much) [is] (left|remaining) (on|of|in) [the|my] pomodoro [timer|session]",
    "how much longer (does|is) (the|my) pomodoro [timer|session] [take|going]",
    "(check|status of) (the|my) pomodoro [timer|session]",
    "how long is left of (the|my) [pomodoro] break",
)
def left(alarms: Alarms, clock: Clock) -> str:
    """Tell how much time is left of a pomodoro or its break."""
    return "\n".join(shown(each, clock) for each in pomodoros.found(alarms))


@skill.intent(
    "(stop|cancel|end|quit) [the|my|this] pomodoro [timer|session|break]",
    careful=True,
    stops=True,
)
def stop(alarms: Alarms) -> str:
    """Stop a pomodoro or its break."""
    return pomodoros.cancel(alarms)


@skill.intent("(pause|hold|interrupt) [the|my|this] pomodoro [timer|session|break]")
def pause(alarms: Alarms, clock: Clock) -> str:
    """Hold a pomodoro."""
    found = pomodoros.one(alarms)
    if found.left is not None:
        raise SkillError("The pomodoro is paused already.")
    return shown(alarms.pause(found), clock)


@skill.intent("(resume|continue|unpause|go on with) [the|my|this] pomodoro [timer|session|break]")
def resume(alarms: Alarms, clock: Clock) -> str:
    """Go on with a pomodoro."""
    found = pomodoros.one(alarms)
    if found.left is None:
        raise SkillError("The pomodoro is running.")
    return shown(alarms.resume(found), clock)


def begun(alarms: Alarms, length: timedelta, label: str, message: str) -> str:
    """Start one, and tell it. Raises SkillError for a length that none can have."""
    checked(length)
    alarms.add(alarms.clock.after(length), message, label)
    return sentence(f"{label} of {spoken_length(length)} started")


def checked(length: timedelta) -> None:
    """Raise SkillError for a length that no pomodoro can have."""
    if not timedelta(minutes=1) <= length <= LONGEST:
        raise SkillError("A pomodoro takes a minute at least and twelve hours at most.")


def shown(alarm: Alarm, clock: Clock) -> str:
    """Return how long one still runs, in words."""
    rest = clock.until(alarm.due) if alarm.left is None else alarm.left
    held = ", paused" if alarm.left is not None else ""
    return sentence(f"{alarm.label}: {spoken_length(rest)} left{held}")
