"""Tells the time, the date and the weekday, here and elsewhere."""

from datetime import date
from zoneinfo import ZoneInfo

from assistant import Clock, Place, Skill, SkillError, spoken_date, zone_of

skill = Skill("clock", "The time, the date, weekdays, and the time elsewhere.")


@skill.intent(
    "what time is it [now]",
    "what is the time",
    "tell me the time",
    "do you have the time",
    "(how late is it|what time do we have)",
    "the time",
    "current time",
    "check the clock",
    "what does the clock say",
)
def now(clock: Clock) -> str:
    """Tell the time."""
    return f"It is {clock.spoken_time(clock.now())}."


@skill.intent(
    "what is the date [today]",
    "what is today's date",
    "what day is it [today]",
    "what day of the month is it",
    "which day is today",
    "what date do we have",
    "tell me the date",
    "today's date",
    "what month is it",
    "what year is it",
)
def today(clock: Clock) -> str:
    """Tell today's date."""
    return f"Today is {spoken_date(clock.now())}."


@skill.intent(
    "what (weekday|day of the week) is {day}",
    "what day is {day}",
    "which day of the week is {day}",
    "what day does {day} fall on",
    "on which weekday is {day}",
    "what (date|day) is it {day}",
    "what is the date {day}",
    "what (date|day) will it be {day}",
    "what date is {day}",
    "when is {day}",
)
def weekday(day: date, clock: Clock) -> str:
    """Tell the weekday and date of a day."""
    verb = "was" if day < clock.now().date() else "is"
    return f"That {verb} {spoken_date(day)}."


@skill.intent(
    "what time is it in {place} [now|right now|just now|at the moment|currently]",
    "what is the current time in {place}",
    "what is the time in {place} [now|right now|just now|at the moment]",
    "tell me the time in {place}",
    "time in {place}",
    "how late is it in {place}",
    "what time do they have in {place}",
)
def elsewhere(place: Place, clock: Clock) -> str:
    """Tell the time in another place."""
    zone = zone_of(place)
    name = place.title() if place.islower() else place
    if not zone:
        raise SkillError(f"I don't know the time zone of {name}; try a big city near it.")
    here = clock.now()
    there = here.astimezone(ZoneInfo(zone))
    days = (there.date() - here.date()).days
    note = {1: ", tomorrow", -1: ", yesterday"}.get(days, "")
    return f"In {name} it is {clock.spoken_time(there)} on {there:%A}{note}."
