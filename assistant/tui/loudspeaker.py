"""Reads replies aloud, one at a time, and knows whether it still does."""

from __future__ import annotations

from collections.abc import Callable
from typing import Literal

from assistant.doors.devices import Speaker, no_voice
from assistant.turn import Reply


class Loudspeaker:
    """A voice that is looked for on first use; ``ended`` is called in a thread, with a number."""

    def __init__(
        self,
        open_voice: Callable[[], Speaker],
        ended: Callable[[int], object],
        tell: Callable[[str], object],
    ) -> None:
        self._open = open_voice
        self._ended = ended
        self._tell = tell
        self._voice: Speaker | None = None
        self._number = 0
        self._stale = False
        self.speaking = False

    def warm(self) -> None:
        """Begin to load the voice, once."""
        self._let_go()
        if self._voice is None:
            self._voice = self._open()
            self._voice.warm()

    def renew(self) -> None:
        """Take another voice, as it is set now, for the next reply."""
        self._stale = True

    def speak(self, reply: Reply) -> bool:
        """Begin to read a reply aloud; tell whether there is a voice to do it."""
        voice = self._found()
        if voice is None:
            return False
        self._number += 1
        number = self._number
        self.speaking = True
        voice.speak(reply, lambda: self._ended(number))
        return True

    def over(self, number: int) -> bool:
        """Note that a reply has ended; tell whether it is silent now."""
        if number == self._number:
            self.speaking = False
        return not self.speaking

    def stop(self) -> bool:
        """Be silent at once; tell whether it was speaking."""
        if self._voice is None or not self.speaking:
            return False
        self.speaking = False
        self._voice.stop()
        return True

    def beep(self, kind: Literal["start", "end"]) -> None:
        """Give a short tone."""
        voice = self._found()
        if voice is not None:
            voice.beep(kind)

    def close(self) -> None:
        """Be silent for good."""
        self.speaking = False
        if self._voice is not None:
            self._voice.close()

    def _let_go(self) -> None:
        """Close a voice that is not the one that is set now."""
        if self._stale and self._voice is not None:
            self._voice.close()
            self._voice = None
        self._stale = False

    def _found(self) -> Speaker | None:
        self._let_go()
        if self._voice is None:
            self._voice = self._open()
            if not self._voice.found:
                self._tell(no_voice())
        return self._voice if self._voice.found else None
