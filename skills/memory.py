"""Facts you want kept: "remember that my locker code is 4711", "what is my locker code"."""

from assistant import Ask, Meaning, Memory, Skill, SkillError, sentence, turned

skill = Skill("memory", "Facts to remember, and where things are.")


@skill.intent(
    "remember that {fact}",
    "remember {fact}",
    "(keep|bear) in mind [that] {fact}",
    "make a mental note that {fact}",
    "(make sure you|you should) remember [that] {fact}",
    "don't forget that {fact}",
    "memorise [that] {fact}",
    "for your information {fact}",
)
def remember(fact: str, memory: Memory) -> str:
    """Remember a fact."""
    number = max((int(key) for key in memory), default=0) + 1
    memory[str(number)] = fact
    return sentence(f"I'll remember that {turned(fact)}")


@skill.intent(
    "where (is|are) (my|the) {thing}",
    "where did i (put|leave|park) (my|the) {thing}",
    "where do i keep (my|the) {thing}",
    "what is my {thing}",
    "what are my {thing}",
    "when is my {thing}",
    "who is my {thing}",
    "what do you (know|remember) about {thing}",
    "do you remember (my|the|where the|what the|what my|where my) {thing}",
    "do you know where my {thing} (is|are)",
    "what did i tell you about {thing}",
    "recall {thing}",
)
def recall(thing: str, memory: Memory, meaning: Meaning) -> str:
    """Recall a fact."""
    keys = about(thing, memory, meaning)
    if not keys:
        raise SkillError(
            f"You have not told me about “{turned(thing)}”. Say “remember that …”, "
            f"or look through your notes with “find my notes about {thing}”."
        )
    return sentence(turned(memory[keys[0]]))


@skill.intent(
    "what do you remember",
    "what have i told you",
    "(list|show) [me] everything you (remember|know)",
    "what do you know about me",
)
def everything(memory: Memory) -> str:
    """Tell everything that is remembered."""
    told = [f"- {sentence(turned(fact))}" for fact in memory.values()]
    return "\n".join(told) or "Nothing yet. Say “remember that my locker code is 4711”."


@skill.intent(
    "forget (what i told you about|about|that) {thing}",
    "forget my {thing}",
    "forget where the {thing} (is|are)",
    "don't remember {thing} any more",
)
def forget(thing: str, memory: Memory, meaning: Meaning) -> Ask:
    """Forget a fact, after asking."""
    keys = about(thing, memory, meaning)
    if not keys:
        raise SkillError(f"I know nothing about {turned(thing)}.")
    return Ask(f"Forget that {turned(memory[keys[0]])}?", then=forgotten, keep={"key": keys[0]})


@skill.answer(no="I'll keep it.")
def forgotten(key: str, memory: Memory) -> str:
    """Forget the fact."""
    memory.pop(key, None)
    return "Forgotten."


@skill.intent("forget everything", "forget everything [that] i told you", "forget all you know")
def forget_all(memory: Memory) -> Ask:
    """Forget every fact, after asking."""
    if not memory:
        raise SkillError("I remember nothing yet.")
    what = "the one thing" if len(memory) == 1 else f"all {len(memory)} things"
    return Ask(f"Forget {what} you told me?", then=all_forgotten)


@skill.answer(no="I'll keep them.")
def all_forgotten(memory: Memory) -> str:
    """Forget every fact."""
    memory.clear()
    return "All forgotten."


def about(thing: str, memory: Memory, meaning: Meaning) -> list[str]:
    """Return the keys of facts about a thing, best first."""
    keys = list(memory)
    return [keys[index] for index in meaning.about(thing, list(memory.values()))]
