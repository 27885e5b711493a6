"""“No, twenty”: the request before, done again with another value instead of the one it had.

What only asked something meanwhile, and takes no such value, changes nothing about that.
"""

from __future__ import annotations

import logging
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from itertools import islice
from typing import TYPE_CHECKING

from assistant.language.content import content_words
from assistant.language.editing import exchanged
from assistant.language.following import names_things
from assistant.language.records import dataclass
from assistant.language.saying import joined
from assistant.language.tokens import split
from assistant.language.words import DECLINING, DOUBTING, INSTEAD, MARKS, correcting
from assistant.turn import Situation, SlotValue, Turn, Understanding, Utterance
from assistant.understanding.instead import chosen, counted, wordings
from assistant.understanding.lexicon import Lexicon
from assistant.understanding.parsers.several import EITHER, steps
from assistant.understanding.pieces import AS_BEFORE, Piece, Pieces
from assistant.understanding.wording import as_offer, worded

if TYPE_CHECKING:
    from assistant.skill.declared import Intent
    from assistant.skill.registry import Skills
    from assistant.skill.slots import SlotSpec

log = logging.getLogger(__name__)

PARSER = "correction"
"""The name of this parser in an ``Understanding``: its turn takes the place of the one before."""

BEING = ("it's ", "it is ", "its ", "that's ", "that is ")
"""What may stand between a doubt and a name: "no, it's Sally"."""

TOGETHER = "That was several things at once: say “undo”, and then say them anew."
"""What is said to a correction that may be meant for one or another of several requests."""

BACK = 4
"""How many turns are looked back for the one that is corrected, over those that only asked."""

NAMES = ("Name", "Person", "Place")
"""Types of free texts that are names, and no whole sentences: "it's Sally" tells one anew, "it's
fine" no item."""


