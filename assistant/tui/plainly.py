"""Foreign text on the screen: nothing in it is markup, and nothing in it steers the terminal."""

from __future__ import annotations

import asyncio
import os
import signal
from collections.abc import Collection, Sequence
from contextlib import suppress
from typing import TYPE_CHECKING

from textual.app import App
from textual.color import Color
from textual.filter import LineFilter

from assistant.doors.ending import FATAL, SIGNALS
from assistant.doors.meanwhile import LOOKS
from assistant.doors.terminal import steering, visible

if TYPE_CHECKING:
    from rich.segment import Segment
    from rich.text import Text
    from textual.notifications import SeverityLevel

    from assistant.settings import Settings

LOOK = 1.0
"""Seconds between two looks whether the terminal is there."""

LOST = "\ufffd"
"""What stands for a character that no widget showed as a sign."""


def plain(text: str, style: str = "") -> Text:
    """Return text, of several lines perhaps, as it is."""
    from rich.text import Text

    return Text(visible(text, lines=True), style=style)


class Harmless(LineFilter):
    """The last look at every line of every widget, Textual's own too, before it is drawn."""

    def apply(self, segments: list[Segment], background: Color) -> list[Segment]:
        """Return the line without what would steer the terminal, as wide as before."""
        from rich.segment import Segment

        del background
        if not any(steering(text) for text, _style, control in segments if not control):
            return segments
        return [
            each if each.control else Segment(_harmless(each.text), each.style) for each in segments
        ]


class PlainApp(App[None]):
    """An app whose texts are shown as they are, and that a signal closes."""

    def __init__(self) -> None:
        super().__init__()
        self.ended = 0
        self.failed: Exception | None = None
        self._harmless = Harmless()

    def dress(self, settings: Settings, names: Collection[str] = LOOKS) -> None:
        """Look as the settings of these names say."""
        if "theme" in names:
            self.theme = f"textual-{settings.theme}"
        if "keys" in names:
            self.set_keymap(settings.keys)

    def on_load(self) -> None:
        """Let a signal close the screen, from before it is drawn."""
        if os.isatty(0):
            self.set_interval(LOOK, self._look)
        with suppress(NotImplementedError, RuntimeError, ValueError):
            for kind in (kind for kind in SIGNALS if signal.getsignal(kind) != signal.SIG_IGN):
                asyncio.get_running_loop().add_signal_handler(kind, self._end, FATAL + kind)

    def _look(self) -> None:
        """End where the terminal is closed and no signal says so, as behind a make that waits."""
        if not os.isatty(0):
            self._end(FATAL + signal.SIGHUP)

    def _end(self, code: int) -> None:
        self.ended = code
        self.exit()

    def _handle_exception(self, error: Exception) -> None:
        self.failed = self.failed or error
        super()._handle_exception(error)

    def _fatal_error(self) -> None:
        """End without a traceback on the screen: ``failed`` is told by whoever runs the app."""
        self._close_messages_no_wait()

    def get_line_filters(self) -> Sequence[LineFilter]:
        """Look at every line that is drawn."""
        return [*super().get_line_filters(), self._harmless]

    def notify(
        self,
        message: str,
        *,
        title: str = "",
        severity: SeverityLevel = "information",
        timeout: float | None = None,
        markup: bool = False,
    ) -> None:
        """Show a note that goes away; what it says is no markup, whoever asks for it."""
        del markup
        told = visible(message, lines=True)
        super().notify(told, title=visible(title), severity=severity, timeout=timeout, markup=False)


def _harmless(text: str) -> str:
    from rich.cells import cell_len

    found = steering(text)
    for sign in found:
        text = text.replace(sign, LOST * cell_len(sign))
    return text
