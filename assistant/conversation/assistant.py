"""The straight line from an utterance to a recorded turn."""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable, Collection, Iterable
from dataclasses import replace
from datetime import datetime
from functools import cached_property, partial
from typing import TYPE_CHECKING

from assistant.conversation import again, impossible, recording, rights
from assistant.conversation.handling import Handler
from assistant.conversation.lesson import Told
from assistant.conversation.meanings import Meanings
from assistant.conversation.mistaken import Mistaken
from assistant.conversation.once import OFTEN
from assistant.conversation.reading import reading, safely
from assistant.conversation.replies import Handled
from assistant.conversation.rewinding import to_before, was_wrong
from assistant.conversation.said import LONGEST, TOO_LONG, cut, surely
from assistant.conversation.situation import read_situation
from assistant.conversation.status import Status
from assistant.conversation.tutoring import Tutoring
from assistant.conversation.why import Explainer, Explanation
from assistant.errors import RaceError, StoreError
from assistant.language.habits import speaking
from assistant.skill.given import Alarm, Claim, Clock, Reader
from assistant.skill.history import History
from assistant.skill.registry import Standing
from assistant.turn import Session, Situation, Turn, Understanding, Utterance
from assistant.understanding.entities import takes_entities, with_entities
from assistant.understanding.parsers.chain import AGAIN, Link, none, since
from assistant.understanding.trust import Budgets

if TYPE_CHECKING:
    from assistant.conversation.lesson import Teacher
    from assistant.language.habits import Half
    from assistant.settings import Settings
    from assistant.skill.registry import Registry, Skills
    from assistant.store import Store, Transaction
    from assistant.turn.hearing import Hearing, Sayable
    from assistant.understanding.learning.model import IntentModel
    from assistant.understanding.learning.reading import FeatureReader
    from assistant.understanding.spoken.choosing import Chooser

SHELL = "shell"
"""The session that all calls of `assistant say` share."""

OVERTAKEN = 3
"""How often a turn may be overtaken before it holds the store against all others."""

QUICK = 0.5
"""Seconds of an overtaken turn for which others may be kept waiting."""

log = logging.getLogger(__name__)


