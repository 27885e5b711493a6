"""Gives a later request of a sentence what it shares with those before it: "buy | it", "then"."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import datetime
from typing import TYPE_CHECKING

from assistant.language.plurals import singular
from assistant.language.records import dataclass
from assistant.language.sharing import pointers, without_then
from assistant.language.tokens import split
from assistant.language.tying import LEADING, TIMED
from assistant.turn import Situation, SlotValue, Understanding, Utterance
from assistant.understanding.lexicon import THINGS

if TYPE_CHECKING:
    from assistant.skill.registry import Skills
    from assistant.skill.slots import SlotSpec
    from assistant.understanding.parsers.chain import Parser

NAME = 3
"""Words of a name at most; a longer text is no name of anything."""

LEADS = ("", "at ", "on ", "for ")
"""What may lead to a time where "then" is said for it."""


@dataclass(frozen=True, slots=True)
class Part:
    """A request of a sentence with its words; ``guessed`` where it may point at something else."""

    text: str
    meant: Understanding
    guessed: bool = False


class Shared:
    """Fills what later requests leave to those before; ``exact`` knows what an example covers."""

    def __init__(self, skills: Skills, exact: Parser) -> None:
        self._skills = skills
        self._exact = exact

    def ended(self, first: Understanding, said: Utterance, at: Situation) -> Understanding | None:
        """Return a request that no example covers until "it" is what the one before named, or
        until it ends as that one does: "add milk to the party list and | add eggs".
        """
        for text, named in (*self._named(first, said.text), *_tailed(first, said.text)):
            meant = self._exact(replace(said, text=text), at)
            if meant is not None and any(slot.text in named for slot in self._kept_names(meant)):
                return meant
        timed = self._timed(Part(said.text, first), [Part("", first)], said, at)
        return timed.meant if timed.meant is not first else None

    def _kept_names(self, meant: Understanding) -> Iterator[SlotValue]:
        """Give the short texts under which a skill keeps something."""
        slots = self._skills.intents[meant.intent or ""].slots if meant.intent else {}
        for slot in meant.slots:
            if 0 < len(split(slot.text)) <= NAME and slots[slot.name].type.kept:
                yield slot

    def _named(self, first: Understanding, text: str) -> Iterator[tuple[str, str]]:
        for name in self._names(first):
            for word in pointers(text):
                yield f"{text[: word.start]}{name}{text[word.end :]}", name

    def resolved(self, parts: Sequence[Part], said: Utterance, at: Situation) -> list[Part]:
        """Return requests where what each shares with those before it is filled in."""
        done = list(parts[:1])
        for part in parts[1:]:
            timed = self._timed(part, done, said, at)
            done.append(self._pointed(self._kept(timed, done), done, at.now))
        return done

    def _kept(self, part: Part, before: Sequence[Part]) -> Part:
        """Return a request about what one before it named: "clear the party list and add milk"."""
        intent = self._skills.intents[part.meant.intent or ""]
        noun, there = _skill(intent.name), {slot.name for slot in part.meant.slots}
        said = {singular(e.text.lower()) for e in part.meant.account if e.by == "literal"}
        for each in reversed(before) if singular(noun) not in said else ():
            for slot in each.meant.slots if _skill(each.meant.intent) == noun else ():
                spec = intent.slots.get(slot.name)
                if spec and slot.name not in there and spec.type.kept and not spec.type.stored:
                    told = replace(part.meant, slots=(*part.meant.slots, slot))
                    return replace(part, meant=told)
        return part

    def _timed(self, part: Part, before: Sequence[Part], said: Utterance, at: Situation) -> Part:
        """Return a request with the time it shares: "then", or what the sentence begins with."""
        around = without_then(part.text)
        if around is not None:
            for each in reversed(before):
                for slot in self._times(each.meant):
                    texts = (
                        " ".join(filter(None, (around[0], f"{lead}{slot.text}", around[1])))
                        for lead in LEADS
                    )
                    if meant := self._with(slot, texts, said, at):
                        return replace(part, meant=meant)
            return replace(part, guessed=True)
        first = before[0].meant
        fronted = [s for s in self._times(first) if s.start >= 0 and _fronted(s, first)]
        lacks = not self._times(part.meant)
        for slot in fronted if lacks else ():
            meant = self._with(slot, [f"{slot.text} {part.text}"], said, at)
            if meant is not None and meant.intent == part.meant.intent:
                return replace(part, meant=meant)
        return part

    def _with(
        self, slot: SlotValue, texts: Sequence[str] | Iterator[str], said: Utterance, at: Situation
    ) -> Understanding | None:
        """Return the first wording that an example covers which takes a value of time."""
        for text in texts:
            meant = self._exact(replace(said, text=text), at)
            times = self._times(meant) if meant is not None and meant.intent else []
            told = {word.text for each in times for word in split(each.text)}
            if {word.text for word in split(slot.text)} - LEADING <= told:
                return meant
        return None

    def _times(self, meant: Understanding) -> list[SlotValue]:
        slots = self._skills.intents[meant.intent or ""].slots
        return [slot for slot in meant.slots if slots[slot.name].type.name in TIMED]

    def _pointed(self, part: Part, before: Sequence[Part], now: datetime) -> Part:
        """Return a request with what "it" stands for in its texts."""
        specs = self._skills.intents[part.meant.intent or ""].slots
        slots, guessed = list[SlotValue](), part.guessed
        for slot in part.meant.slots:
            told = self._of(specs[slot.name], slot, before, now)
            slots.append(told[0] if told else slot)
            guessed |= bool(told and told[1])
        lacking = self._lacking(part, before, now)
        slots.extend(slot for slot, _ in lacking)
        guessed |= any(not sure for _, sure in lacking)
        return replace(part, meant=replace(part.meant, slots=tuple(slots)), guessed=guessed)

    def _lacking(
        self, part: Part, before: Sequence[Part], now: datetime
    ) -> list[tuple[SlotValue, bool]]:
        """Return the text that a request lacks where it only points at one: "remind me of it"."""
        intent = self._skills.intents[part.meant.intent or ""]
        lacks = intent.missing({slot.name for slot in part.meant.slots})
        if lacks is None or not lacks.type.greedy or not any(pointers(part.text)):
            return []
        for named, sure in self._texts(before):
            value = lacks.type.parse(named, now)
            return [(SlotValue(lacks.name, value, named), sure)] if value is not None else []
        return []

    def _of(
        self, spec: SlotSpec, slot: SlotValue, before: Sequence[Part], now: datetime
    ) -> tuple[SlotValue, bool] | None:
        """Return a text with what it points at in its place, and whether that is a guess."""
        word = next(pointers(slot.text), None) if spec.type.greedy else None
        found = next(self._texts(before), None)
        if word is None or found is None:
            return None
        named, sure = found
        text = f"{slot.text[: word.start]}{named}{slot.text[word.end :]}"
        value = spec.type.parse(text, now)
        return (replace(slot, value=value, text=text), not sure) if value is not None else None

    def _texts(self, before: Sequence[Part]) -> Iterator[tuple[str, bool]]:
        """Give what was named before, the last first, and whether it is a thing for certain."""
        for part in reversed(before):
            specs = self._skills.intents[part.meant.intent or ""].slots
            greedy = [slot for slot in part.meant.slots if specs[slot.name].type.greedy]
            for slot in sorted(greedy, key=lambda slot: specs[slot.name].type.name != THINGS):
                if slot.text:
                    yield slot.text, specs[slot.name].type.name == THINGS

    def _names(self, first: Understanding) -> Iterator[str]:
        """Give names of what a request made or named: "party", "the party list", "the list"."""
        intent = self._skills.intents[first.intent or ""]
        noun = singular(_skill(intent.name))
        for slot in self._kept_names(first):
            yield from (f"my {slot.text} {noun}", f"the {slot.text}", slot.text)


def _tailed(first: Understanding, text: str) -> Iterator[tuple[str, str]]:
    """Give a request with the last words of the one before, the fewest first."""
    said = [each.text for each in first.account]
    for i in range(len(said) - 1, 0, -1):
        tail = " ".join(said[i:])
        yield f"{text} {tail}", tail


def _skill(intent: str | None) -> str:
    return (intent or "").partition(".")[0]


def _fronted(slot: SlotValue, meant: Understanding) -> bool:
    """Tell whether a value stands before all words of its example."""
    own = [each.start for each in meant.account if each.by == "literal"]
    return bool(own) and slot.end <= min(own)
