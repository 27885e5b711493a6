"""Shopping, to-do and any other lists."""

from typing import Annotated, Literal

from assistant import (
    Ask,
    Kept,
    Lists,
    Memory,
    Reply,
    Skill,
    SkillError,
    Slot,
    Things,
    are,
    counted,
    joined,
    list_name,
    sentence,
    split_list,
)

skill = Skill("lists", "Shopping, to-do and any other lists.")

ALSO = {"grocery": "shopping", "shop": "shopping", "todo": "to-do", "task": "to-do"}
"""Other names of the lists everybody has."""

USUAL = ("shopping", "to-do")
"""The lists everybody has, also before anything was put on them."""


Done = Literal["done", "empty", "finished", "complete", "ticked off", "crossed off", "checked off"]


class ListName:
    """The name of a list, without "my" and "list", or several: "shopping and party"."""

    examples = ("shopping", "to-do", "packing", "groceries", "christmas")
    kept = True

    def __init__(self, name: str) -> None:
        self.name = name

    @classmethod
    def parse(cls, text: str) -> "ListName":
        """Read names of up to three words each, e.g. "my shopping list" as shopping."""
        names = [list_name(part, USUAL, ALSO) for part in split_list(text.lower())]
        if not names or any(len(name.split()) > 3 for name in names):
            raise ValueError(text)
        return cls(joined(names))

    def __str__(self) -> str:
        return self.name


@skill.intent(
    "(add|put) {items} (to|on|onto) [my|the|our] [{name}] (list|lists)",
    "(write|stick|pop|throw|drop|append) {items} (on|onto|in|to) [my|the] [{name}] list",
    "(add|put) to [my|the] {name} list {items}",
    "(add|put) {items} (to|on) [the|my] (groceries|shopping)",
    "(add|put) {items} (to|on) [my|the] list [for|called|named] {name}",
    "put {items} down for shopping",
    "(we need|(we are|i am) out of|(we|i) have run out of) {items}",
    "i need to buy {items}",
    "{items} (belongs|goes|go|(has|have|needs|need|ought) to (go|be)) on [my|the] {name} list",
    "((add|put) [something|things] (to|on) [my|the] [{name}] list|[my] {name} list : {items})",
    "(add|put|append) {items} (to|on) [my|the] {known}",
)
def add(
    items: Annotated[Things, Slot(ask="What should I add?")],
    memory: Memory,
    name: ListName | None = None,
    known: Kept | None = None,
) -> str | Ask:
    """Add things to a list."""
    lists = Lists(memory, USUAL)
    wanted = lists.named(str(known or name or USUAL[0]))
    question, meant = lists.unmade(wanted)
    if question:
        return Ask(question, then=added, keep={"name": meant, "items": str(items)})
    return added(joined(wanted), items, memory)


@skill.answer(no="OK, I add nothing.")
def added(name: str, items: str, memory: Memory) -> str:
    """Add things to lists, new ones too."""
    lists = Lists(memory, USUAL)
    done = {each: lists.put(each, lists.parted(items)) for each in lists.named(name)}
    return " ".join(put.told(f"your {each} list") for each, put in done.items())


@skill.intent(
    "[(show|tell) me] what is [still|left] (on|in) [my|the|our] [{name}] list",
    "(read|show|give|tell|get|open) [me] (my|the|our) [{name}] list",
    "(read|show|give|tell) [me] the (contents|content|items) of [my|the] {name} list",
    "what (do|should) (i|we) [still] [need to|have to] (buy|get) [at the shop]",
    "what do i have to do",
    "(which|what) (items|things) are [still] on [my|the] [{name}] list",
    "what [else] is on it",
    "my {name} list",
    "(what is|what do i have) on [my|the] {known}",
)
def read(memory: Memory, name: ListName | None = None, known: Kept | None = None) -> Reply:
    """Read a list."""
    lists = Lists(memory, USUAL)
    each = lists.one(known or name)
    items = lists.open(each)
    if not items:
        return Reply(lists.emptiness(each))
    lines = "\n".join(f"- {item}" for item in items)
    return Reply(f"Your {each} list:\n\n{lines}", f"On your {each} list: {joined(items)}.")


