"""A stopwatch: started, stopped, read, with laps."""

from datetime import datetime, timedelta
from typing import Any

from assistant import Clock, Memory, Skill, SkillError, sentence, spoken_length

skill = Skill("stopwatch", "A stopwatch with laps.")

MOST = 20
"""How many laps are told at once."""

MINUTE = 60
"""Seconds from which minutes are told too."""


@skill.intent(
    "start [a|the|my] stopwatch",
    "(begin|run|open|launch) [a|the] stopwatch",
    "(resume|continue|unpause) [the|my] stopwatch",
    "stopwatch [please] start",
    "start (timing|measuring [the] time)",
    "time (me|this)",
)
def start(memory: Memory, clock: Clock) -> str:
    """Start the stopwatch, or let it run on."""
    if "since" in memory:
        raise SkillError(f"The stopwatch is running already: {shown(ran(memory, clock))}.")
    before = ran(memory, clock)
    memory["since"] = clock.now().isoformat()
    return f"Stopwatch goes on from {shown(before)}." if before else "Stopwatch started."


@skill.intent(
    "(start|begin|open|run) (a new|a fresh|another) stopwatch",
    "(restart|start over) [the|my] stopwatch",
    "start [the|my] stopwatch (again from zero|from zero|anew|afresh)",
)
def begin_anew(memory: Memory, clock: Clock) -> str:
    """Start the stopwatch from zero, whatever it showed."""
    before = ran(memory, clock)
    memory.clear()
    memory["since"] = clock.now().isoformat()
    return f"Stopwatch started anew; it was at {shown(before)}." if before else "Stopwatch started."


@skill.intent(
    "(stop|pause|halt|end|hold) [the|my] stopwatch",
    "stopwatch stop",
    "stop (timing|measuring)",
    stops=True,
)
def stop(memory: Memory, clock: Clock) -> str:
    """Stop the stopwatch; it keeps its time."""
    running(memory)
    memory["ran"] = ran(memory, clock).total_seconds()
    del memory["since"]
    return f"Stopwatch stopped at {shown(ran(memory, clock))}."


@skill.intent(
    "(new|next|take a|mark a|record a|start a) lap",
    "lap [time]",
    "(split|split time)",
)
def lap(memory: Memory, clock: Clock) -> str:
    """Note a lap."""
    running(memory)
    whole, laps = ran(memory, clock), memory.get("laps", [])
    memory["laps"] = [*laps, whole.total_seconds()]
    length = whole - timedelta(seconds=laps[-1] if laps else 0)
    return f"Lap {len(laps) + 1}: {shown(length)}, {shown(whole)} in all."


@skill.intent(
    "(read|check|show|what is on) [me] [the|my] stopwatch",
    "what does [the|my] stopwatch (say|show)",
    "how long has [the|my] stopwatch been (running|going)",
    "(what is the time|how much time is) on [the|my] stopwatch",
    "[the|my] stopwatch (time|status)",
    "[show|tell] [me] (my|the) (laps|lap times)",
)
def read(memory: Memory, clock: Clock) -> str:
    """Tell what the stopwatch shows, and its laps."""
    if not ran(memory, clock) and "since" not in memory:
        return "The stopwatch is at zero."
    state = "running" if "since" in memory else "stopped"
    ends = memory.get("laps", [])
    lengths = [end - begin for begin, end in zip([0, *ends], ends, strict=False)]
    told = [f"- lap {i}: {shown(timedelta(seconds=each))}" for i, each in enumerate(lengths, 1)]
    first = sentence(f"{shown(ran(memory, clock))}, {state}")
    return "\n".join([first, *told[-MOST:]])


@skill.intent(
    "(reset|clear|zero) [the|my] stopwatch",
    "(set|put) [the|my] stopwatch [back] to zero",
)
def reset(memory: Memory) -> str:
    """Set the stopwatch to zero."""
    if not memory:
        return "The stopwatch is at zero already."
    memory.clear()
    return "Stopwatch reset."


def ran(memory: Memory, clock: Clock) -> timedelta:
    """Return how long the stopwatch has run in all."""
    before = timedelta(seconds=memory.get("ran", 0))
    since: Any = memory.get("since")
    return before - clock.until(datetime.fromisoformat(since)) if since else before


def running(memory: Memory) -> None:
    """Raise SkillError where the stopwatch does not run."""
    if "since" not in memory:
        raise SkillError("The stopwatch is not running; say “start the stopwatch”.")


def shown(length: timedelta) -> str:
    """Return a time to a tenth of a second, as a stopwatch tells it."""
    tenths = round(length.total_seconds(), 1)
    if tenths < MINUTE:
        return f"{tenths:g} seconds"
    seconds = round(tenths % MINUTE, 1)
    whole = spoken_length(timedelta(seconds=tenths - seconds))
    return f"{whole} {seconds:g} second{'' if seconds == 1 else 's'}" if seconds else whole
