"""How much water you drank today, and how much you meant to."""

from __future__ import annotations

from typing import Annotated, ClassVar

from assistant import Ask, Clock, Memory, Skill, SkillError, Slot, counted, same_thing

skill = Skill("water", "How much water you drank today.")


class Vessel:
    """What one drinks from: a slot type of this skill's own, read by ``parse``."""

    examples = ("glass", "cup", "bottle", "mug")
    HOLDS: ClassVar = {"glass": 200, "cup": 150, "mug": 300, "bottle": 500}
    """Millilitres of each."""

    def __init__(self, name: str) -> None:
        self.name = name
        self.millilitres = self.HOLDS[name]

    @classmethod
    def parse(cls, text: str) -> Vessel:
        """Read a name, one or several. Raises ValueError for any other word."""
        known = [name for name in cls.HOLDS if same_thing(text, name)]
        if not known:
            raise ValueError(text)
        return cls(known[0])

    def __str__(self) -> str:
        return self.name


GLASS = Vessel("glass")


@skill.intent(
    "i drank {count} {vessel} [of water]",
    "i (drank|had) a {vessel} [of water]",
    "count {count} {vessel} of water",
)
def drank(memory: Memory, clock: Clock, count: int = 1, vessel: Vessel = GLASS) -> str:
    """Count what you drank."""
    if not 1 <= count <= 50:
        raise SkillError("I count 1 to 50 at a time.")
    today = str(clock.now().date())
    memory[today] = memory.get(today, 0) + count * vessel.millilitres
    return f"{_litres(memory[today])} today."


@skill.intent(
    "how much (water|have i drunk)",
    "how much water (have i drunk|did i drink) [today]",
)
def total(memory: Memory, clock: Clock) -> str:
    """Tell how much you drank today."""
    drunk = memory.get(str(clock.now().date()), 0)
    if "goal" not in memory:
        return f"{_litres(drunk)} today."
    return f"{_litres(drunk)} of {_litres(memory['goal'])} today."


@skill.intent(
    "set [me] a water goal",
    "i want to drink {glasses} glasses [of water] a day",
    "set my water goal to {glasses} glasses",
)
def goal(glasses: Annotated[int, Slot(ask="How many glasses a day?")], memory: Memory) -> str:
    """Set how much you want to drink in a day."""
    memory["goal"] = glasses * GLASS.millilitres
    return f"{counted(glasses, 'glass')} a day: {_litres(memory['goal'])}."


@skill.intent("forget what i drank [today]", careful=True)
def forget(memory: Memory, clock: Clock) -> Ask | str:
    """Start today's count over, after asking."""
    today = str(clock.now().date())
    if today not in memory:
        return "There is nothing to forget."
    return Ask(f"Forget {_litres(memory[today])}?", then=forgotten, keep={"day": today})


@skill.answer(no="It stays.")
def forgotten(day: str, memory: Memory) -> str:
    """Start the count over."""
    memory.pop(day, None)
    return "Today starts over."


def _litres(millilitres: int) -> str:
    return f"{millilitres / 1000:g} litres"
