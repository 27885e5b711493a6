"""Dice, coins, random picks and passwords."""

import secrets
import string
from random import choice, randint
from typing import Annotated

from assistant import Reply, Skill, SkillError, Slot, joined, sentence, split_list

skill = Skill("dice", "Dice, coins, random numbers, picks and passwords.")

CHARACTERS = string.ascii_letters + string.digits + "!#%+-=?@"
STRONG = 12

FEW = 6
"""Dice that are told one by one by a voice."""


@skill.intent(
    "roll a die",
    "roll the dice",
    "(throw|cast|roll) {count} dice",
    "(throw|roll) {count} {sides} sided dice",
    "(throw|roll) a {sides} sided (die|dice)",
    "throw (a die|dice|the dice)",
    "(throw|roll) a d {sides} [die|dice]",
    "(throw|roll) {count} d {sides} [dice]",
    "{count} d {sides}",
    "give me a dice roll",
)
def roll(count: int = 1, sides: int = 6) -> Reply:
    """Roll some dice."""
    if not 1 <= count <= 100 or not 2 <= sides <= 1_000_000:
        raise SkillError("I can roll 1 to 100 dice with 2 to 1,000,000 sides.")
    thrown = [randint(1, sides) for _ in range(count)]
    if count == 1:
        return Reply(f"You rolled {thrown[0]}.")
    total = f"{sum(thrown)} in all"
    heard = f"{joined(thrown)}: {total}" if count <= FEW else total
    return Reply(f"You rolled {', '.join(map(str, thrown))} ({total}).", f"You rolled {heard}.")


@skill.intent(
    "(flip|toss|throw) a coin",
    "heads or tails",
    "flip {count} coins",
    "coin (flip|toss)",
    "let a coin decide",
)
def flip(count: int = 1) -> str:
    """Flip a coin."""
    if not 1 <= count <= 100:
        raise SkillError("I can flip 1 to 100 coins.")
    sides = [choice(("heads", "tails")) for _ in range(count)]
    if count == 1:
        return f"{sides[0].capitalize()}."
    return f"{sides.count('heads')} heads and {sides.count('tails')} tails."


@skill.intent(
    "(pick|choose|give me) a [random] number between {low} and {high}",
    "(pick|choose|give me) a [random] number from {low} to {high}",
    "random number between {low} and {high}",
    "give me a random number [up to {high}]",
    "pick a [random] number",
    "think of a number",
    "(generate|get|find) [me] a random number (between|from) {low} (and|to) {high}",
    "(tell|generate|get) [me] a random number",
    "random number",
)
def number(low: int = 1, high: int = 100) -> str:
    """Pick a random number."""
    low, high = sorted((low, high))
    return f"{randint(low, high)}."


@skill.intent(
    "(pick|choose) one of {options}",
    "(pick|choose) between {options}",
    "(pick|choose) from {options}",
    "choose for me: {options}",
    "decide between {options}",
    "help me (choose|decide) between {options}",
    "should i (have|take|get|eat|drink|do|go for) {options}",
    "{options} you (choose|decide|pick)",
    "help me (choose|decide)",
    "help me make a choice",
)
def pick(options: Annotated[str, Slot(ask="Between what? Name at least two.")]) -> str:
    """Pick one of several things."""
    parts = split_list(options, joints=("and", "or"))
    if len(parts) < 2:
        raise SkillError("Name at least two things to pick from, e.g. tea or coffee.")
    return sentence(choice(parts))


@skill.intent(
    "(generate|make|create|give me|invent|i need) a [random|strong|new|secure] password",
    "(generate|make|create|give me|i need) a [random|strong] {length} character password",
    "(generate|make|give me|i need) a [strong] password (of|with) {length} (characters|letters)",
    "[new|random|strong] password",
)
def password(length: int = 16) -> Reply:
    """Make up a password."""
    if not 4 <= length <= 128:
        raise SkillError("I can make passwords of 4 to 128 characters; 16 is a good length.")
    made = "".join(secrets.choice(CHARACTERS) for _ in range(length))
    note = "" if length >= STRONG else f" Short ones are guessed: take {STRONG} or more."
    kept = "It stays in your history until you forget that (“assistant history forget”)."
    return Reply(f"{made}\n\n{kept}{note}", f"I have written it down for you to read.{note}")
