"""The line at the bottom: is the model ready, what is installed, what will ring, which session."""

from __future__ import annotations

from typing import TYPE_CHECKING

from textual.reactive import reactive
from textual.widgets import Static

from assistant.doors.terminal import visible
from assistant.tui.plainly import plain

if TYPE_CHECKING:
    from rich.text import Text

    from assistant.conversation.status import Status

FRAMES = "⠋⠙⠹⠸⠼⠴⠦⠧⠇⠏"
"""The pictures of the spinner, one a tenth of a second."""


class StatusLine(Static):
    """One line of state; a spinner turns while weights load or a skill runs."""

    status: reactive[Status | None] = reactive(None)
    session: reactive[str] = reactive("")
    busy: reactive[str] = reactive("starting")
    _frame: reactive[int] = reactive(0)

    def on_mount(self) -> None:
        """Let the spinner turn while there is something to wait for."""
        self.set_interval(0.1, self._turn)

    def _turn(self) -> None:
        if self._waiting():
            self._frame += 1

    def _waiting(self) -> str:
        if self.busy:
            return self.busy
        status = self.status
        return "loading weights" if status and status.model == "loading" else ""

    def render(self) -> Text:
        """Return the line."""
        from rich.text import Text

        waiting = self._waiting()
        parts = [plain(f"{FRAMES[self._frame % len(FRAMES)]} {waiting}")] if waiting else []
        if self.status is not None:
            parts += _state(self.status)
        if self.session:
            parts.append(plain(visible(f"session {self.session}")))
        return Text("  ·  ").join(parts)


def _state(status: Status) -> list[Text]:
    from rich.text import Text

    parts = []
    if status.model_ready:
        parts.append(plain(f"model ready, {status.engine}"))
    elif status.model != "loading":
        parts.append(Text("no weights: examples only", style="bold red"))
    parts.append(Text(f"{status.skills} skills"))
    if status.broken:
        parts.append(Text(f"{len(status.broken)} broken", style="bold red"))
    if status.alarms:
        parts.append(Text(f"⏰ {status.alarms} pending"))
    return parts
