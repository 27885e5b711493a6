"""Understands by meaning: acts on the likeliest intent that every word is explained by, else asks
or refuses.

Three things are asked of a sentence that no example covers: how likely the likeliest intent is,
whether it explains every word that changes a request (``understanding/accounting.py``), and how the
sentence is to be taken (``language/moods.py``). Only where all three agree is anything done; where
the first is less sure, or the others object, what may have been meant is offered.
"""

from __future__ import annotations

import time
from collections.abc import Iterator, Sequence
from dataclasses import field, replace
from datetime import datetime
from typing import TYPE_CHECKING

from assistant.language.counting import ORDINALS
from assistant.language.facts import Fact
from assistant.language.foreign import language_of
from assistant.language.moods import Taken, states
from assistant.language.pace import aside
from assistant.language.records import dataclass
from assistant.language.tokens import Word
from assistant.language.words import normalise
from assistant.turn import Candidate, Offer, Situation, SlotValue, Understanding, Utterance
from assistant.understanding import slots
from assistant.understanding.accounting import ALL, FUNCTION, Account, Accountant
from assistant.understanding.freetext import denied, hollow, only_numbers, qualified
from assistant.understanding.lexicon import Lexicon
from assistant.understanding.parsers.chain import Spans
from assistant.understanding.trust import SURE, Budgets, Evidence, Trust
from assistant.understanding.wording import as_offer

if TYPE_CHECKING:
    from assistant.skill.declared import Intent
    from assistant.skill.registry import Skills
    from assistant.understanding.learning.model import IntentModel
    from assistant.understanding.learning.regression import Floats

Tagged = tuple[tuple[int, int, str], ...]
"""The (start, end, slot) of free texts that a tagger found."""

VALUED = 3.0
"""How many times the budget of false accepts a sentence may cost that leaves no word unexplained,
or brings every typed value its skill requires; figures are in data/background/REFUSAL.md."""

ANYWHERE = frozenset({"date", "datetime", "time", "DateRange", "bool"})
"""Types whose values stand in requests of every kind, so that they speak for no skill."""

KIN, RIVAL = 0.01, 0.3
"""Shares of the likeliest from which one that explains more is meant: of its skill, of another."""

SECOND = 0.25
"""How likely, as a share of the likeliest, another intent must be to be offered beside it."""

NO_REQUEST = ("forbidding", "telling", "meaning")
"""How a sentence is taken that asks for nothing."""

SHOWN = 5
"""How many runners-up an understanding keeps."""


@dataclass(frozen=True, slots=True)
class _Reading:
    """A sentence taken for an intent: its slots, what explains each word, and if it can be done."""

    candidate: Candidate
    slots: tuple[SlotValue, ...]
    account: Account
    complete: bool

    @property
    def intent(self) -> str:
        return self.candidate.intent

    @property
    def own(self) -> bool:
        """Tell whether a word of the sentence is the intent's own, or one of its values."""
        return any(each.by in ("literal", "slot") for each in self.account.words)

    @property
    def sound(self) -> bool:
        """Tell whether nothing speaks against acting."""
        return not self.account.against


