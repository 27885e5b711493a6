"""Tells the time and the date, here and elsewhere, now and from now."""

from datetime import UTC, date, datetime, time, timedelta
from enum import Enum
from typing import Literal
from zoneinfo import ZoneInfo

from assistant import (
    Clock,
    DateRange,
    Place,
    Skill,
    SkillError,
    sentence,
    spoken_date,
    spoken_length,
    zone_of,
)

skill = Skill("clock", "The time, the date, weekdays, and the time elsewhere.")

Weekday = Enum("Weekday", "monday tuesday wednesday thursday friday saturday sunday")
Month = Enum(
    "Month",
    "january february march april may june july august september october november december",
)

Side = Literal["past", "after", "before"]

PARTS = ((5, "night"), (12, "morning"), (18, "afternoon"), (22, "evening"), (24, "night"))
"""Parts of the day, each with the hour it ends at."""


@skill.intent(
    "what time is it [now|again|currently]",
    "what is the time [now|again]",
    "(tell|give|show) me the [current|exact] time",
    "do you (have|know) the (time|hour|hours)",
    "(how late is it|what time do we have)",
    "(the time|time now|clock now)",
    "(tell me|say) what time it is",
    "[get the] current time",
    "check the (clock|time|hour)",
    "what does the clock say",
    "i need to know the time",
)
def now(clock: Clock) -> str:
    """Tell the time."""
    return f"It is {clock.spoken_time(clock.now())}."


@skill.intent(
    "what is the [current|present] date [today|again]",
    "what is today's [full] date",
    "what day is it [today]",
    "(what|which) day of the (month|week) is it [today]",
    "which (day|weekday|month|year) is (today|it)",
    "(what|which) (date|day|month|year) (do we have|are we in|is it)",
    "(tell|give) me the [current|full] (date|day|weekday|month|year)",
    "today's (date|day)",
    "i need to know the (date|day) [today]",
    "what is the (day|month|year|weekday) [today|now]",
    "what (day|day of the week) are we",
    "(tell me|say) (what|which) (day|date|month|year) (it is|we are in|we have)",
)
def today(clock: Clock) -> str:
    """Tell today's date."""
    return f"Today is {spoken_date(clock.now())}."


@skill.intent(
    "what (weekday|day of the week) (is|was|will be) {day}",
    "(what|which) (day|date|month|year) (is|was|will be) {day}",
    "(what|which) (weekday|day|date|month|year) (is|was|will) it [be] [on] {day}",
    "which day of the week (is|was) {day}",
    "what day (does|did|will) {day} fall on",
    "on which (weekday|day) (is|was) {day}",
    "what (is|was) the (date|day|weekday) [on|of|for] {day}",
    "when (is|was) [the] {day} [again|next]",
    "(date|day|weekday) (of|on) {day}",
    "{day} date",
    "(tell me|do you know) (when|what day|which day|what weekday|which weekday) {day} (is|was)",
    "(tell me|do you know) (when|what day|on which weekday) (is|was) {day}",
)
def weekday(day: date, clock: Clock) -> str:
    """Tell the weekday and date of a day."""
    verb = "was" if day < clock.now().date() else "is"
    return f"That {verb} {spoken_date(day)}."


@skill.intent(
    "(what|which) (days|dates) (are|were|make up|made up) {period}",
    "what (are|were) the (days|dates) (for|of|in) {period}",
    "(what|which) (days|dates) (does|did|will) {period} (cover|have)",
    "tell me which days {period} (is|was)",
    "from when to when is {period}",
)
def dates(period: DateRange) -> str:
    """Tell the days of a weekend, a week or another period."""
    if len(period) == 1:
        return f"That is {spoken_date(period.start)}."
    return f"{spoken_date(period.start)} to {spoken_date(period.end)}."


@skill.intent(
    "is it [a] {weekday} {day}",
    "is it [already|still] [a] {weekday} [today|already|yet]",
    "is (it|today) [a] {weekday} [or [a] {other}] [today]",
    "(is|was) [it] {day} [on] a {weekday}",
    "(is|was|will) {day} [be] [on] [a] {weekday} [or [a] {other}]",
    "does {day} fall on a {weekday}",
    "are we [already|still|currently] in {month} [yet|already|now]",
    "is it [already|still] {month} [yet|already|now]",
    "have we (reached|entered|got to) {month} [yet|already]",
    "is it {day} [today|already|yet]",
    "is today {day}",
)
def is_it(
    clock: Clock,
    weekday: Weekday | None = None,
    other: Weekday | None = None,
    month: Month | None = None,
    day: date | None = None,
) -> str:
    """Tell whether a day is that weekday or another, or today in that month or that day."""
    today = clock.now().date()
    seen = day if weekday and day else today
    right = (
        seen.isoweekday() in {weekday.value, (other or weekday).value} if weekday
        else today.month == month.value if month
        else day in (None, today)
    )  # fmt: skip
    verb = "was" if seen < today else "is"
    subject = "today" if seen == today else "that"
    return f"{'Yes' if right else 'No'}, {subject} {verb} {spoken_date(seen)}."


