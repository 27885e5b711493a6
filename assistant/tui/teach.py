"""What a sentence was meant as, where it was understood wrong: picked, or said in other words."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.message import Message
from textual.screen import ModalScreen
from textual.widgets import Input, Label, OptionList
from textual.widgets.option_list import Option

from assistant.tui.plainly import plain
from assistant.turn import Turn

if TYPE_CHECKING:
    from assistant.conversation.assistant import Assistant
    from assistant.tui.worker import Worker


@dataclass(frozen=True, slots=True)
class Meant:
    """What a turn was meant as: an intent that was picked, or other words for it."""

    turn: Turn
    intent: str = ""
    words: str = ""


class TeachScreen(ModalScreen[Meant | None]):
    """Choose what a turn should have done, or say it in other words."""

    BINDINGS: ClassVar[list[BindingType]] = [Binding("escape", "dismiss(None)", "Back")]

    @dataclass
    class Found(Message):
        """The turn that may be wrong, none where nothing was said, and what else it may mean."""

        turn: Turn | None
        choices: list[tuple[str, str]]

    def __init__(self, worker: Worker, session_id: int, turn_id: int | None) -> None:
        """Take the number of a turn, None for the last one."""
        super().__init__()
        self._worker = worker
        self._session_id = session_id
        self._turn_id = turn_id
        self._turn: Turn | None = None
        self._choices: list[tuple[str, str]] = []

    def compose(self) -> ComposeResult:
        """Lay out the sentence, what it may mean, a line for other words, and the keys."""
        with Vertical(classes="dialog"):
            yield Label("That was wrong", classes="title")
            yield Label("Looking for what else it may have meant …", id="sentence")
            yield OptionList(id="meanings")
            yield Input(placeholder="or say it in other words", id="words")
            yield Label("Enter do and learn it   Tab words   Esc back", classes="keys")

    def on_mount(self) -> None:
        """Look for what else may have been meant."""

        def find(assistant: Assistant) -> None:
            found = assistant.misunderstood(self._session_id, self._turn_id or 0)
            self.post_message(self.Found(*found))

        self._worker.submit(find)

    @on(Found)
    def _show(self, event: Found) -> None:
        self._turn, self._choices = event.turn, event.choices
        sentence = self.query_one("#sentence", Label)
        if event.turn is None:
            sentence.update("Nothing was said here that I could have got wrong.")
            return
        sentence.update(plain(f"What did you mean by “{event.turn.utterance.text}”?"))
        meanings = self.query_one("#meanings", OptionList)
        for _, does in event.choices:
            meanings.add_option(Option(plain(does)))
        if event.choices:
            meanings.focus()
            meanings.highlighted = 0
        else:
            self.query_one("#words", Input).focus()

    @on(OptionList.OptionSelected)
    def _pick(self, event: OptionList.OptionSelected) -> None:
        if self._turn is not None:
            self.dismiss(Meant(self._turn, self._choices[event.option_index][0]))

    @on(Input.Submitted)
    def _say(self, event: Input.Submitted) -> None:
        event.stop()
        words = event.value.strip()
        if words and self._turn is not None:
            self.dismiss(Meant(self._turn, words=words))
