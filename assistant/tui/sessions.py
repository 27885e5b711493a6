"""The list of conversations: search, resume, rename, delete."""

from __future__ import annotations

from datetime import tzinfo
from typing import TYPE_CHECKING, ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.screen import ModalScreen
from textual.widgets import Input, Label, OptionList
from textual.widgets.option_list import Option

from assistant.doors.terminal import visible
from assistant.tui.plainly import plain

if TYPE_CHECKING:
    from assistant.store import SessionSummary
    from assistant.tui.worker import Worker


class SessionsScreen(ModalScreen[int | None]):
    """Choose a conversation; the result is its number, or None."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape", "dismiss(None)", "Back"),
        Binding("down", "to_list", show=False),
        Binding("ctrl+r", "rename", "Rename"),
        Binding("ctrl+x", "delete", "Delete", priority=True),
        Binding("delete", "delete", show=False),
    ]

    def __init__(self, worker: Worker, zone: tzinfo) -> None:
        super().__init__()
        self._worker = worker
        self._zone = zone
        self._shown: list[SessionSummary] = []

    def compose(self) -> ComposeResult:
        """Lay out the search line, the list and the keys."""
        with Vertical(classes="dialog"):
            yield Label("Sessions", classes="title")
            yield Input(placeholder="Search names and words", id="search")
            yield OptionList(id="found")
            yield Label("Enter resume   Ctrl+R rename   Ctrl+X delete   Esc back", classes="keys")

    def on_mount(self) -> None:
        """Show every session."""
        self._worker.find("")

    def show(self, sessions: list[SessionSummary]) -> None:
        """Show what a search found."""
        self._shown = sessions
        found = self.query_one("#found", OptionList)
        found.clear_options()
        for each in sessions:
            turns = f"{each.turns} turn{'s' if each.turns != 1 else ''}"
            line = f"{each.name}   {turns}, {each.last_at.astimezone(self._zone):%d %b %H:%M}"
            found.add_option(Option(plain(visible(line)), id=str(each.id)))
        if sessions:
            found.highlighted = 0

    @on(Input.Changed, "#search")
    def _search(self, event: Input.Changed) -> None:
        self._worker.find(event.value)

    @on(Input.Submitted, "#search")
    def _take_first(self) -> None:
        chosen = self._chosen()
        if chosen:
            self.dismiss(chosen.id)

    @on(OptionList.OptionSelected)
    def _take(self, event: OptionList.OptionSelected) -> None:
        self.dismiss(int(event.option.id or 0))

    def action_to_list(self) -> None:
        """Move from the search line into the list."""
        self.query_one("#found", OptionList).focus()

    def action_rename(self) -> None:
        """Ask for another name."""
        chosen = self._chosen()
        if chosen is None:
            return

        def rename(name: str | None) -> None:
            if name:
                self._worker.submit(lambda a: a.store.rename(chosen.id, name))
                self._worker.find(self.query_one("#search", Input).value)

        self.app.push_screen(Question(f"Another name for “{chosen.name}”", chosen.name), rename)

    def action_delete(self) -> None:
        """Delete after asking."""
        chosen = self._chosen()
        if chosen is None:
            return

        def delete(answer: str | None) -> None:
            if answer is not None and answer.strip().lower() in ("y", "yes"):
                self._worker.submit(lambda a: a.store.delete(chosen.id))
                self._worker.find(self.query_one("#search", Input).value)

        told = f"Delete “{chosen.name}” with {chosen.turns} turns for good? Type yes."
        self.app.push_screen(Question(told, ""), delete)

    def _chosen(self) -> SessionSummary | None:
        place = self.query_one("#found", OptionList).highlighted
        return self._shown[place] if place is not None and place < len(self._shown) else None


class Question(ModalScreen[str | None]):
    """Ask for one line; the result is what was typed, or None after Esc."""

    BINDINGS: ClassVar[list[BindingType]] = [Binding("escape", "dismiss(None)", "Back")]

    def __init__(self, question: str, value: str) -> None:
        super().__init__()
        self._question = question
        self._value = value

    def compose(self) -> ComposeResult:
        """Lay out the question and the line."""
        with Vertical(classes="dialog small"):
            yield Label(plain(self._question), classes="title")
            yield Input(visible(self._value), id="answer")

    @on(Input.Submitted)
    def _answered(self, event: Input.Submitted) -> None:
        self.dismiss(event.value)
