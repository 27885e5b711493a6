"""Facts you want kept: "remember that my locker code is 4711", "what is my locker code"."""

from typing import Annotated

from assistant import (
    Ask,
    Fact,
    Kept,
    Meaning,
    Memory,
    Name,
    Skill,
    SkillError,
    Slot,
    Told,
    joined,
    owners,
    replaces,
    same_thing,
    sentence,
    subject_of,
    turned,
)

skill = Skill("memory", "Facts to remember, and where things are.")


@skill.intent(
    "remember that {fact}",
    "remember {fact}",
    "(keep|bear) in mind [that] {fact}",
    "make a mental note that {fact}",
    "(make sure you|you should) remember [that] {fact}",
    "don't forget that {fact}",
    "(memorise|store|save) [that] {fact}",
    "for your information {fact}",
)
def remember(fact: Annotated[Fact, Slot(ask="What should I remember?")], memory: Memory) -> str:
    """Remember a fact; a new value of a thing takes the place of the old one."""
    about = subject_of(fact) or fact.lower()
    before = [old for old in facts_in(memory) if subject_of(old) == about and replaces(fact, old)]
    keep(fact, about, before, memory)
    gone = joined(turned(old) for old in before if old != fact)
    told = f"I'll remember that {turned(fact)}"
    return sentence(f"{told}, and no longer that {gone}" if gone else told)


@skill.intent(
    "(my name is|i am called|you (can|may) call me|(change|set) my name to) {name}",
    "call me {name} [from now on]",
)
def introduce(name: Name, memory: Memory) -> str:
    """Remember the user's name."""
    fact = f"my name is {name}"
    keep(fact, "name", [old for old in facts_in(memory) if subject_of(old) == "name"], memory)
    return f"Hello {name}, I'll remember your name."


@skill.intent(
    "what is my name",
    "(tell|say) [me] my name",
    "who am i",
    "do you (know|remember) (my name|who i am|who am i)",
    "what (am i called|do you call me)",
)
def user_name(memory: Memory) -> str:
    """Tell the user's name."""
    told = [fact for fact in facts_in(memory) if subject_of(fact) == "name"]
    if not told:
        raise SkillError("You have not told me your name. Say “my name is …”.")
    return sentence(turned(told[-1]))


@skill.intent(
    "where (is|are) my {thing}",
    "where did i (put|leave|park) (my|the) {thing}",
    "where do i keep (my|the) {thing}",
    "((what|when) (is|are)|who is) my {thing} [again]",
    "what do you (know|remember) about {thing}",
    "do you remember (my|the|where the|what the|what my|where my) {thing}",
    "do you know where my {thing} (is|are)",
    "what (did i tell you|did i say|have i told you) about {thing}",
    "(recall {thing}|what (do|does) {thing} (like|love|hate|want|need|eat))",
    "(what|where|when|who|how) (is|are|was|were) [the|our] {known} [again|called]",
    "(tell me|do you know) [the|our|my] {known}",
    "(what|when|where|who|how [much|many|long|often]) (do|does|did|is|are|was|were) "
    "[the|my|our] {told}",
)
def recall(
    memory: Memory,
    meaning: Meaning,
    thing: str = "",
    known: Kept | None = None,
    told: Told | None = None,
) -> str | Ask:
    """Recall a fact."""
    if told:
        subject = subject_of(told)
        alike = [f for f in facts_in(memory) if subject and subject_of(f) == subject]
        return " ".join(sentence(turned(fact)) for fact in alike or [told])
    if not (known or thing):
        return Ask("About what?", then=recall, slot="thing")
    found = about(known or thing, memory, meaning)
    if found and all(another(fact, known or thing) for fact in found):
        near = joined(turned(fact) for fact in found)
        raise SkillError(
            f"You have not told me about “{turned(known or thing)}”, only that {near}."
        )
    if not found:
        raise SkillError(
            f"You have not told me about “{turned(known or thing)}”. Say “remember that …”, "
            f"or look through your notes with “find my notes about {known or thing}”."
        )
    return " ".join(sentence(turned(fact)) for fact in found)


@skill.intent(
    "what do you remember",
    "what have i told you",
    "(list|show) [me] everything you (remember|know)",
    "what do you know about me",
)
def everything(memory: Memory) -> str:
    """Tell everything that is remembered."""
    told = [f"- {sentence(turned(fact))}" for fact in facts_in(memory)]
    return "\n".join(told) or "Nothing yet. Say “remember that my locker code is 4711”."


@skill.intent(
    "forget (what i told you about|about|that) {thing}",
    "forget my {thing}",
    "forget where the {thing} (is|are)",
    "don't remember {thing} any more",
    "(remove|delete|erase) [my|the] {thing} from (your|my) memory",
    "forget [the|our] {known}",
)
def forget(memory: Memory, meaning: Meaning, thing: str = "", known: Kept | None = None) -> Ask:
    """Forget a fact, after asking."""
    found = about(known or thing, memory, meaning)
    if not found:
        raise SkillError(f"I know nothing about {turned(known or thing)}.")
    return Ask(f"Forget that {turned(found[0])}?", then=forgotten, keep={"fact": found[0]})


@skill.answer(no="I'll keep it.")
def forgotten(fact: str, memory: Memory) -> str:
    """Forget the fact."""
    drop(fact, memory)
    return "Forgotten."


@skill.intent("forget everything", "forget everything [that] i told you", "forget all you know")
def forget_all(memory: Memory) -> Ask:
    """Forget every fact, after asking."""
    if not memory:
        raise SkillError("I remember nothing yet.")
    count = len(facts_in(memory))
    what = "the one thing" if count == 1 else f"all {count} things"
    return Ask(f"Forget {what} you told me?", then=all_forgotten)


@skill.answer(no="I'll keep them.")
def all_forgotten(memory: Memory) -> str:
    """Forget every fact."""
    memory.clear()
    return "All forgotten."


def another(fact: str, thing: str) -> bool:
    """Tell whether a fact is about another thing of the kind: the spare key is not the keys."""
    subject = subject_of(fact)
    kind = thing.split()[-1:] == subject.split()[-1:] or same_thing(
        thing, subject.split()[-1] if subject else ""
    )
    return bool(subject) and kind and not same_thing(thing, subject)


def facts_in(memory: Memory) -> list[str]:
    """Return every fact, those of one thing together."""
    kept = (value if isinstance(value, list) else [value] for value in memory.values())
    return [fact for facts in kept for fact in facts]


def keep(fact: str, about: str, old: list[str], memory: Memory) -> None:
    """Keep a fact under what it is about, in the place of old ones."""
    for each in old:
        drop(each, memory)
    memory[about] = [each for each in memory.get(about, []) if each != fact] + [fact]


def drop(fact: str, memory: Memory) -> None:
    """Forget a fact, wherever it is kept."""
    for key in list(memory):
        kept = memory[key] if isinstance(memory[key], list) else [memory[key]]
        left = [each for each in kept if each != fact]
        if not left:
            del memory[key]
        elif left != kept:
            memory[key] = left


def about(thing: str, memory: Memory, meaning: Meaning) -> list[str]:
    """Return all that was told of a thing by its name, or else the fact that is nearest to it."""
    facts = facts_in(memory)
    named = [fact for fact in facts if subject_of(fact) == thing.lower()]
    facts = [fact for fact in facts if owners(thing) == owners(subject_of(fact) or thing)]
    return named or [facts[index] for index in meaning.about(thing, facts)[:1]]
