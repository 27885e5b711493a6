"""Timers: several at once, by name or length; paused, changed, started anew."""

from datetime import time, timedelta
from typing import Annotated, Literal

from assistant import (
    Alarm,
    Alarms,
    Choosing,
    Clock,
    Lengths,
    Skill,
    SkillError,
    Slot,
    choose,
    joined,
    sentence,
    spoken_length,
)

skill = Skill("timer", "Timers that ring, several at once, with names.")

LONGEST = timedelta(days=365)

JUST = timedelta(minutes=1)
"""How long after it rang a timer is meant by "stop the timer", while others run."""

Length = Annotated[timedelta, Slot(ask="For how long?")]
By = Annotated[timedelta, Slot(ask="By how much?")]
Every = Literal["all", "both", "every"]
First = Literal["first", "next", "soonest", "last", "longest", "shortest"]


def names(timer: Alarm) -> list[str]:
    """Return what a timer is called: its label, and its length."""
    length = spoken_length(timer.length)
    return [timer.label, length] if timer.label else [length]


def called(timer: Alarm) -> str:
    """Return what a timer is called in a sentence: "tea timer", "5 minute timer"."""
    return named(timer.length, timer.label)


def named(length: timedelta, label: str) -> str:
    """Return what a timer of a length is called, by its label if it has one."""
    return f"{label or spoken_length(length, adjective=True)} timer"


timers = Choosing(skill, "timer", names, called)


@skill.intent(
    "(set|start|create|make|begin|i want|i need) [me] [a|another|the] [new|second|third] "
    "[{label}] timer (for|of) {length}",
    "[set|start|create] [a] timer (for|of) {length} (called|named|for|with the name) {label}",
    "[set|start|create] [a] timer (called|named|with the name) {label} (for|of) {length}",
    "[set|start|create|make] [a|another] {length} [{label}] timer [(called|named|for) {label}]",
    "[(set|start) a] timer [for|to] {length}",
    "[set|start|create] [a|the] timer for {label} (for|of) {length}",
    "(count down|start a countdown|begin a countdown) [of|from] {length} [for {label}]",
    "(let me know|tell me|shout) ((in|after) {length}|when {length} (is|are) (up|over))",
    "((alert|buzz|ping|poke|call|notify) [me]|give me a (nudge|heads up|holler|shout)|beep|ring) "
    "(in|after) {length}",
    "(set|start|create|make) [me] [a|another|the] [{label}] timer",
    "(set|start|create) [a] timer (for|called|named) {label}",
    "({length} for [the] {label}|{label} timer [for|of] {length})",
)
def start(length: Length, alarms: Alarms, label: str = "") -> str:
    """Start a timer."""
    return told([begun(alarms, length, label)])


@skill.intent(
    "(set|start|create) (two|three|some) timers [with] {lengths}",
    "(set|start|create|i want|i need) [two|three|several|some] timers [for|of] {lengths}",
    "[two|three] timers for {lengths}",
)
def start_several(lengths: Annotated[Lengths, Slot(ask="For how long?")], alarms: Alarms) -> str:
    """Start several timers."""
    return told([begun(alarms, length) for length in lengths])


@skill.intent(
    "(set|start|create) a {length} [{label}] timer and (a|another) {second} [{other}] timer",
    "(set|start) a [{label}] timer for {length} and (a|another) [{other}] timer for {second}",
    "(set|start) a timer for {length} and (one|another|another one) for {second}",
    "a {length} [{label}] timer and (a|another) {second} [{other}] timer",
)
def start_two(
    length: Length, second: Length, alarms: Alarms, label: str = "", other: str = ""
) -> str:
    """Start two timers."""
    return told([begun(alarms, length, label), begun(alarms, second, other)])


@skill.intent(
    "(set|start|run|create|make) [a|the] [{label}] timer (until|till) {until}",
    "(set|start|create) [a|the] [{label}] timer (to go off at|to end at|that ends at) {until}",
    "(count down|time me) (until|till|to) {until}",
    "timer (until|till) {until}",
)
def start_until(until: time, alarms: Alarms, clock: Clock, label: str = "") -> str:
    """Start a timer that ends at a time of the day."""
    due = clock.next(until)
    timer = begun(alarms, clock.until(due), label)
    return sentence(f"{told([timer])[:-1]}, until {clock.spoken_time(due)}")


