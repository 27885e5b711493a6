"""What rings when, whoever set it: the day's agenda, what was missed, all alerts at once."""

from datetime import datetime
from typing import Literal

from assistant import (
    Alarm,
    Alarms,
    Ask,
    Clock,
    History,
    Skill,
    SkillError,
    TimeSpan,
    choose,
    counted,
    joined,
    sentence,
    spoken_length,
)

skill = Skill("agenda", "What is on: reminders, alarms and timers of a day; what was missed.")

Counted = Literal["minutes", "hours", "days", "weeks"]

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
    "in how many {unit} (is that|is it|will that be)",
    "(how long|how many {unit}) (until|till|to) (then|that)",
    "when (is|will) (that|it) [be|ring|go off]",
)
def until(alarms: Alarms, clock: Clock, history: History, unit: Counted | None = None) -> str:
    """Tell how long it is until what was told or set just now rings."""
    told = _told(history, alarms, clock)
    if not told:
        raise SkillError("Say until what, for instance “how long until 7 pm”.")
    return "\n".join(_ahead(each, clock) for each in told[:MOST])


@skill.intent("(skip|leave out|pass over) {when}", careful=True)
def skip(when: TimeSpan, alarms: Alarms, clock: Clock) -> Ask | str:
    """Skip what repeats in a stretch of time, whoever set it; ask which where that is several."""
    there = _repeating_in(when, alarms)
    if not there:
        raise SkillError(sentence(f"Nothing that repeats rings {clock.spoken_span(when)}"))
    if len(there) > 1:
        question = f"Skip which one {clock.spoken_span(when)}: {_named(there, 'or')}?"
        return Ask(question, then=skipped, keep={"when": when})
    return _skipped(there, when, alarms, clock)


@skill.answer
def skipped(which: str, when: TimeSpan, alarms: Alarms, clock: Clock) -> str:
    """Skip those that were named."""
    there = _repeating_in(when, alarms)
    chosen = choose(there, which, lambda each: (_name(each), _when(each, clock)), "alert")
    if not chosen.clear:
        raise SkillError(f"“{which}” is none of them, so nothing is skipped: {_named(there)}.")
    return _skipped(chosen.options, when, alarms, clock)


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
    named = _named(there)
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


def _told(history: History, alarms: Alarms, clock: Clock) -> list[Alarm]:
    """Return what the last reply tells the moment of, or what its skill set last."""
    there = [each for each in alarms.list("*") if each.left is None]
    last = history.turns(1)
    if not last:
        return []
    named = [each for each in there if clock.spoken_moment(each.due) in last[0].reply.text]
    of = (last[0].understanding.intent or "").partition(".")[0]
    newest = sorted((each for each in there if each.skill == of), key=lambda each: each.set_at)
    return named or newest[-1:]


def _ahead(alarm: Alarm, clock: Clock) -> str:
    left = spoken_length(clock.until(alarm.due))
    return sentence(f"{_name(alarm)}: {clock.spoken_moment(alarm.due)}, in {left}")


def _repeating_in(when: TimeSpan, alarms: Alarms) -> list[Alarm]:
    there = {each.id: each for _, each in _in(when, alarms)}
    return [each for each in there.values() if each.repeat]


def _skipped(there: list[Alarm], when: TimeSpan, alarms: Alarms, clock: Clock) -> str:
    for each in there:
        alarms.skip_within(each, when.start, when.end)
    return sentence(f"Skipped {clock.spoken_span(when)}: {_named(there)}")


def _named(there: list[Alarm], last: str = "and") -> str:
    return joined([_name(each) for each in there[:MOST]], last)


def _name(alarm: Alarm) -> str:
    told = alarm.label and alarm.label != alarm.skill
    return f"{alarm.label} ({alarm.skill})" if told else alarm.skill


def _when(alarm: Alarm, clock: Clock) -> str:
    return "paused" if alarm.left is not None else clock.spoken_alarm(alarm)


def _more(count: int) -> str:
    return f"\nand {count - MOST} more." if count > MOST else ""
