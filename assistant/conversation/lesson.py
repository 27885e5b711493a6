"""What the conversation needs of those who keep what it is taught, and what they are told."""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Protocol

from assistant.language.records import dataclass
from assistant.skill.given import Reader
from assistant.turn import Situation, Turn, Understanding, Utterance

if TYPE_CHECKING:
    from assistant.skill.declared import Intent

RECORD = "record"
"""The role of the intent that writes the conversation down as a test."""

Changed = tuple[dict[str, str] | None, dict[str, str] | None]
"""What is kept of a sentence that was taught: before a turn, and after it."""


class Teacher(Protocol):
    """Writes examples, and tries out what they would make worse."""

    def example(self, sentence: str, values: Sequence[tuple[str, int, int]], intent: Intent) -> str:
        """Return a sentence as an example of an intent, "" where it can be none."""

    def there(self, intent: str, example: str) -> bool:
        """Tell whether an example stands in the user's own file already."""

    def worse(
        self, intent: str, example: str, situation: Situation, stop: Callable[[], bool]
    ) -> Sequence[str]:
        """Return in words what would be understood otherwise, and worse, with one more example.

        Raises StoppedError once ``stop`` tells to.
        """

    def record(self, session_id: int, stop: Callable[[], bool] = lambda: False) -> str:
        """Write a conversation down as a test; return in words where. Raises AssistantError.

        Raises StoppedError, and leaves no file, once ``stop`` tells to.
        """

    def follow(self, turn: Turn, changed: Sequence[Changed]) -> Turn:
        """Put into the file what a turn learnt, and take out what it took back.

        What goes wrong is said in the turn's reply.
        """


class StoppedError(Exception):
    """The user has stopped what took long."""


@dataclass(frozen=True, slots=True)
class Told:
    """A turn: what was meant and said, in which situation, and what it reads by.

    What was ``said`` is the same object each time that the turn begins anew; ``held`` tells that
    nobody else can write meanwhile.
    """

    meant: Understanding
    said: Utterance
    situation: Situation
    reader: Reader
    cancel: threading.Event | None = None
    held: bool = False

    def stop(self) -> bool:
        """Tell whether the user has stopped it."""
        return self.cancel is not None and self.cancel.is_set()
