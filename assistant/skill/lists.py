"""Named lists in a skill's memory: which one is meant, what is on it, and what is ticked off."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from difflib import get_close_matches
from typing import Any

from assistant.errors import SkillError
from assistant.language.facts import Text
from assistant.language.lists import split_list
from assistant.language.records import dataclass
from assistant.language.saying import counted, joined, sentence
from assistant.language.selecting import ALL, choose
from assistant.language.things import Put, are, put, same_thing, thing_of, without_article
from assistant.skill.given import Memory

LIKENESS = 0.75
"""How alike (difflib ratio) a misspelt name of a list must be."""

NOUN = "list"
CALLED = ("item", "thing", "entry")
"""What a thing of a list is called when it is told by its place."""


def list_name(text: str, usual: Sequence[str], also: Mapping[str, str]) -> str:
    """Return a list's name as it is kept: "my grocery list" is shopping.

    ``usual`` are names everybody has, ``also`` other names of them.
    """
    name = without_article(text).removesuffix("lists").removesuffix("list").strip()
    known = {**{each: each for each in usual}, **also}
    kept = next((kept for other, kept in known.items() if same_thing(name, other)), "")
    return kept or Text.parse(without_article(name.removeprefix("to ")))


@dataclass(frozen=True, slots=True)
class Meant:
    """The things of a list that are meant. ``missing`` are named but not there.

    ``sure`` tells whether they were named; else they are a guess that one should ask about.
    """

    name: str
    things: list[str]
    missing: list[str]
    sure: bool = True

    @property
    def kept(self) -> dict[str, str]:
        """Return what an answer needs of it, to wait with a question."""
        return {"lines": "\n".join(self.things), "name": self.name}

    @property
    def rest(self) -> str:
        """Return a sentence, after a blank, about what was named and is not there."""
        missing = self.missing if self.sure else []
        return f" {sentence(f'{joined(missing)} {are(missing)} not there')}" if missing else ""

    def told(self, where: str) -> str:
        """Return in a sentence whether they are on a list, or on ``where``."""
        if self.sure:
            missing = f", but not {joined(self.missing, 'or')}" if self.missing else ""
            return f"Yes, on your {self.name} list: {joined(self.things)}{missing}."
        near = f"; there is {joined(self.things)}" if self.things else ""
        return f"No, {joined(self.missing)} {are(self.missing)} not on {where}{near}."


class Lists:
    """Lists of things, in a skill's memory by their names; the ``usual`` ones need not be made.

    A list is kept as its things, as they were said, and what is ticked off as ``{"done": thing}``.
    """

    def __init__(self, memory: Memory, usual: Sequence[str] = ()) -> None:
        self._memory = memory
        self._usual = tuple(usual)

    @property
    def names(self) -> list[str]:
        """Return the names of all lists that were made."""
        return list(self._memory)

    @property
    def sizes(self) -> dict[str, int]:
        """Return how many things are on each list that was made."""
        return {name: len(self.open(name)) for name in self.names}

    def __contains__(self, name: str) -> bool:
        """Tell whether there is such a list, or it is a usual one."""
        return name in self._memory or name in self._usual

    def open(self, name: str) -> list[str]:
        """Return what is on a list and not ticked off."""
        return [each for each in self._all(name) if isinstance(each, str)]

    def done(self, name: str) -> list[str]:
        """Return what is ticked off a list."""
        return [each["done"] for each in self._all(name) if isinstance(each, dict)]

    def emptiness(self, name: str) -> str:
        """Return in a sentence that nothing is on a list, or that all of it is ticked off."""
        done = ": everything on it is done" if self.done(name) else ""
        return f"Your {name} list is empty{done}."

    def whole(self, name: str) -> str:
        """Return in words all that is on a list, or where that is nothing what is ticked off."""
        size, done = len(self.open(name)), len(self.done(name))
        if not size:
            return f"the {counted(done, 'ticked-off thing')}"
        return "the only thing" if size == 1 else f"all {counted(size, 'thing')}"

    def named(self, said: str) -> list[str]:
        """Return the names that are said, as the lists are called: "a", "a and b", "both".

        A name of no list stays as it is.
        """
        there = [*self.names, *(each for each in self._usual if each not in self._memory)]
        parts = split_list(said, whole=there)
        chosen = choose(self.names, said, noun=NOUN) if len(parts) == 1 else None
        if chosen and chosen.clear and len(chosen.options) > 1:
            return chosen.options
        if len(parts) == 1 and ALL.intersection(said.split()):
            raise SkillError(f"Say which lists: {joined(self.names) or 'there is none yet'}.")
        return [next((each for each in there if same_thing(each, part)), part) for part in parts]

    def one(self, said: object = None) -> str:
        """Return the list that is meant: where none is named the first usual one, or the only one.

        Raises SkillError when there is no such list.
        """
        if not said:
            return self.names[0] if len(self._memory) == 1 else self._usual[0]
        names = self.named(str(said))
        near = choose(self.names, names[0], noun=NOUN) if len(names) == 1 else None
        if len(names) == 1 and (names[0] in self or (near and len(near.options) == 1)):
            return names[0] if names[0] in self or near is None else near.options[0]
        lost = joined((each for each in names if each not in self), "or")
        if not lost:
            raise SkillError(f"One list at a time, please: {joined(names, 'or')}?")
        raise SkillError(f"I have no list called {lost}; there is: {joined(self.names) or 'none'}.")

    def others(self, name: str, said: str) -> list[str]:
        """Return the names that are said beside a list's. Raises SkillError where one is its own.

        What is copied or merged goes to another list than it comes from.
        """
        names = self.named(said)
        if name in names:
            raise SkillError(f"That is your {name} list itself; name another one.")
        return names

    def near(self, name: str) -> str:
        """Return the list whose name is like one that is none; "" where none is."""
        like = choose(self.names, name, noun=NOUN).options
        like = like or get_close_matches(name, self.names, 1, LIKENESS)
        return like[0] if len(like) == 1 else ""

    def unmade(self, names: Sequence[str]) -> tuple[str, str]:
        """Return what to ask about those of some lists that there are none of, and which to use.

        The question is "" where there are all of them.
        """
        new = [each for each in names if each not in self]
        if not new:
            return "", joined(names)
        near = self.near(new[0]) if len(names) == 1 else ""
        question = f"do you mean {near}?" if near else "make one?"
        return f"There is no {joined(new, 'or')} list; {question}", near or joined(names)

    def make(self, said: str) -> list[str]:
        """Make the lists that are said, and return their names.

        Raises SkillError for what is there already.
        """
        new = self.named(said)
        if there := [each for each in new if each in self._memory]:
            raise SkillError(f"There is a {joined(there, 'and a')} list already.")
        for each in new:
            self.clear(each)
        return new

    def parted(self, said: str) -> list[str]:
        """Return the things that are said; what is on a list as one thing stays one."""
        whole = (thing for name in self.names for thing in (*self.open(name), *self.done(name)))
        return split_list(said, whole=whole)

    def find(self, said: str, name: object = None, *, done: bool = False) -> Meant:
        """Return the things that are meant, of one list or of the first that has any of them.

        With ``done`` they are among what is ticked off. Raises SkillError where there are none.
        """
        meant = self.look(said, name, done=done)
        if meant.things:
            return meant
        where = f"your {meant.name} list" if name else "any list"
        if ALL.intersection(said.lower().split()):
            raise SkillError(f"“{said}” fits nothing on {where}.")
        what = f"{joined(meant.missing)} {are(meant.missing)} not"
        raise SkillError(sentence(f"{what} {'ticked off' if done else 'on'} {where}"))

    def look(self, said: str, name: object = None, *, done: bool = False) -> Meant:
        """Return the things that are meant, as ``find`` does; without any where there are none."""
        wanted, usual = self.parted(said), self.one(name)
        shelf = self.done if done else self.open
        for each in [usual] if name else sorted(self.names, key=lambda n: n != usual):
            things = [t for t in shelf(each) if any(same_thing(t, said) for said in wanted)]
            if things:
                missing = [s for s in wanted if not any(same_thing(s, t) for t in things)]
                return Meant(each, things, missing)
        return Meant(usual, _likely(shelf(usual), said), wanted, sure=False)

    def put(self, name: str, things: Sequence[str]) -> Put:
        """Put things on a list, which is made where there is none; amounts are added up."""
        done = put(self.open(name), things)
        ticked = [t for t in self.done(name) if not any(same_thing(t, new) for new in things)]
        self._keep(name, done.items, ticked)
        return done

    def take(self, name: str, things: Sequence[str]) -> None:
        """Take things off a list."""
        self._keep(name, [t for t in self.open(name) if t not in things], self.done(name))

    def tick(self, name: str, things: Sequence[str]) -> None:
        """Tick things off: they are kept, but no longer on it."""
        self.take(name, things)
        self._keep(name, self.open(name), [*self.done(name), *things])

    def clear(self, name: str) -> None:
        """Take everything off a list."""
        self._memory[name] = []

    def sort(self, name: str) -> None:
        """Sort a list by its things, whatever their amounts."""
        self._keep(name, sorted(self.open(name), key=thing_of), self.done(name))

    def drop(self, name: str) -> None:
        """Delete a whole list."""
        self._memory.pop(name, None)

    def copy(self, name: str, said: str) -> list[str]:
        """Put what is on a list and not ticked off on the others that are said; return those."""
        names = self.others(name, said)
        for each in names:
            self.put(each, self.open(name))
        return names

    def merge(self, name: str, other: str) -> None:
        """Put all of a list on another, what is ticked off too, and delete it."""
        self.put(other, self.open(name))
        there = [*self.open(other), *self.done(other)]
        done = [t for t in self.done(name) if not any(same_thing(t, each) for each in there)]
        self._keep(other, self.open(other), [*self.done(other), *done])
        self.drop(name)

    def rename(self, name: str, new: str) -> None:
        """Give a list another name. Raises SkillError for that of another list, or several."""
        if len(split_list(new)) > 1:
            raise SkillError(f"One name, please: {joined(split_list(new), 'or')}?")
        if new in self._memory:
            raise SkillError(f"There is a {new} list already.")
        self._memory[new] = self._memory.pop(name, [])

    def _all(self, name: str) -> list[Any]:
        return list(self._memory.get(name, []))

    def _keep(self, name: str, things: Sequence[str], done: Sequence[str]) -> None:
        self._memory[name] = [*things, *({"done": thing} for thing in done)]


def _likely(there: Sequence[str], said: str) -> list[str]:
    """Return what a place, a word or "all but" means of some things."""
    chosen = (choose(there, said, lambda thing: (thing, thing_of(thing)), each) for each in CALLED)
    return next((each.options for each in chosen if each.clear), [])
