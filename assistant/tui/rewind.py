"""The list of what was changed, to go back to before one of it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.message import Message
from textual.screen import ModalScreen
from textual.widgets import Label, OptionList
from textual.widgets.option_list import Option

from assistant.tui.plainly import plain
from assistant.turn import Turn

if TYPE_CHECKING:
    from assistant.conversation.assistant import Assistant
    from assistant.tui.worker import Worker


class RewindScreen(ModalScreen[Turn | None]):
    """Choose a turn that changed something; the result is that turn, or None."""

    BINDINGS: ClassVar[list[BindingType]] = [Binding("escape", "dismiss(None)", "Back")]

    @dataclass
    class Found(Message):
        """The turns that changed something, newest first, each with what it is called."""

        changes: list[tuple[Turn, str]]

    def __init__(self, worker: Worker, session_id: int) -> None:
        super().__init__()
        self._worker = worker
        self._session_id = session_id
        self._shown: list[tuple[Turn, str]] = []

    def compose(self) -> ComposeResult:
        """Lay out the list, what is taken back, and the keys."""
        with Vertical(classes="dialog"):
            yield Label("Go back to before", classes="title")
            yield OptionList(id="changes")
            yield Label("", id="taken")
            yield Label("Enter go back, you are asked first   Esc back", classes="keys")

    def on_mount(self) -> None:
        """Look for what was changed."""

        def find(assistant: Assistant) -> None:
            self.post_message(self.Found(assistant.changes(self._session_id)))

        self._worker.submit(find)

    @on(Found)
    def _show(self, event: Found) -> None:
        self._shown = event.changes
        changes = self.query_one("#changes", OptionList)
        for turn, name in event.changes:
            reply = next(iter(turn.reply.text.splitlines()), "")
            line = plain(name).append("\n  ").append(plain(reply, "dim"))
            changes.add_option(Option(line))
        changes.focus()
        if event.changes:
            changes.highlighted = 0
        else:
            self.query_one("#taken", Label).update("Nothing was changed here.")

    @on(OptionList.OptionHighlighted)
    def _tell(self, event: OptionList.OptionHighlighted) -> None:
        above = event.option_index
        told = f"{above + 1} changes are taken back: this and all above it."
        self.query_one("#taken", Label).update(told if above else "This is taken back.")

    @on(OptionList.OptionSelected)
    def _take(self, event: OptionList.OptionSelected) -> None:
        self.dismiss(self._shown[event.option_index][0])
