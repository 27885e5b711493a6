"""What rings when, whoever set it: the day's agenda, what was missed, all alerts at once."""

from datetime import datetime
from typing import Literal

from assistant import Alarm, Alarms, Ask, Clock, Skill, SkillError, TimeSpan, counted, joined

skill = Skill("agenda", "What is on: reminders, alarms and timers of a day; what was missed.")

MOST = 20
"""How many are told at once."""


@skill.intent(
    "(what is|what's|is anything) on [my calendar|my agenda|my schedule] [for] [{when}]",
    "what do i have [to do|on|planned|scheduled] {when}",
    "what (rings|is coming up|happens|is happening|is planned) {when}",
    "(anything|what) [set|planned|scheduled] (for|on) {when}",
    "what have i (set|got|planned) [for] {when}",
    "what did i set for {when}",
    "(show|read|tell) [me] my (calendar|agenda|schedule|appointments|events) [for] [{when}]",
    "(do i have|are there) any (events|appointments|meetings|plans|alerts) [{when}]",
    "which (events|alerts) are (stored|set) [for {when}]",
    "am i (busy|free) {when}",
)
def on(alarms: Alarms, clock: Clock, when: TimeSpan | None = None) -> str:
    """Tell what rings in a stretch of time, by the hour."""
    if when is None:
        return everything(alarms, clock)
    start = max(when.start, clock.now())
    there = alarms.between(start, when.end, "*")
    if not there:
        return f"Nothing is set for {clock.spoken_span(when)}."
    told = [f"- {clock.spoken_moment(due)}: {_name(alarm)}" for due, alarm in there[:MOST]]
    return "\n".join(told) + _more(len(there))


@skill.intent(
    "what have i set",
    "(what are|list|show|tell me) [all] my alerts",
    "what alarms and reminders do i have",
    "what is set",
    "list all (alerts|alarms and timers|alarms and reminders)",
)
def everything(alarms: Alarms, clock: Clock) -> str:
    """List what is set of every kind."""
    there = alarms.list("*")
    told = [f"- {_name(each)}: {_when(each, clock)}" for each in there[:MOST]]
    return "\n".join(told) + _more(len(there)) if told else "Nothing is set."


@skill.intent(
    "(what|when) is (my|the) next (alert|event|appointment|meeting|thing)",
    "tell me my next (alert|event|appointment)",
    "what (rings|comes|is) next",
)
def following(alarms: Alarms, clock: Clock) -> str:
    """Tell what rings next."""
    there = [each for each in alarms.list("*") if each.left is None]
    if not there:
        return "Nothing is set."
    return f"{_name(there[0])}: {clock.spoken_moment(there[0].due)}."


@skill.intent(
    "what did i miss",
    "[did i|have i] (miss|missed) (anything|something|"
    "any (alert|reminder|alarm|timer|event|alerts|reminders|alarms|timers|events))",
    "(which|what) (alerts|reminders|alarms) did i miss",
    "what (rang|went off) while i was away",
)
def missed(alarms: Alarms, clock: Clock) -> str:
    """Tell what rang within a day while nothing was open."""
    told = [f"- {clock.spoken_moment(each.due)}: {each.message}" for each in alarms.missed()]
    return "\n".join(told) or "Nothing rang while you were away, within the last day."


@skill.intent(
    "(cancel|clear|delete|remove) all [my|the|pending] (alerts|events)",
    "(cancel|delete|clear) [the] (alerts|events) [for|on|from] {when}",
    "cancel (everything|all) {when}",
    "(cancel|delete) all alarms and (timers|reminders)",
    "(cancel|delete) [my|the] {nth} (alert|event|appointment|meeting)",
    careful=True,
)
def cancel_all(
    alarms: Alarms,
    clock: Clock,
    when: TimeSpan | None = None,
    nth: Literal["next", "first", "last"] | None = None,
) -> Ask | str:
    """Cancel what rings of every kind, after asking."""
    there = alarms.list("*")
    if nth:
        there = there[-1:] if nth == "last" else there[:1]
    if when:
        there = list({each.id: each for _, each in _in(when, alarms)}.values())
    if not there:
        raise SkillError("Nothing is set." if when is None else "Nothing is set for then.")
    named = joined([_name(each) for each in there[:MOST]])
    then = f" {clock.spoken_span(when)}" if when else ""
    question = f"Cancel {counted(len(there), 'alert')}{then}: {named}?"
    ids = " ".join(each.id for each in there)
    return Ask(question, then=cancelled, keep={"ids": ids, "when": when})


@skill.answer(no="OK, I cancel nothing.")
def cancelled(ids: str, alarms: Alarms, when: TimeSpan | None = None) -> str:
    """Cancel them; of what repeats only the times in the stretch that was told."""
    there = [each for each in alarms.list("*") if each.id in ids.split()]
    for each in there:
        if when is None:
            alarms.cancel(each)
        else:
            alarms.skip_within(each, when.start, when.end)
    return f"Cancelled {counted(len(there), 'alert')}."


def _in(when: TimeSpan, alarms: Alarms) -> list[tuple[datetime, Alarm]]:
    return list(alarms.between(when.start, when.end, "*"))


def _name(alarm: Alarm) -> str:
    return f"{alarm.label} ({alarm.skill})" if alarm.label else alarm.skill


def _when(alarm: Alarm, clock: Clock) -> str:
    return "paused" if alarm.left is not None else clock.spoken_alarm(alarm)


def _more(count: int) -> str:
    return f"\nand {count - MOST} more." if count > MOST else ""
