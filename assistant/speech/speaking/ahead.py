"""Reads a text sentence by sentence: while one is heard, the next is being made."""

from __future__ import annotations

import queue
import threading
from collections.abc import Callable, Generator
from contextlib import closing

from assistant.errors import SpeechError
from assistant.speech.speaking.player import Cut, Player, Sound
from assistant.speech.speaking.sentences import pieces

AHEAD = 2
"""Sentences that are made and not yet handed to the player, at most."""

Make = Callable[[str], Sound]
"""Turns a sentence into sound. Raises SpeechError."""


class BrokeOffError(SpeechError):
    """A voice failed within a text; ``rest`` is what it has not read."""

    def __init__(self, reason: str, rest: str) -> None:
        super().__init__(reason)
        self.rest = rest


def read(make: Make, text: str, player: Player, cut: Cut) -> None:
    """Read a text until its end or the cut.

    What was made before a sentence that can't be made is heard to its end; then BrokeOffError is
    raised.
    """
    reading = _Reading(make, pieces(text), cut)
    with closing(reading.sounds()) as sounds:
        player.play(sounds, cut)
    if reading.failed is None or cut.done:
        return
    if not isinstance(reading.failed, SpeechError):
        raise reading.failed
    raise BrokeOffError(str(reading.failed), " ".join(reading.rest)) from reading.failed


class _Reading:
    """Makes sounds in a thread of its own, a few ahead of the player."""

    def __init__(self, make: Make, parts: list[str], cut: Cut) -> None:
        self.rest = parts
        self.failed: Exception | None = None
        self._make = make
        self._cut = cut
        self._over = False
        self._room = threading.Semaphore(AHEAD)
        self._made: queue.SimpleQueue[Sound | None] = queue.SimpleQueue()

    def sounds(self) -> Generator[Sound]:
        """Yield the sounds as they are made; whoever closes this ends the making."""
        self._cut.hang(self._end)
        threading.Thread(target=self._run, daemon=True).start()
        try:
            while (sound := self._made.get()) is not None and not self._cut.done:
                yield sound
                self._room.release()
        finally:
            self._end()

    def _run(self) -> None:
        while self.rest and self._may_go_on():
            try:
                sound = self._make(self.rest[0])
            except Exception as error:  # noqa: BLE001 - whoever reads is told
                self.failed = error
                break
            self.rest = self.rest[1:]
            self._made.put(sound)
        self._made.put(None)

    def _may_go_on(self) -> bool:
        """Wait for room, and tell whether there is still somebody who listens."""
        self._room.acquire()
        return not self._over

    def _end(self) -> None:
        self._over = True
        self._room.release()
        self._made.put(None)
