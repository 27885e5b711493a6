"""House plants: when they were watered, which are thirsty, and new ones."""

from assistant import Clock, Memory, Skill, joined

skill = Skill("plants", "Watering house plants.")

DRY = 7


@skill.intent(
    "i watered the {plant}",
    "i have given the {plant} water",
    "the {plant} got its water",
    "mark the {plant} as watered",
    "the {plant} has been watered",
    "i just watered the {plant}",
    "the {plant} had a drink [today]",
    "watering of the {plant} is done",
)
def watered(plant: str, memory: Memory, clock: Clock) -> str:
    """Mark a plant as watered."""
    memory[plant] = clock.now().date().isoformat()
    return f"The {plant} is watered."


@skill.intent(
    "which plants need water",
    "which plants are thirsty",
    "do any plants need watering",
    "what plants do i have to water",
    "are the plants dry",
    "which of my plants are due",
    "tell me which plants to water",
    "who of the plants is thirsty",
)
def thirsty(memory: Memory, clock: Clock) -> str:
    """Tell which plants need water."""
    today = clock.now().date()
    dry = [
        name
        for name, day in memory.items()
        if not day or (today - today.fromisoformat(day)).days >= DRY
    ]
    return f"Thirsty: {joined(dry)}." if dry else "No plant is thirsty."


@skill.intent(
    "i have a new plant called {plant}",
    "i bought a {plant} for the window sill",
    "look after a new {plant}",
    "keep an eye on my {plant}",
    "add the {plant} to my plants",
    "there is a new {plant} in the house",
    "start tracking the {plant}",
    "the {plant} is a new plant",
)
def new(plant: str, memory: Memory) -> str:
    """Look after a new plant."""
    memory[plant] = ""
    return f"I'll look after the {plant}."
