"""Homes that are forgotten, to say sentences in: one assistant's weights serve them all.

Nothing here prints.
"""

from __future__ import annotations

import tempfile
from collections.abc import Iterator, Sequence
from datetime import datetime
from itertools import count
from pathlib import Path
from typing import TYPE_CHECKING

from assistant.assembly import feature_reader, intent_model, registry
from assistant.conversation.assistant import Assistant
from assistant.errors import CheckpointError, SkillLoadError
from assistant.labelled.judging import Said
from assistant.labelled.sentences import Sentence
from assistant.skill.given import Clock
from assistant.store import Store
from assistant.teaching import rehearsing

if TYPE_CHECKING:
    from assistant.settings import Settings
    from assistant.skill.registry import Loader


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
        self._homes = rehearsing.Homes(self._assistant)
        self._numbers = count()

    def __enter__(self) -> Homes:
        self._model.prepare(self._registry.skills)
        self._features.load()
        if trouble := self._model.trouble or self._features.trouble:
            raise CheckpointError(trouble)
        return self

    def __exit__(self, *_error: object) -> None:
        self._homes.close()
        self._folder.cleanup()

    def say(self, rows: Sequence[Sentence]) -> Iterator[tuple[Sentence, Said]]:
        """Say rows one after another in an empty home, each after what stands before it."""
        return self._homes.say(rows)

    def empty(self, at: datetime) -> rehearsing.Home:
        """Return the home of a zone with nothing in it."""
        return self._homes.empty(at)

    def _assistant(self, clock: Clock) -> Assistant:
        path = Path(self._folder.name, f"{next(self._numbers)}.db")
        store = Store.open(path, clock.now)
        return Assistant(store, self._registry, self._model, self._features, self._settings, clock)
