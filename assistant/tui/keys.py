"""What the keys do."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import VerticalScroll
from textual.screen import ModalScreen
from textual.widgets import Static

from assistant.tui.plainly import plain

if TYPE_CHECKING:
    from rich.table import Table

PROMPT = (
    ("up / down", "what you said before"),
    ("tab", "take the suggestion, or go on to the replies"),
    ("enter on a reply", "copy it"),
    ("ctrl+d", "quit, on an empty line"),
    ("ctrl+p", "every command by name"),
)
"""Keys that belong to the prompt and the replies."""

PALETTE = (
    ("Keys", "Show what the keys do", "help"),
    ("Why", "Show how the last sentence was understood", "inspector"),
    ("Sessions", "Resume, rename or delete one", "sessions"),
    ("Talk", "Say one request; again: take what was said", "talk"),
    ("Hands-free", "Listen until told otherwise", "hands_free"),
    ("Missed wake", "The wake word was said and not heard", "mark('missed')"),
    ("False wake", "It woke, and nobody had said so", "mark('false')"),
    ("New session", "Start afresh", "new_session"),
    ("Go back", "Take back what was changed since", "rewind"),
    ("That was wrong", "Choose what was meant, and teach it", "teach"),
    ("Record", "Write the conversation into a file, as a test", "record"),
    ("Copy reply", "Copy the newest reply", "copy_reply"),
    ("Light or dark", "Change the colours", "toggle_theme"),
    ("Quit", "Leave the chat", "quit"),
)
"""What the command palette offers: a title, what it does, and the action."""


class KeysScreen(ModalScreen[None]):
    """A table of the keys, as they are set now."""

    BINDINGS: ClassVar[list[BindingType]] = [Binding("escape,f1,enter", "dismiss", "Back")]

    def __init__(self, keys: list[tuple[str, str]]) -> None:
        super().__init__()
        self._keys = [*keys, *PROMPT]

    def compose(self) -> ComposeResult:
        """Lay out the table."""
        with VerticalScroll(classes="dialog"):
            yield Static("Keys", classes="title")
            yield Static(self._table())
            yield Static("\nRemap one: assistant settings set keys.inspector f6", classes="keys")

    def _table(self) -> Table:
        from rich.table import Table

        table = Table.grid(padding=(0, 3))
        for key, does in self._keys:
            table.add_row(plain(key), plain(does))
        return table