@skill.intent(
    "is it [almost|nearly|already] [the] weekend [yet|already]",
    "is the weekend (here|over|near) [yet|already]",
    "how long (until|till) the weekend",
    "how many days (until|till) the weekend",
)
def is_weekend(clock: Clock) -> str:
    """Tell whether it is the weekend, or how far off it is."""
    today = clock.now()
    ahead = Weekday.saturday.value - today.isoweekday()
    if ahead <= 0:
        return f"Yes, it is {today:%A}."
    far = "tomorrow" if ahead == 1 else f"in {ahead} days"
    return f"No, it is {today:%A}; the weekend begins {far}."


@skill.intent(
    "is it [already] {side} {at} [yet|already]",
    "is it {at} [yet|already]",
    "has it gone {at} [yet|already]",
)
def is_past(at: time, clock: Clock, side: Side | None = None) -> str:
    """Tell whether it is past a time."""
    now = clock.now()
    then = min(
        (now.replace(hour=hour, minute=at.minute, second=0) for hour in hours(at)),
        key=lambda each: abs(each - now),
    )
    if abs(then - now) < timedelta(minutes=1):
        return f"It is {clock.spoken_time(now)} just now."
    over = now > then
    yes = "" if over and side is None else "Yes, " if over is (side != "before") else "No, "
    text = f"it is {clock.spoken_time(now)}, {told(then - now)} {'after' if over else 'before'}"
    return sentence(f"{yes}{text} {clock.spoken_time(then)}")


@skill.intent(
    "(what|which) part of the day is it",
    "is it (morning|afternoon|evening|night) [yet|already|still]",
    "is it [still] (day|night) time",
    "is it a.m. or p.m.",
)
def part_of_day(clock: Clock) -> str:
    """Tell whether it is morning, afternoon, evening or night."""
    now = clock.now()
    part = next(name for ends, name in PARTS if now.hour < ends)
    return f"It is {clock.spoken_time(now)}, which is {part}."


@skill.intent(
    "what time (will|would) it be in {length} [in {place}]",
    "what time (will|would) it be in {place} in {length}",
    "what time (will|would) it be {length} (from now|later) [in {place}]",
    "in {length} what time will it be [in {place}]",
    "what (will be|is) the time {length} from now [in {place}]",
    "what (will be|is) the time in {length} [in {place}]",
    "(tell|give) me the time {length} from now [in {place}]",
    "what will the clock say in {length} [in {place}]",
    "when is {length} from now",
    "what time is {length} (after|past) {at}",
    "what is {at} plus {length}",
)
def later(
    length: timedelta, clock: Clock, at: time | None = None, place: Place | None = None
) -> str:
    """Tell the time after a length, from now or from another time."""
    if at:
        return f"{spoken_length(length)} after {moved(at, length, clock)}."
    return f"In {spoken_length(length)} it will be {shown(clock.after(length), clock, place)}."


@skill.intent(
    "what time was it {length} (ago|earlier|before now) [in {place}]",
    "what time was it in {place} {length} ago",
    "what was the time {length} ago [in {place}]",
    "{length} ago what time was it",
    "when was {length} ago",
    "what time is {length} (before|to) {at}",
    "what is {at} minus {length}",
)
def earlier(
    length: timedelta, clock: Clock, at: time | None = None, place: Place | None = None
) -> str:
    """Tell the time a length ago, or before another time."""
    if at:
        return f"{spoken_length(length)} before {moved(at, -length, clock)}."
    return f"{spoken_length(length)} ago it was {shown(clock.after(-length), clock, place)}."


@skill.intent(
    "(what|which) time zone (am i|are we|is this) [in]",
    "what is (my|the|your) time zone",
    "where (am i|are we)",
)
def here(clock: Clock) -> str:
    """Tell the time zone that is used, which is all that is known of the place."""
    return (
        f"I know your time zone only: {clock.zone}, where it is {clock.spoken_time(clock.now())}."
    )


@skill.intent(
    "what time is it in {place} [now|right now|just now|at the moment|at [the] present|currently]",
    "what is the [current|present] (time|date|date and time) in {place} [now|at the moment]",
    "tell me the [current] (time|date) in {place} [now]",
    "tell me what (time|date|day|day of the week) it is in {place} [now]",
    "[current] (time|date) in {place}",
    "what time is it (now|right now|currently|at the moment|at [the] present) in {place}",
    "how late is it in {place} [now]",
    "what time do they have in {place}",
    "what (day|date|weekday|day of the week) is it in {place} [now]",
    "do you know the time in {place}",
    "what is the time zone of {place}",
)
def elsewhere(place: Place, clock: Clock) -> str:
    """Tell the time and the date in another place."""
    here = clock.now()
    there = here.astimezone(zone(place))
    note = {1: ", tomorrow", -1: ", yesterday"}.get((there.date() - here.date()).days, "")
    day = f"{there:%A}, {there.day} {there:%B}"
    return f"In {name(place)} it is {clock.spoken_time(there)} on {day}{note}."


