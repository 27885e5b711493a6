"""Tables in restaurants."""

from collections.abc import Iterator
from datetime import date, datetime, time, timedelta
from typing import Annotated

from assistant import Confirm, Name, Person, Reply, Skill, Slot, Suggest

skill = Skill("restaurant", "Tables in restaurants.")

PIZZA = "Prometheus Pizza"
OTHER_TIMES = (
    timedelta(hours=-1),
    timedelta(hours=1),
    timedelta(hours=2),
    timedelta(days=1),
    timedelta(days=2),
)


def is_free(name: str, at: datetime) -> bool:
    """Tell whether a restaurant has room: late, and at weekends in the afternoon too."""
    weekend = at.weekday() >= 4
    open_late = 20 <= at.hour <= 22 if weekend else at.hour >= 20
    return name.casefold() == PIZZA.casefold() or open_late or (weekend and 16 <= at.hour <= 17)


def alternatives(name: str, at: datetime) -> Iterator[datetime]:
    """Give the other times at which there is room."""
    return (at + step for step in OTHER_TIMES if is_free(name, at + step))


def _later(step: timedelta) -> str:
    """Return how far another time is off, as a waiter says it."""
    told = {timedelta(hours=1): "an hour later", timedelta(hours=-1): "an hour earlier"}
    return told.get(step, "another time that day" if step.days == 0 else "another day")


def room(at: time, name: str, day: date, flexible: bool) -> Reply | Suggest:
    """Look whether there is room, and propose something else where there is none."""
    wanted = datetime.combine(day, time(at.hour, at.minute))
    if is_free(name, wanted):
        return Reply(f"{name} has a table then.")
    other = next(alternatives(name, wanted), None) if flexible else None
    if other is None:
        return Suggest(
            f"{name} is full then. {PIZZA} has room: how about that instead?", name=PIZZA
        )
    full = f"{name} is full then. How about {_later(other - wanted)} instead?"
    if other.date() == day:
        return Suggest(full, at=other.time())
    return Suggest(full, day=other.date(), at=other.time())


@skill.intent(
    "(reserve|get) [me|us] a table [at {name}]",
    "(reserve|get) [me|us] a table at {name} [for {people} [people|of us]]",
    "(reserve|get) a table for {people} [people|of us] [at {name}]",
    "reserve a table at {name} for {people} [on] {day} [at] {at}",
    "reserve a table for {people} at {name} [at] {at} {day}",
    "reserve [a table at] {name} for {people} at {at} on {day}",
    "a table for {people} [people|of us] [at {name}]",
    "make a [dinner|lunch] reservation [at {name}] [for {people}]",
    "we want to (eat out|go out for dinner) [at {name}]",
    "book [us] a restaurant [for {people}]",
    "find us (a restaurant|somewhere to eat)",
    careful=True,
)
def book(
    name: Annotated[Name, Slot(ask="At which restaurant?", called="restaurant")],
    people: Annotated[int, Slot(ask="For how many people?", called="number of people")],
    day: Annotated[date, Slot(ask="For which day?")],
    at: Annotated[time, Slot(ask="For what time?", called="time", check=room)],
    guest: Annotated[Person, Slot(ask="In whose name?", called="name", fresh=True)],
    sure: Annotated[
        bool,
        Confirm(
            "A table for {people} at {name}, {day} at {at}, in the name of {guest}: right?",
            no="Then no table is booked.",
        ),
    ],
    flexible: Annotated[bool, Slot(called="date flexible")] = True,
) -> str:
    """Book a table."""
    return f"Your table at {name} is booked."


@skill.intent(
    "find [me] a [good] hotel",
    "which hotel (can you recommend|is good)",
    "where can i (stay|sleep) [tonight|overnight]",
    "i need (a hotel|a room for the night|somewhere to stay)",
    "search for hotels",
)
def hotel() -> str:
    """Recommend a hotel."""
    return "The Shadyside Inn has an average rating of 2."