@skill.intent(
    "when (is|does|will) [the|my] [{label}] timer (done|up|over|end|go off|ring|finish)",
    "how (much time|long|much) [is|do i have] (left|remaining) [on [the|my|that] [{label}] timer]",
    "how (long|much time|much) [is] (left|remaining) on [the|my] timer (called|for|in) {label}",
    "how (much longer|long) [on|for|until|till] [the|my|that] [{label}] timer [is done|ends]",
    "how (long|much longer) (do|does) the {label} [still] (need|take)",
    "what is [the] [remaining time|time left|left] on [the|my] [{label}] timer",
    "([tell me the] time (left|remaining)|how much longer) [on [the|my] [{label}] timer]",
    "(check|check on|what is the status of|status of) [the|my] [{label}] timer",
    "[the|my] [{label}] timer (status|how (long|much) is left)",
    "(check|status of) [the|my] timer (for|called|in) {label}",
    "is [the|my] [{label}] timer (ready|done|up|paused|running|still running)",
    "how is my [{label}] timer doing",
)
def left(alarms: Alarms, clock: Clock, label: str = "") -> str:
    """Tell how much time is left."""
    return "\n".join(f"{remaining(t, clock)}." for t in timers.found(alarms, label))


@skill.intent(
    "how long (has|have) [the|my] [{label}] timer been (running|going|on)",
    "how long has (it|that) been (running|going)",
    "how (much time|long) has [the|my] [{label}] timer run",
    "how much time has (passed|gone|elapsed) [on [the|my] [{label}] timer]",
    "how long ago did i (start|set) the [{label}] timer",
)
def elapsed(alarms: Alarms, clock: Clock, label: str = "") -> str:
    """Tell how long a timer has been running."""
    found = timers.found(alarms, label)
    return "\n".join(
        sentence(f"{called(t)}: {spoken_length(t.length - rest(t, clock))} of it have passed")
        for t in found
    )


@skill.intent(
    "(which|what) timer (ends|rings|goes off|finishes|is done|is up|is) [the] {which}",
    "(what|which) is [my|the] {which} timer",
    "when is [my|the] {which} timer (done|up|over)",
    "[tell me|show] (my|the) {which} timer",
)
def ending(which: First, alarms: Alarms, clock: Clock) -> str:
    """Tell which timer ends first or last, and when."""
    found = timers.found(alarms, f"the one that rings {which}")
    return "\n".join(f"{remaining(timer, clock)}." for timer in found)


@skill.intent(
    "(list|show|tell) [me] (my|the|all) [running|pending|active] timers",
    "(what|which) timers are (running|set|on|active)",
    "(which|what) timers do i have",
    "(what are|what is the status of) (my|the) timers",
    "are there any timers [running|set]",
    "do i have (any timers|a timer) [running|set]",
    "how many timers (are there|are running|do i have)",
    "my timers",
)
def running(alarms: Alarms, clock: Clock) -> str:
    """List the running timers."""
    lines = [f"- {remaining(timer, clock)}" for timer in alarms.list()]
    return "\n".join(lines) or "No timer is running."


@skill.intent(
    "(cancel|stop|delete|end|remove|clear|disable|kill|close) [the|my|that] [{label}] timer",
    "(get rid of|turn off) [the|my] [{label}] timer",
    "(cancel|stop|delete|end|disable) [the|my] timer (called|named|for|in|with the name) {label}",
    "(cancel|stop|delete|end) the timer that {label}",
    "(cancel|stop|end) {label} timers",
    "(cancel|stop|delete|end) {both} [of] [the|my] timers",
    "i don't need the [{label}] timer any more",
    "(forget|forget about|drop) (the|my|that) [{label}] timer",
    careful=True,
    stops=True,
)
def cancel(alarms: Alarms, label: str = "", both: Literal["both"] | None = None) -> str:
    """Cancel a timer, or stop one that rings."""
    return timers.silenced(alarms, label, JUST) or timers.cancel(alarms, both or label)


@skill.intent(
    "(cancel|stop|delete|remove|clear|scrap|end|kill) all [my|the|of my] timers",
    "(cancel|stop|clear) [my|the] timers",
    "(cancel|stop) all [my|the] timers (except|but|apart from) [for] [the|my] {spared} [timer|one]",
    "(cancel|stop) (all|everything|every timer) (except|but) [the|my] {spared} timer",
    "(cancel|stop) every timer",
    "turn off all timers",
    "no more timers",
)
def cancel_all(alarms: Alarms, spared: str = "") -> str:
    """Cancel every timer, or all but some, after asking."""
    return timers.cancel_all(alarms, spared)


