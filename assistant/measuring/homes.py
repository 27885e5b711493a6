"""Homes that are forgotten, to say sentences in: each on a clock that stands until it is moved.

One assistant's weights serve all homes. Nothing here prints.
"""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, tzinfo
from pathlib import Path
from typing import TYPE_CHECKING, Any

from assistant.assembly import feature_reader, intent_model, registry
from assistant.conversation.assistant import Assistant
from assistant.errors import CheckpointError, SkillLoadError
from assistant.labelled.sentences import START, Sentence
from assistant.skill.given import Clock
from assistant.store import Store
from assistant.store.wire import understanding_to_json
from assistant.turn import OpenQuestion, Reply, Turn, Understanding, Utterance

if TYPE_CHECKING:
    from assistant.settings import Settings
    from assistant.skill.registry import Loader


@dataclass(frozen=True, slots=True)
class Said:
    """What came of a row: its turn, the skills of which it changed what they keep, what rang before
    it, and the question that waits after it.
    """

    turn: Turn
    effects: tuple[str, ...] = ()
    rang: tuple[str, ...] = ()
    waits: OpenQuestion | None = None

    @property
    def changed(self) -> bool:
        """Tell whether anything that is kept was changed."""
        return bool(self.effects)

    @property
    def outcome(self) -> str:
        """Return what became of it, "offered" where it was asked which request was meant."""
        asks = self.turn.outcome == "asked" and self.turn.understanding.intent is None
        return "offered" if asks else self.turn.outcome

    @property
    def slots(self) -> dict[str, Any]:
        """Return the slots that were heard, as JSON."""
        told = understanding_to_json(self.turn.understanding)["slots"]
        return {slot["name"]: slot["value"] for slot in told}

    @property
    def known(self) -> dict[str, Any]:
        """Return the slots that are known now: kept with the question that waits, or heard."""
        return {**(self.waits.keep if self.waits else {}), **self.slots}

    @property
    def asks(self) -> str:
        """Return the slot, or the answer, that is waited for; empty where none is."""
        return (self.waits.slot or self.waits.then) if self.waits else ""


class Homes:
    """Makes homes that are forgotten, for an assistant whose weights are loaded once."""

    def __init__(
        self, settings: Settings, skill_files: Sequence[Path] = (), loader: Loader | None = None
    ) -> None:
        self._settings = settings
        self._registry = registry(settings, skill_files, loader=loader)
        broken = [b for b in self._registry.skills.broken if b.source in map(str, skill_files)]
        if broken:
            raise SkillLoadError(broken[0].message)
        self._model = intent_model(settings)
        self._features = feature_reader(settings, self._model)
        self._folder = tempfile.TemporaryDirectory(prefix="assistant-")
        self._homes: dict[tzinfo | None, Home] = {}

    def __enter__(self) -> Homes:
        self._model.prepare(self._registry.skills)
        self._features.load()
        if trouble := self._model.trouble or self._features.trouble:
            raise CheckpointError(trouble)
        return self

    def __exit__(self, *_error: object) -> None:
        for home in self._homes.values():
            home.assistant.close()
        self._folder.cleanup()

    def say(self, rows: Sequence[Sentence]) -> Iterator[tuple[Sentence, Said]]:
        """Say rows one after another in an empty home, each after what stands before it."""
        home = self.empty(rows[0].at or START)
        for row in rows:
            rang = home.move(row.at) if row.at else ()
            for text in row.before:
                home.say(text)
            yield row, home.hear(row.text, rang) if row.text else home.passed(rang)

    def empty(self, at: datetime) -> Home:
        """Return the home of a zone with nothing in it."""
        if at.tzinfo not in self._homes:
            self._homes[at.tzinfo] = Home(at, self._assistant)
        home = self._homes[at.tzinfo]
        home.begin(at)
        return home

    def _assistant(self, clock: Clock) -> Assistant:
        path = Path(self._folder.name, f"{len(self._homes)}.db")
        store = Store.open(path, clock.now)
        return Assistant(store, self._registry, self._model, self._features, self._settings, clock)


class Home:
    """One assistant on a clock that stands until it is moved."""

    def __init__(self, at: datetime, make: Callable[[Clock], Assistant]) -> None:
        assert at.tzinfo is not None
        self._at = at
        self.assistant = make(Clock(at.tzinfo, lambda: self._at.astimezone(UTC)))
        self._session = 0

    def begin(self, at: datetime) -> None:
        """Empty it, and set its clock."""
        self._at = at
        self.assistant.store.empty()
        self._session = self.assistant.open_session("sentences").id

    def move(self, at: datetime) -> tuple[str, ...]:
        """Move the clock, and return what rings by then."""
        self._at = at
        return tuple(alarm.message for alarm in self.assistant.ring())

    def say(self, text: str) -> Turn:
        """Say a sentence, and return its turn."""
        return self.assistant.respond(Utterance(text, self.assistant.clock.now()), self._session)

    def hear(self, text: str, rang: tuple[str, ...] = ()) -> Said:
        """Say a sentence, and return what comes of it."""
        before = self._kept()
        turn = self.say(text)
        now = self._kept()
        names = sorted(before.keys() | now.keys())
        effects = tuple(name for name in names if before.get(name) != now.get(name))
        waits = self.assistant.session(self._session).open_question
        return Said(turn, effects, rang, waits)

    def passed(self, rang: tuple[str, ...]) -> Said:
        """Return what came of time that passed."""
        said = Utterance("", self.assistant.clock.now(), "alarm")
        turn = Turn(0, self._session, said, Understanding(None), Reply("\n".join(rang)))
        return Said(turn, (), rang, self.assistant.session(self._session).open_question)

    def _kept(self) -> dict[str, list[object]]:
        """Return what each skill keeps, and what it has yet to ring."""
        store = self.assistant.store
        with store.transaction() as transaction:
            kept: dict[str, list[object]] = {
                name: [memory] for name, memory in transaction.memories().items() if memory
            }
        for alarm in store.pending():
            kept.setdefault(alarm.skill, []).append(alarm)
        return kept
