"""The straight line from an utterance to a recorded turn."""

from __future__ import annotations

import logging
import re
import threading
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from functools import cached_property
from typing import TYPE_CHECKING, Any
from unicodedata import category

from assistant.conversation.handling import Handled, Handler
from assistant.conversation.questions import AnswerParser, Parser, target_of
from assistant.errors import AssistantError
from assistant.skill.given import Alarm, Clock
from assistant.turn import Hearing, Sayable, Session, Turn, Understanding, Utterance
from assistant.understanding.parsers import correction
from assistant.understanding.parsers.classified import (
    ClassifierParser,
    Taught,
    TaughtParser,
    TemplateParser,
    with_entities,
)
from assistant.understanding.parsers.correction import CorrectionParser

if TYPE_CHECKING:
    from assistant.settings import Settings
    from assistant.skill.declared import Intent, SlotSpec
    from assistant.skill.registry import Registry, Skills
    from assistant.store import Store
    from assistant.understanding.learning.model import IntentModel
    from assistant.understanding.learning.reading import FeatureReader
    from assistant.understanding.spoken.choosing import Chooser

SHELL = "shell"
"""The session that all calls of `assistant say` share."""

TEACHER = "teach"
"""The skill whose memory holds the sentences that were taught."""

LONGEST = 2_000
"""Characters of an utterance that are looked at and kept; more is no request."""

TOO_LONG = f"That is too long for me: say it in at most {LONGEST:,} characters."

HEARD = 0.55
"""The confidence below which nothing is done for spoken words."""

MOST_NAMES = 200
"""Stored names of a skill that the ears listen for."""

_NAME = re.compile(r"[^\W\d_][^\W\d_'-]*(?: [^\W\d_][^\W\d_'-]*){0,2}")

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Status:
    """What the status line shows. ``model`` is a sentence when there is a problem."""

    model: str
    model_ready: bool
    engine: str
    skills: int
    broken: tuple[str, ...]
    alarms: int