@skill.intent(
    "(what is|is anything|anything) (missing|still missing|still open)",
    "(is|are) (everything|all) [on it] ({done} | {done} (on|from) [my|the] ({name} list|{known}))",
    "is [my|the] {name} list {done}",
    "is anything [still] (left|missing|open) (on|from|in) [my|the] ({name} list|{known})",
)
def left(
    memory: Memory,
    name: Annotated[ListName | None, Slot(spoken_of=True)] = None,
    known: Kept | None = None,
    done: Done | None = None,
) -> str:
    """Tell whether all of a list is done, or what is left."""
    lists = Lists(memory, USUAL)
    each = lists.one(known or name)
    if items := lists.open(each):
        return f"{'No, still' if done else 'Still'} on your {each} list: {joined(items)}."
    return f"{'Yes. ' if done else ''}{lists.emptiness(each)}"


@skill.intent(
    "(is|are) [there] [the|any] {items} [still|already] on (it|[my|the|our] [{name}] list)",
    "(do i have|have i got) {items} on [my|the] [{name}] list",
    "(did|have) i (put|add|written|added) {items} (on|to|onto) [my|the] [{name}] list",
    "does [my|the] {name} list (have|contain|include) {items}",
    "(is|are) [there] [the|any] {items} on [my|the] {known}",
)
def has(items: str, memory: Memory, name: ListName | None = None, known: Kept | None = None) -> str:
    """Tell whether something is on a list."""
    found = Lists(memory, USUAL).look(items, known or name)
    return found.told(f"your {found.name} list" if known or name else "any list")


@skill.intent(
    "how many (things|items) (are|do i have) [still|left] on (it|[my|the] [{name}] list)",
    "how long is [my|the] [{name}] list",
    "how many (things|items) do (i|we) [still] (need|have) to (buy|get|do)",
    "count the (things|items) on [my|the] {name} list",
)
def count(memory: Memory, name: ListName | None = None) -> str:
    """Tell how many things are on a list."""
    each = Lists(memory, USUAL).one(name)
    things = Lists(memory, USUAL).open(each)
    return f"On your {each} list: {counted(len(things), 'thing')}."


@skill.intent(
    "(remove|delete|take|strike|drop) {items} (from|off|on|in) [my|the|our] [{name}] (list|lists)",
    "(remove|take|strike) {items} (from|off) [the|my] (groceries|shopping)",
    "(take|strike) [the] {items} off [again]",
    "(scratch|erase) {items} [entry|item] (from|off) [my|the] [{name}] list",
    "we (do not|don't) need {items} any more",
    "[the] {items} can (come|go) off [my|the] {name} list",
    "(remove|delete|take) {items} (from|off) [my|the] {known}",
    careful=True,
)
def remove(
    items: str, memory: Memory, name: ListName | None = None, known: Kept | None = None
) -> str | Ask:
    """Take things off a list."""
    found = Lists(memory, USUAL).find(items, known or name)
    if found.sure:
        return taken(**found.kept, memory=memory) + found.rest
    question = f"Take {joined(found.things)} off your {found.name} list?"
    return Ask(question, then=taken, keep=found.kept)


@skill.answer(no="They stay.")
def taken(lines: str, name: str, memory: Memory) -> str:
    """Take things off."""
    things = lines.splitlines()
    Lists(memory, USUAL).take(name, things)
    return f"Took {joined(things)} off your {name} list."


@skill.intent(
    "(tick|check|cross) off {items} [(on|from|in) [my|the] [{name}] list]",
    "(tick|check|cross) [the] {items} off [[on|from|in] [my|the|our] [{name}] list]",
    "(tick|check|complete|finish) {items} (on|from|off|in) [my|the|our] [{name}] list",
    "mark {items} [on [my|the] {name} list] [as] (done|complete|completed|bought|finished)",
    "i [already|have|have already] (bought|got|finished|done) [the] {items} [already]",
    "[i am] done with [the] {items}",
    careful=True,
)
def tick(items: Things, memory: Memory, name: ListName | None = None) -> str | Ask:
    """Tick off what is done."""
    found = Lists(memory, USUAL).find(items, name)
    if found.sure:
        return ticked(**found.kept, memory=memory) + found.rest
    return Ask(f"Tick off {joined(found.things)}?", then=ticked, keep=found.kept)


