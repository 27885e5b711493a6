"""Facts you want kept: "remember that my locker code is 4711", "what is my locker code"."""

import re

from assistant import Ask, Meaning, Memory, Skill, SkillError

skill = Skill("memory", "Facts to remember, and where things are.")

NEAR = 0.45
"""Cosine from which a fact answers a question."""

EMPTY = frozenset(
    "what where who when is are was my the a an do does did i of in on to you know remember "
    "tell me about it that have has put keep left".split()
)
"""Words of a question that say nothing of what it is about."""


@skill.intent(
    "remember that {fact}",
    "remember {fact}",
    "please remember [that] {fact}",
    "(keep|bear) in mind [that] {fact}",
    "make a mental note that {fact}",
    "(make sure you|you should) remember [that] {fact}",
    "don't forget that {fact}",
    "memorise [that] {fact}",
    "for your information {fact}",
)
def remember(fact: str, memory: Memory) -> str:
    """Remember a fact."""
    fact = fact.strip().rstrip(".")
    number = max((int(key) for key in memory), default=0) + 1
    memory[str(number)] = fact
    return f"I'll remember that {turned(fact)}."


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
            f"You have not told me about “{turned(thing.strip())}”. Say “remember that …”, "
            f"or look through your notes with “find my notes about {thing.strip()}”."
        )
    return f"{sentence(turned(memory[keys[0]]))}"


@skill.intent(
    "what do you remember",
    "what have i told you",
    "(list|show) [me] everything you (remember|know)",
    "what do you know about me",
)
def everything(memory: Memory) -> str:
    """Tell everything that is remembered."""
    if not memory:
        return "Nothing yet. Say “remember that my locker code is 4711”."
    return "\n".join(f"- {sentence(turned(fact))}" for fact in memory.values())


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
        raise SkillError(f"I know nothing about {turned(thing.strip())}.")
    return Ask(f"Forget that {turned(memory[keys[0]])}?", then=forgotten, keep={"key": keys[0]})


@skill.answer
def forgotten(yes: bool, key: str, memory: Memory) -> str:
    """Forget the fact if so wished."""
    if not yes:
        return "I'll keep it."
    memory.pop(key, None)
    return "Forgotten."


@skill.intent("forget everything", "forget everything [that] i told you", "forget all you know")
def forget_all(memory: Memory) -> Ask:
    """Forget every fact, after asking."""
    if not memory:
        raise SkillError("I remember nothing yet.")
    what = "the one thing" if len(memory) == 1 else f"all {len(memory)} things"
    return Ask(f"Forget {what} you told me?", then=all_forgotten)


@skill.answer
def all_forgotten(yes: bool, memory: Memory) -> str:
    """Forget every fact if so wished."""
    if not yes:
        return "I'll keep them."
    memory.clear()
    return "All forgotten."


def about(thing: str, memory: Memory, meaning: Meaning) -> list[str]:
    """Return the keys of facts about a thing: the most shared words first, then the nearest."""
    keys = list(memory)
    facts = [memory[key] for key in keys]
    wanted = _content(thing)
    found = []
    for index, score in meaning.rank(thing, facts):
        shared = len(wanted & _content(facts[index]))
        if shared or score >= NEAR:
            found.append((shared, score, int(keys[index])))
    return [str(key) for _, _, key in sorted(found, reverse=True)]


def _content(text: str) -> set[str]:
    return {w.rstrip("s") for w in re.findall(r"\w+", text.lower()) if w not in EMPTY}


def turned(fact: str) -> str:
    """Return a fact as told back: my becomes your."""
    swap = {"my": "your", "mine": "yours", "i": "you", "me": "you", "am": "are", "i'm": "you're",
            "your": "my", "we": "you", "our": "your"}  # fmt: skip
    return re.sub(r"[A-Za-z']+", lambda m: swap.get(m.group().lower(), m.group()), fact)


def sentence(text: str) -> str:
    """Return text with a capital and a full stop."""
    return f"{text[:1].upper()}{text[1:].rstrip('.')}."
