"""Orders coffee: the grammar of the published Speech-to-Intent benchmark, in words of our own."""

from __future__ import annotations

from enum import Enum
from typing import Literal

from assistant import Skill

skill = Skill("barista")

Drink = Literal[
    "coffee",
    "iced coffee",
    "drip coffee",
    "house coffee",
    "espresso",
    "cappuccino",
    "latte",
    "americano",
    "mocha",
    "iced mocha",
]
Size = Literal[
    "small", "medium", "large", "eight ounce", "twelve ounce", "sixteen ounce", "twenty ounce"
]
Roast = Literal["light roast", "medium roast", "dark roast"]
Shots = Literal["single shot", "double shot", "triple shot"]

AMOUNTS = ("", "some ", "lots of ", "a lot of ", "a bit of ", "a little bit of ")


def amounts(name: str, *things: str) -> type[Enum]:
    """Return every amount of every thing as a type."""
    every = [f"{amount}{thing}" for thing in things for amount in AMOUNTS]
    return Enum(name, [(each, each) for each in every])


Milk = amounts("Milk", "milk", "soy milk", "skim milk", "almond milk", "whole milk", "cream")
Sugar = amounts("Sugar", "sugar", "brown sugar", "sweetener")

ASKING = "(brew|make me|get me|give me|i want|i'd like|can i get|can i have|may i have) [a|an]"
ANY_ORDER = """[({size} [{roast}|{numberOfShots}|{roast} {numberOfShots}|{numberOfShots} {roast}]
|{roast} [{size}|{numberOfShots}|{size} {numberOfShots}|{numberOfShots} {size}]
|{numberOfShots} [{size}|{roast}|{size} {roast}|{roast} {size}])]""".replace("\n", "")
WITH = "[with ({milkAmount} [and {sugarAmount}]|{sugarAmount} [and {milkAmount}])]"


@skill.intent(f"{ASKING} {ANY_ORDER} {{coffeeDrink}} {WITH}")
def orderDrink(
    coffeeDrink: Drink,
    size: Size | None = None,
    roast: Roast | None = None,
    numberOfShots: Shots | None = None,
    milkAmount: Milk | None = None,
    sugarAmount: Sugar | None = None,
) -> str:
    """Make a drink."""
    return f"One {coffeeDrink}."
