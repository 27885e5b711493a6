"""Alarms: once or again and again, at a time or after a length; snooze and dismiss."""

from dataclasses import replace
from datetime import date, datetime, time, timedelta
from typing import Annotated, Any, Literal

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
    counted,
    joined,
    sentence,
)

skill = Skill("alarm", "Alarms, once or again and again; snooze.")

MOST = 20
"""How many are told at once."""

JUST = timedelta(minutes=5)
"""How long after it rang an alarm is meant by "stop the alarm", while others are set."""

SNOOZE = timedelta(minutes=9)
NOON = 12
WHEN = "For what time?"

Nth = Literal["next", "following", "first", "second", "third", "last"]
PLACES = {"next": 0, "following": 0, "first": 0, "second": 1, "third": 2, "last": -1}

Part = Literal["morning", "afternoon", "evening", "tonight", "night"]
Way = Literal[
    "later", "back", "postpone", "delay", "increase", "earlier", "sooner", "forward", "decrease"
]
EARLIER = ("earlier", "sooner", "forward", "decrease")

choosing = Choosing(skill, "alarm", full="alarm for {}")
repeating = Repeating(skill, choosing, "alarm")


@skill.intent(
    "(wake (me|us) [up] at|alarm (at|for)) {at} [{day}] [{part}]",
    "(wake me [up]|set an alarm|make an alarm) (for|on) {day} [at] {at}",
    "(set|make|create|add|i want|i need) (an|another|a new|my) alarm (at|for) {at} "
    "[{day}|{repeat}] [(called|named) {label}]",
    "(wake me [up]|set an alarm for) [{day}] {part}",
    "(set|create) an alarm (called|named|for) {label} (at|for) {at}",
    "(set|create) a ({repeat}|{often}|{day}|{label}) alarm for {at}",
    "[(set|make|create) (a|an)] {at} alarm [{day}|{repeat}|{part}] [(called|named|for) {label}]",
    "(wake me [up]|set an alarm|alarm) ({repeat}|{at}|in {length}|[for] {length} from now)",
    "[(set|create|make)] [a|an] ({repeat}|{day}) alarm (for|at) {at}",
    "({repeat}|{day}) wake me [up] [at {at}]",
    "((i need to|have to|must) (get up|wake up|be up|be awake) (at|by)|let me know when it is|"
    "get me up at|set [two] alarms for) {at} [and {also}]",
    "(set|create|add|start) (an|my) alarm",
)
def set_alarm(
    alarms: Alarms,
    clock: Clock,
    at: time | None = None,
    day: date | None = None,
    repeat: Recurrence | None = None,
    length: timedelta | None = None,
    also: time | None = None,
    part: Part | None = None,
    label: str = "",
    often: Literal["recurring", "repeating", "repeated"] | None = None,
) -> str | Ask:
    """Set an alarm: for a clock time, again and again, or after a length."""
    repeat = repeat or (Recurrence.weekly(day) if often and day else None)
    said = {"at": at, "day": day, "part": part, "repeat": repeat, "label": label or None}
    if often and not repeat:
        return Ask("On which days?", then=set_alarm, keep=said, slot="repeat")
    if length:
        return _set_after(alarms, length, at, label)
    if repeat and repeat.in_steps and repeat.open:
        if at is None:
            return Ask("At what time first?", then=set_alarm, keep=said, slot="at")
        repeat, at = repeat.hours_from(_in_part(at, "morning")), None
    if repeat and (at or repeat.time or repeat.in_steps):
        return _set_repeating(alarms, repeat.at(at) if at else repeat, label)
    if at is None:
        over = day is not None and day < clock.now().date()
        asked = Ask(WHEN, then=set_alarm, keep=said, slot="at")
        return _ask_anew("That day", said) if over else asked
    if part:
        at, day = _in_part(at, part), day or (clock.now().date() if "night" in part else None)
    dues = [clock.next(each, day) for each in (at, also) if each]
    if clock.until(dues[0]) <= timedelta():
        return _ask_anew(clock.spoken_moment(dues[0]), said)
    set_ = [_set(alarms, due, label) for due in dues]
    told = _told(clock, *set_, at=at)
    if (day, also, part) == (None, None, None) and dues[0].hour >= NOON and at.hour < NOON:
        return f"{told} For the morning say “no, {at:%H:%M} am”."
    return told


