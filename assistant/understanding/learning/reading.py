"""The second checkpoint at work: sentiment and entities of what is said, where there is one."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from assistant.errors import CheckpointError
from assistant.turn import Understanding
from assistant.understanding.learning.spare import open_either

if TYPE_CHECKING:
    from assistant.engine import Encoder
    from assistant.engine.encoder import TokenVectors
    from assistant.skill.declared import Intent
    from assistant.understanding.learning.features import Features
    from assistant.understanding.learning.slottagging import SlotTaggers
    from assistant.understanding.learning.tagging import Tokens

Beside = Callable[[], "Encoder | None"]
"""Gives the encoder whose token vectors taggers see beside those of this one."""

log = logging.getLogger(__name__)


class FeatureReader:
    """Loads nothing until it is needed; without weights it reads nothing and ``state`` says why.

    ``trouble`` is what the user should know of that; without a checkpoint, nothing.
    """

    def __init__(
        self,
        checkpoint: Path | None,
        fills: Path,
        cache: Path,
        beside: Beside = lambda: None,
        spare: Path | None = None,
    ) -> None:
        """Take the checkpoint to use, and a ``spare`` one where that can't be."""
        self._checkpoint = checkpoint
        self._spare = spare
        self._beside = beside
        self._fills = fills
        self._cache = cache
        self._features: Features | None = None
        self._taggers: SlotTaggers | None = None
        self._lock = threading.Lock()
        self.state = ""
        self.trouble = ""

    @property
    def ready(self) -> bool:
        """Tell whether the weights are open."""
        return self._features is not None

    def load(self) -> None:
        """Open the checkpoint, unless that was tried before."""
        with self._lock:
            if self._features is None and not self.state:
                self._open()

    def _open(self) -> None:
        if self._checkpoint is None:
            self.state = "There are no weights."
            return
        from assistant.understanding.learning.features import Features
        from assistant.understanding.learning.slottagging import SlotTaggers

        other = self._beside()
        try:
            features, self.trouble = open_either(
                lambda folder: Features.load(folder, other), self._checkpoint, self._spare
            )
        except CheckpointError as error:
            self._give_up(error)
            return
        tokens, fingerprint = side_by_side(features.encoder, other)
        self._taggers = SlotTaggers(tokens, fingerprint, _lines(self._fills), self._cache)
        self._features = features

    def spans(self, intent: Intent, text: str) -> list[tuple[int, int, str]]:
        """Return (start, end, slot) of the free texts found in a sentence of an intent."""
        self.load()
        return self._taggers.spans(intent, text) if self._taggers else []

    def read(self, text: str, meant: Understanding) -> Understanding:
        """Return the understanding with the sentiment and the entities of the text."""
        self.load()
        if self._features is None or not text:
            return meant
        try:
            reading = self._features.read([text])[0]
        except CheckpointError as error:  # its tokenizer gives ids that it has no vector of
            self._give_up(error)
            return meant
        return replace(meant, sentiment=reading.mood, entities=reading.entities)

    def _give_up(self, error: CheckpointError) -> None:
        log.warning("no sentiment and entities", exc_info=True)
        self._features = self._taggers = None
        self.state = str(error)
        self.trouble = f"Names and moods are not read: {error}"


def side_by_side(encoder: Encoder, other: Encoder | None) -> tuple[Tokens, str]:
    """Return what gives the token vectors of both, and how it is told from others.

    One alone is taken where there is no other, or one with other words.
    """
    from assistant.engine.encoder import beside

    if other is None or other.words != encoder.words:
        return encoder.tokens, encoder.fingerprint

    def tokens(texts: Sequence[str]) -> list[TokenVectors]:
        each = (encoder.tokens(texts), other.tokens(texts))
        return [beside(*pair) for pair in zip(*each, strict=True)]

    return tokens, f"{encoder.fingerprint} {other.fingerprint}"


def _lines(path: Path) -> list[str]:
    """Return the lines of a file, none where it is missing."""
    return path.read_text(encoding="utf-8").splitlines() if path.exists() else []
