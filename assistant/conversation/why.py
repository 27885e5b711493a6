"""Why a turn was understood as it was: what it was near to, and what would have changed it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import cached_property
from itertools import chain, groupby, islice, zip_longest
from typing import TYPE_CHECKING

from assistant.conversation import flipping
from assistant.language.habits import speaking
from assistant.language.records import dataclass
from assistant.language.values import to_json
from assistant.language.values.kept import keeping
from assistant.language.words import normalise
from assistant.turn import Candidate, Explained, Situation, Turn, Understanding
from assistant.understanding import slots
from assistant.understanding.accounting import account_of
from assistant.understanding.lexicon import Lexicon
from assistant.understanding.parsers.chain import complete
from assistant.understanding.parsers.classified import taught_examples

if TYPE_CHECKING:
    from assistant.skill.registry import Skills
    from assistant.understanding.learning.model import IntentModel

NEAREST = 3
"""Examples of an intent that are told."""

LOOKED_AT = 60
"""Changes of as many words of which the likeliest intent is looked at before any is read."""

LIKELY = 0.5
"""Confidence from which a change is read before others."""

ANSWERED = (
    "It answered a question that waits no more, so this is told from what was stored, and no other "
    "wording was tried."
)

GONE = "{} is not installed any more: this is told from what was stored."

CHANGED = (
    "It would be understood otherwise now, as {}: skills, or what they keep, have changed. This is "
    "told from what was stored."
)


@dataclass(frozen=True, slots=True)
class Near:
    """An example and the cosine of its vector with the sentence's."""

    sentence: str
    cosine: float


@dataclass(frozen=True, slots=True)
class Likely:
    """An intent that may be meant: what it does, how likely it is by meaning, nearest examples."""

    intent: str
    does: str
    confidence: float
    nearest: tuple[Near, ...] = ()


@dataclass(frozen=True, slots=True)
class Flip:
    """A change of words, and what would have been made of the changed sentence.

    ``intent`` is None where it would not be acted upon; ``offered`` is what would be asked then.
    It is ``complete`` where nothing is lacking.
    """

    change: flipping.Change
    intent: str | None
    does: str
    complete: bool
    offered: str = ""


@dataclass(frozen=True, slots=True)
class Explanation:
    """Why a turn was understood so.

    ``likeliest`` is what was meant or, where it is not acted upon, may have been. ``stale`` tells
    in a sentence why only what was stored is told. ``tried`` other wordings were read.
    """

    turn: Turn
    account: tuple[Explained, ...] = ()
    likeliest: Likely | None = None
    runner_up: Likely | None = None
    stale: str = ""
    flip: Flip | None = None
    tried: int = 0

    @property
    def margin(self) -> float:
        """Return by how much the likeliest is likelier than the runner-up, by their meaning."""
        if self.likeliest is None or self.runner_up is None:
            return 0.0
        return self.likeliest.confidence - self.runner_up.confidence


