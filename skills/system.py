"""The state of this machine: battery, disk, memory, processor, uptime."""

from datetime import UTC, datetime, timedelta

from assistant import Clock, Skill, spoken_length

skill = Skill("system", "Battery, disk, memory, processor and uptime of this machine.")

GIGA = 1_000_000_000


@skill.intent(
    "how much battery (is|do i have) left",
    "(what is|check) the battery [level|status]",
    "battery [level|status]",
    "is the (laptop|computer|machine) charging",
    "how full is the battery",
    "do i need to plug in",
    "battery percentage",
)
def battery() -> str:
    """Tell the battery's level."""
    import psutil

    state = psutil.sensors_battery() if hasattr(psutil, "sensors_battery") else None
    if state is None:
        return "This machine has no battery that I can see."
    plugged = "charging" if state.power_plugged else "on battery"
    return f"The battery is at {state.percent:.0f} %, {plugged}."


@skill.intent(
    "how much (disk space|space|storage) (is|do i have) (left|free)",
    "how full is (the|my) (disk|drive|hard drive)",
    "free disk space",
    "check (the|my) disk [space]",
    "is my disk full",
    "disk (space|usage|status|diagnostics)",
    "how much room is left on the drive",
)
def disk() -> str:
    """Tell how much disk space is free."""
    from pathlib import Path

    import psutil

    usage = psutil.disk_usage(str(Path.home()))
    free, total = usage.free / GIGA, usage.total / GIGA
    return f"{free:.0f} GB of {total:.0f} GB are free ({usage.percent:.0f} % used)."


@skill.intent(
    "how much (memory|ram) is (free|left|used|in use)",
    "(memory|ram) (usage|status|diagnostics)",
    "check the (memory|ram)",
    "is the computer low on memory",
    "how much ram do i have",
)
def memory() -> str:
    """Tell how much memory is in use."""
    import psutil

    state = psutil.virtual_memory()
    return f"{state.available / GIGA:.1f} GB of {state.total / GIGA:.1f} GB memory are free."


@skill.intent(
    "how busy is the (processor|cpu|computer|machine)",
    "(cpu|processor) (usage|load)",
    "how much cpu is used",
    "is the (computer|cpu) [very] busy",
    "are you using (much|a lot of) cpu",
    "check the cpu",
)
def processor() -> str:
    """Tell how busy the processor is."""
    import psutil

    cores = psutil.cpu_count() or 1
    return f"The processor is {psutil.cpu_percent(interval=0.2):.0f} % busy ({cores} cores)."


@skill.intent(
    "how long has (the|this) (computer|machine|system) been (on|up|running)",
    "[what is the] uptime",
    "when was the (computer|machine) [last] (started|booted|restarted)",
    "when did i last restart",
)
def uptime(clock: Clock) -> str:
    """Tell how long the machine has been running."""
    import psutil

    started = datetime.fromtimestamp(psutil.boot_time(), UTC)
    minutes = -clock.until(started) // timedelta(minutes=1)
    length = spoken_length(timedelta(minutes=minutes))
    return f"This machine has been running for {length}."
