"""Shopping, to-do and any other lists."""

from assistant import (
    Ask,
    Memory,
    Reply,
    Skill,
    SkillError,
    choose,
    counted,
    joined,
    same_thing,
    sentence,
    split_list,
    without_article,
)

skill = Skill("lists", "Shopping, to-do and any other lists.")

ALSO = {
    "grocery": "shopping", "shop": "shopping", "todo": "to-do", "task": "to-do",
    "thing to do": "to-do",
}  # fmt: skip
"""Other names of the lists everybody has."""


class ListName:
    """The name of a list: up to three words, without "my" and "list"."""

    examples = ("shopping", "to-do", "packing", "groceries", "christmas")

    def __init__(self, name: str) -> None:
        self.name = name

    @classmethod
    def parse(cls, text: str) -> "ListName":
        """Read a name, e.g. "my shopping list" as shopping."""
        name = without_article(text.lower()).removesuffix("list").strip()
        if not name or len(name.split()) > 3:
            raise ValueError(text)
        known = {"shopping": "shopping", "to-do": "to-do", **ALSO}
        return cls(next((usual for other, usual in known.items() if same_thing(name, other)), name))

    def __str__(self) -> str:
        return self.name


SHOPPING = ListName("shopping")


@skill.intent(
    "(add|put) {items} (to|on|onto) [my|the|our] [{name}] list",
    "(write|stick|pop|throw|drop) {items} (on|onto|in) [my|the] {name} list",
    "(add|put) to [my|the] {name} list {items}",
    "(add|put) {items} (to|on) [the|my] (groceries|shopping)",
    "put {items} down for shopping",
    "we (need|are out of|have run out of) {items}",
    "i need to buy {items}",
    "{items} (has|have|needs|need|ought) to (go|be) on [my|the] {name} list",
    "{items} (belongs|belong|goes|go) on [my|the] {name} list",
)
def add(items: str, memory: Memory, name: ListName = SHOPPING) -> str:
    """Add things to a list."""
    named = split_list(items)
    if not named:
        raise SkillError("Say what to add, e.g. “add milk and eggs to my shopping list”.")
    there = memory.get(name.name, [])
    old = [item for item in named if item.lower() in map(str.lower, there)]
    new = [item for item in named if item not in old]
    if new:
        memory[name.name] = there + new
    added = f"Added {joined(new)} to your {name} list." if new else ""
    verb = "is" if len(old) == 1 else "are"
    return f"{added} {sentence(f'{joined(old)} {verb} on it already') if old else ''}".strip()


@skill.intent(
    "what is on [my|the|our] {name} list",
    "(read|show) [me] (my|the|our) [{name}] list",
    "what do (i|we) need to buy",
    "what do i have to do",
    "show me what is on the {name} list",
    "what is (still|left) on [my|the] list",
    "what [else] is on it",
    "my {name} list",
    "what should i get at the shop",
)
def read(memory: Memory, name: ListName | None = None) -> Reply:
    """Read a list."""
    name = name or usual(memory)
    items = existing(memory, name)
    if not items:
        return Reply(f"Your {name} list is empty.")
    lines = "\n".join(f"- {item}" for item in items)
    return Reply(f"Your {name} list:\n\n{lines}", f"On your {name} list: {joined(items)}.")


