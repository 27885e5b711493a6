"""Reminders: something to remember, once or again and again, and when."""

from datetime import date, datetime, time, timedelta
from typing import Annotated, Literal

from assistant import (
    Alarm,
    Alarms,
    Ask,
    Choosing,
    Clock,
    Recurrence,
    Repeating,
    Skill,
    SkillError,
    Slot,
    TimeSpan,
    sentence,
)

skill = Skill("reminder", "Reminders of things, at a time, once or again and again.")

Task = Annotated[str, Slot(ask="What should I remind you of?")]
Nth = Literal["next", "first", "second", "last"]
PLACES = {"next": 0, "first": 0, "second": 1, "last": -1}

MOST = 20
"""How many are told at once."""

Kind = Literal["appointment", "meeting", "event"]
Way = Literal["later", "back", "postpone", "delay", "earlier", "sooner", "forward"]
EARLIER = ("earlier", "sooner", "forward")

choosing = Choosing(skill, "reminder", full="reminder “{}”")
repeating = Repeating(skill, choosing, "reminder")


@skill.intent(
    "remind me to {task} [{when}|{repeat}]",
    "(remind|nudge|prod|poke|notify|alert|ping) me ({when}|{repeat}) (to|about|of|that) {task}",
    "(remind|nudge|prod|notify) me (to|about|of|that) {task} [{when}|{repeat}]",
    "(tell me|let me know) (({when}|{repeat}) to {task}|to {task} ({when}|{repeat}))",
    "(set|add|make|create) a reminder (to|about|for) {task} [{when}|{repeat}]",
    "(set|add|make|create) a {task} reminder (for|on|at) ({when}|{repeat})",
    "don't let me forget to {task} [{when}|{repeat}]",
    "([i (must|need to)|help me] remember|don't forget) to {task} [{when}]",
    "({when}|{repeat}) ((remind|tell) me to|make sure i) {task}",
    "(set|create) a reminder [(for {when}|{when}|{repeat}|(for|in) {length}) [to {task}]]",
    "remind me [{when}]",
    "reminder : {task} [{when}|{repeat}]",
)
def add(
    task: Task,
    alarms: Alarms,
    clock: Clock,
    when: datetime | None = None,
    repeat: Recurrence | None = None,
    at: time | None = None,
    length: timedelta | None = None,
) -> str | Ask:
    """Remind of something at a time, after a length, or again and again."""
    if length and not when:
        when = clock.after(length)
    if repeat and when:
        raise SkillError("Say one time, or how it comes again, but not both.")
    if repeat and repeat.in_steps and repeat.open:
        if at is None:
            kept = {"task": task, "repeat": repeat}
            return Ask("At what time first?", then=add, keep=kept, slot="at")
        repeat, at = repeat.hours_from(at), None
    if repeat and not (at or repeat.time or repeat.in_steps):
        return Ask("At what time?", then=add, keep={"task": task, "repeat": repeat}, slot="at")
    if repeat:
        repeat = repeat.at(at) if at else repeat
        when = repeat.next(clock.now())
    if when is None:
        return Ask("When?", then=add, keep={"task": task}, slot="when")
    if clock.until(when) <= timedelta():
        question = sentence(f"{clock.spoken_moment(when)} has passed") + " When?"
        return Ask(question, then=add, keep={"task": task}, slot="when")
    reminder = alarms.add(when, sentence(f"Reminder: {task}"), task, repeat)
    return sentence(f"Reminder set for {clock.spoken_alarm(reminder)}: {task}")


@skill.intent(
    "(add|put|enter) {what} (to|on|in) my calendar {when}",
    "(schedule|book|plan) {what} for {when}",
    "i have (a|an|my) [{what}] {kind} [with {whom}] ({when}|{repeat})",
    "{kind} [with {whom}] for {when}",
)
def event(
    alarms: Alarms,
    clock: Clock,
    what: str = "",
    when: datetime | None = None,
    repeat: Recurrence | None = None,
    at: time | None = None,
    kind: Kind | None = None,
    whom: str = "",
) -> str | Ask:
    """Keep an event as a reminder, as there is no calendar."""
    with_whom = f"with {whom}" if whom else ""
    named = " ".join(each for each in (what, kind, with_whom) if each) or "appointment"
    told = add(named, alarms, clock, when, repeat, at)
    if isinstance(told, Ask):
        return told
    return f"I keep no calendar, so it is a reminder. {told}"


@skill.intent(
    "(list|show|read) [me] (my|the|all) reminders",
    "what reminders (do i have|have i set|are set) [for {when}]",
    "(what|which) reminders are there [for {when}]",
    "(what are|tell me) (my|the) reminders",
    "what did i ask you to remind me of",
    "(do i have|are there) any reminders [stored|set]",
    "do i have a reminder (about|for|to) {task}",
    "(what|when) is (my|the) {nth} reminder",
    "when is (my|the) {task} (reminder|appointment|meeting|event)",
    "when is (my|the) (appointment|meeting|event) with {task}",
    "(my reminders|reminders for {when})",
)
def pending(
    alarms: Alarms,
    clock: Clock,
    when: TimeSpan | None = None,
    nth: Nth | None = None,
    task: str = "",
) -> str:
    """List the reminders."""
    if when:
        found = alarms.between(when.start, when.end)
        told = [f"- {clock.spoken_moment(due)}: {each.label}" for due, each in found[:MOST]]
        return "\n".join(told) or f"No reminder {clock.spoken_span(when)}."
    there = choosing.found(alarms, task) if task and alarms.list() else alarms.list()
    if not there:
        return "No reminder is set."
    if nth:
        place = PLACES[nth]
        there = there[place:][:1]
    return "\n".join(f"- {_line(each, clock)}" for each in there) or "There is only one."


