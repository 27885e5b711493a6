"""Reminders: something to remember, and when."""

from datetime import datetime
from typing import Annotated

from assistant import Alarms, Ask, Choosing, Clock, Skill, Slot, sentence

skill = Skill("reminder", "Reminders of things, at a time.")

When = Annotated[datetime, Slot(ask="When?")]

choosing = Choosing(skill, "reminder", full="reminder “{}”")


@skill.intent(
    "remind me to {task} {when}",
    "remind me to {task}",
    "(remind|nudge|prod|poke) me {when} to {task}",
    "remind me {when} (about|of) {task}",
    "(remind|nudge|prod) me (about|of) {task} [{when}]",
    "(set|add|make) a reminder [{when}] to {task} [{when}]",
    "(set|add) a reminder for {task} {when}",
    "don't let me forget to {task} [{when}]",
    "[i (must|need to)] remember to {task} [{when}]",
    "make sure i {task} {when}",
    "set a reminder",
    "remind me {when}",
)
def add(
    task: Annotated[str, Slot(ask="What should I remind you of?")],
    when: When,
    alarms: Alarms,
    clock: Clock,
) -> str:
    """Remind of something at a time."""
    alarms.add(when, sentence(f"Reminder: {task}"), task)
    return sentence(f"Reminder set for {clock.spoken_moment(when)}: {task}")


@skill.intent(
    "(list|show) [me] (my|the|all) reminders",
    "what reminders (do i have|have i set|are set)",
    "what are my reminders",
    "which reminders are there",
    "what did i ask you to remind me of",
    "do i have any reminders",
    "my reminders",
)
def pending(alarms: Alarms, clock: Clock) -> str:
    """List the reminders."""
    told = [f"- {each.label}: {clock.spoken_moment(each.due)}" for each in alarms.list()]
    return "\n".join(told) or "No reminder is set."


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
    return choosing.cancel(alarms, task)


@skill.intent(
    "(cancel|delete|remove|clear) all [my|the] reminders",
    "clear my reminders",
)
def cancel_all(alarms: Alarms) -> str | Ask:
    """Cancel every reminder, after asking."""
    return choosing.cancel_all(alarms)


@skill.intent(
    "(move|change|postpone) the reminder (to|about|for) {task} to {when}",
    "(move|postpone) (the|my) reminder to {when}",
    "remind me of that {when} instead",
    careful=True,
)
def move(when: When, alarms: Alarms, clock: Clock, task: str = "") -> str:
    """Move a reminder to another time."""
    moved = alarms.move(choosing.one(alarms, task), when)
    return f"Reminder moved to {clock.spoken_moment(moved.due)}: {moved.label}."
