"""Shopping, to-do and any other lists."""

import re

from assistant import Ask, Memory, Reply, Skill, SkillError

skill = Skill("lists", "Shopping, to-do and any other lists.")

SAME = {
    "grocery": "shopping", "groceries": "shopping", "shop": "shopping", "todo": "to-do",
    "to do": "to-do", "task": "to-do", "tasks": "to-do", "things to do": "to-do",
}  # fmt: skip
"""Names people use for the same list."""


SMALL = ("my", "the", "our", "list", "a", "of", "called", "new", "rid", "all")
"""Words around the name of a list that are not part of it."""


class ListName:
    """The name of a list: up to three words, without "my" and "list"."""

    examples = ("shopping", "to-do", "packing", "groceries", "christmas")

    def __init__(self, name: str) -> None:
        self.name = name

    @classmethod
    def parse(cls, text: str) -> "ListName":
        """Read a name, e.g. "my shopping list" as shopping."""
        words = re.sub(r"[^\w\s-]", " ", text.lower()).split()
        words = [w for w in words if w not in SMALL]
        name = " ".join(words)
        if not 1 <= len(words) <= 3:
            raise ValueError(text)
        return cls(SAME.get(name, name))

    def __str__(self) -> str:
        return self.name


SHOPPING = ListName("shopping")


@skill.intent(
    "(add|put) {items} (to|on|onto) [my|the|our] {name} list",
    "(add|put) {items} (to|on) [my|the|our] list",
    "(write|stick|pop|throw|drop) {items} (on|onto|in) [my|the] {name} list",
    "add {items} to [the|my] (groceries|grocery list)",
    "we (need|are out of) {items}",
    "we have run out of {items}",
    "i need to buy {items}",
    "(add|put) to [my|the] {name} list {items}",
    "put {items} down for shopping",
    "{items} (has|have|needs|need|ought) to (go|be) on [my|the] {name} list",
    "{items} (belongs|belong|goes|go) on [my|the] {name} list",
)
def add(items: str, memory: Memory, name: ListName = SHOPPING) -> str:
    """Add things to a list."""
    there = memory.get(name.name, [])
    known = {item.lower() for item in there}
    new = [item for item in split(items) if item.lower() not in known]
    old = [item for item in split(items) if item.lower() in known]
    if not new and not old:
        raise SkillError("Say what to add, e.g. “add milk and eggs to my shopping list”.")
    if new:
        memory[name.name] = there + new
    told = [f"Added {joined(new)} to your {name} list."] if new else []
    told += (
        [f"{joined(old).capitalize()} {'is' if len(old) == 1 else 'are'} on it already."]
        if old
        else []
    )
    return " ".join(told)


@skill.intent(
    "what is on [my|the|our] {name} list",
    "(read|show) [me] (my|the|our) {name} list",
    "what do (i|we) need to buy",
    "what do i have to do",
    "show me what is on the {name} list",
    "what is (still|left) on [my|the] list",
    "what [else] is on it",
    "(read|show) [me] (my|the) list",
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
    "(remove|delete|take|cross) {items} (from|off) [my|the|our] {name} list",
    "(remove|take|cross) {items} (from|off) [my|the|our] list",
    "(tick|check|cross) off {items} [(on|from) [my|the] {name} list]",
    "i (bought|got) [the] {items}",
    "i have got {items} already",
    "we don't need {items} any more",
    "scratch {items} off the list",
    "(take|cross|strike) [the] {items} off [again]",
    "i [already|have] (got|bought) [the] {items} so (cross|take|strike) (it|them) (off|out)",
    "i (got|bought) [the] {items} so (cross|take) (it|them) (off|out on) [my|the] {name} list",
    "[the] {items} (is|are) (bought|done) so (take|cross) (it|them) off [my|the] {name} list",
    "[the] {items} can (come|go) off [my|the] {name} list",
    "(remove|take|cross|strike) {items} (from|off) [the|my] (groceries|shopping)",
    careful=True,
)
def remove(items: str, memory: Memory, name: ListName | None = None) -> str:
    """Take things off a list."""
    wanted = [bare(item) for item in split(items)]
    lists = [name.name] if name else sorted(memory, key=lambda n: n != SHOPPING.name)
    if name:
        existing(memory, name)
    for each in lists:
        there = memory.get(each, [])
        gone = [item for item in there if bare(item) in wanted]
        if gone:
            memory[each] = [item for item in there if item not in gone]
            return f"Took {joined(gone)} off your {each} list."
    where = f"your {name} list" if name else "any list"
    raise SkillError(f"{joined(split(items)).capitalize()} is not on {where}.")


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
    return Ask(
        f"Take all {_things(len(items))} off your {name} list?", then=cleared, keep={"name": name}
    )


@skill.answer
def cleared(yes: bool, memory: Memory, name: ListName = SHOPPING) -> str:
    """Empty the list if so wished."""
    if not yes:
        return "It stays as it is."
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
    heard = joined([f"{name} with {_things(len(memory[name]))}" for name in memory])
    return Reply(lines, f"There is {heard}.")


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
    items = existing(memory, name)
    return Ask(
        f"Delete your {name} list with {len(items)} thing{'s' if len(items) != 1 else ''}?",
        then=deleted,
        keep={"name": name},
    )


@skill.answer
def deleted(yes: bool, name: ListName, memory: Memory) -> str:
    """Delete the list if so wished."""
    if not yes:
        return "It stays."
    memory.pop(name.name, None)
    return f"Your {name} list is gone."


def usual(memory: Memory) -> ListName:
    """Return the list that is meant where none is named: shopping, or the only one there is."""
    return ListName(next(iter(memory))) if len(memory) == 1 else SHOPPING


def existing(memory: Memory, name: ListName) -> list[str]:
    """Return a list's things. Raises SkillError when there is no such list."""
    if name.name not in memory and name.name not in ("shopping", "to-do"):
        there = ", ".join(memory) or "none"
        raise SkillError(f"I have no list called {name}; there is: {there}.")
    return list(memory.get(name.name, []))


def split(items: str) -> list[str]:
    """Part what was said in one breath: commas, "and", "plus"."""
    parts = re.split(r"\s*,\s*(?:and\s+)?|\s+and\s+|\s+plus\s+|\s*&\s*|\n", items.strip(" ."))
    plain = [re.sub(r"^(some|a few|the|also)\s+", "", part.strip()) for part in parts]
    return list(dict.fromkeys(part for part in plain if part))


def bare(item: str) -> str:
    """Return an item for comparing: lower case, without articles and plural s."""
    return re.sub(r"^(the|a|an|some)\s+", "", item.lower()).rstrip("s")


def _things(count: int) -> str:
    return f"{count} thing{'s' if count != 1 else ''}"


def joined(items: list[str]) -> str:
    """Return things as one says them: a, b and c."""
    return " and ".join([", ".join(items[:-1]), items[-1]] if len(items) > 1 else items)
