"""The line one types or speaks into: history, completion, and pasted lines told apart."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import ClassVar

from textual.binding import Binding, BindingType
from textual.events import Key, Paste
from textual.message import Message
from textual.suggester import Suggester
from textual.widgets import Input

from assistant.doors.terminal import visible

LONGEST = 2_001
"""Characters the prompt takes; the assistant refuses one more than 2,000, and says so."""

APART = " ⏎ "
"""What stands between pasted lines: each of them is a request of its own."""

EDITING = (
    "backspace delete left right home end up down ctrl+left ctrl+right ctrl+w ctrl+u ctrl+k "
    "ctrl+f ctrl+a ctrl+e ctrl+d ctrl+h shift+left shift+right shift+home shift+end"
).split()
"""Keys that change the line besides those that print."""

SAY, ANSWER = "Say something …", "Waiting for your answer: {}"


class Sentences(Suggester):
    """Completes what is typed by the example sentences of the installed skills."""

    def __init__(self) -> None:
        super().__init__(use_cache=False, case_sensitive=False)
        self.known: list[str] = []
        self.quiet = False

    async def get_suggestion(self, value: str) -> str | None:
        """Return the first sentence that goes on from what is typed."""
        if self.quiet or len(value) < 2:
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
        super().__init__(placeholder=SAY, suggester=self.sentences, max_length=LONGEST, id="prompt")
        self._history: list[str] = []
        self._place = 0
        self._draft = ""
        self._question: str | None = None
        self._invitation = SAY
        self._aside = ""
        self.listening = False
        self.when_touched: Callable[[], object] = lambda: None
        self.when_entered: Callable[[], object] = lambda: None

    def remember(self, texts: list[str]) -> None:
        """Start the history with what was said in this session."""
        self._history = [visible(text) for text in texts]
        self._place = len(texts)

    def add(self, text: str) -> None:
        """Put what was said at the end of the history."""
        self._history.append(visible(text))
        self._place = len(self._history)

    def ask(self, question: str | None) -> None:
        """Show that an answer is waited for, or that none is."""
        self._question = question
        self._invite()
        self.set_class(question is not None, "asked")

    def invite(self, words: str = "") -> None:
        """Show these words while the line is empty and nothing is asked; none are the usual."""
        self._invitation = words or SAY
        self._invite()

    def listen(self) -> None:
        """Show what is heard instead of what is typed, which is put aside.

        The first key that would change the line calls ``when_touched``; Enter calls
        ``when_entered``, as it always does where nothing is typed.
        """
        if not self.listening:
            self._aside, self.value = self.value, ""
        self._listen(True)

    def hear(self, words: str) -> None:
        """Show the words so far."""
        if self.listening:
            self.value = visible(words)
            self.cursor_position = len(self.value)

    def type_on(self, *, keep: bool) -> None:
        """Show what is typed again; ``keep`` lets the words that were heard be edited."""
        if not self.listening:
            return
        words = [self._aside, self.value if keep else ""]
        self._listen(False)
        self._aside, self.value = "", " ".join(filter(None, words))
        self.cursor_position = len(self.value)

    async def action_submit(self) -> None:
        """Send what is typed, each pasted line by itself; keep it in the history."""
        told = "" if self.listening else self.value
        lines = [line.strip() for line in told.split(APART.strip()) if line.strip()]
        if not lines:
            self.when_entered()
            return
        self.value = ""
        for line in lines:
            self.add(line)
            self.post_message(self.Sent(line))

    def on_key(self, event: Key) -> None:
        """Notice the first key that is typed while somebody speaks."""
        leaves = event.key == "ctrl+d" and not self.value
        if self.listening and not leaves and (event.is_printable or event.key in EDITING):
            self.when_touched()

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

    def _listen(self, on: bool) -> None:
        self.listening = self.sentences.quiet = on
        self.set_class(on, "listens")

    def _invite(self) -> None:
        """Say in an empty line what is waited for."""
        asked = ANSWER.format(self._question) if self._question else ""
        self.placeholder = visible(asked or self._invitation)

    def _go(self, place: int) -> None:
        if not 0 <= place <= len(self._history):
            return
        self._place = place
        self.value = self._draft if place == len(self._history) else self._history[place]
        self.cursor_position = len(self.value)

    def _on_paste(self, event: Paste) -> None:
        """Take pasted lines, a sign between them; what has no room is left out line by line."""
        if self.listening:
            self.when_touched()
        room = LONGEST - len(self.value)
        lines = [" ".join(line.split()) for line in event.text[: LONGEST * 4].splitlines()]
        first, *others = [line for line in lines if line] or [""]
        text = first[:room]
        for line in others:
            if len(text) + len(APART) + len(line) > room:
                break
            text += APART + line
        self.insert_text_at_cursor(text)
        event.prevent_default()
        event.stop()
