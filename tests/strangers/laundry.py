"""The laundry room of the house: book it, give it up, and see whether it is free."""

from datetime import date, time, timedelta
from typing import Annotated

from assistant import Memory, Skill, SkillError, Slot, joined, spoken_date, spoken_length

skill = Skill("laundry", "When the laundry room is mine.")


@skill.intent(
    "book the laundry room for {day} [at {at}] [for {length}]",
    "reserve the washing machine on {day} [at {at}] [for {length}]",
    "i want to do my washing on {day} [at {at}]",
    "put me down for the laundry room on {day} [at {at}]",
    "i need the laundry room on {day} [for {length}]",
    "i am washing on {day} [at {at}] [for {length}]",
    "keep the laundry room free for me on {day}",
    "the laundry room is mine on {day} [at {at}]",
)
def book(
    day: Annotated[date, Slot(ask="On which day?")],
    memory: Memory,
    at: time | None = None,
    length: timedelta | None = None,
) -> str:
    """Book the laundry room."""
    key = day.isoformat()
    if key in memory:
        raise SkillError(f"You have it on {spoken_date(day)} already.")
    start = "" if at is None else f" from {at:%H:%M}"
    long = "" if length is None else f" for {spoken_length(length)}"
    memory[key] = f"{spoken_date(day)}{start}{long}"
    return f"Booked: {memory[key]}."


@skill.intent(
    "cancel the laundry room on {day}",
    "i do not need the laundry room on {day}",
    "give up my washing day on {day}",
    "free the laundry room on {day}",
    "somebody else can wash on {day}",
    "release my laundry slot on {day}",
    "take me off the laundry plan on {day}",
    "i am not washing on {day}",
    careful=True,
)
def release(day: Annotated[date, Slot(ask="Which day?")], memory: Memory) -> str:
    """Give up a booking."""
    if day.isoformat() not in memory:
        raise SkillError(f"You had nothing booked on {spoken_date(day)}.")
    del memory[day.isoformat()]
    return f"The laundry room is free on {spoken_date(day)}."


@skill.intent(
    "is the laundry room free [on {day}]",
    "is the laundry room taken [on {day}]",
    "when is the laundry room booked",
    "have i booked the laundry room [on {day}]",
    "can i do my washing on {day}",
    "what is on the laundry plan [for {day}]",
    "do i have the washing machine [on {day}]",
    "on which days is the washing machine taken",
)
def free(memory: Memory, day: date | None = None) -> str:
    """Tell what is booked."""
    if day is not None:
        booked = memory.get(day.isoformat())
        return f"Booked: {booked}." if booked else f"It is free on {spoken_date(day)}."
    booked_days = [memory[key] for key in sorted(memory)]
    return f"Booked: {joined(booked_days)}." if booked_days else "Nothing is booked."
