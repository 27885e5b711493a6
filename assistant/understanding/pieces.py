"""Reads a few words as a piece of a request: values which, by their types, fit its slots."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from functools import partial
from typing import TYPE_CHECKING, Any

from assistant.language.content import content_words
from assistant.language.facts import Fact, Text
from assistant.language.following import names_things, plainly_named
from assistant.language.matching import Index, Match
from assistant.language.moods import DETERMINERS, POSSESSIVE
from assistant.language.pieces import hole_sets, pieces
from assistant.language.records import dataclass
from assistant.language.tokens import Found, split
from assistant.language.values.names import Place
from assistant.language.words import MARKS
from assistant.turn import Situation, SlotValue
from assistant.understanding.instead import chosen, wordings
from assistant.understanding.lexicon import Lexicon

if TYPE_CHECKING:
    from assistant.language.values import SlotType, Whole
    from assistant.skill.declared import Intent
    from assistant.skill.slots import SlotSpec

AS_BEFORE = "a request before"
"""What speaks against acting where it is open whether a request before is gone on with."""

Said = Mapping[str, SlotValue]
"""The values of a request, by their slots."""

DICTATED = (Text.__name__, Fact.__name__)
"""Types of texts that are kept letter for letter, so that any words may be one."""


@dataclass(frozen=True, slots=True)
class Piece:
    """Values that words have for a request; ``literal`` of the words are an example's own.

    It is ``bare`` where a free text stands without a telling word of the example's beside it, and
    ``loose`` where there is no word at all and none was told before.
    """

    slots: tuple[SlotValue, ...]
    literal: int
    bare: bool = False
    loose: bool = False

    @property
    def names(self) -> frozenset[str]:
        """Return the slots that are filled."""
        return frozenset(slot.name for slot in self.slots)

    @property
    def texts(self) -> tuple[tuple[str, str], ...]:
        """Return what tells it from others: its slots, each with its words."""
        return tuple(sorted((slot.name, slot.text) for slot in self.slots))


class Pieces:
    """Knows what may be said of each intent where the rest goes without saying."""

    def __init__(self, lexicon: Lexicon) -> None:
        self._lexicon = lexicon

    def read(self, text: str, intent: Intent, said: Said, at: Situation) -> list[Piece]:
        """Return the likeliest ways to read a whole text as a piece of a request.

        ``said`` are the values it had. What explains most words by examples comes first, then what
        takes the place of a value that was said; several are equally likely.
        """
        kinds = {name: self._kind(spec, said.get(name), at) for name, spec in intent.slots.items()}
        matches = _index(intent, kinds).match(text, at.now)
        found = [self._piece(text, match, intent, said, at) for match in matches]
        fits = [
            each for each in found if each.slots and not each.loose and self._kept(each, intent, at)
        ]
        return _likeliest(fits, said)

    def asks(self, intent: Intent) -> bool:
        """Tell whether a request changes nothing."""
        return intent.name not in self._lexicon.changing - self._lexicon.asking

    def goes_on(self, intent: Intent) -> bool:
        """Tell whether a request may be gone on with: it changes nothing of what was said."""
        asks = intent.name in self._lexicon.asking and not intent.role
        return asks or not intent.of_talk

    def doubtful(self, piece: Piece) -> bool:
        """Tell whether a free text by itself may be anything else: words of other requests ("also
        | music"), or what is to be done ("order pizza").
        """
        free = [slot.text for slot in piece.slots if isinstance(slot.value, str)]
        if not piece.bare or not free:
            return False
        words = {word.text for word in split(" ".join(free)) if content_words(word.text)}
        return words <= self._lexicon.every_word or not all(map(plainly_named, free))

    def together(self, intent: Intent, names: Iterable[str], new: frozenset[str]) -> list[str]:
        """Return the slots that can be said beside new ones, of those ``names``.

        One that an example has only without them is let go of: "every friday" for "tomorrow".
        """
        sets = frozenset[frozenset[str]]().union(*map(hole_sets, intent.examples))
        known = frozenset[str]().union(*sets)
        kept = list[str]()
        for name in names:
            beside = (new | {*kept, name}) & known
            fits = any(beside <= each for each in sets)
            if intent.slots[name].required or name not in known or fits:
                kept.append(name)
        return kept

    def _kind(self, spec: SlotSpec, before: SlotValue | None, at: Situation) -> SlotType:
        """Return how a value is read that stands instead of one, or where there was none."""
        kind, words = spec.type, before.text if before else ""
        if not kind.greedy:
            read = kind.exact or kind.parse
            old = before.value if before else None
            return replace(kind, parse=partial(_instead, words, old, kind, read), exact=None)
        if kind.kept or (kind.own and kind.name not in DICTATED):
            return kind
        return replace(kind, parse=partial(self._named, words, kind, at))

    def _named(
        self, before: str, kind: SlotType, at: Situation, text: str, now: datetime
    ) -> Any | None:
        """Read a name of something; what is to be done where, and only where, that was before.

        What a skill keeps, told with what it is ("the party list"), is that and nothing else.
        """
        if kind.name in DICTATED or not names_things(text) or self._is_kept(text, at):
            return None
        if kind.name == Place.__name__ and not POSSESSIVE.isdisjoint(w.text for w in split(text)):
            return None  # "what about my mother?"
        if before and self._begins_as_done(text) != self._begins_as_done(before):
            return None
        return kind.parse(text, now)

    def _is_kept(self, text: str, at: Situation) -> bool:
        """Tell whether a text names what a skill keeps, with a word for what that is."""
        told = " ".join(word.text for word in split(text) if word.text not in DETERMINERS)
        for skill, kinds in self._lexicon.naming.items():
            for kind in kinds:
                name = str(kind.parse(text, at.now) or told).casefold()
                if name != told and (name in at.kept.get(skill, ()) or name in kind.examples):
                    return True
        return False

    def _begins_as_done(self, text: str) -> bool:
        return any(word.text in self._lexicon.every_verb for word in split(text)[:1])

    def _piece(self, text: str, match: Match, intent: Intent, said: Said, at: Situation) -> Piece:
        slots = tuple(
            _slot(name, found, intent.slots[name].type, said.get(name), at.now)
            for name, found in match.slots.items()
        )
        beside = self._beside(text, slots)
        free = [slot for slot in slots if intent.slots[slot.name].type.greedy]
        bare = bool(free) and not content_words(" ".join(beside))
        kinds = (intent.slots[s.name].type for s in free if s.name not in said)
        new = any(not kind.kept for kind in kinds) and not beside
        return Piece(slots, match.literal, bare, new)

    def _beside(self, text: str, slots: Sequence[SlotValue]) -> list[str]:
        """Return the words beside the values but for determiners: "the | party | list"."""
        words = [w for w in split(text) if not any(s.covers(w.start, w.end) for s in slots)]
        return [word.text for word in words if word.text not in DETERMINERS | MARKS]

    def _kept(self, piece: Piece, intent: Intent, at: Situation) -> bool:
        """Tell whether what names something kept does, where nothing beside it tells what it is.

        Of other types of a skill's own those do that take some words and no others.
        """
        kinds = [(slot, intent.slots[slot.name].type) for slot in piece.slots]
        kept = at.kept.get(intent.name.partition(".")[0], ())
        known = all(
            not kind.kept or str(slot.value) in kept or str(slot.value) in kind.examples
            for slot, kind in kinds
        )
        own = all(
            not kind.own or kind.kept or chosen(kind, at.now) or names_things(slot.text)
            for slot, kind in kinds
        )
        return own and (known or not piece.bare)


def _index(intent: Intent, kinds: Mapping[str, SlotType]) -> Index:
    """Return what finds the pieces that cover a text, each by a name of its own."""
    parts = {piece.nodes: piece for each in intent.examples for piece in pieces(each)}
    return Index((f"{intent.name}#{i}", piece, kinds) for i, piece in enumerate(parts.values()))


def _instead(before: str, old: Any, kind: SlotType, read: Whole, text: str, now: datetime) -> Any:
    """Read a text in the place of the words before, which were read as an ``old`` value."""
    texts = wordings(text, before, kind, now, old) if before else [text]
    return next((value for each in texts if (value := read(each, now)) is not None), None)


def _slot(
    name: str, found: Found, kind: SlotType, before: SlotValue | None, now: datetime
) -> SlotValue:
    """Return a filled slot, with the words that tell it by themselves."""
    text = found.text
    if before is not None and not kind.greedy:
        read = kind.exact or kind.parse
        texts = wordings(text, before.text, kind, now, before.value) if before.text else [text]
        text = next((each for each in texts if read(each, now) is not None), text)
    return SlotValue(name, found.value, text, found.start, found.end, found.spans)


def _likeliest(found: Sequence[Piece], said: Said) -> list[Piece]:
    """Return those that explain most, each once, then those which fill what was said."""
    most = max((each.literal for each in found), default=0)
    best = list({each.texts: each for each in found if each.literal == most}.values())
    there = max((len(each.names & said.keys()) for each in best), default=0)
    return [each for each in best if len(each.names & said.keys()) == there]