@skill.intent(
    "(cancel|delete|remove) (the|my) reminder (to|about|for|of) {task} [{day}]",
    "(cancel|delete|remove) (the|my) (appointment|meeting|event) with {task} [{day}]",
    "(cancel|delete|remove) (the|my) (reminder|appointment|meeting|event) [[for] {day}]",
    "(cancel|delete|remove|stop) [the|my] {task} (reminder|appointment|meeting|event) "
    "[[for] {day}]",
    "(cancel|delete) {day} (reminder|appointment|meeting)",
    "(don't remind|stop reminding) me (to|about|of) {task} [{day}]",
    "forget the reminder (to|about) {task}",
    "you needn't remind me [of {task}]",
    careful=True,
)
def cancel(alarms: Alarms, task: str = "", day: date | None = None) -> str | Ask:
    """Cancel a reminder."""
    return repeating.cancel(alarms, task, day)


@skill.intent(
    "skip the reminder [(to|about) {task}]",
    "skip {day} reminder",
    "(leave out|pass over) the [{task}] reminder",
    careful=True,
)
def skip(alarms: Alarms, task: str = "", day: date | None = None) -> str | Ask:
    """Skip one time of a reminder that repeats."""
    return repeating.skip(alarms, task, day)


@skill.intent(
    "(cancel|delete|remove|clear) (all|every|all of) [my|the] [stored] (reminder|reminders)",
    "(clear|delete) my reminders",
)
def cancel_all(alarms: Alarms) -> str | Ask:
    """Cancel every reminder, after asking."""
    return choosing.cancel_all(alarms)


@skill.intent(
    "(move|change|postpone|shift) (the|my) (reminder|event|appointment|meeting) "
    "to ({at}|{day}|{when})",
    "(move|change) (the|my) (reminder|event) from {old} to {day}",
    "(move|change|shift) [the|my] {old} (reminder|event|appointment|meeting) "
    "to ({at}|{day}|{when})",
    "(move|change|postpone) the reminder (to|about|for) {task} to ({at}|{day}|{when})",
    "(move|change|reschedule|postpone) (the|my) {task} (reminder|appointment|meeting|event) "
    "to ({at}|{day}|{when})",
    "(move|change|reschedule) (the|my) (appointment|meeting) with {task} to ({at}|{day}|{when})",
    "remind me of (that|it) {when} instead",
    "(change|set) (the|my) reminder to [repeat] {repeat}",
    careful=True,
)
def move(
    alarms: Alarms,
    clock: Clock,
    at: time | None = None,
    day: date | None = None,
    when: datetime | None = None,
    repeat: Recurrence | None = None,
    old: date | None = None,
    nth: Nth | None = None,
    task: str = "",
) -> str | Ask:
    """Move a reminder to another time, or let it repeat; of what repeats only the day named."""
    if not (at or day or when or repeat):
        return Ask("To when?", then=move, keep={"task": task or None, "old": old}, slot="when")
    said = task or _place(nth)
    reminder = repeating.on(alarms, old, said) if old else choosing.one(alarms, said)
    if repeat:
        return sentence(f"Reminder changed: {_line(alarms.repeating(reminder, repeat), clock)}")
    named = old or (day if at else None) or (when and when.date())
    if when is None:
        hour = at or reminder.due.timetz().replace(tzinfo=None)
        when = clock.next(hour, day or old, instead=reminder.due)
    moved, others = repeating.move(alarms, reminder, when, named)
    return f"Reminder moved to {clock.spoken_alarm(moved)}: {moved.label}{others}."


@skill.intent(
    "(push|move|bring|shift) (the|my) (reminder|event|appointment) {way} [by {length}]",
    "(push|move|bring|shift) (the|my) {task} reminder {way} by {length}",
    "(make|set) (the|my) reminder {length} {way}",
    "{way} the (reminder|event|appointment) [by {length}]",
    "remind me of it {length} {way}",
    careful=True,
)
def shift(
    length: Annotated[timedelta, Slot(ask="By how much?")],
    alarms: Alarms,
    clock: Clock,
    way: Annotated[Way, Slot(ask="Earlier or later?")],
    nth: Nth | None = None,
    task: str = "",
) -> str:
    """Let a reminder come earlier or later."""
    reminder = choosing.one(alarms, task or _place(nth))
    by = -length if way in EARLIER else length
    moved = alarms.shift(reminder, by)
    return f"Reminder moved to {clock.spoken_alarm(moved)}: {moved.label}."


def _place(nth: Nth | None) -> str:
    """Return a place in the list as one chooses by it: what is next is the first."""
    return "first" if nth == "next" else nth or ""


def _line(reminder: Alarm, clock: Clock) -> str:
    return f"{reminder.label}: {clock.spoken_alarm(reminder)}"