class Explainer:
    """Explains turns by the skills as they are, in the situation that a turn was in."""

    def __init__(
        self,
        skills: Skills,
        model: IntentModel,
        situation: Situation,
        read: Callable[[str], Understanding],
    ) -> None:
        """Take what reads other words in place of the turn's, without acting on them."""
        self._skills = skills
        self._model = model
        self._situation = situation
        self._read = read

    def explained(self, turn: Turn, stop: Callable[[], bool]) -> Explanation:
        """Return what is known of a turn; ``stop`` ends the search for what would change it."""
        meant, text = turn.understanding, turn.utterance.text
        if stale := self._stale(turn):
            ranked = list(meant.alternatives)
            likeliest, runner_up = self._first_two(meant, ranked, "")
            return Explanation(turn, meant.account, likeliest, runner_up, stale)
        ranked = self._ranked(text) or list(meant.alternatives)
        likeliest, runner_up = self._first_two(meant, ranked, text)
        account = meant.account or self._account(text, meant, likeliest)
        suspects = [(each.start, each.end) for each in account if each.by == "left"]
        rivals = [each for each in ranked if each.intent != meant.intent]
        ways = flipping.changes(text, suspects, self._examples(text, rivals, meant))
        ways = self._promising(ways, meant.intent) if self._weighs else ways
        found = flipping.search(ways, self._read, lambda new: self._weight(meant, new), stop)
        flip = self._flip(found.change, found.meant)
        return Explanation(turn, account, likeliest, runner_up, "", flip, found.tried)

    def _stale(self, turn: Turn) -> str:
        """Return why a turn can't be understood as it was; "" where it can."""
        meant = turn.understanding
        if meant.parser == "answer":
            return ANSWERED
        if meant.intent is not None and meant.intent not in self._skills.intents:
            return GONE.format(meant.intent)
        now = self._read(turn.utterance.text)
        if _told(now) == _told(meant):
            return ""
        return CHANGED.format(now.intent or "nothing to act upon")

    @cached_property
    def _weighs(self) -> bool:
        """Tell whether there are weights, fitted for what is installed and was taught."""
        return self._model.prepare(self._skills, taught_examples(self._situation))

    def _ranked(self, text: str) -> list[Candidate]:
        """Return the likeliest intents by meaning; none without weights."""
        if not text or not self._weighs:
            return []
        ranked, _ = self._model.predict(text)
        return [each for each in ranked if each.intent in self._skills.intents]

    def _first_two(
        self, meant: Understanding, ranked: Sequence[Candidate], text: str
    ) -> tuple[Likely | None, Likely | None]:
        """Return what was meant, or else is likeliest, and what is likeliest of the others."""
        asked = meant.offered[0].intent if meant.offered else None
        first = meant.intent or asked or (ranked[0].intent if ranked else None)
        if first is None:
            return None, None
        own = next((e.confidence for e in ranked if e.intent == first), None)
        own = (meant.confidence if own is None and not text else own) or 0.0
        other = next((each for each in ranked if each.intent != first), None)
        second = self._likely(other.intent, other.confidence, text) if other else None
        return self._likely(first, own, text), second

    def _likely(self, intent: str, confidence: float, text: str) -> Likely:
        known = self._skills.intents.get(intent)
        near = self._nearest(text, intent) if text and known else ()
        return Likely(intent, known.doc if known else "", confidence, tuple(near))

    def _nearest(self, text: str, intent: str) -> Iterator[Near]:
        """Give the nearest examples, each wording once; what is sampled may be alike."""
        found = self._model.nearest(text, intent, 2 * NEAREST) if self._weighs else ()
        for sentence, cosine in [*dict(found).items()][:NEAREST]:
            yield Near(sentence, cosine)

    def _account(
        self, text: str, meant: Understanding, likeliest: Likely | None
    ) -> tuple[Explained, ...]:
        """Return what explains each word where the parser told nothing of it."""
        intent = self._skills.intents.get(likeliest.intent) if likeliest else None
        if intent is None:
            return ()
        at, filled = self._situation, meant.slots
        if meant.intent is None:
            with speaking(at.half), keeping(at.kept, at.texts):
                filled = slots.fill(text, intent.slots, intent.examples, at.now)
        known = Lexicon(self._skills.intents).words(intent.name)
        return account_of(text, normalise(text), known, filled)

    def _examples(self, text: str, rivals: Sequence[Candidate], meant: Understanding) -> list[str]:
        """Return examples of what else may be meant, the nearest of each intent first."""
        known = [each.intent for each in rivals if each.intent in self._skills.intents]
        near = [[near.sentence for near in self._nearest(text, intent)] for intent in known]
        by_rank = [each for each in chain(*zip_longest(*near)) if each]
        told = (*(each.example for each in rivals), *(each.text for each in meant.offered))
        return by_rank or [each for each in told if each]

    def _promising(
        self, ways: Iterable[flipping.Change], intent: str | None
    ) -> Iterator[flipping.Change]:
        """Give first, of changes of as many words, those that likely mean another intent."""
        for _, alike in groupby(ways, key=lambda change: len(change.gone)):
            some = [*islice(alike, flipping.TRIES)]
            first, rest = some[:LOOKED_AT], some[LOOKED_AT:]
            yield from sorted(first, key=lambda change: not self._means_other(change.text, intent))
            yield from rest

    def _means_other(self, text: str, intent: str | None) -> bool:
        """Tell whether an intent is likely by meaning alone, and not that one."""
        ranked, _ = self._model.predict(text)
        return bool(ranked) and ranked[0].intent != intent and ranked[0].confidence >= LIKELY

    def _weight(self, meant: Understanding, new: Understanding) -> int:
        """Tell what becomes of a change: another thing is done, or else not, or the same."""
        done = complete(meant, self._skills)
        if complete(new, self._skills):
            return 2 if new.intent != meant.intent or not done else 0
        return int(done and new.intent != meant.intent)

    def _flip(self, change: flipping.Change | None, new: Understanding | None) -> Flip | None:
        if change is None or new is None:
            return None
        intent = self._skills.intents.get(new.intent or "")
        offered = new.offered[0].text if new.offered else ""
        does = intent.doc if intent else ""
        return Flip(change, new.intent, does, complete(new, self._skills), offered)


def _told(meant: Understanding) -> tuple[object, ...]:
    """Return what of an understanding is the same when it is stored and read again."""
    values = [(slot.name, to_json(slot.value)) for slot in meant.slots if slot.start >= 0]
    offered = [offer.intent for offer in meant.offered]
    return meant.intent, meant.parser, meant.why, meant.mood, offered, values
