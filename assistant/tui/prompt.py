"""The line one types into: history, completion, and pastes of many lines as one."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from textual.binding import Binding, BindingType
from textual.events import Paste
from textual.message import Message
from textual.suggester import Suggester
from textual.widgets import Input

LONGEST = 2_001
"""Characters the prompt takes; the assistant refuses one more than 2,000, and says so."""


class Sentences(Suggester):
    """Completes what is typed by the example sentences of the installed skills."""

    def __init__(self) -> None:
        super().__init__(use_cache=False, case_sensitive=False)
        self.known: list[str] = []

    async def get_suggestion(self, value: str) -> str | None:
        """Return the first sentence that goes on from what is typed."""
        if len(value) < 2:
            return None
        typed = value.casefold()
        found = next((s for s in self.known if s.casefold().startswith(typed)), None)
        return value + found[len(value) :] if found else None


class Prompt(Input):
    """Where one types; Up and Down go through what was said before."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("up", "older", "Earlier", show=False, id="prompt.older"),
        Binding("down", "newer", "Later", show=False, id="prompt.newer"),
        Binding("tab", "complete", "Complete", show=False, id="prompt.complete"),
        Binding("ctrl+d", "delete_or_quit", "Quit", show=False),
    ]

    @dataclass
    class Sent(Message):
        """Something was said."""

        text: str

    def __init__(self) -> None:
        self.sentences = Sentences()
        super().__init__(
            placeholder="Say something …", suggester=self.sentences, max_length=LONGEST, id="prompt"
        )
        self._history: list[str] = []
        self._place = 0
        self._draft = ""

    def remember(self, texts: list[str]) -> None:
        """Start the history with what was said in this session."""
        self._history = texts
        self._place = len(texts)

    def ask(self, question: str | None) -> None:
        """Show that an answer is waited for, or that none is."""
        self.placeholder = f"Waiting for your answer: {question}" if question else "Say something …"
        self.set_class(question is not None, "asked")

    async def action_submit(self) -> None:
        """Send what is typed, keep it in the history, and empty the line."""
        text = self.value.strip()
        self.value = ""
        if text:
            self._history.append(text)
            self._place = len(self._history)
            self.post_message(self.Sent(text))

    def action_older(self) -> None:
        """Go back in what was said; what is being typed is kept."""
        if self._place == len(self._history):
            self._draft = self.value
        self._go(self._place - 1)

    def action_newer(self) -> None:
        """Go forward in what was said."""
        self._go(self._place + 1)

    def action_complete(self) -> None:
        """Take the suggestion, or move on to the next part of the screen."""
        if self._suggestion and self._suggestion != self.value:
            self.value = self._suggestion
            self.cursor_position = len(self.value)
        else:
            self.screen.focus_next()

    def action_delete_or_quit(self) -> None:
        """Delete the character under the cursor; on an empty line, leave."""
        if self.value:
            self.action_delete_right()
        else:
            self.app.exit()

    def _go(self, place: int) -> None:
        if not 0 <= place <= len(self._history):
            return
        self._place = place
        self.value = self._draft if place == len(self._history) else self._history[place]
        self.cursor_position = len(self.value)

    def _on_paste(self, event: Paste) -> None:
        """Take pasted lines as one."""
        room = LONGEST - len(self.value)
        self.insert_text_at_cursor(" ".join(event.text[: LONGEST * 4].split())[:room])
        event.prevent_default()
        event.stop()