@skill.intent(
    "(list|show|tell|read) [me] (my|the|all|all my) alarms",
    "what alarms (are set|do i have) [for {when}]",
    "(what|which|when) are my [{label}] alarms",
    "(when|what time|what) is (my|the) [{nth}] alarm [set to]",
    "when (will|does) my [{nth}] alarm (ring|go off)",
    "(is there|do i have|did i set) (an|any) alarm [set] [for {at}]",
    "(do i have|did i set|are there) any [{label}] alarms [set]",
    "how many alarms (do i have|are set)",
    "what day is my {at} alarm",
    "(my alarms|alarm status)",
    "when will you wake me [up] [{when}]",
    "(when|what time) (do i|must i|will i) [have to|need to] (get up|wake up|be up) [{when}]",
)
def pending(
    alarms: Alarms,
    clock: Clock,
    at: time | None = None,
    when: TimeSpan | None = None,
    nth: Nth | None = None,
    label: str = "",
) -> str:
    """List the alarms that are set, or tell whether there is one."""
    there = alarms.list()
    if there and (at or label):
        there = choosing.found(alarms, at or label)
    if when:
        found = [each for each in alarms.between(when.start, when.end) if each[1] in there]
        told = [f"- {clock.spoken_moment(due)} {each.label}".strip() for due, each in found]
        return "\n".join(told[:MOST]) or f"No alarm rings {clock.spoken_span(when)}."
    if not there:
        return "No alarm is set."
    if nth:
        place = PLACES[nth]
        return sentence(_line(there[place], clock)) if place < len(there) else _only(there)
    return "\n".join(f"- {_line(alarm, clock)}" for alarm in there)


@skill.intent(
    "(cancel|delete|remove|turn off|disable|stop) (the|my) alarm [(at|for) {at}]",
    "(cancel|delete|turn off|disable|stop) (the|my) {at} alarm",
    "(cancel|delete|remove|get rid of|turn off|stop) (the|my) {which} alarm",
    "(cancel|turn off) the alarm (called|named|for) {which}",
    "(cancel|delete|turn off|stop) [the|my] ({repeat}|{day}) alarm",
    "(cancel|delete|clear) (the|my) {nth} alarm",
    "(my|the) [{nth}] alarm cancel it",
    "i don't need the alarm any more",
    careful=True,
)
def cancel(
    alarms: Alarms,
    at: time | None = None,
    day: date | None = None,
    nth: Nth | None = None,
    which: str = "",
    repeat: Recurrence | None = None,
) -> str | Ask:
    """Cancel an alarm, or stop one that rings."""
    which = repeat.spoken() if repeat else which
    quiet = "" if at or day or nth else choosing.silenced(alarms, which, JUST)
    return quiet or repeating.cancel(alarms, at or _placed(nth) or which, day)


@skill.intent(
    "skip (the|my) [{which}] alarm",
    "skip [the|my] {day} alarm",
    "(leave out|pass over) the [{which}] alarm",
    "(no alarm|let me sleep in) {day}",
    careful=True,
)
def skip(alarms: Alarms, day: date | None = None, which: str = "") -> str | Ask:
    """Skip one time of an alarm that repeats."""
    return repeating.skip(alarms, which, day)


@skill.intent(
    "(cancel|delete|remove|clear|kill) (all|every|all of) [my|the] (alarm|alarms)",
    "(cancel|clear|delete) my alarms",
    "turn off (all|every) (alarm|alarms)",
    "all my alarms cancel them",
)
def cancel_all(alarms: Alarms) -> str | Ask:
    """Cancel every alarm, after asking."""
    return choosing.cancel_all(alarms)


