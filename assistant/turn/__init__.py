"""The values that travel along the straight line, from what was said to what was answered."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import field, replace
from datetime import datetime
from typing import Any, Literal

from assistant.language.records import dataclass
from assistant.turn.hearing import Word

Source = Literal["keyboard", "voice", "shell", "alarm"]

Ended = Literal["answered", "asked", "refused", "failed", "cancelled"]
"""What became of a turn when it was made."""


@dataclass(frozen=True, slots=True)
class Utterance:
    """What was said, by which door it came in, and when (an aware datetime).

    Of speech: ``confidence`` (0 to 1), ``alternatives`` that were heard too, the ``words`` with
    their times, and ``heard``, what the open ear heard where other words were taken.
    """

    text: str
    heard_at: datetime
    source: Source = "keyboard"
    confidence: float = 1.0
    alternatives: tuple[str, ...] = ()
    words: tuple[Word, ...] = ()
    heard: str = ""
    choice: Choice | None = field(default=None, compare=False, repr=False)
    """Of speech that was chosen for what it means: that meaning, so that none is made again."""
    hints: tuple[str, ...] = field(default=(), compare=False, repr=False)
    """Of speech that was heard a second time: the sentences that were kept in mind."""


@dataclass(frozen=True, slots=True)
class SlotValue:
    """A filled hole: the value, and the words it was read from at ``text[start:end]``.

    ``spans`` are all their places where they stand apart ("tomorrow ... at ten"), the first first.
    """

    name: str
    value: Any
    text: str = ""
    start: int = -1
    end: int = -1
    spans: tuple[tuple[int, int], ...] = ()

    def covers(self, start: int, end: int) -> bool:
        """Tell whether any of the words lie in text[start:end]."""
        places = self.spans or ((self.start, self.end),)
        return any(first < end and start < last for first, last in places)


@dataclass(frozen=True, slots=True)
class Entity:
    """A span found by named-entity recognition."""

    type: str
    text: str
    start: int
    end: int
    confidence: float


@dataclass(frozen=True, slots=True)
class Candidate:
    """A runner-up: an intent with the confidence it was given."""

    intent: str
    confidence: float
    example: str = ""


Explains = Literal["literal", "slot", "around", "function", "repaired", "left"]


@dataclass(frozen=True, slots=True)
class Explained:
    """What explains the words at ``text[start:end]`` of an utterance.

    ``by`` is "literal" (an example's own word), "slot" (``name`` is the slot's), "around" (said
    around a request), "function" (a word every sentence has), "repaired" (taken back, or what tells
    so: "7, no, 8") or "left": nothing explains it, and ``name`` is the class of words it is of
    where that changes a request.
    """

    text: str
    start: int
    end: int
    by: Explains
    name: str = ""


@dataclass(frozen=True, slots=True)
class Offer:
    """What may have been meant: an intent with its slots, and a sentence that says it.

    It may be done ``instead`` of what was done in the turn of that number.
    """

    intent: str
    slots: tuple[SlotValue, ...]
    text: str
    instead: int = 0


@dataclass(frozen=True, slots=True)
class Understanding:
    """What was meant. ``intent`` is ``skill.function``, or None when nothing covers it.

    ``parser`` names who was sure, ``timings`` are milliseconds per stage. ``account`` tells what
    explained each word for the likeliest intent, ``why`` what kept it from being acted on, and
    ``offered`` what to ask about then, likeliest first. ``mood`` is how the sentence was to be
    taken, ``more`` are further requests in it. ``whole`` says a request that it says a part of.
    It is ``instead`` of what was done in the turn of that number.
    """

    intent: str | None
    confidence: float = 0.0
    slots: tuple[SlotValue, ...] = ()
    entities: tuple[Entity, ...] = ()
    sentiment: str | None = None
    parser: str = "none"
    alternatives: tuple[Candidate, ...] = ()
    timings: dict[str, float] = field(default_factory=dict)
    notes: tuple[str, ...] = ()
    account: tuple[Explained, ...] = ()
    why: str = ""
    offered: tuple[Offer, ...] = ()
    mood: str = "request"
    more: tuple[Understanding, ...] = ()
    whole: str = ""
    instead: int = 0

    @property
    def how(self) -> str:
        """Return in words how it was understood; of a package's parser that is its name."""
        from assistant.language.how import HOW

        return HOW.get(self.parser, f"by the parser {self.parser}")

    def slot(self, name: str) -> SlotValue | None:
        """Return the filled slot of that name."""
        return next((slot for slot in self.slots if slot.name == name), None)


@dataclass(frozen=True, slots=True)
class Reply:
    """What is answered: ``text`` is markdown for the eye, ``speech`` is for the ear."""

    text: str
    speech: str = ""


@dataclass(frozen=True, slots=True)
class Ask:
    """A reply that waits: the next utterance goes to ``then``, an answer of the same skill.

    ``keep`` is handed to the answer again; its values must be of slot types (docs/skills.md). With
    ``slot`` ``then`` is an intent, which is carried out with what is said as that slot.
    """

    question: str
    then: Any
    keep: dict[str, Any] = field(default_factory=dict)
    speech: str = ""
    slot: str = ""