@skill.intent(
    "(remove|delete|take|cross|strike) {items} (from|off) [my|the|our] [{name}] list",
    "(remove|take|cross|strike) {items} (from|off) [the|my] (groceries|shopping)",
    "(tick|check|cross) off {items} [(on|from) [my|the] {name} list]",
    "(take|cross|strike) [the] {items} off [again]",
    "scratch {items} off the list",
    "i [already|have] (bought|got) [the] {items}",
    "i have got {items} already",
    "we don't need {items} any more",
    "[the] {items} can (come|go) off [my|the] {name} list",
    careful=True,
)
def remove(items: str, memory: Memory, name: ListName | None = None) -> str | Ask:
    """Take things off a list."""
    named, usual_one = split_list(items), name or usual(memory)
    likely = choose(existing(memory, usual_one), items, noun="item")
    for each in [name.name] if name else sorted(memory, key=lambda n: n != SHOPPING.name):
        gone = [
            item for item in memory.get(each, []) if any(same_thing(item, said) for said in named)
        ]
        if gone:
            return take(gone, each, memory)
    if likely.clear:
        question = f"Take {joined(likely.options)} off your {usual_one} list?"
        return Ask(
            question, then=taken, keep={"lines": "\n".join(likely.options), "name": usual_one}
        )
    where = f"your {name} list" if name else "any list"
    raise SkillError(sentence(f"{joined(named)} is not on {where}"))


@skill.answer(no="They stay.")
def taken(lines: str, name: ListName, memory: Memory) -> str:
    """Take the things off that were asked about."""
    return take(lines.splitlines(), name.name, memory)


def take(gone: list[str], name: str, memory: Memory) -> str:
    """Take things off a list, and say so."""
    memory[name] = [item for item in memory[name] if item not in gone]
    return f"Took {joined(gone)} off your {name} list."


@skill.intent(
    "(clear|empty|wipe) [my|the|our] {name} list",
    "remove everything from [my|the] {name} list",
    "start my {name} list over",
    "delete all items on the {name} list",
)
def clear(memory: Memory, name: ListName = SHOPPING) -> Ask | str:
    """Empty a list, after asking."""
    items = existing(memory, name)
    if not items:
        return f"Your {name} list is empty already."
    things = counted(len(items), "thing")
    return Ask(f"Take all {things} off your {name} list?", then=cleared, keep={"name": name})


@skill.answer(no="It stays as it is.")
def cleared(memory: Memory, name: ListName = SHOPPING) -> str:
    """Empty the list."""
    memory[name.name] = []
    return f"Your {name} list is empty now."


@skill.intent(
    "(which|what) lists (do i have|are there)",
    "what are my lists",
    "(show|list) [me] [all] my lists",
    "my lists",
)
def names(memory: Memory) -> Reply:
    """Tell which lists there are."""
    if not memory:
        return Reply("There is no list yet. Say “add milk to my shopping list”.")
    lines = "\n".join(f"- {name}: {len(memory[name])}" for name in memory)
    told = joined(f"{name} with {counted(len(memory[name]), 'thing')}" for name in memory)
    return Reply(lines, f"There is {told}.")


@skill.intent(
    "(create|make|start) a [new] {name} list",
    "(create|make|start) a [new] list (called|named|for) {name}",
    "new list {name}",
)
def create(name: ListName, memory: Memory) -> str:
    """Make a new list."""
    if name.name in memory:
        raise SkillError(f"There is a {name} list already.")
    memory[name.name] = []
    return f"Made a {name} list."


@skill.intent(
    "(delete|remove|throw away) [my|the] {name} list",
    "get rid of [my|the] {name} list",
)
def delete(name: ListName, memory: Memory) -> Ask:
    """Delete a whole list, after asking."""
    things = counted(len(existing(memory, name)), "thing")
    return Ask(f"Delete your {name} list with {things}?", then=deleted, keep={"name": name})


@skill.answer(no="It stays.")
def deleted(name: ListName, memory: Memory) -> str:
    """Delete the list."""
    memory.pop(name.name, None)
    return f"Your {name} list is gone."


def usual(memory: Memory) -> ListName:
    """Return the list that is meant where none is named: shopping, or the only one there is."""
    return ListName(next(iter(memory))) if len(memory) == 1 else SHOPPING


def existing(memory: Memory, name: ListName) -> list[str]:
    """Return a list's things. Raises SkillError when there is no such list."""
    if name.name not in memory and name.name not in ("shopping", "to-do"):
        raise SkillError(f"I have no list called {name}; there is: {joined(memory) or 'none'}.")
    return list(memory.get(name.name, []))