class CorrectionParser:
    """Takes words such as "no, twenty" as the turn before with one of its values changed.

    What fits several of its values, or may be meant for none, is asked about.
    """

    def __init__(self, skills: Skills, lexicon: Lexicon) -> None:
        self._skills = skills
        self._lexicon = lexicon
        self._pieces = Pieces(lexicon)

    def __call__(self, utterance: Utterance, situation: Situation) -> Understanding | None:
        """Return the request before with the new value, or None where nothing is corrected."""
        words, named = correcting(utterance.text)
        pairs = exchanged(utterance.text)
        if not words and not pairs:
            return None
        said = _Said(utterance.text, words, named, pairs)
        ways = (self._of(said, turn, situation) for turn in self._subjects(situation))
        return next((way for way in ways if way is not None), None)

    def _subjects(self, at: Situation) -> Iterator[Turn]:
        """Give the turns that may be corrected: while it is asked what a correction of one means,
        that one, else the one before, and the one before that if it only asked something.
        """
        asked = _asked_about(at)
        if asked:
            yield from (turn for turn in at.talk if turn.id == asked)
            return
        for turn in islice(at.talk, BACK):
            yield turn
            if not self._only_asked(turn):
                return

    def _only_asked(self, turn: Turn) -> bool:
        """Tell whether a turn changed nothing: it was nothing but questions."""
        plan = [self._skills.intents.get(each.intent or "") for each in steps(turn.understanding)]
        return turn.outcome == "answered" and all(
            each and self._pieces.asks(each) and self._pieces.goes_on(each) for each in plan
        )

    def _of(self, said: _Said, turn: Turn, at: Situation) -> Understanding | None:
        """Return a turn's request with the new value, or what to ask, or None."""
        before = self._requests(turn, at)
        ways = [self._corrected(said, each) for each in before]
        return ways[0] if len(ways) == 1 else _one_of(before, ways, _told(said.words))

    def _requests(self, turn: Turn, at: Situation) -> list[_Before]:
        """Return the requests of a turn that was carried out, none where one can't be read."""
        requests = list[_Before]()
        for each in steps(turn.understanding) if turn.outcome == "answered" else ():
            target = self._skills.intents.get(each.intent or "")
            kept = restored(each.slots, target) if target is not None else None
            if target is None or kept is None:
                return []
            requests.append(_Before(target, {slot.name: slot for slot in kept}, turn, at))
        return requests

    def _corrected(self, told: _Said, before: _Before) -> Understanding | None:
        """Return a request with the value that is told anew, or the question which is meant."""
        words, named, target = told.words, told.named, before.target
        ways = [[slot] for slot in _exchanges(told.pairs, before)]
        if words and not ways:
            ways = [[slot] for slot in self._changed(words, named, before)]
        if len(ways) == 1 and not target.slots[ways[0][0].name].type.greedy:
            return _instead(before, ways[0])
        read = self._read(words, before)
        tells = any(each.literal and not each.bare for each in read)
        if ways and not tells:
            return _asked(before, ways) if len(ways) > 1 else _instead(before, ways[0])
        return self._piece(told.text, named, before, read)

    def _read(self, words: str, before: _Before) -> list[Piece]:
        """Return what the words are as a piece of the request, if that can be gone on with."""
        nothing = not before.said and before.target.name in self._lexicon.asking
        if not words or nothing or not self._pieces.goes_on(before.target):
            return []
        return self._pieces.read(_told(words), before.target, before.said, before.at)

    def _piece(
        self, text: str, named: bool, before: _Before, read: Sequence[Piece]
    ) -> Understanding | None:
        """Return the request with the values of a piece of it, or the question if that is meant."""
        slots = before.target.slots
        if any(each.bare and _unnamed(slots[s.name]) for each in read for s in each.slots):
            return None
        if not read or (any(each.bare for each in read) and not (named or _doubts(text))):
            return None
        if len(read) > 1:
            return _asked(before, [each.slots for each in read])
        doubtful = read[0].bare and not named and not self._plain(text, read[0])
        if doubtful:
            return _asked(before, [read[0].slots])
        return _instead(before, read[0].slots)

    def _plain(self, text: str, piece: Piece) -> bool:
        """Tell whether a name is plainly one, and takes the place of another: "no, eggs".

        After a bare "no" that takes a pause, for "no eggs" wants none.
        """
        first, *rest = [word.text for word in split(text)]
        paused = first not in DECLINING or bool(MARKS.intersection(rest[:1]))
        return paused and not self._pieces.doubtful(piece)

    def _names(self, words: str) -> bool:
        """Tell whether words can be no request: no verb of an example begins them."""
        first = next((each.text for each in split(words)), "")
        return first not in self._lexicon.every_verb

    def _changed(self, words: str, named: bool, before: _Before) -> list[SlotValue]:
        """Return the first typed slot that the words can be, with others of its type; or a free
        one.

        That is after "I meant", or where they tell more of what it was: "no, oat milk".
        """
        said, now = before.said, before.at.now
        specs = [spec for name, spec in before.target.slots.items() if name in said]
        typed = [s for s in specs if not _free(s) or chosen(s.type, now)]
        found = [(spec, slot) for spec in typed if (slot := _typed(words, spec, said, now))]
        if found:
            return [slot for spec, slot in found if _alike(spec, found[0][0])]
        meant = named or self._names(words)
        free = next((s for s in specs if meant and s.type.greedy and s.required), None)
        told = _told(words)
        text = counted(told, said[free.name].text, now) if free else ""
        if free and text == told and not (named or _tells(words, free, said[free.name].text)):
            return []
        value = free.type.parse(text, now) if free and text else None
        return [SlotValue(free.name, value, text)] if free and value is not None else []


@dataclass(frozen=True, slots=True)
class _Said:
    """What corrects: its text, the words of the new value, if they are ``named`` as what was meant,
    and the pairs of words that are exchanged.
    """

    text: str
    words: str
    named: bool
    pairs: Sequence[tuple[str, str]]