@skill.intent(
    "what is the time difference (between {other} and {place}|to {place}|with {place})",
    "[the] time difference (between {other} and {place}|to {place}|from {other} to {place})",
    "how [many hours|far] (ahead|behind) is {place}",
    "how many hours (ahead of|behind) {other} is {place}",
    "how [many hours|far] is {place} (ahead of|behind) (us|me|here|{other})",
    "how many hours (are there|is it|lie) between {other} and {place}",
    "is {place} (ahead of|behind) (us|me|{other})",
)
def difference(place: Place, clock: Clock, other: Place | None = None) -> str:
    """Tell how far the clocks of two places are apart."""
    here = clock.now().astimezone(zone(other)) if other else clock.now()
    there = here.astimezone(zone(place))
    apart = offset(there) - offset(here)
    than = name(other) if other else "here"
    if not apart:
        return f"In {name(place)} it is as late as {'in ' if other else ''}{than}."
    side = "ahead of" if apart > timedelta() else "behind"
    note = f"it is {clock.spoken_time(there)} there"
    note += f" and {clock.spoken_time(here)} in {than}" if other else ""
    return f"{name(place)} is {spoken_length(abs(apart))} {side} {than}: {note}."


@skill.intent(
    "(if|when) it is {at} in {place} what time is it [here|for me]",
    "(if|when) it is {at} [here] what time is it in {other}",
    "(if|when) it is {at} in {place} what time is it in {other}",
    "what time is it [here] (if|when) it is {at} in {place}",
    "what time is it in {other} (if|when) it is {at} [here]",
    "what time is it in {other} (if|when) it is {at} in {place}",
    "what time will it be in {other} at {at}",
    "what (is|time is) {at} {place} time [here]",
    "what (is|time is) {at} [in] {place} [time] in {other}",
    "convert {at} [in|from] {place} time to {other} [time]",
)
def converted(
    at: time, clock: Clock, place: Place | None = None, other: Place | None = None
) -> str:
    """Tell what time it is in one place when it is another time in the other."""
    if not (place or other):
        raise SkillError("Say in which place, e.g. “if it is 3 pm in London what time is it here”.")
    own = clock.zone
    there = clock.now().astimezone(zone(place) if place else own)
    said = datetime.combine(there.date(), at.replace(tzinfo=None), there.tzinfo)
    meant = said.astimezone(UTC).astimezone(zone(other) if other else own)
    days = (meant.date() - said.date()).days
    note = {1: " on the next day", -1: " on the day before"}.get(days, "")
    first = f"in {name(place)}" if place else "here"
    last = f"in {name(other)}" if other else "here"
    return f"{clock.spoken_time(said)} {first} is {clock.spoken_time(meant)} {last}{note}."


def zone(place: str) -> ZoneInfo:
    """Return the time zone of a place. Raises SkillError where there is not one."""
    found = zone_of(place)
    if not found:
        raise SkillError(
            f"I don't know the time zone of {name(place)}, or it has several; "
            "try a big city in it or near it."
        )
    return ZoneInfo(found)


def name(place: str) -> str:
    """Return a place's name with its capitals."""
    return place.title() if place.islower() else place


def offset(moment: datetime) -> timedelta:
    """Return how far a moment's clock is ahead of UTC."""
    return moment.utcoffset() or timedelta()


def hours(at: time) -> tuple[int, ...]:
    """Return the hours a time may mean: with am and pm open, both."""
    return (at.hour % 12, at.hour % 12 + 12) if getattr(at, "open", False) else (at.hour,)


def told(length: timedelta) -> str:
    """Return a length in whole minutes, whichever way it goes."""
    return spoken_length(abs(length) // timedelta(minutes=1) * timedelta(minutes=1))


def moved(at: time, length: timedelta, clock: Clock) -> str:
    """Return in words what a clock shows a length after a time, whatever the day."""
    start = datetime.combine(clock.now().date(), at.replace(tzinfo=None))
    return f"{clock.spoken_time(start)} is {clock.spoken_time(start + length % timedelta(days=1))}"


def shown(moment: datetime, clock: Clock, place: Place | None) -> str:
    """Return a moment's time, with its day where that is not today, as a place has it."""
    there = moment.astimezone(zone(place)) if place else moment
    same = there.date() == clock.now().date()
    day = "" if same else f" on {there:%A}, {there.day} {there:%B}"
    where = f" in {name(place)}" if place else ""
    return f"{clock.spoken_time(there)}{day}{where}"
