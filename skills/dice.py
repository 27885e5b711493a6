"""Dice, coins and random picks."""

from random import choice, randint

from assistant import Reply, Skill, SkillError, joined, sentence, split_list

skill = Skill("dice", "Dice, coins, random numbers and picks.")

FEW = 6
"""Dice that are told one by one by a voice."""


@skill.intent(
    "roll a die",
    "roll the dice",
    "roll {count} dice",
    "roll {count} {sides} sided dice",
    "roll a {sides} sided die",
    "(throw|cast) {count} dice",
    "throw a die",
    "roll a d {sides}",
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
    "help me choose between {options}",
)
def pick(options: str) -> str:
    """Pick one of several things."""
    parts = split_list(options, joints=("and", "or"))
    if len(parts) < 2:
        raise SkillError("Name at least two things to pick from, e.g. tea or coffee.")
    return sentence(choice(parts))