@dataclass(frozen=True, slots=True)
class _Before:
    """The request before: its intent, its values by their slots, and its turn."""

    target: Intent
    said: Mapping[str, SlotValue]
    turn: Turn
    at: Situation

    def typed(self, meant: Understanding) -> bool:
        """Tell whether what is told anew is no free text."""
        return not any(_free(self.target.slots[slot.name]) for slot in self.new(meant))

    def new(self, meant: Understanding) -> list[SlotValue]:
        """Return the values that are told anew."""
        return [slot for slot in meant.slots if slot not in self.said.values()]

    def others(self, changed: Sequence[SlotValue]) -> list[SlotValue]:
        """Return the values that stay."""
        names = {slot.name for slot in changed}
        return [slot for name, slot in self.said.items() if name not in names]


def _alike(one: SlotSpec, other: SlotSpec) -> bool:
    """Tell whether two slots take the same words."""
    return (one.type.name, one.type.examples) == (other.type.name, other.type.examples)


def _doubts(text: str) -> bool:
    """Tell whether words take something back, unlike "make it quick"."""
    said = [word.text for word in split(text)]
    return said[0] in DOUBTING or any(tuple(said[-len(each) :]) == each for each in INSTEAD)


def _asked_about(at: Situation) -> int:
    """Return the number of the turn of which it is asked what a correction means; 0 for none."""
    question = at.session.open_question
    offers = question.keep["offers"] if question is not None and question.offers else ()
    return next((each["instead"] for each in offers if each.get("instead")), 0)


def _typed(
    words: str, spec: SlotSpec, said: Mapping[str, SlotValue], now: datetime
) -> SlotValue | None:
    old = said[spec.name]
    for text in wordings(words, old.text, spec.type, now, old.value):
        value = spec.type.parse(text, now)
        if value is not None:
            return SlotValue(spec.name, value, text)
    return None


def _exchanges(pairs: Sequence[tuple[str, str]], before: _Before) -> list[SlotValue]:
    """Return the values with other words for some that they have: "call mum", "not mum, dad"."""
    for old, new in pairs:
        changed = [_with(slot, old, new, before) for slot in before.said.values()]
        if any(changed):
            return [slot for slot in changed if slot is not None]
    return []


def _with(slot: SlotValue, old: str, new: str, before: _Before) -> SlotValue | None:
    """Return a value with other words for some that it has once; None where it has not."""
    first, *rest = re.split(rf"\b{re.escape(old)}\b", slot.text, flags=re.IGNORECASE)
    text = new.join((first, *rest))
    kind = before.target.slots[slot.name].type
    value = kind.parse(text, before.at.now) if len(rest) == 1 else None
    return None if value is None else SlotValue(slot.name, value, text)


def _instead(before: _Before, changed: Sequence[SlotValue]) -> Understanding:
    slots, turn = (*before.others(changed), *changed), before.turn
    told = worded(before.target, slots)
    notes = (f"not “{turn.said}”",)
    return Understanding(
        before.target.name, 1.0, slots, parser=PARSER, notes=notes, whole=told, instead=turn.id
    )


def _one_of(
    before: Sequence[_Before], ways: Sequence[Understanding | None], words: str
) -> Understanding | None:
    """Return several requests with the one corrected that alone takes the value, or a note that it
    is open which is meant.

    Beside a value that is read by its type it counts for nothing what would only be asked about,
    or that the words could be a free text too.
    """
    told = [(i, way) for i, way in enumerate(ways) if way is not None]
    if not told:
        return None
    typed = [(i, way) for i, way in told if way.intent and before[i].typed(way)]
    other = [(i, way) for i, way in told if (i, way) not in typed]
    if typed:
        other = [
            (i, way) for i, way in other if way.intent and before[i].new(way)[-1].text != words
        ]
    (at, changed), *rivals = (*typed, *other)
    confirms = any(each.target.confirms for each in before)
    if rivals or changed.intent is None or confirms or _shared(before, at, changed):
        return Understanding(None, notes=(TOGETHER,))
    parts = [Understanding(each.target.name, 1.0, tuple(each.said.values())) for each in before]
    parts[at] = replace(changed, parser="none", notes=(), whole="", instead=0)
    pairs = zip(before, parts, strict=True)
    whole = joined(worded(each.target, part.slots) for each, part in pairs)
    more = tuple(parts[1:])
    first = replace(parts[0], parser=PARSER, notes=changed.notes, whole=whole, more=more)
    return replace(first, instead=changed.instead)