class Assistant:
    """Understands, acts and remembers, for any number of threads."""

    def __init__(
        self,
        store: Store,
        registry: Registry | Standing,
        model: IntentModel,
        features: FeatureReader,
        settings: Settings,
        clock: Clock,
        more: Callable[[Skills], Iterable[Link]] = none,
        teaching: Callable[[Assistant], Teacher] | None = None,
    ) -> None:
        self.store = store
        self.settings = settings
        self.clock = clock
        self.notice = ""
        """What the user should know at once, e.g. that nothing can be kept."""
        self._registry, self._model, self._features = registry, model, features
        self._sentences: list[str] | None = None
        self._told: set[str] = set()
        self._more = more
        self.progress: Callable[[str], object] = lambda _text: None
        """Told what takes long, while it does."""
        self.teacher = teaching(self) if teaching else None
        self._install()

    @property
    def skills(self) -> Skills:
        """Return what is installed now."""
        return self._registry.skills

    def open_session(self, name: str | None = None) -> Session:
        """Return the session of that name, made when new; a fresh one without a name."""
        return self.store.session(name)

    def resume(self) -> Session:
        """Return the chat's newest session, or a fresh one where there is none."""
        chats = (self.session(s.id) for s in self.store.sessions() if s.name != SHELL)
        return next(chats, None) or self.open_session()

    def session(self, session_id: int) -> Session:
        """Return a session as it stands now."""
        return self.store.session_by_id(session_id)

    def respond(
        self, utterance: Utterance, session_id: int, cancel: threading.Event | None = None
    ) -> Turn:
        """Understand, act, record, and return the turn; errors become its reply.

        A turn that another one overtook, in this process or another, is run anew from its words;
        then, or where it is a slow one after a few times, it holds the store, so that nobody can.
        It is acknowledged when it is on the disk, for which nothing is held.
        """
        utterance = cut(utterance)
        alone, done = False, None
        for attempt in range(OVERTAKEN + 1 + OFTEN):
            began = time.monotonic()
            try:
                with self.store.transaction(turn=True, alone=alone) as transaction:
                    began = time.monotonic()
                    if done is None or not done[2].broke:  # which had its time, and left nothing
                        done = self._done(transaction, utterance, session_id, cancel)
                    turn = recording.recorded(transaction, utterance, *done)
                turn = recording.acknowledged(transaction, turn)
            except RaceError as race:
                log.info("a turn was overtaken")
                alone = time.monotonic() - began < QUICK or attempt + 1 >= OVERTAKEN
                race.meanwhile()
            except StoreError as error:
                if not alone or error.__cause__ is None:
                    raise StoreError(f"{error} Nothing was changed.") from error
                held = error
            else:
                return self._followed(turn, done[2])
        with self.store.transaction() as transaction:
            done = self._done(transaction, utterance, session_id, cancel)
            return recording.unsaved(utterance, *done, held)

    def _done(
        self,
        transaction: Transaction,
        utterance: Utterance,
        session_id: int,
        cancel: threading.Event | None,
    ) -> tuple[Session, Understanding, Handled]:
        """Understand and act on what the transaction reads; nothing is written yet."""
        situation = self._read_situation(session_id, transaction)
        said, utterance = utterance, recording.as_chosen(utterance, situation)
        reader = transaction.reader()
        understanding = self.understand(utterance, situation, reader)
        start = time.perf_counter()
        until, held = transaction.until, transaction.alone
        act = partial(self._handler.reading, until=until, session=situation.session, cancel=cancel)
        handler, told = act(reader), Told(understanding, said, situation, reader, cancel, held)
        with speaking(situation.half):
            handled = self._tutoring.handled(told, act)
            handled = handled or handler.handle(understanding, utterance, situation)
            if handled.unanswered:
                understanding = self._unasked(utterance, situation, reader)
                handled = handler.handle(understanding, utterance, situation)
        intent = self.skills.intents.get(understanding.intent or "")
        handled = impossible.named(handled, understanding, intent, utterance.text, situation.now)
        understanding.timings["skill"] = since(start)
        meant = handled.meant or understanding
        meant = replace(meant, parser=understanding.parser, timings=understanding.timings)
        return situation.session, meant, handled

    def _followed(self, turn: Turn, handled: Handled) -> Turn:
        """Return a turn once what was learnt by it, or taken back, is in the user's own file."""
        follow = partial(self._tutoring.followed, turn, handled, self.store.changed)
        turn, learnt = recording.followed(turn, follow)
        if learnt:
            self.refresh()
        return turn

    def beside(self, skills: Skills, clock: Clock) -> Assistant:
        """Return one of these skills on another clock, that keeps what it is told for itself."""
        given = (self._model.beside(), self._features, self.settings, clock, self._more)
        return Assistant(type(self.store).temporary(), Standing(skills), *given)

    @property
    def model(self) -> IntentModel:
        """Return what knows sentences by their meaning."""
        return self._model

    def misunderstood(
        self, session_id: int, turn_id: int = 0
    ) -> tuple[Turn | None, list[tuple[str, str]]]:
        """Return a turn's request, or the last, and the intents it may have meant, in words."""
        turn = self._meanings.turn(self.store.reader(), session_id, turn_id)
        offers = self._meanings.choices(turn, self.situation(session_id)) if turn else ()
        return turn, [(each.intent, self._meanings.does(each)) for each in offers]

    def was_wrong(self, turn: Turn, intent: str = "", words: str = "") -> Utterance:
        """Return what is said where it was picked what a turn of a session meant."""
        return was_wrong(turn, intent, words, self.situation(turn.session_id), self.skills)

    def changes(self, session_id: int) -> list[tuple[Turn, str]]:
        """Return the turns that changed something and still do, newest first, with their names."""
        history = History(session_id, self.store.reader())
        made = (turn for turn in history.changes() if turn.outcome != "undone")
        return [(turn, history.name(turn)) for turn in made]

    def to_before(self, turn: Turn) -> Utterance:
        """Return what is said to go back to before a turn of a session."""
        return to_before(turn, self.situation(turn.session_id), self.skills)

    def situation(self, session_id: int, before: Turn | None = None) -> Situation:
        """Return what would be known if a turn began now, or in place of one that is past."""
        with self.store.transaction() as transaction:
            found = self._read_situation(session_id, transaction, before=before)
            kept, texts, talk = dict(found.kept), dict(found.texts), tuple(found.talk)
            return replace(found, kept=kept, texts=texts, talk=talk)

    def why(self, turn: Turn, stop: Callable[[], bool] = lambda: False) -> Explanation:
        """Return why a turn was understood as it was, and what would have changed that.

        ``stop`` tells whether to leave off looking for that.
        """
        at, said = self.situation(turn.session_id, turn), replace(turn.utterance, choice=None)
        read = lambda text: self.understand(replace(said, text=text), at)  # noqa: E731
        return Explainer(self.skills, self._model, at, read).explained(turn, stop)

    def understand(
        self,
        utterance: Utterance,
        situation: Situation,
        reader: Reader | None = None,
        longest: float | None = None,
    ) -> Understanding:
        """Return what the first parser that is sure says; "none" when none is."""
        start = time.perf_counter()
        if len(utterance.text) > LONGEST:
            return Understanding(None, notes=(TOO_LONG,))
        read = partial(self._meant, utterance, situation, reader or self.store.reader(), longest)
        meant = safely(read)
        return replace(meant, timings={**meant.timings, "understand": since(start)})

    def _meant(
        self, utterance: Utterance, situation: Situation, reader: Reader, longest: float | None
    ) -> Understanding:
        meant = utterance.choice.understanding if utterance.choice else None
        meant = meant or self._reading.ask(utterance, situation, longest)
        meant = again.meant(surely(utterance, meant), situation, self.skills, reader)
        stage = time.perf_counter()
        meant = self._read(utterance, meant, situation)
        return replace(meant, timings={**meant.timings, "features": since(stage)})

    def _unasked(self, utterance: Utterance, situation: Situation, reader: Reader) -> Understanding:
        """Return what words mean that are no answer to the open question, as if none waited."""
        unasked = replace(situation, session=replace(situation.session, open_question=None))
        return self.understand(replace(utterance, choice=None), unasked, reader, AGAIN)

    def _read(self, utterance: Utterance, meant: Understanding, at: Situation) -> Understanding:
        """Fill what names can fill; of other words sentiment and entities are not read."""
        if not takes_entities(meant, self.skills):
            return meant
        return with_entities(self._features.read(utterance.text, meant), self.skills, at.now)

    def sayable(self, session: Session | int) -> Sayable:
        """Return what can be said now, for the ears; a session of no store may be given itself."""
        return self._chooser.sayable(self._heard_in(session))

    def heard(self, hearing: Hearing, session: Session | int) -> Utterance:
        """Choose what was said among what the ears heard; its text is empty where nothing was."""
        return self._chooser.choose(hearing, self._heard_in(session))

    def _heard_in(self, session: Session | int) -> Situation:
        """Return the situation with the names that are stored, which may be said."""
        if isinstance(session, int):
            with self.store.transaction() as transaction:
                found = self._read_situation(session, transaction, with_names=True)
                return replace(found, talk=tuple(found.talk))
        return Situation(session, self.clock.now(), half=self._half)

    def _read_situation(
        self,
        session_id: int,
        transaction: Transaction,
        *,
        with_names: bool = False,
        before: Turn | None = None,
    ) -> Situation:
        now, half = self.clock.now(), self._half
        if before is not None:
            now = before.utterance.heard_at.astimezone(now.tzinfo)
        given = (transaction, session_id, self.skills, now)
        past = before.id if before else None
        return read_situation(*given, with_names=with_names, half=half, before=past)

    @property
    def _half(self) -> Half:
        return "to" if self.settings.half_hour == "to" else "past"

    @cached_property
    def _chooser(self) -> Chooser:
        """Return what holds speech against the installed skills; only voice needs it."""
        from assistant.understanding.spoken.choosing import Chooser

        return Chooser(self.skills, self._reading.exactly)

    def warm(self, *, wait: bool = True) -> None:
        """Load the weights and fit the intent head; ``status`` tells how it went.

        Without ``wait`` what an example covers is understood meanwhile.
        """
        if not wait:
            self._model.learn(self.skills, then=self._settle)
            return
        self._model.load()
        self._model.fit(self.skills)
        self._features.load()

    def _settle(self) -> None:
        self._features.load()
        self._reading.free.settle(self.clock.now())

    def refresh(self) -> list[str]:
        """Reload skills that changed on disk; return one sentence for each change."""
        notices = self._registry.refresh()
        if notices:
            self._install()
            if self._model.ready:
                self._model.learn(self.skills, then=self._settle)
        return notices

    def permitted(self, name: str) -> bool | None:
        """Return whether a skill may have what it declares; None where nobody was asked."""
        return rights.kept(self.skills, self.store.reader(), name)

    def permit(self, name: str, *, allow: bool, at: datetime) -> Turn:
        """Let a skill have what it declares, or not; kept as a turn, so that it can be undone."""
        session = self.store.session(SHELL)
        with self.store.transaction(alone=True) as transaction:
            turn = rights.permit(transaction, session, self.skills, name, allow, at)
        return recording.acknowledged(transaction, turn)

    def ring(self) -> list[Alarm]:
        """Return the alarms that are due, as told by whoever asks; no other one gets the same."""
        found = [claim.alarm for claim in self.claim("", lambda _: False)]
        self.settle([alarm.id for alarm in found])
        return found

    def claim(self, door: str, gone: Callable[[str], bool]) -> list[Claim]:
        """Claim for a door what rings, to be settled when it was told; of all doors one gets each.

        ``gone`` tells whether another door is, which may have told nothing of what it claimed.
        """
        return self.store.claim(self.clock.now(), door, gone)

    def settle(self, alarms: Collection[str]) -> None:
        """Note that alarms were told, by their ids."""
        self.store.settle(alarms)

    def status(self) -> Status:
        """Return what the status line shows."""
        return Status(
            self._model.state,
            self._model.ready,
            self._model.engine,
            len(self.skills.active),
            tuple(b.message for b in self.skills.broken),
            len(self.store.pending()),
        )

    def troubles(self) -> list[str]:
        """Return what is wrong with weights and is not told yet; all are opened where some are."""
        if self._model.ready:
            self._features.load()
        found = (self._model.trouble, self._features.trouble)
        new = [each for each in found if each and each not in self._told]
        self._told.update(new)
        return new

    def suggestions(self, prefix: str, limit: int = 8) -> list[str]:
        """Return example sentences that go on from a prefix, for completion."""
        typed = prefix.casefold()
        if self._sentences is None:
            self._sentences = sorted(self._reading.exact.sentences())
        return [s for s in self._sentences if s.casefold().startswith(typed)][:limit]

    def close(self) -> None:
        """Close the store, and end what skills run in."""
        self.store.close()
        self._registry.close()

    def _install(self) -> None:
        """Build what reads and acts for the skills as they are now."""
        skills = self.skills
        budgets = Budgets(self.settings.false_accepts, self.settings.asking)
        self._reading = reading(skills, self._model, self._features, budgets, self._more)
        asked = (self._model.rank, partial(self._model.harmless, skills), self._features.read)
        self._handler = Handler(skills, self.settings, self.clock, *asked)
        self._meanings = Meanings(skills, self._model, self._features.spans)
        mistaken = Mistaken(skills, self._meanings, self._reading.ask, self.teacher)
        self._tutoring = Tutoring(skills, mistaken, self.teacher)
        self._sentences = None
        self.__dict__.pop("_chooser", None)
