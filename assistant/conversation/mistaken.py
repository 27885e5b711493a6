"""“That was wrong”: what was meant is chosen or said, done instead, and learnt as an example.

The sentence becomes an example of the user's own once all that it might make worse was looked at;
where something is, it is told, and nothing is learnt without a yes to that.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Sequence
from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING

from assistant.conversation import parking
from assistant.conversation.lesson import StoppedError, Teacher, Told
from assistant.conversation.meanings import BACK, WRONG, Meanings
from assistant.conversation.once import Once
from assistant.conversation.replies import Handled, led, noted, say, undone, went_wrong
from assistant.conversation.situation import TEACHER
from assistant.errors import AssistantError, RaceError
from assistant.language.forming import LEAVE
from assistant.language.saying import counted, joined
from assistant.language.words import same_words
from assistant.skill.given import DropMemory, Effect, Reader, UndoTurn, WriteMemory
from assistant.skill.history import History
from assistant.turn import (
    OFFER,
    Offer,
    OpenQuestion,
    Reply,
    Situation,
    Turn,
    Understanding,
    Utterance,
)
from assistant.understanding.parsers.correction import PARSER as CORRECTION
from assistant.understanding.parsers.followed import PARSER as FOLLOWED
from assistant.understanding.parsers.offered import OTHERWISE, kept
from assistant.understanding.parsers.pointed import PARSER as POINTED
from assistant.understanding.parsers.several import PARSER as SEVERAL
from assistant.understanding.parsers.several import steps
from assistant.understanding.parsers.taught import EXAMPLE
from assistant.understanding.parsers.tied import PARSER as TIED
from assistant.understanding.wording import as_offer

if TYPE_CHECKING:
    from assistant.conversation.handling import Handler
    from assistant.skill.declared import Intent
    from assistant.skill.registry import Skills

LEARN = "learn"
"""The role of the answer that learns in spite of what it costs."""

OF = "wrong"
"""Under which a question keeps the number of the turn that was wrong."""

PICKED = "picked"
"""The parser of what was picked of several meanings, its values found by what is known alone."""

LEANING = frozenset((FOLLOWED, CORRECTION, POINTED, "answer"))
"""The parsers of sentences that mean what they do after another one alone: nothing to learn."""

SHOWN = 8
"""How many sentences are told that would be understood otherwise."""

log = logging.getLogger(__name__)


class Mistaken:
    """Takes the turns in which the user says that one before was wrong, and what was meant."""

    def __init__(
        self,
        skills: Skills,
        meanings: Meanings,
        read: Callable[[Utterance, Situation], Understanding],
        teacher: Teacher | None,
    ) -> None:
        self._skills = skills
        self._meanings = meanings
        self._read = read
        self._teacher = teacher
        self.once = Once()

    def handled(self, told: Told, act: Callable[[Reader], Handler]) -> Handled | None:
        """Return what came of such a turn, None where it is another one.

        ``act`` gives what carries out a request on what a reader reads.
        """
        wrong, question = self._skills.role(WRONG), told.situation.session.open_question
        try:
            if wrong is not None and told.meant.intent == wrong.name:
                turn = self._meant(told)
                return self._beside(told, turn, self._begun(told, turn, act))
            if question is not None and question.offers and OF in question.keep:
                return self._answered(told, question, act)
        except (AssistantError, RaceError):
            raise
        except Exception as error:
            log.exception("what was wrong can't be learnt")
            return went_wrong(error)
        return None

    def _meant(self, told: Told) -> Turn | None:
        """Return the turn that is said to be wrong."""
        number = next((slot.value for slot in told.meant.slots if slot.name == "turn"), 0)
        return self._meanings.turn(told.reader, told.situation.session.id, int(number or 0))

    def _beside(self, told: Told, turn: Turn | None, handled: Handled) -> Handled:
        """Let a form wait meanwhile; one that the wrong turn itself began is no more."""
        question, last = told.situation.session.open_question, told.situation.last
        if question is None or question.offers:
            return handled
        if turn is not None and last is not None and last.outcome == "asked":
            history = History(told.situation.session.id, told.reader)
            if history.request(last).id == turn.id:
                return handled
        own = turn is not None and question.said == _sentence(turn)
        return handled if question.slot and own else parking.gave_way(handled, question)

    def _begun(self, told: Told, turn: Turn | None, act: Callable[[Reader], Handler]) -> Handled:
        """Ask what was meant, where it was not said in the same breath, or picked on a screen."""
        given = {slot.name: slot.value for slot in told.meant.slots}
        if turn is None:
            return say("refused", "You have not said anything yet that I could have got wrong.")
        more = told.meant.more
        picked = self._skills.intents.get(str(given.get("intent") or ""))
        if picked is not None:
            return self._instead(told, turn, self._found(turn, picked, told), act)
        words = str(given.get("words") or "").strip()
        meant = self._reading(words, told) if words else Understanding(None)
        if meant.intent is None:
            lead = f"I don't understand “{words}” either." if words else ""
            asked = led(self._asked(told, turn), [lead])
            return undone(asked, [self._offer(each).text for each in more])
        return self._instead(told, turn, replace(meant, more=(*meant.more, *more)), act)

    def _answered(
        self, told: Told, question: OpenQuestion, act: Callable[[Reader], Handler]
    ) -> Handled | None:
        """Take what was chosen, or said in other words; None lets the question go."""
        turn = self._meanings.turn(told.reader, told.situation.session.id, question.keep[OF])
        meant = told.meant
        if turn is None or meant.intent == LEAVE:
            return None
        if meant.parser == "answer" and meant.intent and meant.intent != OTHERWISE:
            if meant.intent in self._skills.intents:
                picked = len(question.keep["offers"]) > 1 and not question.plans
                meant = replace(meant, parser=PICKED) if picked else meant
                return self._instead(told, turn, meant, act)
            return None
        if meant.intent is not None and meant.parser != "answer":
            target = self._skills.intents.get(meant.intent)
            if target is None or self._meanings.of_talk(target):
                return None
            return self._asked_whether(turn, meant)
        if question.tries:
            return say("refused", f"I leave it, then: “{_sentence(turn)}” stays as it was.")
        lead = "None of these, then." if meant.intent == OTHERWISE else "I didn't get that."
        text = f"{lead} Say in other words what you meant by “{_sentence(turn)}”, or “cancel”."
        return Handled(Reply(text), "asked", (), replace(question, question=text, tries=1))

    def _asked(self, told: Told, turn: Turn) -> Handled:
        """Ask which of the nearest other meanings it was."""
        offers = self._meanings.choices(turn, told.situation)
        sentence = _sentence(turn)
        if not offers:
            text = f"Say in other words what you meant by “{sentence}”, or “cancel”."
            return Handled(Reply(text), "asked", (), _question(text, (), turn))
        does = [*enumerate(map(self._meanings.does, offers), 1)]
        lines = "\n".join(f"{i}. {each}" for i, each in does)
        asked = f"What did you mean by “{sentence}”?"
        hint = "Say the number, or say it in other words, or “cancel”."
        aloud = " ".join(f"{i}: {each}." for i, each in does)
        reply = Reply(f"{asked}\n\n{lines}\n\n{hint}", f"{asked} {aloud}")
        return Handled(reply, "asked", (), _question(asked, offers, turn))

    def _asked_whether(self, turn: Turn, meant: Understanding) -> Handled:
        """Ask whether another request is what was meant, for it may just be another request."""
        offers = [self._offer(each) for each in steps(meant)]
        told = joined(f"“{each.text}”" for each in offers)
        text = f"By “{_sentence(turn)}” you meant {told}?"
        question = _question(text, offers, turn)
        if meant.more:
            question = replace(question, keep={**question.keep, "together": True})
        return Handled(Reply(text), "asked", (), question)

    def _offer(self, meant: Understanding) -> Offer:
        return as_offer(self._skills.intents[meant.intent or ""], meant.slots)

    def _reading(self, words: str, told: Told) -> Understanding:
        """Return what other words mean, as if no question waited; None for the talk itself."""
        meant = self._alone(words, told)
        target = self._skills.intents.get(meant.intent or "")
        return Understanding(None) if target is None or self._meanings.of_talk(target) else meant

    def _alone(self, words: str, told: Told) -> Understanding:
        session = replace(told.situation.session, open_question=None)
        alone = replace(told.situation, session=session)
        return self._read(replace(told.said, text=words, choice=None), alone)

    def _found(self, turn: Turn, intent: Intent, told: Told) -> Understanding:
        filled = self._meanings.guess(_sentence(turn), intent, told.situation)
        return Understanding(intent.name, 1.0, filled, parser=PICKED)

    def _instead(
        self, told: Told, turn: Turn, meant: Understanding, act: Callable[[Reader], Handler]
    ) -> Handled:
        """Do what was meant as if the wrong turn had not been, and learn the sentence."""
        taken, reader, notes = self._taken_back(told, turn)
        target = self._skills.intents[meant.intent or ""]
        session = replace(told.situation.session, open_question=None, parked=None)
        alone = replace(told.situation, session=session)
        request = Understanding(target.name, 1.0, meant.slots, parser="template", more=meant.more)
        if meant.more:
            agreed = meant.parser == "answer"  # to what was told of them
            request = replace(request, parser=TIED if agreed else SEVERAL)
        said = replace(told.said, text=_sentence(turn), choice=None)
        handled = act(reader).handle(request, said, alone)
        if handled.broke:
            return handled
        request = replace(request, slots=tuple(replace(s, start=-1, end=-1) for s in meant.slots))
        effects = (*(UndoTurn(each) for each in taken), *handled.effects)
        handled = replace(handled, effects=effects, meant=handled.meant or request)
        return self._learnt(told, turn, meant, target, led(handled, notes))

    def _taken_back(self, told: Told, turn: Turn) -> tuple[list[int], Reader, list[str]]:
        """Return the turns that go with the wrong one, what is read without them, and a note."""
        reader = told.reader
        session = told.situation.session.id
        history, made = History(session, reader), reader.changes(session, BACK)
        of = {each.id: history.request(each).id for each in made if each.id >= turn.id}
        later = [each for each in made if each.id in of and each.outcome != "undone"]
        chains = [reader.replaced(each.id) for each in later]  # corrected, it is the last of one
        mine = [chain for chain in chains if turn.id in {of.get(each) for each in chain}]
        taken = [*dict.fromkeys(each for chain in mine for each in chain)]
        if not taken:
            return [], reader, []
        if changed := next(iter(reader.conflicts(taken).values()), ""):
            return [], reader, [f"I can't take back “{_sentence(turn)}”: {changed}."]
        return taken, reader.without(taken), [f"Undone: “{_sentence(turn)}”."]

    def _learnt(
        self, told: Told, turn: Turn, meant: Understanding, target: Intent, handled: Handled
    ) -> Handled:
        """Learn the sentence, or tell why not; what would be worse is asked about."""
        shelf, learning = self._skills.role(TEACHER), self._skills.role(LEARN)
        if self._teacher is None or shelf is None or learning is None:
            return noted(handled, ["I can't learn it: the skill that does is off."])
        sentence = _sentence(turn)
        if meant.more:
            return noted(handled, ["I can't learn it: one sentence of yours can mean one request."])
        if self._leans(turn, told):
            return noted(handled, [f"I learn nothing of “{sentence}”: it is no request by itself."])
        places = self._meanings.places(sentence, target, meant, told.situation)
        free = [each for each in places if target.slots[each[0]].type.greedy]
        typed = [each for each in places if each not in free]
        if meant.parser == PICKED:  # nobody told these: a name that need not be is a guess
            places = [p for p in places if p not in free or target.slots[p[0]].required]
        texts = [self._teacher.example(sentence, each, target) for each in (places, typed)]
        if not all(texts):
            return noted(handled, ["I can't learn it: it has no words of its own."])
        name = shelf.name.partition(".")[0]
        if any(self._teacher.there(target.name, each) for each in texts):
            others = drops(name, sentence, told.situation)
            handled = replace(handled, effects=(*handled.effects, *others))
            return noted(handled, [f"“{sentence}” stands in your examples already."])
        try:
            text, worse = self._least(told, target, [*dict.fromkeys(texts)])
        except StoppedError:
            return noted(handled, ["You stopped me, so I have not learnt it."])
        line = f"{target.name}: {text}"
        if worse:
            return _in_spite(handled, worse, sentence, line, learning)
        effects = learns(name, sentence, line, told.situation)
        handled = replace(handled, effects=(*handled.effects, *effects))
        return noted(handled, [f"I'll take “{sentence}” so from now on."])

    def _leans(self, turn: Turn, told: Told) -> bool:
        """Tell whether a sentence says a part alone, of what was said or done before it.

        One that nothing came of was taken for itself; what says that one was wrong is about that.
        """
        if turn.outcome == "refused":
            return False
        wrong, alone = self._skills.role(WRONG), self._alone(_sentence(turn), told)
        leans = turn.understanding.parser in LEANING or bool(turn.understanding.whole)
        return leans or (wrong is not None and alone.intent == wrong.name)

    def _least(self, told: Told, target: Intent, texts: Sequence[str]) -> tuple[str, Sequence[str]]:
        """Return the first example that makes nothing worse, else the least harmful, and what it
        makes so: a free text of it that is a hole may take in too much.
        """
        teacher = self._teacher
        assert teacher is not None
        tried: list[tuple[str, Sequence[str]]] = []
        for text in texts:
            tries = partial(teacher.worse, target.name, text, told.situation, told.stop)
            worse = self.once.get(told.said, (target.name, text), tries, held=told.held)
            tried.append((text, worse))
            if not worse:
                break
        return min(tried, key=lambda each: len(each[1]))


def _sentence(turn: Turn) -> str:
    return turn.utterance.text


def _question(text: str, offers: Sequence[Offer], turn: Turn) -> OpenQuestion:
    keep = {**kept(offers, len(offers), _sentence(turn), learn=False), OF: turn.id}
    return OpenQuestion(text, OFFER, keep)


def learns(shelf: str, sentence: str, line: str, at: Situation) -> list[Effect]:
    """Return what keeps that a sentence was learnt, in the place of what it stood for before."""
    before = drops(shelf, sentence, at, but=sentence)
    return [*before, WriteMemory(shelf, sentence, {EXAMPLE: line})]


def drops(shelf: str, sentence: str, at: Situation, but: str = "") -> list[Effect]:
    """Return what forgets that a sentence was taught, but as one that stays."""
    before = (each for each in at.taught if same_words(each, sentence) and each != but)
    return [DropMemory(shelf, each) for each in before]


def _in_spite(
    handled: Handled, worse: Sequence[str], sentence: str, line: str, learning: Intent
) -> Handled:
    """Tell what would be understood otherwise, and ask whether to learn it anyway."""
    more = f"\n- and {len(worse) - SHOWN} more" if len(worse) > SHOWN else ""
    told = "\n".join(f"- {each}" for each in worse[:SHOWN])
    count = f"{counted(len(worse), 'sentence')} would be understood otherwise"
    lead = f"I have not learnt “{sentence}” so, for {count}:"
    if handled.question is not None:
        return noted(handled, [f"{lead}\n\n{told}{more}"])  # another question waits already
    asked = "Teach it anyway?"
    text = "\n\n".join((handled.reply.text, f"{lead}\n\n{told}{more}", asked))
    question = OpenQuestion(asked, learning.name, {"sentence": sentence, EXAMPLE: line})
    speech = f"{handled.reply.speech or handled.reply.text} {lead} {worse[0]}. {asked}"
    return replace(handled, reply=Reply(text, speech), outcome="asked", question=question)
