"""A coffee machine: brewing, cleaning, and what is left in it."""

from typing import Literal

from assistant import Memory, Skill, SkillError

skill = Skill("coffee", "The coffee machine.")

Drink = Literal["espresso", "cappuccino", "latte", "americano", "hot chocolate"]
FULL = 1000
PER_CUP = 150


@skill.intent(
    "brew [me] [a|an] {drink}",
    "make [me] [a|an] {drink} [please]",
    "i would like [a|an] {drink}",
    "pour {cups} cups of {drink}",
    "make {cups} {drink}",
    "can i have [a|an] {drink}",
    "one {drink} for me",
    "start the machine with [a|an] {drink}",
)
def brew(drink: Drink, memory: Memory, cups: int = 1) -> str:
    """Brew a drink."""
    water = memory.get("water", FULL) - cups * PER_CUP
    if water < 0:
        raise SkillError("The water tank is too empty for that: fill it first.")
    memory["water"] = water
    return f"Brewing {cups} {drink}."


@skill.intent(
    "clean the coffee machine",
    "descale the machine",
    "run a cleaning cycle",
    "rinse the coffee machine",
    "start the cleaning program",
    "wash the milk frother",
    "the coffee machine needs cleaning",
    "get the limescale out of the machine",
    careful=True,
)
def clean(memory: Memory) -> str:
    """Clean the machine."""
    memory["water"] = 0
    return "Cleaning; fill the tank afterwards."


@skill.intent(
    "how much water is in the coffee machine",
    "is there enough water for a coffee",
    "check the water tank",
    "what is the level of the water tank",
    "does the coffee machine need water",
    "how full is the water tank",
    "how many coffees can i still make",
    "is the tank empty",
)
def level(memory: Memory) -> str:
    """Tell how much water there is."""
    return f"There are {memory.get('water', FULL)} ml in the tank."