@skill.intent(
    "(move|change|reschedule) (the|my) alarm to {at} [{day}]",
    "(move|change|reschedule) [the|my] {on} alarm to ({at}|{day} [[at] {at}])",
    "(move|change) (the|my) alarm [on|for|of] {on} to {at}",
    "({on} wake me [up] at {at}|wake me [up] at {at} [{on}]) instead",
    "(move|change) (the|my) {which} alarm to {at}",
    "move my alarm to {day} [[at] {at}]",
    "(move|change|reschedule) my alarm from {old} to {at}",
    "the alarm for {old} change it to {at}",
    "(move|change) (the|my) {repeat} alarm to {at}",
    "(change|adjust) (the|my) [{old}|{which}] alarm [frequency|repeat] "
    "(to|to repeat|recurring) [only] {repeat}",
    "repeat (the|my) alarm {repeat}",
    careful=True,
)
def move(
    alarms: Alarms,
    clock: Clock,
    at: time | None = None,
    day: date | None = None,
    old: time | None = None,
    repeat: Recurrence | None = None,
    which: str = "",
    on: date | None = None,
) -> str | Ask:
    """Move an alarm to another time, or let it repeat; of what repeats only the day named."""
    keep = {"day": day, "old": old, "which": which or None, "on": on}
    if not (at or day or repeat):
        return Ask("To what time?", then=move, keep=keep, slot="at")
    said = old or which
    alarm = repeating.on(alarms, on, said) if on else repeating.of_rule(alarms, said, repeat)
    if repeat:
        changed = alarms.repeating(alarm, repeat.at(at) if at else repeat.early())
        moved = _renewed(alarms, changed)
        return f"Alarm changed: {_line(moved, clock)}."
    due = clock.next(at or alarm.due.timetz().replace(tzinfo=None), day or on, instead=alarm.due)
    moved, others = repeating.move(alarms, alarm, due, on or (day if at else None))
    return f"Alarm moved to {clock.spoken_alarm(_renewed(alarms, moved))}{others}."


@skill.intent(
    "(call my|name (the|my)) [{which}] alarm {label}",
    "rename (the|my) [{which}] alarm (to|as) {label}",
)
def rename(
    label: Annotated[str, Slot(ask="What should I call it?")], alarms: Alarms, which: str = ""
) -> str:
    """Give an alarm a name."""
    alarm, name = choosing.one(alarms, which), choosing.name(label)
    if not name:
        raise SkillError(f"“{label}” is no name for an alarm.")
    named = _renewed(alarms, replace(alarm, label=name))
    return f"Alarm changed: {_line(named, alarms.clock)}."


@skill.intent(
    "(make|set) (it|the alarm|my alarm) {length} {way}",
    "(push|move|bring|shift) (the|my) alarm {way} [by {length}]",
    "(push|move|shift) the {which} alarm {way} by {length}",
    "(ring|wake me) [up] {length} {way}",
    "{way} alarm",
    "{way} (the|my) alarm by {length}",
    "alarm {way}",
    careful=True,
)
def shift(
    length: Annotated[timedelta, Slot(ask="By how much?")],
    way: Annotated[Way, Slot(ask="Earlier or later?")],
    alarms: Alarms,
    clock: Clock,
    which: str = "",
) -> str:
    """Let an alarm ring earlier or later."""
    alarm = choosing.one(alarms, which)
    by = -length if way in EARLIER else length
    moved = _renewed(alarms, alarms.shift(alarm, by))
    return f"Alarm moved to {clock.spoken_alarm(moved)}."


@skill.intent(
    "(ring|wake me|repeat it|do that) only (until|till) {last}",
    "(the|my) alarm only [until] {last}",
    "(end|stop) the {which} alarm after {last}",
    "only {last}",
    careful=True,
)
def ending(last: TimeSpan, alarms: Alarms, clock: Clock, which: str = "") -> str:
    """Let an alarm that repeats end."""
    there = [each for each in choosing.found(alarms, which) if each.repeat]
    if len(there) != 1 or there[0].repeat is None:
        raise SkillError("Say which alarm that repeats." if there else "No alarm repeats.")
    ended = alarms.repeating(
        there[0], there[0].repeat.until((last.end - timedelta.resolution).date())
    )
    return f"Alarm changed: {_line(ended, clock)}."


