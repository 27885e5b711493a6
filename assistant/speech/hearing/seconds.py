"""Which second hearing a listener has: loaded when it is first wanted, and changed meanwhile."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable
from typing import TYPE_CHECKING

from assistant.speech.hearing.again import Second

if TYPE_CHECKING:
    from assistant.speech.second import SecondModel

Open = Callable[[], "SecondModel | None"]
"""Loads a model; None for none. It tells of what went wrong itself."""

log = logging.getLogger(__name__)


class Seconds:
    """Holds the second hearing of a listener; any thread may change it."""

    def __init__(self, open_model: Open) -> None:
        """Load nothing yet."""
        self._open = open_model
        self._lock = threading.Lock()
        self._loaded = False
        self._changes = 0
        self._now: Second | None = None

    @property
    def now(self) -> Second | None:
        """Return what hears again from the next utterance on."""
        return self._now

    def load(self) -> None:
        """Load what was chosen, unless it is: the first time that somebody listens."""
        with self._lock:
            opens = None if self._loaded else self._open
            self._loaded, changes = True, self._changes
        if opens is not None:
            self._settle(opens(), changes)

    def change(self, open_model: Open) -> None:
        """Choose another: it is loaded in a thread of its own, and the old one hears meanwhile."""
        with self._lock:
            self._open = open_model
            self._changes += 1
            if not self._loaded:
                return
            changes = self._changes
        threading.Thread(
            target=self._change, args=(open_model, changes), name="loading", daemon=True
        ).start()

    def _change(self, open_model: Open, changes: int) -> None:
        try:
            found = open_model()
        except Exception:  # whatever it was, what hears now goes on
            log.exception("no other second hearing was loaded")
            return
        self._settle(found, changes)

    def _settle(self, found: SecondModel | None, changes: int) -> None:
        """Take what was loaded, unless another was chosen meanwhile."""
        second = Second(found) if found is not None else None
        with self._lock:
            if changes == self._changes:
                # Whoever hears with the old one closes it at the end of the utterance.
                self._now = second

    def drop(self) -> None:
        """Forget what was begun."""
        if self._now is not None:
            self._now.drop()

    def close(self) -> None:
        """End it, soon; it is loaded anew when it is wanted again."""
        with self._lock:
            second, self._now, self._loaded = self._now, None, False
            self._changes += 1
        if second is not None:
            second.close()