@skill.intent(
    "(pause|hold|freeze|suspend) [the|my|that] [{label}] timer",
    "(pause|hold|freeze) [the|my] timer (called|named|for|in|that) {label}",
    "(pause|hold|freeze) {label} timers",
    "(pause|hold|freeze) {every} [of] [the|my] (timers|timer)",
    "put [the|my] [{label}] timer on hold",
    "(pause|freeze) (it|that|them)",
)
def pause(alarms: Alarms, clock: Clock, label: str = "", every: Every | None = None) -> str:
    """Hold a timer."""
    found = timers.some(alarms, every or label, among=lambda timer: timer.left is None)
    going = [timer for timer in found if timer.left is None]
    if not going:
        raise SkillError(f"{the(found)} is paused already.")
    return "\n".join(f"{remaining(alarms.pause(timer), clock)}." for timer in going)


@skill.intent(
    "(resume|continue|unpause|unfreeze|go on with|carry on with) [the|my|that] [{label}] timer",
    "(resume|continue|unpause) [the|my] timer (called|named|for|in|that) {label}",
    "(resume|continue|unpause) {label} timers",
    "(resume|continue|unpause) {every} [of] [the|my] (timers|timer)",
    "let [the|my] [{label}] timer (go on|continue|run on)",
    "(resume|unpause|unfreeze) (it|that|them)",
)
def resume(alarms: Alarms, clock: Clock, label: str = "", every: Every | None = None) -> str:
    """Let a timer that was held run on."""
    found = timers.some(alarms, every or label, among=lambda timer: timer.left is not None)
    if all(timer.left is None for timer in found):
        raise SkillError(f"{the(found)} is running.")
    return "\n".join(f"{remaining(alarms.resume(timer), clock)}." for timer in found)


@skill.intent(
    "add {length} to [the|my|that] [{label}] timer",
    "add {length} to [the|my] timer (called|named|for|in) {label}",
    "add {length} to {every} [of] [the|my] timers",
    "(extend|increase|lengthen|prolong) [the|my] [{label}] timer [by {length}]",
    "(extend|increase) [the|my] timer (called|named|for|in) {label} by {length}",
    "(put|give) {length} more on [the|my] [{label}] timer",
    "give [me|the {label} timer] {length} more",
    "make [the|my] [{label}] timer {length} longer",
    "(longer timer|make [the|my] [{label}] timer longer)",
    "{length} [more|longer] on [the|my] [{label}] timer",
)
def extend(
    length: By, alarms: Alarms, clock: Clock, label: str = "", every: Every | None = None
) -> str:
    """Add time to a timer."""
    found = timers.some(alarms, every or label)
    return "\n".join(changed(alarms, timer, rest(timer, clock) + length) for timer in found)


@skill.intent(
    "take {length} (off of|off|from|away from) [the|my|that] [{label}] timer",
    "(remove|subtract|deduct|cut) {length} from [the|my] [{label}] timer",
    "(take|remove|subtract) {length} (off|from) [the|my] timer (called|named|for|in) {label}",
    "(shorten|reduce|decrease|lower|cut) [the|my|that] [{label}] timer [by {length}]",
    "(shorten|reduce|decrease) [the|my] timer (called|named|for|in) {label} by {length}",
    "(shorten|reduce|decrease) (it|that) by {length}",
    "take {length} off",
    "make [the|my] [{label}] timer {length} (shorter|less)",
    "(shorter timer|make [the|my] [{label}] timer shorter)",
    "{length} less [on the [{label}] timer]",
)
def shorten(length: By, alarms: Alarms, clock: Clock, label: str = "") -> str:
    """Take time off a timer."""
    found = timers.some(alarms, label)
    for timer in found:
        if length >= rest(timer, clock):
            left = spoken_length(rest(timer, clock))
            raise SkillError(f"The {called(timer)} has only {left} left.")
    return "\n".join(changed(alarms, timer, rest(timer, clock) - length) for timer in found)


@skill.intent(
    "(set|change|adjust|switch|reset) [the|my|that] [{label}] timer to {length}",
    "(set|change) [the|my] timer (called|named|for|in) {label} to {length}",
    "(change|set) [the|my] [{label}] timer (duration|length|time) to {length}",
    "(extend|lengthen|shorten|increase|reduce) [the|my] [{label}] timer to {length}",
    "make [the|my|that] [{label}] timer {length} [long|instead]",
    "(change|adjust) [the|my] [{label}] timer",
)
def set_to(length: Length, alarms: Alarms, label: str = "") -> str:
    """Give a timer another length, from now on; start one where none runs."""
    checked(length)
    if not alarms.list():
        return f"No timer was running, so I started one. {told([begun(alarms, length, label)])}"
    timer = timers.one(alarms, label)
    alarms.cancel(timer)
    return told([begun(alarms, length, timer.label)])