@skill.answer(no="They stay.")
def ticked(lines: str, name: str, memory: Memory) -> str:
    """Tick things off, and tell what is left."""
    lists = Lists(memory, USUAL)
    lists.tick(name, lines.splitlines())
    left = len(lists.open(name))
    then = f"{counted(left, 'thing')} left" if left else "that was all"
    return f"Ticked off {joined(lines.splitlines())} on your {name} list: {then}."


@skill.intent(
    "(untick|uncheck|unmark) {items} [(on|from|in|off) [my|the|our] [{name}] list]",
    "put {items} back on [my|the] [{name}] list",
    "mark {items} as not (done|bought|finished)",
    "{items} is not done [yet|after all]",
)
def untick(items: str, memory: Memory, name: ListName | None = None) -> str:
    """Put back what was ticked off."""
    lists = Lists(memory, USUAL)
    found = lists.find(items, name, done=True)
    lists.put(found.name, found.things)
    told = f"{joined(found.things)} {are(found.things)} on your {found.name} list again"
    return sentence(told) + found.rest


@skill.intent(
    "(clear|empty|wipe) [my|the|our] {name} list",
    "(remove|delete|take|drop) (everything|all items|items) (from|off|on) [my|the] [{name}] list",
    "start my {name} list over",
    "(remove|delete|drop) [all] [my|the] {name} (items|entries)",
    "(clear|empty|wipe) [my|the] {known}",
)
def clear(memory: Memory, name: ListName | None = None, known: Kept | None = None) -> Ask | str:
    """Empty a list, after asking."""
    if not (known or name) and len(memory) > 1:
        raise SkillError(f"Say which list to empty: {joined(memory, 'or')}.")
    each = Lists(memory, USUAL).one(known or name)
    if not memory.get(each):
        return f"Your {each} list is empty already."
    what = Lists(memory, USUAL).whole(each)
    return Ask(f"Take {what} off your {each} list?", then=cleared, keep={"name": each})


@skill.answer(no="It stays as it is.")
def cleared(name: str, memory: Memory) -> str:
    """Empty the list."""
    Lists(memory, USUAL).clear(name)
    return f"Your {name} list is empty now."


@skill.intent(
    "(which|what) lists (do i have|are there|are stored)",
    "(show|list|see|tell) [me] [all] (my|the) lists",
    "(show|list) all contents of my lists",
    "[what are] my lists",
)
def names(memory: Memory) -> Reply:
    """Tell which lists there are."""
    sizes = Lists(memory, USUAL).sizes
    if not sizes:
        return Reply("There is no list yet. Say “add milk to my shopping list”.")
    lines = "\n".join(f"- {name}: {size}" for name, size in sizes.items())
    told = joined(f"{name} with {counted(size, 'thing')}" for name, size in sizes.items())
    return Reply(lines, f"There is {told}.")


@skill.intent(
    "(create|make|start|add|set up) (a|the|another) [new] {name} list",
    "(create|make|start|add|set up) a [new] list [(called|named|for) {name}]",
    "new list [called] {name}",
    "i (want|need) (a|another) [new] {name} list",
)
def create(name: Annotated[ListName, Slot(ask="What is it called?")], memory: Memory) -> str:
    """Make a new list, or several."""
    return f"Made a {joined(Lists(memory, USUAL).make(name.name), 'and a')} list."


@skill.intent(
    "(delete|remove|throw away|cancel|drop|get rid of) [my|the] {name} list",
    "(delete|remove|throw away) [a|the] list [{name}]",
    "i (do not|don't) (want|need) [my|the] {name} list (any more|anymore)",
)
def delete(name: Annotated[ListName, Slot(ask="Which list?")], memory: Memory) -> Ask:
    """Delete a whole list, after asking."""
    each = Lists(memory, USUAL).one(name)
    things = counted(len(Lists(memory, USUAL).open(each)), "thing")
    return Ask(f"Delete your {each} list with {things}?", then=deleted, keep={"name": each})


