"""Reminders: something to remember, and when."""

from datetime import datetime
from typing import Annotated

from assistant import Alarm, Alarms, Ask, Clock, Settings, Skill, SkillError, Slot

skill = Skill("reminder", "Reminders of things, at a time.")

When = Annotated[datetime, Slot(ask="When?")]


@skill.intent(
    "remind me to {task} {when}",
    "remind me {when} to {task}",
    "remind me to {task}",
    "remind me {when} (about|of) {task}",
    "(remind|nudge|prod) me (about|of) {task} [{when}]",
    "(nudge|prod|poke) me {when} to {task}",
    "(set|add|make) a reminder to {task} [{when}]",
    "(set|add|make) a reminder {when} to {task}",
    "(set|add) a reminder for {task} {when}",
    "don't let me forget to {task} [{when}]",
    "i (must|need to) remember to {task} {when}",
    "make sure i {task} {when}",
    "set a reminder",
    "remind me {when}",
)
def add(
    task: Annotated[str, Slot(ask="What should I remind you of?")],
    when: When,
    alarms: Alarms,
    clock: Clock,
    settings: Settings,
) -> str:
    """Remind of something at a time."""
    now = clock.now()
    if when <= now:
        raise SkillError("That moment has passed; name a later one.")
    task = task.strip().rstrip(".")
    alarms.add(when, f"Reminder: {task}.", task)
    return f"I'll remind you {moment(when, now, settings)}: {task}."


@skill.intent(
    "(list|show) [me] (my|the|all) reminders",
    "what reminders (do i have|have i set|are set)",
    "what are my reminders",
    "which reminders are there",
    "what did i ask you to remind me of",
    "do i have any reminders",
    "my reminders",
)
def pending(alarms: Alarms, clock: Clock, settings: Settings) -> str:
    """List the reminders."""
    found = alarms.list()
    if not found:
        return "No reminder is set."
    return "\n".join(f"- {a.label}: {moment(a.due, clock.now(), settings)}" for a in found)


@skill.intent(
    "(cancel|delete|remove) the reminder (to|about|for|of) {task}",
    "(cancel|delete|remove) (the|my) reminder",
    "don't remind me (to|about|of) {task}",
    "forget the reminder (to|about) {task}",
    "you needn't remind me [of {task}]",
    careful=True,
)
def cancel(alarms: Alarms, task: str = "") -> str | Ask:
    """Cancel a reminder."""
    found = matching(alarms.list(), task)
    if len(found) > 1:
        names = ", ".join(a.label for a in found)
        return Ask(f"Which one: {names}?", then=cancel_which)
    alarms.cancel(found[0])
    return f"Reminder cancelled: {found[0].label}."


@skill.answer
def cancel_which(which: str, alarms: Alarms) -> str:
    """Cancel the reminder that was named."""
    found = matching(alarms.list(), which)
    if len(found) > 1:
        raise SkillError("That fits several reminders, so I left them all.")
    alarms.cancel(found[0])
    return f"Reminder cancelled: {found[0].label}."


@skill.intent(
    "(cancel|delete|remove|clear) all [my|the] reminders",
    "clear my reminders",
)
def cancel_all(alarms: Alarms) -> Ask:
    """Cancel every reminder, after asking."""
    found = alarms.list()
    if not found:
        raise SkillError("No reminder is set.")
    count = "the one reminder" if len(found) == 1 else f"all {len(found)} reminders"
    return Ask(f"Cancel {count}?", then=cancel_all_confirmed)


@skill.answer
def cancel_all_confirmed(yes: bool, alarms: Alarms) -> str:
    """Cancel every reminder if so wished."""
    if not yes:
        return "They stay set."
    found = alarms.list()
    for alarm in found:
        alarms.cancel(alarm)
    return f"Cancelled {len(found)} reminder{'s' if len(found) != 1 else ''}."


@skill.intent(
    "(move|change|postpone) the reminder (to|about|for) {task} to {when}",
    "(move|postpone) (the|my) reminder to {when}",
    "remind me of that {when} instead",
    careful=True,
)
def move(when: When, alarms: Alarms, clock: Clock, settings: Settings, task: str = "") -> str:
    """Move a reminder to another time."""
    found = matching(alarms.list(), task)
    if len(found) > 1:
        raise SkillError(f"Say which one: {', '.join(a.label for a in found)}.")
    moved = alarms.move(found[0], when)
    return f"I'll remind you {moment(moved.due, clock.now(), settings)}: {moved.label}."


def matching(found: list[Alarm], task: str) -> list[Alarm]:
    """Return the reminders that share the most words with a task; all without one."""
    if not found:
        raise SkillError("No reminder is set.")
    words = set(task.lower().split()) - {"the", "my", "a", "to", "one"}
    if not words:
        return found
    shared = {a.id: len(words & set(a.label.lower().split())) for a in found}
    best = max(shared.values())
    if not best:
        there = ", ".join(a.label for a in found)
        raise SkillError(f"No reminder is about that; there is: {there}.")
    return [a for a in found if shared[a.id] == best]


def moment(due: datetime, now: datetime, settings: Settings) -> str:
    """Return a moment as one says it: today, tomorrow or by its date."""
    clock = (
        f"{due:%I:%M %p}".lstrip("0").lower() if settings.time_format == "12h" else f"{due:%H:%M}"
    )
    days = (due.date() - now.date()).days
    if days < 2:
        return f"{('today', 'tomorrow')[max(days, 0)]} at {clock}"
    day = f"on {due:%A}" if days < 7 else f"on {due:%A}, {due.day} {due:%B}"
    return f"{day} at {clock}"