@skill.intent(
    "rename [the|my] [{label}] timer [(to|as) {new}]",
    "rename [the|my] timer (called|named|for) {label} (to|as) {new}",
    "(call|name) (the|my) [{label}] timer {new}",
    "change the name of [the|my] [{label}] timer to {new}",
    "(name|call) (it|that timer) {new}",
)
def rename(new: Annotated[str, Slot(ask="To what?")], alarms: Alarms, label: str = "") -> str:
    """Give a timer another name."""
    timer = timers.one(alarms, label)
    if not timers.name(new):
        raise SkillError(f"“{new}” is no name for a timer.")
    alarms.rename(timer, new, done(timer.length, new))
    return sentence(f"The {called(timer)} is called {new} now")


@skill.intent(
    "(mute|silence|hush|quiet) (the|my|that) {label} timer",
)
def silence(alarms: Alarms, label: str = "") -> str:
    """Quiet a timer that rings."""
    ringing = timers.rang(alarms, label)
    if ringing is None:
        found = timers.found(alarms, label)
        raise SkillError(f"{the(found)} is not ringing; “cancel” or “pause” would stop it.")
    alarms.cancel(ringing)
    return "OK, it is quiet."


@skill.intent(
    "restart [the|my|that] [{label}] timer",
    "restart [the|my] timer (called|named|for|in) {label}",
    "(start|run|set) [the|my|that] [{label}] timer (again|over|anew|from the beginning)",
    "(start over|begin again) [with] [the|my|that] [{label}] timer",
    "(repeat|redo) [the|my|that] [{label}] timer",
    "reset [the|my|that] [{label}] timer",
    "restart (it|that)",
)
def restart(alarms: Alarms, label: str = "") -> str:
    """Let a timer begin anew, also one that has just rung."""
    old = timers.rang(alarms, label)
    if old and not choose(alarms.list(), label, names, "timer"):
        return told([begun(alarms, old.length, old.label)])
    timer = timers.one(alarms, label)
    alarms.cancel(timer)
    return told([begun(alarms, timer.length, timer.label)])


def begun(alarms: Alarms, length: timedelta, label: str = "") -> Alarm:
    """Start a timer. Raises SkillError for a length that none can have."""
    checked(length)
    label = timers.name(label)
    return alarms.add(alarms.clock.after(length), done(length, label), label)


def done(length: timedelta, label: str) -> str:
    """Return what is told when a timer rings."""
    return f"Your {named(length, label)} is done."


def checked(length: timedelta) -> None:
    """Raise SkillError for a length that no timer can have."""
    if length < timedelta(seconds=1):
        raise SkillError("A timer needs at least a second.")
    if length > LONGEST:
        raise SkillError("That is more than a year; set a reminder instead.")


def told(started: list[Alarm]) -> str:
    """Return what was started: "Tea timer set for 4 minutes."."""
    if len(started) > 1 and not any(timer.label for timer in started):
        return f"Timers set for {joined(spoken_length(timer.length) for timer in started)}."
    each = [f"{t.label} timer set for {spoken_length(t.length)}".strip() for t in started]
    return sentence(joined(each))


def changed(alarms: Alarms, timer: Alarm, length: timedelta) -> str:
    """Let a timer run for another time from now, paused as it was, and tell it."""
    running = alarms.resume(timer)
    checked(length)
    moved = alarms.move(running, alarms.clock.after(length))
    checked(moved.length)
    moved = moved if timer.left is None else alarms.pause(moved)
    return f"{remaining(moved, alarms.clock)} now."


def the(found: list[Alarm]) -> str:
    """Return several timers as the beginning of a sentence about one: "The tea timer"."""
    return f"The {called(found[0])}" if len(found) == 1 else "Each of them"


def rest(timer: Alarm, clock: Clock) -> timedelta:
    """Return how long a timer still runs, or would."""
    return clock.until(timer.due) if timer.left is None else timer.left


def remaining(timer: Alarm, clock: Clock) -> str:
    """Return how long a timer still runs, in words."""
    held = ", paused" if timer.left is not None else ""
    left = spoken_length(rest(timer, clock))
    return f"{sentence(called(timer))[:-1]}: {left} left{held}"
