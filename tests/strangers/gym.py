"""A training diary: what was lifted, the best so far, and taking the last set out."""

from assistant import Memory, Skill, SkillError

skill = Skill("gym", "A training diary.")


@skill.intent(
    "log {reps} reps of {exercise}",
    "log {reps} {exercise}",
    "i did {reps} {exercise}",
    "put down {reps} {exercise} in my training diary",
    "add a set of {reps} {exercise}",
    "write {reps} {exercise} into the training diary",
    "record a set of {reps} {exercise}",
    "count {reps} {exercise} for today's training",
)
def log(reps: int, exercise: str, memory: Memory) -> str:
    """Log a set."""
    memory["sets"] = [*memory.get("sets", []), [exercise, reps]]
    return f"{reps} {exercise}: written down."


@skill.intent(
    "what is my best set of {exercise}",
    "how many {exercise} is my record",
    "what is my record in {exercise}",
    "my personal best in {exercise}",
    "how many {exercise} did i manage at most",
    "what is the most {exercise} i have done",
    "show me my best {exercise}",
    "tell me my record of {exercise}",
)
def best(exercise: str, memory: Memory) -> str:
    """Tell the best set."""
    done = [reps for name, reps in memory.get("sets", []) if name == exercise]
    if not done:
        raise SkillError(f"No set of {exercise} is written down.")
    return f"Your best set of {exercise} is {max(done)}."


@skill.intent(
    "take my last set out of the diary",
    "delete the last set",
    "strike the last set",
    "that set didn't count",
    "remove my last set from the training diary",
    "scrap the set i just logged",
    "the last set was cheating",
    "cross out the last set",
    careful=True,
)
def strike(memory: Memory) -> str:
    """Take the last set out."""
    *kept, last = memory.get("sets", []) or [None]
    if last is None:
        raise SkillError("No set is written down.")
    memory["sets"] = kept
    return f"{last[1]} {last[0]}: taken out."
