"""What the conversation needs of those who teach it: examples written, tried out, taken back."""

from __future__ import annotations

import logging
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from assistant.conversation.lesson import Changed
from assistant.errors import AssistantError
from assistant.skill import declared
from assistant.teaching.examples import Examples, Line, example_of, line_of
from assistant.turn import Reply, Situation, Turn
from assistant.understanding.parsers.taught import EXAMPLE

if TYPE_CHECKING:
    from assistant.conversation.assistant import Assistant
    from assistant.skill.declared import Intent

log = logging.getLogger(__name__)


class Teaching:
    """Teaches one assistant, by the user's own examples."""

    def __init__(self, examples: Examples, recorded: Path, assistant: Assistant) -> None:
        """Take the file of the examples, and where recorded conversations lie."""
        self._examples = examples
        self._recorded = recorded
        self._assistant = assistant

    def example(self, sentence: str, values: Sequence[tuple[str, int, int]], intent: Intent) -> str:
        """Return a sentence as an example of an intent, "" where it can be none."""
        text = example_of(sentence, values)
        try:
            declared.example(text, intent.slots, "")
        except AssistantError:
            return ""
        return text

    def there(self, intent: str, example: str) -> bool:
        """Tell whether an example stands in the user's own file already."""
        try:
            return self._examples.has(Line(intent, example))
        except AssistantError:  # which is told where it is to be written
            return False

    def worse(
        self, intent: str, example: str, situation: Situation, stop: Callable[[], bool]
    ) -> Sequence[str]:
        """Return in words what would be worse with one more example. Raises StoppedError."""
        from assistant.teaching.checking import Check

        return Check(self._assistant, situation, self._recorded, stop).worse(intent, example)

    def record(self, session_id: int, stop: Callable[[], bool] = lambda: False) -> str:
        """Write a conversation down as a test; return in words where. Raises AssistantError.

        Raises StoppedError, and leaves no file, once ``stop`` tells to.
        """
        from assistant.teaching.recording import record

        return record(self._assistant, session_id, self._recorded, stop)

    def follow(self, turn: Turn, changed: Sequence[Changed]) -> Turn:
        """Put into the file what a turn learnt, and take out what it took back."""
        try:
            for before, after in changed:
                if before and EXAMPLE in before:
                    self._examples.remove(line_of(before[EXAMPLE]))
                if after and EXAMPLE in after:
                    self._examples.add(line_of(after[EXAMPLE]))
        except AssistantError as error:
            log.warning("an example was not written", exc_info=True)
            return replace(turn, reply=Reply(f"{turn.reply.text}\n\n{error}", turn.reply.speech))
        return turn
