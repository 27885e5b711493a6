"""Timers: several at once, by name or length."""

from datetime import timedelta
from typing import Annotated

from assistant import Alarm, Alarms, Ask, Clock, Skill, SkillError, Slot

skill = Skill("timer", "Timers that ring, several at once, with names.")


@skill.intent(
    "set a [{label}] timer for {length}",
    "set a timer for {length} called {label}",
    "(set|start) a {length} timer [for (the|my) {label}]",
    "start a [{label}] timer (for|of) {length}",
    "[start a] timer {length}",
    "timer for {length}",
    "count down {length}",
    "(start|begin) a countdown (of|for) {length} [for the {label}]",
    "let me know (when|after) {length} (is|are) up",
    "let me know in {length}",
    "ping me in {length}",
    "give me a (nudge|buzz|holler|heads up) in {length}",
    "(alert|buzz|poke|call) me (in|after) {length}",
    "shout when {length} (is|are) (up|over)",
    "(beep|ring) in {length}",
    "tell me when {length} have passed",
    "give me {length} on the clock",
    "(set|start) a [{label}] timer",
    "time {length} for me",
)
def start(
    length: Annotated[timedelta, Slot(ask="For how long?")],
    alarms: Alarms,
    clock: Clock,
    label: str = "",
) -> str:
    """Start a timer."""
    if length.total_seconds() < 1:
        raise SkillError("A timer needs at least a second.")
    if length > timedelta(days=365):
        raise SkillError("That is more than a year; set a reminder instead.")
    label = label.strip().removeprefix("the ").removeprefix("my ")
    done = f"Your {label or spoken(length)} timer is done."
    alarms.add(clock.now() + length, done, label)
    return f"{label.capitalize() + ' timer' if label else 'Timer'} set for {spoken(length)}."


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
    timers = matching(alarms.list(), label)
    return "\n".join(f"{name(t)}: {spoken(t.due - clock.now())} left." for t in timers)


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
    timers = alarms.list()
    if not timers:
        return "No timer is running."
    return "\n".join(f"- {name(t)}: {spoken(t.due - clock.now())} left" for t in timers)


@skill.intent(
    "(cancel|stop|delete|end|remove) (the|my) [{label}] timer",
    "turn off the [{label}] timer",
    "i don't need the [{label}] timer any more",
    "kill the [{label}] timer",
    "forget [about] (the|my|that) [{label}] timer",
    careful=True,
)
def cancel(alarms: Alarms, label: str = "") -> str | Ask:
    """Cancel a timer."""
    timers = matching(alarms.list(), label)
    if len(timers) > 1:
        names = ", ".join(name(t).lower() for t in timers)
        return Ask(f"Which one: {names}?", then=cancel_which)
    alarms.cancel(timers[0])
    return f"{name(timers[0])} cancelled."


@skill.answer
def cancel_which(which: str, alarms: Alarms) -> str:
    """Cancel the timer that was named."""
    timers = matching(alarms.list(), which.lower().removesuffix(" timer"))
    if len(timers) > 1:
        raise SkillError("That fits several timers, so I left them all running.")
    alarms.cancel(timers[0])
    return f"{name(timers[0])} cancelled."


@skill.intent(
    "(cancel|stop|delete|remove|clear|scrap|end) all [my|the|of my] timers",
    "(cancel|stop|clear) (my|the) timers",
    "turn off all timers",
    "no more timers",
)
def cancel_all(alarms: Alarms) -> str | Ask:
    """Cancel every timer, after asking."""
    timers = alarms.list()
    if not timers:
        raise SkillError("No timer is running.")
    if len(timers) > 1:
        return Ask(f"Cancel all {len(timers)} timers?", then=cancel_all_confirmed)
    alarms.cancel(timers[0])
    return f"{name(timers[0])} cancelled."


@skill.answer
def cancel_all_confirmed(yes: bool, alarms: Alarms) -> str:
    """Cancel every timer if so wished."""
    if not yes:
        return "They go on."
    timers = alarms.list()
    for timer in timers:
        alarms.cancel(timer)
    return f"Cancelled {len(timers)} timers."


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
    timer = one(alarms.list(), label)
    moved = alarms.move(timer, timer.due + length)
    return f"{name(timer)}: now {spoken(moved.due - clock.now())} left."


def matching(timers: list[Alarm], label: str) -> list[Alarm]:
    """Return the timers a name or length fits; all without one. Raises SkillError for none."""
    if not timers:
        raise SkillError("No timer is running.")
    wanted = label.strip().lower()
    fits = [t for t in timers if not wanted or wanted in name(t).lower()]
    if not fits:
        there = ", ".join(name(t).lower() for t in timers)
        raise SkillError(f"There is no {wanted} timer; there is: {there}.")
    return fits


def one(timers: list[Alarm], label: str) -> Alarm:
    """Return the one timer meant. Raises SkillError when several are."""
    fits = matching(timers, label)
    if len(fits) > 1:
        there = ", ".join(name(t).lower() for t in fits)
        raise SkillError(f"Say which one: {there}.")
    return fits[0]


def name(timer: Alarm) -> str:
    """Return what a timer is called: its label, else its length."""
    if timer.label:
        return f"{timer.label.capitalize()} timer"
    return f"{spoken(timer.due - timer.set_at).capitalize()} timer"


def spoken(length: timedelta) -> str:
    """Return a length in words, e.g. 1 hour 30 minutes."""
    seconds = max(0, round(length.total_seconds()))
    parts = []
    for unit, size in (("day", 86_400), ("hour", 3_600), ("minute", 60), ("second", 1)):
        count, seconds = divmod(seconds, size)
        if count:
            parts.append(f"{count} {unit}{'s' if count != 1 else ''}")
    return " ".join(parts) or "0 seconds"