def _shared(before: Sequence[_Before], at: int, changed: Understanding) -> bool:
    """Tell whether another request has the value that was changed too: "… and buy it"."""
    said = before[at].said
    old = [said[slot.name].text for slot in before[at].new(changed) if slot.name in said]
    others = [slot for i, each in enumerate(before) if i != at for slot in each.said.values()]
    told = " ".join(f"{slot.text} {slot.value}" for slot in others)
    return any(words and re.search(rf"\b{re.escape(words)}\b", told, re.I) for words in old)


def _asked(before: _Before, ways: Sequence[Sequence[SlotValue]]) -> Understanding:
    """Return the question which of some ways is meant, or whether the one is."""
    whole = [(*before.others(way), *way) for way in ways]
    offers = (as_offer(before.target, way, instead=before.turn.id) for way in whole)
    why = EITHER if len(ways) > 1 else AS_BEFORE
    return Understanding(None, 1.0, why=why, offered=tuple(offers))


def _unnamed(spec: SlotSpec) -> bool:
    """Tell whether a free text is no name, so that words by themselves are hardly another one."""
    return spec.type.greedy and not (spec.required or spec.type.kept or spec.type.name in NAMES)


def _told(words: str) -> str:
    """Return what something is said to be: "it's Sally", "Sally"."""
    lead = next((lead for lead in BEING if words.lower().startswith(lead)), "")
    return words[len(lead) :]


def _tells(words: str, free: SlotSpec, before: str) -> bool:
    """Tell whether words tell a name anew, or what was named with something more."""
    told = _told(words)
    named = told != words and free.type.name in NAMES and names_things(told)
    return named or _nearer(told, before)


def _nearer(words: str, before: str) -> bool:
    """Tell whether words name what was named, with something more."""
    return content_words(words) > content_words(before) != set()


def done(turn: Turn | None, skills: Skills) -> Intent | None:
    """Return the intent of a turn that was carried out.

    Of several requests in one turn it is not told which is corrected.
    """
    if turn is None or turn.outcome != "answered" or turn.understanding.more:
        return None
    return skills.intents.get(turn.understanding.intent or "")


def changeable(turn: Turn | None, skills: Skills) -> tuple[SlotSpec, ...]:
    """Return the typed slots of a turn that another value may be said for."""
    target = done(turn, skills)
    if turn is None or target is None:
        return ()
    said = {slot.name for slot in turn.understanding.slots}
    return tuple(spec for name, spec in target.slots.items() if name in said and not _free(spec))


def _free(spec: SlotSpec) -> bool:
    return spec.type.greedy or spec.type.name == "bool"


def restored(slots: Sequence[SlotValue], target: Intent) -> list[SlotValue] | None:
    """Return the slots of a recorded turn as the values they were made from.

    None where one is of no such kind now.
    """
    from assistant.language.values import from_json

    there = [slot for slot in slots if slot.name in target.slots]
    kinds = target.slots
    try:
        values = [from_json(kinds[slot.name].annotation, slot.value) for slot in there]
    except Exception:  # a skill's own type may raise anything
        log.warning("a turn's values can't be read", exc_info=True)
        return None
    return [SlotValue(s.name, value, s.text) for s, value in zip(there, values, strict=True)]
