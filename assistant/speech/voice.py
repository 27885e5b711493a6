"""Reads replies aloud by a voice the system brings: say, espeak-ng, espeak or spd-say."""

from __future__ import annotations

import shutil
import subprocess

from assistant.turn import Reply

VOICES = (("say",), ("espeak-ng",), ("espeak",), ("spd-say", "--wait"))
"""Commands that speak their last argument, the most pleasant first."""

LONGEST = 600
"""Characters that are read aloud; more nobody listens to."""


class Voice:
    """Speaks one reply at a time in a process of its own; a new one cuts the old one off."""

    def __init__(self) -> None:
        self._command = next((c for c in VOICES if shutil.which(c[0])), None)
        self._speaking: subprocess.Popen[bytes] | None = None

    @property
    def found(self) -> bool:
        """Tell whether this system has a voice."""
        return self._command is not None

    def speak(self, reply: Reply) -> None:
        """Begin to read a reply aloud; without a voice nothing happens."""
        self.stop()
        text = (reply.speech or reply.text)[:LONGEST].strip()
        if self._command is None or not text:
            return
        # A text that begins with a dash must not be read as an option.
        self._speaking = subprocess.Popen(
            [*self._command, f" {text}"],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )

    def stop(self) -> None:
        """Be silent at once."""
        if self._speaking is not None and self._speaking.poll() is None:
            self._speaking.terminate()
            self._speaking.wait(timeout=2)
        self._speaking = None