class ClassifierParser:
    """Understands by meaning, asks where half is understood, refuses what no skill covers."""

    def __init__(
        self,
        skills: Skills,
        model: IntentModel,
        budgets: Budgets,
        spans: Spans,
        lexicon: Lexicon,
    ) -> None:
        self._skills = skills
        self._model = model
        self._budgets = budgets
        self._spans = spans
        self._lexicon = lexicon
        self._accountant = Accountant(lexicon, model.rank)

    def __call__(self, utterance: Utterance, situation: Situation) -> Understanding | None:
        """Return the intent that explains the sentence; intent None where it is not acted upon."""
        text, now = utterance.text, situation.now
        if not text or only_numbers(text, now):
            return None
        with aside():
            prepared = self._model.prepare(self._skills, taught_examples(situation))
        if not prepared:
            why = self._model.trouble
            return Understanding(None, notes=(why,)) if why else None
        if language := language_of(text):
            return Understanding(None, mood="foreign", why=language)
        words = normalise(text)
        how = self._lexicon.taken(words)
        if how.mood in NO_REQUEST:
            return Understanding(None, mood=how.mood)
        ranked, timings = self._ranked(text)
        start = time.perf_counter()
        meant = self._decide(_Sentence(text, words, how, now), ranked)
        if meant.intent is None and states(words, self._lexicon.every_verb):
            meant = self._stated(_Sentence(text, words, how, now), meant)
        timings["slots"] = round((time.perf_counter() - start) * 1000, 3)
        notes = (*meant.notes, *self._model.notes(text))
        mood = "request" if meant.intent or meant.offered else how.mood
        return replace(meant, timings=timings, notes=notes, mood=mood)

    def _decide(self, said: _Sentence, ranked: Sequence[Candidate]) -> Understanding:
        runners = tuple(ranked)
        refused = Understanding(None, 0.0, alternatives=runners)
        if not ranked or not said.words:
            return refused
        least = self._threshold(max(self._budgets.acting, self._budgets.asking))
        likely = ranked[0].confidence >= least
        said = replace(said, whole=likely)  # no tagger is learnt for what is mostly refused
        best = self._best(said, ranked)
        trust = self._trust(said, best, likely=likely)
        if not likely and trust is not Trust.NO:
            said, first = replace(said, whole=True), best
            best = self._best(said, ranked)
            trust = trust if best is first else self._trust(said, best, likely=likely)
        if trust is Trust.NO:
            return refused
        others = tuple(each for each in runners if each.intent != best.intent)
        if trust is Trust.ASK and best.account.foreign:
            return replace(refused, account=best.account.words, why=best.account.against)
        changing = best.intent in self._lexicon.changing or not best.complete
        if said.how.mood in ("ability", "how") and changing:
            return replace(refused, confidence=best.candidate.confidence)
        if trust is Trust.JUDGED or (trust is Trust.SURE and best.sound):
            return Understanding(
                best.intent,
                best.candidate.confidence,
                best.slots,
                parser="classifier",
                alternatives=others,
                account=best.account.words,
            )
        refused = replace(refused, confidence=best.candidate.confidence, account=best.account.words)
        verb = said.how.verb
        if verb is not None and best.account.words[verb].by == "left" and best.account.mostly_left:
            return refused  # "translate | hello | into french" is no greeting
        return replace(
            refused,
            why=best.account.against,
            offered=self._offered(said, best, ranked),
        )

    def _trust(self, said: _Sentence, best: _Reading, *, likely: bool) -> Trust:
        """Return how far a reading is trusted, by the head alone or by all there is."""
        if not best.complete and not best.own:
            return Trust.NO
        sure = likely and self._believed(best, said)
        if sure and best.sound:
            return Trust.SURE
        chance, firm = self._chance(said, best), best.account.firm
        if not firm and chance >= max(SURE, self._bar(self._budgets.acting, said.now)):
            return Trust.JUDGED
        least = max(self._budgets.acting, self._budgets.asking)
        telling = any(word.text not in FUNCTION for word in said.words)
        vague = firm or not best.complete or not telling
        if not likely and (vague or chance < self._bar(least, said.now)):
            return Trust.NO
        return Trust.SURE if sure else Trust.ASK

    def _best(self, said: _Sentence, ranked: Sequence[Candidate]) -> _Reading:
        """Return the likeliest reading, or a runner-up that explains what it does not.

        Where the likeliest would have to ask for a value, a runner-up that needs typed values and
        finds them all explains more too.
        """
        best = self._reading(said, ranked[0])
        if best.sound and best.complete:
            return best
        for other in self._near(ranked):
            found = self._reading(said, replace(other, confidence=ranked[0].confidence))
            if found.sound and found.complete and self._explains(found, best):
                return found
        return best

    def _near(self, ranked: Sequence[Candidate]) -> Iterator[Candidate]:
        """Give the runners-up that are likely enough to be meant instead."""
        skill = _skill(ranked[0].intent)
        for other in ranked[1:]:
            least = KIN if _skill(other.intent) == skill else RIVAL
            if other.confidence >= least * ranked[0].confidence:
                yield other

    def _explains(self, found: _Reading, best: _Reading) -> bool:
        """Tell whether a reading explains more than another, and not just by taking words in."""
        free = {s.text for s in found.slots if self._greedy(found.intent, s.name)}
        if free - {s.text for s in best.slots}:
            return False
        if not best.complete and self._typed(found.intent):
            return True
        fewer = len(found.account.left) < len(best.account.left)
        return not best.sound and fewer and _skill(found.intent) == _skill(best.intent)

    def _reading(self, said: _Sentence, candidate: Candidate) -> _Reading:
        intent = self._skills.intents[candidate.intent]
        tagged = tuple(self._spans(intent, said.text)) if said.whole else ()
        if (candidate, tagged) not in said.read:
            said.read[candidate, tagged] = self._read(said, candidate, intent, tagged)
        return said.read[candidate, tagged]

    def _read(
        self, said: _Sentence, candidate: Candidate, intent: Intent, tagged: Tagged
    ) -> _Reading:
        filled = tuple(
            slot
            for slot in slots.fill(said.text, intent.slots, intent.examples, said.now, tagged)
            if not (self._greedy(intent.name, slot.name) and self._says_nothing(intent, slot))
            and not self._lexicon.orders(intent.name, slot.name, slot.text)
        )
        account = self._accountant.account(said.text, said.words, intent.name, filled, said.how)
        needed = {n for n, spec in intent.slots.items() if spec.required and not spec.fresh}
        return _Reading(candidate, filled, account, needed <= {slot.name for slot in filled})

    def _says_nothing(self, intent: Intent, slot: SlotValue) -> bool:
        """Tell whether a free text is none; one that is not required is a name, never a clause."""
        optional = not intent.slots[slot.name].required
        asked = intent.name in self._lexicon.asking and denied(slot)
        named = not optional or not qualified(slot, self._lexicon.every_verb)
        return asked or hollow(slot, _skill(intent.name)) or not named

    def _offered(
        self, said: _Sentence, best: _Reading, ranked: Sequence[Candidate]
    ) -> tuple[Offer, ...]:
        """Return what to ask about: nothing that would be changed, where the opposite may be meant.

        A yes to "cancel all alarms" is soon said to who asked for all but one.
        """
        opposed = best.account.opposed and best.intent in self._lexicon.changing
        if opposed or not self._budgets.asking or self._takes_all(best):
            return ()
        return tuple(self._offers(said, best, ranked))

    def _stated(self, said: _Sentence, meant: Understanding) -> Understanding:
        """Return a statement as a fact to be kept; another request that is sure comes first."""
        asking = self._lexicon.asking
        keeping = ((i, s) for i in self._skills.intents.values() for s in i.slots.values())
        found = next(((i, s) for i, s in keeping if s.type.name == Fact.__name__), None)
        told = found and found[1].type.parse(said.text, said.now)
        if not found or not told or not self._budgets.asking:
            return replace(meant, mood="telling")
        intent, fact = found[0], SlotValue(found[1].name, told, said.text, 0, len(said.text))
        keep = as_offer(intent, (fact,))
        others = tuple(o for o in meant.offered if o.intent not in {intent.name, *asking})[:1]
        if meant.confidence < self._threshold(self._budgets.acting):
            return replace(meant, why="", offered=(keep,))
        return replace(meant, offered=(*others, keep), why=meant.why if others else "")

    def _takes_all(self, reading: _Reading) -> bool:
        """Tell whether more would be changed than a word says: "the early alarms", "the first"."""
        intent, left = reading.intent, reading.account.left
        told = intent in self._lexicon.changing and intent not in self._lexicon.asking
        every = not ALL.isdisjoint(self._lexicon.words(intent))
        placed = any(each.text.lower() in ORDINALS for each in left)
        return bool(left) and told and (every or placed)

    def _offers(
        self, said: _Sentence, best: _Reading, ranked: Sequence[Candidate]
    ) -> Iterator[Offer]:
        """Give what may be meant: the best reading, and another that is nearly as likely."""
        yield self._offer(best)
        for other in ranked:
            if other.intent != best.intent and (
                other.confidence >= SECOND * ranked[0].confidence or other is ranked[0]
            ):
                second = self._reading(said, other)
                if not self._takes_all(second):
                    yield self._offer(second)
                return

    def _offer(self, reading: _Reading) -> Offer:
        return as_offer(self._skills.intents[reading.intent], reading.slots)

    def _greedy(self, intent: str, slot: str) -> bool:
        return self._skills.intents[intent].slots[slot].type.greedy

    def _typed(self, name: str) -> bool:
        """Tell whether an intent needs values, and none that any words could be."""
        needed = [spec for spec in self._skills.intents[name].slots.values() if spec.required]
        return bool(needed) and not any(spec.type.greedy for spec in needed)

    def _believed(self, best: _Reading, said: _Sentence) -> bool:
        """Tell whether to act: sure enough, or less so where each word is the intent's own.

        Or less so with every typed value the skill needs. Where an intent asks for a yes before it
        does anything, and has a value, that question is the offer.
        """
        sure = best.candidate.confidence
        target = self._skills.intents[best.intent]
        if best.slots and target.confirms and not best.account.left:
            return True
        if sure >= self._threshold(self._budgets.acting):
            return True
        if sure < self._threshold(min(0.5, VALUED * self._budgets.acting)):
            return False
        if best.complete and not best.account.left:
            return True
        specs = target.slots.values()
        needed = [spec.type for spec in specs if spec.required and not spec.type.greedy]
        telling = any(kind.name not in ANYWHERE for kind in needed)
        return telling and all(kind.find(said.text, said.now) for kind in needed)

    def evidence(self, text: str, now: datetime) -> Evidence | None:
        """Return what speaks for a sentence's likeliest reading, None where it is no request."""
        words = normalise(text)
        how = self._lexicon.taken(words)
        if how.mood in NO_REQUEST or not words:
            return None
        said = _Sentence(text, words, how, now, whole=False)
        ranked, _ = self._ranked(text)
        best = self._best(said, ranked)
        return Evidence(best.intent, self._figures(said, best), best.account.firm)

    def settle(self, now: datetime) -> None:
        """Find out anew how far background is believed of the skills as they are."""
        if self._model.judges:
            self._model.others(lambda text: self._belief_in(text, now), anew=True)

    def _ranked(self, text: str) -> tuple[list[Candidate], dict[str, float]]:
        """Return the likeliest intents there are; the head may still know of one that is gone."""
        ranked, timings = self._model.predict(text)
        known = [each for each in ranked if each.intent in self._skills.intents]
        return known[:SHOWN], timings

    def _chance(self, said: _Sentence, reading: _Reading) -> float:
        """Return the chance that a reading is right, of all that speaks for and against it."""
        judged = self._model.judges
        return self._model.chance(self._figures(said, reading)) if judged else 0.0

    def _figures(self, said: _Sentence, reading: _Reading) -> Floats:
        from assistant.understanding.evidence import figures

        of = reading.intent, reading.slots, self._skills.intents[reading.intent].slots
        return figures(self._model, said.text, *of, reading.account)

    def _bar(self, budget: float, now: datetime) -> float:
        """Return how far to believe so that at most such a share of background is believed."""
        if not self._model.judges:
            return 1.0
        with aside():
            others = self._model.others(lambda text: self._belief_in(text, now))
        allowed = int(budget * (len(others) + 1))
        return float(others[allowed]) + 1e-6 if allowed < len(others) else 0.0

    def _belief_in(self, text: str, now: datetime) -> float:
        found = self.evidence(text, now)
        return self._model.chance(found.figures) if found and not found.firm else 0.0

    def _threshold(self, budget: float) -> float:
        return self._model.threshold(budget)


@dataclass(frozen=True, slots=True)
class _Sentence:
    """What was said. ``whole`` ones are read with the taggers, which cost more; ``read`` was."""

    text: str
    words: Sequence[Word]
    how: Taken
    now: datetime
    whole: bool = True
    read: dict[tuple[Candidate, Tagged], _Reading] = field(default_factory=dict)


def _skill(intent: str) -> str:
    return intent.partition(".")[0]


def taught_examples(situation: Situation) -> tuple[tuple[str, str], ...]:
    """Return the taught sentences that are examples of an intent, with its name."""
    return tuple((s, e["intent"]) for s, e in situation.taught.items() if "intent" in e)