@skill.answer(no="It stays.")
def deleted(name: str, memory: Memory) -> str:
    """Delete the list."""
    Lists(memory, USUAL).drop(name)
    return f"Your {name} list is gone."


@skill.intent(
    "(move|shift|transfer) {items} (to|onto) [my|the] {name} list",
    "(move|shift|transfer) {items} (to|onto) [my|the] {known}",
    "(move|shift) {items} (from|off|on) [my|the] {source} [list] (to|onto) [my|the] {name} list",
    careful=True,
)
def move(
    items: str,
    memory: Memory,
    name: ListName | None = None,
    known: Kept | None = None,
    source: ListName | None = None,
) -> str | Ask:
    """Move things from one list to another."""
    lists = Lists(memory, USUAL)
    found, other = lists.find(items, source), lists.named(str(known or name or ""))
    if len(other) != 1:
        raise SkillError("Say to which list, e.g. “move milk to the party list”.")
    kept = {**found.kept, "other": other[0]}
    if found.sure and other[0] in lists:
        return moved(**kept, memory=memory) + found.rest
    question = f"Move {joined(found.things)} from your {found.name} list to your {other[0]} list?"
    if other[0] not in lists:
        question = f"There is no {other[0]} list; make one and move {joined(found.things)} there?"
    return Ask(question, then=moved, keep=kept)


@skill.answer(no="They stay where they are.")
def moved(lines: str, name: str, other: str, memory: Memory) -> str:
    """Move things."""
    things = lines.splitlines()
    Lists(memory, USUAL).take(name, things)
    Lists(memory, USUAL).put(other, things)
    return f"Moved {joined(things)} from your {name} list to your {other} list."


@skill.intent(
    "copy [everything (on|from)] [my|the] {name} list (to|into|onto|as) [a|my|the] {other} list",
    "(copy|duplicate|make a copy of) [my|the] {name} list [(called|named|as) {other}]",
    "copy [my|the] {name} list (to|into|as) a new (list|one) [(called|named) {other}]",
)
def copy(name: ListName, memory: Memory, other: ListName | None = None) -> str:
    """Copy a list."""
    lists = Lists(memory, USUAL)
    each = lists.one(name)
    targets = lists.copy(each, other.name if other else f"{each} copy")
    return f"Copied {joined(lists.open(each)) or 'nothing'} to your {joined(targets)} list."


@skill.intent(
    "(merge|combine|join) [my|the] {name} [list] (and|with|into) [my|the] {other} (list|lists)",
    careful=True,
)
def merge(name: ListName, other: ListName, memory: Memory) -> Ask:
    """Put two lists together, after asking."""
    lists = Lists(memory, USUAL)
    one = lists.one(name)
    (into,) = lists.others(one, lists.one(other))
    things = counted(len(lists.open(one)), "thing")
    question = f"Put the {things} of your {one} list on your {into} list, and delete {one}?"
    return Ask(question, then=merged, keep={"name": one, "other": into})


@skill.answer(no="Both stay as they are.")
def merged(name: str, other: str, memory: Memory) -> str:
    """Put the two together."""
    lists = Lists(memory, USUAL)
    lists.merge(name, other)
    return f"Your {other} list has {counted(len(lists.open(other)), 'thing')} now; {name} is gone."


@skill.intent(
    "(sort|order|alphabetise) [my|the|our] [{name}] list [alphabetically|by name]",
    "(put|bring) [my|the] [{name}] list (in|into) [alphabetical] order",
)
def sort(memory: Memory, name: ListName | None = None) -> str:
    """Sort a list by its things."""
    lists = Lists(memory, USUAL)
    each = lists.one(name)
    lists.sort(each)
    return f"Your {each} list in order: {joined(lists.open(each)) or 'nothing'}."


@skill.intent(
    "rename [my|the] {name} list (to|into|as) {new}",
    "(change|call) [the name of] [my|the] {name} list [to] {new}",
)
def rename(
    name: ListName, new: Annotated[ListName, Slot(ask="What is its new name?")], memory: Memory
) -> str:
    """Give a list another name."""
    each = Lists(memory, USUAL).one(name)
    Lists(memory, USUAL).rename(each, new.name)
    return f"Your {each} list is called {new} now."