@dataclass(frozen=True, slots=True)
class Again:
    """A reply that hands words on: ``words`` are carried out as ``intent`` (``skill.function``).

    ``text`` is said before what comes of it. ``heard`` is what the intent had heard when it
    had to be asked which alarm is meant, and ``alarms`` the ids of those that are meant.
    """

    words: str
    intent: str
    text: str = ""
    heard: str = ""
    alarms: str = ""


OFFER = "offer"
"""What an open question goes to that offers what may have been meant; no skill has it."""


@dataclass(frozen=True, slots=True)
class OpenQuestion:
    """A question waiting in the session, as it is stored: all plain JSON.

    ``then`` is ``skill.function``. When ``slot`` is set, ``then`` is an intent that lacks that
    slot and ``keep`` holds the slots already heard; else ``then`` is an answer function.

    Of such a form, ``said`` is the request that began it, ``words`` are those of each value,
    ``passed`` the slots whose checks are done. ``instead`` are other values for some slots, None
    to ask for one anew, that wait for a yes, ``proposed`` by a check or else by the user. ``aside``
    is how often something else was done meanwhile. ``under`` is the form that goes on after this
    one, ``plan`` the other steps of the sentence that it is of. A ``parked`` one waits until it is
    asked for; those are the deepest.
    """

    question: str
    then: str
    keep: dict[str, Any] = field(default_factory=dict)
    slot: str | None = None
    tries: int = 0
    said: str = ""
    words: dict[str, str] = field(default_factory=dict)
    passed: tuple[str, ...] = ()
    instead: dict[str, Any] = field(default_factory=dict)
    proposed: bool = False
    aside: int = 0
    under: OpenQuestion | None = None
    parked: bool = False
    plan: dict[str, Any] = field(default_factory=dict)

    @property
    def plans(self) -> bool:
        """Tell whether it asks if several requests are to be carried out together."""
        return self.offers and bool(self.keep.get("together"))

    @property
    def stack(self) -> tuple[OpenQuestion, ...]:
        """Return it and those below it, each alone, the deepest last."""
        return replace(self, under=None), *(self.under.stack if self.under else ())

    @property
    def offers(self) -> bool:
        """Tell whether it asks what may have been meant, which no skill put."""
        return self.then == OFFER


def stacked(stack: Sequence[OpenQuestion]) -> OpenQuestion | None:
    """Return questions as one that has the others below it."""
    under: OpenQuestion | None = None
    for each in reversed(stack):
        under = replace(each, under=under)
    return under


@dataclass(frozen=True, slots=True)
class Session:
    """A run of turns. Skills may ask for it by a parameter annotated ``Session``.

    ``parked`` are the forms that wait until they are asked for, one below the other.
    """

    id: int
    name: str
    started_at: datetime
    open_question: OpenQuestion | None = None
    parked: OpenQuestion | None = None


@dataclass(frozen=True, slots=True)
class Turn:
    """One exchange, as recorded. ``outcome`` tells what became of it.

    "answered", "asked" (an open question waits), "refused" (no intent), "failed" (the skill
    broke, hung or said no with SkillError), "cancelled" (Esc), "undone" (later taken back).
    """

    id: int
    session_id: int
    utterance: Utterance
    understanding: Understanding
    reply: Reply
    outcome: Ended | Literal["undone"] = "answered"

    @property
    def said(self) -> str:
        """Return the words it is named by: the whole request where only a part of it was said."""
        return self.understanding.whole or self.utterance.text


@dataclass(frozen=True, slots=True)
class Thing:
    """An alarm that a turn set or changed: its id, whose it is, and if the turn ``made`` it."""

    id: str
    skill: str
    made: bool


@dataclass(frozen=True, slots=True)
class Situation:
    """What is known when a turn begins, read once and handed on to parsers, skills and ears.

    ``session`` has the open question, ``last`` is the turn before. ``taught`` are sentences of the
    user's own, each with the "intent" or the other "sentence" it stands for; ``names`` the short
    texts each skill keeps, which only the ears need; ``kept`` the keys of the memory of skills that
    hear them, ``texts`` the sentences in it. ``half`` is what "half eight" means: "past"
    eight or half of the way "to" it. ``it`` is the one thing the turn before set or changed,
    ``talk`` are the turns of the last minutes, newest first.
    """

    session: Session
    now: datetime
    last: Turn | None = None
    taught: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    names: Mapping[str, Sequence[str]] = field(default_factory=dict)
    half: Literal["past", "to"] = "past"
    kept: Mapping[str, Collection[str]] = field(default_factory=dict)
    texts: Mapping[str, Collection[str]] = field(default_factory=dict)
    it: Thing | None = None
    talk: Collection[Turn] = ()


@dataclass(frozen=True, slots=True)
class Choice:
    """What spoken words were chosen for: their meaning, and the situation it was found in."""

    understanding: Understanding
    situation: Situation