class Assistant:
    """Understands, acts and remembers. One thread at a time, the one that opened the store."""

    def __init__(
        self,
        store: Store,
        registry: Registry,
        model: IntentModel,
        features: FeatureReader,
        settings: Settings,
        clock: Clock,
    ) -> None:
        self.store = store
        self.settings = settings
        self.clock = clock
        self.notice = ""
        """What the user should know at once, e.g. that nothing can be kept."""
        self._registry = registry
        self._model = model
        self._features = features
        self._sentences: list[str] | None = None
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
        newest = next((s for s in self.store.sessions() if s.name != SHELL), None)
        return self.session(newest.id) if newest else self.open_session()

    def session(self, session_id: int) -> Session:
        """Return a session as it stands now."""
        return self.store.session_by_id(session_id)

    def respond(
        self, utterance: Utterance, session_id: int, cancel: threading.Event | None = None
    ) -> Turn:
        """Understand, act, record, and return the turn; errors become its reply."""
        utterance = _cut(utterance)
        session = self.session(session_id)
        understanding = self.understand(utterance, session)
        start = time.perf_counter()
        handled = self._handler.handle(understanding, utterance, session, cancel)
        understanding.timings["skill"] = _since(start)
        return self._record(session, utterance, understanding, handled)

    def understand(self, utterance: Utterance, session: Session) -> Understanding:
        """Return what the first parser that is sure says; "none" when none is."""
        start = time.perf_counter()
        timings: dict[str, float] = {}
        if len(utterance.text) > LONGEST:
            return Understanding(None, notes=(TOO_LONG,))
        for name, parser in self._parsers:
            stage = time.perf_counter()
            understanding = parser(utterance, session)
            timings[name] = _since(stage)
            if understanding is not None:
                break
        else:
            understanding = Understanding(None)
        understanding = _surely(utterance, understanding)
        timings |= understanding.timings
        stage = time.perf_counter()
        understanding = self._read(utterance, understanding)
        timings["features"] = _since(stage)
        return replace(understanding, timings={**timings, "understand": _since(start)})

    def _read(self, utterance: Utterance, meant: Understanding) -> Understanding:
        """Add sentiment and entities; weights are not loaded for what an example settled."""
        if not self._features.ready and meant.parser not in ("classifier", "none"):
            return meant
        read = self._features.read(utterance.text, meant)
        return with_entities(read, self.skills, self.clock.now())

    def sayable(self, session: Session | int) -> Sayable:
        """Return what can be said now, for the ears; a session of no store may be given itself."""
        session = self._meant(session)
        waiting, corrected = self._waiting(session), self._corrected(session)
        return self._chooser.sayable(session, self._names(), waiting, corrected)

    def heard(self, hearing: Hearing, session: Session | int) -> Utterance:
        """Choose what was said among what the ears heard; its text is empty where nothing was."""
        session = self._meant(session)
        waiting, corrected = self._waiting(session), self._corrected(session)
        return self._chooser.choose(hearing, session, self._names(), waiting, corrected)

    def _meant(self, session: Session | int) -> Session:
        return self.session(session) if isinstance(session, int) else session

    @cached_property
    def _chooser(self) -> Chooser:
        """Return what holds speech against the installed skills; only voice needs it."""
        from assistant.understanding.spoken.choosing import Chooser

        return Chooser(self.skills, self._covered)

    def _covered(self, utterance: Utterance, session: Session) -> Understanding | None:
        """Understand what an answer, a lesson or an example covers, and nothing else."""
        exact = (parser for name, parser in self._parsers if name != "classifier")
        return next(filter(None, (parser(utterance, session) for parser in exact)), None)

    def _names(self) -> dict[str, list[str]]:
        """Return the short texts each skill keeps: names of lists and what is on them."""
        reader = self.store.reader()
        skills = {name.partition(".")[0] for name in self.skills.intents}
        return {skill: names(reader.memory(skill)) for skill in sorted(skills)}

    def _waiting(self, session: Session) -> Intent | None:
        question = session.open_question
        return target_of(question, self.skills) if question else None

    def _corrected(self, session: Session) -> Sequence[SlotSpec]:
        """Return what of the turn before may be corrected; an open question goes before."""
        if session.open_question:
            return ()
        return correction.changeable(next(iter(self._recent(session.id, 1)), None), self.skills)

    def warm(self) -> None:
        """Load the weights and fit the intent head; ``status`` tells how it went."""
        self._model.load()
        self._model.fit(self.skills)
        self._features.load()

    def refresh(self) -> list[str]:
        """Reload skills that changed on disk; return one sentence for each change."""
        notices = self._registry.refresh()
        if notices:
            self._install()
            if self._model.ready:
                self._model.fit(self.skills)
        return notices

    def ring(self) -> list[Alarm]:
        """Claim the alarms that are due; of all open doors exactly one gets each."""
        return self.store.claim_due(self.clock.now())

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

    def suggestions(self, prefix: str, limit: int = 8) -> list[str]:
        """Return example sentences that go on from a prefix, for completion."""
        typed = prefix.casefold()
        if self._sentences is None:
            self._sentences = sorted(self._exact.sentences())
        return [s for s in self._sentences if s.casefold().startswith(typed)][:limit]

    def close(self) -> None:
        """Close the store."""
        self.store.close()

    def _install(self) -> None:
        """Build the parser chain for the skills as they are now."""
        skills, now = self.skills, self.clock.now
        exact = TemplateParser(skills, now)
        spans = self._features.spans
        budget = self.settings.false_accepts
        free = ClassifierParser(skills, self._model, budget, self._taught, spans, now)
        self._parsers: Sequence[tuple[str, Parser]] = (
            ("answer", AnswerParser(skills, exact, now)),
            ("taught", TaughtParser(skills, self._taught, (exact, free), spans, now)),
            ("template", exact),
            (correction.PARSER, CorrectionParser(skills, self._recent, now)),
            ("classifier", free),
        )
        self._handler = Handler(
            skills, self.settings, self.clock, self.store.reader, self._model.rank
        )
        self._exact = exact
        self._sentences = None
        self.__dict__.pop("_chooser", None)

    def _recent(self, session_id: int, limit: int) -> list[Turn]:
        """Return the newest turns; also in the listener's thread, as ``Sayable.complete`` asks."""
        return self.store.reader().turns(session_id, limit)

    def _taught(self) -> Taught:
        return self.store.reader().memory(TEACHER)

    def _record(
        self, session: Session, utterance: Utterance, meant: Understanding, handled: Handled
    ) -> Turn:
        """Commit the turn with its effects; where that fails nothing has happened, and is said."""
        try:
            return self.store.record(
                session,
                utterance,
                meant,
                handled.reply,
                handled.outcome,
                handled.effects,
                handled.question,
            )
        except AssistantError as error:
            log.warning("a turn could not be saved", exc_info=True)
            text = handled.reply.text if not handled.effects else "Nothing was changed."
            reply = replace(handled.reply, text=f"{text}\n\nThis could not be saved: {error}")
            return Turn(-1, session.id, utterance, meant, reply, "failed")


def _surely(utterance: Utterance, meant: Understanding) -> Understanding:
    """Let nothing be done for words that were hardly heard: a noise is full of them."""
    if utterance.source != "voice" or utterance.confidence >= HEARD or meant.intent is None:
        return meant
    note = f"I'm not sure that I heard “{utterance.text}”: say it once more, please."
    return replace(meant, intent=None, slots=(), parser="none", notes=(note, *meant.notes))


def hear(text: str, now: Callable[[], datetime]) -> Utterance:
    """Return typed text as an utterance."""
    return Utterance(text, now())


def names(memory: Mapping[str, Any]) -> list[str]:
    """Return the short texts of a skill's memory that may be said: keys, and items of lists."""
    texts = [*memory]
    for value in memory.values():
        texts += (
            [item for item in value if isinstance(item, str)] if isinstance(value, list) else []
        )
    return sorted({text for text in texts if _NAME.fullmatch(text)})[:MOST_NAMES]


def _cut(utterance: Utterance) -> Utterance:
    """Drop control characters and everything past one character more than LONGEST."""
    text = utterance.text[: LONGEST * 4]
    text = "".join(" " if category(c) in ("Cc", "Cs", "Co", "Cn") else c for c in text)
    return replace(utterance, text=" ".join(text.split())[: LONGEST + 1])


def _since(start: float) -> float:
    """Return milliseconds since a ``perf_counter`` reading, rounded to a microsecond."""
    return round((time.perf_counter() - start) * 1000, 3)
