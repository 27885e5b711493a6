"""Learns what the user means by a sentence."""

from assistant import Again, Catalogue, Memory, Reply, Skill, SkillError, same_words

skill = Skill("teach", "Sentences of your own, and what they mean.")


class Intents(tuple[str, ...]):
    """Names of intents to choose from."""

    examples = ("timer.start",)

    @classmethod
    def parse(cls, text: str) -> "Intents":
        """Read names parted by blanks."""
        return cls(text.split())


@skill.intent(
    "when i say {sentence} i mean {meaning}",
    "if i say {sentence} i mean {meaning}",
    "learn that {sentence} means {meaning}",
    "by {sentence} i mean {meaning}",
    "{sentence} should mean {meaning}",
    role="teach",
)
def teach(sentence: str, meaning: str, memory: Memory) -> str:
    """Learn what a sentence means."""
    if sentence.casefold() == meaning.casefold():
        raise SkillError("That says the same twice: tell me another way to say it.")
    put(memory, sentence, {"sentence": bare(meaning)})
    return f"From now on “{bare(sentence)}” means “{bare(meaning)}”."


@skill.answer(role="choose")
def choose(number: int, sentence: str, intents: Intents, memory: Memory) -> Again:
    """Do what was meant, and learn the sentence."""
    if not 1 <= number <= len(intents):
        raise SkillError(f"There were {len(intents)} to choose from, so I left it.")
    put(memory, sentence, {"intent": intents[number - 1]})
    return Again(sentence, intents[number - 1], f"I'll remember “{bare(sentence)}”.")


@skill.intent(
    "what have i taught you",
    "which sentences did i teach you",
    "(show|list) [me] what i [have] taught you",
)
def taught(memory: Memory, catalogue: Catalogue) -> Reply:
    """List what was taught."""
    if not memory:
        return Reply("Nothing yet. Say “when I say … I mean …”.")
    docs = {name: doc for info in catalogue.skills for name, doc, _ in info.intents}
    told = [f"- “{key}”: {meaning(memory[key], docs)}" for key in memory]
    return Reply("\n".join(told), f"You taught me: {', '.join(memory)}.")


@skill.intent(
    "forget what {sentence} means",
    "unlearn {sentence}",
    "{sentence} does not mean that [any more]",
)
def forget(sentence: str, memory: Memory) -> str:
    """Forget what a sentence means."""
    key = next((k for k in memory if same_words(k, sentence)), None)
    if key is None:
        raise SkillError(f"You have not taught me “{bare(sentence)}”.")
    del memory[key]
    return f"Forgotten: “{key}”."


@skill.intent(
    "that (is|was) [all] wrong [i meant {words}]",
    "that (is|was) not what i (meant|wanted|said|asked for) [i meant {words}]",
    "you (don't|did not) understand me [i meant {words}]",
    "you [have] misunderstood (me|that) [i meant {words}]",
    "you got (me|that) wrong [i meant {words}]",
    role="wrong",
)
def wrong(words: str = "", turn: int = 0, intent: str = "") -> str:
    """Learn what was meant by a sentence that was misunderstood."""
    return "Say “when I say … I mean …”, and I'll learn it."


@skill.answer(role="learn", no="All right, I have not learnt it.")
def learn(sentence: str, example: str, memory: Memory) -> str:
    """Learn an example, whatever it makes worse."""
    put(memory, sentence, {"example": example})
    return f"I'll take “{sentence}” so from now on."


@skill.intent(
    "(record|save|write down) (this|our|the) (conversation|talk|chat) [as a test|to a file]",
    "make a test [out] of (this|our|the) (conversation|talk|chat)",
    role="record",
)
def record() -> str:
    """Write the conversation into a file, as a test of it."""
    return "There is no place to write it to."


def put(memory: Memory, sentence: str, entry: dict[str, str]) -> None:
    """Keep what a sentence means, in the place of what it meant before."""
    for before in [k for k in memory if same_words(k, sentence) and k != bare(sentence)]:
        del memory[before]
    memory[bare(sentence)] = entry


def bare(sentence: str) -> str:
    """Return a sentence without the quotes and blanks around it."""
    return sentence.strip(" “”\"'‘’,.")


def meaning(entry: dict[str, str], docs: dict[str, str]) -> str:
    """Return in words what a taught sentence does."""
    if "sentence" in entry:
        return f"“{entry['sentence']}”"
    intent = entry.get("intent") or entry["example"].partition(":")[0]
    return docs.get(intent, intent).rstrip(".").lower()
