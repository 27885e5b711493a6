"""Takes words as the answer to an open question, where they can be one."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from typing import TYPE_CHECKING, Any

from assistant.language.content import EMPTY, content_words
from assistant.language.forming import LEAVE, also, parts
from assistant.language.moods import PREPOSITIONS, of_others
from assistant.language.telling import (
    closed_class,
)
from assistant.language.templates import Hole
from assistant.language.tokens import split
from assistant.language.tying import TIMED, hangs
from assistant.language.words import (
    HAILS,
    HESITATIONS,
    LEAVING,
    MARKS,
    POLITE,
    normalise,
)
from assistant.turn import OpenQuestion, Situation, SlotValue, Understanding, Utterance
from assistant.understanding.lexicon import literals
from assistant.understanding.parsers.chain import Parser
from assistant.understanding.parsers.correction import NAMES
from assistant.understanding.parsers.formed import acted, called_up, marked
from assistant.understanding.parsers.inside import (
    names_beside,
    picked,
    unpolite,
    values_behind,
    values_in,
)
from assistant.understanding.parsers.naming import named, named_beside
from assistant.understanding.parsers.offered import answered
from assistant.understanding.wording import as_offer

if TYPE_CHECKING:
    from assistant.skill.declared import Intent
    from assistant.skill.registry import Skills
    from assistant.skill.slots import SlotSpec

DOUBTS = frozenset("wait hold moment really".split())
"""Words that make no yes of one."""

SEVERAL = 2
"""Offers of which one is told by its words, which may be another request by themselves."""

SHORT = 2
"""Words of a name that need not be looked at for being a request."""

HANGING = PREPOSITIONS - frozenset("on in by about".split())
"""Prepositions that end nothing: "turn the heating on" ends, "call mum at" does not."""


LEADING = PREPOSITIONS - frozenset("until since as".split())
"""Prepositions before an answer that leave it the same."""


class AnswerParser:
    """The first parser of the chain: takes the words as the answer to the session's open question.

    It stays silent (None) when they are a clear request of another kind, or no answer.
    """

    def __init__(self, skills: Skills, free: Parser, *exact: Parser) -> None:
        self._skills = skills
        self._free = free
        self._exact = exact

    def __call__(self, utterance: Utterance, situation: Situation) -> Understanding | None:
        """Return the answer, the wish to leave, or None."""
        question = situation.session.open_question
        if question is None:
            called = called_up(utterance.text, situation.session, situation.now)
            if called is None or self._is_request(utterance, situation):
                return None
            return Understanding(called[0], 1.0, parser="answer")
        target = target_of(question, self._skills)
        if question.slot and target is not None:
            kept = restore(question, target)
            read = (self._covered, self._request)
            told = acted(utterance, situation, target, question, kept, *read)
            if told is not None:
                return told
        if _plain(utterance.text) in LEAVING:
            return Understanding(LEAVE, 1.0, parser="answer")
        if question.offers:
            return self._chosen(utterance, situation, question)
        if target is None:
            return None
        return self._answered(utterance, situation, target, question)

    def _chosen(
        self, said: Utterance, situation: Situation, question: OpenQuestion
    ) -> Understanding | None:
        """Return which of some requests is meant; another that is said as a whole is none."""
        meant = answered(said.text, question, self._skills, situation.now)
        if meant is None or question.plans or len(question.keep["offers"]) < SEVERAL:
            return meant
        other = self._covered(said.text, situation)
        names = {row["intent"] for row in question.keep["offers"]}
        return meant if other is None or other.intent in names else None

    def _answered(
        self, said: Utterance, situation: Situation, target: Intent, question: OpenQuestion
    ) -> Understanding | None:
        """Return the answer to a question that is no offer, or None for no answer."""
        heard = self._hear(said, situation, target, question)
        if heard is None:
            both = self._and_asked(said, situation, target, question) if question.slot else None
            if both is not None:
                return both
            unread = _only_values(said.text) or _no_choice(said.text, target, question)
            nothing = unread and not self._is_request(said, situation)
            return Understanding(None) if nothing else None
        slots = _with(restore(question, target), heard)
        assumed = any(slot.text not in said.text for slot in heard)
        if assumed and question.slot:
            offer = as_offer(target, slots)
            return Understanding(None, parser="answer", offered=(offer,))
        return Understanding(target.name, 1.0, slots, parser="answer")

    def _covered(self, text: str, situation: Situation) -> Understanding | None:
        """Return what a part of the words means by itself, covered word for word."""
        return _first(self._exact, text, situation)

    def _request(self, text: str, situation: Situation) -> Understanding | None:
        """Return what a part of the words means by itself."""
        return _first((*self._exact, self._free), text, situation)

    def _is_request(self, utterance: Utterance, situation: Situation) -> bool:
        """Tell whether an example, or what was taught, covers the words."""
        return any(parse(utterance, situation) for parse in self._exact)

    def _own(self, target: Intent, question: OpenQuestion, text: str) -> set[str] | None:
        """Return the words that may stand beside an answer: those of the request and its kind.

        None stands for any, where what was heard is told before it is done, and nobody else is.
        """
        literal = (word for each in target.examples for word in literals(each))
        own = content_words(f"{question.question} {question.said}").union(literal)
        others = of_others(normalise(text)) or names_beside(text, own)
        return None if target.confirms and not others else own

    def _hear(
        self, utterance: Utterance, situation: Situation, target: Intent, question: OpenQuestion
    ) -> tuple[SlotValue, ...] | None:
        wanted = wanted_of(target, question)
        if not wanted:
            return ()
        first, *rest = wanted
        text, now = unpolite(utterance.text), situation.now
        if first.no and not _surely(text):
            return None
        if question.slot and first.type.name in NAMES:
            several = self._name_beside(utterance, situation, target, question) or ()
            both = several if len(several) > 1 else None
            return both or self._named(utterance, situation, target, first) or several or None
        value, words = (None, text) if first.type.greedy else _parsed(first, text, now)
        value = picked(first, rest, text, now) if value is None else value
        if first.type.name == "bool" and _plain(text) == _plain(question.question):
            value = True  # "Teach it anyway?" "teach it anyway"
        if value is None and self._is_request(utterance, situation):
            return None
        if value is None and first.type.greedy:
            text = words = _bare(text, first.name, target) if question.slot else text
            value = first.type.parse(text, now)
        if value is not None:
            start = utterance.text.index(text)
            whole = SlotValue(first.name, value, words, start, start + len(text))
            missing = _missing(target, question) if question.slot and first.type.greedy else []
            return _parted(utterance.text, whole, first, missing, now)
        own = self._own(target, question, text)
        told = values_in(wanted, text, now, own) or values_behind(wanted, text, now, own)
        return told or (_other(rest, text, now) if question.slot else None)

    def _and_asked(
        self, said: Utterance, situation: Situation, target: Intent, question: OpenQuestion
    ) -> Understanding | None:
        """Return the answer that begins a text, and the request behind it: "yes, is it free?"."""
        for before, behind in parts(marked(said.text, situation.now)):
            heard = self._hear(replace(said, text=before), situation, target, question)
            other = self._request(also(behind), situation) if heard else None
            if heard and other is not None and other.intent != target.name:
                slots = _with(restore(question, target), heard)
                return Understanding(
                    target.name,
                    1.0,
                    slots,
                    parser="answer",
                    more=(replace(other, more=()), *other.more),
                )
        return None

    def _named(
        self, said: Utterance, situation: Situation, target: Intent, spec: SlotSpec
    ) -> tuple[SlotValue, ...] | None:
        """Take the name that was asked for, unless the words are a request of another kind."""
        found = named(said.text, target, spec, situation.now)
        if found is None or self._is_request(said, situation):
            return None
        meant = self._request(said.text, situation) if len(split(said.text)) > SHORT else None
        if meant is not None and meant.intent != target.name:
            return None
        value, words = found
        start = said.text.find(words)
        return (SlotValue(spec.name, value, words, start, start + len(words)),)

    def _name_beside(
        self, said: Utterance, situation: Situation, target: Intent, question: OpenQuestion
    ) -> tuple[SlotValue, ...] | None:
        """Take the name that was asked for with other values that are lacking: "Ann, 12 kilos"."""
        asked = target.slots[question.slot or ""]
        lacking = [s for name, s in target.slots.items() if name not in question.keep]
        others = [
            s for s in lacking if not (s.fresh or s.no or s.type.greedy or s.type.name == "bool")
        ]
        told = named_beside(said.text, target, asked, others, situation.now)
        return None if told and self._is_request(said, situation) else told


def _surely(text: str) -> bool:
    """Tell whether a yes holds nothing up: neither "yes?" nor "yes, wait"."""
    return not text.rstrip().endswith("?") and not DOUBTS.intersection(w.text for w in split(text))


def _first(parsers: Sequence[Parser], text: str, situation: Situation) -> Understanding | None:
    """Return what the first parser makes of a text, as if no question waited."""
    session = replace(situation.session, open_question=None)
    said, alone = Utterance(text, situation.now), replace(situation, session=session)
    read = (parse(said, alone) for parse in parsers)
    return next((meant for meant in read if meant is not None and meant.intent), None)


def _parsed(spec: SlotSpec, text: str, now: datetime) -> tuple[Any | None, str]:
    """Return the value an answer is, and its words; a bare number may be minutes."""
    from assistant.language.values import slot_type

    value, number, bare = spec.type.parse(text, now), slot_type(float), unled(text, spec)
    if value is None and bare:
        value, text = spec.type.parse(bare, now), bare
    if value is not None or spec.type.name != "timedelta" or number.parse(text, now) is None:
        return value, text
    words = f"{number.find(text, now)[0].text} minutes"
    return spec.type.parse(words, now), words


def unled(text: str, spec: SlotSpec) -> str:
    """Return a text without the preposition that leads a typed value: "for | 7"; "" for others."""
    first, _, rest = text.strip().partition(" ")
    length = first.lower() == "in" and spec.type.name in TIMED
    return rest.strip() if first.lower() in LEADING and not (length or spec.type.greedy) else ""


def _missing(target: Intent, question: OpenQuestion) -> list[SlotSpec]:
    """Return the slots that lack a value which stands beside a free text: when, how long."""
    return [
        spec
        for name, spec in target.slots.items()
        if spec.type.name in TIMED and name not in question.keep
    ]


def _parted(
    text: str, whole: SlotValue, first: SlotSpec, missing: list[SlotSpec], now: datetime
) -> tuple[SlotValue, ...]:
    """Return a free answer without a value at its edge that would be asked for next, and that."""
    for spec in missing:
        for found in spec.type.find(text, now):
            begins, ends = found.start <= whole.start, found.end >= whole.end
            start = found.end if begins else whole.start
            said = text[start : whole.end if begins else found.start].strip(" ,")
            value = first.type.parse(said, now) if said and begins != ends else None
            if value is not None and not _goes_on(said):
                at = text.index(said, start)
                free = SlotValue(first.name, value, said, at, at + len(said))
                more = SlotValue(spec.name, found.value, found.text, found.start, found.end)
                return free, more
    return (whole,)


def _goes_on(text: str) -> bool:
    """Tell whether a text ends where more must follow: "call mum until friday | at"."""
    said = [word.text for word in split(text)]
    return said[-1] in HANGING or hangs(said)


def _bare(text: str, slot: str, target: Intent) -> str:
    """Return a free answer without the word that leads to it in the examples: "to", "about"."""
    holes = [
        (road, i) for each in target.examples for road in each.ways for i in range(1, len(road))
    ]
    leads = {
        before
        for road, i in holes
        if isinstance(hole := road[i], Hole)
        and hole.name == slot
        and isinstance(before := road[i - 1], str)
    }
    first, _, rest = text.lstrip().partition(" ")
    return rest.strip() if first.lower() in leads and rest.strip() else text


def _other(specs: list[SlotSpec], text: str, now: datetime) -> tuple[SlotValue, ...] | None:
    """Take the whole answer as another slot than was asked for, where it is nothing else."""
    for spec in specs:
        value = spec.type.parse(text, now)
        if value is not None:
            return (SlotValue(spec.name, value, text, 0, len(text)),)
    return None


def target_of(question: OpenQuestion, skills: Skills) -> Intent | None:
    """Return the intent or answer that waits, or None when it has vanished."""
    return (skills.intents if question.slot else skills.answers).get(question.then)


def restore(question: OpenQuestion, target: Intent) -> tuple[SlotValue, ...]:
    """Return what was kept with the question, as the values it was made from."""
    from assistant.language.values import from_json

    return tuple(
        SlotValue(
            name, from_json(target.slots[name].annotation, data), question.words.get(name, "")
        )
        for name, data in question.keep.items()
        if name in target.slots
    )


def wanted_of(target: Intent, question: OpenQuestion) -> list[SlotSpec]:
    """Return the slots an answer may fill, the one asked for first."""
    if question.slot:
        asked = target.slots.get(question.slot)
        return [asked, *_beside(asked, target, question)] if asked else []
    return [slot for name, slot in target.slots.items() if name not in question.keep]


def _beside(asked: SlotSpec, target: Intent, question: OpenQuestion) -> list[SlotSpec]:
    """Return the typed slots that an answer may fill too: "in an hour" where a time was asked."""
    others = [spec for spec in target.slots.values() if spec is not asked]
    left = [s for s in others if s.name not in question.keep and not s.fresh]
    told = [s for s in others if s.name in question.keep and belongs(s, asked)]
    return [] if asked.type.greedy else [s for s in (*left, *told) if not s.type.greedy]


def belongs(spec: SlotSpec, asked: SlotSpec) -> bool:
    """Tell whether an answer may change a value too: a part of the same moment, or what the check
    of the one that is asked for looks at.
    """
    moment = spec.type.name in TIMED and asked.type.name in TIMED
    return spec.type.name != asked.type.name and (moment or spec.name in asked.reads)


def _with(kept: Sequence[SlotValue], heard: Sequence[SlotValue]) -> tuple[SlotValue, ...]:
    """Return the values of a form with those that an answer tells."""
    told = {slot.name for slot in heard}
    return (*(slot for slot in kept if slot.name not in told), *heard)


def _no_choice(text: str, target: Intent, question: OpenQuestion) -> bool:
    """Tell whether a few words can only name a choice, though there is none of that name."""
    spec = target.slots.get(question.slot or "")
    return spec is not None and spec.type.choice and len(split(text)) <= SHORT


def _only_values(text: str) -> bool:
    """Tell whether there is nothing but numbers, days and the like, and words between them."""
    words = [word.text for word in split(text) if word.text not in MARKS]
    told = [word for word in words if closed_class(word)]
    return bool(told) and all(closed_class(w) or w in EMPTY | PREPOSITIONS for w in words)


def _plain(text: str) -> str:
    """Return an answer's words without what says nothing."""
    idle = HESITATIONS | POLITE | HAILS | MARKS | {"just"}
    return " ".join(w.text for w in split(text) if w.text not in idle)