@skill.intent(
    "snooze [it|the alarm] [for {length}]",
    "snooze (until|till) {until}",
    "(give me|just) {length} more sleep",
    "{length} more",
    "ring again (in {length}|at {until})",
    "let me sleep [for] {length} more",
    "not yet, a bit later",
)
def snooze(
    alarms: Alarms, clock: Clock, length: timedelta = SNOOZE, until: time | None = None
) -> str:
    """Let what rang last ring again."""
    rung = alarms.rung()
    if rung is None:
        raise SkillError("Nothing has rung that I could snooze.")
    moved = _renewed(alarms, alarms.move(rung, clock.next(until) if until else clock.after(length)))
    return f"Snoozed until {clock.spoken_time(moved.due)}."


@skill.intent(
    "(dismiss|silence|quiet|mute) [it|that|the alarm|the timer|the alert|the reminder]",
    "(shut up|be quiet|stop (ringing|beeping|talking)|quiet now)",
    "[ok] ([that is] enough|i (got it|heard [it|you]))",
    "(turn|switch) (it|that|the noise) off",
    "(stop|turn off) (the|that) (ringing|noise|beeping|sound)",
    "i am (awake|up) [now]",
)
def dismiss(alarms: Alarms) -> str:
    """Stop what has just rung."""
    ringing = alarms.ringing()
    if ringing is None:
        raise SkillError("Nothing is ringing.")
    alarms.cancel(ringing)
    return "OK, it is quiet."


def _in_part(at: time, part: Part) -> time:
    """Return a time with am or pm open as that of a part of the day."""
    if not getattr(at, "open", False):
        return at
    return time(at.hour % NOON + (0 if part == "morning" else NOON), at.minute)


def _ask_anew(passed: str, said: dict[str, Any]) -> Ask:
    """Ask for the day and the time once more where they have passed."""
    kept = {**said, "at": None, "day": None, "part": None}
    return Ask(sentence(f"{passed} has passed. {WHEN}"), then=set_alarm, keep=kept, slot="at")


def _placed(nth: Nth | None) -> str:
    """Return a place in the list as one chooses by it: what is next is the first."""
    return "first" if nth in ("next", "following") else nth or ""


def _set(alarms: Alarms, due: datetime, label: str, repeat: Recurrence | None = None) -> Alarm:
    return alarms.add(due, _message(alarms.clock, due, label, repeat), label, repeat)


def _message(clock: Clock, due: datetime, label: str, repeat: Recurrence | None) -> str:
    """Return what is said when it rings: of what repeats without the time, which is not one."""
    if repeat:
        return sentence(label or "wake up")
    time_ = clock.spoken_time(due)
    return f"{sentence(label)[:-1]}: it is {time_}." if label else f"Wake up, it is {time_}."


def _renewed(alarms: Alarms, alarm: Alarm) -> Alarm:
    """Let one of this skill that was moved tell its new time."""
    if alarm.skill != skill.name:
        return alarm
    message = _message(alarms.clock, alarm.due, alarm.label, alarm.repeat)
    return alarms.rename(alarm, alarm.label, message)


def _set_after(alarms: Alarms, length: timedelta, at: time | None, label: str) -> str:
    if at:
        raise SkillError("Say a time or a length, but not both.")
    return _told(alarms.clock, _set(alarms, alarms.clock.after(length), label))


def _set_repeating(alarms: Alarms, repeat: Recurrence, label: str) -> str:
    repeat = repeat.early()
    due = repeat.next(alarms.clock.now())
    if due is None:
        raise SkillError("By that it would never ring.")
    return _told(alarms.clock, _set(alarms, due, label, repeat))


def _told(clock: Clock, *alarms: Alarm, at: time | None = None) -> str:
    told = joined([clock.spoken_alarm(alarm) for alarm in alarms])
    told += f" and {counted(at.second, 'second')}" if at and at.second else ""
    name = f"{alarms[0].label} alarm" if alarms[0].label else "alarm"
    return sentence(f"{name if len(alarms) == 1 else f'{name}s'} set for {told}")


def _line(alarm: Alarm, clock: Clock) -> str:
    told = clock.spoken_alarm(alarm)
    return f"{alarm.label}: {told}" if alarm.label else told


def _only(alarms: list[Alarm]) -> str:
    return f"Only {counted(len(alarms), 'alarm')} {'is' if len(alarms) == 1 else 'are'} set."
