"""A skill with a form of many kinds of values, which asks before it acts."""

from datetime import date
from typing import Annotated, Literal

from assistant import Confirm, Person, Skill, Slot

skill = Skill("parcel", "Parcels to people.")

Size = Literal["small", "medium", "large"]


@skill.intent("send a parcel [to {who}]", careful=True)
def parcel(
    who: Annotated[Person, Slot(ask="Who gets it?")],
    size: Annotated[Size, Slot(ask="Which size?")],
    weight: Annotated[float, Slot(ask="How many kilos?")],
    day: Annotated[date, Slot(ask="On which day?")],
    sure: Annotated[bool, Confirm("Send {weight} kilos to {who} on {day}?", no="Not sent.")],
) -> str:
    """Send a parcel."""
    return f"Sent a {size} one of {weight:g} kilos to {who} on {day}."
