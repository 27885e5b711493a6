"""A car's log book: trips, fuel, and how far it went."""

from assistant import Memory, Skill, SkillError, shown_number

skill = Skill("carlog", "The log book of the car.")


@skill.intent(
    "i drove {distance} kilometres [to {place}]",
    "log a trip of {distance} kilometres [to {place}]",
    "enter {distance} kilometres in the log book [for {place}]",
    "the trip to {place} was {distance} kilometres",
    "it was {distance} kilometres to {place}",
    "write down a drive of {distance} kilometres [to {place}]",
    "i took the car to {place} and it was {distance} kilometres",
    "add {distance} kilometres to the log book",
)
def drive(distance: int, memory: Memory, place: str = "") -> str:
    """Write a trip into the log book."""
    if distance <= 0:
        raise SkillError("That is no trip.")
    memory["trips"] = [*memory.get("trips", []), [place.lower(), distance]]
    return f"{distance} kilometres{f' to {place}' if place else ''} are in the log book."


@skill.intent(
    "i filled up {litres} litres [for {price} euros]",
    "log {litres} litres of fuel [for {price} euros]",
    "the car took {litres} litres [for {price} euros]",
    "i put {litres} litres in the tank [for {price} euros]",
    "i tanked {litres} litres [for {price} euros]",
    "i bought {litres} litres of (petrol|diesel) [for {price} euros]",
    "i refuelled with {litres} litres [for {price} euros]",
    "{litres} litres of (petrol|diesel) went into the car",
)
def fuel(litres: float, memory: Memory, price: float | None = None) -> str:
    """Write fuel into the log book."""
    memory["litres"] = memory.get("litres", 0) + litres
    memory["paid"] = memory.get("paid", 0) + (price or 0)
    cost = "" if price is None else f" for {shown_number(price)} euros"
    return f"{shown_number(litres)} litres{cost} are in the log book."


@skill.intent(
    "how far have i driven [to {place}]",
    "how many kilometres are in the log book [for {place}]",
    "what does the log book say [about {place}]",
    "how many kilometres did i drive [to {place}]",
    "add up my trips [to {place}]",
    "tell me my mileage",
    "what is the total of my trips [to {place}]",
    "how much have i driven",
)
def total(memory: Memory, place: str = "") -> str:
    """Add up the trips."""
    trips = memory.get("trips", [])
    meant = [far for where, far in trips if not place or where == place.lower()]
    return f"{sum(meant)} kilometres{f' to {place}' if place else ''}."
