"""Facts you want kept: "remember that my locker code is 4711", "what is my locker code"."""

from collections.abc import Collection, Mapping
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
    before = [old for old in told_of(about, memory) if replaces(fact, old)]
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
    keep(fact, "name", told_of("name", memory), memory)
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
    told = told_of("name", memory)
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
        alike = told_of(subject_of(told), memory)
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


class Subjects:
    """Finds facts by what they are about, or by themselves where nothing tells that."""

    def __init__(self) -> None:
        self._by_key: dict[str, set[str]] = {}
        self._keys: dict[str, tuple[str, ...]] = {}

    def changed(self, values: Mapping[str, object], gone: Collection[str]) -> "Subjects":
        """Return those of a memory with values that were written and without keys."""
        new = Subjects()
        new._by_key, new._keys = self._by_key.copy(), self._keys.copy()
        for key in (*values, *gone):
            for subject in new._by_key.pop(key, ()):
                left = tuple(each for each in new._keys.pop(subject) if each != key)
                new._keys |= {subject: left} if left else {}
        for key, value in values.items():
            new._by_key[key] = {found_by(fact) for fact in facts_at(value)}
            for subject in new._by_key[key]:
                new._keys[subject] = (*new._keys.get(subject, ()), key)
        return new

    def keys(self, subject: str) -> tuple[str, ...]:
        """Return the keys that hold facts about something, in the order they were written."""
        return self._keys.get(subject, ())


def found_by(fact: str) -> str:
    """Return what a fact is found by."""
    return subject_of(fact) or fact.lower()


def told_of(subject: str, memory: Memory) -> list[str]:
    """Return every fact about something."""
    keys = memory.made(Subjects).keys(subject)
    return [fact for key in keys for fact in facts_at(memory[key]) if subject_of(fact) == subject]


def facts_in(memory: Memory) -> list[str]:
    """Return every fact, those of one thing together."""
    return [fact for value in memory.values() for fact in facts_at(value)]


def facts_at(value: object) -> list[str]:
    """Return the facts under a key; there was one under each once."""
    kept = value if isinstance(value, list) else [value]
    return [fact for fact in kept if isinstance(fact, str)]


def keep(fact: str, about: str, old: list[str], memory: Memory) -> None:
    """Keep a fact under what it is about, in the place of old ones."""
    for each in old:
        drop(each, memory)
    memory[about] = [each for each in facts_at(memory.get(about, [])) if each != fact] + [fact]


def drop(fact: str, memory: Memory) -> None:
    """Forget a fact, wherever it is kept."""
    for key in memory.made(Subjects).keys(found_by(fact)):
        kept = memory[key] if isinstance(memory[key], list) else [memory[key]]
        left = [each for each in kept if each != fact]
        if not left:
            del memory[key]
        elif left != kept:
            memory[key] = left


def about(thing: str, memory: Memory, meaning: Meaning) -> list[str]:
    """Return all that was told of a thing by its name, or else the fact that is nearest to it."""
    if named := told_of(thing.lower(), memory):
        return named
    facts = [f for f in facts_in(memory) if owners(thing) == owners(subject_of(f) or thing)]
    return [facts[index] for index in meaning.about(thing, facts)[:1]]
