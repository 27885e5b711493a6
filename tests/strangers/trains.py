"""A model railway: speed, points, and the lights of the houses."""

from typing import Literal

from assistant import Memory, Skill, SkillError

skill = Skill("trains", "The model railway.")

Engine = Literal["red engine", "blue engine", "freight train", "tram"]
Way = Literal["left", "right", "straight"]
FASTEST = 10


@skill.intent(
    "run the {engine} at speed {speed}",
    "drive the {engine} at {speed}",
    "let the {engine} go at speed {speed}",
    "set the {engine} to speed {speed}",
    "send the {engine} round at {speed}",
    "the {engine} should go at {speed}",
    "bring the {engine} up to speed {speed}",
    "get the {engine} moving [at speed {speed}]",
)
def drive(engine: Engine, memory: Memory, speed: int = 5) -> str:
    """Let an engine run."""
    if speed > FASTEST:
        raise SkillError(f"It would jump the rails: at most {FASTEST}.")
    memory[engine] = speed
    return f"The {engine} runs at {speed}."


@skill.intent(
    "switch points {number} to the {way}",
    "throw points {number} to the {way}",
    "set points {number} {way}",
    "turn points {number} {way}",
    "points {number} to the {way}",
    "change points {number} to {way}",
    "move points number {number} to the {way}",
    "put points {number} over to the {way}",
)
def points(number: int, way: Way, memory: Memory) -> str:
    """Switch points."""
    memory[f"points {number}"] = way
    return f"Points {number}: {way}."


@skill.intent(
    "halt the {engine}",
    "stop the {engine}",
    "bring the {engine} to a stop",
    "park the {engine}",
    "the {engine} should stand still",
    "brake the {engine}",
    "hold the {engine} at the station",
    "let the {engine} rest",
)
def halt(engine: Engine, memory: Memory) -> str:
    """Halt an engine."""
    memory[engine] = 0
    return f"The {engine} stands."
