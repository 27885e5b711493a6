"""The second checkpoint at work: sentiment and entities of what is said, where there is one."""

from __future__ import annotations

import logging
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from assistant.errors import CheckpointError
from assistant.turn import Understanding

if TYPE_CHECKING:
    from assistant.skill import Intent
    from assistant.understanding.features import Features
    from assistant.understanding.slottagging import SlotTaggers

log = logging.getLogger(__name__)


class FeatureReader:
    """Loads nothing until it is needed; without weights it reads nothing and ``state`` says why."""

    def __init__(self, checkpoint: Path, fills: Path, cache: Path) -> None:
        self._checkpoint = checkpoint
        self._fills = fills
        self._cache = cache
        self._features: Features | None = None
        self._taggers: SlotTaggers | None = None
        self.state = ""

    @property
    def ready(self) -> bool:
        """Tell whether the weights are open."""
        return self._features is not None

    def load(self) -> None:
        """Open the checkpoint, unless that was tried before."""
        if self._features is not None or self.state:
            return
        from assistant.understanding.features import Features
        from assistant.understanding.slottagging import SlotTaggers

        try:
            self._features = Features.load(self._checkpoint)
        except CheckpointError as error:
            log.warning("no sentiment and entities", exc_info=True)
            self.state = str(error)
            return
        fingerprint, fills = self._features.encoder.fingerprint, _lines(self._fills)
        self._taggers = SlotTaggers(self._features.tokens, fingerprint, fills, self._cache)

    def spans(self, intent: Intent, text: str) -> list[tuple[int, int, str]]:
        """Return (start, end, slot) of the free texts found in a sentence of an intent."""
        self.load()
        return self._taggers.spans(intent, text) if self._taggers else []

    def read(self, text: str, meant: Understanding) -> Understanding:
        """Return the understanding with the sentiment and the entities of the text."""
        self.load()
        if self._features is None or not text:
            return meant
        reading = self._features.read([text])[0]
        return replace(meant, sentiment=reading.mood, entities=reading.entities)


def _lines(path: Path) -> list[str]:
    """Return the lines of a file, none where it is missing."""
    return path.read_text(encoding="utf-8").splitlines() if path.exists() else []
